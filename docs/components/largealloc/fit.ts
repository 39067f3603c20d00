// Best fit against other rules: the same workload on heaps that differ in one method, find.
//
// Everything else is the model's: trimming, merging, growing, sweeping. What is compared is how far the heap spreads.

import {boot, collect, mallocgc, type Runtime} from "../../src/runtime/index.js";
import {isFree} from "../../src/runtime/mbitmap.js";
import type {mTreap, treapNode} from "../../src/runtime/mgclarge.js";
import {sweepone} from "../../src/runtime/mgcsweep.js";
import {mSpanInUse} from "../../src/runtime/mspan.js";
import {visits} from "./trace.js";

/** How a free span is chosen. */
export const rules = {
  best: "best fit: the shortest that is long enough",
  first: "first fit: the lowest address that is long enough",
  worst: "worst fit: the longest",
} as const;
export type Rule = keyof typeof rules;

/** Which sizes are asked for, in pages. */
export const mixes = {
  even: "5 to 40 pages, all alike",
  skewed: "5 pages and up, long ones rare",
  two: "7 or 33 pages",
  rising: "the longer the later",
} as const;
export type Mix = keyof typeof mixes;

/** A workload. */
export interface Workload {
  readonly mix: Mix;
  /** Pages in reachable objects that a collection leaves, about. */
  readonly live: number;
  readonly seed: number;
}

/** How a rule did. Lengths are in pages. */
export interface Result {
  readonly rule: Rule;
  readonly allocations: number;
  /** The most that was ever in use at one time. */
  readonly peak: number;
  /** From the heap's start to the end of the highest span that was ever in use. */
  readonly extent: number;
  /** Free spans in the end, without the rest behind the last span in use. */
  readonly holes: number;
  /** Pages in them, and in the longest. */
  readonly holePages: number;
  readonly longest: number;
  /** Nodes or spans looked at for one allocation, on average. */
  readonly looked: number;
}

const rounds = 40;
const perRound = 40;

/** Runs a workload by one rule. */
export function measure({mix, live, seed}: Workload, rule: Rule): Result {
  const rt = boot();
  const {mheap_} = rt;
  const {_PageSize} = rt.constants;
  const search = install(mheap_.free, rule);
  const random = generator(seed);
  const roots = objects(rt);
  const used = rt.memstats.heap_inuse + rt.memstats.stacks_inuse;
  const mine: number[] = [];
  let [peak, extent, allocations] = [0, 0, 0];
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < perRound; i++) {
      const at = mallocgc(rt, drawSize(mix, random, round / rounds) * _PageSize, null);
      const s = mheap_.spanOf(at)!;
      mine.push(at);
      allocations++;
      extent = Math.max(extent, at + s.npages * _PageSize);
      peak = Math.max(peak, rt.memstats.heap_inuse + rt.memstats.stacks_inuse);
    }
    let pages = mine.reduce((sum, at) => sum + mheap_.spanOf(at)!.npages, 0);
    while (pages > live && mine.length > 0) {
      const i = random() % mine.length;
      pages -= mheap_.spanOf(mine[i]!)!.npages;
      mine[i] = mine.at(-1)!;
      mine.pop();
    }
    collect(rt, [...roots, ...mine]);
    while (sweepone(rt) !== -1);
  }
  const start = mheap_.arenaBase(Math.min(...mheap_.allArenas.elems));
  const last = Math.max(...mheap_.allspans.elems.filter(s => s.state === mSpanInUse).map(s => s.base()));
  const holes = mheap_.allspans.elems.filter(s => s.state === 3 && s.base() < last).map(s => s.npages);
  return {
    rule,
    allocations,
    peak: Math.max(peak, used) / _PageSize,
    extent: (extent - start) / _PageSize,
    holes: holes.length,
    holePages: holes.reduce((a, b) => a + b, 0),
    longest: Math.max(0, ...holes),
    looked: search.looked / allocations,
  };
}

/** All rules on the same workload. */
export const compare = (workload: Workload): Result[] =>
  (Object.keys(rules) as Rule[]).map(rule => measure(workload, rule));

/** Puts a rule in the place of find, and counts what it looks at. */
function install(treap: mTreap, rule: Rule): {looked: number} {
  const search = {looked: 0};
  const best = treap.find.bind(treap);
  treap.find = npages => {
    if (rule === "best") {
      search.looked += visits(treap, npages);
      return best(npages);
    }
    if (rule === "worst") {
      for (let t = treap.treap; t !== null; t = t.right) search.looked++;
      const end = treap.end();
      return end !== null && end.npagesKey >= npages ? end : null;
    }
    // A list in the order of addresses is searched from its front.
    let found: treapNode | null = null;
    for (let t = treap.start(); t !== null; t = t.succ()) {
      if (t.npagesKey >= npages && (found === null || t.spanKey!.base() < found.spanKey!.base())) found = t;
    }
    for (let t = treap.start(); t !== null; t = t.succ()) {
      if (found === null || t.spanKey!.base() <= found.spanKey!.base()) search.looked++;
    }
    return found;
  };
  return search;
}

/** A length in pages; `progress` goes from 0 to 1. */
export function drawSize(mix: Mix, random: () => number, progress: number): number {
  if (mix === "even") return 5 + (random() % 36);
  if (mix === "two") return random() % 2 === 0 ? 7 : 33;
  if (mix === "rising") return 5 + (random() % (8 + Math.floor(80 * progress)));
  return Math.min(400, Math.floor(5 / (1 - (random() % 1000) / 1000) ** 0.8));
}

/** A generator of its own (Park and Miller), so that the rules meet the same workload. */
export function generator(seed: number): () => number {
  let x = (seed % 2147483646) + 1;
  return () => {
    x = (x * 48271) % 2147483647;
    return x;
  };
}

function objects(rt: Runtime): number[] {
  const found: number[] = [];
  for (const s of rt.mheap_.allspans.elems) {
    if (s.state !== mSpanInUse) continue;
    for (let i = 0; i < s.nelems; i++) if (!isFree(s, i)) found.push(s.base() + i * s.elemsize);
  }
  return found;
}
