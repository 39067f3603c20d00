// The parts that memory is in: what each is, in words, and the section that explains it.

import type {PartName} from "../../src/capture/reader/sums.js";
import {type Element, h} from "../markup.js";

/** What a part is. `look` is its look in drawings, `where` the page and the place that explain it. */
export interface PartText {
  readonly title: string;
  readonly meaning: string;
  readonly look: string;
  readonly where: string;
  readonly section: string;
}

const part = (title: string, look: string, where: string, meaning: string): PartText => ({
  title,
  look,
  where,
  section: sections[where.replace(/#.*/, "")]!,
  meaning,
});

const sections: Readonly<Record<string, string>> = {
  basic: "7.1",
  component: "7.2",
  init: "7.3",
  largealloc: "7.4",
  smallalloc: "7.5",
  tinyalloc: "7.6",
  pagealloc: "7.7",
  mstats: "7.8",
};

/** A link to a section of the chapter on the allocator: `smallalloc#the-five-states-of-sweepgen`. */
export function section(where: string): Element {
  const [page, anchor] = where.split("#");
  const href = `./part2runtime/ch07alloc/${page}.html${anchor === undefined ? "" : `#${anchor}`}`;
  return h("a", {href}, sections[page!]!);
}

/** All parts. */
export const parts: Readonly<Record<PartName, PartText>> = {
  objects: part(
    "objects",
    "objects",
    "smallalloc#from-a-size-to-a-span",
    "Slots that hold an object. A slot counts whole, whatever was asked for, and garbage counts until its span is swept.",
  ),
  unused: part(
    "free slots",
    "unused",
    "smallalloc#when-the-fast-path-gives-up",
    "Slots without an object, in spans that have one. They wait for objects of the same class; no other class can use them.",
  ),
  bitmaps: part(
    "bitmaps in spans",
    "tails",
    "smallalloc#what-the-bits-say-about-pointers",
    "Bits at the end of a span that say where its objects have pointers. From go1.22 on, spans of small objects hold their own.",
  ),
  tails: part(
    "ends of spans",
    "tails",
    "basic#why-size-classes",
    "Bytes behind the last slot, too few for another one.",
  ),
  stacks: part(
    "stacks",
    "stacks",
    "largealloc#the-map-of-the-heap",
    "Spans lent to the stacks of goroutines, free stacks among them.",
  ),
  work: part(
    "work of the collector",
    "work",
    "mstats#moved-with-the-pages",
    "Spans that hold the collector’s lists of objects to look at.",
  ),
  kept: part(
    "free pages, kept",
    "kept",
    "largealloc#taking-a-span-and-cutting-it",
    "Pages in no span. The process has them, and the next span is made of them.",
  ),
  returned: part(
    "free pages, returned",
    "returned",
    "largealloc#giving-pages-back",
    "Pages in no span whose memory went back to the system. The addresses stay with the heap; there is nothing behind them.",
  ),
  untouched: part(
    "rest of the arena",
    "returned",
    "largealloc#growing",
    "Addresses that the heap has obtained and not grown into. There is nothing behind them yet.",
  ),
  osStacks: part(
    "stacks from the system",
    "meta",
    "mstats#every-field",
    "Stacks of threads that the runtime got for them.",
  ),
  spanRecords: part(
    "records of spans",
    "meta",
    "init#the-heap-s-own-records",
    "An mspan for each span, in chunks that are never given back.",
  ),
  mcaches: part("mcaches", "meta", "component#mcache-what-each-p-has-at-hand", "A cache for each P."),
  collector: part(
    "books of the collector",
    "meta",
    "init#where-every-byte-went",
    "Which span each page belongs to, bitmaps of pages and marks, and summaries of free pages.",
  ),
  profiles: part(
    "profiler",
    "meta",
    "mstats#every-field",
    "Tables of the memory profiler, the block profiler and others.",
  ),
  other: part(
    "everything else",
    "meta",
    "component#persistentalloc-for-good",
    "What has no counter of its own.",
  ),
};
