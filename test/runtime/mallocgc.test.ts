import {describe, expect, test} from "vitest";
import {
  type BootOptions,
  boot,
  collect,
  mallocgc,
  newarray,
  newobject,
  ReadMemStats,
  type Runtime,
  typeOf,
} from "../../src/runtime/index.js";
import {largeAlloc, newTinyBlock, nextFree, nextFreeFast, tinyAlloc} from "../../src/runtime/mallocgc.js";
import {ctzAllocCache, findObject, nextFreeIndex} from "../../src/runtime/mbitmap.js";
import {mspan} from "../../src/runtime/mspan.js";
import {_type} from "../../src/runtime/type.js";
import {MiB, thrownBy} from "./fixtures.js";
import {recount} from "./recount.js";

/** A heap that nobody samples and whose mcache is flushed: no span is cached, no tiny block is open. */
function fresh(options: BootOptions = {}): Runtime {
  const rt = boot(options);
  rt.MemProfileRate = 0;
  ReadMemStats(rt);
  return rt;
}

const cache = (rt: Runtime) => rt.m0.mcache!;
const elemsize = (rt: Runtime, x: number) => findObject(rt, x)!.s.elemsize;

describe("size 0", () => {
  test("has one address, which is not on the heap", () => {
    const rt = fresh();
    const x = mallocgc(rt, 0, null);
    expect(mallocgc(rt, 0, typeOf(rt, "*int"))).toBe(x);
    expect([x, rt.mheap_.spanOf(x)]).toEqual([rt.zerobase, null]);
  });

  test("is nothing to count", () => {
    const rt = fresh();
    const {Mallocs} = ReadMemStats(rt);
    for (let i = 0; i < 5; i++) mallocgc(rt, 0, null);
    expect(ReadMemStats(rt).Mallocs).toBe(Mallocs);
  });

  test("is served even while something is allocated", () => {
    const rt = fresh();
    rt.m0.mallocing = 1;
    expect(mallocgc(rt, 0, null)).toBe(rt.zerobase);
  });
});

describe("tiny objects", () => {
  /** Offsets in blocks of 16 bytes, counted in blocks from the first. */
  const places = (...list: number[]) => {
    const rt = fresh();
    const at = list.map(size => mallocgc(rt, size, null));
    const first = findObject(rt, at[0]!)!.base;
    return at.map(x => [(findObject(rt, x)!.base - first) / 16, x % 16]);
  };

  test("share a block as long as there is room", () => {
    expect(places(1, 1, 1, 12, 1, 1)).toEqual([
      [0, 0],
      [0, 1],
      [0, 2],
      [0, 4],
      [1, 0],
      [1, 1],
    ]);
  });

  test.each([
    [8, 8],
    [4, 4],
    [12, 4],
    [2, 2],
    [6, 2],
    [10, 2],
    [14, 2],
    [1, 1],
    [3, 1],
    [7, 1],
  ])("%i bytes are aligned to %i", (size, align) => {
    const rt = fresh();
    mallocgc(rt, 1, null);
    const x = mallocgc(rt, size, null);
    expect(x % 16).toBe(size + align > 16 ? 0 : align);
  });

  test("16 bytes fill a block of their own class, which no other shares", () => {
    const rt = fresh();
    const [a, b] = [mallocgc(rt, 1, null), mallocgc(rt, 16, null)];
    const c = mallocgc(rt, 1, null);
    expect([b - a, c - a]).toEqual([16, 1]);
    expect(cache(rt).tiny).toBe(a);
  });

  test("with pointers are never combined", () => {
    const rt = fresh();
    const pointer = typeOf(rt, "*int");
    const [a, b] = [mallocgc(rt, 8, pointer), mallocgc(rt, 8, pointer)];
    expect([b - a, elemsize(rt, a)]).toEqual([8, 8]);
    expect(cache(rt).tiny).toBe(0);
  });

  test("of a type without pointers are", () => {
    const rt = fresh();
    const type = new _type("[8]uint8", 8, [], 8);
    expect(newobject(rt, type) + 8).toBe(newobject(rt, type));
  });

  test("a new block replaces the old one only if it has more room left", () => {
    // 9 of 16 taken, then 10: the old one has 7 bytes left, the new one 6.
    expect(places(9, 10, 7)).toEqual([
      [0, 0],
      [1, 0],
      [0, 9],
    ]);
    // 10 taken, then 9: now the new one has more.
    expect(places(10, 9, 7)).toEqual([
      [0, 0],
      [1, 0],
      [1, 9],
    ]);
  });

  test("if both have as much room, the old block stays", () => {
    expect(places(9, 9, 7)).toEqual([
      [0, 0],
      [1, 0],
      [0, 9],
    ]);
  });

  test("count one by one where they share, and the block as one object", () => {
    const rt = fresh();
    for (let i = 0; i < 4; i++) mallocgc(rt, 4, null);
    expect(cache(rt).local_tinyallocs).toBe(3);
  });

  test("do not fit into a block that is not there", () => {
    const rt = fresh();
    expect(tinyAlloc(cache(rt), 1)).toBe(0);
    const x = newTinyBlock(rt, cache(rt), 1);
    expect(tinyAlloc(cache(rt), 1)).toBe(x + 1);
  });

  test("find no block after the mcache was flushed: that block may be freed", () => {
    const rt = fresh();
    const x = mallocgc(rt, 1, null);
    collect(rt, []);
    expect([cache(rt).tiny, cache(rt).tinyoffset]).toEqual([0, 0]);
    expect(mallocgc(rt, 1, null)).not.toBe(x + 1);
  });
});

