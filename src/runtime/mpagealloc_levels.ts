// The shape of the tree of summaries, and how addresses translate into its indices.
//
// The address space is cut into chunks of 512 pages. Each chunk has a summary on the lowest level. 8 neighbors of a level
// have one summary on the level above, up to the root level, which is as wide as the address space needs: 2^14 entries of
// 16 GiB with 48 bits of address, on five levels; 32-bit platforms have four levels. So a level is an array, and which
// entry is above which follows from the index alone.

import type {PagedConstants} from "../releases/index.js";
import {pallocSums} from "./pallocsum.js";

/** The chunk at an index of the lowest level. @go runtime/mpagealloc.go chunkIdx go1.19.8 */
export type chunkIdx = number;

/**
 * An address space as a tree of summaries. Level 0 is the root.
 *
 * @go runtime/mpagealloc.go pageAlloc go1.19.8
 */
export class summaryTree {
  readonly pageSize: number;
  readonly pallocChunkBytes: number;
  /** What is added to an address before it is divided. */
  readonly arenaBaseOffset: number;
  readonly heapAddrBits: number;
  readonly levels: number;
  /** Bits of an address that choose among the entries of a block. @go runtime/mpagealloc_64bit.go levelBits go1.19.8 */
  readonly levelBits: readonly number[];
  /** log2 of the bytes that an entry stands for. @go runtime/mpagealloc_64bit.go levelShift go1.19.8 */
  readonly levelShift: readonly number[];
  /** log2 of the pages that an entry stands for. @go runtime/mpagealloc_64bit.go levelLogPages go1.19.8 */
  readonly levelLogPages: readonly number[];
  /** Entries in a block; bytes, and pages, that an entry stands for. */
  readonly entriesPerBlock: readonly number[];
  readonly entryBytes: readonly number[];
  readonly entryPages: readonly number[];
  /** log2 of the most pages that a packed summary can tell of. @go runtime/mpagealloc.go logMaxPackedValue go1.19.8 */
  readonly logMaxPackedValue: number;
  readonly summary: readonly pallocSums[];
  /** The lowest level: a summary for each chunk. */
  readonly leaves: pallocSums;

  constructor(constants: PagedConstants) {
    const {heapAddrBits, summaryLevels, summaryLevelBits, summaryL0Bits, logPallocChunkPages} = constants;
    this.pageSize = constants._PageSize;
    this.pallocChunkBytes = constants.pallocChunkBytes;
    this.arenaBaseOffset = constants.arenaBaseOffset;
    this.heapAddrBits = heapAddrBits;
    this.levels = summaryLevels;
    const below = Array.from({length: summaryLevels}, (_, l) => summaryLevels - 1 - l);
    this.levelBits = below.map((_, l) => (l === 0 ? summaryL0Bits : summaryLevelBits));
    this.levelLogPages = below.map(n => logPallocChunkPages + n * summaryLevelBits);
    this.levelShift = this.levelLogPages.map(n => n + constants._PageShift);
    this.entriesPerBlock = this.levelBits.map(bits => 2 ** bits);
    this.entryBytes = this.levelShift.map(shift => 2 ** shift);
    this.entryPages = this.levelLogPages.map(log => 2 ** log);
    this.logMaxPackedValue = constants.logMaxPackedValue;
    this.summary = this.levelShift.map(shift => new pallocSums(heapAddrBits - shift));
    this.leaves = this.summary.at(-1)!;
  }

  /**
   * The chunk that an address lies in.
   *
   * @go runtime/mpagealloc.go chunkIndex go1.19.8
   */
  chunkIndex(p: number): chunkIdx {
    return Math.floor((p + this.arenaBaseOffset) / this.pallocChunkBytes);
  }

  /**
   * The lowest address of a chunk.
   *
   * @go runtime/mpagealloc.go chunkBase go1.19.8
   */
  chunkBase(ci: chunkIdx): number {
    return ci * this.pallocChunkBytes - this.arenaBaseOffset;
  }

  /**
   * The number of the page that an address lies in, counted from the start of its chunk.
   *
   * @go runtime/mpagealloc.go chunkPageIndex go1.19.8
   */
  chunkPageIndex(p: number): number {
    const inChunk = p + this.arenaBaseOffset - this.chunkIndex(p) * this.pallocChunkBytes;
    return Math.floor(inChunk / this.pageSize);
  }

  /**
   * The entry of a level that an address belongs to.
   *
   * @go runtime/mpagealloc.go offAddrToLevelIndex go1.19.8
   */
  offAddrToLevelIndex(level: number, addr: number): number {
    return Math.floor((addr + this.arenaBaseOffset) / this.entryBytes[level]!);
  }

  /**
   * The lowest address that an entry of a level stands for.
   *
   * @go runtime/mpagealloc.go levelIndexToOffAddr go1.19.8
   */
  levelIndexToOffAddr(level: number, idx: number): number {
    return idx * this.entryBytes[level]! - this.arenaBaseOffset;
  }

  /**
   * The entries of a level that addresses from `base` up to `limit` belong to: the first, and the one after the last.
   *
   * `limit` may be the very end of what an entry stands for. So it is the entry of the page before that counts; Go takes the
   * byte before, which a float64 cannot tell where addresses have 60 bits.
   *
   * @go runtime/mpagealloc.go addrsToSummaryRange go1.19.8
   */
  addrsToSummaryRange(level: number, base: number, limit: number): [lo: number, hi: number] {
    return [
      this.offAddrToLevelIndex(level, base),
      this.offAddrToLevelIndex(level, limit - this.pageSize) + 1,
    ];
  }

  /**
   * Those entries, and the rest of the blocks that they lie in. The summary of a block is made of all of it.
   *
   * @go runtime/mpagealloc.go blockAlignSummaryRange go1.19.8
   */
  blockAlignSummaryRange(level: number, lo: number, hi: number): [lo: number, hi: number] {
    const e = this.entriesPerBlock[level]!;
    return [Math.floor(lo / e) * e, Math.ceil(hi / e) * e];
  }
}
