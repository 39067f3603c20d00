import {describe, expect, test} from "vitest";
import {check, pathName} from "../../../src/capture/schema/check.js";
import {
  address,
  field,
  flag,
  integer,
  list,
  maybe,
  nullable,
  type Shape,
  scalar,
  struct,
  table,
  text,
  tuple,
} from "../../../src/capture/schema/shape.js";

const said = (value: unknown, shape: Shape) => {
  const found = check(value, shape);
  return found && `${pathName(found.path)} ${found.message}`.trim();
};

describe("single values", () => {
  test.each<[Shape, unknown[], unknown[]]>([
    [
      integer("pages"),
      [0, -1, 2 ** 53 - 1, "0x20000000000000", "-0x1"],
      [1.5, 2 ** 53, "1", "0x", true, null],
    ],
    [address, ["0x0", "0xc000000000"], [0, "c000000000", "0xC0", "0x00000000000000001", "<b>", null]],
    [flag, [true, false], [0, "true", null]],
    [scalar, [1.5, "NaN", true, null, "0x1"], [{}, [], Number.NaN]],
    [text(), ["", "runtime.mheap_"], [1, null, "x".repeat(4097)]],
    [text("a", "b"), ["a", "b"], ["c"]],
    [nullable(flag), [null, true], [0, undefined]],
  ])("%j", (shape, right, wrong) => {
    expect(right.filter(value => check(value, shape) !== undefined)).toEqual([]);
    expect(wrong.filter(value => check(value, shape) === undefined)).toEqual([]);
  });

  test("the message quotes what was found and says what is right", () => {
    expect(said(-0.5, integer("pages"))).toBe("is -0.5; right would be a whole number (pages)");
    expect(said("x".repeat(99), flag)).toBe(`is "${"x".repeat(60)}"…; right would be true or false`);
    expect(said([1, 2], text())).toBe("is a list of 2; right would be a text of at most 4096 characters");
  });
});

describe("values with parts", () => {
  const span = struct({npages: field(integer("pages"), ""), limit: maybe(address, "")});

  test("a fault is named by its path", () => {
    expect(said({a: [{npages: 1}, {npages: "1"}]}, struct({a: field(list(span), "")}))).toBe(
      `a[1].npages is "1"; right would be a whole number (pages)`,
    );
    expect(said([0, "0x1"], tuple({page: integer("index"), base: flag}))).toBe(
      `[1] is "0x1"; right would be true or false`,
    );
  });

  test("a field may be missing only if its shape says so", () => {
    expect(said({npages: 1}, span)).toBeUndefined();
    expect(said({limit: "0x1"}, span)).toBe("has no field npages");
  });

  test("a field that nothing is known of may be anything harmless", () => {
    expect(said({npages: 1, later: [{}]}, span)).toBeUndefined();
    expect(said(JSON.parse('{"npages": 1, "__proto__": {"x": 1}}'), span)).toContain("__proto__");
    expect(said({npages: 1, later: JSON.parse("[".repeat(20) + "]".repeat(20))}, span)).toContain(
      "levels deep",
    );
  });

  test("an inherited field is no field", () => {
    expect(said({}, struct({toString: field(text(), "")}))).toBe("has no field toString");
  });

  test("a list of a fixed length has that length", () => {
    expect(said([1], tuple({page: integer("index"), npages: integer("pages")}))).toBe(
      "is a list of 1; right would be a list of 2: page, npages",
    );
  });
});

describe("a table", () => {
  const spans = table({base: field(address, ""), npages: field(integer("pages"), "")}, {});

  test("has rows of as many cells as it has columns", () => {
    expect(said({columns: ["base", "npages"], rows: [["0x0", 1]]}, spans)).toBeUndefined();
    expect(said({columns: ["base", "npages"], rows: [["0x0"]]}, spans)).toBe(
      "rows[0] is a list of 1; right would be a row of 2 cells",
    );
  });

  test("names a wrong cell by its column, in whatever order these are", () => {
    expect(said({columns: ["npages", "base"], rows: [[1, 0]]}, spans)).toContain("rows[0].base is 0;");
  });

  test("has single values in columns that nothing is known of", () => {
    expect(said({columns: ["base", "npages", "new"], rows: [["0x0", 1, {}]]}, spans)).toContain(
      "rows[0].new",
    );
  });

  test("needs all columns as soon as it has a row", () => {
    expect(said({columns: ["base"], rows: []}, spans)).toBeUndefined();
    expect(said({columns: ["base"], rows: [["0x0"]]}, spans)).toBe("columns has no column npages");
  });

  test("has each column once", () => {
    expect(said({columns: ["base", "base"], rows: []}, spans)).toContain("each once");
    expect(said({columns: 1, rows: []}, spans)).toBe("columns is 1; right would be a list of names");
    expect(said({columns: ["base"], rows: {}}, spans)).toBe(
      "rows is an object; right would be a list of rows",
    );
  });
});
