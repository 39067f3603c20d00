// Taking spans from a heap with a page allocator (go1.14 on).
//
// Go keeps this in mheap.go. Free pages are in no span any more: the page allocator knows them by bits, and a span record
// is made when pages are taken and given up when they come back. A P takes small spans out of its own cache of 64 pages,
// and records out of its own stock of records, so that most spans are made without the heap's lock. That stacks are aligned to physical
// pages on OpenBSD is left out.

import {countOf, type spanAllocType} from "./heapstats.js";
import {initSpan} from "./mbitmap.js";
import {sysUsed} from "./mem.js";
import {scavenge} from "./mgcscavenge.js";
import type {mheap} from "./mheap.js";
import {grow} from "./mheap_grow.js";
import {allocToCache, pageCachePages} from "./mpagecache.js";
import {mSpanInUse, mSpanManual, type mspan} from "./mspan.js";
import {Throw} from "./panic.js";
import {reclaim} from "./reclaim.js";

/**
 * Allocates a span of `npages` pages for objects of a span class; class 0 is for one large object. Returns null if
 * the system has no more memory.
 *
 * @go runtime/mheap.go mheap.alloc go1.19.8
 */
export function alloc(h: mheap, npages: number, spanclass: number): mspan | null {
  // Before the heap grows by npages pages, that many are swept.
  if (!h.rt.sweep.active.isDone()) reclaim(h.rt, npages);
  return allocSpan(h, npages, "spanAllocHeap", spanclass);
}

/**
 * Allocates a span of `npages` pages that its user manages by hand. Returns null if the system has no more memory.
 *
 * @go runtime/mheap.go mheap.allocManual go1.19.8
 */
export function allocManual(h: mheap, npages: number, typ: spanAllocType): mspan | null {
  return allocSpan(h, npages, typ, 0);
}

/**
 * Finds pages and makes them a span, growing the heap if need be.
 *
 * @go runtime/mheap.go mheap.allocSpan go1.19.8
 */
export function allocSpan(h: mheap, npages: number, typ: spanAllocType, spanclass: number): mspan | null {
  const {rt} = h;
  const pp = rt.getg().m.p;
  let [base, scav] = [0, 0];
  let growth = 0;
  let s: mspan | null = null;

  if (pp !== null && npages < pageCachePages / 4) {
    if (pp.pcache === null || pp.pcache.empty()) pp.pcache = allocToCache(h.pages!);
    [base, scav] = pp.pcache.alloc(npages);
    if (base !== 0) s = pp.mspancache.pop() ?? null;
  }
  if (base === 0) {
    [base, scav] = h.pages!.alloc(npages);
  }
  if (base === 0) {
    growth = grow(h, npages);
    if (growth === 0) return null;
    [base, scav] = h.pages!.alloc(npages);
    if (base === 0) throw new Throw(rt, "grew heap, but no adequate free space found");
  }
  s ??= allocMSpanLocked(h);

  s.init(base, npages);
  if (allocNeedsZero(h, base, npages)) s.needzero = 1;
  if (typ === "spanAllocHeap") initHeapSpan(h, s, spanclass);
  else initManualSpan(h, s);
  assistScavenge(h, scav, growth);
  account(h, s, scav, typ);

  // Whoever finds the span from an address must find all of it set up.
  h.setSpans(s.base(), npages, s);
  if (typ === "spanAllocHeap") {
    h.setPageInUse(s, true);
    h.pagesInUse += npages;
  }
  return s;
}

function initHeapSpan(h: mheap, s: mspan, spanclass: number): void {
  const {class_to_size, class_to_divmagic} = h.rt.sizeclasses;
  const sizeclass = spanclass >> 1;
  s.spanclass = spanclass;
  s.elemsize = sizeclass === 0 ? s.npages * h.rt.constants._PageSize : class_to_size[sizeclass]!;
  s.divMagic = class_to_divmagic[sizeclass]!;
  s.freeIndexForScan = 0;
  initSpan(h.rt, s);
  s.sweepgen = h.sweepgen;
  s.state = mSpanInUse;
}

function initManualSpan(h: mheap, s: mspan): void {
  s.manualFreeList = 0;
  s.nelems = 0;
  s.limit = s.base() + s.npages * h.rt.constants._PageSize;
  s.state = mSpanManual;
}

/**
 * Returns memory to the system where what is about to be used would exceed a goal: the memory limit, or what the heap
 * may retain after it has grown.
 *
 * @go runtime/mheap.go mheap.allocSpan go1.19.8
 */
function assistScavenge(h: mheap, scav: number, growth: number): void {
  const {rt} = h;
  const {gcController} = rt;
  let bytesToScavenge = Math.max(0, scav + gcController.mappedReady - gcController.memoryLimit);
  const goal = rt.scavenge.gcPercentGoal;
  const retained = gcController.heapInUse + gcController.heapFree;
  if (growth > 0 && retained + growth > goal) {
    bytesToScavenge = Math.max(bytesToScavenge, Math.min(growth, retained + growth - goal));
  }
  if (rt.getg().m.p !== null && bytesToScavenge > 0) scavenge(h.pages!, bytesToScavenge);
}

/** Brings back pages that had been returned, and counts all where they belong now. */
function account(h: mheap, s: mspan, scav: number, typ: spanAllocType): void {
  const {gcController, memstats} = h.rt;
  const nbytes = s.npages * h.rt.constants._PageSize;
  if (scav !== 0) sysUsed(h.rt, s.base(), nbytes, scav);
  const {heapStats} = memstats;
  gcController.heapReleased -= scav;
  gcController.heapFree -= nbytes - scav;
  if (typ === "spanAllocHeap") gcController.heapInUse += nbytes;
  heapStats.committed += scav;
  heapStats.released -= scav;
  heapStats[countOf[typ]] += nbytes;
}

/**
 * Whether pages may hold something other than zeroes: an arena knows up to where it has ever been handed out.
 *
 * @go runtime/mheap.go mheap.allocNeedsZero go1.19.8
 */
export function allocNeedsZero(h: mheap, base: number, npages: number): boolean {
  const {_PageSize, heapArenaBytes} = h.rt.constants;
  let needZero = false;
  for (let left = npages * _PageSize; left > 0; ) {
    const ha = h.arenaOf(base)!;
    const from = base - ha.start;
    const to = Math.min(from + left, heapArenaBytes);
    if (from < ha.zeroedBase) needZero = true;
    ha.zeroedBase = Math.max(ha.zeroedBase, to);
    base += to - from;
    left -= to - from;
  }
  return needZero;
}

/** Span records that the stock of a P has room for; it is filled by half. */
export const mspancacheLen = 128;

/**
 * A span record: from the stock of the P, which is filled when it is empty.
 *
 * @go runtime/mheap.go mheap.allocMSpanLocked go1.19.8
 */
function allocMSpanLocked(h: mheap): mspan {
  const pp = h.rt.getg().m.p;
  if (pp === null) return h.spanalloc.alloc();
  if (pp.mspancache.length === 0) {
    for (let i = 0; i < mspancacheLen / 2; i++) pp.mspancache.push(h.spanalloc.alloc());
  }
  return pp.mspancache.pop()!;
}
