import fc from "fast-check";
import {describe, expect, test} from "vitest";
import * as table from "/components/pagealloc/situations/mpallocbits.js";
import {findBitRange64, LeadingZeros64, OnesCount64, TrailingZeros64} from "../../src/runtime/intrinsics.js";
import {pallocChunkPages} from "../../src/runtime/mpagebits.js";
import {pallocBits, pallocData} from "../../src/runtime/mpallocbits.js";
import {
  mergeSummaries,
  packPallocSum,
  pallocSum,
  pallocSums,
  unpackPallocSum,
} from "../../src/runtime/pallocsum.js";
import {halves} from "./pages.js";

/** A bitmap with these runs of ones. */
function bits(runs: readonly table.Run[]): pallocBits {
  const b = new pallocBits();
  for (const [first, n] of runs) b.allocRange(first, n);
  return b;
}

/** A bitmap with these runs of zeroes. */
function freeBits(runs: readonly table.Run[]): pallocBits {
  const b = new pallocBits();
  b.allocAll();
  for (const [first, n] of runs) b.free(first, n);
  return b;
}

/** The bits as words of 64, as hexadecimal, by number: those that are not zero. */
function words(b: pallocBits): Record<number, string> {
  const out: Record<number, string> = {};
  for (let i = 0; i < pallocChunkPages; i += 64) {
    const word = (BigInt(b.block64Hi(i) >>> 0) << 32n) | BigInt(b.block64Lo(i) >>> 0);
    if (word !== 0n) out[i / 64] = word.toString(16);
  }
  return out;
}

const pages = fc.array(fc.boolean(), {minLength: pallocChunkPages, maxLength: pallocChunkPages});
/** Runs of random lengths: bits by themselves have none that are long. */
const runs = fc
  .array(fc.integer({min: 1, max: 150}), {minLength: 40, maxLength: 40})
  .map(lengths => lengths.flatMap((n, i) => Array(n).fill(i % 2 === 0)).slice(0, pallocChunkPages))
  .map(all => [...all, ...Array(pallocChunkPages - all.length).fill(false)] as boolean[]);

/** The bitmap in which these pages are allocated. */
function of(allocated: readonly boolean[]): pallocBits {
  const b = new pallocBits();
  for (const [i, a] of allocated.entries()) if (a) b.set(i);
  return b;
}

describe("a chunk's bitmap", () => {
  test.each(table.allocRange)("allocates $what", ({run, words: expected}) => {
    expect(words(bits([run]))).toEqual(expected);
  });

  test.each(table.popcntRange)("counts ones: $what", ({ones, counts}) => {
    const b = bits(ones);
    for (const [i, n, expected] of counts) expect([i, n, b.popcntRange(i, n)]).toEqual([i, n, expected]);
  });

  test.each(table.alloc)("finds room: $what", ({allocated, npages, found}) => {
    const b = bits(allocated);
    for (const expected of found) {
      const [i] = b.find(npages, 0);
      expect(i).toBe(expected);
      if (i >= 0) b.allocRange(i, npages);
    }
  });

  test.each(table.free)("frees $what", ({free, npages, frees, after}) => {
    const b = freeBits(free);
    for (const i of frees) b.free(i, npages);
    expect(words(b)).toEqual(words(freeBits(after)));
  });

  test.each(table.summarize)("is summarized: $what", ({free, sum}) => {
    const {start, max, end} = freeBits(free).summarize();
    expect([start, max, end]).toEqual(sum);
  });

  test("is summarized as its pages are when they are counted one by one", () => {
    fc.assert(
      fc.property(fc.oneof(pages, runs), allocated => {
        const text = allocated.map(a => (a ? "1" : "0")).join("");
        const zeroes = text.match(/0+/g)?.map(run => run.length) ?? [];
        const {start, max, end} = of(allocated).summarize();
        expect([start, max, end]).toEqual([
          /^0*/.exec(text)![0].length,
          Math.max(0, ...zeroes),
          /0*$/.exec(text)![0].length,
        ]);
      }),
    );
  });

  test("finds the first run that is long enough, and the first free page", () => {
    fc.assert(
      fc.property(fc.oneof(pages, runs), fc.integer({min: 1, max: 300}), (allocated, npages) => {
        const text = allocated.map(a => (a ? "1" : "0")).join("");
        const [i, searchIdx] = of(allocated).find(npages, 0);
        expect(i).toBe(text.indexOf("0".repeat(npages)));
        if (i >= 0) expect(searchIdx).toBe(text.indexOf("0"));
      }),
    );
  });

  test("looks from the word of searchIdx on", () => {
    const b = freeBits([
      [70, 3],
      [200, 3],
    ]);
    expect(b.find(2, 127)).toEqual([70, 70]);
    expect(b.find(2, 128)).toEqual([200, 200]);
    expect(b.find(1, 128)).toEqual([200, 200]);
  });
});

