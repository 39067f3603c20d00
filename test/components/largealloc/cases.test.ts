// The cases of section 7.4: merging, growing, too large a request, rules of fit, rounding, and what was recorded.

import {readdirSync, readFileSync} from "node:fs";
import {describe, expect, test} from "vitest";
import {compare, measure} from "/components/largealloc/fit.js";
import {first, folded, grow} from "/components/largealloc/growth.js";
import {stderr} from "/components/largealloc/happened.js";
import {play, type State, states} from "/components/largealloc/merge.js";
import {sinceAll, values} from "/components/largealloc/recorded.js";
import {ask} from "/components/largealloc/toomuch.js";
import {roundedSize, teeth} from "/components/largealloc/waste.js";
import {boot} from "../../../docs/src/runtime/index.js";
import {answer, parseVectors} from "../../../src/capture/treap.js";

const page = 8192;
const MiB = 2 ** 20;
const docs = new URL("../../../docs/", import.meta.url);
const read = {
  list: (folder: string) => readdirSync(new URL(folder, docs)),
  text: (path: string) => readFileSync(new URL(path, docs), "utf8"),
};

describe("a span that is freed between two others", () => {
  const cases = states.flatMap(left => states.map((right): [State, State] => [left, right]));
  test.each(cases)("left %s, right %s: merges with the free ones alone", (left, right) => {
    const {before, freed, returned} = play({left, right});
    expect(before.pieces.map(p => p.npages)).toEqual([6, 5, 9]);
    const middle = 5 + (left === "free" ? 6 : 0) + (right === "free" ? 9 : 0);
    expect(freed.pieces.find(p => p.kind === "free")!.npages).toBe(middle);
    expect(freed.scav).toBe(before.scav);
    // Once all is returned, everything that is free is one span.
    const all = 5 + (left === "in use" ? 0 : 6) + (right === "in use" ? 0 : 9);
    expect(returned.pieces.filter(p => p.kind === "returned").map(p => p.npages)).toEqual([all]);
    expect(returned).toMatchObject({free: 0, scav: 1, released: all * page});
  });
});

describe("growing", () => {
  const {before, after, events} = grow(first);

  test("happens although the free pages would do in sum", () => {
    expect(before.stats.heap_idle).toBeGreaterThan(first.ask * MiB);
    expect([before.arenas, after.arenas]).toEqual([1, 2]);
    expect(after.stats.heap_sys - before.stats.heap_sys).toBe(64 * MiB);
  });

  test("returns what was free, since that is less than the new arena", () => {
    expect(after.stats.heap_released).toBe(before.stats.heap_idle);
  });

  test("moves the hint behind the new arena", () => {
    expect([before.hint, after.hint]).toEqual([0xc004000000, 0xc008000000]);
  });

  test("asks first, returns then, and metadata comes in between", () => {
    const calls = folded(events).map(r => r.call);
    expect(calls).toEqual(["sysReserve", "sysMap", "sysAlloc", "sysUnused", "sysUnused"]);
  });

  test("does not happen if one free span is long enough", () => {
    const {before, after, events} = grow({...first, ask: 20});
    expect(after.arenas).toBe(before.arenas);
    expect(folded(events)).toEqual([]);
  });

  test("on 386 maps out of what was reserved, in arenas of 4 MiB", () => {
    const {before, after, arena} = grow({...first, goarch: "386"});
    expect(arena).toBe(4 * MiB);
    expect(after.arenas - before.arenas).toBe(10);
  });
});

describe("asking for too much", () => {
  test("with no addresses prints what was asked for and drops every hint", () => {
    const {thrown, hints, heapSys} = ask({goarch: "amd64", system: "addresses", size: 2 ** 30});
    expect(stderr(thrown!)).toBe(
      "runtime: out of memory: cannot allocate 1073741824-byte block (67076096 in use)\nfatal error: out of memory",
    );
    expect(hints).toEqual([128, 0]);
    expect(heapSys[1]).toBe(heapSys[0]);
  });

  test("with addresses and no memory fails in sysMap", () => {
    const {thrown} = ask({goarch: "amd64", system: "memory", size: 2 ** 30});
    expect(stderr(thrown!)).toBe("fatal error: runtime: out of memory");
  });

  test.each([
    ["amd64", 2 ** 64 - 4096],
    ["386", 2 ** 32 - 4096],
  ] as const)("a size that wraps around on %s asks the system for nothing", (goarch, size) => {
    const {thrown, requests} = ask({goarch, system: "roomy", size});
    expect(stderr(thrown!)).toBe("fatal error: out of memory");
    expect(requests).toBe(0);
  });

  test("the whole user half of the address space is refused before the system is asked at the hints", () => {
    const {thrown, hints} = ask({goarch: "amd64", system: "roomy", size: 2 ** 47});
    expect(thrown!.printed).toHaveLength(1);
    expect(hints[1]).toBe(0);
  });

  test("what there is is granted", () => {
    expect(ask({goarch: "386", system: "roomy", size: 2 ** 30}).address).toBeGreaterThan(0);
  });
});

