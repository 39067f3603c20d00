// What is mended in the built site, and what its last check refuses.

import {mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {dirname, join} from "node:path";
import {afterEach, beforeEach, describe, expect, test} from "vitest";
import {formatFindings} from "../../src/book/findings.ts";
import {checkSite, mendPage, mendSite} from "../../src/book/site.ts";

const framework = `<!DOCTYPE html>
<html>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, maximum-scale=1">
<script type="module">define(1);</script>
</head>
<body>
<aside id="observablehq-toc">
<nav><ol></ol></nav>
</aside>
<main></main>
</body>
</html>`;

describe("a page is mended", () => {
  const html = mendPage(framework);

  test("to say its language and to allow zooming", () => {
    expect(html).toContain(`<html lang="en">`);
    expect(html).not.toContain("maximum-scale");
  });

  test("to allow its own inline scripts and no others", () => {
    // printf '%s' 'define(1);' | openssl dgst -sha256 -binary | base64
    expect(html).toContain("script-src 'self' 'sha256-ZbXBVz43vTEla3rnO9hw9gwtm8TwYwsewtbDFIBu41c='");
    expect(html).not.toMatch(/script-src[^;]*unsafe-inline/);
  });

  test("to have a way past the contents", () => {
    expect(html).toContain(`<a class="skip" href="#observablehq-main">`);
  });

  test("to have a name for each landmark", () => {
    expect(html).toContain(`<nav aria-label="On this page">`);
  });

  test("or the build stops, when Framework writes something else", () => {
    expect(() => mendPage("<html></html>")).toThrow("Framework's HTML has no");
  });
});

test("a site whose pages and ids have moved leads on from where they were, with links that hold", () => {
  const dist = mkdtempSync(join(tmpdir(), "open-hood-moved-"));
  mkdirSync(join(dist, "part"));
  const page = framework.replace(
    "<main></main>",
    `<main id="observablehq-main"><h2 id="now">Now</h2></main>`,
  );
  writeFileSync(join(dist, "part/new.html"), page);
  mendSite(dist, {"part/old": "part/new", "part/new#then": "part/new#now"});
  const read = (path: string) => readFileSync(join(dist, path), "utf8");
  expect(formatFindings(checkSite(dist))).toBe("");
  expect(read("part/new.html")).toContain(`<span id="then"></span><h2 id="now">`);
  expect(read("part/old.html")).toContain(`<a href="./new.html">here</a>`);
  expect(read("part/old.html")).toMatch(/Content-Security-Policy" content="[^"]*'sha256-/);
  rmSync(dist, {recursive: true});
});

describe("the built site is refused for", () => {
  let dist: string;
  beforeEach(() => {
    dist = mkdtempSync(join(tmpdir(), "open-hood-site-"));
  });
  afterEach(() => rmSync(dist, {recursive: true}));

  function check(files: Record<string, string>): string {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(dist, path)), {recursive: true});
      writeFileSync(join(dist, path), text);
    }
    return formatFindings(checkSite(dist));
  }

  test("nothing, when all is there", () => {
    const html = `<a href="./b/#x">x</a><script type="module">import "./m.js";</script>`;
    const other = `<p id="x"><a href="../a.html">a</a></p>`;
    expect(check({"a.html": html, "b/index.html": other, "m.js": "export {};"})).toBe("");
  });

  test("a link to a page or an id that is not there", () => {
    expect(check({"a.html": `<a href="b.html">b</a>`})).toContain(`dist/a.html:1: dead link "b.html"`);
    expect(check({"a.html": `\n<a href="#b">b</a>`})).toContain(`dist/a.html:2: dead link "#b"`);
  });

  test("an id that is there twice", () => {
    expect(check({"a.html": `<p id="x"></p>\n<p id="x"></p>`})).toContain(
      `dist/a.html:2: the id "x" is there twice`,
    );
  });

  test("a red cell in the HTML", () => {
    const cell = `<div class="observablehq--inspect observablehq--error">SyntaxError: no</div>`;
    expect(check({"a.html": cell})).toContain("an error stands on the page: SyntaxError: no");
  });

  test("anything that is loaded from elsewhere", () => {
    const html = `<script src="https://example.com/x.js"></script><link rel="stylesheet" href="//example.com/x.css">`;
    const css = `@import "https://example.com/y.css"; a { background: url(//example.com/z.png); }`;
    expect(check({"a.html": html, "a.css": css}).match(/is loaded from elsewhere/g)).toHaveLength(4);
  });

  test("an import that does not resolve, in a module and on a page", () => {
    const html = `<script type="module">\nimport "./nothing.js";</script>`;
    const found = check({"a.html": html, "_import/m.js": `import {range} from "d3-array";`});
    expect(found).toContain(`dist/a.html:2: unresolved import "./nothing.js"`);
    expect(found).toContain(`dist/_import/m.js:1: unresolved import "d3-array"`);
  });
});
