// What must add up: the spans and free pages of a recording against the counters of the runtime that was recorded.
//
// The runtime moves both in different places, so that a sum which agrees says that the recording is whole and was
// read rightly. A process that was stopped in the middle of an allocation may be off by one span.

import type {Heap} from "./heap.js";
import {counter, minor, type Sums, spanCounts} from "./sums.js";

/** One comparison, in bytes or in pieces. */
export interface Check {
  readonly name: string;
  /** The counter, by the name that the runtime has for it. */
  readonly counter: string;
  readonly added: number;
  readonly counted: number;
  readonly unit: "bytes" | "count";
}

/** Whether a comparison comes out right. */
export const agrees = ({added, counted}: Check) => added === counted;

/** The comparisons that a release allows. Where the recording lacks the counter, there is none. */
export function checksOf(heap: Heap, sums: Sums): Check[] {
  const {parts, inUse, manual} = sums;
  const modern = minor(heap) >= 16;
  const pageSize = heap.source.pageSize;
  const c = (name: string) => counter(heap, name);
  const has = (name: string) => heap.counters[name] !== undefined;
  const checks: Check[] = [];
  const add = (
    name: string,
    counter: string,
    added: number,
    counted: number,
    unit: Check["unit"] = "bytes",
  ) => checks.push({name, counter, added, counted, unit});
  const free = parts.kept + parts.returned + parts.untouched;
  const knowsReturned = heap.free.from !== "gaps";
  if (modern) {
    const committed = c("heapStats_sum.committed");
    const released = c("heapStats_sum.released");
    add("spans with objects", "heapStats.inHeap", inUse, c("heapStats_sum.inHeap"));
    add(
      "spans managed by hand",
      "heapStats.inStacks + inWorkBufs + inPtrScalarBits",
      manual,
      c("heapStats_sum.inStacks") + c("heapStats_sum.inWorkBufs") + c("heapStats_sum.inPtrScalarBits"),
    );
    if (knowsReturned) {
      add("pages that are not returned", "heapStats.committed", inUse + manual + parts.kept, committed);
      add("pages that are returned", "heapStats.released", parts.returned + parts.untouched, released);
    }
    add(
      "all pages of the heap",
      "heapStats.committed + released",
      inUse + manual + free,
      committed + released,
    );
    if (has("gcController.mappedReady") && knowsReturned) {
      add("memory that is ready", "gcController.mappedReady", sums.retained, c("gcController.mappedReady"));
    }
    if (has("gcController.heapInUse")) {
      add("spans with objects, by the pacer", "gcController.heapInUse", inUse, c("gcController.heapInUse"));
    }
    if (has("gcController.heapReleased") && knowsReturned) {
      add(
        "returned, by the pacer",
        "gcController.heapReleased",
        parts.returned,
        c("gcController.heapReleased"),
      );
      add("free and kept, by the pacer", "gcController.heapFree", parts.kept, c("gcController.heapFree"));
    }
  } else {
    add("spans with objects", "memstats.heap_inuse", inUse, c("memstats.heap_inuse"));
    add("free pages", "memstats.heap_idle", free, c("memstats.heap_idle"));
    if (knowsReturned) {
      add(
        "pages that are returned",
        "memstats.heap_released",
        parts.returned + (heap.free.from === "spans" ? 0 : parts.untouched),
        c("memstats.heap_released"),
      );
    }
    add("spans with objects and free pages", "memstats.heap_sys", inUse + free, c("memstats.heap_sys"));
    add("spans of stacks", "memstats.stacks_inuse", parts.stacks, c("memstats.stacks_inuse"));
  }
  if (has("mheap_scalars.pagesInUse")) {
    add(
      "pages of spans with objects",
      "mheap.pagesInUse",
      inUse / pageSize,
      c("mheap_scalars.pagesInUse"),
      "count",
    );
  }
  if (has("mheap_scalars.allspans.len")) {
    const records = heap.spans.length + heap.uninitialised;
    add("records of spans", "len(mheap.allspans)", records, c("mheap_scalars.allspans.len"), "count");
  }
  const arenas = ["mheap_scalars.heapArenas.len", "mheap_scalars.allArenas.len"].find(has);
  if (arenas !== undefined) {
    const name = arenas.replace(/^mheap_scalars\.(.*)\.len$/, "len(mheap.$1)");
    add("arenas", name, heap.arenas.length, c(arenas), "count");
  }
  if (heap.free.from === "bitmaps") {
    const taken = inUse + manual + parts.kept + parts.returned;
    add("pages of the page allocator", "mheap.pages.inUse", taken, heap.free.managed);
  }
  const {free: freeSpans} = spanCounts(heap);
  if (heap.free.from === "spans" && freeSpans > 0) {
    add("pages of all spans", "arenas", inUse + manual + free, arenaBytes(heap));
  }
  return checks;
}

const arenaBytes = ({arenas}: Heap) => arenas.reduce((sum, a) => sum + a.end - a.start, 0);
