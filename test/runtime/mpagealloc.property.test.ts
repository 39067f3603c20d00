// Whatever is asked of a page allocator, it answers as a list of pages would.
//
// The oracle knows nothing of summaries, words and hints: it has a state for each page and looks at all of them. After
// each step the bitmaps are compared with it, and the summaries of all levels with what the bitmaps say.

import fc from "fast-check";
import {expect, test} from "vitest";
import {scavenge} from "../../src/runtime/mgcscavenge.js";
import type {pageAlloc} from "../../src/runtime/mpagealloc.js";
import {pallocChunkPages} from "../../src/runtime/mpagebits.js";
import {allocToCache, type pageCache} from "../../src/runtime/mpagecache.js";
import {chunkBytes, emptyPageAlloc, pageBase, pageSize} from "./pages.js";

/** What can be asked. Numbers without a meaning of their own choose among what there is. */
type Step =
  | {does: "grow"; chunk: number; chunks: number}
  | {does: "alloc"; pages: number}
  | {does: "free"; which: number; scavenged: boolean}
  | {does: "cache"}
  | {does: "allocFromCache"; which: number; pages: number}
  | {does: "flush"; which: number}
  | {does: "scavenge"; bytes: number};

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({
      does: fc.constant("grow"),
      chunk: fc.nat(40),
      chunks: fc.integer({min: 1, max: 3}),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      does: fc.constant("alloc"),
      pages: fc.oneof(fc.constant(1), fc.integer({min: 1, max: 80}), fc.integer({min: 1, max: 1600})),
    }),
  },
  {weight: 5, arbitrary: fc.record({does: fc.constant("free"), which: fc.nat(), scavenged: fc.boolean()})},
  {weight: 1, arbitrary: fc.record({does: fc.constant("cache")})},
  {
    weight: 2,
    arbitrary: fc.record({
      does: fc.constant("allocFromCache"),
      which: fc.nat(),
      pages: fc.integer({min: 1, max: 16}),
    }),
  },
  {weight: 1, arbitrary: fc.record({does: fc.constant("flush"), which: fc.nat()})},
  {
    weight: 2,
    arbitrary: fc.record({does: fc.constant("scavenge"), bytes: fc.integer({min: 1, max: 3 * chunkBytes})}),
  },
) as fc.Arbitrary<Step>;

/** A page: free or not, and scavenged or not. */
interface Page {
  free: boolean;
  scavenged: boolean;
}

/** The pages that there are, by number from the fixture's base address; and the same questions, answered slowly. */
class Oracle {
  readonly pages = new Map<number, Page>();
  /**
   * The chunks in which something was freed unscavenged, until the scavenger has found nothing there. Flushing a cache
   * does not count: what it gives back unscavenged stays unseen until something else of the chunk is freed.
   */
  readonly indexed = new Set<number>();

  /** The numbers of all pages, in order. */
  numbers: number[] = [];

  /** Adds pages that nobody has touched. */
  add(first: number, n: number): void {
    for (let i = first; i < first + n; i++) this.pages.set(i, {free: true, scavenged: true});
    this.numbers = [...this.pages.keys()].sort((a, b) => a - b);
  }

  /** The first of the lowest `n` free pages in a row, or -1. */
  find(n: number): number {
    let run = 0;
    let last = -2;
    for (const i of this.numbers) {
      if (!this.pages.get(i)!.free) run = 0;
      else run = last === i - 1 ? run + 1 : 1;
      last = i;
      if (run === n) return i - n + 1;
    }
    return -1;
  }

  /** Marks `n` pages as allocated. Returns how many of them were scavenged. */
  take(first: number, n: number): number {
    let scavenged = 0;
    for (let i = first; i < first + n; i++) {
      const page = this.pages.get(i)!;
      expect(page.free).toBe(true);
      if (page.scavenged) scavenged++;
      this.pages.set(i, {free: false, scavenged: false});
    }
    return scavenged;
  }
}

function isScavengeable({free, scavenged}: Page): boolean {
  return free && !scavenged;
}

/** The summary of the pages from `first` on, counted one by one. */
function counted(oracle: Oracle, first: number, n: number): {start: number; max: number; end: number} {
  const free = Array.from({length: n}, (_, i) => oracle.pages.get(first + i)?.free ?? false);
  let [max, run] = [0, 0];
  for (const f of free) max = Math.max(max, (run = f ? run + 1 : 0));
  const start = free.indexOf(false);
  return {start: start < 0 ? n : start, max, end: run};
}

class World {
  readonly p: pageAlloc;
  readonly oracle = new Oracle();
  /** What has been allocated: first page and length. */
  readonly held: [number, number][] = [];
  readonly caches: {cache: pageCache; free: Set<number>; scavenged: Set<number>}[] = [];
  asked = 0;

  constructor(physPageSize: number) {
    this.p = emptyPageAlloc({physPageSize, physHugePageSize: 0});
  }

  number(addr: number): number {
    return (addr - pageBase(0, 0)) / pageSize;
  }

  do(s: Step): void {
    this.asked++;
    const {p, oracle} = this;
    if (s.does === "grow") this.grow(s.chunk, s.chunks);
    if (s.does === "alloc") this.compareAlloc(s.pages);
    if (s.does === "free" && this.held.length > 0) {
      const [[first, n]] = this.held.splice(s.which % this.held.length, 1) as [[number, number]];
      p.free(pageBase(0, first), n, s.scavenged);
      // As the scavenger does: it is the one to say so, and the one to set the bits.
      for (let i = first; i < first + n; i++) {
        oracle.pages.set(i, {free: true, scavenged: s.scavenged});
        if (!s.scavenged) oracle.indexed.add(Math.floor(i / pallocChunkPages));
        else this.chunkOf(i).scavenged.set(i % pallocChunkPages);
      }
    }
    if (s.does === "cache") this.cache();
    if (s.does === "allocFromCache" && this.caches.length > 0) this.allocFromCache(s.which, s.pages);
    if (s.does === "flush" && this.caches.length > 0) this.flush(s.which);
    if (s.does === "scavenge") this.scavenge(s.bytes);
  }

