// Spans of a heap with a page allocator: taking them, growing for them, giving them back.

import {describe, expect, test} from "vitest";
import {type BootOptions, boot, type Runtime} from "../../src/runtime/index.js";
import {freeManual, freeSpan, grow} from "../../src/runtime/mheap_grow.js";
import {alloc, allocManual, allocNeedsZero} from "../../src/runtime/mheap_span.js";
import {mSpanDead} from "../../src/runtime/mspan.js";
import {MiB, thrownBy} from "./fixtures.js";

const page = 8192;
const fresh = (options: BootOptions = {}) => boot({release: "go1.19", ...options});
const stock = (rt: Runtime) => rt.allp[0]!.mspancache;
/** A stack of so many pages. */
const stack = (rt: Runtime, npages: number) => allocManual(rt.mheap_, npages, "spanAllocStack")!;

describe("a span", () => {
  test("of 15 pages comes from the P's cache of pages, one of 16 from the heap", () => {
    const rt = fresh();
    const free = () => rt.allp[0]!.pcache!;
    stack(rt, 1);
    free().cacheLo = free().cacheHi = -1;
    stack(rt, 15);
    const after = [free().cacheLo, free().cacheHi];
    expect(after).toEqual([-(2 ** 15), -1]);
    stack(rt, 16);
    expect([free().cacheLo, free().cacheHi]).toEqual(after);
  });

  test("comes from the heap if there is no P", () => {
    const rt = fresh();
    stack(rt, 1);
    const {cacheLo, cacheHi} = rt.allp[0]!.pcache!;
    rt.m0.p = null;
    const {inuse, size} = rt.mheap_.spanalloc;
    stack(rt, 1);
    expect(rt.mheap_.spanalloc.inuse).toBe(inuse + size);
    const now = rt.allp[0]!.pcache!;
    expect([now.cacheLo, now.cacheHi]).toEqual([cacheLo, cacheHi]);
  });

  test("counts as what it is for", () => {
    const rt = fresh();
    const {heapStats} = rt.memstats;
    for (const [typ, count] of [
      ["spanAllocStack", "inStacks"],
      ["spanAllocPtrScalarBits", "inPtrScalarBits"],
      ["spanAllocWorkBuf", "inWorkBufs"],
    ] as const) {
      const before = heapStats[count];
      const s = allocManual(rt.mheap_, 3, typ)!;
      expect([typ, heapStats[count] - before]).toEqual([typ, 3 * page]);
      freeManual(rt.mheap_, s, typ);
      expect([typ, heapStats[count] - before]).toEqual([typ, 0]);
    }
  });
});

describe("the stock of span records of a P", () => {
  test("is filled with 64 when it is empty", () => {
    const rt = fresh();
    stock(rt).length = 0;
    stack(rt, 1);
    expect(stock(rt)).toHaveLength(63);
  });

  test("takes up to 128 back; what is more goes to spanalloc", () => {
    const rt = fresh();
    const spans = Array.from({length: 200}, () => stack(rt, 1));
    const {inuse, size} = rt.mheap_.spanalloc;
    const room = 128 - stock(rt).length;
    for (const s of spans) freeManual(rt.mheap_, s, "spanAllocStack");
    expect(stock(rt)).toHaveLength(128);
    expect((inuse - rt.mheap_.spanalloc.inuse) / size).toBe(200 - room);
  });
});

describe("pages need zeroing", () => {
  test("if the arena has been in use up to beyond them, and not if they were never in use", () => {
    const rt = fresh();
    const ha = rt.mheap_.arenaOf(rt.mheap_.arenaBase(rt.mheap_.allArenas.elems[0]!))!;
    ha.zeroedBase = 4 * page;
    expect(allocNeedsZero(rt.mheap_, ha.start + 4 * page, 2)).toBe(false);
    expect(ha.zeroedBase).toBe(6 * page);
    expect(allocNeedsZero(rt.mheap_, ha.start + 5 * page, 3)).toBe(true);
    expect(ha.zeroedBase).toBe(8 * page);
    expect(allocNeedsZero(rt.mheap_, ha.start, 1)).toBe(true);
    expect(ha.zeroedBase).toBe(8 * page);
  });

  test("also in the second of two arenas, and both remember how far they were used", () => {
    const rt = fresh();
    const s = alloc(rt.mheap_, (64 * MiB) / page, 0)!;
    const first = rt.mheap_.arenaOf(s.base())!;
    const second = rt.mheap_.arenaOf(first.end)!;
    first.zeroedBase = first.end - first.start - 2 * page;
    second.zeroedBase = page;
    expect(allocNeedsZero(rt.mheap_, first.end - 2 * page, 5)).toBe(true);
    expect([first.zeroedBase, second.zeroedBase]).toEqual([64 * MiB, 3 * page]);
    expect(allocNeedsZero(rt.mheap_, second.start + 3 * page, 1)).toBe(false);
  });
});

