// What becomes of a built page on paper and in an EPUB.

import {SaxesParser} from "saxes";
import {describe, expect, test} from "vitest";
import {type Edition, readLeaf} from "../../src/book/edition.ts";
import {epubFiles, plainCss} from "../../src/book/epub.ts";
import {innerHtml} from "../../src/book/html.ts";
import {parts} from "../../src/book/outline.ts";
import {bookHtml} from "../../src/book/pdf.ts";

const path = "part2runtime/ch07alloc/init";
const leaf = (main: string, at = path) =>
  readLeaf(at, `<!DOCTYPE html><html><body><main>${main}</main></body></html>`);
const staticForm = (main: string) => innerHtml(leaf(main).main);

describe("the static form of a page", () => {
  test("has what readers without scripts see, and no controls", () => {
    const html = staticForm(
      `<noscript><p>In words.</p></noscript><form><input></form><button>Step</button><script>1</script>`,
    );
    expect(html).toBe("<p>In words.</p>");
  });

  test("has figures without the cells that draw them anew, and marks them in their captions", () => {
    const html = staticForm(
      `<div class="fallback"><figure><figcaption>Spans</figcaption></figure></div>\n<div class="observablehq observablehq--block"></div>`,
    );
    expect(html).toContain(`<figcaption><span class="live-mark">▸ </span>Spans</figcaption>`);
    expect(html).not.toContain("observablehq--block");
  });

  test("has open what is folded, and names files that are not in the book without linking them", () => {
    expect(staticForm(`<details><summary>All</summary></details>`)).toContain(`<details open="">`);
    expect(staticForm(`<a href="../x.ts" download>x.ts</a>`)).toBe("x.ts");
  });

  test("has its number, its title and its headings", () => {
    const {title, headings} = leaf(`<h1>7.3 Initialization</h1><h2 id="checks">The checks</h2>`);
    expect(title).toBe("7.3 Initialization");
    expect(headings).toEqual([{id: "checks", text: "The checks"}]);
  });
});

/** A book of two pages that link each other. */
function edition(): Edition {
  const part = parts.find(p => path.startsWith(p.path))!;
  const chapter = part.chapters.find(c => c.sections.some(s => s.path === path))!;
  const init =
    leaf(`<h1>7.3 Initialization</h1><h2 id="checks">The checks</h2><p>A<br>B &amp; <a href="../../index.html">start</a></p>
    <svg viewBox="0 0 1 1"><title>x</title><rect width="1"></rect></svg>`);
  const preface = leaf(
    `<h1>Open Hood</h1><a href="./part2runtime/ch07alloc/init.html#checks">7.3</a> <a href="./gone.html">gone</a>`,
    "index",
  );
  return {preface, parts: [{part, chapters: [{chapter, leaves: [init]}]}], appendix: []};
}

const book = {title: "Open Hood: a book", authors: "The authors", version: "1.2.3"};

describe("the document that is printed", () => {
  const html = bookHtml(edition(), book, [], id => (id.endsWith("--checks") ? 41 : 7));

  test("says on which page a link leads", () => {
    expect(html).toContain(
      `<a href="#part2runtime-ch07alloc-init--checks">7.3</a> <span class="page-reference">(p. 41)</span>`,
    );
  });

  test("has ids that are there once, and links that lead to them", () => {
    const ids = Array.from(html.matchAll(/ id="([^"]+)"/g), m => m[1]!);
    const links = Array.from(html.matchAll(/ href="#([^"]+)"/g), m => m[1]!);
    expect(new Set(ids).size).toBe(ids.length);
    expect(links.length).toBeGreaterThan(4);
    expect(links.filter(id => !ids.includes(id))).toEqual([]);
  });

  test("has the headings of a section below those of its chapter and part", () => {
    const levels = Array.from(html.matchAll(/<h(\d)[^>]*>([^<]+)/g), m => [m[2], m[1]]);
    expect(levels).toContainEqual(["Part II. The runtime", "1"]);
    expect(levels).toContainEqual(["7 Memory allocation", "2"]);
    expect(levels).toContainEqual(["7.3 Initialization", "3"]);
    expect(levels).toContainEqual(["The checks", "4"]);
  });
});

describe("the EPUB", () => {
  const files = epubFiles(edition(), book, "p {}");

  test("is made of well-formed XML", () => {
    const xml = [...files].filter(([name]) => /\.(?:xhtml|opf|xml)$/.test(name));
    expect(xml).toHaveLength(6);
    for (const [name, text] of xml) {
      const parser = new SaxesParser({xmlns: true, fileName: name});
      parser.on("error", error => {
        throw error;
      });
      parser.write(text).close();
    }
  });

  test("names each of its documents in the manifest and in the order of reading", () => {
    const opf = files.get("book/package.opf")!;
    const documents = [...files.keys()]
      .filter(name => name.endsWith(".xhtml"))
      .map(name => name.slice("book/".length));
    expect(documents.filter(name => !opf.includes(` href="${name}"`))).toEqual([]);
    expect(opf.match(/<itemref /g)).toHaveLength(documents.length);
    expect(opf).toMatch(/init\.xhtml"[^>]* properties="svg"/);
  });

  test("links its documents, and what it does not have not at all", () => {
    const preface = files.get("book/index.xhtml");
    expect(preface).toContain(`<a href="part2runtime-ch07alloc-init.xhtml#checks">7.3</a> gone`);
    expect(files.get("book/part2runtime-ch07alloc-init.xhtml")).toContain(`<a href="index.xhtml">start</a>`);
    expect(files.get("book/nav.xhtml")).toContain(`href="part2runtime-ch07alloc-init.xhtml#checks"`);
  });

  test("begins with its type, which is what makes it one", () => {
    expect([...files][0]).toEqual(["mimetype", "application/epub+zip"]);
  });
});

describe("the style of the EPUB", () => {
  test("has the values of variables, and of two themes the first", () => {
    const css = plainCss([
      ":root { --a: #111; }",
      "@media screen { :root { --a: #eee; } }",
      "p { color: var(--a); }",
    ]);
    expect(css.trim()).toBe("p { color: #111; }");
  });

  test("writes out lists of selectors, since not all readers know :is()", () => {
    expect(plainCss([":is(a, b) :is(c, d) { x: y }"]).replace(/\s+/g, " ").trim()).toBe(
      "a c, a d, b c, b d { x: y }",
    );
  });

  test("refuses a variable that nothing sets", () => {
    expect(() => plainCss(["p { color: var(--nothing); }"])).toThrow(
      "no style sheet of the book sets --nothing",
    );
  });
});
