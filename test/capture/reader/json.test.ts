import {describe, expect, test} from "vitest";
import {Fault} from "../../../src/capture/reader/fault.ts";
import {bounds, JsonReader} from "../../../src/capture/reader/json.ts";
import {pathText, type Value} from "../../../src/capture/reader/value.ts";
import {names, textOf} from "./support.ts";

/** All values of a text that arrives in pieces of `size` bytes. */
function read(text: string | Uint8Array, size = 1 << 20): Value[] {
  const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
  const values: Value[] = [];
  const reader = new JsonReader({value: value => values.push(value)});
  for (let i = 0; i < bytes.length; i += size) reader.push(bytes.subarray(i, i + size));
  reader.end();
  return values;
}

function faultOf(text: string | Uint8Array): Fault {
  try {
    read(text);
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error("no fault");
}

describe("the reader of JSON", () => {
  test.each([
    "1",
    "-0.5e3",
    '"a\\n\\u00e9\\ud83d\\ude00"',
    "[]",
    "{}",
    '{"a":[1,{"b":null},true,false]}',
    '{"é":"世界"}',
  ])("reads %s as JSON.parse does, however it is cut", text => {
    for (const size of [1, 2, 3, 1000]) expect(read(text, size)).toEqual([JSON.parse(text)]);
  });

  test("reads every recording as JSON.parse does", () => {
    for (const name of names) {
      const text = textOf(name);
      expect(JSON.stringify(read(text, 777)[0]), name).toBe(JSON.stringify(JSON.parse(text)));
    }
    expect(names.length).toBeGreaterThan(20);
  });

  test("reads values that follow one another", () => {
    expect(read('{"a":1}\n{"b":2}\n3 4')).toEqual([{a: 1}, {b: 2}, 3, 4]);
  });

  test("hands over the items of an array instead of keeping them", () => {
    const rows: Value[] = [];
    let kept: Value = null;
    const reader = new JsonReader({
      value: value => {
        kept = value;
      },
      rows: path => (pathText(path) === "a.rows" ? row => rows.push(row) : null),
    });
    reader.push(new TextEncoder().encode('{"a":{"n":2,"rows":[[1],[2]],"rest":[3]}}'));
    reader.end();
    expect(rows).toEqual([[1], [2]]);
    expect(kept).toEqual({a: {n: 2, rows: [], rest: [3]}});
  });

  test("gives names that scripts know no meaning", () => {
    const [value] = read('{"__proto__":{"polluted":1},"constructor":2}');
    expect(Object.getPrototypeOf(value)).toBe(null);
    expect(Object.keys(value as object)).toEqual(["__proto__", "constructor"]);
    expect(({} as {polluted?: number}).polluted).toBeUndefined();
  });
});

test.each([
  ['{"a":1,\n "b":x}', "found “x”, expected true, false or null", "b", 2],
  ['{"a":1,}', "expected a name in double quotes", "", 1],
  ['{"a" 1}', "expected “:”", "a", 1],
  ['{"a":[1,2', "the file ends", "a[1]", 1],
  ["", "the file ends; a value is missing", "", 1],
  ['{"a":1,"a":2}', "the name “a” is there twice", "a", 1],
  ["[01]", "“01” is no number", "[0]", 1],
  ["[9007199254740993]", "too large to be exact", "[0]", 1],
  ["[1e999]", "is no number that can be held", "[0]", 1],
  ['["a\nb"]', "a control character", "[0]", 1],
  ['["\\x"]', "an escape that JSON does not know", "[0]", 1],
  ["[".repeat(100), "more than 40 levels", "[0]", 1],
  [`"${"x".repeat(bounds.text + 1)}"`, "a text is longer than 1,048,576 bytes", "", 1],
  [`{"${"x".repeat(bounds.name + 1)}":1}`, "a name is longer", "", 1],
  ["1".repeat(bounds.number + 1), "a number is longer", "", 1],
])("names the place of what is wrong: %.20s", (text, message, path, line) => {
  const fault = faultOf(text);
  expect(fault.message).toContain(message);
  expect(fault.path).toContain(path);
  expect(fault.place?.line).toBe(line);
});

test("refuses bytes that are not UTF-8", () => {
  expect(faultOf(new Uint8Array([0x22, 0xff, 0x22])).message).toBe("a text is not UTF-8");
});
