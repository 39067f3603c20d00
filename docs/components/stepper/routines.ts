// Routines of the allocator that pages offer to step through. Each starts from a runtime that has booted.

import type {BootOptions} from "../../src/runtime/index.js";
import type {Model, Routine} from "./run.js";

type Heap = ReturnType<Model["boot"]>;

/** An object to allocate: its size in bytes, and whether it holds pointers. */
export interface Order {
  readonly size: number;
  readonly pointers?: boolean;
}

/** Allocates objects, one after the other. `before` are allocated beforehand, outside the run. */
export function allocating(
  name: string,
  orders: readonly Order[],
  before: readonly Order[] = [],
  options: BootOptions = {},
): Routine {
  const all = (model: Model, rt: Heap, list: readonly Order[]) => {
    const pointer = model.typeOf(rt, "*int");
    for (const {size, pointers} of list) model.mallocgc(rt, size, pointers ? pointer : null);
  };
  return {
    name,
    prepare: model => {
      const rt = model.boot(options);
      all(model, rt, before);
      return rt;
    },
    run: (model, rt) => all(model, rt, orders),
  };
}

/** Large objects that come, die and make room: spans are cut, freed, merged, and the heap grows. */
export function largeObjects(): Routine {
  const sizes = [40_000, 100_000, 60_000];
  return {
    name: "large",
    prepare: model => {
      const rt = model.boot();
      for (const size of sizes) model.mallocgc(rt, size, null);
      return rt;
    },
    run: (model, rt) => {
      // Nothing survives: the spans of the objects above are swept before the heap is asked for pages.
      model.collect(rt, []);
      model.mallocgc(rt, 50_000, null);
      model.mallocgc(rt, 80 * 2 ** 20, null);
    },
  };
}

/** Reads the statistics of a runtime that has allocated a little of everything. */
export function readingMemStats(): Routine {
  return {
    name: "ReadMemStats",
    prepare: model => {
      const rt = model.boot({gomaxprocs: 2});
      for (const size of [1, 2, 8, 100, 3000, 40_000]) model.mallocgc(rt, size, null);
      return rt;
    },
    run: (model, rt) => void model.ReadMemStats(rt),
  };
}
