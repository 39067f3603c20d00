// A fast approximation of the logarithm to base 2, which the heap profile's sampling draws from.
//
// The exponent of the float is the whole part; the top 5 bits of its mantissa select an interval of a table,
// and the 20 bits below them scale linearly between the interval's ends.

const fastlogNumBits = 5;
const fastlogScaleBits = 20;

/**
 * log2(1 + i/32) for i from 0 to 32.
 *
 * @go runtime/fastlog2table.go fastlog2Table go1.12.17
 */
export const fastlog2Table: readonly number[] = Array.from({length: 2 ** fastlogNumBits + 1}, (_, i) =>
  log2(1 + i / 2 ** fastlogNumBits),
);

/** The logarithm as Go's generator computes it: the fraction's natural logarithm, scaled, plus the exponent. */
function log2(x: number): number {
  if (x === 1) return 0;
  if (x === 2) return 1;
  return Math.log(x / 2) * (1 / Math.LN2) + 1;
}

/**
 * An approximation of log2(x), off by less than 0.0002, for a whole number `x` from 1 to 2^31.
 *
 * @go runtime/fastlog2.go fastlog2 go1.12.17
 */
export function fastlog2(x: number): number {
  const exponent = 31 - Math.clz32(x);
  const mantissa = x / 2 ** exponent - 1;
  const scaled = Math.floor(mantissa * 2 ** (fastlogNumBits + fastlogScaleBits));
  const index = Math.floor(scaled / 2 ** fastlogScaleBits);
  const scale = scaled % 2 ** fastlogScaleBits;
  const low = fastlog2Table[index]!;
  const high = fastlog2Table[index + 1]!;
  return exponent + low + (high - low) * scale * 2 ** -fastlogScaleBits;
}
