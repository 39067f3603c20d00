// The treaps of go1.12 and the page allocator of go1.19, asked for the same spans in the same order.
//
// Both heaps are the models' own, as a process has them when it has just started. A workload allocates spans and frees
// them; what is compared is how far the heap spreads, what the holes are like, what a search looks at, and what the
// bookkeeping of free pages takes.

import {boot, type Runtime} from "../../src/runtime/index.js";
import type {mTreap} from "../../src/runtime/mgclarge.js";
import {pallocSumBytes} from "../../src/runtime/mpagealloc_sys.js";
import {mSpanInUse, mSpanManual, type mspan} from "../../src/runtime/mspan.js";
import {drawSize, generator, type Mix} from "../largealloc/fit.js";
import {visits} from "../largealloc/trace.js";

/** The two contenders. */
export const names = {"go1.12": "treaps, best fit", "go1.19": "page allocator, first fit"} as const;
export type Name = keyof typeof names;

/** Which sizes are asked for. */
export const mixes = {
  tiny: "1 to 4 pages",
  even: "5 to 40 pages",
  skewed: "5 pages and up, long ones rare",
  two: "7 or 33 pages",
  rising: "the longer the later",
} as const;

export interface Workload {
  readonly mix: keyof typeof mixes;
  /** Pages in spans that are kept, about. */
  readonly live: number;
  readonly seed: number;
}

/** How one did. Lengths are in pages. */
export interface Result {
  readonly name: Name;
  readonly allocations: number;
  readonly peak: number;
  /** From the start of the heap to the end of the highest span that was ever taken. */
  readonly extent: number;
  readonly holes: number;
  readonly holePages: number;
  readonly longest: number;
  /**
   * For an allocation that found room: nodes of treaps, or entries of summaries, that were looked at; and chunks whose bits
   * were searched.
   */
  readonly looked: number;
  readonly chunks: number;
  /** Searches that found no room, after which the heap grew; and what each of them looked at. */
  readonly failed: number;
  readonly lookedInVain: number;
  /** Allocations that a P's cache of pages served, with no search and no lock. */
  readonly cached: number;
  /** Bytes of what says which pages are free, for the pages up to the extent: nodes and spans, or bits and summaries. */
  readonly books: number;
  /** Spans in use in the end: [first page, pages]. */
  readonly spans: readonly (readonly [number, number])[];
}

const rounds = 40;
const perRound = 40;

/** Counts what searches look at. */
interface Watch {
  looked: number;
  chunks: number;
  failed: number;
  lookedInVain: number;
}

const fresh = (): Watch => ({looked: 0, chunks: 0, failed: 0, lookedInVain: 0});

/** Plays a workload on one of the two. */
export function measure({mix, live, seed}: Workload, name: Name): Result {
  const rt = boot({release: name});
  const {mheap_, parts} = rt;
  const page = rt.constants._PageSize;
  const random = generator(seed);
  const watch = name === "go1.12" ? watchTreaps(rt) : watchPages(rt);
  const mine: mspan[] = [];
  const start = mheap_.arenaBase(Math.min(...mheap_.allArenas.elems));
  let [kept, peak, extent, allocations, cached] = [0, 0, 0, 0, 0];
  const own = inUse(rt).reduce((sum, s) => sum + s.npages, 0);
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < perRound; i++) {
      const n = mix === "tiny" ? 1 + (random() % 4) : drawSize(mix as Mix, random, round / rounds);
      const pp = rt.getg().m.p!;
      const {pcache} = pp;
      const had = pcache === null ? "" : `${pcache.cacheLo} ${pcache.cacheHi}`;
      const s = parts.allocManual(mheap_, n, "spanAllocStack")!;
      if (pcache !== null && pcache === pp.pcache && had !== `${pcache.cacheLo} ${pcache.cacheHi}`) cached++;
      mine.push(s);
      allocations++;
      kept += n;
      peak = Math.max(peak, own + kept);
      extent = Math.max(extent, (s.base() - start) / page + n);
    }
    while (kept > live && mine.length > 0) {
      const i = random() % mine.length;
      const s = mine[i]!;
      kept -= s.npages;
      parts.freeManual(mheap_, s, "spanAllocStack");
      mine[i] = mine.at(-1)!;
      mine.pop();
    }
  }
  const spans = inUse(rt)
    .map(s => [(s.base() - start) / page, s.npages] as const)
    .sort((a, b) => a[0] - b[0]);
  const holes = spans.slice(1).flatMap(([first], i) => {
    const gap = first - spans[i]![0] - spans[i]![1];
    return gap > 0 ? [gap] : [];
  });
  return {
    name,
    allocations,
    peak,
    extent,
    holes: holes.length,
    holePages: holes.reduce((a, b) => a + b, 0),
    longest: Math.max(0, ...holes),
    looked: watch.looked / allocations,
    chunks: watch.chunks / allocations,
    failed: watch.failed,
    lookedInVain: watch.failed === 0 ? 0 : watch.lookedInVain / watch.failed,
    cached,
    books: name === "go1.12" ? booksOfTreaps(rt) : booksOfPages(rt, extent),
    spans,
  };
}

