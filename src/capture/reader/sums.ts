// Where the memory of a heap is: each byte that the process has obtained is in exactly one part.
//
// Pages are counted from the spans and from the runs of free pages, not taken from the runtime's counters. What lies off the heap
// has counters alone. checks.ts holds one against the other.

import type {Heap} from "./heap.js";
import {flag, state} from "./spans.js";

/** What became of the spans of one class. A span class is twice the size class, plus 1 without pointers. Sizes are in bytes. */
export interface ClassSums {
  readonly spanclass: number;
  /** Bytes of a slot; 0 for large objects, which have a span each. */
  readonly size: number;
  readonly noscan: boolean;
  spans: number;
  bytes: number;
  slots: number;
  objects: number;
  /** Bytes in slots with an object, and in slots without one. */
  objectBytes: number;
  unusedBytes: number;
  /** Bytes of bitmaps that a span holds for its objects, and bytes behind the last slot. */
  bitmapBytes: number;
  tailBytes: number;
  /** Spans without a free slot, spans without an object, and spans that a P has in its cache. */
  full: number;
  empty: number;
  cached: number;
  /** Spans that the collector is done with and the sweeper is not, and the bytes of their objects. */
  unswept: number;
  unsweptBytes: number;
  /** Spans with so many tenths of their slots used. A full one is in the last. */
  readonly tenths: number[];
}

/** The sums of all in-use spans, by class. */
export function classesOf(heap: Heap): ClassSums[] {
  const {spans, source, sweepgen} = heap;
  const {pageSize, ptrSize, bitmapUpTo, inlineMarks} = source;
  const byClass = new Map<number, ClassSums>();
  for (let i = 0; i < spans.length; i++) {
    if (spans.state[i] !== state.inUse) continue;
    const spanclass = spans.spanclass[i]!;
    const elemsize = spans.elemsize[i]!;
    const noscan = spanclass % 2 === 1;
    let sums = byClass.get(spanclass);
    if (sums === undefined) {
      sums = emptySums(spanclass, spanclass < 2 ? 0 : elemsize);
      byClass.set(spanclass, sums);
    }
    const bytes = spans.npages[i]! * pageSize;
    const slots = spans.nelems[i]!;
    // A recording that contradicts itself must not lead to more bytes than there are pages.
    const used = Math.min(bytes, slots * elemsize);
    const objects = Math.min(slots, spans.allocCount[i]!);
    const objectBytes = Math.min(used, objects * elemsize);
    const bitmap =
      spanclass >= 2 && elemsize <= bitmapUpTo
        ? (noscan ? 0 : bytes / ptrSize / 8) + (inlineMarks > 0 && elemsize >= 16 ? inlineMarks : 0)
        : 0;
    const bitmapBytes = Math.min(bitmap, bytes - used);
    sums.spans++;
    sums.bytes += bytes;
    sums.slots += slots;
    sums.objects += objects;
    sums.objectBytes += objectBytes;
    sums.unusedBytes += used - objectBytes;
    sums.bitmapBytes += bitmapBytes;
    sums.tailBytes += bytes - used - bitmapBytes;
    if (objects === slots) sums.full++;
    if (objects === 0) sums.empty++;
    const sweep = spans.sweepgen[i]! - sweepgen;
    if (sweep === 1 || sweep === 3) sums.cached++;
    if (sweep === -2 || sweep === 1) {
      sums.unswept++;
      sums.unsweptBytes += objectBytes;
    }
    const tenth = slots === 0 ? 0 : Math.min(9, Math.floor((10 * objects) / slots));
    sums.tenths[tenth]!++;
  }
  return [...byClass.values()].sort((a, b) => a.spanclass - b.spanclass);
}

/** Sums of no span. */
export function emptySums(spanclass: number, size: number): ClassSums {
  return {
    spanclass,
    size,
    noscan: spanclass % 2 === 1,
    spans: 0,
    bytes: 0,
    slots: 0,
    objects: 0,
    objectBytes: 0,
    unusedBytes: 0,
    bitmapBytes: 0,
    tailBytes: 0,
    full: 0,
    empty: 0,
    cached: 0,
    unswept: 0,
    unsweptBytes: 0,
    tenths: new Array(10).fill(0),
  };
}

/** Bytes of spans that a class would need no more if its objects stood side by side. Go does not move objects. */
export function sparse({spans, slots, objects, bytes}: ClassSums): number {
  if (spans === 0 || slots === 0) return 0;
  const needed = Math.ceil(objects / (slots / spans));
  return ((spans - needed) / spans) * bytes;
}

/** The parts that memory is in, in the order in which they are shown. */
export const partNames = [
  "objects",
  "unused",
  "bitmaps",
  "tails",
  "stacks",
  "work",
  "kept",
  "returned",
  "untouched",
  "osStacks",
  "spanRecords",
  "mcaches",
  "collector",
  "profiles",
  "other",
] as const;

