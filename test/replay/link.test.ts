// A link to a step opens where it was made, or near it, and says which.

import {expect, test} from "vitest";
import {linkTo, parseLink, type Run, resolve, shortHash} from "../../src/replay/link.js";

/** A run of `lines`, each "function:line:text". */
function run(...lines: string[]): Run {
  const at = (k: number) => lines[k - 1]?.split(":");
  const place = {locals: []};
  return {
    length: lines.length,
    step: k => {
      const line = Number(at(k)?.[1]);
      return Number.isNaN(line) ? null : {fn: 0, line, endLine: line, ...place};
    },
    fn: k => (at(k) ? {name: at(k)![0]!, file: "a.ts", line: 1, endLine: 9} : null),
    hash: k => shortHash(at(k)?.[2] ?? ""),
  };
}

const before = run("main:1:a = 1", "f:2:b = 2", "f:3:c = 3", "main:2:d = 4");

test("a link to an unchanged run opens at its step", () => {
  for (const k of [1, 2, 3, 4, 5])
    expect(resolve(before, parseLink(linkTo(before, k))!)).toEqual({k, note: null});
});

test("a statement that has moved is found, and the link says so", () => {
  const after = run("main:1:a = 1", "main:2:new", "f:2:b = 2", "f:3:c = 3");
  const {k, note} = resolve(after, parseLink(linkTo(before, 2))!);
  expect(k).toBe(3);
  expect(note).toContain("now at step 3");
});

test("a statement that is gone leads to its function", () => {
  const after = run("main:1:a = 1", "f:2:other", "main:2:d = 4");
  const {k, note} = resolve(after, parseLink(linkTo(before, 3))!);
  expect(k).toBe(2);
  expect(note).toContain("gone from f");
});

test("a function that is not reached leads to the same number, never beyond the end", () => {
  const {k, note} = resolve(run("main:1:a = 1"), parseLink(linkTo(before, 3))!);
  expect(k).toBe(2);
  expect(note).toContain("does not come to f");
});

test("what is no link is none", () => {
  expect([parseLink(""), parseLink("12"), parseLink("x.f.1.abc"), parseLink("1.f.2.ABC!")]).toEqual([
    null,
    null,
    null,
    null,
  ]);
});

test("names with dots and marks survive", () => {
  expect(parseLink("7.mcentral.#grow.3.0az")).toEqual({k: 7, fn: "mcentral.#grow", line: 3, hash: "0az"});
});

test("white space does not change a hash, words do", () => {
  expect(shortHash("a  =\n 1")).toBe(shortHash("a = 1"));
  expect(shortHash("a = 1")).not.toBe(shortHash("a = 2"));
});
