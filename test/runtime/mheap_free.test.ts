import {describe, expect, test} from "vitest";
import {type BootOptions, boot, collect, mallocgc, type Runtime} from "../../src/runtime/index.js";
import {findObject} from "../../src/runtime/mbitmap.js";
import {sweepone} from "../../src/runtime/mgcsweep.js";
import {alloc, allocManual, grow} from "../../src/runtime/mheap_alloc.js";
import {
  freeManual,
  freeSpan,
  freeSpanLocked,
  physPageBounds,
  released,
  scavengeAll,
  scavengeLargest,
} from "../../src/runtime/mheap_free.js";
import {mSpanDead, mSpanFree, mspan} from "../../src/runtime/mspan.js";
import {KiB, MiB, thrownBy} from "./fixtures.js";
import {recount, spansByPage} from "./recount.js";

const page = 8192;
const first = 0xc000000000;
const later = (rt: Runtime) => rt.nanotime() + 1;

/** A heap of one arena whose pages are taken as told: runs of the lengths given, one after the other, and the rest. */
function heapOf(lengths: readonly number[], options: BootOptions = {}) {
  const rt = boot({...options, until: "mallocinit"});
  const h = rt.mheap_;
  const spans = lengths.map(n => allocManual(h, n, "stacks_inuse")!);
  const rest = allocManual(h, h.free.end()!.npagesKey, "stacks_inuse")!;
  return {
    rt,
    h,
    rest,
    spans,
    /** Frees runs by their number. */
    free: (...which: number[]) => {
      for (const i of which) freeManual(h, spans[i]!, "stacks_inuse");
    },
    scavenge: () => scavengeAll(h, later(rt), 0),
    /** What is free: [first page, length, whether it was returned], in the order of addresses. */
    runs: () => {
      const list = spansByPage(rt).filter(s => s.state === mSpanFree);
      const from = spans[0]!.base();
      return list.map(s => [(s.base() - Math.min(from, first)) / page, s.npages, s.scavenged]);
    },
  };
}

describe("a freed span", () => {
  test("merges with the free one before it, behind it, or both", () => {
    const {free, runs, rt} = heapOf([2, 3, 4, 5]);
    free(1);
    expect(runs()).toEqual([[2, 3, false]]);
    free(0);
    expect(runs()).toEqual([[0, 5, false]]);
    free(3);
    expect(runs()).toEqual([
      [0, 5, false],
      [9, 5, false],
    ]);
    free(2);
    expect(runs()).toEqual([[0, 14, false]]);
    expect(recount(rt)).toEqual([]);
  });

  test("is clean no more if its neighbor was not", () => {
    const {free, h, spans} = heapOf([2, 3]);
    free(0, 1);
    expect(h.spanOf(first)!.needzero).toBe(1);
    expect(spans[0]!.state).toBe(mSpanDead);
  });

  test("gives the records of merged neighbors back", () => {
    const {free, h} = heapOf([2, 3, 4]);
    const records = () => h.spanalloc.inuse / h.spanalloc.size;
    const before = records();
    free(0, 1, 2);
    expect(records()).toBe(before - 2);
  });

  test("counts as idle, and in heap_sys again if it was a stack", () => {
    const {free, rt} = heapOf([2, 3]);
    const {heap_idle, heap_sys, stacks_inuse} = rt.memstats;
    free(1);
    expect(rt.memstats.heap_idle - heap_idle).toBe(3 * page);
    expect(rt.memstats.heap_sys - heap_sys).toBe(3 * page);
    expect(stacks_inuse - rt.memstats.stacks_inuse).toBe(3 * page);
  });

  test("notes when it was freed, unless it is told since when it is unused", () => {
    const {h, spans, rt} = heapOf([2, 3, 4]);
    freeSpanLocked(h, spans[0]!, false, true, 0);
    freeSpanLocked(h, spans[2]!, false, true, 33);
    expect([spans[0]!.unusedsince, spans[2]!.unusedsince]).toEqual([rt.nanotime(), 33]);
  });
});

