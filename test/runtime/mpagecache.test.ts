import fc from "fast-check";
import {describe, expect, test} from "vitest";
import * as table from "/components/pagealloc/situations/mpagecache.js";
import {allocToCache, pageCache} from "../../src/runtime/mpagecache.js";
import {contents, emptyPageAlloc, halves, newPageAlloc, pageBase, pageSize, word} from "./pages.js";

/** A cache of the block at a page. */
function cacheOf(page: number, cache: string, scav: string): pageCache {
  const c = new pageCache(pageSize);
  c.base = pageBase(0, page);
  [c.cacheLo, c.cacheHi] = halves(cache);
  [c.scavLo, c.scavHi] = halves(scav);
  return c;
}

/** The pages of ones in a word, counted from a page on. */
function pagesOf(bits: string, first: number): number[] {
  const [lo, hi] = halves(bits);
  return Array.from({length: 64}, (_, i) => i)
    .filter(i => ((i < 32 ? lo : hi) >>> (i % 32)) & 1)
    .map(i => first + i);
}

/** The pages of runs, one by one. */
const pagesIn = (runs: readonly (readonly [number, number])[]) =>
  runs.flatMap(([first, n]) => Array.from({length: n}, (_, i) => first + i));

describe("a page cache", () => {
  test.each(table.alloc)("allocates: $what", ({cache, scav, asked}) => {
    const c = cacheOf(0, cache, scav);
    for (const [npages, at, scavenged] of asked) {
      const answer = [at < 0 ? 0 : pageBase(0, at), scavenged * pageSize];
      expect([npages, ...c.alloc(npages)]).toEqual([npages, ...answer]);
    }
  });

  test.each(table.flush)("gives back: $what", ({first, cache, scav}) => {
    const p = newPageAlloc({0: [[first, 64]]});
    const c = cacheOf(first, cache, scav);
    c.flush(p);
    expect(c.empty()).toBe(true);
    const {alloc, scav: scavenged} = contents(p)[0]!;
    const free = pagesOf(cache, first);
    const all = Array.from({length: 64}, (_, i) => first + i);
    expect(pagesIn(alloc)).toEqual(all.filter(i => !free.includes(i)));
    expect(pagesIn(scavenged)).toEqual(pagesOf(scav, first));
  });

  test("gives back what it took, whatever was allocated from it", () => {
    const requests = fc.array(fc.integer({min: 1, max: 20}), {maxLength: 12});
    fc.assert(
      fc.property(
        fc.bigInt({min: 0n, max: 2n ** 64n - 1n}),
        fc.nat(7),
        requests,
        (allocated, block, asked) => {
          const runs = pagesOf(allocated.toString(16), block * 64).map(i => [i, 1] as const);
          const p = newPageAlloc({0: [[0, block * 64], ...runs]}, {0: [[block * 64 + 10, 30]]});
          const before = contents(p);
          const c = allocToCache(p);
          const taken: [number, number][] = [];
          for (const n of asked) {
            const [addr] = c.alloc(n);
            if (addr !== 0) taken.push([addr, n]);
          }
          c.flush(p);
          for (const [addr, n] of taken) p.free(addr, n, false);
          expect(pagesIn(contents(p)[0]!.alloc)).toEqual(pagesIn(before[0]!.alloc));
        },
      ),
      {numRuns: 50},
    );
  });
});

describe("taking a cache", () => {
  test.each(table.allocToCache)("$what", ({alloc, scav, caches, after, afterScav}) => {
    const p = newPageAlloc(alloc, scav);
    for (const {block, ...expected} of caches) {
      const c = allocToCache(p);
      expect(c.base).toBe(block === null ? 0 : pageBase(...block));
      expect({cache: word(c.cacheLo, c.cacheHi), scav: word(c.scavLo, c.scavHi)}).toEqual(expected);
    }
    expect(contents(p)).toEqual(contents(newPageAlloc(after, afterScav)));
  });

  test("lets the next search begin at the last page of the block, which is mapped", () => {
    const p = newPageAlloc({0: []});
    allocToCache(p);
    expect(p.searchAddr).toBe(pageBase(0, 63));
    for (let i = 0; i < 7; i++) allocToCache(p);
    expect(p.searchAddr).toBe(pageBase(0, 511));
    expect(allocToCache(p).empty()).toBe(true);
    expect(p.searchAddr).toBe(p.maxSearchAddr());
  });

  test("takes nothing from an allocator without pages", () => {
    expect(allocToCache(emptyPageAlloc()).empty()).toBe(true);
  });
});
