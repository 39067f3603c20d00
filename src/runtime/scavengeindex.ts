// Which chunks have pages that can be scavenged: a bit for each, and an address to search down from.
//
// Go keeps this in mgcscavenge.go. The scavenger works from the highest address downwards, as the allocator fills the heap
// from below. A search lowers searchAddr, and freeing above it raises it. In Go both can happen at the same time: so a
// raised address is stored negated until a search has seen it, and a search that began before cannot lower it unseen.

import {sysMap, sysReserve, sysUsed} from "./mem.js";
import type {pageAlloc} from "./mpagealloc.js";
import type {chunkIdx} from "./mpagealloc_levels.js";
import {checkAligned} from "./mpagealloc_sys.js";
import {pallocChunkPages} from "./mpagebits.js";
import {addrRange} from "./mranges.js";
import type {Runtime} from "./runtime.js";
import {round, roundDown} from "./stubs.js";

/**
 * An address that can be marked as new. `a` is how far it is above the least address there is, negated if it is marked.
 *
 * @go runtime/mranges.go atomicOffAddr go1.19.8
 */
export class atomicOffAddr {
  a = 0;
  readonly #min: number;

  constructor(min: number) {
    this.#min = min;
  }

  /** Lowers it to the least address, unless it is marked. @go runtime/mranges.go atomicOffAddr.Clear go1.19.8 */
  Clear(): void {
    if (this.a >= 0) this.a = 0;
  }

