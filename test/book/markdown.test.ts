// What the book adds to Markdown, rendered with the parser that Framework uses.

import {createMarkdownIt} from "@observablehq/framework/dist/markdown.js";
import {describe, expect, test} from "vitest";
import {bookMarkdown, type MarkdownIt} from "../../src/book/markdown.ts";

const goLines = {"go1.12.17": {"runtime/sample.go": {double: 7}}};

function render(text: string, {path = "/page", strict = true} = {}): string {
  const options = {root: "test/book/fixtures", docs: "test/book/fixtures/docs", goLines, strict};
  const md = createMarkdownIt({markdownIt: bookMarkdown(options)}) as MarkdownIt & {
    render(text: string, env: object): string;
  };
  return md.render(text, {path, code: []});
}

const listing = "```listing src/runtime/sample.ts#double\nIt *doubles*.\n```";

describe("a listing fence", () => {
  test("prints the declaration with the file's own line numbers", () => {
    expect(render(listing)).toContain(`<figure class="listing" id="listing-double">`);
    expect(render(listing)).toMatch(/data-line="11".*double.*\n<span class="line" data-line="12">/);
  });

  test("takes its body as the caption", () => {
    expect(render(listing)).toContain("It <em>doubles</em>.");
  });

  test("links the source file, so that preview watches it, and Go's source", () => {
    expect(render(listing)).toContain(
      `<a href="/src/runtime/sample.ts" download>src/runtime/sample.ts</a>, line 11`,
    );
    expect(render(listing)).toContain("https://github.com/golang/go/blob/go1.12.17/src/runtime/sample.go#L7");
  });

  test("that is broken ends a build", () => {
    expect(() => render("```listing src/runtime/sample.ts#no\n```")).toThrow(/^\/page.md, .*has no no/);
  });

  test("that is broken shows as a red box in preview", () => {
    expect(render("```listing src/runtime/sample.ts#no\n```", {strict: false})).toMatch(
      /class="[^"]*book-error">.*has no no/,
    );
  });
});

describe("a section's h1", () => {
  const html = render("# Initialization", {path: "/part2runtime/ch07alloc/init"});

  test("gets the number of the outline, and keeps its id", () => {
    expect(html).toContain(`<h1 id="initialization" tabindex="-1">7.3 Initialization</h1>`);
  });

  test("is followed by the Chinese title", () => {
    expect(html).toContain(`<p class="title-zh" lang="zh">初始化</p>`);
  });

  test("of a page outside the outline stays as it is", () => {
    expect(render("# Other")).toBe(`<h1 id="other" tabindex="-1">Other</h1>\n`);
  });
});

describe("the outline", () => {
  const html = render("```outline\n```");

  test("has all 93 sections and the closing words", () => {
    expect(html.match(/<li>/g)).toHaveLength(93);
    expect(html).toContain("Closing words: where is Go going?");
  });

  test("marks Chinese titles as Chinese", () => {
    expect(html).toContain(`<span lang="zh">结束语：Go 去向何方？</span>`);
  });

  test("links the sections that are written, and no others", () => {
    expect(html.match(/<a href="[^"]*"/g)).toEqual([`<a href="/part2runtime/ch07alloc/init"`]);
  });
});

test("a code fence is highlighted at build time, with classes and without styles", () => {
  const html = render("```go\nfunc f() {}\n```");
  expect(html).toContain(`<span class="tk-keyword">func</span>`);
  expect(html).not.toMatch(/style=|class="language-/);
});

test("code in a fence is escaped", () => {
  expect(render("```go\n// <b>&\n```")).toContain("// &lt;b&gt;&amp;");
  expect(render("```text\n<b>\n```")).toContain("&lt;b&gt;");
});
