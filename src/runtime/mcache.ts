// The cache of a P: one span of each class, from which small objects are allocated without a lock.
//
// An mcache lives outside the heap and comes from mheap.cachealloc. A slot without a span of its own holds
// emptymspan, which has no free object: so the fast path need not ask whether there is a span at all.

import type {Arch} from "../releases/index.js";
import {fastlog2} from "./fastlog2.js";
import type {fixed} from "./mfixalloc.js";
import type {mspan} from "./mspan.js";
import {purgecachedstats} from "./mstats.js";
import {Throw} from "./panic.js";
import {cheaprandn} from "./rand.js";
import type {Runtime} from "./runtime.js";
import {stackcache_clear} from "./stack.js";

/**
 * A list of free stacks of one size.
 *
 * @go runtime/mcache.go stackfreelist go1.12.17
 */
export interface stackfreelist {
  list: number;
  /** Bytes in all stacks of the list. */
  size: number;
}

/**
 * The cache of one P. Sizes are in bytes.
 *
 * @go runtime/mcache.go mcache go1.12.17
 */
export class mcache implements fixed {
  readonly address: number;
  /** Whether objects of 12 bytes begin at a multiple of 8: on 32-bit they may hold a number of 64 bits. */
  readonly aligns12: boolean;

  /** After this many more bytes an allocation is sampled for the heap profile. */
  next_sample = 0;
  /** From go1.24 on: the MemProfileRate that next_sample was drawn with. */
  memProfRate = 0;
  /** Bytes allocated that may hold pointers, not yet added to heap_scan. */
  local_scan = 0;
  /** The block that tiny objects share, 0 if there is none, and how much of it is taken. */
  tiny = 0;
  tinyoffset = 0;
  /** Tiny objects allocated, not yet added to the statistics. */
  local_tinyallocs = 0;
  /** The span to allocate from, by span class. */
  readonly alloc: mspan[];
  readonly stackcache: stackfreelist[];
  local_largefree = 0;
  local_nlargefree = 0;
  readonly local_nsmallfree: number[];
  /** The sweepgen at which this cache was flushed last. */
  flushGen = 0;

  #link: fixed | null = null;
  readonly #arch: Arch;

  constructor(rt: Runtime, address: number) {
    const {numSpanClasses, _NumStackOrders, _NumSizeClasses} = rt.constants;
    this.address = address;
    this.#arch = rt.config.arch;
    this.aligns12 = rt.config.release.aligns12 && this.#arch.PtrSize === 4;
    this.alloc = Array(numSpanClasses).fill(rt.emptymspan);
    this.stackcache = Array.from({length: _NumStackOrders}, () => ({list: 0, size: 0}));
    this.local_nsmallfree = Array(_NumSizeClasses).fill(0);
  }

