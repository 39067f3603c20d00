import {describe, expect, test} from "vitest";
import {boot, collect, mallocgc, ReadMemStats, type Runtime} from "../../src/runtime/index.js";
import {findObject} from "../../src/runtime/mbitmap.js";
import {gcinit, gcSetTriggerRatio} from "../../src/runtime/mgc.js";
import {sweepone} from "../../src/runtime/mgcsweep.js";
import {MiB, thrownBy} from "./fixtures.js";
import {recount} from "./recount.js";

function fresh(): Runtime {
  const rt = boot();
  rt.MemProfileRate = 0;
  return rt;
}
const live = (rt: Runtime) => rt.memstats.heap_live;

describe("gcinit", () => {
  test("has the first collection begin at 4 MiB, and says the heap was 4 MiB / 1.875 before", () => {
    const {memstats, mheap_} = fresh();
    expect([memstats.gc_trigger, memstats.next_gc]).toEqual([
      4 * MiB,
      Math.max(4 * MiB, 2 * memstats.heap_marked),
    ]);
    expect(memstats.heap_marked).toBe(Math.floor((4 * MiB) / 1.875));
    expect([mheap_.sweepdone, mheap_.sweepPagesPerByte, memstats.triggerRatio]).toEqual([1, 0, 0.875]);
  });

  test("can be called again", () => {
    const rt = fresh();
    rt.memstats.triggerRatio = 0;
    gcinit(rt);
    expect(rt.memstats.triggerRatio).toBe(0.875);
  });
});

describe("gcSetTriggerRatio", () => {
  test.each([
    [-1, 0],
    [0.5, 0.5],
    [0.95, 0.95],
    [3, 0.95],
  ])("a ratio of %d becomes %d: from 0 to 95 % of GOGC", (ratio, kept) => {
    const rt = fresh();
    gcSetTriggerRatio(rt, ratio);
    expect(rt.memstats.triggerRatio).toBe(kept);
  });

  test("puts the trigger that share above what was marked, and the goal at twice as much", () => {
    const rt = fresh();
    rt.memstats.heap_marked = 100 * MiB;
    gcSetTriggerRatio(rt, 0.5);
    expect([rt.memstats.gc_trigger, rt.memstats.next_gc]).toEqual([150 * MiB, 200 * MiB]);
  });

  test("collects no heap below 4 MiB, and while sweeping goes on leaves 1 MiB for that", () => {
    const rt = fresh();
    rt.memstats.heap_marked = MiB;
    gcSetTriggerRatio(rt, 0.5);
    expect(rt.memstats.gc_trigger).toBe(4 * MiB);
    Object.assign(rt.memstats, {heap_marked: MiB, heap_live: 10 * MiB});
    rt.mheap_.sweepdone = 0;
    gcSetTriggerRatio(rt, 0.5);
    expect([rt.memstats.gc_trigger, rt.memstats.next_gc]).toEqual([11 * MiB, 11 * MiB]);
  });

  test("spreads sweeping over what may be allocated until 1 MiB before the trigger", () => {
    const rt = fresh();
    Object.assign(rt.memstats, {heap_marked: 100 * MiB, heap_live: 109 * MiB});
    Object.assign(rt.mheap_, {sweepdone: 0, pagesInUse: 12_800, pagesSwept: 0});
    gcSetTriggerRatio(rt, 0.5);
    expect(rt.mheap_.sweepPagesPerByte).toBe(12_800 / (40 * MiB));
    expect([rt.mheap_.sweepHeapLiveBasis, rt.mheap_.pagesSweptBasis]).toEqual([109 * MiB, 0]);
  });

  test("sweeps within a page at the latest", () => {
    const rt = fresh();
    Object.assign(rt.memstats, {heap_marked: 100 * MiB, heap_live: 149.5 * MiB});
    Object.assign(rt.mheap_, {sweepdone: 0, pagesInUse: 10, pagesSwept: 0});
    gcSetTriggerRatio(rt, 0.5);
    // The trigger is put 1 MiB above heap_live, which leaves nothing.
    expect(rt.mheap_.sweepPagesPerByte).toBe(10 / 8192);
  });

  test("has nothing to pace when all is swept", () => {
    const rt = fresh();
    Object.assign(rt.mheap_, {sweepdone: 0, pagesSwept: rt.mheap_.pagesInUse, sweepPagesPerByte: 1});
    gcSetTriggerRatio(rt, 0.5);
    expect(rt.mheap_.sweepPagesPerByte).toBe(0);
  });
});