describe("small objects", () => {
  test.each([
    [16, 16],
    [17, 32],
    [1016, 1024],
    [1017, 1024],
    [1024, 1024],
    [1025, 1152],
    [32767, 32768],
    [32768, 32768],
  ])("%i bytes get a block of %i", (size, block) => {
    const rt = fresh();
    expect(elemsize(rt, mallocgc(rt, size, null))).toBe(block);
  });

  test("lie one behind the other in a new span", () => {
    const rt = fresh();
    const at = Array.from({length: 170}, () => mallocgc(rt, 48, null));
    at.forEach((x, i) => {
      expect(x).toBe(at[0]! + 48 * i);
    });
  });

  test("with and without pointers never share a span", () => {
    const rt = fresh();
    const [a, b] = [mallocgc(rt, 48, null), mallocgc(rt, 48, typeOf(rt, "*int"))];
    expect(findObject(rt, a)!.s).not.toBe(findObject(rt, b)!.s);
  });
});

describe("nextFreeFast", () => {
  /** A span of objects of 16 bytes from which `n` are allocated, with the rest of its cache as given. */
  function span(freeindex: number, nelems: number, lo: number, hi: number): mspan {
    const s = new mspan(1);
    return Object.assign(s, {
      startAddr: 0x1000,
      elemsize: 16,
      freeindex,
      nelems,
      allocCacheLo: lo,
      allocCacheHi: hi,
    });
  }
  const state = (s: mspan) => [s.freeindex, s.allocCount, s.allocCacheLo >>> 0, s.allocCacheHi >>> 0];

  test("takes the lowest set bit and shifts it out with what lies below", () => {
    const s = span(0, 512, 0b101000, 1);
    expect(nextFreeFast(s)).toBe(0x1000 + 3 * 16);
    expect(state(s)).toEqual([4, 1, 0b10 | (1 << 28), 0]);
  });

  test.each([0, 1, 30, 31, 32, 33, 40, 62])("finds an object %i places on, in either half", bit => {
    const s = span(0, 512, bit < 32 ? 1 << bit : 0, bit < 32 ? -1 : 1 << (bit - 32));
    expect(nextFreeFast(s)).toBe(0x1000 + bit * 16);
    const rest = bit < 32 ? 0xffffffffn >> 0n : 0n;
    // What was above the bit, shifted down: 32 ones that began at bit 32.
    const shifted = (rest << 32n) >> BigInt(bit + 1);
    expect(state(s)).toEqual([bit + 1, 1, Number(shifted & 0xffffffffn), Number(shifted >> 32n)]);
  });

  test("goes through all 63 objects of a full cache but the last", () => {
    const s = span(0, 512, -1, -1);
    for (let i = 0; i < 63; i++) expect(nextFreeFast(s)).toBe(0x1000 + 16 * i);
    expect(state(s)).toEqual([63, 63, 1, 0]);
  });

  test.each([
    ["in the lower half", 1, 0, 63],
    ["in the upper half", 0, 1, 31],
  ])("leaves the last object of a group of 64 to nextFree, %s", (_, lo, hi, freeindex) => {
    const s = span(freeindex, 512, lo, hi);
    const before = state(s);
    expect(nextFreeFast(s)).toBe(0);
    expect(state(s)).toEqual(before);
  });

  test("takes it if it is the last of the span", () => {
    expect(nextFreeFast(span(63, 64, 1, 0))).toBe(0x1000 + 63 * 16);
    expect(nextFreeFast(span(31, 64, 0, 1))).toBe(0x1000 + 63 * 16);
  });

  test.each([
    ["no bit is set", 3, 512, 0, 0],
    ["the bit lies beyond the span", 3, 10, 1 << 7, 0],
    ["the bit lies beyond the span, in the upper half", 3, 10, 0, 1],
  ])("gives up and changes nothing if %s", (_, freeindex, nelems, lo, hi) => {
    const s = span(freeindex, nelems, lo, hi);
    const before = state(s);
    expect(nextFreeFast(s)).toBe(0);
    expect(state(s)).toEqual(before);
  });

  test("finds nothing in the empty span", () => {
    expect(nextFreeFast(fresh().emptymspan)).toBe(0);
  });

  test("keeps both halves small integers, which are fast", () => {
    for (let bit = 0; bit < 63; bit++) {
      const s = span(0, 512, bit < 32 ? -1 << bit : 0, bit < 32 ? -1 : -1 << (bit - 32));
      nextFreeFast(s);
      expect([s.allocCacheLo | 0, s.allocCacheHi | 0]).toEqual([s.allocCacheLo, s.allocCacheHi]);
    }
  });

  test("agrees with nextFreeIndex wherever it finds something", () => {
    const rt = fresh();
    const x = mallocgc(rt, 16, null);
    const {s} = findObject(rt, x)!;
    // Every third object survives: a cache with gaps.
    const at = [x, ...Array.from({length: 400}, () => mallocgc(rt, 16, null))];
    collect(
      rt,
      at.filter((_, i) => i % 3 === 0 || (i > 70 && i < 110)),
    );
    mallocgc(rt, 16, null);
    for (let i = 0; i < 200; i++) {
      const copy = Object.assign(new mspan(2), s);
      const fast = nextFreeFast(s);
      const index = nextFreeIndex(rt, copy);
      if (fast === 0) nextFree(rt, cache(rt), s.spanclass);
      else expect([fast, s.freeindex]).toEqual([s.startAddr + 16 * index, copy.freeindex]);
      if (s.freeindex % 64 !== 0) expect(ctzAllocCache(s)).toBe(ctzAllocCache(copy));
    }
  });
});