  /** The first word begins with next_sample. */
  get mlink(): fixed | null {
    return this.#link;
  }
  set mlink(link: fixed | null) {
    this.#link = link;
    this.next_sample = firstInt32(link, this.#arch);
  }

  clear(): void {
    this.next_sample = 0;
    this.local_scan = 0;
    this.tiny = 0;
    this.tinyoffset = 0;
    this.local_tinyallocs = 0;
    for (const each of this.stackcache) Object.assign(each, {list: 0, size: 0});
    this.local_largefree = 0;
    this.local_nlargefree = 0;
    this.local_nsmallfree.fill(0);
    this.flushGen = 0;
  }
}

/** What an int32 at the start of a record reads as once a link has been written over it. */
function firstInt32(link: fixed | null, {PtrSize, BigEndian}: Arch): number {
  const address = link?.address ?? 0;
  return PtrSize === 8 && BigEndian ? Math.floor(address / 2 ** 32) : address | 0;
}

/**
 * Makes an mcache whose every slot holds emptymspan.
 *
 * @go runtime/mcache.go allocmcache go1.12.17
 */
export function allocmcache(rt: Runtime): mcache {
  const c = rt.mheap_.cachealloc.alloc();
  c.flushGen = rt.mheap_.sweepgen;
  for (let i = 0; i < c.alloc.length; i++) {
    c.alloc[i] = rt.emptymspan;
  }
  c.next_sample = nextSample(rt);
  return c;
}

/**
 * Bytes until the next sample of the heap profile. On average it is MemProfileRate.
 *
 * @go runtime/malloc.go nextSample go1.12.17
 */
export function nextSample(rt: Runtime): number {
  return fastexprand(rt, rt.MemProfileRate);
}

/**
 * A random number from an exponential distribution with the given mean: the distance between events that do
 * not know of each other.
 *
 * With q drawn evenly from (0, 1], -ln(q) * mean is so distributed. q has 26 bits, hence at most 18 means.
 *
 * @go runtime/malloc.go fastexprand go1.12.17
 */
export function fastexprand(rt: Runtime, mean: number): number {
  if (mean === 0) return 0;
  if (mean > 0x7000000) mean = 0x7000000;

  const randomBitCount = 26;
  const q = cheaprandn(rt, 2 ** randomBitCount) + 1;
  const qlog = Math.min(fastlog2(q) - randomBitCount, 0);
  const minusLog2 = -0.6931471805599453;
  return ((qlog * (minusLog2 * mean)) | 0) + 1;
}

/**
 * Gives an mcache back, and the spans that it holds to their mcentrals.
 *
 * @go runtime/mcache.go freemcache go1.12.17
 */
export function freemcache(rt: Runtime, c: mcache): void {
  rt.parts.releaseAll(rt, c);
  stackcache_clear(c);
  purgecachedstats(rt, c);
  rt.mheap_.cachealloc.free(c);
}

/**
 * Gets a span of a class with at least one free object. The one that the mcache has must be full.
 *
 * @go runtime/mcache.go mcache.refill go1.12.17
 */
export function refill(rt: Runtime, c: mcache, spc: number): void {
  const {mheap_} = rt;
  const full = c.alloc[spc]!;
  if (full.allocCount !== full.nelems) throw new Throw(rt, "refill of span with free space remaining");
  if (full !== rt.emptymspan) {
    if (full.sweepgen !== mheap_.sweepgen + 3) throw new Throw(rt, "bad sweepgen in refill");
    full.sweepgen = mheap_.sweepgen;
  }
  const s = mheap_.central[spc]!.cacheSpan();
  if (s === null) throw new Throw(rt, "out of memory");
  if (s.allocCount === s.nelems) throw new Throw(rt, "span has no free space");
  // While it is cached, nobody else may sweep it.
  s.sweepgen = mheap_.sweepgen + 3;
  c.alloc[spc] = s;
}

/**
 * Gives all spans back to their mcentrals, and forgets the block of tiny objects.
 *
 * @go runtime/mcache.go mcache.releaseAll go1.12.17
 */
export function releaseAll(rt: Runtime, c: mcache): void {
  for (let i = 0; i < c.alloc.length; i++) {
    const s = c.alloc[i]!;
    if (s === rt.emptymspan) continue;
    rt.mheap_.central[i]!.uncacheSpan(s);
    c.alloc[i] = rt.emptymspan;
  }
  c.tiny = 0;
  c.tinyoffset = 0;
}

/**
 * Flushes an mcache if a sweep cycle has begun since it was filled. It must happen before anything is allocated
 * from it again.
 *
 * @go runtime/mcache.go mcache.prepareForSweep go1.12.17
 */
export function prepareForSweep(rt: Runtime, c: mcache): void {
  const sg = rt.mheap_.sweepgen;
  if (c.flushGen === sg) return;
  if (c.flushGen !== sg - 2) {
    rt.print(`bad flushGen ${c.flushGen} in prepareForSweep; sweepgen ${sg}`);
    throw new Throw(rt, "bad flushGen");
  }
  rt.parts.releaseAll(rt, c);
  stackcache_clear(c);
  c.flushGen = sg;
}
