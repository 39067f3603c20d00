// The outline, as the sidebar and the checks see it.

import {expect, test} from "vitest";
import {numbered, parts, sectionAt, sections, sidebar} from "../../src/book/outline.ts";

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

test("the sidebar lists what is written, under its part and chapter", () => {
  expect(sidebar("test/book/fixtures/docs")).toEqual([
    {name: "Part II. The runtime", pages: []},
    {
      name: "7 Memory allocation",
      collapsible: true,
      open: false,
      pages: [{name: "7.3 Initialization", path: "/part2runtime/ch07alloc/init"}],
    },
  ]);
});
