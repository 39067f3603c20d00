// Sweeping, from go1.17 on: the spans to sweep lie in the sets of the mcentrals.
//
// Who wants to sweep says so first (activeSweep): once all sets are drained and nobody sweeps any more, sweeping is done.
// A span is swept by whoever moves its sweepgen from sg - 2 to sg - 1. Afterwards it is in the swept sets of its mcentral,
// or back in the heap, or it belongs to the caller (preserve). Finalizers and other specials are not modelled, and a sweeper does not outlive a cycle.

import {newMarkBits} from "./gcbits.js";
import {countAlloc, isFree, isMarked, refillAllocCache} from "./mbitmap.js";
import type {mcentralSets} from "./mcentral_spanset.js";
import {mSpanInUse, type mspan} from "./mspan.js";
import {Throw} from "./panic.js";
import type {Runtime} from "./runtime.js";

/**
 * How many sweep, and whether all that is to be swept has been taken.
 *
 * @go runtime/mgcsweep.go activeSweep go1.19.8
 */
export class activeSweep {
  sweepers = 0;
  drained = false;

  /** Returns whether there is anything to sweep; if so, `end` must follow. @go runtime/mgcsweep.go activeSweep.begin go1.19.8 */
  begin(): boolean {
    if (this.drained) return false;
    this.sweepers++;
    return true;
  }

  /** @go runtime/mgcsweep.go activeSweep.end go1.19.8 */
  end(rt: Runtime): void {
    if (this.sweepers === 0) throw new Throw(rt, "mismatched begin/end of activeSweep");
    this.sweepers--;
  }

  /** @go runtime/mgcsweep.go activeSweep.isDone go1.19.8 */
  isDone(): boolean {
    return this.drained && this.sweepers === 0;
  }

  /** Begins a new cycle. @go runtime/mgcsweep.go activeSweep.reset go1.19.8 */
  reset(): void {
    this.drained = false;
    this.sweepers = 0;
  }
}

/** Where sweeping stands. @go runtime/mgcsweep.go sweepdata go1.19.8 */
export class sweepdata {
  readonly active = new activeSweep();
  /** The set to look into next: twice the span class, plus 1 for the partial one. */
  centralIndex = 0;
}

/**
 * Claims a span for sweeping. Returns false if it needs none, or someone else has claimed it.
 *
 * @go runtime/mgcsweep.go sweepLocker.tryAcquire go1.19.8
 */
export function tryAcquire(rt: Runtime, s: mspan): boolean {
  const sg = rt.mheap_.sweepgen;
  if (s.sweepgen !== sg - 2) return false;
  s.sweepgen = sg - 1;
  return true;
}

/**
 * Sweeps a span that the caller has claimed. Returns whether the span went back to the heap; with `preserve` it does
 * not, and is put nowhere.
 *
 * @go runtime/mgcsweep.go sweepLocked.sweep go1.19.8
 */
export function sweep(rt: Runtime, s: mspan, preserve: boolean): boolean {
  const {mheap_, gcController} = rt;
  const {heapStats} = rt.memstats;
  const {sweepgen} = mheap_;
  if (s.state !== mSpanInUse || s.sweepgen !== sweepgen - 1) {
    rt.print(`mspan.sweep: state=${s.state} sweepgen=${s.sweepgen} mheap.sweepgen=${sweepgen}`);
    throw new Throw(rt, "mspan.sweep: bad span state");
  }
  mheap_.pagesSwept += s.npages;
  const sizeclass = s.spanclass >> 1;
  const size = s.elemsize;
  checkZombies(rt, s);

  const nalloc = countAlloc(s);
  const nfreed = s.allocCount - nalloc;
  if (nfreed < 0) {
    rt.print(
      `runtime: nelems=${s.nelems} nalloc=${nalloc} previous allocCount=${s.allocCount} nfreed=${nfreed}`,
    );
    throw new Throw(rt, "sweep increased allocation count");
  }
  s.allocCount = nalloc;
  s.freeindex = 0;
  s.freeIndexForScan = 0;
  s.allocBits = s.gcmarkBits;
  s.allocBitsAt = s.gcmarkBitsAt;
  const fresh = newMarkBits(rt, s.nelems);
  s.gcmarkBits = fresh.bits;
  s.gcmarkBitsAt = fresh.at;
  refillAllocCache(s, 0);
  s.sweepgen = sweepgen;

  if (sizeclass !== 0 && nfreed > 0) {
    s.needzero = 1;
    heapStats.smallFreeCount[sizeclass]! += nfreed;
    gcController.totalFree += nfreed * size;
  }
  if (preserve) return false;
  if (nalloc === 0) {
    rt.parts.freeSpan(mheap_, s, sizeclass === 0);
    if (sizeclass === 0) {
      heapStats.largeFreeCount++;
      heapStats.largeFree += size;
      gcController.totalFree += size;
    }
    return true;
  }
  const c = mheap_.central[s.spanclass] as mcentralSets;
  (nalloc === s.nelems ? c.fullSwept(sweepgen) : c.partialSwept(sweepgen)).push(s);
  return false;
}

