import {readFileSync} from "node:fs";
import {describe, expect, test} from "vitest";
import {load} from "../../src/runtime/index.js";
import {makeSizeClasses} from "../../src/runtime/sizeclasses.js";

interface Tables {
  readonly class_to_size: number[];
  readonly class_to_allocnpages: number[];
  readonly class_to_divmagic: {columns: string[]; rows: number[][]};
  readonly size_to_class8: number[];
  readonly size_to_class128: number[];
}

/** The tables as a go1.12.17 program holds them. */
function recorded(): Tables {
  const path = new URL("../../docs/data/captures/class-tables.json", import.meta.url);
  const {tables} = JSON.parse(readFileSync(path, "utf8")) as {tables: {releases: string[]; values: Tables}[]};
  return tables.find(({releases}) => releases.includes("go1.12.17"))!.values;
}

const {sizeclasses, config} = load();
const {class_to_size, class_to_allocnpages, class_to_divmagic} = sizeclasses;
const classes = class_to_size.map((size, i) => ({size, span: class_to_allocnpages[i]! * 8192, i}));

describe("the generated tables are the ones that go1.12.17 ships:", () => {
  const expected = recorded();

  test.each([
    ["class_to_size", 67],
    ["class_to_allocnpages", 67],
    ["size_to_class8", 129],
    ["size_to_class128", 249],
  ] as const)("%s, all %i entries", (name, length) => {
    expect(sizeclasses[name]).toEqual(expected[name]);
    expect(sizeclasses[name]).toHaveLength(length);
  });

  test("class_to_divmagic, all 67 rows", () => {
    expect(expected.class_to_divmagic.columns).toEqual(["shift", "shift2", "mul", "baseMask"]);
    expect(class_to_divmagic.map(d => [d.shift, d.shift2, d.mul, d.baseMask])).toEqual(
      expected.class_to_divmagic.rows,
    );
  });
});

describe("the division by multiplication", () => {
  test("finds the object of every offset of every span, in 32 bits", () => {
    let wrong = 0;
    for (const {size, span, i} of classes.slice(1)) {
      const {shift, shift2, mul} = class_to_divmagic[i]!;
      for (let n = 0; n < span; n++) if (((n >>> shift) * mul) >>> shift2 !== Math.floor(n / size)) wrong++;
    }
    expect(wrong).toBe(0);
  });

  test("never has a product of 2^32 or a multiplier of 2^16", () => {
    for (const {span, i} of classes.slice(1)) {
      const {shift, mul} = class_to_divmagic[i]!;
      expect(((span - 1) >>> shift) * mul).toBeLessThan(2 ** 32);
      expect(mul).toBeLessThan(2 ** 16);
    }
  });

  test("takes no longer shift than it needs", () => {
    for (const {size, span, i} of classes.slice(1)) {
      const {shift, shift2} = class_to_divmagic[i]!;
      if (shift2 === 0) continue;
      const mul = Math.ceil(2 ** (shift2 - 1) / (size / 2 ** shift));
      let exact = true;
      for (let n = 0; n < span && exact; n++)
        exact = Math.floor(((n >>> shift) * mul) / 2 ** (shift2 - 1)) === Math.floor(n / size);
      expect(exact, `class ${i}`).toBe(false);
    }
  });

  test("for powers of two, the mask leaves the base of the object", () => {
    for (const {size, span, i} of classes.slice(1)) {
      const {baseMask} = class_to_divmagic[i]!;
      if (!Number.isInteger(Math.log2(size))) expect(baseMask).toBe(0);
      else
        for (let n = 0; n < span; n += 7) if ((n & baseMask) !== n - (n % size)) expect.fail(`${size}: ${n}`);
    }
  });
});

describe("the rule", () => {
  test("wastes at most an eighth of a span at its end", () => {
    for (const {size, span} of classes.slice(1)) expect(span % size).toBeLessThanOrEqual(span / 8);
  });

  test("keeps objects of 16 bytes and more aligned to 16, up to 1024 bytes", () => {
    for (const {size} of classes.slice(2)) if (size <= 1024) expect(size % 16).toBe(0);
  });

  test("a release that aligns to 16 from 32 bytes on has a class of 24 bytes: 68 classes", () => {
    // go1.16 and later.
    const later = makeSizeClasses(config.constants, {align16From: 32});
    expect(later.class_to_size.slice(0, 6)).toEqual([0, 8, 16, 24, 32, 48]);
    expect(later.class_to_size).toHaveLength(68);
  });

  test("does not depend on the platform", () => {
    expect(load({goarch: "386"}).sizeclasses).toEqual(sizeclasses);
    expect(load({goos: "windows"}).sizeclasses).toEqual(sizeclasses);
  });
});
