import {describe, expect, test} from "vitest";
import * as table from "/components/pagealloc/situations/mgcscavenge.js";
import {scavenge} from "../../src/runtime/mgcscavenge.js";
import {pallocChunkPages} from "../../src/runtime/mpagebits.js";
import {allocToCache} from "../../src/runtime/mpagecache.js";
import {pallocData} from "../../src/runtime/mpallocbits.js";
import {fillAligned, findScavengeCandidate} from "../../src/runtime/scavengecandidate.js";
import {thrownBy} from "./fixtures.js";
import {
  contents,
  emptyPageAlloc,
  halves,
  newPageAlloc,
  pageBase,
  pageRuntime,
  pageSize,
  word,
} from "./pages.js";

/** Each group of `m` bits, all ones if any is: written down one by one. */
function filledSlowly(bits: string, m: number): string {
  const text = BigInt(`0x${bits}`).toString(2).padStart(64, "0");
  const groups = text.match(new RegExp(`.{${m}}`, "g"))!;
  return BigInt(`0b${groups.map(g => (g.includes("1") ? "1" : "0").repeat(m)).join("")}`).toString(16);
}

describe("a group of pages", () => {
  test.each(table.fillAligned)("is taken together: %s", bits => {
    for (const m of [2, 4, 8, 16, 32]) {
      const [lo, hi] = halves(bits);
      expect([m, word(fillAligned(lo, m), fillAligned(hi, m))]).toEqual([m, filledSlowly(bits, m)]);
    }
    expect(fillAligned(halves(bits)[0], 1)).toBe(halves(bits)[0]);
  });
});

describe("a candidate for scavenging", () => {
  test.each(table.findScavengeCandidate)("$what", ({alloc, scav, min, max, found, huge = 0}) => {
    const rt = pageRuntime({physHugePageSize: huge});
    const m = new pallocData();
    for (const [first, n] of alloc) m.allocRange(first, n);
    for (const [first, n] of scav) m.scavenged.setRange(first, n);
    const [start, size] = findScavengeCandidate(rt, m, pallocChunkPages - 1, min, max);
    expect(size === 0 ? null : [start, size]).toEqual(found);
  });

  test("is looked for below a page, to which its word of 64 pages belongs", () => {
    const rt = pageRuntime({physHugePageSize: 0});
    const m = new pallocData();
    expect(findScavengeCandidate(rt, m, 130, 1, 5)).toEqual([187, 5]);
  });

  test("has at least as many pages as some physical page, which is a power of two", () => {
    const rt = pageRuntime();
    const thrown = (min: number) =>
      thrownBy(() => findScavengeCandidate(rt, new pallocData(), 511, min, 1)).message;
    expect([0, 3, 128].map(thrown)).toEqual([
      "min must be a non-zero power of 2",
      "min must be a non-zero power of 2",
      "min too large",
    ]);
  });
});

describe("scavenging", () => {
  test.each(table.scavenge)("$what", ({alloc, scav, asked, after}) => {
    const p = newPageAlloc(alloc, scav, {physHugePageSize: 0});
    for (const [pages, expected] of asked) {
      const bytes = pages === null ? Number.POSITIVE_INFINITY : pages * pageSize;
      expect([pages, scavenge(p, bytes)]).toEqual([pages, expected * pageSize]);
    }
    expect(contents(p)).toEqual(contents(newPageAlloc(alloc, after)));
  });

  test("takes whole physical pages, and leaves what is smaller", () => {
    const options = {goarch: "arm64", physPageSize: 64 * 1024, physHugePageSize: 0};
    const p = newPageAlloc({0: [[0, 505]]}, {}, options);
    expect(scavenge(p, 1)).toBe(0);
    const q = newPageAlloc({0: [[0, 496]]}, {}, options);
    expect([scavenge(q, 1), scavenge(q, 1), scavenge(q, 1)]).toEqual([65536, 65536, 0]);
  });

  test("stops when it is told to", () => {
    const p = newPageAlloc({0: [], 1: []}, {}, {physHugePageSize: 0});
    expect(scavenge(p, Number.POSITIVE_INFINITY, () => true)).toBe(512 * pageSize);
  });

  test("does not see what a cache gives back, until something else of the chunk is freed", () => {
    const p = newPageAlloc({0: [[0, 448]]}, {}, {physHugePageSize: 0});
    const everything = () => scavenge(p, Number.POSITIVE_INFINITY) / pageSize;
    const c = allocToCache(p);
    expect(everything()).toBe(0);
    c.flush(p);
    expect(everything()).toBe(0);
    p.free(p.alloc(1)[0], 1, false);
    expect(everything()).toBe(64);
  });

  test("leaves the pages free, marked as scavenged", () => {
    const p = newPageAlloc({0: [[0, 100]]}, {}, {physHugePageSize: 0});
    expect(scavenge(p, 3 * pageSize)).toBe(3 * pageSize);
    expect(contents(p)).toEqual({0: {alloc: [[0, 100]], scav: [[509, 3]]}});
    expect(p.alloc(412)).toEqual([pageBase(0, 100), 3 * pageSize]);
  });
});

describe("the index of chunks with pages to scavenge", () => {
  test.each(table.index)("$what", ({steps}) => {
    const p = emptyPageAlloc();
    const {index} = p.scav;
    index.grow(p, pageBase(0, 0), pageBase(64, 0));
    for (const step of steps) {
      if ("mark" in step) index.mark(p, pageBase(...step.mark[0]), pageBase(...step.mark[1]));
      else {
        const [ci, page] = index.find(p);
        const found = step.find === null ? [0, 0] : [p.chunkIndex(pageBase(step.find[0], 0)), step.find[1]];
        expect([ci, page]).toEqual(found);
        index.clear(ci);
      }
    }
  });

  test("forgets chunks between the first range of addresses and the second when the heap grows below both", () => {
    // An entry is a byte for 8 chunks: this many are on one page of the index.
    const page = 8 * 4096;
    const free = (...chunks: number[]) => {
      const p = newPageAlloc({[chunks[0]!]: []}, {}, {physHugePageSize: 0});
      for (const c of chunks.slice(1)) p.grow(pageBase(c, 0), 512 * pageSize);
      return scavenge(p, Number.POSITIVE_INFINITY) / pageSize;
    };
    expect(free(page)).toBe(512);
    expect(free(page, 2 * page)).toBe(512);
    expect(free(page, 0)).toBe(512);
    expect(free(page, 2 * page, 0)).toBe(0);
  });

  test("keeps an address that was raised marked until a search has seen it", () => {
    const {searchAddr} = emptyPageAlloc().scav.index;
    searchAddr.StoreMarked(0x5000);
    expect(searchAddr.Load()).toEqual([0x5000, true]);
    searchAddr.StoreMin(0x1000);
    searchAddr.Clear();
    expect(searchAddr.Load()).toEqual([0x5000, true]);
    searchAddr.StoreUnmark(0x4000, 0x1000);
    expect(searchAddr.Load()).toEqual([0x5000, true]);
    searchAddr.StoreUnmark(0x5000, 0x1000);
    expect(searchAddr.Load()).toEqual([0x1000, false]);
    searchAddr.StoreMin(0x800);
    expect(searchAddr.Load()).toEqual([0x800, false]);
    searchAddr.Clear();
    expect(searchAddr.a).toBe(0);
  });
});
