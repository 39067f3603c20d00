import fc from "fast-check";
import {describe, expect, test} from "vitest";
import {m} from "../../src/runtime/runtime2.js";
import {fastrand, isMultiple, isPowerOfTwo, round, roundDown} from "../../src/runtime/stubs.js";

const size = fc.integer({min: 0, max: 2 ** 47});
const power = fc.integer({min: 0, max: 32});

describe("rounding", () => {
  test("agrees with Go's masks for powers of two", () => {
    fc.assert(
      fc.property(size, power, (n, bits) => {
        const [N, a] = [BigInt(n), 1n << BigInt(bits)];
        expect(BigInt(round(n, Number(a)))).toBe((N + a - 1n) & ~(a - 1n));
        expect(BigInt(roundDown(n, Number(a)))).toBe(N & ~(a - 1n));
        expect(isMultiple(n, Number(a))).toBe((N & (a - 1n)) === 0n);
      }),
    );
  });

  test("a multiple stays what it is, in both directions", () => {
    expect([round(8192, 4096), roundDown(8192, 4096)]).toEqual([8192, 8192]);
    expect([round(8193, 4096), roundDown(8191, 4096)]).toEqual([12288, 4096]);
  });
});

test("isPowerOfTwo knows the powers of two, and no neighbor of one", () => {
  for (let k = 0; k <= 52; k++) expect(isPowerOfTwo(2 ** k)).toBe(true);
  for (let k = 2; k <= 47; k++) expect([2 ** k - 1, 2 ** k + 1].some(isPowerOfTwo)).toBe(false);
});

test("isPowerOfTwo says yes to 0, as Go's n & (n - 1) == 0 does", () => {
  expect(isPowerOfTwo(0)).toBe(true);
});

describe("fastrand", () => {
  /** Marsaglia's xorshift with the triplet [17, 7, 16], two sequences added up, in exact integers. */
  function* reference(state: [bigint, bigint]): Generator<bigint> {
    const u32 = (x: bigint) => x & 0xffffffffn;
    let [s1, s0] = state;
    for (;;) {
      s1 ^= u32(s1 << 17n);
      s1 = s1 ^ s0 ^ (s1 >> 7n) ^ (s0 >> 16n);
      [s1, s0] = [s0, s1];
      yield u32(s0 + s1);
    }
  }

  test("draws what xorshift64+ draws from any state", () => {
    const word = fc.integer({min: 0, max: 2 ** 32 - 1});
    fc.assert(
      fc.property(word, word, (a, b) => {
        const mp = new m(0);
        mp.fastrand = [a, b];
        const expected = reference([BigInt(a), BigInt(b)]);
        for (let i = 0; i < 20; i++) expect(BigInt(fastrand(mp))).toBe(expected.next().value);
      }),
    );
  });

  test("draws zeroes for ever from a state of zeroes: m0 before mcommoninit", () => {
    const mp = new m(0);
    expect([fastrand(mp), fastrand(mp), fastrand(mp)]).toEqual([0, 0, 0]);
  });

  test("each M has a state of its own", () => {
    const [a, b] = [new m(0), new m(1)];
    a.fastrand = [1, 2];
    b.fastrand = [1, 2];
    const first = fastrand(a);
    fastrand(a);
    expect(fastrand(b)).toBe(first);
  });
});