/** Both on the same workload. */
export const compare = (workload: Workload): Result[] =>
  (Object.keys(names) as Name[]).map(name => measure(workload, name));

const inUse = (rt: Runtime) =>
  rt.mheap_.allspans.elems.filter(s => s.state === mSpanInUse || s.state === mSpanManual);

function watchTreaps(rt: Runtime): Watch {
  const watch = fresh();
  // Both treaps are asked, `free` first. There is no room if neither has any.
  let looked = 0;
  let room = false;
  const install = (t: mTreap, last: boolean) => {
    const find = t.find.bind(t);
    t.find = npages => {
      const node = find(npages);
      if (!last) [looked, room] = [0, false];
      looked += visits(t, npages);
      room ||= node !== null;
      if (last) count(watch, looked, room);
      return node;
    };
  };
  install(rt.mheap_.free, false);
  install(rt.mheap_.scav, true);
  return watch;
}

function count(watch: Watch, looked: number, room: boolean): void {
  if (room) watch.looked += looked;
  else {
    watch.failed++;
    watch.lookedInVain += looked;
  }
}

function watchPages(rt: Runtime): Watch {
  const watch = fresh();
  const p = rt.mheap_.pages!;
  for (const sums of p.summary) {
    const max = sums.max.bind(sums);
    sums.max = i => {
      watch.looked++;
      return max(i);
    };
  }
  const alloc = p.alloc.bind(p);
  p.alloc = npages => {
    const before = watch.looked;
    const answer = alloc(npages);
    const looked = watch.looked - before;
    watch.looked = before;
    count(watch, looked, answer[0] !== 0);
    return answer;
  };
  const chunkOf = p.chunkOf.bind(p);
  p.chunkOf = ci => {
    const chunk = chunkOf(ci);
    const find1 = chunk.find1.bind(chunk);
    const {findSmallN, findLargeN} = chunk;
    // One of these three looks at the bits, whatever was called.
    const counted =
      <A extends unknown[], R>(search: (...args: A) => R) =>
      (...args: A): R => {
        watch.chunks++;
        return search.apply(chunk, args);
      };
    chunk.find1 = counted(find1);
    chunk.findSmallN = counted(findSmallN);
    chunk.findLargeN = counted(findLargeN);
    return chunk;
  };
  return watch;
}

/** A node and a span record for each free span. */
function booksOfTreaps(rt: Runtime): number {
  let nodes = 0;
  for (const t of [rt.mheap_.free, rt.mheap_.scav])
    for (let node = t.start(); node !== null; node = node.succ()) nodes++;
  return nodes * (rt.sizeof("treapNode") + rt.sizeof("mspan"));
}

/** For each chunk up to the extent its bits, and a summary on each level for each block of eight. */
function booksOfPages(rt: Runtime, extent: number): number {
  const p = rt.mheap_.pages!;
  const chunks = Math.ceil(extent / rt.constants.pallocChunkPages!);
  const sums = p.entryPages.reduce((sum, pages) => sum + Math.ceil(extent / pages), 0);
  return chunks * rt.sizeof("pallocData") + sums * pallocSumBytes;
}
