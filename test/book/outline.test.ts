// The outline, as the contents and the checks see it.

import {expect, test} from "vitest";
import {back, numbered, parts, readingOrder, sectionAt, sections} from "../../src/book/outline.ts";
import {readPages} from "../../src/book/pages.ts";

test("the outline has three parts, 93 sections and the closing words", () => {
  expect(parts).toHaveLength(3);
  expect(sections).toHaveLength(94);
  expect(sections.at(-1)?.path).toBe("finalwords");
});

test("no two sections share a path or a number", () => {
  expect(new Set(sections.map(s => s.path)).size).toBe(94);
  expect(new Set(sections.map(s => s.number)).size).toBe(94);
});

test("every section has both titles", () => {
  expect(sections.filter(s => !s.en || !/[\u4e00-\u9fff]/.test(s.zh))).toEqual([]);
});

test("a section is found by the path of its page", () => {
  expect(numbered(sectionAt("/part2runtime/ch07alloc/init")!)).toBe("7.3 Initialization");
  expect(sectionAt("part2runtime/ch07alloc/no")).toBeUndefined();
});

test("a page behind the text has a path of its own, and no number", () => {
  expect(back.map(page => sectionAt(page.path))).toEqual(back);
  expect(back.filter(page => page.number !== "" || sections.includes(page))).toEqual([]);
});

test("the reading order is that of the outline, and has what is written", () => {
  expect(readingOrder("test/book/fixtures/docs")).toEqual([
    {name: "7.3 Initialization", path: "/part2runtime/ch07alloc/init"},
  ]);
});

test("every page but the first is in the outline: it names what the contents and the reading order have", () => {
  const pages = readPages("docs").map(page => page.path);
  expect(pages.length).toBeGreaterThan(8);
  expect(pages.filter(path => path !== "index" && !sectionAt(path))).toEqual([]);
});
