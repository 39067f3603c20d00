import fc from "fast-check";
import {describe, expect, test} from "vitest";
import {boot, load} from "../../src/runtime/index.js";
import {fixalloc, type fixed} from "../../src/runtime/mfixalloc.js";
import type {SysStat} from "../../src/runtime/mstats.js";
import {KiB, thrownBy} from "./fixtures.js";

/** Two words: the first is where fixalloc keeps its link. */
class record implements fixed {
  word: fixed | null = null;
  rest = 0;
  readonly address: number;

  constructor(address: number) {
    this.address = address;
  }
  get mlink(): fixed | null {
    return this.word;
  }
  set mlink(link: fixed | null) {
    this.word = link;
  }
  clear(): void {
    this.word = null;
    this.rest = 0;
  }
}

/** An allocator of records of `size` bytes, in a runtime that has not started. */
function allocator(size = 48, first: ((p: record) => void) | null = null, stat: SysStat = "gc_sys") {
  const rt = load();
  const f = new fixalloc(rt, address => new record(address));
  f.init(size, first, stat);
  return {rt, f};
}

describe("before init", () => {
  test("asking for a record throws, in Go's words", () => {
    const f = new fixalloc(load(), address => new record(address));
    const thrown = thrownBy(() => f.alloc());
    expect(thrown.message).toBe("runtime: internal error");
    expect(thrown.printed).toEqual(["runtime: use of FixAlloc_Alloc before FixAlloc_Init"]);
  });

  test("the heap's own allocators are in that state until mheap.init", () => {
    expect(thrownBy(() => load().mheap_.spanalloc.alloc()).message).toBe("runtime: internal error");
  });
});

describe("init", () => {
  test("takes no memory: the chunk comes with the first record", () => {
    const {rt, f} = allocator();
    expect([f.chunk, f.nchunk, f.inuse, f.list]).toEqual([0, 0, 0, null]);
    expect(rt.mem.requests).toBe(0);
  });

  test("makes records zeroed unless told otherwise", () => {
    expect(allocator().f.zero).toBe(true);
  });

  test("forgets what was there before", () => {
    const {f} = allocator();
    f.free(f.alloc());
    f.init(24, null, "other_sys");
    expect(f).toMatchObject({size: 24, list: null, chunk: 0, nchunk: 0, inuse: 0, stat: "other_sys"});
  });
});

describe("cutting records off a chunk", () => {
  test("they lie one after the other, each `size` bytes long", () => {
    const {f} = allocator(48);
    const [a, b, c] = [f.alloc(), f.alloc(), f.alloc()];
    expect([b.address - a.address, c.address - b.address]).toEqual([48, 48]);
    expect(f.chunk).toBe(c.address + 48);
  });

  test("a chunk has 16 KiB and is charged whole, to the allocator's stat", () => {
    const {rt, f} = allocator(48);
    f.alloc();
    expect(f.nchunk).toBe(16 * KiB - 48);
    expect(rt.memstats.gc_sys).toBe(16 * KiB);
  });

  test("when less than a record is left, the rest is wasted and a new chunk begins", () => {
    const {rt, f} = allocator(48);
    // 16384 = 341 * 48 + 16
    const records = Array.from({length: 341}, () => f.alloc());
    expect(f.nchunk).toBe(16);
    const next = f.alloc();
    expect(next.address - records[340]!.address).toBe(48 + 16);
    expect(f.nchunk).toBe(16 * KiB - 48);
    expect(rt.memstats.gc_sys).toBe(32 * KiB);
  });

  test("a chunk that records fill exactly is used to its last byte", () => {
    const {rt, f} = allocator(4096);
    for (let i = 0; i < 4; i++) f.alloc();
    expect([f.nchunk, rt.memstats.gc_sys]).toEqual([0, 16 * KiB]);
    f.alloc();
    expect(rt.memstats.gc_sys).toBe(32 * KiB);
  });

  test("a refusal of the system is thrown, and no record counts as in use", () => {
    const rt = load({refuse: () => true});
    const f = new fixalloc(rt, address => new record(address));
    f.init(48, null, "gc_sys");
    expect(thrownBy(() => f.alloc()).message).toBe("runtime: cannot allocate memory");
    expect(f.inuse).toBe(0);
  });
});

