// Filling an mcache and emptying it, from go1.16 on: what it has allocated is counted when a span leaves it.
//
// Go keeps this in mcache.go. Until go1.15 the mcentral counted all objects of a cached span as allocated. Now the span
// remembers how many it had when it was cached, and the difference is counted afterwards.

import type {mcache} from "./mcache.js";
import type {mcentralSets} from "./mcentral_spanset.js";
import {makeSpanClass, type mspan} from "./mspan.js";
import {Throw} from "./panic.js";
import type {Runtime} from "./runtime.js";

/** Size class 2, no pointers: where the blocks of tiny objects come from. */
const tinySpanClass = makeSpanClass(2, true);

/**
 * Gets a span of a class with at least one free object. The one that the mcache has must be full.
 *
 * @go runtime/mcache.go mcache.refill go1.19.8
 */
export function refill(rt: Runtime, c: mcache, spc: number): void {
  const {mheap_, gcController} = rt;
  const {heapStats} = rt.memstats;
  const full = c.alloc[spc]!;
  if (full.allocCount !== full.nelems) throw new Throw(rt, "refill of span with free space remaining");
  if (full !== rt.emptymspan) {
    if (full.sweepgen !== mheap_.sweepgen + 3) throw new Throw(rt, "bad sweepgen in refill");
    mheap_.central[spc]!.uncacheSpan(full);
    countAllocated(rt, full, spc);
    if (spc === tinySpanClass) {
      heapStats.tinyAllocCount += c.local_tinyallocs;
      c.local_tinyallocs = 0;
    }
  }

  const s = mheap_.central[spc]!.cacheSpan();
  if (s === null) throw new Throw(rt, "out of memory");
  if (s.allocCount === s.nelems) throw new Throw(rt, "span has no free space");
  // While it is cached, nobody else may sweep it.
  s.sweepgen = mheap_.sweepgen + 3;
  s.allocCountBeforeCache = s.allocCount;
  // All that is free in it counts as live from here on. releaseAll takes back what was not used.
  gcController.update(s.npages * rt.constants._PageSize - s.allocCount * s.elemsize, c.local_scan);
  c.local_scan = 0;
  c.alloc[spc] = s;
}

/** Counts what was allocated from a span since it was cached. */
function countAllocated(rt: Runtime, s: mspan, spc: number): void {
  const slotsUsed = s.allocCount - s.allocCountBeforeCache;
  s.allocCountBeforeCache = 0;
  rt.memstats.heapStats.smallAllocCount[spc >> 1]! += slotsUsed;
  rt.gcController.totalAlloc += slotsUsed * s.elemsize;
}

/**
 * Allocates a span for one object of more than 32 KiB: whole pages, straight from the heap.
 *
 * @go runtime/mcache.go mcache.allocLarge go1.19.8
 */
export function allocLarge(rt: Runtime, size: number, noscan: boolean): mspan {
  const {mheap_, gcController} = rt;
  const {heapStats} = rt.memstats;
  const {_PageSize, _64bit} = rt.constants;
  // Where the sum would not fit into a uintptr, Go sees it wrap around.
  if (size + _PageSize >= (_64bit ? 2 ** 64 : 2 ** 32)) throw new Throw(rt, "out of memory");
  const npages = Math.ceil(size / _PageSize);
  rt.parts.deductSweepCredit(rt, npages * _PageSize, npages);
  const spc = makeSpanClass(0, noscan);
  const s = rt.parts.alloc(mheap_, npages, spc, true);
  if (s === null) throw new Throw(rt, "out of memory");
  heapStats.largeAlloc += npages * _PageSize;
  heapStats.largeAllocCount++;
  gcController.totalAlloc += npages * _PageSize;
  gcController.update(npages * _PageSize, 0);
  // The sweeper has to find it.
  (mheap_.central[spc] as mcentralSets).fullSwept(mheap_.sweepgen).push(s);
  s.limit = s.base() + size;
  return s;
}

/**
 * Gives all spans back to their mcentrals, and forgets the block of tiny objects.
 *
 * @go runtime/mcache.go mcache.releaseAll go1.19.8
 */
export function releaseAll(rt: Runtime, c: mcache): void {
  const {mheap_, gcController} = rt;
  const scanAlloc = c.local_scan;
  c.local_scan = 0;
  let dHeapLive = 0;
  for (let i = 0; i < c.alloc.length; i++) {
    const s = c.alloc[i]!;
    if (s === rt.emptymspan) continue;
    countAllocated(rt, s, i);
    // A span that was cached before sweeping began counted as live in the last cycle alone.
    if (s.sweepgen !== mheap_.sweepgen + 1) dHeapLive -= (s.nelems - s.allocCount) * s.elemsize;
    mheap_.central[i]!.uncacheSpan(s);
    c.alloc[i] = rt.emptymspan;
  }
  c.tiny = 0;
  c.tinyoffset = 0;
  rt.memstats.heapStats.tinyAllocCount += c.local_tinyallocs;
  c.local_tinyallocs = 0;
  gcController.update(dHeapLive, scanAlloc);
}