describe("collect", () => {
  test("counts the blocks of what is reachable as live, each once, however it is referred to", () => {
    const rt = fresh();
    const [a, b] = [mallocgc(rt, 40, null), mallocgc(rt, 100_000, null)];
    mallocgc(rt, 5000, null);
    collect(rt, [a, a + 39, b + 7, b]);
    expect([rt.memstats.heap_marked, live(rt)]).toEqual([48 + 13 * 8192, 48 + 13 * 8192]);
    expect(rt.memstats.numgc).toBe(1);
  });

  test("refuses an address that is in no object", () => {
    const rt = fresh();
    expect(() => collect(rt, [0x1234])).toThrow(new RangeError("0x1234 is not in an object on the heap"));
  });

  test("finishes sweeping the cycle before", () => {
    const rt = fresh();
    const at = Array.from({length: 50}, () => mallocgc(rt, 100_000, null));
    collect(rt, at.slice(25));
    expect(rt.mheap_.sweepdone).toBe(0);
    collect(rt, at.slice(40));
    expect(findObject(rt, at[10]!)).toBeNull();
    expect(recount(rt)).toEqual([]);
  });

  test("flushes every P's mcache, and notes that it did", () => {
    const rt = boot({gomaxprocs: 3});
    mallocgc(rt, 100, null);
    collect(rt, []);
    for (const {mcache} of rt.allp) {
      expect(mcache!.flushGen).toBe(rt.mheap_.sweepgen);
      expect(mcache!.alloc.every(s => s === rt.emptymspan)).toBe(true);
    }
  });

  test("frees what survived the one before and is reachable no more", () => {
    const rt = fresh();
    const at = Array.from({length: 30}, () => mallocgc(rt, 704, null));
    for (const kept of [at, at.slice(10), at.slice(20), []]) {
      collect(rt, kept);
      while (sweepone(rt) !== -1);
      expect(ReadMemStats(rt).HeapObjects).toBe(kept.length);
    }
  });

  test("marks the first page of a span with a reachable object, for reclaiming, and of no other", () => {
    const rt = fresh();
    const [a, b] = [mallocgc(rt, 100_000, null), mallocgc(rt, 100_000, null)];
    const marked = () => {
      const ha = rt.mheap_.arenaOf(a)!;
      return Array.from({length: 8192}, (_, i) => i).filter(i => ha.pageMarks[i >> 3]! & (1 << (i & 7)));
    };
    collect(rt, [a + 90_000, b]);
    expect(marked()).toEqual([a, b].map(x => (x - 0xc000000000) / 8192));
    collect(rt, [b]);
    expect(marked()).toEqual([(b - 0xc000000000) / 8192]);
  });

  test("makes the arenas of bitmaps a collection older, and uses them again after three", () => {
    const rt = fresh();
    const arenas = rt.gcBitsArenas;
    const first = arenas.next;
    collect(rt, []);
    expect(arenas.current === first).toBe(true);
    collect(rt, []);
    expect(arenas.previous === first).toBe(true);
    collect(rt, []);
    mallocgc(rt, 704, null);
    expect(arenas.next === first).toBe(true);
  });

  test("goes on with what is allocated while sweeping is not done", () => {
    const rt = fresh();
    const old = Array.from({length: 200}, () => mallocgc(rt, 704, null));
    collect(rt, old.slice(0, 100));
    const young = Array.from({length: 150}, () => mallocgc(rt, 704, null));
    collect(rt, young);
    while (sweepone(rt) !== -1);
    expect(ReadMemStats(rt).HeapObjects).toBe(150);
    for (const x of young) expect(findObject(rt, x)!.base).toBe(x);
    expect(recount(rt)).toEqual([]);
  });

  test("throws if spans are in the set of swept ones when a cycle opens", () => {
    const rt = fresh();
    collect(rt, []);
    const stray = findObject(rt, mallocgc(rt, 704, null))!.s;
    rt.mheap_.sweepSpans[1 - ((rt.mheap_.sweepgen / 2) % 2)]!.push(stray);
    rt.mheap_.sweepdone = 1;
    expect(thrownBy(() => collect(rt, [])).message).toBe("non-empty swept list");
  });
});
