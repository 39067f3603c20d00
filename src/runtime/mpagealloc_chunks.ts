// The bitmaps of all chunks, by number.
//
// With 48 bits of address there are 2^26 chunks, of which a heap has few. So the index has two levels: an entry of the
// first is null, or stands for 2^13 chunks whose bitmaps Go obtains as one megabyte. On 32-bit platforms the second level
// covers all. What memory the model takes for them is obtained in smaller blocks, when a chunk is first touched.

import type {PagedConstants} from "../releases/index.js";
import type {chunkIdx} from "./mpagealloc_levels.js";
import {pallocData, pallocDataWords} from "./mpallocbits.js";

/** Chunks whose bits share an array. */
const blockChunks = 256;

/** An entry of the first level. */
interface l2 {
  /** Where Go's bitmaps would lie. */
  readonly address: number;
  readonly blocks: (Int32Array | null)[];
}

/**
 * The index of bitmaps, and the bitmaps.
 *
 * @go runtime/mpagealloc.go pageAlloc go1.19.8
 */
export class chunks {
  /** Number of chunks that an entry of the first level stands for. */
  readonly l2Entries: number;
  readonly #l1: (l2 | null)[];

  constructor({pallocChunksL1Bits, pallocChunksL2Bits}: PagedConstants) {
    this.l2Entries = 2 ** pallocChunksL2Bits;
    this.#l1 = Array(2 ** pallocChunksL1Bits).fill(null);
  }

  /** @go runtime/mpagealloc.go chunkIdx.l1 go1.19.8 */
  l1(ci: chunkIdx): number {
    return Math.floor(ci / this.l2Entries);
  }

  /** @go runtime/mpagealloc.go chunkIdx.l2 go1.19.8 */
  l2(ci: chunkIdx): number {
    return ci - this.l1(ci) * this.l2Entries;
  }

  /** Whether the chunk's bitmaps are there. */
  has(ci: chunkIdx): boolean {
    return this.#l1[this.l1(ci)]! !== null;
  }

  /** Puts bitmaps at `address` for this chunk, and for all others of its entry. */
  put(ci: chunkIdx, address: number): void {
    const blocks = Array(Math.ceil(this.l2Entries / blockChunks)).fill(null);
    this.#l1[this.l1(ci)] = {address, blocks};
  }

  /** The bitmaps of a chunk. They must be there. */
  get(ci: chunkIdx): pallocData {
    const i = this.l2(ci);
    const {blocks} = this.#l1[this.l1(ci)]!;
    const b = (i / blockChunks) | 0;
    const block = (blocks[b] ??= new Int32Array(blockChunks * pallocDataWords));
    return new pallocData(block, (i - b * blockChunks) * pallocDataWords);
  }
}