describe("growing", () => {
  test("takes over whole chunks of 4 MiB of what is reserved", () => {
    const rt = fresh();
    const {base, end} = rt.mheap_.curArena;
    const released = rt.gcController.heapReleased;
    expect(grow(rt.mheap_, 1)).toBe(4 * MiB);
    expect(rt.mheap_.curArena).toEqual({base: base + 4 * MiB, end});
    expect(rt.gcController.heapReleased - released).toBe(4 * MiB);
    expect(rt.mem.stateAt(base)).toBe("prepared");
    expect(grow(rt.mheap_, 513)).toBe(8 * MiB);
  });

  test("extends what is reserved where the next arena follows it", () => {
    const rt = fresh();
    const {base, end} = rt.mheap_.curArena;
    expect(grow(rt.mheap_, (end - base) / page + 1)).toBe(end - base + 4 * MiB);
    expect(rt.mheap_.curArena.base).toBe(end + 4 * MiB);
    expect(rt.mheap_.curArena.end).toBeGreaterThan(end + 4 * MiB);
  });

  test("uses up what is left before it goes on elsewhere", () => {
    const rt = fresh();
    const {base, end} = rt.mheap_.curArena;
    rt.mheap_.arenaHints!.addr += 2 ** 32;
    const ask = end - base + 4 * MiB;
    expect(grow(rt.mheap_, ask / page)).toBe(end - base + ask);
    expect(rt.mheap_.curArena.base).toBe(end + 2 ** 32 + ask);
  });

  test("answers 0 and says so if the system refuses, and the span is null", () => {
    let refusing = false;
    const rt = fresh({refuse: () => refusing});
    refusing = true;
    expect(alloc(rt.mheap_, 2 ** 20, 0)).toBeNull();
    expect(rt.printed.at(-1)).toMatch(
      /^runtime: out of memory: cannot allocate 8589934592-byte block \(\d+ in use\)$/,
    );
  });
});

describe("a span that is freed", () => {
  test("gives its pages and bytes back, and its record is dead", () => {
    const rt = fresh();
    const {heapInUse, heapFree} = rt.gcController;
    const {pagesInUse} = rt.mheap_;
    const s = alloc(rt.mheap_, 20, 0)!;
    expect([rt.gcController.heapInUse, rt.mheap_.pagesInUse]).toEqual([
      heapInUse + 20 * page,
      pagesInUse + 20,
    ]);
    freeSpan(rt.mheap_, s);
    expect([rt.gcController.heapInUse, rt.mheap_.pagesInUse]).toEqual([heapInUse, pagesInUse]);
    expect(rt.gcController.heapFree).toBeGreaterThanOrEqual(heapFree);
    expect(s.state).toBe(mSpanDead);
    expect(alloc(rt.mheap_, 20, 0)!.base()).toBe(s.base());
  });

  test("must hold no object, be swept, and be in use", () => {
    const rt = fresh();
    const s = alloc(rt.mheap_, 20, 0)!;
    const message = () => thrownBy(() => freeSpan(rt.mheap_, s)).message;
    s.allocCount = 1;
    expect(message()).toBe("mheap.freeSpanLocked - invalid free");
    s.allocCount = 0;
    s.sweepgen -= 2;
    expect(message()).toBe("mheap.freeSpanLocked - invalid free");
    expect(rt.printed.at(-1)).toContain(`ptr 0x${s.base().toString(16)} allocCount 0 sweepgen -2/0`);
    s.state = mSpanDead;
    expect(message()).toBe("mheap.freeSpanLocked - invalid span state");
    const t = stack(rt, 1);
    t.allocCount = 1;
    expect(thrownBy(() => freeManual(rt.mheap_, t, "spanAllocStack")).message).toBe(
      "mheap.freeSpanLocked - invalid stack free",
    );
  });
});