describe("freeing what must not be freed", () => {
  test("a free span, which is what a double free comes to", () => {
    const {h, spans, free} = heapOf([2, 3]);
    free(1);
    expect(thrownBy(() => freeManual(h, spans[1]!, "stacks_inuse")).message).toBe(
      "mheap.freeSpanLocked - invalid span state",
    );
  });

  test("a dead span", () => {
    const {h} = heapOf([2]);
    expect(thrownBy(() => freeSpan(h, new mspan(1), false)).message).toBe(
      "mheap.freeSpanLocked - invalid span state",
    );
  });

  test("a stack span that holds something", () => {
    const {h, spans} = heapOf([2]);
    spans[0]!.allocCount = 1;
    expect(thrownBy(() => freeManual(h, spans[0]!, "stacks_inuse")).message).toBe(
      "mheap.freeSpanLocked - invalid stack free",
    );
  });

  test("a span with objects, and the runtime says which", () => {
    const rt = boot();
    const {s} = findObject(rt, mallocgc(rt, 48, null))!;
    const thrown = thrownBy(() => freeSpan(rt.mheap_, s, false));
    expect(thrown.message).toBe("mheap.freeSpanLocked - invalid free");
    const [record, base] = [s.address.toString(16), s.base().toString(16)];
    expect(thrown.printed.at(-1)).toBe(
      `mheap.freeSpanLocked - span 0x${record} ptr 0x${base} allocCount ${s.allocCount} sweepgen 3/0`,
    );
  });

  test("a span that was not swept", () => {
    const rt = boot();
    const s = alloc(rt.mheap_, 1, 1, true)!;
    s.sweepgen -= 2;
    expect(thrownBy(() => freeSpan(rt.mheap_, s, true)).message).toBe("mheap.freeSpanLocked - invalid free");
    expect(s.state).not.toBe(mSpanFree);
  });
});

describe("freeSpan", () => {
  test("of a large object is one object less", () => {
    const rt = boot();
    const s = alloc(rt.mheap_, 9, 1, true)!;
    const {heap_objects, heap_inuse} = rt.memstats;
    const {pagesInUse} = rt.mheap_;
    freeSpan(rt.mheap_, s, true);
    expect(heap_objects - rt.memstats.heap_objects).toBe(1);
    expect([heap_inuse - rt.memstats.heap_inuse, pagesInUse - rt.mheap_.pagesInUse]).toEqual([9 * page, 9]);
  });

  test("takes over what the mcache has counted", () => {
    const rt = boot();
    const s = alloc(rt.mheap_, 1, 5, false)!;
    Object.assign(rt.m0.mcache!, {local_scan: 50, local_tinyallocs: 3});
    const {heap_scan, tinyallocs, heap_objects} = rt.memstats;
    freeSpan(rt.mheap_, s, false);
    expect([rt.memstats.heap_scan - heap_scan, rt.memstats.tinyallocs - tinyallocs]).toEqual([50, 3]);
    expect(rt.memstats.heap_objects).toBe(heap_objects);
  });
});

describe("spans returned to the system", () => {
  test("do not merge with those that were not", () => {
    const {free, runs, scavenge, rt} = heapOf([2, 3, 4]);
    free(1);
    scavenge();
    free(0, 2);
    expect(runs()).toEqual([
      [0, 2, false],
      [2, 3, true],
      [5, 4, false],
    ]);
    expect(recount(rt)).toEqual([]);
  });

  test("merge with their like as soon as they are returned, too", () => {
    const {free, runs, scavenge, rt} = heapOf([2, 3, 4]);
    free(1);
    scavenge();
    free(0, 2);
    scavenge();
    expect(runs()).toEqual([[0, 9, true]]);
    expect(rt.memstats.heap_released).toBe(9 * page);
    expect(recount(rt)).toEqual([]);
  });

  test("have no contents: their memory is prepared, and stays charged to the heap", () => {
    const {free, scavenge, rt, spans} = heapOf([2, 3]);
    free(0);
    scavenge();
    expect(rt.mem.regionAt(spans[0]!.base())).toMatchObject({state: "prepared", stat: "heap_sys"});
    expect(rt.mem.stateAt(spans[1]!.base())).toBe("ready");
  });
});