describe("nextFree", () => {
  test("takes a new span when the mcache's is full", () => {
    const rt = fresh();
    const at = Array.from({length: 11 + 1}, () => mallocgc(rt, 704, null));
    const [first, second] = [findObject(rt, at[0]!)!.s, findObject(rt, at[11]!)!.s];
    expect(first).not.toBe(second);
    expect([first.allocCount, first.freeindex, first.sweepgen]).toEqual([11, 11, rt.mheap_.sweepgen]);
    expect([second.allocCount, second.sweepgen]).toEqual([1, rt.mheap_.sweepgen + 3]);
    expect(recount(rt)).toEqual([]);
  });

  test("throws if a span has nothing left and counts too few objects", () => {
    const rt = fresh();
    const {s} = findObject(rt, mallocgc(rt, 704, null))!;
    s.freeindex = s.nelems;
    const thrown = thrownBy(() => nextFree(rt, cache(rt), s.spanclass));
    expect(thrown.message).toBe("s.allocCount != s.nelems && freeIndex == s.nelems");
    expect(thrown.printed.at(-1)).toBe("runtime: s.allocCount= 1 s.nelems= 11");
  });

  test("throws if a span counts more objects than it has room for", () => {
    const rt = fresh();
    const {s} = findObject(rt, mallocgc(rt, 704, null))!;
    s.allocCount = s.nelems;
    const thrown = thrownBy(() => nextFree(rt, cache(rt), s.spanclass));
    expect(thrown.message).toBe("s.allocCount > s.nelems");
    expect(thrown.printed.at(-1)).toBe("s.allocCount= 12 s.nelems= 11");
  });
});

