import fc from "fast-check";
import {describe, expect, test} from "vitest";
import {fastlog2, fastlog2Table} from "../../src/runtime/fastlog2.js";

describe("fastlog2Table", () => {
  test("is the table that Go ships, to the last bit", () => {
    // runtime/fastlog2table.go, go1.12.17
    expect(fastlog2Table).toEqual([
      0, 0.0443941193584535, 0.08746284125033943, 0.12928301694496647, 0.16992500144231248,
      0.2094533656289499, 0.24792751344358555, 0.28540221886224837, 0.3219280948873623, 0.3575520046180837,
      0.39231742277876036, 0.4262647547020979, 0.4594316186372973, 0.4918530963296748, 0.5235619560570128,
      0.5545888516776374, 0.5849625007211563, 0.6147098441152082, 0.6438561897747247, 0.6724253419714956,
      0.7004397181410922, 0.7279204545631992, 0.7548875021634686, 0.7813597135246596, 0.8073549220576042,
      0.8328900141647417, 0.8579809951275721, 0.8826430493618412, 0.9068905956085185, 0.9307373375628862,
      0.9541963103868752, 0.9772799234999164, 1,
    ]);
  });
});

describe("fastlog2", () => {
  test("is exact for powers of two", () => {
    for (let k = 0; k <= 31; k++) expect(fastlog2(2 ** k)).toBe(k);
  });

  test("is exact at the ends of the table's intervals", () => {
    for (let i = 0; i <= 32; i++)
      expect(fastlog2(2 ** 20 * (32 + i))).toBeCloseTo(Math.log2(32 + i) + 20, 12);
  });

  test("is halfway between two entries of the table in the middle of an interval", () => {
    expect(fastlog2(65)).toBeCloseTo(6 + (fastlog2Table[0]! + fastlog2Table[1]!) / 2, 14);
    expect(fastlog2(127)).toBeCloseTo(6 + (fastlog2Table[31]! + fastlog2Table[32]!) / 2, 14);
  });

  test("is never above the logarithm, and less than 0.0002 below it", () => {
    // A chord over an interval of 1/32 lies below log2 by at most (1/32)^2 / 8 / ln 2 = 0.000176.
    fc.assert(
      fc.property(fc.integer({min: 1, max: 2 ** 31 - 1}), x => {
        const error = Math.log2(x) - fastlog2(x);
        expect(error).toBeGreaterThan(-1e-12);
        expect(error).toBeLessThan(0.000178);
      }),
      {numRuns: 5000},
    );
  });

  test("never falls as its argument grows", () => {
    fc.assert(
      fc.property(fc.integer({min: 1, max: 2 ** 26}), x => {
        expect(fastlog2(x + 1)).toBeGreaterThanOrEqual(fastlog2(x));
      }),
      {numRuns: 2000},
    );
  });
});
