// Routines of the allocator that pages offer to step through. Each starts from a runtime that has booted.

import {fillHeap, pageSize, start} from "../pagealloc/heap.js";
import type {Model, Routine} from "./run.js";

type Heap = ReturnType<Model["boot"]>;

/** A routine that starts from a runtime that has booted. */
function onHeap(name: string, run: (model: Model, rt: Heap) => void): Routine {
  return {name, prepare: model => model.boot(), run};
}

/** One object of each kind, tiny, small and large, after a look at how the size classes are made. */
export function wayOfAnObject(): Routine {
  return onHeap("way", (model, rt) => {
    model.load();
    for (const size of [8, 1000, 40_000]) model.mallocgc(rt, size, null);
  });
}

/** Small objects come; one survives a collection; the span that it is in gets swept and used again. */
export function smallObjects(): Routine {
  return onHeap("small", (model, rt) => {
    const survivor = model.mallocgc(rt, 100, null);
    model.mallocgc(rt, 100, null);
    const pointers = model.mallocgc(rt, 48, model.typeOf(rt, "*int"));
    model.heapBitsForAddr(rt, pointers);
    model.collect(rt, [survivor]);
    model.mallocgc(rt, 100, null);
  });
}

/** Tiny objects that share blocks, and one that does not fit. Then they are counted. */
export function tinyObjects(): Routine {
  return onHeap("tiny", (model, rt) => {
    for (const size of [5, 3, 8, 12, 1]) model.mallocgc(rt, size, null);
    model.ReadMemStats(rt);
  });
}

/** Large objects that come, die and make room: spans are cut, freed, merged, and the heap grows. */
export function largeObjects(): Routine {
  return onHeap("large", (model, rt) => {
    for (const size of [40_000, 100_000, 60_000]) model.mallocgc(rt, size, null);
    // Nothing survives: these spans are swept before the heap is asked for pages again.
    model.collect(rt, []);
    model.mallocgc(rt, 50_000, null);
    model.mallocgc(rt, 80 * 2 ** 20, null);
  });
}

/** A little of everything that moves a statistic, and reading them. */
export function readingMemStats(): Routine {
  return onHeap("ReadMemStats", (model, rt) => {
    for (const size of [5, 3, 100, 40_000]) model.mallocgc(rt, size, null);
    model.stackalloc(rt, 32 * 1024);
    model.collect(rt, []);
    model.mallocgc(rt, 40_000, null);
    model.ReadMemStats(rt);
  });
}

/**
 * The page allocator with a terabyte nearly full (section 7.7): three requests, one of them across chunks, one given back,
 * a cache for a P, and pages returned to the system. The allocator stands by itself, as in Go's own tests.
 */
export function findingPages(): Routine {
  return {
    name: "pages",
    prepare: model => {
      const rt = model.load({release: "go1.19"});
      const p = new model.pageAlloc(rt, true);
      p.init("gcMiscSys");
      fillHeap(p);
      return Object.assign(rt, {mheap_: Object.assign(rt.mheap_, {pages: p})});
    },
    run: (model, rt) => {
      const p = rt.mheap_.pages!;
      const [addr] = p.alloc(5);
      p.alloc(600);
      p.free(addr, 5, false);
      p.grow(start + 2 ** 40, 512 * pageSize);
      model.allocToCache(p).flush(p);
      model.scavenge(p, 2 * pageSize);
    },
  };
}
