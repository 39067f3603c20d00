import {describe, expect, test} from "vitest";
import {
  boot,
  collect,
  type MemStats,
  mallocgc,
  ReadMemStats,
  type Runtime,
  typeOf,
} from "../../src/runtime/index.js";
import {sweepone} from "../../src/runtime/mgcsweep.js";
import {allocManual} from "../../src/runtime/mheap_alloc.js";
import {scavengeAll} from "../../src/runtime/mheap_free.js";
import {updatememstats} from "../../src/runtime/mstats.js";

/** Runs something and returns what it changed in MemStats. */
function change(rt: Runtime, action: () => void) {
  const before = ReadMemStats(rt);
  action();
  const after = ReadMemStats(rt);
  return (field: keyof MemStats) => Number(after[field]) - Number(before[field]);
}
const fresh = () => {
  const rt = boot();
  rt.MemProfileRate = 0;
  return rt;
};
const collectAll = (rt: Runtime) => {
  collect(rt, []);
  while (sweepone(rt) !== -1);
};

describe("of any heap", () => {
  const heaps = {
    "just started": fresh(),
    "with objects of all kinds": fresh(),
    "after a collection": fresh(),
    "with pages returned": fresh(),
  };
  for (const rt of Object.values(heaps).slice(1))
    for (let i = 0; i < 300; i++) mallocgc(rt, 1 + ((i * 7919) % 50_000), i % 2 ? null : typeOf(rt, "*int"));
  for (const rt of Object.values(heaps).slice(2)) collectAll(rt);
  scavengeAll(heaps["with pages returned"].mheap_, 2, 0);

  describe.each(Object.entries(heaps))("%s,", (_, rt) => {
    const m = ReadMemStats(rt);

    test("HeapAlloc is Alloc, and HeapObjects is Mallocs less Frees", () => {
      expect(m.HeapAlloc).toBe(m.Alloc);
      expect(m.HeapObjects).toBe(m.Mallocs - m.Frees);
    });

    test("HeapSys is in use or idle, and only what is idle can have been returned", () => {
      expect(m.HeapIdle + m.HeapInuse).toBe(m.HeapSys);
      expect(m.HeapReleased).toBeLessThanOrEqual(m.HeapIdle);
    });

    test("Sys is the sum of all that was obtained", () => {
      const {HeapSys, StackSys, MSpanSys, MCacheSys, BuckHashSys, GCSys, OtherSys} = m;
      expect(m.Sys).toBe(HeapSys + StackSys + MSpanSys + MCacheSys + BuckHashSys + GCSys + OtherSys);
    });

    test("objects take no more than the spans that they are in", () => {
      expect(m.HeapAlloc).toBeLessThanOrEqual(m.HeapInuse);
      expect([m.MSpanInuse <= m.MSpanSys, m.MCacheInuse <= m.MCacheSys]).toEqual([true, true]);
    });

    test("BySize has 61 rows, and counts small objects alone", () => {
      expect(m.BySize).toHaveLength(61);
      expect(m.BySize.map(row => row.Size)).toEqual(rt.sizeclasses.class_to_size.slice(0, 61));
      expect(m.BySize[0]).toEqual({Size: 0, Mallocs: 0, Frees: 0});
      for (const {Mallocs, Frees} of m.BySize) expect(Frees).toBeLessThanOrEqual(Mallocs);
    });

    test("reading once more changes nothing", () => {
      expect(ReadMemStats(rt)).toEqual(m);
    });

    test("nothing is negative", () => {
      for (const [name, value] of Object.entries(m))
        if (typeof value === "number") expect(value, name).toBeGreaterThanOrEqual(0);
    });
  });
});

describe("an allocation", () => {
  test("of 48 bytes is one object of 48 bytes, in its row", () => {
    const rt = fresh();
    const row = () => ReadMemStats(rt).BySize[4]!;
    const before = row();
    const by = change(rt, () => mallocgc(rt, 41, null));
    expect([by("Mallocs"), by("Frees"), by("HeapObjects"), by("Alloc"), by("TotalAlloc")]).toEqual([
      1, 0, 1, 48, 48,
    ]);
    expect(row()).toEqual({Size: 48, Mallocs: before.Mallocs + 1, Frees: before.Frees});
  });

  test("of a large object counts whole pages, and no row", () => {
    const rt = fresh();
    const rows = ReadMemStats(rt).BySize;
    const by = change(rt, () => mallocgc(rt, 50_000, null));
    expect([by("Mallocs"), by("Alloc"), by("HeapInuse")]).toEqual([1, 7 * 8192, 7 * 8192]);
    expect(ReadMemStats(rt).BySize).toEqual(rows);
  });

  test("of tiny objects counts each as allocated, and all but the block as freed", () => {
    const rt = fresh();
    const by = change(rt, () => {
      for (let i = 0; i < 8; i++) mallocgc(rt, 4, null);
    });
    // Two blocks of 16 bytes, four in each.
    expect([by("Mallocs"), by("Frees"), by("HeapObjects"), by("Alloc")]).toEqual([8, 6, 2, 32]);
  });

  test("of a stack moves bytes from the heap to StackInuse and StackSys, and obtains nothing", () => {
    const rt = fresh();
    const by = change(rt, () => allocManual(rt.mheap_, 4, "stacks_inuse"));
    expect([by("StackInuse"), by("StackSys"), by("HeapSys"), by("HeapIdle"), by("Sys")]).toEqual([
      32768, 32768, -32768, -32768, 0,
    ]);
  });
});

