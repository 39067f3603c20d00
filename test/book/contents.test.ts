// The header of a page: contents and search, as they are without scripts.

import {expect, test} from "vitest";
import {contents, pageHeader} from "../../src/book/contents.ts";
import {back, sections} from "../../src/book/outline.ts";

const docs = "test/book/fixtures/docs";
const init = "part2runtime/ch07alloc/init";

test("the contents have every section with both titles, Chinese marked as Chinese", () => {
  const html = contents(init, docs);
  expect(html.match(/<li>/g)).toHaveLength(sections.length + back.length);
  expect(html.match(/<details/g)).toHaveLength(12);
  expect(html).toContain(`Garbage collection <span lang="zh">垃圾回收</span>`);
});

test("what is written is a link, and what is not is text", () => {
  const html = contents(init, docs);
  expect(html.match(/<a href="[^"]*"/g)).toEqual([`<a href="/${init}"`]);
  expect(html).toContain(`<li><span class="number">7.4</span> Large-object allocation`);
});

test("the chapter of the page is open, and the page marked", () => {
  const html = contents(init, docs);
  expect(html.match(/<details[^>]* open>\n<summary><span class="number">7<\/span>/)).not.toBeNull();
  expect(html.match(/ open>/g)).toHaveLength(1);
  expect(html).toContain(`<a href="/${init}" aria-current="page">`);
  expect(contents("index", docs)).not.toMatch(/ open>|aria-current/);
});

test("the search field is a combobox that names its list", () => {
  const html = pageHeader("/index", docs);
  const [, list] = /role="combobox"[^>]*aria-controls="([^"]+)"/.exec(html) ?? [];
  expect(html).toContain(`<div id="${list}" role="listbox"`);
});
