import {describe, expect, test} from "vitest";
import * as table from "/components/pagealloc/situations/mpagealloc.js";
import {situations} from "/components/pagealloc/situations.js";
import {scavenge} from "../../src/runtime/mgcscavenge.js";
import {pageAlloc} from "../../src/runtime/mpagealloc.js";
import {find} from "../../src/runtime/mpagealloc_find.js";
import {thrownBy} from "./fixtures.js";
import {
  chunkBytes,
  contents,
  emptyPageAlloc,
  newPageAlloc,
  pageBase,
  pageRuntime,
  pageSize,
} from "./pages.js";

const MiB = 2 ** 20;

/** Four chunks of free pages, in a row. */
const four: table.Chunks = {0: [], 1: [], 2: [], 3: []};

describe("growing", () => {
  test.each(table.grow)("by $what", ({chunks, inUse}) => {
    const p = emptyPageAlloc();
    for (const c of chunks) p.grow(pageBase(c, 0), chunkBytes);
    const expected = inUse.map(([from, to]) => ({base: pageBase(from, 0), limit: pageBase(to, 0)}));
    expect(p.inUse.ranges.elems).toEqual(expected);
    expect(p.inUse.totalBytes).toBe(chunks.length * chunkBytes);
    const ends = [Math.min(...chunks), Math.max(...chunks) + 1].map(c => p.chunkIndex(pageBase(c, 0)));
    expect([p.start, p.end]).toEqual(ends);
    expect(p.searchAddr).toBe(pageBase(Math.min(...chunks), 0));
  });

  test("takes in whole chunks, and counts their pages as scavenged", () => {
    const p = emptyPageAlloc();
    p.grow(pageBase(0, 0), 3 * pageSize);
    expect(contents(p)).toEqual({0: {alloc: [], scav: [[0, 512]]}});
    expect(p.alloc(512)).toEqual([pageBase(0, 0), 512 * pageSize]);
  });

  test("maps summaries once: what lies on a page that a neighbor has mapped is not charged again", () => {
    const p = emptyPageAlloc();
    const before = p.rt.memstats.gcMiscSys;
    p.grow(pageBase(0, 0), chunkBytes);
    // The root level, a page of summaries on each of the others, the index from its entry 0 on, the bitmaps of 2^13 chunks.
    const summaries = 2 ** 17 + 4 * 4096;
    const index = Math.ceil((p.chunkIndex(pageBase(1, 0)) + 7) / 8 / 4096) * 4096;
    expect(p.summaryMappedReady).toBe(summaries + index);
    expect(p.rt.memstats.gcMiscSys - before).toBe(p.summaryMappedReady + MiB);
    p.grow(pageBase(1, 0), chunkBytes);
    expect(p.summaryMappedReady).toBe(summaries + index);
    expect(p.rt.memstats.gcMiscSys - before).toBe(p.summaryMappedReady + MiB);
  });

  test("throws where the system has no memory for bitmaps", () => {
    let megabytes = 0;
    // The first megabyte that is asked for is a level of summaries.
    const rt = pageRuntime({refuse: (_, size) => size === MiB && ++megabytes > 1});
    const p = new pageAlloc(rt, true);
    p.init("gcMiscSys");
    expect(thrownBy(() => p.grow(pageBase(0, 0), chunkBytes)).message).toBe("pageAlloc: out of memory");
  });
});

describe("allocating", () => {
  test.each(table.alloc)("$what", ({alloc, scav, asked, after}) => {
    const p = newPageAlloc(alloc, scav);
    for (const [pages, at, scavenged] of asked) {
      const answer = [at === null ? 0 : pageBase(...at), scavenged * pageSize];
      expect([pages, ...p.alloc(pages)]).toEqual([pages, ...answer]);
    }
    expect(contents(p)).toEqual(contents(newPageAlloc(after, scav)));
  });

  test.each(table.exhaust)("$what", ({npages}) => {
    const p = newPageAlloc(four);
    const times = Math.floor(2048 / npages);
    for (let i = 0; i < times; i++) expect(p.alloc(npages)).toEqual([pageBase(0, i * npages), 0]);
    expect(p.alloc(npages)).toEqual([0, 0]);
    const used = contents(p);
    const allocated = Object.values(used).flatMap(({alloc}) => alloc.map(([, n]) => n));
    expect(allocated.reduce((a, b) => a + b, 0)).toBe(times * npages);
  });

  test("notes that nothing is free once not even one page is found", () => {
    const p = newPageAlloc({0: [[0, 511]]});
    p.alloc(2);
    expect(p.searchAddr).toBe(pageBase(0, 0));
    p.alloc(1);
    expect(p.alloc(1)).toEqual([0, 0]);
    expect(p.searchAddr).toBe(p.maxSearchAddr());
    p.free(pageBase(0, 40), 1, true);
    expect(p.searchAddr).toBe(pageBase(0, 40));
  });

  test("throws when a summary promises what the bitmap does not have", () => {
    const p = newPageAlloc({
      0: [
        [0, 10],
        [20, 492],
      ],
    });
    p.chunkOf(p.chunkIndex(pageBase(0, 0))).setAll();
    expect(thrownBy(() => p.alloc(3)).message).toBe("bad summary data");
    expect(p.rt.printed.at(-1)).toBe("runtime: npages = 3");
    expect(thrownBy(() => find(p, 3)).message).toBe("bad summary data");
  });

  test("throws when a level promises what the level below does not have", () => {
    const p = newPageAlloc({
      0: [
        [0, 10],
        [20, 492],
      ],
    });
    p.summary[4]!.set(p.chunkIndex(pageBase(0, 0)), {start: 0, max: 0, end: 0});
    expect(thrownBy(() => find(p, 1)).message).toBe("bad summary data");
    expect(p.rt.printed[0]).toBe("runtime: level = 4, npages = 1");
  });
});

