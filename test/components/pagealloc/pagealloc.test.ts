// Section 7.7: its heaps, its search beside the model's, what it judges, and what was recorded.

import {readdirSync, readFileSync} from "node:fs";
import {describe, expect, test} from "vitest";
import {readRequests, play as serve} from "/components/pagealloc/cache.js";
import {judgeAcross, judgeInside} from "/components/pagealloc/descend.js";
import {compare, mixes} from "/components/pagealloc/duel.js";
import {byLoop, holes, pageSize, start, terabyte} from "/components/pagealloc/heap.js";
import {requests} from "/components/pagealloc/hunt.js";
import {play, readOps, writeOps} from "/components/pagealloc/labheap.js";
import {merged} from "/components/pagealloc/merge.js";
import {groups, released, sinceAll} from "/components/pagealloc/recorded.js";
import {play as scavenge} from "/components/pagealloc/scav.js";
import {search} from "/components/pagealloc/search.js";
import {mostLog, platforms, shapeOf} from "/components/pagealloc/shape.js";
import {find} from "../../../docs/src/runtime/mpagealloc_find.js";

const docs = new URL("../../../docs/", import.meta.url);
const read = {
  list: (folder: string) => readdirSync(new URL(folder, docs)),
  text: (path: string) => readFileSync(new URL(path, docs), "utf8"),
};

describe("the heap of a terabyte", () => {
  const heap = terabyte();

  test("has exactly the holes that are written down", () => {
    const pages = holes.reduce((sum, hole) => sum + hole.npages, 0);
    let free = 0;
    for (const {base, limit} of heap.inUse.ranges.elems)
      for (let addr = base; addr < limit; addr += heap.pallocChunkBytes)
        free += 512 - heap.chunkOf(heap.chunkIndex(addr)).popcntRange(0, 512);
    expect(free).toBe(pages);
  });

  test.each(requests)(
    "is searched for %i pages as find does, and the loop comes to the same place",
    npages => {
      const {addr} = search(heap, npages);
      expect(addr).toBe(find(heap, npages)[0]);
      const loop = byLoop(npages);
      expect(loop.found).toBe(addr !== 0);
      if (loop.found) expect((addr - start) / pageSize + npages).toBe(loop.looked);
    },
  );

  test("says why a choice is wrong, and nothing of the right one", () => {
    const [root, , across] = search(heap, 5).steps;
    expect(judgeInside(heap, root!, root!.inside, 5)).toBeNull();
    expect(judgeInside(heap, root!, root!.inside - 2, 5)).toContain("at most 4 free pages");
    expect(judgeInside(heap, root!, root!.inside + 1, 5)).toContain("lowest");
    expect(judgeAcross(heap, across!, across!.first, 5)).toBeNull();
    expect(judgeAcross(heap, across!, across!.first + 1, 5)).toContain("not 5");
  });
});

test("two chunks have the summary that counting their pages gives", () => {
  for (let n = 0; n < 2 ** 16; n += 97) {
    const pattern = n.toString(2).padStart(16, "0");
    const runs = pattern.split("0").map(run => run.length * 64);
    const {parent} = merged(pattern);
    expect([parent.start, parent.max, parent.end]).toEqual([runs[0], Math.max(...runs), runs.at(-1)]);
  }
});

test("on every platform the levels nest, and the root covers all addresses", () => {
  for (const platform of platforms) {
    const {levels, addrBits, maxPacked, mapped} = shapeOf({platform, log: Math.min(26, mostLog(platform))});
    for (const {entries, stands} of levels) expect(entries * stands).toBe(2 ** addrBits);
    expect(levels[0]!.pages).toBeLessThanOrEqual(maxPacked);
    expect(mapped).toBeGreaterThan(0);
  }
});

describe("the small heap", () => {
  test("takes the lowest address, and merges what is freed side by side", () => {
    const {ops} = readOps("a100_a500_a30_f1_f2_a601");
    const {pieces, p} = play(ops);
    expect(pieces.map(({page, npages}) => [page, npages])).toEqual([
      [600, 30],
      [630, 601],
    ]);
    expect(p.leaves.start(p.chunkIndex(start))).toBe(512);
  });

  test("reads and writes its story, and names what makes no sense", () => {
    const {ops, faults} = readOps("a5_f1_f1_x_a9999_s8");
    expect(writeOps(ops)).toBe("a5_f1_s8");
    expect(faults.map(fault => /“(.*)”/.exec(fault)![1])).toEqual(["f1", "x", "a9999"]);
  });

  test("stops an update where nothing changes", () => {
    const {done} = play(readOps("a100_a9_a100_f2_a4").ops);
    expect(done!.changed.at(-1)).toBe(0);
    expect(done!.computed.slice(0, -1)).toEqual([0, 0, 0, 0]);
  });
});

test("a P's cache serves fewer than 16 pages, and others go past it", () => {
  const {served} = serve([1, 15, 16, 40, 2]);
  expect(served.map(s => s.from)).toEqual(["filled", "cache", "heap", "heap", "cache"]);
  expect(readRequests("3 0").fault).toContain("“0”");
});

test("scavenging keeps a huge page whole, and returns whole physical pages only", () => {
  const asked = {chunk: "a long free run", phys: 4096, huge: 2 ** 21, pages: 8, times: 2};
  expect(scavenge(asked).returned).toEqual([
    {page: 256, npages: 256},
    {page: 248, npages: 8},
  ]);
  const single = scavenge({...asked, chunk: "single pages", phys: 65536, times: 9});
  expect(single.returned).toEqual([{page: -1, npages: 0}]);
  const {freed, released: gone} = released();
  expect(gone).toBe(freed);
});

test("both contenders keep the same spans, and the better of the two changes with the sizes", () => {
  const better = new Set<string>();
  for (const mix of Object.keys(mixes) as (keyof typeof mixes)[]) {
    const [treap, pages] = compare({mix, live: 2000, seed: 1});
    const lengths = (r: typeof treap) => r!.spans.map(([, n]) => n).reduce((a, b) => a + b, 0);
    // The two releases start with a span of two pages more or less.
    expect(Math.abs(lengths(treap) - lengths(pages))).toBeLessThanOrEqual(4);
    better.add(treap!.extent < pages!.extent ? "treap" : "pages");
  }
  expect([...better].sort()).toEqual(["pages", "treap"]);
});

test("what was recorded of the page allocator is compared for four releases, and nothing differs", () => {
  const all = groups(read);
  expect([...new Set(all.map(g => g.release))]).toEqual(["go1.15.15", "go1.19.8", "go1.24.4", "go1.27.3"]);
  expect(all.map(g => g.differing)).toEqual(all.map(() => 0));
  expect(sinceAll(read).map(s => s.version)).toEqual(["go1.15.15", "go1.19.8", "go1.24.4", "go1.27.3"]);
});
