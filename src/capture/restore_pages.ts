// Putting a heap with a page allocator into a recorded state. What both kinds of heap have is in restore.ts.
//
// A script's recording does not say everything. What is left follows: a span with a free object is in the partial set of
// its class, any other in the full one; records without a span are the rest of the last stock that the P got; an arena has
// been in use up to the end of its last span.

import type {mcentralSets} from "../runtime/mcentral_spanset.js";
import {maxUint64} from "../runtime/mgcpacer.js";
import {mspancacheLen} from "../runtime/mheap_span.js";
import {update} from "../runtime/mpagealloc_update.js";
import {pageCache} from "../runtime/mpagecache.js";
import {mSpanDead, mSpanInUse, type mspan} from "../runtime/mspan.js";
import type {spanSet} from "../runtime/mspanset.js";
import type {Runtime} from "../runtime/runtime.js";
import type {Json} from "./format.js";
import type {AllocState, PageState} from "./script.js";

/** Span records that a P gets at once. */
const stock = mspancacheLen / 2;

/** Pages, the caches of the P, the sets of spans and the counters of a recorded state. */
export function restorePages(rt: Runtime, state: AllocState & PageState, heapStart: number): void {
  const {curArena} = rt.mheap_;
  curArena.base = heapStart + (state.curArena.base ?? -heapStart);
  curArena.end = heapStart + (state.curArena.end ?? -heapStart);
  bitmaps(rt, state, heapStart);
  caches(rt, state, heapStart);
  sets(rt, state);
  for (const s of rt.mheap_.allspans.elems) {
    if (s.state === mSpanDead) continue;
    const end = s.base() + s.npages * rt.constants._PageSize;
    const ha = rt.mheap_.arenaOf(end - 1)!;
    ha.zeroedBase = Math.max(ha.zeroedBase, end - ha.start);
  }
  counters(rt, state);
}

/**
 * Where records without a span stand among all: they are not recorded one by one. Returns the rows with as many nulls in
 * their place.
 */
export function withStock<T>(rows: readonly T[], len: number): (T | null)[] {
  const unused = len - rows.length;
  const first = Math.max(0, Math.min(len - stock, rows.length));
  return [...rows.slice(0, first), ...Array<null>(unused).fill(null), ...rows.slice(first)];
}

function bitmaps(rt: Runtime, {pages}: PageState, heapStart: number): void {
  const p = rt.mheap_.pages!;
  for (const [from, to] of pages.inUse) p.grow(heapStart + from, to - from);
  for (const [rel, allocated, scavenged] of pages.chunks) {
    const addr = heapStart + rel;
    const chunk = p.chunkOf(p.chunkIndex(addr));
    chunk.scavenged.clearAll();
    for (const [first, n] of allocated) chunk.allocRange(first, n);
    for (const [first, n] of scavenged) chunk.scavenged.setRange(first, n);
    update(p, addr, p.pallocChunkBytes / p.pageSize, true, true);
  }
  p.searchAddr = Number(pages.searchAddr);
}

function caches(rt: Runtime, {P0_pcache, P0_mspancache_len}: PageState, heapStart: number): void {
  const [pp] = rt.allp;
  const c = new pageCache(rt.constants._PageSize);
  c.base = P0_pcache.base === null ? 0 : heapStart + P0_pcache.base;
  [c.cacheLo, c.cacheHi] = words(P0_pcache.cache);
  [c.scavLo, c.scavHi] = words(P0_pcache.scav);
  pp!.pcache = c;
  const {elems} = rt.mheap_.allspans;
  const unused = elems.filter(s => s.state === mSpanDead && s.npages === 0);
  const freed = elems.filter(s => s.state === mSpanDead && s.npages !== 0);
  pp!.mspancache.push(...[...unused, ...freed].slice(0, P0_mspancache_len));
}

/** The lower and the upper half of 64 bits. */
function words(bits: Json): [lo: number, hi: number] {
  const all = BigInt(bits as string);
  return [Number(BigInt.asIntN(32, all)), Number(BigInt.asIntN(32, all >> 32n))];
}

function sets(rt: Runtime, {central_not_empty}: AllocState & PageState): void {
  const cached = new Set(rt.m0.mcache!.alloc);
  const idle = rt.mheap_.allspans.elems.filter(s => s.state === mSpanInUse && !cached.has(s));
  for (const {index, partial, full} of central_not_empty) {
    const c = rt.mheap_.central[index] as mcentralSets;
    const own = idle.filter(s => s.spanclass === index);
    const hasRoom = (s: mspan) => s.allocCount < s.nelems;
    advance(rt, c.partial, partial);
    advance(rt, c.full, full);
    for (const s of own.filter(hasRoom)) c.partialSwept(0).push(s);
    for (const s of own.filter(s => !hasRoom(s))) c.fullSwept(0).push(s);
  }
}

/** Puts in and takes out as many spans as were. */
function advance(
  rt: Runtime,
  pair: readonly spanSet[],
  recorded: PageState["central_not_empty"][0]["partial"],
): void {
  recorded?.forEach(([head], i) => {
    for (let n = 0; n < head; n++) {
      pair[i]!.push(rt.emptymspan);
      pair[i]!.pop();
    }
  });
}

function counters(rt: Runtime, {stats}: PageState): void {
  const {gcController, memstats} = rt;
  const {heapStats} = memstats;
  for (const [name, value] of Object.entries(stats.heapStats_sum)) {
    if (typeof value === "number") Object.assign(heapStats, {[name]: value});
    else for (const [i, n] of value) (heapStats[name as "smallAllocCount"] as number[])[i] = n;
  }
  for (const name of Object.keys(gcController)) {
    const value = stats.gcController[name];
    if (value !== undefined) Object.assign(gcController, {[name]: Number(value)});
  }
  for (const [name, value] of Object.entries(stats.gcController)) {
    const [group, field] = name.split(".");
    if (group === "consMarkController") Object.assign(gcController.consMarkController, {[field!]: value});
  }
  // Scripts run with the collector off. Nothing is swept, and the heap may retain what it likes.
  rt.sweep.active.drained = true;
  rt.scavenge.gcPercentGoal = maxUint64;
}
