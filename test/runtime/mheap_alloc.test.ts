import {describe, expect, test} from "vitest";
import {type BootOptions, boot, mallocgc, ReadMemStats, type Runtime} from "../../src/runtime/index.js";
import {findObject} from "../../src/runtime/mbitmap.js";
import {alloc, allocManual, allocSpanLocked, grow, heapSysAlloc} from "../../src/runtime/mheap_alloc.js";
import {freeManual, scavengeAll} from "../../src/runtime/mheap_free.js";
import {mSpanFree, mSpanInUse, mSpanManual, type mspan} from "../../src/runtime/mspan.js";
import {hintAddresses, MiB, thrownBy} from "./fixtures.js";
import {recount, spansByPage} from "./recount.js";

const page = 8192;
const ready = (options: BootOptions = {}) => boot({...options, until: "mallocinit"});
/** The free spans, as pages from the heap's first: [first, length]. */
const freeRuns = (rt: Runtime, from: number) =>
  spansByPage(rt)
    .filter(s => s.state === mSpanFree)
    .map(s => [(s.base() - from) / page, s.npages]);
const first = 0xc000000000;

describe("alloc", () => {
  test("makes the span of a class what its objects need", () => {
    const {mheap_, sizeclasses} = boot();
    const s = alloc(mheap_, 2, 2 * 34 + 1, false)!;
    const {shift, shift2, mul, baseMask} = sizeclasses.class_to_divmagic[34]!;
    expect(s).toMatchObject({
      npages: 2,
      spanclass: 69,
      elemsize: 1408,
      state: mSpanInUse,
      allocCount: 0,
      needzero: 0,
    });
    expect([s.divShift, s.divShift2, s.divMul, s.baseMask]).toEqual([shift, shift2, mul, baseMask]);
    expect([s.sweepgen, mheap_.sweepSpans[0].spans.at(-1)]).toEqual([0, s]);
  });

  test("makes a large span one object of all its pages", () => {
    const {mheap_} = boot();
    const s = alloc(mheap_, 9, 1, true)!;
    expect(s).toMatchObject({elemsize: 9 * page, divShift: 0, divShift2: 0, divMul: 0, baseMask: 0});
  });

  test("counts pages in use, and bytes as in use and no longer as idle", () => {
    const rt = boot();
    const {heap_inuse, heap_idle} = rt.memstats;
    const {pagesInUse} = rt.mheap_;
    alloc(rt.mheap_, 3, 5, false);
    expect(rt.memstats.heap_inuse - heap_inuse).toBe(3 * page);
    expect(heap_idle - rt.memstats.heap_idle).toBe(3 * page);
    expect(rt.mheap_.pagesInUse - pagesInUse).toBe(3);
  });

  test("takes over what the mcache has counted of pointers and tiny objects", () => {
    const rt = boot();
    const c = rt.m0.mcache!;
    Object.assign(c, {local_scan: 100, local_tinyallocs: 7});
    const {heap_scan, tinyallocs} = rt.memstats;
    alloc(rt.mheap_, 1, 5, false);
    expect([rt.memstats.heap_scan - heap_scan, rt.memstats.tinyallocs - tinyallocs]).toEqual([100, 7]);
    expect([c.local_scan, c.local_tinyallocs]).toEqual([0, 0]);
  });

  test("notes that the pages are clean, whatever was there", () => {
    const rt = boot();
    const s = allocManual(rt.mheap_, 5, "stacks_inuse")!;
    freeManual(rt.mheap_, s, "stacks_inuse");
    expect(rt.mheap_.free.find(5)!.spanKey!.needzero).toBe(1);
    expect(alloc(rt.mheap_, 5, 1, true)!.needzero).toBe(0);
  });
});

