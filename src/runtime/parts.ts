// The parts of the allocator that differ between releases in more than data.
//
// There are two of each: for an allocator whose free pages are spans in treaps and whose mcentrals keep lists, and for
// one with a page allocator and sets. A release names its parts, boot picks them, and routines that are the same everywhere
// call them through here. That happens on slow paths alone: what runs at every allocation is one routine for all releases.

import type {spanAllocType} from "./heapstats.js";
import {persistentalloc} from "./malloc.js";
import {largeAlloc} from "./mallocgc.js";
import * as lists from "./mcache.js";
import * as sets from "./mcache_spanset.js";
import {mcentral} from "./mcentral.js";
import {mcentralSets} from "./mcentral_spanset.js";
import {sysAllocOS} from "./mem.js";
import * as plainStats from "./memstats.js";
import * as heapStats from "./memstats_heap.js";
import * as ratio from "./mgc.js";
import * as goal from "./mgc_goal.js";
import * as bufs from "./mgcsweep.js";
import * as active from "./mgcsweep_active.js";
import type {mheap} from "./mheap.js";
import * as treap from "./mheap_alloc.js";
import * as treapFree from "./mheap_free.js";
import * as pageFree from "./mheap_grow.js";
import * as page from "./mheap_span.js";
import {pageAlloc} from "./mpagealloc.js";
import type {mspan} from "./mspan.js";
import type {Runtime} from "./runtime.js";

/** What every mcentral does. */
export interface central {
  spanclass: number;
  init(spc: number): void;
  cacheSpan(): mspan | null;
  uncacheSpan(s: mspan): void;
}

/** What is called through here. Sizes of spans are in pages, all others in bytes. */
export interface Parts {
  newCentral(rt: Runtime): central;
  newPages(rt: Runtime): pageAlloc | null;
  /** The array that an entry of the first level of the index of arenas refers to. Returns its address. */
  allocArenaMap(rt: Runtime, bytes: number): number;
  /** The last thing that mheap.init does. */
  initFreePages(h: mheap): void;
  alloc(h: mheap, npages: number, spanclass: number, large: boolean): mspan | null;
  allocManual(h: mheap, npages: number, typ: spanAllocType): mspan | null;
  freeSpan(h: mheap, s: mspan, large: boolean): void;
  freeManual(h: mheap, s: mspan, typ: spanAllocType): void;
  refill: typeof lists.refill;
  releaseAll: typeof lists.releaseAll;
  largeAlloc: typeof largeAlloc;
  sweep: typeof bufs.sweep;
  sweepone: typeof bufs.sweepone;
  deductSweepCredit: typeof bufs.deductSweepCredit;
  gcinit: typeof ratio.gcinit;
  finishSweep: typeof ratio.finishSweep;
  endCycle: typeof ratio.endCycle;
  readMemStats: typeof plainStats.readMemStats;
}

/** The counter of spans that are managed by hand: what is no stack is the collector's. */
const manualStat = (typ: spanAllocType) => (typ === "spanAllocStack" ? "stacks_inuse" : "gc_sys");

/** Until go1.13. */
const treaps: Parts = {
  newCentral: rt => new mcentral(rt),
  newPages: () => null,
  allocArenaMap: (rt, bytes) => persistentalloc(rt, bytes, rt.config.arch.PtrSize, null),
  initFreePages: () => {},
  alloc: treap.alloc,
  allocManual: (h, npages, typ) => treap.allocManual(h, npages, manualStat(typ)),
  freeSpan: treapFree.freeSpan,
  freeManual: (h, s, typ) => treapFree.freeManual(h, s, manualStat(typ)),
  refill: lists.refill,
  releaseAll: lists.releaseAll,
  largeAlloc,
  sweep: bufs.sweep,
  sweepone: bufs.sweepone,
  deductSweepCredit: bufs.deductSweepCredit,
  gcinit: ratio.gcinit,
  finishSweep: ratio.finishSweep,
  endCycle: ratio.endCycle,
  readMemStats: plainStats.readMemStats,
};

/** As of go1.19; go1.14 to 1.16 came to it step by step. */
const pages: Parts = {
  newCentral: rt => new mcentralSets(rt),
  newPages: rt => new pageAlloc(rt),
  allocArenaMap: sysAllocOS,
  initFreePages: h => h.pages!.init(h.rt.config.release.gcMiscStat),
  alloc: page.alloc,
  allocManual: page.allocManual,
  freeSpan: pageFree.freeSpan,
  freeManual: pageFree.freeManual,
  refill: sets.refill,
  releaseAll: sets.releaseAll,
  largeAlloc: sets.allocLarge,
  sweep: active.sweep,
  sweepone: active.sweepone,
  deductSweepCredit: active.deductSweepCredit,
  gcinit: goal.gcinit,
  finishSweep: goal.finishSweep,
  endCycle: goal.endCycle,
  readMemStats: heapStats.readMemStats,
};

/** By the name that a release gives them. */
export const parts: Readonly<Record<"treaps" | "pageAlloc", Parts>> = {treaps, pageAlloc: pages};
