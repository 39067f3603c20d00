// One allocation, looked at from inside: allocCache before it, and what the model had done after it.

import {ctzAllocCache} from "../../src/runtime/mbitmap.js";
import {refill, releaseAll} from "../../src/runtime/mcache.js";
import type {mspan} from "../../src/runtime/mspan.js";
import type {Inputs} from "./inputs.js";
import {begin, run, type World} from "./story.js";

/** What a span looks like when the reader starts: which of its objects a collection has kept. */
export const starts: readonly (readonly [id: string, text: string, keep: string])[] = [
  ["new", "a new span", "none"],
  ["thirds", "every third kept", "every 3"],
  ["front", "first 60 kept", "0-59"],
  ["one", "1 in 50 free", ""],
];

/** allocCache as the routine finds it, and how each step of the routine comes out. Indexes count objects. */
export interface Probe {
  /** The 64 bits, lowest first: bit i stands for object freeindex + i, 1 is free. */
  readonly bits: readonly boolean[];
  readonly freeindex: number;
  readonly nelems: number;
  /** Zeroes below the lowest 1; 64 if there is none. */
  readonly theBit: number;
  /** What nextFreeFast does: it finds an object, or gives up for one of three reasons. */
  readonly outcome: "found" | "no bit" | "beyond the end" | "end of a group";
}

/** Looks at a span as nextFreeFast would, and changes nothing. */
export function probe(s: mspan): Probe {
  const theBit = ctzAllocCache(s);
  const {freeindex, nelems} = s;
  const next = freeindex + theBit + 1;
  const outcome =
    theBit === 64
      ? "no bit"
      : next > nelems
        ? "beyond the end"
        : next % 64 === 0 && next !== nelems
          ? "end of a group"
          : "found";
  const half = (word: number) => Array.from({length: 32}, (_, i) => ((word >>> i) & 1) === 1);
  return {bits: [...half(s.allocCacheLo), ...half(s.allocCacheHi)], freeindex, nelems, theBit, outcome};
}

/** One allocation: the cache before, and what the model had done after. */
export interface Step {
  readonly before: Probe;
  readonly after: Probe;
  /** The object that mallocgc returned: its index, and its address. */
  readonly index: number;
  readonly at: number;
  /** Whether a new span had to be fetched. */
  readonly refilled: boolean;
}

/** A span at the start: filled, collected, and handed to the mcache again. */
function prepare(inputs: Inputs, start: string): World {
  const world = begin(inputs);
  const {rt, way} = world;
  const c = rt.m0.mcache!;
  const keep = starts.find(([id]) => id === start)?.[2] ?? "none";
  if (start !== "new") {
    // The start of the program may have left objects in the class: go on behind them.
    while (c.alloc[way.spanclass]!.allocCount < c.alloc[way.spanclass]!.nelems || world.bases.length === 0)
      run(world, {kind: "allocate", n: 1});
    const ranges: string[] = [];
    for (let i = 0; i < way.nelems; i += 50) ranges.push(`${i}-${Math.min(i + 48, way.nelems - 1)}`);
    run(world, {kind: "collect", keep: start === "one" ? ranges.join(",") : keep});
    run(world, {kind: "flush"});
  }
  releaseAll(rt, c);
  refill(rt, c, way.spanclass);
  return world;
}

/** Allocates `n` objects one by one; the last of them is the step to look at. */
export function stepAt(inputs: Inputs, start: string, n: number): Step {
  const world = prepare(inputs, start);
  const {rt, way} = world;
  const c = rt.m0.mcache!;
  if (n > 1) run(world, {kind: "allocate", n: n - 1});
  const s = c.alloc[way.spanclass]!;
  const before = probe(s);
  const freed = new Set(freeOf(s));
  run(world, {kind: "allocate", n: 1});
  const now = c.alloc[way.spanclass]!;
  const refilled = now !== s;
  // The index is what freeindex has moved past.
  const index = now.freeindex - 1;
  if (!refilled && !freed.has(index)) throw new RangeError(`object ${index} was not free`);
  return {before, after: probe(now), index, at: now.base() + index * now.elemsize, refilled};
}

function freeOf({nelems, freeindex, allocBits, allocBitsAt}: mspan): number[] {
  const free: number[] = [];
  for (let i = freeindex; i < nelems; i++) {
    if ((allocBits![allocBitsAt + (i >> 3)]! & (1 << (i & 7))) === 0) free.push(i);
  }
  return free;
}
