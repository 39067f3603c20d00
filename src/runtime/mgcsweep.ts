// Sweeping: what is not marked becomes free.
//
// Sweeping moves no object and looks at none. A span's mark bits become its allocation bits, and it gets fresh mark
// bits; an empty span goes back to the heap. Spans are swept when someone needs them, or when the heap wants to
// grow. Who sweeps a span first sets its sweepgen from sg - 2 to sg - 1, so that no span is swept twice.

import {newMarkBits} from "./gcbits.js";
import {countAlloc, nextFreeIndex, refillAllocCache} from "./mbitmap.js";
import {mSpanInUse, type mspan} from "./mspan.js";
import {Throw} from "./panic.js";
import type {Runtime} from "./runtime.js";

/**
 * Sweeps a span that the caller has claimed. Returns whether the span went back to the heap; with `preserve` it
 * does not.
 *
 * @go runtime/mgcsweep.go mspan.sweep go1.12.17
 */
export function sweep(rt: Runtime, s: mspan, preserve: boolean): boolean {
  const {mheap_} = rt;
  const {sweepgen} = mheap_;
  if (s.state !== mSpanInUse || s.sweepgen !== sweepgen - 1) {
    rt.print(`mspan.sweep: state=${s.state} sweepgen=${s.sweepgen} mheap.sweepgen=${sweepgen}`);
    throw new Throw(rt, "mspan.sweep: bad span state");
  }
  mheap_.pagesSwept += s.npages;

  const c = rt.getg().m.mcache!;
  const sizeclass = s.spanclass >> 1;
  const nalloc = countAlloc(s);
  const freeToHeap = sizeclass === 0 && nalloc === 0;
  if (freeToHeap) s.needzero = 1;
  const nfreed = s.allocCount - nalloc;
  if (nfreed < 0) {
    rt.print(
      `runtime: nelems=${s.nelems} nalloc=${nalloc} previous allocCount=${s.allocCount} nfreed=${nfreed}`,
    );
    throw new Throw(rt, "sweep increased allocation count");
  }

  s.allocCount = nalloc;
  const wasempty = nextFreeIndex(rt, s) === s.nelems;
  s.freeindex = 0;
  s.allocBits = s.gcmarkBits;
  s.allocBitsAt = s.gcmarkBitsAt;
  const fresh = newMarkBits(rt, s.nelems);
  s.gcmarkBits = fresh.bits;
  s.gcmarkBitsAt = fresh.at;
  refillAllocCache(s, 0);

  // Only now may others see the span as swept. Where objects were freed, freeSpan says so.
  if (freeToHeap || nfreed === 0) s.sweepgen = sweepgen;

  let gone = false;
  if (nfreed > 0 && sizeclass !== 0) {
    c.local_nsmallfree[sizeclass]! += nfreed;
    gone = mheap_.lists[s.spanclass]!.freeSpan(s, preserve, wasempty);
  } else if (freeToHeap) {
    const size = s.elemsize;
    rt.parts.freeSpan(mheap_, s, true);
    c.local_nlargefree++;
    c.local_largefree += size;
    gone = true;
  }
  if (!gone) mheap_.sweepSpans[(sweepgen / 2) % 2]!.push(s);
  return gone;
}

/**
 * Sweeps one span that needs it. Returns its pages if it went back to the heap, 0 if it did not, and -1 if there is
 * nothing left to sweep.
 *
 * @go runtime/mgcsweep.go sweepone go1.12.17
 */
export function sweepone(rt: Runtime): number {
  const {mheap_} = rt;
  const sg = mheap_.sweepgen;
  if (mheap_.sweepdone !== 0) return -1;
  for (;;) {
    const s = mheap_.sweepSpans[1 - ((sg / 2) % 2)]!.pop();
    if (s === null) {
      mheap_.sweepdone = 1;
      return -1;
    }
    if (s.state !== mSpanInUse) {
      // It was swept and freed by someone else.
      if (!(s.sweepgen === sg || s.sweepgen === sg + 3)) {
        rt.print(`runtime: bad span s.state=${s.state} s.sweepgen=${s.sweepgen} sweepgen=${sg}`);
        throw new Throw(rt, "non in-use span in unswept list");
      }
      continue;
    }
    if (s.sweepgen !== sg - 2) continue;
    s.sweepgen = sg - 1;
    const npages = s.npages;
    if (!sweep(rt, s, false)) return 0;
    mheap_.reclaimCredit += npages;
    return npages;
  }
}

/**
 * Sweeps as many spans as an allocation of `spanBytes` owes, so that all is swept before the next collection.
 *
 * @go runtime/mgcsweep.go deductSweepCredit go1.12.17
 */
export function deductSweepCredit(rt: Runtime, spanBytes: number, callerSweepPages: number): void {
  const {mheap_, memstats} = rt;
  if (mheap_.sweepPagesPerByte === 0) return;
  const newHeapLive = memstats.heap_live - mheap_.sweepHeapLiveBasis + spanBytes;
  const pagesTarget = Math.trunc(mheap_.sweepPagesPerByte * newHeapLive) - callerSweepPages;
  while (pagesTarget > mheap_.pagesSwept - mheap_.pagesSweptBasis) {
    if (sweepone(rt) === -1) {
      mheap_.sweepPagesPerByte = 0;
      break;
    }
  }
}