describe("freeing", () => {
  test.each(table.free)("$what", ({alloc, npages, frees, after}) => {
    const p = newPageAlloc(alloc);
    p.searchAddr = p.maxSearchAddr();
    for (const at of frees) p.free(pageBase(...at), npages, true);
    expect(contents(p)).toEqual(contents(newPageAlloc(after)));
    expect(p.searchAddr).toBe(pageBase(...frees[0]!));
  });

  test.each(table.allocAndFree)("and allocating: $what", ({chunks, steps}) => {
    const p = newPageAlloc(Object.fromEntries(Array.from({length: chunks}, (_, i) => [i, []])));
    for (const pages of steps) {
      if (pages > 0) expect(p.alloc(pages)[0]).toBe(pageBase(0, 0));
      else p.free(pageBase(0, 0), -pages, true);
    }
    expect(p.alloc(1)[0]).toBe(0);
  });
});

describe("the levels", () => {
  test("are 5 with 48 bits of address, where an entry of the root stands for 16 GiB", () => {
    const p = emptyPageAlloc();
    expect(p.levelBits).toEqual([14, 3, 3, 3, 3]);
    expect(p.levelShift).toEqual([34, 31, 28, 25, 22]);
    expect(p.levelLogPages).toEqual([21, 18, 15, 12, 9]);
  });

  test("are 4 on 386, where all of them are mapped at the start", () => {
    const p = emptyPageAlloc({goarch: "386"});
    expect(p.levelBits).toEqual([1, 3, 3, 3]);
    expect(p.levelShift).toEqual([31, 28, 25, 22]);
    expect(p.summaryMappedReady).toBe(12288);
    expect(p.rt.mem.stateAt(p.summary[3]!.array)).toBe("ready");
  });

  test("are reserved on amd64, from the root down, and not charged", () => {
    const p = emptyPageAlloc();
    expect(p.summary.map(({cap}) => cap * 8)).toEqual([2 ** 17, 2 ** 20, 2 ** 23, 2 ** 26, 2 ** 29]);
    expect(p.summary.map(({array}) => p.rt.mem.stateAt(array))).toEqual(Array(5).fill("reserved"));
    expect(p.summaryMappedReady).toBe(0);
  });

  test("cannot be reserved where the system refuses", () => {
    const message = "failed to reserve page summary memory";
    for (const goarch of ["amd64", "386"]) {
      const rt = pageRuntime({goarch, refuse: (_, size) => size !== 256 * 1024});
      expect(thrownBy(() => new pageAlloc(rt, true).init("gcMiscSys")).message).toBe(message);
    }
  });
});

test("addresses of 60 bits, as on AIX, are found and freed like any", () => {
  const p = new pageAlloc(pageRuntime({goos: "aix", goarch: "ppc64", physPageSize: 4096}), true);
  p.init("gcMiscSys");
  const start = 0xa00 * 2 ** 48 + 0xa0 * 2 ** 32;
  p.grow(start, 2 * chunkBytes);
  expect(p.alloc(511)[0]).toBe(start);
  expect(p.alloc(1)[0]).toBe(start + 511 * pageSize);
  expect(p.alloc(512)[0]).toBe(start + chunkBytes);
  expect(p.alloc(1)[0]).toBe(0);
  p.free(start + 511 * pageSize, 2, false);
  expect(find(p, 2)[0]).toBe(start + 511 * pageSize);
  expect(scavenge(p, Number.POSITIVE_INFINITY)).toBe(2 * pageSize);
});

test("situations are counted by file", () => {
  expect(situations.map(({file, situations: n}) => [file, n])).toEqual([
    ["mpallocbits.go", 7 + 5 + 12 + 15 + 6 + 11],
    ["mpagealloc.go", 10 + 19 + 12 + 13 + 2],
    ["mpagecache.go", 12 + 4 + 7],
    ["mgcscavenge.go", 2 + 63 + 8 + 24 + 6 + 7 + 16 + 13 + 5],
    ["mranges.go", 7 + 18 + 6 + 6 + 4],
  ]);
});
