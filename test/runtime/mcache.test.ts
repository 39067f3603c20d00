import {describe, expect, test} from "vitest";
import {boot, load} from "../../src/runtime/index.js";
import {allocmcache, fastexprand, freemcache, nextSample} from "../../src/runtime/mcache.js";

const ready = () => boot({until: "mallocinit"});

describe("allocmcache", () => {
  test("every slot holds the one empty span", () => {
    const rt = ready();
    const c = allocmcache(rt);
    expect(c.alloc).toHaveLength(134);
    expect(new Set(c.alloc)).toEqual(new Set([rt.emptymspan]));
    expect(c.alloc[0]).toBe(rt.emptymspan);
  });

  test("that span is shared by all mcaches and has no free object", () => {
    const rt = ready();
    const [a, b] = [allocmcache(rt), allocmcache(rt)];
    expect(a.alloc[5]).toBe(b.alloc[133]);
    const {nelems, freeindex, allocCount, allocCacheLo, allocCacheHi} = rt.emptymspan;
    expect([nelems, freeindex, allocCount, allocCacheLo, allocCacheHi]).toEqual([0, 0, 0, 0, 0]);
  });

  test("it counts as flushed in the sweep generation that is", () => {
    const rt = ready();
    rt.mheap_.sweepgen = 6;
    expect(allocmcache(rt).flushGen).toBe(6);
  });

  test("the first of any process samples after 9448628 bytes", () => {
    // m0's generator is not seeded yet and draws 0, so q is 1 and log2(q) - 26 is -26: -26 * -ln(2) * 512 KiB, plus 1.
    expect(ready().m0.mcache!.next_sample).toBe(Math.trunc(26 * Math.LN2 * 512 * 1024) + 1);
    expect(ready().m0.mcache!.next_sample).toBe(9448628);
  });

  test("nothing else in it is set", () => {
    const {alloc: _, address: __, next_sample: ___, ...rest} = allocmcache(ready());
    expect(rest).toMatchObject({
      local_scan: 0,
      tiny: 0,
      tinyoffset: 0,
      local_tinyallocs: 0,
      local_largefree: 0,
      local_nlargefree: 0,
      flushGen: 0,
      stackcache: Array(4).fill({list: 0, size: 0}),
    });
    expect(rest.local_nsmallfree).toEqual(Array(67).fill(0));
  });

  test("on Windows stacks are larger, and there are lists for two sizes only", () => {
    expect(boot({goos: "windows", until: "mallocinit"}).m0.mcache!.stackcache).toHaveLength(2);
  });

  test("a freed mcache is handed out again, and is as new", () => {
    const rt = ready();
    const c = allocmcache(rt);
    const {inuse} = rt.mheap_.cachealloc;
    Object.assign(c, {
      local_scan: 1,
      tiny: 2,
      tinyoffset: 3,
      local_largefree: 4,
      local_nlargefree: 5,
      flushGen: 6,
    });
    c.stackcache[1]!.size = 7;
    c.local_nsmallfree[8] = 9;
    freemcache(rt, c);
    expect(rt.mheap_.cachealloc.inuse).toBe(inuse - 1736);
    const again = allocmcache(rt);
    expect(again).toBe(c);
    expect(again).toEqual(Object.assign(allocmcache(rt), {address: c.address}));
  });
});

describe("nextSample", () => {
  test("asks for the profile's rate", () => {
    const rt = ready();
    rt.MemProfileRate = 1;
    // 26 * ln(2) is 18.02.
    expect(nextSample(rt)).toBe(19);
    rt.MemProfileRate = 0;
    expect(nextSample(rt)).toBe(0);
  });
});

describe("fastexprand", () => {
  /** A runtime whose generator is seeded; the numbers that follow are always the same. */
  const seeded = () => {
    const rt = load();
    rt.m0.fastrand = [1597334677, 88172645];
    return rt;
  };
  const mean = 512 * 1024;
  const draws = 20_000;
  const drawn = () => {
    const rt = seeded();
    return Array.from({length: draws}, () => fastexprand(rt, mean));
  };

  test("a mean of 0 is always 0, and draws nothing", () => {
    const rt = seeded();
    expect(fastexprand(rt, 0)).toBe(0);
    expect(rt.m0.fastrand).toEqual(seeded().m0.fastrand);
  });

  test("draws whole numbers from 1 to 26 ln 2 times the mean, plus 1", () => {
    for (const x of drawn()) {
      expect(Number.isInteger(x)).toBe(true);
      expect(x).toBeGreaterThanOrEqual(1);
      expect(x).toBeLessThanOrEqual(26 * Math.LN2 * mean + 1);
    }
  });

  test("on average, draws the mean", () => {
    // The average of n draws from an exponential distribution strays by mean / sqrt(n): 0.7 %.
    const average = drawn().reduce((a, b) => a + b) / draws;
    expect(Math.abs(average / mean - 1)).toBeLessThan(3 / Math.sqrt(draws));
  });

  test("draws more than k times the mean with a probability of e to the -k", () => {
    const all = drawn();
    for (const k of [0.5, 1, 2, 3]) {
      const share = all.filter(x => x > k * mean).length / draws;
      const p = Math.exp(-k);
      expect(Math.abs(share - p)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / draws));
    }
  });

  /** A runtime whose generator draws `number` next: with a state of [a, 0] it draws a ^ a << 17, xored with itself >>> 7. */
  const drawing = (number: number) => {
    let s1 = number;
    for (let i = 0; i < 5; i++) s1 = number ^ (s1 >>> 7);
    let a = s1;
    for (let i = 0; i < 2; i++) a = s1 ^ (a << 17);
    const rt = load();
    rt.m0.fastrand = [a >>> 0, 0];
    return rt;
  };

  test("draws -ln(q) times the mean, where q is a number of 26 bits plus 1, out of 2^26", () => {
    // fastlog2 is off by less than 0.0002.
    for (const q of [1, 3, 1000, 2 ** 20 + 12345, 2 ** 25, 2 ** 26]) {
      const exact = -Math.log(q / 2 ** 26) * mean;
      expect(Math.abs(fastexprand(drawing(q - 1), mean) - exact)).toBeLessThan(0.0002 * Math.LN2 * mean + 1);
    }
  });

  test("takes no notice of the six bits above", () => {
    expect(fastexprand(drawing(2 ** 26 + 999), mean)).toBe(fastexprand(drawing(999), mean));
    expect(fastexprand(drawing(2 ** 32 - 1), mean)).toBe(fastexprand(drawing(2 ** 26 - 1), mean));
  });

  test("is 1 at least: the sample is never where one already is", () => {
    expect(fastexprand(drawing(2 ** 26 - 1), mean)).toBe(1);
  });

  test("a mean beyond 0x7000000 counts as that, so that the result fits into an int32", () => {
    const [capped, beyond] = [fastexprand(load(), 0x7000000), fastexprand(load(), 2 ** 31)];
    expect(beyond).toBe(capped);
    expect(capped).toBe(Math.trunc(26 * Math.LN2 * 0x7000000) + 1);
    expect(capped).toBeLessThan(2 ** 31);
  });
});
