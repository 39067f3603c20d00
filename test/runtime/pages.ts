// What the tests of the page allocator share: allocators that stand by themselves, and what they hold.
//
// An allocator is written down as Go's own tests do: chunks by number, each with its allocated and its scavenged pages as
// runs [first page, pages].

import type {BootOptions} from "../../src/runtime/index.js";
import {load, type Runtime} from "../../src/runtime/index.js";
import {pageAlloc} from "../../src/runtime/mpagealloc.js";
import {update} from "../../src/runtime/mpagealloc_update.js";
import type {pageBits} from "../../src/runtime/mpagebits.js";
import {pallocChunkPages} from "../../src/runtime/mpagebits.js";
import {findScavengeCandidate} from "../../src/runtime/scavengecandidate.js";

/** A run of pages. */
export type run = readonly [first: number, pages: number];
/** Runs by chunk, counted from the chunk at the fixture's base address. */
export type runs = Readonly<Record<number, readonly run[]>>;

/** The address of chunk 0 in these tests: where Go's tests put it on 64-bit platforms. */
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

/** The runs of ones in a bitmap. */
export function runsOf(bits: pageBits): run[] {
  return bits.runs();
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

/** The halves of a word of 64 bits that is written as hexadecimal, the lower one first. */
export function halves(word: string): [lo: number, hi: number] {
  const x = BigInt(`0x${word}`);
  return [Number(BigInt.asIntN(32, x)), Number(BigInt.asIntN(32, x >> 32n))];
}

/** A word of 64 bits as hexadecimal, from its halves. */
export function word(lo: number, hi: number): string {
  return ((BigInt(hi >>> 0) << 32n) | BigInt(lo >>> 0)).toString(16);
}
