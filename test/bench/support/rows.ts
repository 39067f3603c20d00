// The rows of the allocator's benchmark: what peer.go does, on the model.

import {type _type, boot, collect, mallocgc, type Runtime} from "../../../src/runtime/index.ts";
import {sweepone} from "../../../src/runtime/mgcsweep.ts";
import {_type as Type} from "../../../src/runtime/type.ts";

const PtrSize = 8;
const type = (name: string, size: number, pointers: readonly number[] = []) =>
  new Type(name, size, pointers, PtrSize);

/** Rows in which the collector is off, by name. */
export const rows: Readonly<Record<string, _type>> = {
  tiny8: type("uint64", 8),
  "8ptr": type("*byte", 8, [0]),
  "16": type("[2]uint64", 16),
  "16ptr": type("pair", 16, [0, 8]),
  "64": type("[8]uint64", 64),
  "64ptr": type("wide", 64, [0]),
};

/** Names of all rows, in the order in which they are printed. */
export const names: readonly string[] = ["tiny8", "8ptr", "16", "16ptr", "64", "64ptr", "mixed"];

/** The last address that was handed out. Storing it keeps the allocation from being optimized away. */
const last = new Float64Array(1);

/** Allocations in a repetition: up to 32 MiB, and a million at most. */
export const operations = (size: number): number => Math.min(2 ** 25 / size, 1_000_000);

/** Times a row on a model: nanoseconds an operation, for each repetition. The first one is not counted. */
export function time(rt: Runtime, name: string, repetitions: number): number[] {
  const out: number[] = [];
  const of = rows[name];
  const n = of ? operations(of.size) : operations(64);
  for (let i = -1; i < repetitions; i++) {
    if (of) sweepAll(rt);
    const start = performance.now();
    if (of) allocate(rt, of, n);
    else mixed(rt, n);
    if (i >= 0) out.push(((performance.now() - start) * 1e6) / n);
  }
  return out;
}

function allocate(rt: Runtime, of: _type, n: number): void {
  for (let i = 0; i < n; i++) last[0] = mallocgc(rt, of.size, of);
}

/** What runtime.GC does between two repetitions: frees everything, and sweeps it. */
function sweepAll(rt: Runtime): void {
  collect(rt, []);
  while (sweepone(rt) !== -1);
}

const slots = new Float64Array(1 << 16);
const mixedTypes = [2, 2, 4, 4, 8, 8, 16, 32].map(words => type(`[${words}]uint64`, 8 * words));
let random = 12345;

/**
 * Objects of 16 to 256 bytes in 65,536 slots, replaced at random; the collector runs when the heap has reached its
 * trigger. What the slots hold survives.
 */
function mixed(rt: Runtime, n: number): void {
  let x = random;
  for (let i = 0; i < n; i++) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    const of = mixedTypes[(x >>> 16) & 7]!;
    slots[x & 65535] = mallocgc(rt, of.size, of);
    if ((i & 255) === 0 && rt.memstats.heap_live >= rt.memstats.gc_trigger) collect(rt, reachable());
  }
  random = x;
}

function* reachable(): Iterable<number> {
  for (const at of slots) if (at !== 0) yield at;
}

/** A model for the benchmark. The slots of an earlier one are forgotten. */
export function model(): Runtime {
  slots.fill(0);
  return boot();
}
