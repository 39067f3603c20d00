// Small routines that everything else leans on: rounding and the random generator.

import type {m} from "./runtime2.js";

/**
 * The least multiple of `a` that is not below `n`.
 *
 * Go masks bits, which needs a power of two; division gives the same and stays exact above 2^32.
 *
 * @go runtime/stubs.go round go1.12.17
 */
export function round(n: number, a: number): number {
  return Math.ceil(n / a) * a;
}

/** The greatest multiple of `a` that is not above `n`. Go writes `n &^ (a - 1)`. */
export function roundDown(n: number, a: number): number {
  return Math.floor(n / a) * a;
}

/** Whether `n` is a multiple of `a`. */
export function isMultiple(n: number, a: number): boolean {
  return n % a === 0;
}

/** Whether `n` is a power of two. Go writes `n & (n - 1) == 0`, which is true of 0 as well: mind the callers. */
export function isPowerOfTwo(n: number): boolean {
  return 2 ** Math.round(Math.log2(n)) === n;
}

/**
 * The next 32 random bits of an M: two xorshift sequences added up. With a state of [0, 0], which is what m0
 * has before mcommoninit seeds it, the answer is always 0.
 *
 * @go runtime/stubs.go fastrand go1.12.17
 */
export function fastrand(mp: m): number {
  let s1 = mp.fastrand[0];
  const s0 = mp.fastrand[1];
  s1 ^= s1 << 17;
  s1 = s1 ^ s0 ^ (s1 >>> 7) ^ (s0 >>> 16);
  mp.fastrand = [s0 >>> 0, s1 >>> 0];
  return (s0 + s1) >>> 0;
}
