// The search for room, from the root of the summaries down.
//
// On each level it looks at one block of entries, from left to right. Either neighboring entries have enough free pages
// where they meet: then the place is known. Or one entry has enough inside it: then the search goes on in the block below
// that. So it looks at the whole root level at most, at eight entries on each level below, and into one chunk.

import type {pageAlloc} from "./mpagealloc.js";
import {notFound} from "./mpallocbits.js";
import {maxOffAddr, minOffAddr} from "./mranges.js";
import {Throw} from "./panic.js";

/**
 * Looks for `npages` free pages in a row. Returns the address of the first such run, and an address below which nothing
 * is free; an address of 0 if there is no such run.
 *
 * @go runtime/mpagealloc.go pageAlloc.find go1.19.8
 */
export function find(p: pageAlloc, npages: number): [addr: number, searchAddr: number] {
  const window = new firstFree(p);
  let i = 0;
  for (let l = 0; l < p.levels; l++) {
    i *= p.entriesPerBlock[l]!;
    const where = findInBlock(p, l, i, npages, window);
    if (where.inside >= 0) {
      i = where.inside;
      continue;
    }
    if (where.base >= 0) {
      const addr = p.levelIndexToOffAddr(l, i) + where.base * p.pageSize;
      return [addr, p.findMappedAddr(window.base)];
    }
    // Every entry of the root level says no: there is no such run. Below it, that cannot be.
    if (l === 0) return [0, p.maxSearchAddr()];
    throw badSummary(p, l, i, npages);
  }

  const [index, searchIdx] = p.chunkOf(i).find(npages, 0);
  if (index === notFound) throw p.badSummary(i, npages);
  const searchAddr = p.chunkBase(i) + searchIdx * p.pageSize;
  window.foundFree(searchAddr, p.chunkBase(i + 1) - searchAddr);
  return [p.chunkBase(i) + index * p.pageSize, p.findMappedAddr(window.base)];
}

/** Where a block has room: inside an entry, or from a page on, counted from the start of the block. -1: not there. */
interface place {
  readonly inside: number;
  readonly base: number;
}

const nowhere: place = {inside: -1, base: -1};

/**
 * Looks for `npages` free pages in the block of entries that begins at `i` of level `l`.
 *
 * @go runtime/mpagealloc.go pageAlloc.find go1.19.8
 */
export function findInBlock(p: pageAlloc, l: number, i: number, npages: number, window: firstFree): place {
  const sums = p.summary[l]!;
  const entriesPerBlock = p.entriesPerBlock[l]!;
  const pages = p.entryPages[l]!;
  const searchIdx = p.offAddrToLevelIndex(l, p.searchAddr) - i;
  const j0 = searchIdx >= 0 && searchIdx < entriesPerBlock ? searchIdx : 0;
  // The run of free pages that ends where the search is: its first page, and its length.
  let base = 0;
  let size = 0;
  for (let j = j0; j < entriesPerBlock; j++) {
    const max = sums.max(i + j);
    if (max === 0) {
      size = 0;
      continue;
    }
    window.foundFree(p.levelIndexToOffAddr(l, i + j), pages * p.pageSize);

    const s = sums.start(i + j);
    if (size + s >= npages) return {inside: -1, base: size === 0 ? j * pages : base};
    if (max >= npages) return {inside: i + j, base: -1};
    if (size === 0 || s < pages) {
      size = sums.end(i + j);
      base = (j + 1) * pages - size;
    } else {
      size += pages;
    }
  }
  return nowhere;
}

/**
 * The addresses among which the first free page must be. A search narrows them down as it goes, and no more once it has
 * gone past an entry with free pages: what comes after is not the first.
 *
 * @go runtime/mpagealloc.go pageAlloc.find go1.19.8
 */
export class firstFree {
  base: number;
  /** The first address after the window. Go has the last one in it. */
  limit: number;
  readonly p: pageAlloc;

  constructor(p: pageAlloc) {
    this.p = p;
    this.base = minOffAddr(p.rt);
    this.limit = maxOffAddr(p.rt) + 1;
  }

  /** Notes that there is a free page among `size` bytes at `addr`. They lie inside the window, or outside. */
  foundFree(addr: number, size: number): void {
    const limit = addr + size;
    if (this.base <= addr && limit <= this.limit) {
      this.base = addr;
      this.limit = limit;
    } else if (limit > this.base && this.limit > addr) {
      const {rt} = this.p;
      rt.print(`runtime: addr = 0x${addr.toString(16)}, size = ${size}`);
      rt.print(`runtime: base = 0x${this.base.toString(16)}, bound = 0x${(this.limit - 1).toString(16)}`);
      throw new Throw(rt, "range partially overlaps");
    }
  }
}

/** What to throw when an entry of the level above promised room that its block does not have. */
function badSummary(p: pageAlloc, l: number, i: number, npages: number): Throw {
  const {rt} = p;
  rt.print(`runtime: level = ${l}, npages = ${npages}`);
  rt.print(`runtime: p.searchAddr = 0x${p.searchAddr.toString(16)}, i = ${i}`);
  for (let j = i; j < i + p.entriesPerBlock[l]!; j++) {
    const {start, max, end} = p.summary[l]!.get(j);
    rt.print(`runtime: summary[${l}][${j}] = (${start}, ${max}, ${end})`);
  }
  return new Throw(rt, "bad summary data");
}
