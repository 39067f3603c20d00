// Words of 64 bits, which JavaScript's shifts do not have: each is a pair of 32-bit integers, the lower half first.

/**
 * Number of zeroes below the lowest one; 64 if no bit is set.
 *
 * @go runtime/internal/sys/intrinsics_common.go TrailingZeros64 go1.19.8
 */
export function TrailingZeros64(lo: number, hi: number): number {
  if (lo !== 0) return 31 - Math.clz32(lo & -lo);
  return hi === 0 ? 64 : 63 - Math.clz32(hi & -hi);
}

/**
 * Number of zeroes above the highest one; 64 if no bit is set.
 *
 * @go runtime/internal/sys/intrinsics_common.go LeadingZeros64 go1.19.8
 */
export function LeadingZeros64(lo: number, hi: number): number {
  return hi !== 0 ? Math.clz32(hi) : 32 + Math.clz32(lo);
}

/**
 * Number of ones.
 *
 * @go runtime/internal/sys/intrinsics_common.go OnesCount64 go1.19.8
 */
export function OnesCount64(lo: number, hi: number): number {
  return onesCount32(lo) + onesCount32(hi);
}

/** Number of ones in 32 bits: counted in pairs, in fours, in bytes, and the bytes added up. */
export function onesCount32(x: number): number {
  x -= (x >>> 1) & 0x55555555;
  x = (x & 0x33333333) + ((x >>> 2) & 0x33333333);
  x = (x + (x >>> 4)) & 0x0f0f0f0f;
  return Math.imul(x, 0x01010101) >>> 24;
}

/** `n` ones in 32 bits, the lowest of them at bit `from`. */
export function ones32(from: number, n: number): number {
  return n === 32 ? -1 : ((1 << n) - 1) << from;
}

/** The lower half of a 64-bit word shifted down by `n`, which is from 0 to 63. */
export function shiftedLo(lo: number, hi: number, n: number): number {
  if (n === 0) return lo;
  return n < 32 ? (lo >>> n) | (hi << (32 - n)) : hi >>> (n - 32);
}

/** The upper half of a 64-bit word shifted down by `n`, which is from 0 to 63. */
export function shiftedHi(hi: number, n: number): number {
  return n < 32 ? hi >>> n : 0;
}

/**
 * The index of the lowest of `n` ones in a row, from 1 to 64 of them, in a word of 64 bits; 64 if there are not as
 * many.
 *
 * A one stays if the n - 1 bits above it are ones, too. Runs are cut from above, by twice as much each time: once
 * all runs of zeroes have at least k bits, shifting by k cuts k ones off every run.
 *
 * @go runtime/mpallocbits.go findBitRange64 go1.19.8
 */
export function findBitRange64(lo: number, hi: number, n: number): number {
  let k = 1;
  for (let p = n - 1; p > 0; ) {
    const cut = Math.min(p, k);
    lo &= shiftedLo(lo, hi, cut);
    hi &= shiftedHi(hi, cut);
    if ((lo | hi) === 0) return 64;
    p -= cut;
    k *= 2;
  }
  return TrailingZeros64(lo, hi);
}