describe("allocManual", () => {
  test("counts the bytes in its own statistic and takes them out of heap_sys", () => {
    const rt = boot();
    const {heap_sys, stacks_inuse, heap_inuse} = rt.memstats;
    const s = allocManual(rt.mheap_, 4, "stacks_inuse")!;
    expect(heap_sys - rt.memstats.heap_sys).toBe(4 * page);
    expect(rt.memstats.stacks_inuse - stacks_inuse).toBe(4 * page);
    expect(rt.memstats.heap_inuse).toBe(heap_inuse);
    expect(s).toMatchObject({
      state: mSpanManual,
      nelems: 0,
      elemsize: 0,
      spanclass: 0,
      limit: s.base() + 4 * page,
    });
  });

  test("with gc_sys, charges that", () => {
    const rt = boot();
    const {gc_sys} = rt.memstats;
    allocManual(rt.mheap_, 4, "gc_sys");
    expect(rt.memstats.gc_sys - gc_sys).toBe(4 * page);
  });

  test("is no object's memory", () => {
    const rt = boot();
    const s = allocManual(rt.mheap_, 4, "stacks_inuse")!;
    expect(findObject(rt, s.base())).toBeNull();
    expect(rt.mheap_.spanOf(s.base() + 3 * page)).toBe(s);
  });

  test("answers null if the system has nothing", () => {
    const rt = boot({until: "mallocinit", refuse: (_, size) => size >= 64 * MiB});
    expect(allocManual(rt.mheap_, 4, "stacks_inuse")).toBeNull();
    expect(alloc(rt.mheap_, 4, 1, true)).toBeNull();
    expect(recount(rt)).toEqual([]);
  });
});

describe("a free span that is longer than wanted", () => {
  test("is cut: its front is taken, the rest stays free", () => {
    const rt = ready();
    const s = alloc(rt.mheap_, 10, 1, true)!;
    expect(s.base()).toBe(first);
    expect(freeRuns(rt, first)).toEqual([[10, 8182]]);
  });

  test("passes on whether its pages are clean", () => {
    const rt = ready();
    const s = allocManual(rt.mheap_, 10, "stacks_inuse")!;
    allocManual(rt.mheap_, 1, "stacks_inuse");
    freeManual(rt.mheap_, s, "stacks_inuse");
    allocManual(rt.mheap_, 4, "stacks_inuse");
    expect(rt.mheap_.spanOf(first + 4 * page)).toMatchObject({npages: 6, needzero: 1, state: mSpanFree});
  });

  test("does not merge with the rest of itself", () => {
    const rt = ready();
    const [a, b] = [allocManual(rt.mheap_, 10, "stacks_inuse")!, allocManual(rt.mheap_, 10, "stacks_inuse")!];
    expect([a.npages, b.npages, b.base() - a.base()]).toEqual([10, 10, 10 * page]);
    expect(recount(rt)).toEqual([]);
  });

  test("keeps the time since when it is unused", () => {
    const rt = ready();
    const s = allocManual(rt.mheap_, 10, "stacks_inuse")!;
    freeManual(rt.mheap_, s, "stacks_inuse");
    rt.mheap_.free.treap!.spanKey!.unusedsince = 77;
    const taken = allocManual(rt.mheap_, 1, "stacks_inuse")!;
    expect([rt.mheap_.free.treap!.spanKey!.unusedsince, taken.unusedsince]).toEqual([77, 0]);
  });

  test("if returned to the system, is brought back as far as it is taken, and no further", () => {
    const rt = ready();
    grow(rt.mheap_, 1);
    scavengeAll(rt.mheap_, rt.nanotime() + 1, 0);
    expect(rt.memstats.heap_released).toBe(64 * MiB);
    const s = allocManual(rt.mheap_, 10, "stacks_inuse")!;
    expect([s.scavenged, rt.mem.stateAt(s.base())]).toEqual([false, "ready"]);
    expect(rt.memstats.heap_released).toBe(64 * MiB - 10 * page);
    expect(rt.mem.stateAt(s.base() + 10 * page)).toBe("prepared");
    expect(recount(rt)).toEqual([]);
  });
});

describe("the choice between returned and other spans", () => {
  /** 5 pages free, 4 pages returned, parted by pages in use. */
  function both(free: number, returned: number) {
    const rt = ready();
    const h = rt.mheap_;
    const take = (n: number) => allocManual(h, n, "stacks_inuse")!;
    const a = take(returned);
    take(1);
    const b = take(free);
    take(1);
    // All the rest, so that only the two are free.
    take(h.free.end()!.npagesKey);
    freeManual(h, a, "stacks_inuse");
    scavengeAll(h, rt.nanotime() + 1, 0);
    freeManual(h, b, "stacks_inuse");
    return {rt, a: a.base(), b: b.base(), get: (n: number) => take(n).base()};
  }

  test("the better fit is taken, even if it was returned", () => {
    const {a, get} = both(5, 4);
    expect(get(4)).toBe(a);
  });

  test("of two that fit as well, the one that was not", () => {
    const {b, get} = both(4, 4);
    expect(get(3)).toBe(b);
  });

  test("only one may be large enough", () => {
    const {a, get} = both(2, 4);
    expect(get(3)).toBe(a);
    const other = both(4, 2);
    expect(other.get(3)).toBe(other.b);
  });
});

