// The central free list of a span class, from go1.15 on: sets instead of lists.
//
// An mcentral has four sets of spans: with and without a free object, and each of these swept and unswept. Which of a
// pair is the swept one follows from sweepgen, so that with a new cycle the two change their roles and nothing is moved.
// Invariant: a span is in one set at most. One that an mcache holds is in none.

import {nextFreeIndex, refillAllocCache, shiftAllocCache} from "./mbitmap.js";
import {sweep, tryAcquire} from "./mgcsweep_active.js";
import type {mspan} from "./mspan.js";
import {spanSet} from "./mspanset.js";
import {Throw} from "./panic.js";
import type {Runtime} from "./runtime.js";

/** So many spans cacheSpan sweeps in vain, and one more, before it asks for a new one. */
const spanBudget = 100;

/**
 * The spans of one span class.
 *
 * @go runtime/mcentral.go mcentral go1.19.8
 */
export class mcentralSets {
  spanclass = 0;
  /** Sets of spans with a free object. */
  readonly partial: readonly [spanSet, spanSet];
  /** Sets of spans without one. */
  readonly full: readonly [spanSet, spanSet];
  readonly rt: Runtime;

  constructor(rt: Runtime) {
    this.rt = rt;
    this.partial = [new spanSet(rt), new spanSet(rt)];
    this.full = [new spanSet(rt), new spanSet(rt)];
  }

  /** @go runtime/mcentral.go mcentral.init go1.19.8 */
  init(spc: number): void {
    this.spanclass = spc;
  }

  /** @go runtime/mcentral.go mcentral.partialUnswept go1.19.8 */
  partialUnswept(sweepgen: number): spanSet {
    return this.partial[1 - ((sweepgen / 2) % 2)]!;
  }

  /** @go runtime/mcentral.go mcentral.partialSwept go1.19.8 */
  partialSwept(sweepgen: number): spanSet {
    return this.partial[(sweepgen / 2) % 2]!;
  }

  /** @go runtime/mcentral.go mcentral.fullUnswept go1.19.8 */
  fullUnswept(sweepgen: number): spanSet {
    return this.full[1 - ((sweepgen / 2) % 2)]!;
  }

  /** @go runtime/mcentral.go mcentral.fullSwept go1.19.8 */
  fullSwept(sweepgen: number): spanSet {
    return this.full[(sweepgen / 2) % 2]!;
  }

  /**
   * A span with at least one free object, for an mcache to work from. Returns null if there is no memory.
   *
   * @go runtime/mcentral.go mcentral.cacheSpan go1.19.8
   */
  cacheSpan(): mspan | null {
    const {rt} = this;
    const sg = rt.mheap_.sweepgen;
    const npages = rt.sizeclasses.class_to_allocnpages[this.spanclass >> 1]!;
    rt.parts.deductSweepCredit(rt, npages * rt.constants._PageSize, 0);

    const s = this.partialSwept(sg).pop() ?? this.#fromUnswept(sg) ?? this.grow();
    if (s === null) return null;
    if (s.nelems === s.allocCount || s.freeindex === s.nelems)
      throw new Throw(rt, "span has no free objects");

    // allocCache begins at a multiple of 64; shift out what lies before freeindex.
    const into = s.freeindex % 64;
    refillAllocCache(s, (s.freeindex - into) / 8);
    shiftAllocCache(s, into);
    return s;
  }

  /** Sweeps spans until one has a free object. Full ones that stay full are put where swept ones belong. */
  #fromUnswept(sg: number): mspan | null {
    const {rt} = this;
    const {active} = rt.sweep;
    if (!active.begin()) return null;
    let found: mspan | null = null;
    let budget = spanBudget;
    for (; found === null && budget >= 0; budget--) {
      const s = this.partialUnswept(sg).pop();
      if (s === null) break;
      if (!tryAcquire(rt, s)) continue;
      sweep(rt, s, true);
      found = s;
    }
    for (; found === null && budget >= 0; budget--) {
      const s = this.fullUnswept(sg).pop();
      if (s === null) break;
      if (!tryAcquire(rt, s)) continue;
      sweep(rt, s, true);
      const freeIndex = nextFreeIndex(rt, s);
      if (freeIndex === s.nelems) {
        this.fullSwept(sg).push(s);
        continue;
      }
      s.freeindex = freeIndex;
      found = s;
    }
    active.end(rt);
    return found;
  }

  /**
   * Takes back a span from an mcache. One that was cached before sweeping began is swept now: it is ours to do so.
   *
   * @go runtime/mcentral.go mcentral.uncacheSpan go1.19.8
   */
  uncacheSpan(s: mspan): void {
    const {rt} = this;
    if (s.allocCount === 0) throw new Throw(rt, "uncaching span but s.allocCount == 0");
    const sg = rt.mheap_.sweepgen;
    if (s.sweepgen === sg + 1) {
      s.sweepgen = sg - 1;
      sweep(rt, s, false);
      return;
    }
    s.sweepgen = sg;
    const set = s.nelems > s.allocCount ? this.partialSwept(sg) : this.fullSwept(sg);
    set.push(s);
  }

  /**
   * A new span from the heap, all of whose objects are free.
   *
   * @go runtime/mcentral.go mcentral.grow go1.19.8
   */
  grow(): mspan | null {
    const {rt} = this;
    const npages = rt.sizeclasses.class_to_allocnpages[this.spanclass >> 1]!;
    const size = rt.sizeclasses.class_to_size[this.spanclass >> 1]!;
    const s = rt.parts.alloc(rt.mheap_, npages, this.spanclass, false);
    if (s === null) return null;
    s.limit = s.base() + size * Math.floor((npages * rt.constants._PageSize) / size);
    return s;
  }
}
