// MemStats from go1.16 on: the sums of what every P has counted.
//
// Go keeps this in mstats.go. Each size is known twice, from the counts of the Ps and from the counters of the pacer. Go
// throws if the two disagree, and so does the model.

import {bySizeRows, type MemStats} from "./memstats.js";
import {flushallmcaches} from "./mstats.js";
import {Throw} from "./panic.js";
import type {Runtime} from "./runtime.js";

/**
 * Adds up the statistics. The mcaches are flushed first.
 *
 * @go runtime/mstats.go readmemstats_m go1.19.8
 */
export function readMemStats(rt: Runtime): MemStats {
  flushallmcaches(rt);
  const {memstats, mheap_, gcController} = rt;
  const counts = countObjects(rt);
  const {inStacks, inWorkBufs, inPtrScalarBits} = memstats.heapStats;
  const {heapInUse, heapFree, heapReleased} = gcController;
  const heapSys = heapInUse + heapFree + heapReleased;
  const manual = inStacks + inWorkBufs + inPtrScalarBits;
  const {stacks_sys, mspan_sys, mcache_sys, buckhash_sys, gcMiscSys, other_sys} = memstats;
  const metadata = stacks_sys + mspan_sys + mcache_sys + buckhash_sys + gcMiscSys + other_sys;
  checkAgreement(rt, counts, heapSys + metadata + manual);
  const {totalAlloc, totalFree, nMalloc, nFree} = counts;
  return {
    Alloc: totalAlloc - totalFree,
    TotalAlloc: totalAlloc,
    Sys: heapSys + metadata + manual,
    Lookups: 0,
    Mallocs: nMalloc,
    Frees: nFree,
    HeapAlloc: totalAlloc - totalFree,
    HeapSys: heapSys,
    HeapIdle: heapFree + heapReleased,
    HeapInuse: heapInUse,
    HeapReleased: heapReleased,
    HeapObjects: nMalloc - nFree,
    StackInuse: inStacks,
    StackSys: inStacks + stacks_sys,
    MSpanInuse: mheap_.spanalloc.inuse,
    MSpanSys: mspan_sys,
    MCacheInuse: mheap_.cachealloc.inuse,
    MCacheSys: mcache_sys,
    BuckHashSys: buckhash_sys,
    GCSys: gcMiscSys + inWorkBufs + inPtrScalarBits,
    OtherSys: other_sys,
    NextGC: Number(gcController.heapGoal()),
    LastGC: memstats.last_gc_unix,
    PauseTotalNs: memstats.pause_total_ns,
    PauseNs: Array(256).fill(0),
    PauseEnd: Array(256).fill(0),
    NumGC: memstats.numgc,
    NumForcedGC: memstats.numforcedgc,
    GCCPUFraction: memstats.gc_cpu_fraction,
    EnableGC: true,
    DebugGC: false,
    BySize: counts.bySize.slice(0, bySizeRows),
  };
}

interface Counts {
  totalAlloc: number;
  totalFree: number;
  nMalloc: number;
  nFree: number;
  bySize: MemStats["BySize"];
}

/** Objects and their bytes, large ones and those of every class. A tiny object counts as allocated and as freed. */
function countObjects(rt: Runtime): Counts {
  const {heapStats: c} = rt.memstats;
  const counts: Counts = {
    totalAlloc: c.largeAlloc,
    totalFree: c.largeFree,
    nMalloc: c.largeAllocCount + c.tinyAllocCount,
    nFree: c.largeFreeCount + c.tinyAllocCount,
    bySize: [],
  };
  rt.sizeclasses.class_to_size.forEach((size, i) => {
    const [Mallocs, Frees] = [c.smallAllocCount[i]!, c.smallFreeCount[i]!];
    counts.totalAlloc += Mallocs * size;
    counts.totalFree += Frees * size;
    counts.nMalloc += Mallocs;
    counts.nFree += Frees;
    counts.bySize.push({Size: size, Mallocs, Frees});
  });
  return counts;
}

/** Throws where the two ways of counting differ. */
function checkAgreement(rt: Runtime, {totalAlloc, totalFree}: Counts, totalMapped: number): void {
  const {heapInUse, heapFree, heapReleased, mappedReady, ...c} = rt.gcController;
  const s = rt.memstats.heapStats;
  const consRetained = s.committed - s.inStacks - s.inWorkBufs - s.inPtrScalarBits;
  const pairs: [name: string, global: number, consistent: number, message: string][] = [
    ["heapInUse", heapInUse, s.inHeap, "heapInUse and consistent stats are not equal"],
    ["heapReleased", heapReleased, s.released, "heapReleased and consistent stats are not equal"],
    ["global value", heapInUse + heapFree, consRetained, "measures of the retained heap are not equal"],
    ["totalAlloc", c.totalAlloc, totalAlloc, "totalAlloc and consistent stats are not equal"],
    ["totalFree", c.totalFree, totalFree, "totalFree and consistent stats are not equal"],
  ];
  for (const [name, global, consistent, message] of pairs) {
    if (global === consistent) continue;
    rt.print(`runtime: ${name}=${global}`);
    rt.print(`runtime: consistent value=${consistent}`);
    throw new Throw(rt, message);
  }
  if (mappedReady === totalMapped - s.released) return;
  rt.print(`runtime: mappedReady=${mappedReady}`);
  rt.print(`runtime: totalMapped=${totalMapped}`);
  rt.print(`runtime: released=${s.released}`);
  rt.print(`runtime: totalMapped-released=${totalMapped - s.released}`);
  throw new Throw(rt, "mappedReady and other memstats are not equal");
}
