// Replaying what Go's own page allocator answered: allocators that stand by themselves, and the recorded cases.
//
// An allocator is written down as Go's own tests do: chunks by number, each with its allocated and its scavenged pages as
// runs [first page, pages]. The recorder fed these to the runtime's test exports.

import {type BootOptions, load, type Runtime} from "../runtime/index.js";
import {pageAlloc} from "../runtime/mpagealloc.js";
import {update} from "../runtime/mpagealloc_update.js";
import {pallocChunkPages} from "../runtime/mpagebits.js";
import {allocToCache} from "../runtime/mpagecache.js";
import {findScavengeCandidate} from "../runtime/scavengecandidate.js";
import type {Comparison} from "./compare.js";
import {hex, type Json} from "./format.js";

/** A run of pages. */
export type run = readonly [first: number, pages: number];
/** Runs by chunk, counted from the chunk at the fixture's base address. */
export type runs = Readonly<Record<number, readonly run[]>>;

/** The address of chunk 0: where Go's tests put it on 64-bit platforms. */
export const base = 0xc000 * 2 ** 22;
export const pageSize = 8192;
export const chunkBytes = pallocChunkPages * pageSize;

/** The address of a page of a chunk. */
export function pageBase(chunk: number, page: number): number {
  return base + chunk * chunkBytes + page * pageSize;
}

/** A runtime of go1.19, or another release, that has not started. */
export function pageRuntime(options: BootOptions = {}): Runtime {
  return load({release: "go1.19", ...options});
}

/** An allocator that stands by itself and has been initialized. */
export function emptyPageAlloc(options: BootOptions = {}): pageAlloc {
  const p = new pageAlloc(pageRuntime(options), true);
  p.init("gcMiscSys");
  return p;
}

/**
 * An allocator with these chunks. Pages that are not said to be allocated are free, and those that are not said to be
 * scavenged are not.
 */
export function newPageAlloc(alloc: runs, scav: runs = {}, options: BootOptions = {}): pageAlloc {
  const p = emptyPageAlloc(options);
  for (const [i, allocated] of Object.entries(alloc)) {
    const addr = pageBase(Number(i), 0);
    p.grow(addr, chunkBytes);
    const chunk = p.chunkOf(p.chunkIndex(addr));
    chunk.scavenged.clearAll();
    for (const [first, n] of scav[Number(i)] ?? []) chunk.scavenged.setRange(first, n);
    for (const [first, n] of allocated) chunk.allocRange(first, n);
    const minPages = Math.max(1, p.rt.physPageSize / pageSize);
    const [, npages] = findScavengeCandidate(p.rt, chunk, pallocChunkPages - 1, minPages, minPages);
    if (npages !== 0) p.scav.index.mark(p, addr, addr + chunkBytes);
    update(p, addr, pallocChunkPages, false, false);
  }
  return p;
}

/** What an allocator holds, chunk by chunk. */
export function contents(p: pageAlloc, from = base): Record<number, {alloc: run[]; scav: run[]}> {
  const out: Record<number, {alloc: run[]; scav: run[]}> = {};
  for (const {base: start, limit} of p.inUse.ranges.elems) {
    for (let addr = start; addr < limit; addr += chunkBytes) {
      const chunk = p.chunkOf(p.chunkIndex(addr));
      out[(addr - from) / chunkBytes] = {alloc: chunk.runs(), scav: chunk.scavenged.runs()};
    }
  }
  return out;
}

/** A recorded call, and what came of it. */
interface Call {
  readonly op: "alloc" | "free" | "cache";
  readonly pages?: number;
  readonly at?: number;
  readonly got?: string;
  readonly scav?: number;
  readonly cache?: string;
  readonly cscav?: string;
}

/** An allocator's life: what it begins with, the calls, and what it holds in the end. */
export interface PageCase {
  readonly base: string;
  readonly chunks: runs;
  readonly scav: runs;
  readonly ops: readonly Call[];
  readonly end: runs;
}

/** Reads a file of cases: one a line. */
export const parsePageCases = (text: string): PageCase[] =>
  text
    .trimEnd()
    .split("\n")
    .map(line => JSON.parse(line) as PageCase);

/** A word of 64 bits as a recording has it, from its halves. */
export const wordOf = (lo: number, hi: number) => hexWord((BigInt(hi >>> 0) << 32n) | BigInt(lo >>> 0));
const hexWord = (word: bigint) => `0x${word.toString(16)}`;

/**
 * Every answer, and the allocated pages of every chunk in the end, held against the recorded ones. A path is the number
 * of the case, what is compared, and the number of the call or chunk.
 */
export function comparePageAlloc(cases: readonly PageCase[], options: BootOptions = {}): Comparison {
  const result: Comparison = {equal: [], differing: [], ignored: [], unmodelled: []};
  const judge = (path: string, simulated: Json | undefined, captured: Json | undefined) => {
    if (JSON.stringify(simulated) === JSON.stringify(captured)) result.equal.push(path);
    else result.differing.push({path, simulated, captured});
  };
  for (const [n, {base, chunks, scav, ops, end}] of cases.entries()) {
    const p = newPageAlloc(chunks, scav, options);
    for (const [i, {op, pages = 0, at = 0, got, scav = 0, cache, cscav}] of ops.entries()) {
      const path = `${n}.${op}.${i}`;
      if (op === "free") p.free(Number(base) + at * pageSize, pages, true);
      else if (op === "alloc") {
        const [addr, scavenged] = p.alloc(pages);
        judge(path, [hex(addr), scavenged], [got!, scav]);
      } else {
        const c = allocToCache(p);
        judge(
          path,
          [hex(c.base), wordOf(c.cacheLo, c.cacheHi), wordOf(c.scavLo, c.scavHi)],
          [got!, cache!, cscav!],
        );
      }
    }
    const held = contents(p);
    for (const [i, runs] of Object.entries(end))
      judge(`${n}.end.${i}`, held[Number(i)]?.alloc as Json | undefined, runs as unknown as Json);
  }
  return result;
}
