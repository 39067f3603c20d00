// How a heap with a page allocator grows, and how spans come back to it (go1.14 on).
//
// Go keeps this in mheap.go. The system gives out whole arenas, 64 MiB on most 64-bit systems; the heap takes them over in
// chunks of 4 MiB, as it needs them. What is taken over counts as released at first: nobody has touched it.

import {countOf, type spanAllocType} from "./heapstats.js";
import {sysMap} from "./mem.js";
import type {mheap} from "./mheap.js";
import {heapSysAlloc} from "./mheap_alloc.js";
import {mspancacheLen} from "./mheap_span.js";
import {mSpanDead, mSpanInUse, mSpanManual, type mspan} from "./mspan.js";
import {Throw} from "./panic.js";
import {round} from "./stubs.js";

/**
 * Adds at least `npage` pages to the heap: from what was reserved last, or from new arenas. Returns by how many bytes it
 * grew, 0 if the system has none.
 *
 * @go runtime/mheap.go mheap.grow go1.19.8
 */
export function grow(h: mheap, npage: number): number {
  const {rt, curArena} = h;
  const {_PageSize, pallocChunkPages} = rt.constants;
  // Whole chunks, so that no chunk is partly known to the page allocator.
  const ask = round(npage, pallocChunkPages!) * _PageSize;
  let totalGrowth = 0;
  let nBase = round(curArena.base + ask, rt.physPageSize);
  if (nBase > curArena.end) {
    const [av, asize] = heapSysAlloc(h, ask);
    if (av === 0) {
      const {heapFree, heapReleased, heapInUse} = rt.gcController;
      const inUse = heapFree + heapReleased + heapInUse;
      rt.print(`runtime: out of memory: cannot allocate ${ask}-byte block (${inUse} in use)`);
      return 0;
    }
    if (av === curArena.end) {
      curArena.end = av + asize;
    } else {
      // The new arenas lie elsewhere: use up what is left of the old ones.
      if (curArena.end > curArena.base) totalGrowth += takeOver(h, curArena.base, curArena.end);
      curArena.base = av;
      curArena.end = av + asize;
    }
    nBase = round(curArena.base + ask, rt.physPageSize);
  }
  const v = curArena.base;
  curArena.base = nBase;
  return totalGrowth + takeOver(h, v, nBase);
}

/** Maps reserved memory and hands its pages to the page allocator. Returns the number of bytes. */
function takeOver(h: mheap, from: number, to: number): number {
  const size = to - from;
  sysMap(h.rt, from, size, "heapReleased");
  h.rt.memstats.heapStats.released += size;
  h.pages!.grow(from, size);
  return size;
}

/**
 * Gives a span of objects back. It must have been swept, and hold no object.
 *
 * @go runtime/mheap.go mheap.freeSpan go1.19.8
 */
export function freeSpan(h: mheap, s: mspan): void {
  freeSpanLocked(h, s, "spanAllocHeap");
}

/**
 * Gives a span back that was managed by hand. `typ` must be the one that allocManual was told.
 *
 * @go runtime/mheap.go mheap.freeManual go1.19.8
 */
export function freeManual(h: mheap, s: mspan, typ: spanAllocType): void {
  s.needzero = 1;
  freeSpanLocked(h, s, typ);
}

/**
 * Makes the pages of a span free, and gives up its record.
 *
 * @go runtime/mheap.go mheap.freeSpanLocked go1.19.8
 */
export function freeSpanLocked(h: mheap, s: mspan, typ: spanAllocType): void {
  const {rt} = h;
  const {gcController, memstats} = rt;
  if (s.state === mSpanManual) {
    if (s.allocCount !== 0) throw new Throw(rt, "mheap.freeSpanLocked - invalid stack free");
  } else if (s.state === mSpanInUse) {
    if (s.allocCount !== 0 || s.sweepgen !== h.sweepgen) {
      const [at, count] = [`0x${s.address.toString(16)} ptr 0x${s.base().toString(16)}`, s.allocCount];
      rt.print(`mheap.freeSpanLocked - span ${at} allocCount ${count} sweepgen ${s.sweepgen}/${h.sweepgen}`);
      throw new Throw(rt, "mheap.freeSpanLocked - invalid free");
    }
    h.pagesInUse -= s.npages;
    h.setPageInUse(s, false);
  } else {
    throw new Throw(rt, "mheap.freeSpanLocked - invalid span state");
  }

  const nbytes = s.npages * rt.constants._PageSize;
  gcController.heapFree += nbytes;
  if (typ === "spanAllocHeap") gcController.heapInUse -= nbytes;
  memstats.heapStats[countOf[typ]] -= nbytes;
  h.pages!.free(s.base(), s.npages, false);
  s.state = mSpanDead;
  freeMSpanLocked(h, s);
}

/**
 * Gives a span record up: to the stock of the P, or to spanalloc if that is full.
 *
 * @go runtime/mheap.go mheap.freeMSpanLocked go1.19.8
 */
function freeMSpanLocked(h: mheap, s: mspan): void {
  const pp = h.rt.getg().m.p;
  if (pp !== null && pp.mspancache.length < mspancacheLen) pp.mspancache.push(s);
  else h.spanalloc.free(s);
}