describe("large objects", () => {
  test("get whole pages, and end where they end", () => {
    const rt = fresh();
    const {s, base} = findObject(rt, mallocgc(rt, 100_000, null))!;
    expect([s.npages, s.elemsize, s.nelems, s.limit - base]).toEqual([13, 13 * 8192, 1, 100_000]);
    expect([s.freeindex, s.allocCount, s.spanclass]).toEqual([1, 1, 1]);
  });

  test("do not pass through the mcache", () => {
    const rt = fresh();
    mallocgc(rt, 100_000, typeOf(rt, "*int"));
    expect(cache(rt).alloc.every(s => s === rt.emptymspan)).toBe(true);
  });

  test("count at once in heap_live, heap_objects and the totals of large ones", () => {
    const rt = fresh();
    const {heap_live, heap_objects} = rt.memstats;
    const {largealloc, nlargealloc} = rt.mheap_;
    mallocgc(rt, 100_000, null);
    expect(rt.memstats.heap_live - heap_live).toBe(13 * 8192);
    expect(rt.memstats.heap_objects - heap_objects).toBe(1);
    expect([rt.mheap_.largealloc - largealloc, rt.mheap_.nlargealloc - nlargealloc]).toEqual([13 * 8192, 1]);
  });
});

describe("an allocation that cannot be", () => {
  test.each([
    ["386", 2 ** 32 - 8192],
    ["386", 2 ** 32 - 1],
    ["amd64", 2 ** 64 - 8192],
  ])("on %s a size of %d overflows when a page is added", (goarch, size) => {
    const rt = fresh({goarch});
    expect(thrownBy(() => largeAlloc(rt, size, true)).message).toBe("out of memory");
    // Go did not get as far as asking the heap.
    expect(rt.printed).toEqual([]);
  });

  test("a size just below that overflow is asked for", () => {
    const rt = fresh({goarch: "386"});
    expect(thrownBy(() => mallocgc(rt, 2 ** 32 - 8193, null)).message).toBe("out of memory");
    expect(rt.printed).toHaveLength(1);
  });

  test("from within another is a deadlock", () => {
    const rt = fresh();
    rt.m0.mallocing = 1;
    expect(thrownBy(() => mallocgc(rt, 8, null)).message).toBe("malloc deadlock");
  });

  test.each([8, 16, 100, 32768, 100_000])("an allocation of %i bytes is over when it returns", size => {
    const rt = fresh();
    for (const type of [null, typeOf(rt, "*int")]) {
      mallocgc(rt, size, type);
      mallocgc(rt, size, type);
      expect(rt.m0.mallocing).toBe(0);
    }
  });

  test("more elements than there is room for panic in Go, and none are a RangeError here", () => {
    const rt = fresh();
    const type = typeOf(rt, "*int");
    const {maxAlloc} = rt.constants;
    for (const n of [-1, maxAlloc / 8 + 1])
      expect(() => newarray(rt, type, n), String(n)).toThrow(RangeError);
    expect(newarray(rt, type, 0)).toBe(rt.zerobase);
    expect(elemsize(rt, newarray(rt, type, 6))).toBe(48);
  });
});

