// What runtime.ReadMemStats would have said at the moment of a recording, as far as the recording knows it.
//
// Each release keeps its counters in other places, and the sums are made from them here as readmemstats_m makes them. Numbers of
// objects come from the spans: that is what is left of them once all caches are flushed.

import type {Heap} from "./heap.js";
import {counter, minor, type Sums} from "./sums.js";

/**
 * Fields of runtime.MemStats by name; what is missing cannot be known from the recording.
 *
 * @go runtime/mstats.go readmemstats_m go1.19.8
 */
export function memStatsOf(heap: Heap, {parts, objects}: Sums): Record<string, number | boolean> {
  const c = (name: string) => counter(heap, name);
  const has = (name: string) => heap.counters[name] !== undefined;
  const modern = minor(heap) >= 16;
  const work = c("heapStats_sum.inWorkBufs") + c("heapStats_sum.inPtrScalarBits");
  const stackInUse = modern ? c("heapStats_sum.inStacks") : c("memstats.stacks_inuse");
  const heapInUse = modern ? c("heapStats_sum.inHeap") : c("memstats.heap_inuse");
  const heapSys = modern
    ? c("heapStats_sum.committed") + c("heapStats_sum.released") - stackInUse - work
    : c("memstats.heap_sys");
  const out: Record<string, number | boolean> = {
    HeapAlloc: parts.objects,
    Alloc: parts.objects,
    HeapObjects: objects,
    HeapSys: heapSys,
    HeapIdle: heapSys - heapInUse,
    HeapInuse: heapInUse,
    HeapReleased: modern ? c("heapStats_sum.released") : c("memstats.heap_released"),
    StackInuse: stackInUse,
    StackSys: stackInUse + c("memstats.stacks_sys"),
    MSpanSys: c("memstats.mspan_sys"),
    MCacheSys: c("memstats.mcache_sys"),
    BuckHashSys: c("memstats.buckhash_sys"),
    GCSys: modern ? c("memstats.gcMiscSys") + c("memstats.gc_sys") + work : c("memstats.gc_sys"),
    OtherSys: c("memstats.other_sys"),
    NumGC: c("memstats.numgc"),
    NumForcedGC: c("memstats.numforcedgc"),
    PauseTotalNs: c("memstats.pause_total_ns"),
    EnableGC: minor(heap) >= 18 || c("memstats.enablegc") !== 0,
    DebugGC: false,
  };
  const sys = ["HeapSys", "StackSys", "MSpanSys", "MCacheSys", "BuckHashSys", "GCSys", "OtherSys"];
  out.Sys = sys.reduce((sum, name) => sum + (out[name] as number), 0);
  if (has("fixallocs.spanalloc.inuse")) out.MSpanInuse = c("fixallocs.spanalloc.inuse");
  if (has("fixallocs.cachealloc.inuse")) out.MCacheInuse = c("fixallocs.cachealloc.inuse");
  if (has("memstats.gc_cpu_fraction")) out.GCCPUFraction = c("memstats.gc_cpu_fraction");
  const next = nextGC(heap);
  if (next !== null) out.NextGC = next;
  if (modern) {
    // Tiny objects that join a block count as freed at once.
    const tiny = c("heapStats_sum.tinyAllocCount") + heap.ps.reduce((sum, p) => sum + p.tinyAllocs, 0);
    const small = heap.bySize.frees.reduce((sum, [, n]) => sum + n, 0);
    out.Frees = small + c("heapStats_sum.largeFreeCount") + tiny;
    out.Mallocs = out.Frees + objects;
  }
  // Only go1.19 and later add up what was freed while they run.
  if (minor(heap) >= 19) out.TotalAlloc = parts.objects + c("gcController.totalFree");
  return out;
}

/** The goal of the next collection, where one counter says it; with a memory limit it follows from many. */
function nextGC(heap: Heap): number | null {
  const limited = counter(heap, "gcController.memoryLimit") < 2 ** 62;
  if (minor(heap) < 18)
    return heap.counters["memstats.next_gc"] ?? heap.counters["gcController.heapGoal"] ?? null;
  return limited
    ? null
    : (heap.counters["gcController.gcPercentHeapGoal"] ?? heap.counters["gcController.heapGoal"] ?? null);
}
