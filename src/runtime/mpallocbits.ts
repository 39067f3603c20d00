// Which pages of a chunk are allocated, and where in it there is room.
//
// 1 is an allocated page, 0 a free one. A search goes up from a page below which nothing is free, and takes the first
// run that is long enough: what it returns does not depend on how wide a word is.

import {findBitRange64, LeadingZeros64, TrailingZeros64} from "./intrinsics.js";
import {pageBits, pageBitsWords, pallocChunkPages} from "./mpagebits.js";
import {pallocSum} from "./pallocsum.js";

/** What a search in a chunk returns when there is no room. Go has ^uint(0). */
export const notFound = -1;

/**
 * The first page of the run that was found, or notFound; and the first free page, from which the next search can start.
 * The latter means nothing if there is no room.
 */
export type found = [index: number, searchIdx: number];

/**
 * The allocated pages of a chunk.
 *
 * @go runtime/mpallocbits.go pallocBits go1.19.8
 */
export class pallocBits extends pageBits {
  /**
   * The free pages at the start and at the end, and the longest run of them.
   *
   * Runs that reach a word's edge are measured first, as they can be long. Runs inside a word have at most 30 pages, so
   * a word is looked into only if that could be more.
   *
   * @go runtime/mpallocbits.go pallocBits.summarize go1.19.8
   */
  summarize(): pallocSum {
    const {words, at} = this;
    let start = notFound;
    let max = 0;
    let cur = 0;
    for (let i = at; i < at + pageBitsWords; i++) {
      const x = words[i]!;
      if (x === 0) {
        cur += 32;
        continue;
      }
      cur += 31 - Math.clz32(x & -x);
      if (start === notFound) start = cur;
      if (cur > max) max = cur;
      cur = Math.clz32(x);
    }
    if (start === notFound) return freeChunkSum;
    if (cur > max) max = cur;
    if (max < 32 - 2) {
      for (let i = at; i < at + pageBitsWords; i++) max = longestInside(words[i]!, max);
    }
    return new pallocSum(start, max, cur);
  }

  /**
   * Looks for `npages` free pages in a row. `searchIdx` is a page below which none is free.
   *
   * @go runtime/mpallocbits.go pallocBits.find go1.19.8
   */
  find(npages: number, searchIdx: number): found {
    if (npages === 1) {
      const i = this.find1(searchIdx);
      return [i, i];
    }
    return npages <= 64 ? this.findSmallN(npages, searchIdx) : this.findLargeN(npages, searchIdx);
  }

  /**
   * The first free page, or notFound.
   *
   * @go runtime/mpallocbits.go pallocBits.find1 go1.19.8
   */
  find1(searchIdx: number): number {
    const {words, at} = this;
    for (let i = (searchIdx >>> 6) << 1; i < pageBitsWords; i++) {
      const free = ~words[at + i]!;
      if (free !== 0) return i * 32 + 31 - Math.clz32(free & -free);
    }
    return notFound;
  }

  /**
   * Looks for up to 64 pages: such a run lies in one word of 64 pages, or crosses from one to the next.
   *
   * @go runtime/mpallocbits.go pallocBits.findSmallN go1.19.8
   */
  findSmallN(npages: number, searchIdx: number): found {
    // The free pages at the end of the word before.
    let end = 0;
    let newSearchIdx = notFound;
    for (let i = roundDown64(searchIdx); i < pallocChunkPages; i += 64) {
      const lo = this.block64Lo(i);
      const hi = this.block64Hi(i);
      if ((lo & hi) === -1) {
        end = 0;
        continue;
      }
      if (newSearchIdx === notFound) newSearchIdx = i + TrailingZeros64(~lo, ~hi);
      if (end + TrailingZeros64(lo, hi) >= npages) return [i - end, newSearchIdx];
      const j = findBitRange64(~lo, ~hi, npages);
      if (j < 64) return [i + j, newSearchIdx];
      end = LeadingZeros64(lo, hi);
    }
    return [notFound, newSearchIdx];
  }