describe("a collection", () => {
  test("frees objects and bytes, keeps TotalAlloc and Mallocs, and gives empty spans back", () => {
    const rt = fresh();
    collectAll(rt);
    for (let i = 0; i < 100; i++) mallocgc(rt, 704, null);
    mallocgc(rt, 50_000, null);
    const by = change(rt, () => collectAll(rt));
    expect([by("Frees"), by("Alloc"), by("Mallocs"), by("TotalAlloc")]).toEqual([
      101,
      -(70_400 + 7 * 8192),
      0,
      0,
    ]);
    expect([by("HeapInuse"), by("HeapSys"), by("NumGC")]).toEqual([-(10 + 7) * 8192, 0, 1]);
  });

  test("counts only what is swept: until then, garbage counts as allocated", () => {
    const rt = fresh();
    mallocgc(rt, 50_000, null);
    const by = change(rt, () => collect(rt, []));
    expect([by("Frees"), by("NumGC")].map(n => n > 0)).toEqual([expect.any(Boolean), true]);
    const swept = change(rt, () => {
      while (sweepone(rt) !== -1);
    });
    expect(by("Frees") + swept("Frees")).toBeGreaterThan(0);
    expect(ReadMemStats(rt).HeapObjects).toBe(0);
  });
});

describe("returning pages", () => {
  test("counts in HeapReleased, and HeapSys and HeapIdle keep them", () => {
    const rt = fresh();
    const by = change(rt, () => scavengeAll(rt.mheap_, 2, 0));
    expect(by("HeapReleased")).toBe(ReadMemStats(rt).HeapIdle);
    expect([by("HeapSys"), by("HeapIdle"), by("Sys")]).toEqual([0, 0, 0]);
  });
});

describe("reading", () => {
  test("flushes the mcaches: no span is cached afterwards, no tiny block open", () => {
    const rt = fresh();
    mallocgc(rt, 3, null);
    mallocgc(rt, 704, null);
    ReadMemStats(rt);
    const c = rt.m0.mcache!;
    expect(c.alloc.every(s => s === rt.emptymspan)).toBe(true);
    expect([c.tiny, c.tinyoffset, c.local_tinyallocs, c.local_scan]).toEqual([0, 0, 0, 0]);
  });

  test("gives a copy: what happens later does not change it", () => {
    const rt = fresh();
    const m = ReadMemStats(rt);
    const copy = structuredClone(m);
    for (let i = 0; i < 100; i++) mallocgc(rt, 48, null);
    ReadMemStats(rt);
    expect(m).toEqual(copy);
  });

  test("counts what every P has counted by itself", () => {
    const rt = boot({gomaxprocs: 3});
    for (const {mcache} of rt.allp)
      Object.assign(mcache!, {
        local_tinyallocs: 5,
        local_scan: 7,
        local_nlargefree: 1,
        local_largefree: 8192,
      });
    for (const {mcache} of rt.allp) mcache!.local_nsmallfree[3] = 2;
    const {tinyallocs, heap_scan} = rt.memstats;
    const {nlargefree, largefree} = rt.mheap_;
    const freed = rt.mheap_.nsmallfree[3]!;
    updatememstats(rt);
    expect(rt.memstats.tinyallocs - tinyallocs).toBe(15);
    expect(rt.memstats.heap_scan - heap_scan).toBe(21);
    expect([rt.mheap_.nlargefree - nlargefree, rt.mheap_.largefree - largefree]).toEqual([3, 3 * 8192]);
    expect(rt.mheap_.nsmallfree[3]! - freed).toBe(6);
    expect(rt.memstats.by_size[3]!.nfree).toBe(rt.mheap_.nsmallfree[3]);
  });

  test("leaves alone a P that has no mcache", () => {
    const rt = boot({gomaxprocs: 2});
    rt.allp[1]!.mcache = null;
    expect(() => ReadMemStats(rt)).not.toThrow();
  });

  test("has no pauses, as nothing takes time", () => {
    const {PauseNs, PauseEnd, PauseTotalNs, LastGC, GCCPUFraction} = ReadMemStats(fresh());
    expect([PauseNs, PauseEnd].map(list => [list.length, new Set(list).size])).toEqual([
      [256, 1],
      [256, 1],
    ]);
    expect([PauseTotalNs, LastGC, GCCPUFraction]).toEqual([0, 0, 0]);
  });
});
