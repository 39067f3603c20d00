// What the tests of the page allocator share: allocators that stand by themselves, and what they hold.

export {
  base,
  chunkBytes,
  contents,
  emptyPageAlloc,
  newPageAlloc,
  pageBase,
  pageRuntime,
  pageSize,
  type run,
  type runs,
} from "../../src/capture/pagealloc.js";

/** The halves of a word of 64 bits that is written as hexadecimal, the lower one first. */
export function halves(word: string): [lo: number, hi: number] {
  const x = BigInt(`0x${word}`);
  return [Number(BigInt.asIntN(32, x)), Number(BigInt.asIntN(32, x >> 32n))];
}

/** A word of 64 bits as hexadecimal, from its halves. */
export function word(lo: number, hi: number): string {
  return ((BigInt(hi >>> 0) << 32n) | BigInt(lo >>> 0)).toString(16);
}