  chunkOf(page: number) {
    return this.p.chunkOf(this.p.chunkIndex(pageBase(0, page)));
  }

  grow(chunk: number, chunks: number): void {
    for (let c = chunk; c < chunk + chunks; c++) if (this.oracle.pages.has(c * pallocChunkPages)) return;
    this.p.grow(pageBase(chunk, 0), chunks * chunkBytes);
    this.oracle.add(chunk * pallocChunkPages, chunks * pallocChunkPages);
  }

  compareAlloc(n: number): void {
    const first = this.oracle.find(n);
    const scav = first < 0 ? 0 : this.oracle.take(first, n) * pageSize;
    expect(this.p.alloc(n)).toEqual([first < 0 ? 0 : pageBase(0, first), scav]);
    if (first >= 0) this.held.push([first, n]);
  }

  cache(): void {
    const {oracle} = this;
    const first = oracle.find(1);
    const cache = allocToCache(this.p);
    expect(cache.empty()).toBe(first < 0);
    if (first < 0) return;
    const block = first - (first % 64);
    expect(cache.base).toBe(pageBase(0, block));
    const numbers = Array.from({length: 64}, (_, i) => block + i).filter(i => oracle.pages.get(i)!.free);
    const scavenged = new Set(numbers.filter(i => oracle.pages.get(i)!.scavenged));
    for (const i of numbers) oracle.take(i, 1);
    this.caches.push({cache, free: new Set(numbers), scavenged});
  }

  allocFromCache(which: number, n: number): void {
    const {cache, free, scavenged} = this.caches[which % this.caches.length]!;
    const first = [...free].find(i => Array.from({length: n}, (_, k) => i + k).every(k => free.has(k)));
    const [addr, scav] = cache.alloc(n);
    expect(addr).toBe(first === undefined ? 0 : pageBase(0, first));
    if (first === undefined) return;
    let expected = 0;
    for (let i = first; i < first + n; i++) {
      free.delete(i);
      if (scavenged.delete(i)) expected++;
    }
    expect(scav).toBe(expected * pageSize);
    this.held.push([first, n]);
  }

  flush(which: number): void {
    const [{cache, free, scavenged}] = this.caches.splice(which % this.caches.length, 1) as [
      (typeof this.caches)[number],
    ];
    cache.flush(this.p);
    expect(cache.empty()).toBe(true);
    for (const i of free) this.oracle.pages.set(i, {free: true, scavenged: scavenged.has(i)});
  }

  /**
   * With pages of the system that are no larger than the heap's, and no huge pages, every page can go by itself: from the
   * highest down, in the chunks that the index knows.
   */
  scavenge(bytes: number): void {
    const {pages, indexed} = this.oracle;
    const wanted = Math.ceil(bytes / pageSize);
    let done = 0;
    while (done < wanted && indexed.size > 0) {
      const chunk = Math.max(...indexed);
      let i = (chunk + 1) * pallocChunkPages - 1;
      while (i >= chunk * pallocChunkPages && !isScavengeable(pages.get(i)!)) i--;
      if (i < chunk * pallocChunkPages) indexed.delete(chunk);
      else {
        pages.get(i)!.scavenged = true;
        done++;
      }
    }
    expect(scavenge(this.p, bytes)).toBe(done * pageSize);
  }

  /** Everything that the allocator holds, against the oracle. */
  check(): void {
    const {p, oracle} = this;
    const numbers = oracle.numbers;
    for (const i of numbers) {
      const chunk = this.chunkOf(i);
      const {free, scavenged} = oracle.pages.get(i)!;
      if (chunk.get(i % 512) !== Number(!free) || chunk.scavenged.get(i % 512) !== Number(scavenged))
        expect([i, chunk.get(i % 512), chunk.scavenged.get(i % 512)]).toEqual([
          i,
          Number(!free),
          Number(scavenged),
        ]);
    }
    for (let l = 0; l < p.levels; l++) {
      const pages = p.entryPages[l]!;
      // Above the level that holds all of these pages in one entry, the entry only counts more of what is not there.
      if (pages > 64 * pallocChunkPages) continue;
      const entries = new Set(numbers.map(i => Math.floor(i / pages)));
      for (const e of entries) {
        const {start, max, end} = p.summary[l]!.get(p.offAddrToLevelIndex(l, pageBase(0, e * pages)));
        expect([l, e, {start, max, end}]).toEqual([l, e, counted(oracle, e * pages, pages)]);
      }
    }
    const firstFree = oracle.find(1);
    if (firstFree >= 0) expect(p.searchAddr).toBeLessThanOrEqual(pageBase(0, firstFree));
    if (p.searchAddr !== p.maxSearchAddr()) expect(p.inUse.contains(p.searchAddr)).toBe(true);
  }
}

test.each([4096, 8192])(
  "any sequence of steps with physical pages of %i bytes",
  physPageSize => {
    let asked = 0;
    fc.assert(
      fc.property(fc.array(step, {minLength: 20, maxLength: 60}), steps => {
        const world = new World(physPageSize);
        world.grow(0, 2);
        for (const s of steps) world.do(s);
        world.check();
        asked += world.asked;
      }),
      {numRuns: 40},
    );
    expect(asked).toBeGreaterThan(40 * 20 - 1);
  },
  60_000,
);
