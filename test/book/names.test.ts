// What the names in listings mean: marked is what the source says, and nothing else.

import {mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {afterAll, beforeAll, describe, expect, test} from "vitest";
import {highlightNumbered} from "../../src/book/highlight.ts";
import {readListing} from "../../src/book/listings.ts";
import {Names, namesJson} from "../../src/book/names.ts";
import {listingsOf} from "../../src/book/symbols.ts";

const files = {
  "src/runtime/span.ts": `
/** A run of pages. */
export class mspan {
  /** Next in its list. */
  next: mspan | null = null;
  /** Its objects. */
  readonly objects: thing<mspan>[] = [];
}
/** Something of a span. */
export class thing<T> {
  /** What it belongs to. */
  get owner(): T | null {
    return null;
  }
}
/** Another thing with a next. */
export interface other {
  /** Of the other. */
  next: number;
}
`,
  "src/runtime/index.ts": `export {mspan as span} from "./span.js";\nexport * from "./span.js";\n`,
  "src/runtime/use.ts": `
import {type other, span, thing} from "./index.js";

/** Makes one. */
export function make(): span {
  return new span();
}

/** Uses them. */
export function use(s: span, unknown): void {
  const {next} = s;
  make().next = next;
  for (const o of s.objects) o.owner!.next = s;
  unknown.next = s;
  const make2 = (make: other) => make.next;
  const o = {next: 1};
}
`,
  "src/releases/none.ts": "export {};\n",
};

let root: string;
let sample: Names;
const book = new Names(".");
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "open-hood-names-"));
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(join(root, file, ".."), {recursive: true});
    writeFileSync(join(root, file), text);
  }
  sample = new Names(root);
});
afterAll(() => rmSync(root, {recursive: true}));

/** The names of a listing that are marked: "text: key", line by line. */
function marked(reference: string): string[][] {
  const listing = readListing(reference, root);
  const lines = listing.code.split("\n").map(() => [] as string[]);
  for (const {line, column, length, key} of sample.marks(listing)) {
    lines[line]!.push(`${listing.code.split("\n")[line]!.slice(column, column + length)}: ${key}`);
  }
  return lines;
}

describe("a name is marked", () => {
  test("where it is declared elsewhere, also through an index that renames it", () => {
    expect(marked("src/runtime/use.ts#use")[0]).toEqual(["span: mspan"]);
    expect(marked("src/runtime/use.ts#make")).toEqual([["span: mspan"], ["span: mspan"], []]);
  });

  test("as a field, taken out of an object or of what a function returns", () => {
    expect(marked("src/runtime/use.ts#use")[1]).toEqual(["next: mspan.next"]);
    expect(marked("src/runtime/use.ts#use")[2]).toEqual(["make: make", "next: mspan.next"]);
  });

  test("as a member of an element of a list, with the type that the list is of", () => {
    expect(marked("src/runtime/use.ts#use")[3]).toEqual([
      "objects: mspan.objects",
      "owner: thing.owner",
      "next: mspan.next",
    ]);
  });

  test("by what it means where it stands, not by how it is spelled", () => {
    expect(marked("src/runtime/use.ts#use")[5]).toEqual(["other: other", "next: other.next"]);
  });

  test("nowhere that the source does not say what it is", () => {
    expect(marked("src/runtime/use.ts#use")[4]).toEqual([]);
    expect(marked("src/runtime/use.ts#use")[6]).toEqual([]);
  });

  test("in a member too, whose lines begin further left on the page than in the file", () => {
    expect(marked("src/runtime/span.ts#mspan.next")).toEqual([["mspan: mspan"]]);
  });
});

test("each mark in this book's listings covers the name that it stands for", () => {
  let count = 0;
  for (const reference of listingsOf("docs").keys()) {
    const listing = readListing(reference);
    const lines = listing.code.split("\n");
    for (const {line, column, length, key} of book.marks(listing)) {
      count++;
      const text = lines[line]!.slice(column, column + length);
      const {name} = book.documented.get(key)!;
      expect(name.split(".").at(-1), `${reference}:${line}`).toBe(text);
    }
  }
  expect(count).toBeGreaterThan(400);
});

test("every mark has its comment among those that a page can ask for", () => {
  const shown = JSON.parse(
    namesJson(".", "docs", JSON.parse(readFileSync("src/book/go-lines.json", "utf8"))),
  );
  const keys = [...listingsOf("docs").keys()].flatMap(r => book.marks(readListing(r)).map(({key}) => key));
  expect(new Set(keys)).toEqual(new Set(Object.keys(shown)));
  expect(shown.allocmcache).toMatchObject({name: "allocmcache", section: "7.2"});
});

test("a marked name keeps its color, and the text of the line stays as it is", () => {
  const html = highlightNumbered("function f(): b {", 7, false, [
    {line: 0, column: 9, length: 1, key: "f"},
    {line: 0, column: 14, length: 1, key: "x.b"},
  ]);
  expect(html).toContain(`<span data-name="f"><span class="tk-function">f</span></span>`);
  expect(html).toMatch(/<span data-name="x\.b">(?:<span class="[\w-]+">)?b</);
  expect(html.replace(/<[^>]+>/g, "")).toBe("function f(): b {");
});
