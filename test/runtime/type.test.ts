import {expect, test} from "vitest";
import {boot, typeOf} from "../../src/runtime/index.js";
import {_type} from "../../src/runtime/type.js";

const rt = boot({until: "mallocinit"});
const on32 = boot({until: "mallocinit", goarch: "386"});

test("ptrdata reaches up to and including the last pointer", () => {
  expect(new _type("t", 40, [0, 16], 8).ptrdata).toBe(24);
  expect(new _type("t", 40, [0, 16], 4).ptrdata).toBe(20);
});

test("without pointers it is 0", () => {
  expect(new _type("t", 40, [], 8).ptrdata).toBe(0);
});

test.each([
  ["*int", 8, [0]],
  ["string", 16, [0]],
  ["[]string", 24, [0]],
  ["uint64", 8, []],
  ["uintptr", 8, []],
  ["*p", 8, [0]],
])("%s has %i bytes on 64-bit, with pointers at %j", (name, size, pointers) => {
  const {size: bytes, pointers: at} = typeOf(rt, name);
  expect([bytes, at]).toEqual([size, pointers]);
});

test("on 32-bit, words are half as wide", () => {
  expect([typeOf(on32, "string").size, typeOf(on32, "[]string").size]).toEqual([8, 12]);
});

test("a struct of the runtime has its declared size, and pointers where its fields are pointers", () => {
  const g = typeOf(rt, "g");
  expect(g.size).toBe(rt.sizeof("g"));
  expect(g.pointers.length).toBeGreaterThan(5);
  expect(g.pointers.every(at => at % 8 === 0 && at < g.size)).toBe(true);
});

test("a type that the release does not declare is refused", () => {
  expect(() => typeOf(rt, "nosuchtype")).toThrow();
});
