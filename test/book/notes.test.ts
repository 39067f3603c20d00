// Links on paper get numbers, and their addresses stand at the end of the page.

import {expect, test} from "vitest";
import {noteLinks} from "../../src/book/notes.ts";

const page = (main: string) => `<!DOCTYPE html><html><body><main>${main}</main></body></html>`;

test("a link out of the book gets a number, and its address stands at the end of the text", () => {
  const html = noteLinks(page(`<p>See <a href="https://go.dev/a?b=1&amp;c=2">this</a>.</p>`));
  expect(html).toContain(`this</a><sup class="on-paper">1</sup>.</p>`);
  expect(html).toMatch(/<li>https:\/\/go\.dev\/a\?b=1&amp;c=2<\/li>\s*<\/ol><\/div>\s*<\/main>/);
});

test("an address that is linked again keeps its number", () => {
  const [a, b] = ["https://a.example", "https://b.example"].map(url => `<a href="${url}">x</a>`);
  const html = noteLinks(page(`${a}${b}${a}`));
  expect(Array.from(html.matchAll(/<sup class="on-paper">(\d)/g), m => m[1])).toEqual(["1", "2", "1"]);
  expect(html.match(/<li>/g)).toHaveLength(2);
});

test("links within the book, and addresses that are written out, need no note", () => {
  const plain = page(`<a href="./init.html#hints">7.3</a> <a href="https://go.dev">https://go.dev</a>`);
  expect(noteLinks(plain)).toBe(plain);
});

test("what stands outside the text is left alone", () => {
  const html = `<!DOCTYPE html><html><body><main></main><footer><a href="https://x.example">x</a></footer></body></html>`;
  expect(noteLinks(html)).toBe(html);
});

test("an index of hundreds of links has no notes, which would be longer than itself", () => {
  const index = page(Array.from({length: 101}, (_, i) => `<a href="https://a.example/${i}">x</a>`).join(" "));
  expect(noteLinks(index)).toBe(index);
});
