// What a query finds, and in which order, in an index that went through JSON as the site's does.

import {describe, expect, test} from "vitest";
import {type Entry, indexOf, readIndex, search} from "../../src/search/index.ts";
import {snippet} from "../../src/search/snippet.ts";

const entry = (heading: string, text: string, more: Partial<Entry> = {}): Omit<Entry, "id"> => ({
  path: "a.html",
  anchor: heading,
  number: "7.3",
  title: "Initialization",
  heading,
  names: "",
  zh: "",
  text,
  ...more,
});

const entries = [
  entry("Records", "The heap takes records from mheap_.spanalloc and mheap_.cachealloc."),
  entry("Spans", "spanalloc hands out records. The heap, mheap, has six of its kind."),
  entry("mallocinit", "mallocinit makes the heap ready.", {names: "mallocinit"}),
  entry("Order", "Everything begins with mallocinit; mallocinit comes first. mallocinit."),
  entry("The page size", "It must be a power of two."),
  entry("Sizes", "A page has a size. Two pages have two sizes."),
  entry("Heap", "Pages.", {names: "page heap\npageHeap", zh: "页堆"}),
  entry("Outline", "7.3", {path: "index.html", number: "", zh: "页堆"}),
].map((e, id) => ({id, ...e}));

const index = readIndex(JSON.stringify(indexOf(entries)));
const found = (query: string) => search(index, query).map(e => e.heading);

describe("first comes", () => {
  test("what bears the name that was typed, before what speaks of it more often", () => {
    expect(found("mallocinit").slice(0, 2)).toEqual(["mallocinit", "Order"]);
  });

  test("the whole identifier, before texts that have its parts", () => {
    expect(found("mheap_.spanalloc")).toEqual(["Records", "Spans"]);
  });

  test("the heading that has the phrase", () => {
    expect(found("page size")[0]).toBe("The page size");
  });

  test("the name in capitals as typed, or in any others", () => {
    expect(found("pageHeap")[0]).toBe("Heap");
    expect(found("PAGEHEAP")[0]).toBe("Heap");
  });

  test("a section, before a page without a number that names it", () => {
    expect(found("页堆")).toEqual(["Heap", "Outline"]);
  });
});

describe("a query finds", () => {
  test("a single Chinese character inside a term", () => {
    expect(found("堆")).toContain("Heap");
  });

  test("a word that is still being typed", () => {
    expect(found("malloci")).toContain("mallocinit");
  });

  test("a word with a slip of the finger, if nothing else is there", () => {
    expect(found("mallocnit")).toContain("mallocinit");
  });

  test("only what has all of its words, where there is such", () => {
    expect(found("power two")).toEqual(["The page size"]);
  });

  test("nothing, where there is nothing to look for", () => {
    expect(found("  ")).toEqual([]);
    expect(found("zzzzzz")).toEqual([]);
    expect(found("((")).toEqual([]);
  });
});

describe("a snippet", () => {
  const text = `${"Words before. ".repeat(30)}Then mheap_.spanalloc is set up. ${"Words behind. ".repeat(30)}`;
  const shown = (query: string) => snippet(text, query);

  test("is the piece around the match, and marks it", () => {
    expect(shown("mheap_.spanalloc").find(p => p.match)?.text).toBe("mheap_.spanalloc");
    expect(shown("SPANALLOC").find(p => p.match)?.text).toBe("spanalloc");
    expect(
      shown("spanalloc")
        .map(p => p.text)
        .join("").length,
    ).toBeLessThan(160);
  });

  test("loses nothing of the piece to the marks", () => {
    const all = shown("words")
      .map(p => p.text)
      .join("");
    expect(text.startsWith(all.replace(/ …$/, ""))).toBe(true);
    expect(shown("words").filter(p => p.match).length).toBeGreaterThan(5);
  });

  test("without a match is the beginning", () => {
    expect(shown("nothing")[0]?.text.startsWith("Words before.")).toBe(true);
  });
});
