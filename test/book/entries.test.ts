// What of a page's HTML becomes an entry of the search.

import {expect, test} from "vitest";
import {entriesOf} from "../../src/book/entries.ts";

const html = `<nav>Contents</nav><main>
<h1 id="initialization">7.3 Initialization</h1><p class="title-zh" lang="zh">初始化</p>
<p>It sets <code>mheap_</code> up.</p>
<h2 id="checks">The checks</h2>
<p>First.</p>
<figure class="listing" id="listing-f"><figcaption><b><code>f</code></b> It checks.</figcaption><pre>f(): void</pre></figure>
<p>Then<em>ce</em>.</p>
<div class="fallback"><table><caption>Hints</caption><tr><th>size</th><td>123456</td></tr></table></div>
<div class="cite"><p>Open Hood.</p></div><script>let x;</script>
<dl><dt id="term-span" data-entry="span;mspan|跨度">span</dt><dd>A run of pages.</dd></dl>
</main>`;
const entries = entriesOf(html, "part2runtime/ch07alloc/init");
const at = (anchor: string) => entries.find(e => e.anchor === anchor);

test("the page is an entry, known by both titles and by its chapter's", () => {
  expect(at("")).toMatchObject({
    path: "part2runtime/ch07alloc/init.html",
    number: "7.3",
    heading: "Initialization",
  });
  expect(at("")?.zh).toBe("初始化\n内存分配\nMemory allocation");
  expect(at("")?.text).toBe("It sets mheap_ up.");
});

test("a heading has the text below it, also what stands behind a listing", () => {
  expect(at("checks")).toMatchObject({heading: "The checks", text: "First. Thence. Hints size"});
});

test("a listing is an entry that bears its name, with its code", () => {
  expect(at("listing-f")).toMatchObject({heading: "f", names: "f", text: "f It checks. f(): void"});
});

test("an element that says so is an entry with an English and a Chinese name", () => {
  expect(at("term-span")).toMatchObject({
    heading: "span",
    names: "span\nmspan\n跨度",
    zh: "跨度",
    text: "span A run of pages.",
  });
});

test("values of tables, citations, scripts and what stands around the page are left out", () => {
  expect(JSON.stringify(entries)).not.toMatch(/123456|Open Hood|let x|Contents/);
});
