// A cache of pages that a P allocates from without the heap's lock.
//
// It owns the free pages of one aligned block of 64. The page allocator counts all of them as allocated. A request for
// fewer than 16 pages, a quarter of the block, tries the cache first; the heap decides that (allocSpan).

import {findBitRange64, OnesCount64, ones32, TrailingZeros64} from "./intrinsics.js";
import type {pageAlloc} from "./mpagealloc.js";
import {find} from "./mpagealloc_find.js";
import {update} from "./mpagealloc_update.js";
import {notFound} from "./mpallocbits.js";
import {roundDown} from "./stubs.js";

/** Pages that a cache looks after. @go runtime/mpagecache.go pageCachePages go1.19.8 */
export const pageCachePages = 64;

/**
 * The free pages of an aligned block of 64. Words of 64 bits are two of 32, the lower half first.
 *
 * @go runtime/mpagecache.go pageCache go1.19.8
 */
export class pageCache {
  /** Address of the block. */
  base = 0;
  /** 1 for a free page. */
  cacheLo = 0;
  cacheHi = 0;
  /** 1 for a page that has been scavenged. */
  scavLo = 0;
  scavHi = 0;
  readonly pageSize: number;

  constructor(pageSize: number) {
    this.pageSize = pageSize;
  }

  /** @go runtime/mpagecache.go pageCache.empty go1.19.8 */
  empty(): boolean {
    return (this.cacheLo | this.cacheHi) === 0;
  }

  /**
   * Takes `npages` pages in a row. Returns their address, and how many bytes of them were scavenged; an address of 0 if
   * there is no room.
   *
   * @go runtime/mpagecache.go pageCache.alloc go1.19.8
   */
  alloc(npages: number): [addr: number, scav: number] {
    if (this.empty()) return [0, 0];
    if (npages !== 1) return this.allocN(npages);
    const i = TrailingZeros64(this.cacheLo, this.cacheHi);
    return this.#take(i, 1);
  }

  /**
   * Does so for more than one page.
   *
   * @go runtime/mpagecache.go pageCache.allocN go1.19.8
   */
  allocN(npages: number): [addr: number, scav: number] {
    const i = findBitRange64(this.cacheLo, this.cacheHi, npages);
    return i >= 64 ? [0, 0] : this.#take(i, npages);
  }

  /** Takes the pages [i, i+n). */
  #take(i: number, n: number): [addr: number, scav: number] {
    const below = Math.max(0, Math.min(32, i + n) - i);
    const lo = i < 32 ? ones32(i, below) : 0;
    const hi = n > below ? ones32(Math.max(0, i - 32), n - below) : 0;
    const scav = OnesCount64(this.scavLo & lo, this.scavHi & hi);
    this.cacheLo &= ~lo;
    this.cacheHi &= ~hi;
    this.scavLo &= ~lo;
    this.scavHi &= ~hi;
    return [this.base + i * this.pageSize, scav * this.pageSize];
  }

  /**
   * Gives the pages that are left back.
   *
   * @go runtime/mpagecache.go pageCache.flush go1.19.8
   */
  flush(p: pageAlloc): void {
    if (this.empty()) return;
    const chunk = p.chunkOf(p.chunkIndex(this.base));
    const pi = p.chunkPageIndex(this.base);
    chunk.clearBlock64(pi, this.cacheLo, this.cacheHi);
    chunk.scavenged.setBlock64(pi, this.scavLo, this.scavHi);
    if (this.base < p.searchAddr) p.searchAddr = this.base;
    update(p, this.base, pageCachePages, false, false);
    this.base = 0;
    this.cacheLo = this.cacheHi = 0;
    this.scavLo = this.scavHi = 0;
  }
}

/**
 * Takes the first free page, and with it all free pages of its block of 64, as a cache. The cache is empty if nothing is
 * free.
 *
 * @go runtime/mpagecache.go pageAlloc.allocToCache go1.19.8
 */
export function allocToCache(p: pageAlloc): pageCache {
  const c = new pageCache(p.pageSize);
  let ci = p.chunkIndex(p.searchAddr);
  if (ci >= p.end) return c;

  if (p.leaves.max(ci) !== 0) {
    const j = p.chunkOf(ci).find1(p.chunkPageIndex(p.searchAddr));
    if (j === notFound) throw p.badSummary(ci, 1);
    c.base = p.chunkBase(ci) + roundDown(j, pageCachePages) * p.pageSize;
  } else {
    const [addr] = find(p, 1);
    if (addr === 0) {
      p.searchAddr = p.maxSearchAddr();
      return c;
    }
    ci = p.chunkIndex(addr);
    c.base = roundDown(addr, pageCachePages * p.pageSize);
  }

  const chunk = p.chunkOf(ci);
  const cpi = p.chunkPageIndex(c.base);
  c.cacheLo = ~chunk.block64Lo(cpi);
  c.cacheHi = ~chunk.block64Hi(cpi);
  // A page that is allocated is never marked as scavenged, so these are all free.
  c.scavLo = chunk.scavenged.block64Lo(cpi);
  c.scavHi = chunk.scavenged.block64Hi(cpi);
  chunk.setBlock64(cpi, c.cacheLo, c.cacheHi);
  chunk.scavenged.clearBlock64(cpi, c.cacheLo & c.scavLo, c.cacheHi & c.scavHi);
  update(p, c.base, pageCachePages, false, true);

  // The pages up to the end of the block are taken. The last of them, as the next one may not be mapped.
  p.searchAddr = c.base + p.pageSize * (pageCachePages - 1);
  return c;
}
