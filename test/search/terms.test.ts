// Terms: what a text is found by.

import {describe, expect, test} from "vitest";
import {runsOf, termsOf, termsOfRun} from "../../src/search/terms.ts";

describe("an identifier is found", () => {
  test("as a whole and by its parts", () => {
    expect(termsOfRun("mheap_.spanalloc")).toEqual(["mheap_.spanalloc", "mheap", "spanalloc"]);
    expect(termsOfRun("allocCache")).toEqual(["alloccache", "alloc", "cache"]);
    expect(termsOfRun("_NumSizeClasses")).toEqual([
      "_numsizeclasses",
      "numsizeclass",
      "num",
      "size",
      "class",
    ]);
  });

  test("with capitals in a row as one part", () => {
    expect(termsOfRun("readGCStats")).toEqual(["readgcstats", "readgcstat", "read", "gc", "stat"]);
  });

  test("with its underscore", () => {
    expect(termsOfRun("mheap_")).toEqual(["mheap_", "mheap"]);
  });
});

describe("a word", () => {
  test("is found in singular and plural", () => {
    expect(termsOf("pages classes class bus entries")).toEqual(["page", "class", "class", "bus", "entry"]);
  });

  test("ends at a full stop", () => {
    expect(termsOf("The heap. It grows.")).toEqual(["the", "heap", "it", "grow"]);
  });
});

test("Chinese is found by characters and by pairs of neighbors", () => {
  expect(termsOf("页堆 heap")).toEqual(["页", "堆", "页堆", "heap"]);
  expect(termsOf("内存分配").filter(t => t.length === 2)).toEqual(["内存", "存分", "分配"]);
});

test("a short number is a term, and an address is none", () => {
  expect(termsOf("8192 bytes at 0xc000000000")).toEqual(["8192", "byte", "at"]);
});

test("Chinese and Latin letters that touch are two runs", () => {
  expect(runsOf("Go语言的mheap结构")).toEqual(["Go", "语言的", "mheap", "结构"]);
});
