// MemStats: the statistics as a program sees them.
//
// Go keeps this in mstats.go. MemStats is a copy of memstats with the fields' public names. By reading it a
// program changes what it reads: the mcaches are flushed, so that the central lists know how many objects there are.

import {updatememstats} from "./mstats.js";
import type {Runtime} from "./runtime.js";

/** Number of size classes that MemStats has room for; there are more by now. */
export const bySizeRows = 61;

/**
 * The statistics of a runtime, as runtime.MemStats has them. Sizes are in bytes.
 *
 * @go runtime/mstats.go MemStats go1.12.17
 */
export interface MemStats {
  Alloc: number;
  TotalAlloc: number;
  Sys: number;
  Lookups: number;
  Mallocs: number;
  Frees: number;
  HeapAlloc: number;
  HeapSys: number;
  HeapIdle: number;
  HeapInuse: number;
  HeapReleased: number;
  HeapObjects: number;
  StackInuse: number;
  StackSys: number;
  MSpanInuse: number;
  MSpanSys: number;
  MCacheInuse: number;
  MCacheSys: number;
  BuckHashSys: number;
  GCSys: number;
  OtherSys: number;
  NextGC: number;
  LastGC: number;
  PauseTotalNs: number;
  PauseNs: number[];
  PauseEnd: number[];
  NumGC: number;
  NumForcedGC: number;
  GCCPUFraction: number;
  EnableGC: boolean;
  DebugGC: boolean;
  BySize: {Size: number; Mallocs: number; Frees: number}[];
}

/**
 * Reads the statistics. Go stops the world for it.
 *
 * @go runtime/mstats.go ReadMemStats go1.12.17
 */
export function ReadMemStats(rt: Runtime): MemStats {
  return rt.parts.readMemStats(rt);
}

/**
 * Copies memstats, once it is up to date.
 *
 * @go runtime/mstats.go readmemstats_m go1.12.17
 */
export function readMemStats(rt: Runtime): MemStats {
  updatememstats(rt);
  const s = rt.memstats;
  return {
    Alloc: s.alloc,
    TotalAlloc: s.total_alloc,
    Sys: s.sys,
    Lookups: s.nlookup,
    Mallocs: s.nmalloc,
    Frees: s.nfree,
    HeapAlloc: s.heap_alloc,
    HeapSys: s.heap_sys,
    HeapIdle: s.heap_idle,
    HeapInuse: s.heap_inuse,
    HeapReleased: s.heap_released,
    HeapObjects: s.heap_objects,
    StackInuse: s.stacks_inuse,
    // memstats counts the stacks of the system alone; a program wants to see those of the heap too.
    StackSys: s.stacks_sys + s.stacks_inuse,
    MSpanInuse: s.mspan_inuse,
    MSpanSys: s.mspan_sys,
    MCacheInuse: s.mcache_inuse,
    MCacheSys: s.mcache_sys,
    BuckHashSys: s.buckhash_sys,
    GCSys: s.gc_sys,
    OtherSys: s.other_sys,
    NextGC: s.next_gc,
    LastGC: s.last_gc_unix,
    PauseTotalNs: s.pause_total_ns,
    PauseNs: Array(256).fill(0),
    PauseEnd: Array(256).fill(0),
    NumGC: s.numgc,
    NumForcedGC: s.numforcedgc,
    GCCPUFraction: s.gc_cpu_fraction,
    EnableGC: s.enablegc,
    DebugGC: s.debuggc,
    BySize: s.by_size
      .slice(0, bySizeRows)
      .map(({size, nmalloc, nfree}) => ({Size: size, Mallocs: nmalloc, Frees: nfree})),
  };
}