  /**
   * Looks for more than 64 pages: such a run crosses the edge of a word, so only what is free at the edges counts.
   *
   * @go runtime/mpallocbits.go pallocBits.findLargeN go1.19.8
   */
  findLargeN(npages: number, searchIdx: number): found {
    let start = notFound;
    let size = 0;
    let newSearchIdx = notFound;
    for (let i = roundDown64(searchIdx); i < pallocChunkPages; i += 64) {
      const lo = this.block64Lo(i);
      const hi = this.block64Hi(i);
      if ((lo & hi) === -1) {
        size = 0;
        continue;
      }
      if (newSearchIdx === notFound) newSearchIdx = i + TrailingZeros64(~lo, ~hi);
      const s = TrailingZeros64(lo, hi);
      if (size > 0 && size + s >= npages) return [start, newSearchIdx];
      if (size > 0 && s === 64) {
        size += 64;
        continue;
      }
      size = LeadingZeros64(lo, hi);
      start = i + 64 - size;
    }
    return [size < npages ? notFound : start, newSearchIdx];
  }

  /** @go runtime/mpallocbits.go pallocBits.allocRange go1.19.8 */
  allocRange(i: number, n: number): void {
    this.setRange(i, n);
  }

  /** @go runtime/mpallocbits.go pallocBits.allocAll go1.19.8 */
  allocAll(): void {
    this.setAll();
  }

  /** @go runtime/mpallocbits.go pallocBits.free1 go1.19.8 */
  free1(i: number): void {
    this.clear(i);
  }

  /** @go runtime/mpallocbits.go pallocBits.free go1.19.8 */
  free(i: number, n: number): void {
    this.clearRange(i, n);
  }

  /** @go runtime/mpallocbits.go pallocBits.freeAll go1.19.8 */
  freeAll(): void {
    this.clearAll();
  }
}

/**
 * What is known of a chunk: which pages are allocated, and which have been returned to the system. A page that is
 * allocated has not been returned.
 *
 * @go runtime/mpallocbits.go pallocData go1.19.8
 */
export class pallocData extends pallocBits {
  readonly scavenged: pageBits;

  /** The words of both bitmaps are next to each other. */
  constructor(words: Int32Array = new Int32Array(pallocDataWords), at = 0) {
    super(words, at);
    this.scavenged = new pageBits(words, at + pageBitsWords);
  }

  /** @go runtime/mpallocbits.go pallocData.allocRange go1.19.8 */
  override allocRange(i: number, n: number): void {
    this.setRange(i, n);
    this.scavenged.clearRange(i, n);
  }

  /** @go runtime/mpallocbits.go pallocData.allocAll go1.19.8 */
  override allocAll(): void {
    this.setAll();
    this.scavenged.clearAll();
  }
}

/** Words of 32 bits in a pallocData. */
export const pallocDataWords = 2 * pageBitsWords;

/** The summary of a chunk without an allocated page. @go runtime/mpagealloc.go freeChunkSum go1.19.8 */
export const freeChunkSum = new pallocSum(pallocChunkPages, pallocChunkPages, pallocChunkPages);

function roundDown64(i: number): number {
  return i & ~63;
}

/**
 * The longest run of zeroes between two ones of a word, or `max` if none is longer.
 *
 * Ones spread downwards until each run of `max` zeroes is gone. What is left of the lowest run then is by how much it
 * is longer; so it goes on with that.
 */
function longestInside(x: number, max: number): number {
  x >>>= 31 - Math.clz32(x & -x);
  // How many ones each run of them has at least: as far as they can spread at once.
  let k = 1;
  for (let p = max; ; ) {
    while (p > 0) {
      if ((x & (x + 1)) === 0) return max;
      const by = Math.min(p, k);
      x |= x >>> by;
      p -= by;
      k += by;
    }
    if ((x & (x + 1)) === 0) return max;
    x >>>= 31 - Math.clz32(~x & -~x);
    p = 31 - Math.clz32(x & -x);
    x >>>= p;
    max += p;
  }
}