describe("the list of freed records", () => {
  test("a freed record is handed out again first", () => {
    const {f} = allocator();
    const [a] = [f.alloc(), f.alloc()];
    f.free(a);
    expect(f.alloc()).toBe(a);
    expect(f.list).toBeNull();
  });

  test("of several, the one freed last is handed out first", () => {
    const {f} = allocator();
    const [a, b, c] = [f.alloc(), f.alloc(), f.alloc()];
    for (const each of [a, c, b]) f.free(each);
    expect([f.alloc(), f.alloc(), f.alloc()]).toEqual([b, c, a]);
  });

  test("it costs no memory of the chunk", () => {
    const {f} = allocator();
    const a = f.alloc();
    const {chunk, nchunk} = f;
    f.free(a);
    f.alloc();
    expect([f.chunk, f.nchunk]).toEqual([chunk, nchunk]);
  });

  test("it runs through the first words of the records", () => {
    const {f} = allocator();
    const [a, b] = [f.alloc(), f.alloc()];
    f.free(a);
    f.free(b);
    expect(f.list).toBe(b);
    expect([b.word, a.word]).toEqual([a, null]);
  });

  test("inuse counts bytes of records that are out", () => {
    const {f} = allocator(48);
    const [a, b] = [f.alloc(), f.alloc()];
    expect(f.inuse).toBe(96);
    f.free(a);
    f.free(b);
    expect(f.inuse).toBe(0);
    f.alloc();
    expect(f.inuse).toBe(48);
  });

  test("with zero, a record comes back empty", () => {
    const {f} = allocator();
    const a = f.alloc();
    a.rest = 7;
    f.free(a);
    expect(f.alloc().rest).toBe(0);
  });

  test("without zero, all but the first word of a record survives", () => {
    const {f} = allocator();
    f.zero = false;
    const [a, b] = [f.alloc(), f.alloc()];
    a.rest = 7;
    f.free(b);
    f.free(a);
    expect(f.alloc()).toMatchObject({rest: 7, word: b});
  });
});

describe("first", () => {
  test("is called once for each record, and not when it is handed out again", () => {
    const seen: record[] = [];
    const {f} = allocator(48, p => seen.push(p));
    const a = f.alloc();
    f.free(a);
    f.alloc();
    const b = f.alloc();
    expect(seen).toEqual([a, b]);
  });

  test("sees the record before it counts as in use", () => {
    const inuse: number[] = [];
    const {f} = allocator(48, () => inuse.push(f.inuse));
    f.alloc();
    f.alloc();
    expect(inuse).toEqual([0, 48]);
  });
});

describe("a link over the first field", () => {
  const {mheap_} = boot({until: "mallocinit"});

  test("of a span is its next, so a freed span points at a span that it was never on a list with", () => {
    const [a, b] = [mheap_.spanalloc.alloc(), mheap_.spanalloc.alloc()];
    a.sweepgen = 4;
    mheap_.spanalloc.free(b);
    mheap_.spanalloc.free(a);
    expect(a.next).toBe(b);
    expect(a.sweepgen).toBe(4);
  });

  test("of a span survives alloc: spanalloc does not zero", () => {
    const s = mheap_.spanalloc.alloc();
    s.sweepgen = 6;
    mheap_.spanalloc.free(s);
    expect(mheap_.spanalloc.alloc()).toBe(s);
    expect(s.sweepgen).toBe(6);
  });

  test("of a hint is its address", () => {
    const [a, b] = [mheap_.arenaHintAlloc.alloc(), mheap_.arenaHintAlloc.alloc()];
    a.addr = 0xc000000000;
    mheap_.arenaHintAlloc.free(b);
    mheap_.arenaHintAlloc.free(a);
    expect(a.addr).toBe(b.address);
    expect(mheap_.arenaHintAlloc.alloc().addr).toBe(0);
  });

  test("of an mcache begins with next_sample, an int32: the low half of the link on a little-endian machine", () => {
    const [a, b] = [mheap_.cachealloc.alloc(), mheap_.cachealloc.alloc()];
    mheap_.cachealloc.free(a);
    mheap_.cachealloc.free(b);
    expect(b.next_sample).toBe(Number(BigInt.asIntN(32, BigInt(a.address))));
    expect(a.next_sample).toBe(0);
  });

  test("of an mcache on a big-endian 64-bit machine is the high half", () => {
    const {cachealloc} = boot({goarch: "s390x", until: "mallocinit"}).mheap_;
    const [a, b] = [cachealloc.alloc(), cachealloc.alloc()];
    cachealloc.free(a);
    cachealloc.free(b);
    expect(b.next_sample).toBe(Number(BigInt(a.address) >> 32n));
  });
});

test("any sequence of alloc and free agrees with a stack of freed records and a counter", () => {
  const step = fc.oneof(fc.constant("alloc" as const), fc.nat());
  fc.assert(
    fc.property(fc.array(step, {maxLength: 200}), fc.integer({min: 8, max: 6000}), (steps, size) => {
      const firsts: record[] = [];
      const {rt, f} = allocator(size, p => firsts.push(p));
      const out: record[] = [];
      const freed: record[] = [];
      for (const each of steps) {
        if (each === "alloc") {
          const expected = freed.pop();
          const got = f.alloc();
          if (expected) expect(got).toBe(expected);
          else expect(firsts.at(-1)).toBe(got);
          out.push(got);
        } else if (out.length > 0) {
          const [p] = out.splice(each % out.length, 1);
          f.free(p!);
          freed.push(p!);
        }
        expect(f.inuse).toBe(out.length * size);
      }
      const list: fixed[] = [];
      for (let p: fixed | null = f.list; p !== null; p = p.mlink) list.unshift(p);
      expect(list).toEqual(freed);
      expect(new Set(firsts.map(p => p.address)).size).toBe(out.length + freed.length);
      const perChunk = Math.floor((16 * KiB) / size);
      expect(rt.memstats.gc_sys).toBe(Math.ceil(firsts.length / perChunk) * 16 * KiB);
    }),
    {numRuns: 100},
  );
});