  /** Lowers it to `addr`, if that is lower and it is not marked. @go runtime/mranges.go atomicOffAddr.StoreMin go1.19.8 */
  StoreMin(addr: number): void {
    this.a = Math.min(this.a, addr - this.#min);
  }

  /** Replaces a marked address by another one without a mark. @go runtime/mranges.go atomicOffAddr.StoreUnmark go1.19.8 */
  StoreUnmark(markedAddr: number, newAddr: number): void {
    if (this.a === this.#min - markedAddr) this.a = newAddr - this.#min;
  }

  /** @go runtime/mranges.go atomicOffAddr.StoreMarked go1.19.8 */
  StoreMarked(addr: number): void {
    this.a = this.#min - addr;
  }

  /** The address, and whether it is marked. @go runtime/mranges.go atomicOffAddr.Load go1.19.8 */
  Load(): [addr: number, marked: boolean] {
    return [Math.abs(this.a) + this.#min, this.a < 0];
  }
}

/** Entries of the index that are made together. */
const blockEntries = 4096;

/**
 * The index of chunks with pages to scavenge. An entry is a byte, for 8 chunks.
 *
 * @go runtime/mgcscavenge.go scavengeIndex go1.19.8
 */
export class scavengeIndex {
  /** The highest page that may be worth scavenging. */
  readonly searchAddr: atomicOffAddr;
  /** Where Go's entries lie, and how many there are. On 32-bit platforms they are a variable of the program. */
  readonly chunks = {array: 0, len: 0};
  /** The entry of the lowest chunk of the heap. */
  minHeapIdx = 0;
  /** The entries from min up to max are mapped. */
  min = 0;
  max = 0;
  readonly rt: Runtime;
  readonly #min: number;
  /** The entries that somebody has set a bit in, in blocks. */
  readonly #blocks = new Map<number, Uint8Array>();

  constructor(rt: Runtime, min: number) {
    this.rt = rt;
    this.#min = min;
    this.searchAddr = new atomicOffAddr(min);
  }

  /**
   * Reserves addresses for the entries of all chunks.
   *
   * @go runtime/mpagealloc_64bit.go pageAlloc.sysInit go1.19.8
   */
  init(p: pageAlloc): void {
    const {rt, chunks} = this;
    const rule = rt.config.release.scavengeIndex;
    if (rule === undefined) return;
    chunks.len = 2 ** p.heapAddrBits / p.pallocChunkBytes / rule.chunksPerEntry;
    if (p.mapsAtOnce) {
      // Where among the program's variables, the linker decides. The model says: the last before zerobase.
      chunks.array = rt.zerobase - chunks.len * rule.entryBytes;
      this.min = rule.min32;
      this.max = rule.min32 * chunks.len;
    } else {
      chunks.array = sysReserve(rt, 0, chunks.len * rule.entryBytes);
    }
  }

  /**
   * Maps the entries of a range of addresses. Returns how many bytes that took.
   *
   * Go maps one range, and whatever lies between it and what is needed now. The first time min and max are 0, so it begins
   * at entry 0 however high the heap lies. The second time min is still 0, which Go takes for none: it becomes the second
   * range's. If the heap then grows below, entries in between are mapped again. Their chunks are forgotten.
   *
   * @go runtime/mpagealloc_64bit.go scavengeIndex.grow go1.19.8
   */
  grow(p: pageAlloc, base: number, limit: number): number {
    const {rt, chunks, min, max} = this;
    checkAligned(p, base, limit);
    let needMin = roundDown(Math.floor(p.chunkIndex(base) / 8), rt.physPageSize);
    let needMax = round(Math.floor((p.chunkIndex(limit) + 7) / 8), rt.physPageSize);
    if (needMax < min) needMax = min;
    if (needMin > max) needMin = max;
    const have = new addrRange(chunks.array + min, chunks.array + max);
    const need = new addrRange(chunks.array + needMin, chunks.array + needMax).subtract(rt, have);
    if (need.size() !== 0) {
      sysMap(rt, need.base, need.size(), p.sysStat);
      sysUsed(rt, need.base, need.size());
      this.#zero(need.base - chunks.array, need.limit - chunks.array);
      if (min === 0 || needMin < min) this.min = needMin;
      if (max === 0 || needMax > max) this.max = needMax;
    }
    const baseIdx = Math.floor(p.chunkIndex(base) / 8);
    if (this.minHeapIdx === 0 || baseIdx < this.minHeapIdx) this.minHeapIdx = baseIdx;
    return need.size();
  }

  /**
   * The highest chunk that may have pages to scavenge, and the page in it to begin at; chunk 0 if there is none.
   *
   * @go runtime/mgcscavenge.go scavengeIndex.find go1.19.8
   */
  find(p: pageAlloc): [ci: chunkIdx, page: number] {
    const [searchAddr, marked] = this.searchAddr.Load();
    if (searchAddr === this.#min) return [0, 0];
    const searchChunk = p.chunkIndex(searchAddr);
    for (let i = Math.floor(searchChunk / 8); i >= this.minHeapIdx; i--) {
      const bits = this.entry(i);
      if (bits === 0) continue;
      const ci = i * 8 + 31 - Math.clz32(bits);
      if (ci === searchChunk) return [ci, p.chunkPageIndex(searchAddr)];
      const newSearchAddr = p.chunkBase(ci) + p.pallocChunkBytes - p.pageSize;
      if (marked) this.searchAddr.StoreUnmark(searchAddr, newSearchAddr);
      else this.searchAddr.StoreMin(newSearchAddr);
      return [ci, pallocChunkPages - 1];
    }
    this.searchAddr.Clear();
    return [0, 0];
  }

  /**
   * Notes that the chunks of a range of addresses have pages to scavenge.
   *
   * @go runtime/mgcscavenge.go scavengeIndex.mark go1.19.8
   */
  mark(p: pageAlloc, base: number, limit: number): void {
    const last = limit - p.pageSize;
    for (let ci = p.chunkIndex(base), end = p.chunkIndex(last); ci <= end; ci++) {
      this.#block(ci)[Math.floor(ci / 8) % blockEntries]! |= 1 << (ci % 8);
    }
    if (this.searchAddr.Load()[0] < last) this.searchAddr.StoreMarked(last);
  }

  /**
   * Notes that a chunk has none.
   *
   * @go runtime/mgcscavenge.go scavengeIndex.clear go1.19.8
   */
  clear(ci: chunkIdx): void {
    this.#block(ci)[Math.floor(ci / 8) % blockEntries]! &= ~(1 << (ci % 8));
  }

  /** An entry: a bit for each of 8 chunks. */
  entry(i: number): number {
    return this.#blocks.get(Math.floor(i / blockEntries))?.[i % blockEntries] ?? 0;
  }

  /** Clears the entries from `from` up to `to`: memory that was just mapped is zero. */
  #zero(from: number, to: number): void {
    for (const [b, block] of this.#blocks) {
      const first = b * blockEntries;
      if (from < first + blockEntries && to > first) block.fill(0, Math.max(0, from - first), to - first);
    }
  }

  /** The block with the entry of a chunk. */
  #block(ci: chunkIdx): Uint8Array {
    const b = Math.floor(ci / 8 / blockEntries);
    let block = this.#blocks.get(b);
    if (block === undefined) {
      block = new Uint8Array(blockEntries);
      this.#blocks.set(b, block);
    }
    return block;
  }
}
