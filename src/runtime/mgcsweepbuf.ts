// gcSweepBuf: a set of spans for the sweeper, as a stack in blocks of 512.
//
// The spine, an array of blocks, doubles when it is full; spine and blocks are never freed.

import {persistentalloc} from "./malloc.js";
import type {mspan} from "./mspan.js";
import type {Runtime} from "./runtime.js";

/** Spans in a block. */
const gcSweepBlockEntries = 512;
/** Blocks that the first spine has room for. */
const gcSweepBufInitSpineCap = 256;

/**
 * A set of spans.
 *
 * @go runtime/mgcsweepbuf.go gcSweepBuf go1.12.17
 */
export class gcSweepBuf {
  /** Address of the array of blocks, and how many it has and has room for. */
  spine = 0;
  spineLen = 0;
  spineCap = 0;
  /** What was pushed and not yet popped. */
  readonly spans: mspan[] = [];
  readonly rt: Runtime;

  constructor(rt: Runtime) {
    this.rt = rt;
  }

  /** Number of spans. */
  get index(): number {
    return this.spans.length;
  }

  /**
   * Puts a span in.
   *
   * @go runtime/mgcsweepbuf.go gcSweepBuf.push go1.12.17
   */
  push(s: mspan): void {
    const {rt} = this;
    const {PtrSize, CacheLinePadSize} = rt.config.arch;
    const top = Math.floor(this.index / gcSweepBlockEntries);
    if (top >= this.spineLen) {
      if (this.spineLen === this.spineCap) {
        const newCap = this.spineCap * 2 || gcSweepBufInitSpineCap;
        this.spine = persistentalloc(rt, newCap * PtrSize, CacheLinePadSize, "gc_sys");
        this.spineCap = newCap;
      }
      persistentalloc(rt, gcSweepBlockEntries * PtrSize, CacheLinePadSize, "gc_sys");
      this.spineLen++;
    }
    this.spans.push(s);
  }

  /**
   * Takes out the span that was put in last, or null if there is none.
   *
   * @go runtime/mgcsweepbuf.go gcSweepBuf.pop go1.12.17
   */
  pop(): mspan | null {
    return this.spans.pop() ?? null;
  }
}