describe("a broken heap", () => {
  const broken = (breakIt: (s: mspan) => void) => {
    const rt = ready();
    grow(rt.mheap_, 1);
    breakIt(rt.mheap_.free.treap!.spanKey!);
    return thrownBy(() => allocSpanLocked(rt.mheap_, 1, "heap_inuse")).message;
  };

  test("with a span in the treap that is not free throws", () => {
    expect(broken(s => Object.assign(s, {state: mSpanInUse}))).toBe(
      "candidate mspan for allocation is not free",
    );
  });

  test("with a span on a list throws", () => {
    expect(broken(s => Object.assign(s, {list: {}}))).toBe("still in list");
  });

  test("with a span that has shrunk in the treap throws", () => {
    expect(broken(s => Object.assign(s, {npages: 0}))).toBe("span and treap node npages do not match");
  });
});

describe("heapSysAlloc", () => {
  test("takes whole arenas at the first hint, and moves the hint behind them", () => {
    const rt = ready();
    expect(heapSysAlloc(rt.mheap_, 1)).toEqual([first, 64 * MiB]);
    expect(heapSysAlloc(rt.mheap_, 64 * MiB + 1)).toEqual([first + 64 * MiB, 128 * MiB]);
    expect(hintAddresses(rt)[0]).toBe(first + 192 * MiB);
    expect(rt.memstats.heap_sys).toBe(192 * MiB);
    expect(rt.mheap_.allArenas.len).toBe(3);
  });

  test("drops a hint whose address is taken, gives back what it got instead, and tries the next", () => {
    const rt = ready();
    rt.mem.take(first + MiB, 4096, "ready", null);
    const {inuse} = rt.mheap_.arenaHintAlloc;
    expect(heapSysAlloc(rt.mheap_, 1)).toEqual([0x1c000000000, 64 * MiB]);
    expect(hintAddresses(rt)[0]).toBe(0x1c000000000 + 64 * MiB);
    expect(inuse - rt.mheap_.arenaHintAlloc.inuse).toBe(24);
    expect(rt.mem.regions.filter(r => r.state === "reserved")).toEqual([]);
  });

  test("drops a hint at an address that the index of arenas cannot hold", () => {
    const rt = ready();
    rt.mheap_.arenaHints!.addr = 2 ** 47;
    expect(heapSysAlloc(rt.mheap_, 1)[0]).toBe(0x1c000000000);
  });

  test("a hint downwards grows downwards, and moves down", () => {
    const rt = ready();
    Object.assign(rt.mheap_.arenaHints!, {addr: first, down: true});
    expect(heapSysAlloc(rt.mheap_, 1)).toEqual([first - 64 * MiB, 64 * MiB]);
    expect(hintAddresses(rt)[0]).toBe(first - 64 * MiB);
    expect(heapSysAlloc(rt.mheap_, 128 * MiB)).toEqual([first - 192 * MiB, 128 * MiB]);
  });

  test("a hint downwards that would go below 0 is dropped", () => {
    const rt = ready();
    Object.assign(rt.mheap_.arenaHints!, {addr: MiB, down: true});
    expect(heapSysAlloc(rt.mheap_, 1)[0]).toBe(0x1c000000000);
  });

  describe("without a hint that works", () => {
    const without = (options: BootOptions = {}) => {
      const rt = ready(options);
      rt.mheap_.arenaHints = null;
      return rt;
    };

    test("takes an aligned place anywhere, and notes both its ends: upwards first, then down", () => {
      const rt = without();
      const [v, size] = heapSysAlloc(rt.mheap_, 1);
      expect([v % (64 * MiB), v + size < 2 ** 47]).toEqual([0, true]);
      const {arenaHints} = rt.mheap_;
      expect(arenaHints).toMatchObject({addr: v + size, down: false});
      expect(arenaHints!.next).toMatchObject({addr: v, down: true, next: null});
    });

    test("the next time, it grows from there", () => {
      const rt = without();
      const [v, size] = heapSysAlloc(rt.mheap_, 1);
      const [w, more] = heapSysAlloc(rt.mheap_, 1);
      expect(w === v + size || w === v - more).toBe(true);
    });

    test("the race detector knows no other place", () => {
      const rt = ready({race: true});
      for (let h = rt.mheap_.arenaHints; h !== null; h = h.next) rt.mem.take(h.addr, 4096, "ready", null);
      expect(thrownBy(() => heapSysAlloc(rt.mheap_, 1)).message).toBe(
        "too many address space collisions for -race mode",
      );
      expect(rt.mheap_.arenaHints).toBeNull();
    });

    test("the system may have none: nothing changes but that the hints are gone", () => {
      const rt = boot({until: "mallocinit", refuse: (_, size) => size >= 64 * MiB});
      expect(heapSysAlloc(rt.mheap_, 1)).toEqual([0, 0]);
      expect([rt.mheap_.arenaHints, rt.memstats.heap_sys, rt.mheap_.allArenas.len]).toEqual([null, 0, 0]);
    });
  });

  test("throws for addresses that the index cannot hold, and says which", () => {
    const rt = ready();
    rt.mheap_.arenaHints = null;
    const take = rt.mem.take.bind(rt.mem);
    rt.mem.take = (hint, size, state, stat) => {
      take(hint, size, state, stat);
      return 2 ** 47;
    };
    const thrown = thrownBy(() => heapSysAlloc(rt.mheap_, 1));
    expect(thrown.message).toBe("memory reservation exceeds address space limit");
    expect(thrown.printed.at(-1)).toBe(
      "runtime: memory allocated by OS [0x800000000000, 0x800008000000) not in usable address space: base outside usable address space",
    );
  });

  test("throws for an arena that is there already", () => {
    const rt = ready();
    heapSysAlloc(rt.mheap_, 1);
    rt.mem.release(first, 64 * MiB);
    rt.mheap_.arenaHints!.addr = first;
    expect(thrownBy(() => heapSysAlloc(rt.mheap_, 1)).message).toBe("arena already initialized");
  });

  test("the list of arenas begins with a physical page and doubles when it is full", () => {
    const rt = ready({goarch: "386"});
    const caps = new Set<number>();
    const at = new Set<number>();
    for (let i = 0; i < 128; i++) heapSysAlloc(rt.mheap_, 1);
    rt.mheap_.allArenas.elems.push(...Array(1024 - 128).fill(0));
    for (let i = 0; i < 2; i++) {
      heapSysAlloc(rt.mheap_, 1);
      caps.add(rt.mheap_.allArenas.cap);
      at.add(rt.mheap_.allArenas.array);
    }
    expect([[...caps], at.size]).toEqual([[2048], 1]);
  });

  test("an arena has no span anywhere at first", () => {
    const rt = ready();
    const [v] = heapSysAlloc(rt.mheap_, 1);
    expect(rt.mheap_.arenaOf(v)!.spans.every(s => s === null)).toBe(true);
    expect([rt.mheap_.spanOf(v), rt.mheap_.spanOf(v - 1), rt.mheap_.arenaOf(v - 1)]).toEqual([
      null,
      null,
      null,
    ]);
  });
});