describe("scavengeAll", () => {
  test("returns what has been unused for longer than the limit, and nothing else", () => {
    const {h, free} = heapOf([2, 1, 3, 1, 4]);
    free(0, 2, 4);
    const [young, old] = [h.spanOf(first)!, h.free.find(3)!.spanKey!];
    Object.assign(young, {unusedsince: 100});
    Object.assign(old, {unusedsince: 50});
    expect(scavengeAll(h, 150, 50)).toBe((3 + 4) * page);
    expect([young.scavenged, old.scavenged]).toEqual([false, true]);
    // Exactly as long as the limit is not longer.
    expect(scavengeAll(h, 150, 49)).toBe(2 * page);
  });

  test("answers 0 if there is nothing", () => {
    expect(heapOf([2]).scavenge()).toBe(0);
  });
});

describe("scavengeLargest", () => {
  const parted = () => {
    const heap = heapOf([2, 1, 8, 1, 4, 1, 8]);
    heap.free(0, 2, 4, 6);
    return heap;
  };
  const returned = (runs: ReturnType<ReturnType<typeof heapOf>["runs"]>) =>
    runs.filter(r => r[2]).map(r => r[0]);

  test("begins with the largest, of two as large with the higher", () => {
    const {h, runs} = parted();
    scavengeLargest(h, 1);
    expect(returned(runs())).toEqual([17]);
    scavengeLargest(h, 8 * page);
    expect(returned(runs())).toEqual([3, 17]);
  });

  test("stops as soon as it is enough", () => {
    const {h, runs, rt} = parted();
    scavengeLargest(h, 16 * page);
    expect(returned(runs())).toEqual([3, 17]);
    expect([rt.memstats.heap_released, h.scavengeCredit]).toEqual([16 * page, 0]);
  });

  test("keeps what it returned too much as credit, and uses that first", () => {
    const {h, rt} = parted();
    scavengeLargest(h, 3 * page);
    expect([rt.memstats.heap_released, h.scavengeCredit]).toEqual([8 * page, 5 * page]);
    scavengeLargest(h, 4 * page);
    expect([rt.memstats.heap_released, h.scavengeCredit]).toEqual([8 * page, page]);
    scavengeLargest(h, 2 * page);
    expect([rt.memstats.heap_released, h.scavengeCredit]).toEqual([16 * page, 7 * page]);
  });

  test("credit for exactly as much is used up, and nothing is returned", () => {
    const {h, rt} = parted();
    h.scavengeCredit = 5 * page;
    scavengeLargest(h, 5 * page);
    expect([rt.memstats.heap_released, h.scavengeCredit]).toEqual([0, 0]);
  });

  test("returns all there is if that is not enough, and there is no credit", () => {
    const {h, rt} = parted();
    scavengeLargest(h, MiB);
    expect([rt.memstats.heap_released, h.scavengeCredit, h.free.treap]).toEqual([22 * page, 0, null]);
    expect(recount(rt)).toEqual([]);
  });
});

