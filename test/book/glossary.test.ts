// The glossary: what each term says, and that what it links is there.

import {expect, test} from "vitest";
import {checkPages} from "../../src/book/check.ts";
import {renderGlossary, termId, terms} from "../../src/book/glossary.ts";
import {readPage, readPages} from "../../src/book/pages.ts";

const options = {root: ".", docs: "docs", goLines: {}, packages: []};

test("every term has a Chinese counterpart, and one sentence", () => {
  expect(terms.length).toBeGreaterThan(40);
  expect(terms.filter(({zh}) => !/\p{Script=Han}/u.test(zh))).toEqual([]);
  const sentence = /^[A-Z0-9].*\.$/;
  expect(terms.filter(({meaning}) => !sentence.test(meaning))).toEqual([]);
});

test("no two terms share an id or a name, and they are in the order of the alphabet", () => {
  expect(new Set(terms.map(termId)).size).toBe(terms.length);
  const names = terms.map(({term}) => term.toLowerCase());
  expect(names).toEqual([...new Set(names)].sort());
});

test("a term is printed with its section, and can be linked and searched", () => {
  const html = renderGlossary();
  expect(html).toContain(`<dt id="term-span" data-entry="span;mspan|跨度">span <span lang="zh">跨度</span>`);
  expect(html).toMatch(/<a href="\/part2runtime\/ch07alloc\/basic#the-levels">Section 7\.1<\/a>/);
});

test("a build fails if a section that a term names is not there", () => {
  const text = "---\ndescription: d\n---\n\n# Glossary {#glossary}\n\n```glossary\n```\n";
  const glossary = readPage(text, "glossary");
  const others = readPages("docs").filter(page => page.path !== "glossary");
  expect(checkPages([glossary, ...others], options).filter(f => f.file === glossary.file)).toEqual([]);
  const without = others.filter(page => page.path !== "part2runtime/ch07alloc/tinyalloc");
  const [finding] = checkPages([glossary, ...without], options).filter(f => f.file === glossary.file);
  expect(finding).toMatchObject({file: "docs/glossary.md", line: 7});
  expect(finding?.message).toContain(`dead link "/part2runtime/ch07alloc/tinyalloc#a-block-fills-up"`);
});
