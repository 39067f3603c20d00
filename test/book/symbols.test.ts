// The index of Go symbols: nothing that the model mirrors is missing, and everything leads somewhere.

import {readFileSync} from "node:fs";
import {describe, expect, test} from "vitest";
import {collectGoTags} from "../../src/book/go-tags.ts";
import {declarationsIn} from "../../src/book/listings.ts";
import {
  declarationsOf,
  docHtml,
  firstSentence,
  listingsOf,
  renderSymbols,
  symbolsOf,
} from "../../src/book/symbols.ts";

const declarations = declarationsOf(".");
const symbols = symbolsOf(declarations);

test("every @go tag of the model is in the index", () => {
  const tags = ["src/runtime", "src/releases"].flatMap(collectGoTags);
  const wanted = new Set(tags.map(({file, name, release}) => `${file} ${name} ${release}`));
  const has = symbols.flatMap(s =>
    s.places.flatMap(p => p.tags.map(t => `${s.file} ${s.name} ${t.release}`)),
  );
  expect(wanted.size).toBeGreaterThan(200);
  expect(new Set(has)).toEqual(wanted);
});

test("every listing of the model on a page that mirrors Go is linked from its symbol", () => {
  const html = renderSymbols(".", "docs", JSON.parse(readFileSync("src/book/go-lines.json", "utf8")));
  const mirrored = new Set(declarations.filter(d => d.go.length > 0).map(d => `${d.file}#${d.name}`));
  const listings = [...listingsOf("docs")].filter(([reference]) => mirrored.has(reference));
  expect(listings.length).toBeGreaterThan(40);
  const missing = listings.filter(([reference, {path}]) => {
    const id = `listing-${reference.split("#")[1]!.replace(/[^\w-]+/g, "-")}`;
    return !html.includes(`href="/${path}#${id}"`);
  });
  expect(missing).toEqual([]);
});

test("a symbol that the model has in two places has both, each with its releases", () => {
  const text = (body: string) =>
    `/**\n * ${body}\n *\n * @go runtime/a.go f go1.12.17\n */\nfunction f() {}\n`;
  const two = [
    ...declarationsIn(text("One."), "src/runtime/a.ts"),
    ...declarationsIn(text("Two."), "src/runtime/b.ts"),
  ];
  expect(symbolsOf(two)).toMatchObject([
    {file: "runtime/a.go", name: "f", places: [{declaration: {doc: "One."}}, {declaration: {doc: "Two."}}]},
  ]);
});

test("no two symbols share an id", () => {
  const html = renderSymbols(".", "docs", JSON.parse(readFileSync("src/book/go-lines.json", "utf8")));
  const ids = Array.from(html.matchAll(/ id="([^"]+)"/g), ([, id]) => id);
  expect(ids.length).toBeGreaterThan(symbols.length);
  expect(new Set(ids).size).toBe(ids.length);
});

describe("of a doc comment", () => {
  test("the first sentence is shown, on one line", () => {
    expect(firstSentence("Takes a span\nof go1.12. It may fail.")).toBe("Takes a span of go1.12.");
    expect(firstSentence("No stop")).toBe("No stop");
  });

  test("what stands in backticks is code, and the rest is text", () => {
    expect(docHtml("a `b<c>` & d")).toBe("a <code>b&lt;c&gt;</code> &amp; d");
  });
});