/** A part that memory is in. */
export type PartName = (typeof partNames)[number];

/** Where all memory is, in bytes. */
export interface Sums {
  readonly classes: readonly ClassSums[];
  readonly parts: Readonly<Record<PartName, number>>;
  /** All parts: what the process has obtained from the system. */
  readonly sys: number;
  /** sys, without what was returned and what was never touched. */
  readonly retained: number;
  /** Bytes in spans of objects, and in spans that are managed by hand: stacks, and the collector's work. */
  readonly inUse: number;
  readonly manual: number;
  readonly objects: number;
  readonly unsweptBytes: number;
  readonly sparseBytes: number;
}

/** The number in "go1.19". */
export const minor = (heap: Heap) => Number(/^go1\.(\d+)/.exec(heap.source.release)?.[1] ?? 99);

/** A counter of the runtime; 0 if it is not there, since recordings leave out what is zero. */
export const counter = (heap: Heap, name: string) => heap.counters[name] ?? 0;

/** Adds up a heap. */
export function sumsOf(heap: Heap): Sums {
  const {spans, free, source} = heap;
  const classes = classesOf(heap);
  const total = (of: (c: ClassSums) => number) => classes.reduce((sum, c) => sum + of(c), 0);
  let manual = 0;
  for (let i = 0; i < spans.length; i++) {
    if (spans.state[i] === state.manual) manual += spans.npages[i]! * source.pageSize;
  }
  const c = (name: string) => counter(heap, name);
  const modern = minor(heap) >= 16;
  const stacks = Math.min(manual, modern ? c("heapStats_sum.inStacks") : c("memstats.stacks_inuse"));
  const work = manual - stacks;
  let [freePages, returnedPages] = [0, 0];
  for (let i = 0; i < free.length; i++) {
    freePages += free.pages[i]!;
    returnedPages += free.returned[i]!;
  }
  const parts: Record<PartName, number> = {
    objects: total(s => s.objectBytes),
    unused: total(s => s.unusedBytes),
    bitmaps: total(s => s.bitmapBytes),
    tails: total(s => s.tailBytes),
    stacks,
    work,
    kept: (freePages - returnedPages - free.untouched) * source.pageSize,
    returned: (returnedPages + free.skipped) * source.pageSize,
    untouched: untouchedOf(heap),
    osStacks: c("memstats.stacks_sys"),
    spanRecords: c("memstats.mspan_sys"),
    mcaches: c("memstats.mcache_sys"),
    // Up to go1.15 the collector's work buffers are charged to the same counter as its metadata.
    collector: modern
      ? c("memstats.gcMiscSys") + c("memstats.gc_sys")
      : Math.max(0, c("memstats.gc_sys") - work),
    profiles: c("memstats.buckhash_sys"),
    other: c("memstats.other_sys"),
  };
  const sys = partNames.reduce((sum, name) => sum + parts[name], 0);
  return {
    classes,
    parts,
    sys,
    retained: sys - parts.returned - parts.untouched,
    inUse: total(s => s.bytes),
    manual,
    objects: total(s => s.objects),
    unsweptBytes: total(s => s.unsweptBytes),
    sparseBytes: total(sparse),
  };
}

/**
 * Bytes that are charged to the heap and were never used. Up to go1.13 a free span says whether its memory was. From go1.14 to
 * go1.17 an arena is charged whole when it is obtained, before the page allocator has it; later, only what the heap grows into.
 */
function untouchedOf(heap: Heap): number {
  if (heap.free.from === "spans") return heap.free.untouched * heap.source.pageSize;
  const base = heap.counters["mheap_scalars.curArena.base"];
  const end = heap.counters["mheap_scalars.curArena.end"];
  if (minor(heap) >= 18 || base === undefined || end === undefined) return 0;
  const rest = Math.max(0, end - base);
  const all = counter(heap, "heapStats_sum.committed") + counter(heap, "heapStats_sum.released");
  // Nobody has recorded go1.16 and go1.17 here: whether they charge it is read off their counters.
  return minor(heap) < 16 || all - heap.free.managed >= rest ? rest : 0;
}

/** How many spans are free records, in use and managed by hand. */
export function spanCounts({spans}: Heap): {inUse: number; manual: number; free: number; userArenas: number} {
  const counts = {inUse: 0, manual: 0, free: 0, userArenas: 0};
  for (let i = 0; i < spans.length; i++) {
    const s = spans.state[i];
    if (s === state.inUse) counts.inUse++;
    else if (s === state.manual) counts.manual++;
    else if (s === state.free) counts.free++;
    if (s === state.inUse && (spans.flags[i]! & flag.userArena) !== 0) counts.userArenas++;
  }
  return counts;
}
