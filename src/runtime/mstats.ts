// The statistics of memory. Every byte that the runtime obtains is charged to one of the `…_sys` fields.

import {heapStatsDelta} from "./heapstats.js";
import type {mcache} from "./mcache.js";
import type {Runtime} from "./runtime.js";
import {stackcache_clear} from "./stack.js";

/**
 * Memory statistics, in bytes where nothing else is said. Fields keep Go's order; those that only a collector
 * moves stay zero as long as none runs.
 *
 * @go runtime/mstats.go mstats go1.12.17
 */
export class mstats {
  alloc = 0;
  total_alloc = 0;
  sys = 0;
  nlookup = 0;
  /** Number of objects allocated. */
  nmalloc = 0;
  /** Number of objects freed. */
  nfree = 0;

  heap_alloc = 0;
  /** Address space that the heap has obtained, without stacks. */
  heap_sys = 0;
  /** Bytes in spans that are free. */
  heap_idle = 0;
  /** Bytes in spans that hold objects. */
  heap_inuse = 0;
  /** Bytes that were returned to the system. */
  heap_released = 0;
  /** Number of objects. */
  heap_objects = 0;

  stacks_inuse = 0;
  stacks_sys = 0;
  mspan_inuse = 0;
  mspan_sys = 0;
  mcache_inuse = 0;
  mcache_sys = 0;
  buckhash_sys = 0;
  gc_sys = 0;
  /** gc_sys by the name that it has had since go1.16. */
  gcMiscSys = 0;
  other_sys = 0;

  next_gc = 0;
  last_gc_unix = 0;
  pause_total_ns = 0;
  numgc = 0;
  numforcedgc = 0;
  gc_cpu_fraction = 0;
  enablegc = false;
  debuggc = false;

  /** Per size class: bytes in an object, objects allocated, objects freed. */
  readonly by_size: {size: number; nmalloc: number; nfree: number}[];

  last_gc_nanotime = 0;
  /** Number of tiny allocations that shared a block. */
  tinyallocs = 0;
  triggerRatio = 0;
  gc_trigger = 0;
  /** Bytes that count as live: marked by the last collection, or handed to an mcache since. */
  heap_live = 0;
  /** Bytes of heap_live that may hold pointers. */
  heap_scan = 0;
  heap_marked = 0;

  /** From go1.16 on: what all Ps have counted. */
  readonly heapStats: heapStatsDelta;
  /** From go1.17 on: heapInUse when the last collection had marked all. */
  lastHeapInUse = 0;

  constructor(numSizeClasses: number) {
    this.heapStats = new heapStatsDelta(numSizeClasses);
    this.by_size = Array.from({length: numSizeClasses}, () => ({size: 0, nmalloc: 0, nfree: 0}));
  }
}

/** The counters of memory obtained from the system. Their sum, with stacks_inuse, is all of it. */
export const sysStats = [
  "heap_sys",
  "stacks_sys",
  "mspan_sys",
  "mcache_sys",
  "buckhash_sys",
  "gc_sys",
  "gcMiscSys",
  "other_sys",
] as const;

/**
 * The counter that obtained memory is charged to; where Go passes `&memstats.other_sys`, the model passes
 * "other_sys". null charges nothing, which is for memory that is merely reserved. heapReleased is a field of gcController.
 */
export type SysStat = (typeof sysStats)[number] | "heapReleased" | null;

/**
 * Charges `n` bytes to a counter.
 *
 * @go runtime/mstats.go mSysStatInc go1.12.17
 */
export function mSysStatInc(rt: Runtime, sysStat: SysStat, n: number): void {
  if (sysStat === "heapReleased") rt.gcController.heapReleased += n;
  else if (sysStat !== null) rt.memstats[sysStat] += n;
}

/**
 * Takes `n` bytes off a counter.
 *
 * @go runtime/mstats.go mSysStatDec go1.12.17
 */
export function mSysStatDec(rt: Runtime, sysStat: SysStat, n: number): void {
  mSysStatInc(rt, sysStat, -n);
}

/**
 * Adds what an mcache has counted to the statistics of all.
 *
 * @go runtime/mstats.go purgecachedstats go1.12.17
 */
export function purgecachedstats(rt: Runtime, c: mcache): void {
  const {mheap_, memstats} = rt;
  memstats.heap_scan += c.local_scan;
  c.local_scan = 0;
  memstats.tinyallocs += c.local_tinyallocs;
  c.local_tinyallocs = 0;
  mheap_.largefree += c.local_largefree;
  c.local_largefree = 0;
  mheap_.nlargefree += c.local_nlargefree;
  c.local_nlargefree = 0;
  c.local_nsmallfree.forEach((n, i) => {
    mheap_.nsmallfree[i]! += n;
  });
  c.local_nsmallfree.fill(0);
}

/**
 * Does so for the mcaches of all Ps.
 *
 * @go runtime/mstats.go cachestats go1.12.17
 */
export function cachestats(rt: Runtime): void {
  for (const p of rt.allp) {
    if (p.mcache !== null) purgecachedstats(rt, p.mcache);
  }
}

/**
 * Gives the spans of all mcaches back to their mcentrals, so that these know how many objects there are.
 *
 * @go runtime/mstats.go flushallmcaches go1.12.17
 */
export function flushallmcaches(rt: Runtime): void {
  for (const {mcache} of rt.allp) {
    if (mcache === null) continue;
    rt.parts.releaseAll(rt, mcache);
    stackcache_clear(mcache);
  }
}

/**
 * Brings the statistics up to date. Only frees are counted as they happen: mallocs are what the mcentrals have
 * handed out, which is known once no mcache holds a span.
 *
 * @go runtime/mstats.go updatememstats go1.12.17
 */
export function updatememstats(rt: Runtime): void {
  const {mheap_, memstats} = rt;
  const {class_to_size} = rt.sizeclasses;
  memstats.mcache_inuse = mheap_.cachealloc.inuse;
  memstats.mspan_inuse = mheap_.spanalloc.inuse;
  memstats.sys = memstats.stacks_inuse;
  for (const stat of sysStats) memstats.sys += memstats[stat];

  flushallmcaches(rt);
  cachestats(rt);

  memstats.nmalloc = mheap_.nlargealloc + memstats.tinyallocs;
  memstats.nfree = mheap_.nlargefree + memstats.tinyallocs;
  let totalAlloc = mheap_.largealloc;
  let totalFree = mheap_.largefree;
  for (const each of memstats.by_size) each.nmalloc = 0;
  mheap_.lists.forEach(({nmalloc}, spc) => {
    const sizeclass = spc >> 1;
    memstats.nmalloc += nmalloc;
    memstats.by_size[sizeclass]!.nmalloc += nmalloc;
    totalAlloc += nmalloc * class_to_size[sizeclass]!;
  });
  mheap_.nsmallfree.forEach((nfree, sizeclass) => {
    memstats.nfree += nfree;
    memstats.by_size[sizeclass]!.nfree = nfree;
    totalFree += nfree * class_to_size[sizeclass]!;
  });

  memstats.total_alloc = totalAlloc;
  memstats.alloc = totalAlloc - totalFree;
  memstats.heap_alloc = memstats.alloc;
  memstats.heap_objects = memstats.nmalloc - memstats.nfree;
}