describe("physical pages of 64 KiB, larger than the heap's", () => {
  const options = {physPageSize: 64 * KiB};

  test("only whole ones can be returned", () => {
    const rt = boot(options);
    const s = Object.assign(new mspan(1), {startAddr: first + page, npages: 20});
    expect(physPageBounds(rt, s)).toEqual([first + 64 * KiB, first + 128 * KiB]);
    expect(released(rt, s)).toBe(0);
    s.scavenged = true;
    expect(released(rt, s)).toBe(64 * KiB);
  });

  test("a span that covers none is not returned, nor taken for it", () => {
    const {free, scavenge, runs, rt} = heapOf([4, 7, 1], options);
    free(1);
    expect(scavenge()).toBe(0);
    expect(runs()).toEqual([[4, 7, false]]);
    expect(rt.memstats.heap_released).toBe(0);
  });

  test("scavengeLargest gives up at the first that covers none", () => {
    const {free, h, rt} = heapOf([4, 7, 1], options);
    free(1);
    scavengeLargest(h, MiB);
    expect([rt.memstats.heap_released, h.scavengeCredit]).toEqual([0, 0]);
  });

  test.each([
    ["lower", 0, 1],
    ["upper", 1, 0],
  ])(
    "a page across the border of two spans is returned with the second of them, the %s first",
    (_, one, other) => {
      // 12 and 12 pages: each covers one physical page of 8; the third lies across.
      const {free, runs, rt, scavenge} = heapOf([12, 12, 4], options);
      free(one);
      scavenge();
      expect(rt.memstats.heap_released).toBe(64 * KiB);
      free(other);
      expect(recount(rt)).toEqual([]);
      scavenge();
      expect(rt.memstats.heap_released).toBe(3 * 64 * KiB);
      expect(runs()).toEqual([[0, 24, true]]);
      expect(recount(rt)).toEqual([]);
    },
  );

  test("a cut through a returned span leaves the rest returned only if it covers a whole page", () => {
    const {h, free, scavenge, rt} = heapOf([16, 1], options);
    free(0);
    scavenge();
    expect(rt.memstats.heap_released).toBe(128 * KiB);
    const s = allocManual(h, 9, "stacks_inuse")!;
    expect(s.base()).toBe(first);
    expect([h.spanOf(first + 9 * page)!.scavenged, rt.memstats.heap_released]).toEqual([false, 0]);
    expect(rt.mem.stateAt(first + 15 * page)).toBe("ready");
  });
});

describe("physical pages of 4 KiB, smaller than the heap's", () => {
  test("every page of the heap is whole", () => {
    const rt = boot();
    const s = Object.assign(new mspan(1), {startAddr: first + page, npages: 1});
    expect(physPageBounds(rt, s)).toEqual([first + page, first + 2 * page]);
  });

  test("at the border of free spans of two kinds nothing moves, but the one that was there gets a new node", () => {
    const {free, scavenge, h, rt} = heapOf([2, 3]);
    rt.m0.fastrand = [1, 2];
    free(0);
    scavenge();
    const {priority} = h.scav.treap!;
    free(1);
    expect([h.scav.treap!.npagesKey, h.free.treap!.npagesKey]).toEqual([2, 3]);
    expect(h.scav.treap!.priority).not.toBe(priority);
  });
});

test("all that was allocated and freed leaves one free span of the whole arena", () => {
  const rt = boot({until: "mallocinit"});
  const h = rt.mheap_;
  grow(h, 1);
  const spans = Array.from({length: 40}, (_, i) => allocManual(h, 1 + ((i * 7) % 11), "stacks_inuse")!);
  for (let i = 0; i < 40; i++) freeManual(h, spans[(i * 17) % 40]!, "stacks_inuse");
  expect(h.free.treap).toMatchObject({npagesKey: 8192, left: null, right: null});
  expect(h.spanalloc.inuse).toBe(h.spanalloc.size);
  expect(sweepone(rt)).toBe(-1);
  expect(recount(rt)).toEqual([]);
});

test("objects freed by sweeping give their pages back, and what was beside them merges", () => {
  const rt = boot();
  const at = Array.from({length: 5}, () => mallocgc(rt, 100_000, null));
  collect(rt, [at[0]!, at[4]!]);
  while (sweepone(rt) !== -1);
  const s = rt.mheap_.spanOf(at[1]!)!;
  expect([s.state, s.base(), s.npages]).toEqual([mSpanFree, at[1], 3 * 13]);
  expect(recount(rt)).toEqual([]);
});
