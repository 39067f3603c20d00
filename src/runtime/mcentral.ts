// The central free list of a span class: spans with and without a free object, shared by all Ps.
//
// An mcentral holds no objects. Its two lists hold spans: nonempty, those with at least one free object, and
// empty, those that are full or that an mcache works from.
// Invariant: a span is on at most one list of one mcentral, that of its own class.

import {initSpan, nextFreeIndex, refillAllocCache, shiftAllocCache} from "./mbitmap.js";
import {deductSweepCredit, sweep} from "./mgcsweep.js";
import {mSpanList, type mspan} from "./mspan.js";
import {Throw} from "./panic.js";
import type {Runtime} from "./runtime.js";

/**
 * The spans of one span class.
 *
 * @go runtime/mcentral.go mcentral go1.12.17
 */
export class mcentral {
  spanclass = 0;
  readonly nonempty = new mSpanList();
  readonly empty = new mSpanList();
  /** Objects handed to mcaches so far, counting all of a cached span as handed out. */
  nmalloc = 0;
  readonly rt: Runtime;

  constructor(rt: Runtime) {
    this.rt = rt;
  }

  /** @go runtime/mcentral.go mcentral.init go1.12.17 */
  init(spc: number): void {
    this.spanclass = spc;
    this.nonempty.init();
    this.empty.init();
  }

  /**
   * A span with at least one free object, for an mcache to work from. Returns null if there is no memory.
   *
   * @go runtime/mcentral.go mcentral.cacheSpan go1.12.17
   */
  cacheSpan(): mspan | null {
    const {rt} = this;
    const {class_to_allocnpages} = rt.sizeclasses;
    const spanBytes = class_to_allocnpages[this.spanclass >> 1]! * rt.constants._PageSize;
    deductSweepCredit(rt, spanBytes, 0);

    const s = this.#fromNonempty() ?? this.#fromEmpty() ?? this.grow();
    if (s === null) return null;

    // All of the span's free objects count as allocated from here on. uncacheSpan takes back what was not.
    const n = s.nelems - s.allocCount;
    if (n === 0 || s.freeindex === s.nelems) throw new Throw(rt, "span has no free objects");
    this.nmalloc += n;
    rt.memstats.heap_live += spanBytes - s.allocCount * s.elemsize;

    // allocCache begins at a multiple of 64; shift out what lies before freeindex.
    const into = s.freeindex % 64;
    refillAllocCache(s, (s.freeindex - into) / 8);
    shiftAllocCache(s, into);
    return s;
  }

  /** The first span of nonempty, swept if need be. */
  #fromNonempty(): mspan | null {
    const {rt} = this;
    const sg = rt.mheap_.sweepgen;
    for (let s = this.nonempty.first; s !== null; s = s.next) {
      if (s.sweepgen === sg - 1) continue; // someone else is sweeping it
      const unswept = s.sweepgen === sg - 2;
      if (unswept) s.sweepgen = sg - 1;
      this.nonempty.remove(rt, s);
      this.empty.insertBack(rt, s);
      if (unswept) sweep(rt, s, true);
      return s;
    }
    return null;
  }

  /** A span of empty that has a free object after all, once it is swept. Those swept already are at the end. */
  #fromEmpty(): mspan | null {
    const {rt} = this;
    const sg = rt.mheap_.sweepgen;
    for (let s = this.empty.first; s !== null; ) {
      if (s.sweepgen === sg - 1) {
        s = s.next; // someone else is sweeping it
        continue;
      }
      if (s.sweepgen !== sg - 2) return null;
      s.sweepgen = sg - 1;
      this.empty.remove(rt, s);
      this.empty.insertBack(rt, s);
      sweep(rt, s, true);
      const freeIndex = nextFreeIndex(rt, s);
      if (freeIndex !== s.nelems) {
        s.freeindex = freeIndex;
        return s;
      }
      s = this.empty.first;
    }
    return null;
  }

  /**
   * Takes back a span from an mcache, with what it did not use.
   *
   * @go runtime/mcentral.go mcentral.uncacheSpan go1.12.17
   */
  uncacheSpan(s: mspan): void {
    const {rt} = this;
    if (s.allocCount === 0) throw new Throw(rt, "uncaching span but s.allocCount == 0");
    const sg = rt.mheap_.sweepgen;
    // It was cached before sweeping began, so it is still to be swept, and it is ours to do so.
    const stale = s.sweepgen === sg + 1;
    s.sweepgen = stale ? sg - 1 : sg;

    const n = s.nelems - s.allocCount;
    if (n > 0) {
      this.nmalloc -= n;
      this.empty.remove(rt, s);
      this.nonempty.insert(rt, s);
      if (!stale) rt.memstats.heap_live -= n * s.elemsize;
    }
    if (stale) sweep(rt, s, false);
  }

  /**
   * Sees to a span in which sweeping has freed objects: it has room now, or is empty and goes back to the heap.
   * Returns whether it went. With `preserve` the span stays as it is, for the caller to use.
   *
   * @go runtime/mcentral.go mcentral.freeSpan go1.12.17
   */
  freeSpan(s: mspan, preserve: boolean, wasempty: boolean): boolean {
    const {rt} = this;
    const sg = rt.mheap_.sweepgen;
    if (s.sweepgen === sg + 1 || s.sweepgen === sg + 3) throw new Throw(rt, "freeSpan given cached span");
    s.needzero = 1;
    if (preserve) {
      if (s.list === null) throw new Throw(rt, "can't preserve unlinked span");
      s.sweepgen = sg;
      return false;
    }
    if (wasempty) {
      this.empty.remove(rt, s);
      this.nonempty.insert(rt, s);
    }
    s.sweepgen = sg;
    if (s.allocCount !== 0) return false;
    this.nonempty.remove(rt, s);
    rt.parts.freeSpan(rt.mheap_, s, false);
    return true;
  }

  /**
   * A new span from the heap, all of whose objects are free. It goes to empty: an mcache is going to use it.
   *
   * @go runtime/mcentral.go mcentral.grow go1.12.17
   */
  grow(): mspan | null {
    const {rt} = this;
    const {class_to_allocnpages, class_to_size} = rt.sizeclasses;
    const npages = class_to_allocnpages[this.spanclass >> 1]!;
    const size = class_to_size[this.spanclass >> 1]!;
    const n = Math.floor((npages * rt.constants._PageSize) / size);
    const s = rt.parts.alloc(rt.mheap_, npages, this.spanclass, false);
    if (s === null) return null;
    s.limit = s.base() + size * n;
    initSpan(rt, s);
    this.empty.insertBack(rt, s);
    return s;
  }
}