/** Throws if an object is marked that was not allocated: something still points to it. */
function checkZombies(rt: Runtime, s: mspan): void {
  for (let i = s.freeindex; i < s.nelems; i++) {
    if (isMarked(s, i) && isFree(s, i)) reportZombies(rt, s);
  }
}

/**
 * Prints what is known of each object of a span, without contents, and throws.
 *
 * @go runtime/mgcsweep.go mspan.reportZombies go1.19.8
 */
function reportZombies(rt: Runtime, s: mspan): never {
  const {elemsize, freeindex} = s;
  const span = `0x${s.address.toString(16)}`;
  rt.print(
    `runtime: marked free object in span ${span}, elemsize=${elemsize} freeindex=${freeindex} (bad use of unsafe.Pointer? try -d=checkptr)`,
  );
  for (let i = 0; i < s.nelems; i++) {
    const address = `0x${(s.base() + i * elemsize).toString(16)}`;
    const [free, marked] = [isFree(s, i), isMarked(s, i)];
    const zombie = free && marked ? " zombie" : "";
    rt.print(`${address} ${free ? "free " : "alloc"} ${marked ? "marked  " : "unmarked"}${zombie}`);
  }
  throw new Throw(rt, "found pointer to free object");
}

/**
 * The next span that may need sweeping, from the sets of the mcentrals in turn; null when all are empty.
 *
 * @go runtime/mgcsweep.go mheap.nextSpanForSweep go1.19.8
 */
function nextSpanForSweep(rt: Runtime): mspan | null {
  const {mheap_, sweep} = rt;
  const sg = mheap_.sweepgen;
  for (; sweep.centralIndex < 2 * mheap_.central.length; sweep.centralIndex++) {
    const c = mheap_.central[sweep.centralIndex >> 1] as mcentralSets;
    const full = (sweep.centralIndex & 1) === 0;
    const s = (full ? c.fullUnswept(sg) : c.partialUnswept(sg)).pop();
    if (s !== null) return s;
  }
  return null;
}

/**
 * Sweeps one span that needs it. Returns its pages if it went back to the heap, 0 if it did not, and -1 if there is
 * nothing left to sweep.
 *
 * @go runtime/mgcsweep.go sweepone go1.19.8
 */
export function sweepone(rt: Runtime): number {
  const {mheap_} = rt;
  const {active} = rt.sweep;
  const sg = mheap_.sweepgen;
  if (!active.begin()) return -1;
  let npages = -1;
  for (;;) {
    const s = nextSpanForSweep(rt);
    if (s === null) {
      active.drained = true;
      break;
    }
    if (s.state !== mSpanInUse) {
      // It was swept and freed by someone else.
      if (s.sweepgen !== sg && s.sweepgen !== sg + 3) {
        rt.print(`runtime: bad span s.state=${s.state} s.sweepgen=${s.sweepgen} sweepgen=${sg}`);
        throw new Throw(rt, "non in-use span in unswept list");
      }
      continue;
    }
    if (!tryAcquire(rt, s)) continue;
    npages = s.npages;
    if (sweep(rt, s, false)) mheap_.reclaimCredit += npages;
    else npages = 0;
    break;
  }
  active.end(rt);
  return npages;
}

/**
 * Sweeps as many pages as are due before `spanBytes` are allocated.
 *
 * @go runtime/mgcsweep.go deductSweepCredit go1.19.8
 */
export function deductSweepCredit(rt: Runtime, spanBytes: number, callerSweepPages: number): void {
  const {mheap_, gcController} = rt;
  if (mheap_.sweepPagesPerByte === 0) return;
  const newHeapLive = Math.max(gcController.heapLive - mheap_.sweepHeapLiveBasis, 0) + spanBytes;
  const pagesTarget = Math.trunc(mheap_.sweepPagesPerByte * newHeapLive) - callerSweepPages;
  while (pagesTarget > mheap_.pagesSwept - mheap_.pagesSweptBasis) {
    if (sweepone(rt) === -1) {
      mheap_.sweepPagesPerByte = 0;
      break;
    }
  }
}
