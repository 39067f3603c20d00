// A bit for each page of a chunk.
//
// A chunk is 512 pages, in every release that has chunks. Its bits are eight words of 64 in Go; here they are sixteen
// of 32, somewhere in an array that other chunks share: one object a chunk would take more memory than the bits.
// A pageBits says where they are. It is made when it is needed, and holds nothing.

import {ones32, onesCount32} from "./intrinsics.js";

/** Pages in a chunk. */
export const pallocChunkPages = 512;
/** Words of 32 bits that a bit for each page of a chunk takes. */
export const pageBitsWords = pallocChunkPages / 32;

/**
 * A bitmap of a chunk's pages. Indices are page numbers from 0 to 511; a range [i, i+n) stays inside the chunk.
 *
 * @go runtime/mpallocbits.go pageBits go1.19.8
 */
export class pageBits {
  readonly words: Int32Array;
  /** Index of the first word in `words`. */
  readonly at: number;

  constructor(words: Int32Array = new Int32Array(pageBitsWords), at = 0) {
    this.words = words;
    this.at = at;
  }

  /** @go runtime/mpallocbits.go pageBits.get go1.19.8 */
  get(i: number): number {
    return (this.words[this.at + (i >>> 5)]! >>> (i & 31)) & 1;
  }

  /**
   * The lower half of the 64 bits, aligned to 64, that bit `i` is among.
   *
   * @go runtime/mpallocbits.go pageBits.block64 go1.19.8
   */
  block64Lo(i: number): number {
    return this.words[this.at + ((i >>> 6) << 1)]!;
  }

  /** The upper half of them. */
  block64Hi(i: number): number {
    return this.words[this.at + ((i >>> 6) << 1) + 1]!;
  }

  /** @go runtime/mpallocbits.go pageBits.set go1.19.8 */
  set(i: number): void {
    this.words[this.at + (i >>> 5)]! |= 1 << (i & 31);
  }

  /** @go runtime/mpallocbits.go pageBits.clear go1.19.8 */
  clear(i: number): void {
    this.words[this.at + (i >>> 5)]! &= ~(1 << (i & 31));
  }

  /** @go runtime/mpallocbits.go pageBits.setRange go1.19.8 */
  setRange(i: number, n: number): void {
    for (const end = i + n; i < end; i = (i | 31) + 1) {
      this.words[this.at + (i >>> 5)]! |= ones32(i & 31, Math.min(end - i, 32 - (i & 31)));
    }
  }

  /** @go runtime/mpallocbits.go pageBits.clearRange go1.19.8 */
  clearRange(i: number, n: number): void {
    for (const end = i + n; i < end; i = (i | 31) + 1) {
      this.words[this.at + (i >>> 5)]! &= ~ones32(i & 31, Math.min(end - i, 32 - (i & 31)));
    }
  }

  /** @go runtime/mpallocbits.go pageBits.setAll go1.19.8 */
  setAll(): void {
    this.words.fill(-1, this.at, this.at + pageBitsWords);
  }

  /** @go runtime/mpallocbits.go pageBits.clearAll go1.19.8 */
  clearAll(): void {
    this.words.fill(0, this.at, this.at + pageBitsWords);
  }

  /**
   * Sets, of the 64 bits that bit `i` is among, those that are set in a word of 64.
   *
   * @go runtime/mpallocbits.go pageBits.setBlock64 go1.19.8
   */
  setBlock64(i: number, lo: number, hi: number): void {
    this.words[this.at + ((i >>> 6) << 1)]! |= lo;
    this.words[this.at + ((i >>> 6) << 1) + 1]! |= hi;
  }

  /**
   * Clears them.
   *
   * @go runtime/mpallocbits.go pageBits.clearBlock64 go1.19.8
   */
  clearBlock64(i: number, lo: number, hi: number): void {
    this.words[this.at + ((i >>> 6) << 1)]! &= ~lo;
    this.words[this.at + ((i >>> 6) << 1) + 1]! &= ~hi;
  }

  /**
   * Number of ones in a range.
   *
   * @go runtime/mpallocbits.go pageBits.popcntRange go1.19.8
   */
  popcntRange(i: number, n: number): number {
    let s = 0;
    for (const end = i + n; i < end; i = (i | 31) + 1) {
      const mask = ones32(i & 31, Math.min(end - i, 32 - (i & 31)));
      s += onesCount32(this.words[this.at + (i >>> 5)]! & mask);
    }
    return s;
  }

  /** The runs of ones, as [first page, pages]. */
  runs(): [number, number][] {
    const out: [number, number][] = [];
    for (let i = 0; i < pallocChunkPages; i++) {
      if (this.get(i) === 0) continue;
      const last = out.at(-1);
      if (last !== undefined && last[0] + last[1] === i) last[1]++;
      else out.push([i, 1]);
    }
    return out;
  }
}