describe("the rules of fit", () => {
  const results = compare({mix: "even", live: 1000, seed: 7});

  test("meet the same workload: the same number of pages is in use at the peak", () => {
    expect(new Set(results.map(r => r.peak)).size).toBe(1);
    expect(results.map(r => r.allocations)).toEqual([1600, 1600, 1600]);
  });

  test("spread over no less than what is in use, and worst fit over the most", () => {
    const [best, firstFit, worst] = results;
    for (const r of results) expect(r.extent).toBeGreaterThanOrEqual(r.peak);
    expect(worst!.extent).toBeGreaterThan(Math.max(best!.extent, firstFit!.extent));
  });

  test("are deterministic", () => {
    expect(measure({mix: "skewed", live: 400, seed: 3}, "best")).toEqual(
      measure({mix: "skewed", live: 400, seed: 3}, "best"),
    );
  });
});

describe("rounding", () => {
  const rt = boot();

  test("a large object takes whole pages, a small one its class", () => {
    expect(roundedSize(rt, 32769)).toEqual({size: 32769, takes: 5 * page, unused: 8191, pages: 5});
    expect(roundedSize(rt, 40960)).toEqual({size: 40960, takes: 40960, unused: 0, pages: 5});
    expect(roundedSize(rt, 32768)).toEqual({size: 32768, takes: 32768, unused: 0, pages: 0});
    expect(roundedSize(rt, 1025).takes).toBe(1152);
  });

  test("no large size wastes more than the first", () => {
    const share = (n: number) => roundedSize(rt, n).unused / roundedSize(rt, n).takes;
    for (let n = 32769; n < 2 ** 20; n += 997) expect(share(n)).toBeLessThanOrEqual(share(32769));
  });

  test("the teeth lie end to end", () => {
    for (const byPage of [true, false]) {
      const list = teeth(rt, 8192, 2 ** 17, byPage);
      expect([list[0]!.from, list.at(-1)!.to]).toEqual([8192, 2 ** 17]);
      for (const [i, tooth] of list.entries()) if (i > 0) expect(tooth.from).toBe(list[i - 1]!.to);
    }
  });
});

describe("what was recorded", () => {
  test("every one of 718 searches and 819 places in order is answered alike, with any priorities", () => {
    const cases = parseVectors(read.text("data/vectors/treap.jsonl"));
    for (const seed of [1, 12345]) {
      const sum = answer(cases, seed);
      expect([sum.cases, sum.calls, sum.finds]).toEqual([40, 2353, 718]);
      expect([sum.same, sum.inPlace]).toEqual([sum.finds, sum.spans]);
    }
  });

  test("an answer that is not the recorded one is counted as such", () => {
    const insert = {op: "insert", base: "0xc000000000", pages: 4} as const;
    const find = {op: "find", pages: 4, got: "0xc000002000", gotPages: 4} as const;
    const {finds, same, spans, inPlace} = answer([
      {ops: [insert, find], order: [{op: "span", base: "0xc000002000", pages: 4}]},
    ]);
    expect([finds, same, spans, inPlace]).toEqual([1, 0, 1, 0]);
  });

  test("later releases keep free pages in a pageAlloc", () => {
    const releases = sinceAll(read);
    expect(releases.map(r => r.keeps)).toEqual([
      "mTreap",
      "pageAlloc",
      "pageAlloc",
      "pageAlloc",
      "pageAlloc",
    ]);
    expect(releases.map(r => r.node)).toEqual([48, null, null, null, null]);
    expect(releases[0]!.taken).toBe(64 * MiB);
    for (const r of releases) expect(r.released).toBeLessThan(r.taken);
  });

  test("the text has a value for each number, and none of them is broken", () => {
    const broken = Object.entries(values(read)).filter(([, text]) => /NaN|undefined|Infinity|^$/.test(text));
    expect(broken).toEqual([]);
  });
});