describe("a chunk's data", () => {
  test("forgets that a page was scavenged when the page is allocated", () => {
    const data = new pallocData();
    data.scavenged.setRange(10, 20);
    data.allocRange(15, 100);
    expect(data.scavenged.runs()).toEqual([[10, 5]]);
    data.allocAll();
    expect(data.scavenged.runs()).toEqual([]);
    expect(data.runs()).toEqual([[0, 512]]);
  });
});

describe("a word of 64 bits", () => {
  test.each(table.findBitRange64)("has ones in a row: $what", ({word, n, at}) => {
    expect(findBitRange64(...halves(word), n)).toBe(at);
  });

  test("has any number of ones in a row if all are ones, and none if none is", () => {
    for (let n = 1; n <= 64; n++) {
      expect([findBitRange64(-1, -1, n), findBitRange64(0, 0, n)]).toEqual([0, 64]);
    }
  });

  test("counts zeroes and ones as a text of its bits does", () => {
    fc.assert(
      fc.property(fc.bigInt({min: 0n, max: 2n ** 64n - 1n}), fc.integer({min: 0, max: 63}), (x, shift) => {
        const word = x >> BigInt(shift);
        const text = word.toString(2).padStart(64, "0");
        const [lo, hi] = halves(word.toString(16));
        expect([TrailingZeros64(lo, hi), LeadingZeros64(lo, hi), OnesCount64(lo, hi)]).toEqual([
          /0*$/.exec(text)![0].length,
          /^0*/.exec(text)![0].length,
          text.replaceAll("0", "").length,
        ]);
      }),
    );
  });
});

describe("summaries", () => {
  test("of neighbors merge into the summary of all of their pages", () => {
    const chunks = fc.array(
      fc.oneof(runs, fc.constant(Array(512).fill(false)), fc.constant(Array(512).fill(true))),
      {
        minLength: 8,
        maxLength: 8,
      },
    );
    fc.assert(
      fc.property(chunks, all => {
        const sums = new pallocSums(4);
        for (const [i, allocated] of all.entries()) sums.set(8 + i, of(allocated).summarize());
        const text = all
          .flat()
          .map(a => (a ? "1" : "0"))
          .join("");
        const zeroes = text.match(/0+/g)?.map(run => run.length) ?? [];
        expect(mergeSummaries(sums, 8, 16, 512)).toEqual(
          new pallocSum(/^0*/.exec(text)![0].length, Math.max(0, ...zeroes), /0*$/.exec(text)![0].length),
        );
      }),
    );
  });

  test("are packed into 21 bits each, and all free into the topmost bit", () => {
    expect(packPallocSum(new pallocSum(1, 2, 3), 21)).toBe(1n | (2n << 21n) | (3n << 42n));
    expect(packPallocSum(new pallocSum(2 ** 21, 2 ** 21, 2 ** 21), 21)).toBe(1n << 63n);
  });

  test("come out of the packing as they went in", () => {
    const max = fc.integer({min: 0, max: 2 ** 18 - 1});
    fc.assert(
      fc.property(max, max, max, (a, b, c) => {
        const sum = new pallocSum(a, b, c);
        expect(unpackPallocSum(packPallocSum(sum, 18), 18)).toEqual(sum);
      }),
    );
    const whole = new pallocSum(2 ** 18, 2 ** 18, 2 ** 18);
    expect(unpackPallocSum(packPallocSum(whole, 18), 18)).toEqual(whole);
  });
});
