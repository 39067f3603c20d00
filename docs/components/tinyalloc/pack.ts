// The tiny allocator as arithmetic, for what the model does not do: other block sizes, other replacement rules.
//
// With blocks of 16 bytes and Go's rule it puts every object where the model does; a test compares the two.

import type {SizeClasses} from "../../src/runtime/sizeclasses.js";
import {alignmentOf} from "./run.js";

/** Which block goes on when an object did not fit: Go's rule, always the new one, or the first for ever. */
export type Rule = "more room" | "always the new" | "always the old";

/** Where each object lies: the number of its block, or -1 for an object that gets a block of its own size class. */
export interface Packed {
  readonly blockOf: readonly number[];
  readonly blocks: number;
}

/** Packs sizes into blocks of `blockSize` bytes; objects as large as a block or larger are left out. */
export function pack(list: readonly number[], blockSize: number, rule: Rule = "more room"): Packed {
  let [current, taken, blocks] = [-1, 0, 0];
  const blockOf = list.map(size => {
    if (size >= blockSize) return -1;
    const align = alignmentOf(size);
    const offset = Math.ceil(taken / align) * align;
    if (current >= 0 && offset + size <= blockSize) {
      taken = offset + size;
      return current;
    }
    const block = blocks++;
    if (current < 0 || rule === "always the new" || (rule === "more room" && size < taken)) {
      current = block;
      taken = size;
    }
    return block;
  });
  return {blockOf, blocks};
}

/** Bytes of the block that an object of a size gets by itself. */
export function ownBlock({class_to_size}: Pick<SizeClasses, "class_to_size">, size: number): number {
  return class_to_size.find(each => each >= size)!;
}

/**
 * Bytes that stay allocated when only some objects are reachable: blocks that hold one of them, and the reachable
 * objects with blocks of their own. `blockSize` 0 stands for no combining.
 */
export function held(
  classes: Pick<SizeClasses, "class_to_size">,
  list: readonly number[],
  blockSize: number,
  reachable: (i: number) => boolean,
  rule: Rule = "more room",
): number {
  const {blockOf} = pack(list, blockSize, rule);
  const alive = new Set<number>();
  let own = 0;
  for (const [i, size] of list.entries()) {
    if (!reachable(i)) continue;
    if (blockOf[i]! < 0) own += ownBlock(classes, size);
    else alive.add(blockOf[i]!);
  }
  return own + alive.size * blockSize;
}