describe("a failing system", () => {
  test("that grants addresses and then no memory: the heap throws, and the counter was charged before", () => {
    const rt = ready();
    let asked = 0;
    const change = rt.mem.change.bind(rt.mem);
    rt.mem.change = (addr, size, state, stat) => (asked++ === 0 ? false : change(addr, size, state, stat));
    expect(thrownBy(() => grow(rt.mheap_, 1)).message).toBe("runtime: out of memory");
    expect([rt.mem.stateAt(first), rt.memstats.heap_sys]).toEqual(["reserved", 64 * MiB]);
    expect(rt.mheap_.allArenas.len).toBe(0);
  });

  test("is asked again with each allocation: what it grants later is used", () => {
    const system = {refuses: false};
    const rt = boot({until: "mallocinit", refuse: () => system.refuses});
    system.refuses = true;
    expect(allocManual(rt.mheap_, 1, "stacks_inuse")).toBeNull();
    system.refuses = false;
    expect(allocManual(rt.mheap_, 1, "stacks_inuse")).not.toBeNull();
    expect(recount(rt)).toEqual([]);
  });
});

test("memory statistics stay in agreement while the heap grows arena by arena", () => {
  const rt = boot({goarch: "386"});
  for (let i = 0; i < 20; i++) {
    mallocgc(rt, 3 * MiB, null);
    expect(recount(rt)).toEqual([]);
  }
  const {HeapSys, HeapIdle, HeapInuse} = ReadMemStats(rt);
  expect(HeapIdle + HeapInuse).toBe(HeapSys);
});
