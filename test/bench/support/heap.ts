// A process that allocates objects of one row, keeps all of them, and says what that took: run by bookkeeping.ts.
//
//     node --expose-gc --import tsx heap.ts ROW OBJECTS

import {boot, mallocgc} from "../../../src/runtime/index.ts";
import {rows} from "./rows.ts";

const of = rows[process.argv[2]!]!;
const objects = Number(process.argv[3]);
const million = 1_000_000;

/** Bytes that are in use when all garbage is gone. */
function used(): number {
  for (let i = 0; i < 3; i++) globalThis.gc!();
  const {heapUsed, arrayBuffers} = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

const rt = boot();
const before = used();
const heap = rt.memstats.heap_inuse;
let slowest = 0;
let ns = 0;
for (let done = 0; done < objects; done += million) {
  const start = performance.now();
  for (let i = 0; i < million; i++) mallocgc(rt, of.size, of);
  const took = performance.now() - start;
  slowest = Math.max(slowest, took);
  ns += took;
}
const simulated = rt.memstats.heap_inuse - heap;
console.log(JSON.stringify({ns: (ns * million) / objects, slowest, simulated, taken: used() - before}));
