// A set of spans that many Ps put spans into and take them from at once.
//
// It is a queue in blocks of 512: spans are put in at the tail and taken out at the head. A spine, an array of blocks,
// doubles when it is full. Blocks that were used up go to a pool and come back; spines are never freed.
// Invariants: head <= tail; the spine has a block for every index below tail that is not in a block used up.

import {persistentalloc} from "./malloc.js";
import type {mspan} from "./mspan.js";
import {Throw} from "./panic.js";
import type {Runtime} from "./runtime.js";

/** Spans in a block. @go runtime/mspanset.go spanSetBlockEntries go1.19.8 */
export const spanSetBlockEntries = 512;
/** Blocks that the first spine has room for. @go runtime/mspanset.go spanSetInitSpineCap go1.19.8 */
export const spanSetInitSpineCap = 256;

/** @go runtime/mspanset.go spanSetBlock go1.19.8 */
export class spanSetBlock {
  /** How many of its spans were taken out. */
  popped = 0;
  readonly spans: (mspan | null)[] = Array(spanSetBlockEntries).fill(null);
}

/**
 * The set.
 *
 * @go runtime/mspanset.go spanSet go1.19.8
 */
export class spanSet {
  /** Address of the array of blocks, and how many it has room for. */
  spineAddress = 0;
  spineCap = 0;
  readonly spine: (spanSetBlock | null)[] = [];
  head = 0;
  tail = 0;
  readonly rt: Runtime;

  constructor(rt: Runtime) {
    this.rt = rt;
  }

  /** Number of blocks that the spine has. */
  get spineLen(): number {
    return this.spine.length;
  }

  /**
   * Puts a span in.
   *
   * @go runtime/mspanset.go spanSet.push go1.19.8
   */
  push(s: mspan): void {
    const {rt} = this;
    const {PtrSize, CacheLinePadSize} = rt.config.arch;
    const cursor = this.tail++;
    const top = Math.floor(cursor / spanSetBlockEntries);
    if (top >= this.spineLen) {
      if (this.spineLen === this.spineCap) {
        const newCap = this.spineCap * 2 || spanSetInitSpineCap;
        this.spineAddress = persistentalloc(
          rt,
          newCap * PtrSize,
          CacheLinePadSize,
          rt.config.release.gcMiscStat,
        );
        this.spineCap = newCap;
      }
      this.spine.push(allocBlock(rt));
    }
    this.spine[top]!.spans[cursor % spanSetBlockEntries] = s;
  }

  /**
   * Takes out the span that was put in first, or null if there is none.
   *
   * @go runtime/mspanset.go spanSet.pop go1.19.8
   */
  pop(): mspan | null {
    if (this.head >= this.tail) return null;
    const cursor = this.head++;
    const top = Math.floor(cursor / spanSetBlockEntries);
    const block = this.spine[top]!;
    const s = block.spans[cursor % spanSetBlockEntries]!;
    block.spans[cursor % spanSetBlockEntries] = null;
    if (++block.popped === spanSetBlockEntries) {
      this.spine[top] = null;
      freeBlock(this.rt, block);
    }
    return s;
  }

  /**
   * Makes an empty set start over, so that its spine does not grow for good. Throws if it is not empty.
   *
   * @go runtime/mspanset.go spanSet.reset go1.19.8
   */
  reset(): void {
    const {rt, head, tail} = this;
    if (head < tail) {
      rt.print(`head = ${head}, tail = ${tail}`);
      throw new Throw(rt, "attempt to clear non-empty span set");
    }
    const block = this.spine[Math.floor(head / spanSetBlockEntries)] ?? null;
    if (block !== null) {
      if (block.popped === 0) throw new Throw(rt, "span set block with unpopped elements found in reset");
      if (block.popped === spanSetBlockEntries)
        throw new Throw(rt, "fully empty unfreed span set block found in reset");
      freeBlock(rt, block);
    }
    this.head = this.tail = 0;
    this.spine.length = 0;
  }
}

/**
 * A block: one that was used up, or a new one.
 *
 * @go runtime/mspanset.go spanSetBlockAlloc.alloc go1.19.8
 */
function allocBlock(rt: Runtime): spanSetBlock {
  const used = rt.spanSetBlockPool.pop();
  if (used !== undefined) return used;
  persistentalloc(
    rt,
    rt.sizeof("spanSetBlock"),
    rt.config.arch.CacheLinePadSize,
    rt.config.release.gcMiscStat,
  );
  return new spanSetBlock();
}

/** @go runtime/mspanset.go spanSetBlockAlloc.free go1.19.8 */
function freeBlock(rt: Runtime, block: spanSetBlock): void {
  block.popped = 0;
  rt.spanSetBlockPool.push(block);
}
