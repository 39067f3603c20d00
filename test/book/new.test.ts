// Starting a section: what is written, and what is refused.

import {mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {dirname, join} from "node:path";
import {afterEach, beforeEach, expect, test} from "vitest";
import {checkPages} from "../../src/book/check.ts";
import {newSection} from "../../src/book/new.ts";
import {sectionAt, sections} from "../../src/book/outline.ts";
import {readPage} from "../../src/book/pages.ts";
import {listingsOf} from "../../src/book/symbols.ts";
import {parse} from "../../src/book/ts-source.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "open-hood-new-"));
});
afterEach(() => rmSync(root, {recursive: true}));

const read = (file: string) => readFileSync(join(root, file), "utf8");

test("a new section is its page, at the path of the outline, and the page's test", () => {
  const section = sections.find(s => s.number === "6.2")!;
  const [page, testFile] = newSection("6.2", root);
  expect(page).toBe(`docs/${section.path}.md`);
  expect(read(testFile!)).toContain(`const path = "${section.path}.html";`);
});

test("every section of the outline, once started, passes the checks of pages and has its own ids", () => {
  for (const {number, path} of sections) {
    const [page, testFile] = newSection(number || path, root);
    const read1 = readPage(read(page!), path);
    expect(checkPages([read1], {root: ".", docs: "docs", goLines: {}, packages: []}), number).toEqual([]);
    expect(read1.withoutId, number).toEqual([]);
    expect(read1.title?.text).toBe(sectionAt(path)?.en);
    expect(() => parse(read(testFile!)), number).not.toThrow();
  }
});

test("what a new page shows as an example, in comments, is no listing of the book", () => {
  newSection("6.2", root);
  expect([...listingsOf(join(root, "docs"))]).toEqual([]);
});

test("a section that is written is left alone", () => {
  const [page] = newSection("7.7", root);
  writeFileSync(join(root, page!), "mine");
  expect(() => newSection("7.7", root)).toThrow(`section 7.7 is written: ${page}`);
  expect(read(page!)).toBe("mine");
});

test("so is a test of a page of the same name", () => {
  const {path} = sections.find(s => s.number === "7.3")!;
  const other = "test/browser/init.test.ts";
  mkdirSync(dirname(join(root, other)), {recursive: true});
  writeFileSync(join(root, other), "theirs");
  expect(path.endsWith("/init")).toBe(true);
  expect(newSection("7.3", root)[1]).toBe("test/browser/ch07alloc-init.test.ts");
  expect(read(other)).toBe("theirs");
});

test("a number that the outline does not have is refused, with those that it has", () => {
  expect(() => newSection("7.9", root)).toThrow(
    "the outline has no section 7.9; chapter 7 has 7.1, 7.2, 7.3, 7.4, 7.5, 7.6, 7.7, 7.8",
  );
  expect(() => newSection("", root)).toThrow(`a section is named by its number, as in "npm run new 6.2"`);
});