describe("out of memory", () => {
  /** A runtime whose system refuses everything once told to. */
  function refusing(options: BootOptions = {}) {
    const system = {refuses: false};
    const rt = boot({...options, refuse: () => system.refuses});
    rt.MemProfileRate = 0;
    ReadMemStats(rt);
    return {rt, system};
  }

  test("a large object that the system has no room for throws, and says how much was wanted and is in use", () => {
    const {rt, system} = refusing();
    system.refuses = true;
    const thrown = thrownBy(() => mallocgc(rt, 100 * MiB, null));
    expect(thrown.message).toBe("out of memory");
    const heap_sys = 64 * MiB - rt.memstats.stacks_inuse;
    expect(thrown.printed).toEqual([
      `runtime: out of memory: cannot allocate ${100 * MiB}-byte block (${heap_sys} in use)`,
    ]);
  });

  test("and so does a small one that needs a new span, from refill", () => {
    const {rt, system} = refusing();
    while (rt.mheap_.free.treap !== null) mallocgc(rt, 8192, null);
    system.refuses = true;
    expect(thrownBy(() => mallocgc(rt, 704, null)).message).toBe("out of memory");
    expect(rt.printed.at(-1)).toContain("cannot allocate 8192-byte block");
    expect(recount(rt)).toEqual([]);
  });

  test("what there is stays as it was: all accounts agree, and every hint is used up", () => {
    const {rt, system} = refusing();
    const before = {...rt.memstats};
    system.refuses = true;
    thrownBy(() => mallocgc(rt, 100 * MiB, null));
    expect(recount(rt)).toEqual([]);
    expect(rt.mheap_.arenaHints).toBeNull();
    expect(rt.memstats).toEqual(before);
    expect(rt.mem.regions.filter(r => r.state === "reserved")).toEqual([]);
  });

  test("what fits into the pages that there are can still be had", () => {
    const {rt, system} = refusing();
    system.refuses = true;
    expect(elemsize(rt, mallocgc(rt, 8 * MiB, null))).toBe(8 * MiB);
    expect(recount(rt)).toEqual([]);
  });

  test("on 386, the heap fails when neither the reservation nor any other place has room", () => {
    const rt = fresh({goarch: "386"});
    const thrown = thrownBy(() => {
      for (;;) mallocgc(rt, 256 * MiB, null);
    });
    expect(thrown.message).toBe("out of memory");
    // Of 4 GiB, a little less than a quarter belongs to the kernel; what is left cannot hold another 256 MiB.
    expect(rt.memstats.heap_sys).toBeGreaterThan(2 * 1024 * MiB);
    expect(recount(rt)).toEqual([]);
  });
});

describe("sampling for the heap profile", () => {
  test("counts down by the bytes of the block", () => {
    const rt = boot();
    ReadMemStats(rt);
    const {next_sample} = cache(rt);
    mallocgc(rt, 33, null);
    mallocgc(rt, 100_000, null);
    expect(next_sample - cache(rt).next_sample).toBe(48 + 13 * 8192);
  });

  test("counts a block of tiny objects once", () => {
    const rt = boot();
    ReadMemStats(rt);
    const {next_sample} = cache(rt);
    for (let i = 0; i < 16; i++) mallocgc(rt, 1, null);
    expect(next_sample - cache(rt).next_sample).toBe(16);
  });

  test("draws anew when a block reaches the sample, not before", () => {
    const rt = boot({cputicks: 1});
    cache(rt).next_sample = 49;
    mallocgc(rt, 48, null);
    expect(cache(rt).next_sample).toBe(1);
    mallocgc(rt, 48, null);
    expect(cache(rt).next_sample).not.toBe(1 - 48);
    expect(cache(rt).next_sample).toBeGreaterThan(0);
  });

  test("a rate of 1 samples everything, a rate of 0 nothing", () => {
    const rt = boot({cputicks: 1});
    cache(rt).next_sample = 1000;
    rt.MemProfileRate = 0;
    mallocgc(rt, 48, null);
    expect(cache(rt).next_sample).toBe(1000);
    rt.MemProfileRate = 1;
    mallocgc(rt, 48, null);
    // -ln(q), and 1: 26 ln 2 at most.
    expect(cache(rt).next_sample).toBeLessThanOrEqual(19);
  });
});

describe("bytes that may hold pointers", () => {
  const scanned = (rt: Runtime, allocate: () => void) => {
    const before = cache(rt).local_scan;
    allocate();
    return cache(rt).local_scan - before;
  };

  test("are counted up to the last pointer of the object", () => {
    const rt = fresh();
    const type = new _type("struct", 40, [8], 8);
    expect(scanned(rt, () => newobject(rt, type))).toBe(16);
  });

  test("of an array go up to the last pointer of its last element", () => {
    const rt = fresh();
    const type = new _type("struct", 40, [8], 8);
    expect(scanned(rt, () => newarray(rt, type, 3))).toBe(2 * 40 + 16);
  });

  test("are none without pointers", () => {
    const rt = fresh();
    expect(scanned(rt, () => mallocgc(rt, 4096, null))).toBe(0);
  });
});
