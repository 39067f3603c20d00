import {join} from "node:path";
import {createMarkdownIt} from "@observablehq/framework/dist/markdown.js";
import {expect, test} from "vitest";
import {type Fallbacks, loadFallbacks} from "../../src/book/fallbacks.ts";
import {bookMarkdown, type MarkdownIt} from "../../src/book/markdown.ts";
import {writeStepping} from "../../src/book/stepping.ts";

const fallbacks: Fallbacks = new Map<string, string | Record<string, string> | Error>([
  ["docs/components/a.ts#fallback", "<p>drawn</p>"],
  ["docs/components/a.ts#values", {hints: "128", less: "<"}],
  ["docs/components/a.ts#broken", new Error("no such thing")],
]);

function render(text: string, strict = true): string {
  const markdown = createMarkdownIt({
    markdownIt: bookMarkdown({root: ".", docs: "docs", goLines: {}, strict, fallbacks}),
  }) as MarkdownIt & {
    renderer: {render(tokens: object, options: object, env: object): string};
    options: object;
  };
  const env = {path: "/page", code: [], startLine: 0, currentLine: 0};
  return markdown.renderer.render(markdown.parse(text, env), markdown.options, env);
}

const values = "```values docs/components/a.ts#values\n```\n\n";

test("a fallback fence prints what its function returned", () => {
  expect(render("```fallback docs/components/a.ts#fallback\n```")).toBe(
    `<div class="fallback"><p>drawn</p></div>\n`,
  );
});

test("a name in double braces prints the page's value, escaped", () => {
  expect(render(`${values}It has {{hints}} and {{less}}.`)).toBe(
    `<p>It has <span data-value="hints">128</span> and <span data-value="less">&lt;</span>.</p>\n`,
  );
});

test("a name that the page has no value for fails the build, and is a red box in preview", () => {
  expect(() => render(`${values}{{hint}}`)).toThrow(
    `/page.md, {{hint}}: docs/components/a.ts#values has no value`,
  );
  expect(render(`${values}{{hint}}`, false)).toContain("book-error");
});

test("a page that names no values fails the build", () => {
  expect(() => render("{{hints}}")).toThrow("the page has no ```values fence");
});

test("a function that failed fails the page that names it", () => {
  expect(() => render("```fallback docs/components/a.ts#broken\n```")).toThrow("no such thing");
});

test("every fallback that the book's pages name can be made", async () => {
  // Some step through the rewritten model, which a build writes first.
  await writeStepping(process.cwd(), join(process.cwd(), "docs"));
  const made = await loadFallbacks(process.cwd());
  expect(made.size).toBeGreaterThan(10);
  expect([...made.values()].filter(each => each instanceof Error)).toEqual([]);
});
