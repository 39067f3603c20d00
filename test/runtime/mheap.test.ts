import {describe, expect, test} from "vitest";
import {boot, load, type Runtime} from "../../src/runtime/index.js";
import {recordspan} from "../../src/runtime/mheap.js";
import {mspan} from "../../src/runtime/mspan.js";
import {charged, KiB, mapped, thrownBy} from "./fixtures.js";

/** The heap's allocators of records. */
const allocators = [
  "treapalloc",
  "spanalloc",
  "cachealloc",
  "specialfinalizeralloc",
  "specialprofilealloc",
  "arenaHintAlloc",
] as const;

/** A heap that is initialized and has handed out nothing. */
function fresh(options: Parameters<typeof load>[0] = {}): Runtime {
  const rt = load(options);
  rt.mheap_.init();
  return rt;
}

describe("mheap.init", () => {
  test.each([
    ["treapalloc", "treapNode", 48, 24, "other_sys"],
    ["spanalloc", "mspan", 144, 88, "mspan_sys"],
    ["cachealloc", "mcache", 1736, 868, "mcache_sys"],
    ["specialfinalizeralloc", "specialfinalizer", 48, 24, "other_sys"],
    ["specialprofilealloc", "specialprofile", 24, 12, "other_sys"],
    ["arenaHintAlloc", "arenaHint", 24, 12, "other_sys"],
  ] as const)(
    "%s hands out a %s: %i bytes on amd64, %i on 386, charged to %s",
    (name, _, on64, on32, stat) => {
      expect(fresh().mheap_.fixallocs[name]).toMatchObject({size: on64, stat});
      expect(fresh({goarch: "386"}).mheap_.fixallocs[name]).toMatchObject({size: on32, stat});
    },
  );

  test("all records are zeroed when they are handed out again, but for spans", () => {
    const {mheap_} = fresh();
    expect(allocators.filter(name => !mheap_.fixallocs[name]!.zero)).toEqual(["spanalloc"]);
  });

  test("only new spans are entered somewhere, in allspans", () => {
    const {mheap_} = fresh();
    expect(allocators.filter(name => mheap_.fixallocs[name]!.first !== null)).toEqual(["spanalloc"]);
    const s = mheap_.spanalloc.alloc();
    expect(mheap_.allspans.elems).toEqual([s]);
  });

  test("it takes no memory", () => {
    const rt = fresh();
    expect(rt.mem.requests).toBe(0);
    for (const name of allocators) {
      const f = rt.mheap_.fixallocs[name]!;
      expect([f.chunk, f.nchunk, f.inuse, f.list], name).toEqual([0, 0, 0, null]);
    }
  });

  test("there is an mcentral for each of 67 classes with and without pointers, and each knows its own", () => {
    const {central} = fresh().mheap_;
    expect(central).toHaveLength(2 * 67);
    central.forEach((c, i) => {
      expect(c.spanclass).toBe(i);
    });
  });

  test("the allocators do not mind the order in which they are used", () => {
    const sizes = (names: readonly (typeof allocators)[number][]) => {
      const rt = fresh();
      for (const name of names) rt.mheap_.fixallocs[name]!.alloc();
      return [allocators.map(name => rt.mheap_.fixallocs[name]!.inuse), {...rt.memstats}];
    };
    expect(sizes([...allocators].reverse())).toEqual(sizes(allocators));
  });

  test("called again, it forgets all records", () => {
    const rt = boot({until: "mallocinit"});
    rt.mheap_.init();
    expect(rt.mheap_.arenaHintAlloc.inuse).toBe(0);
    expect(rt.mheap_.spanalloc.zero).toBe(false);
  });
});

describe("recordspan", () => {
  /** Enters `n` spans, of which no record is ever allocated. */
  function withSpans(n: number, options: Parameters<typeof load>[0] = {}): Runtime {
    const rt = fresh(options);
    for (let i = 0; i < n; i++) recordspan(rt, new mspan(i));
    return rt;
  }

  test("the first array has 64 KiB: 8192 pointers, on 32-bit 16384", () => {
    expect(withSpans(1).mheap_.allspans.cap).toBe(8192);
    expect(withSpans(1, {goarch: "386"}).mheap_.allspans.cap).toBe(16384);
  });

  test("it comes from the system and is charged to other_sys", () => {
    const rt = withSpans(1);
    const {array} = rt.mheap_.allspans;
    expect(rt.mem.regionAt(array)).toEqual({
      start: array,
      end: array + 64 * KiB,
      state: "ready",
      stat: "other_sys",
    });
    expect(rt.memstats.other_sys).toBe(64 * KiB);
  });

  test("a full array is enough for as many spans as it has room for", () => {
    const rt = withSpans(8192);
    expect(rt.mheap_.allspans).toMatchObject({len: 8192, cap: 8192});
    expect(rt.mem.requests).toBe(1);
  });

  test("the next span takes an array half as large again, and the old one is given back", () => {
    const rt = withSpans(8192);
    const old = rt.mheap_.allspans.array;
    recordspan(rt, new mspan(8192));
    const {array, len, cap} = rt.mheap_.allspans;
    expect([len, cap]).toEqual([8193, 12288]);
    expect(rt.mem.stateAt(old)).toBe("none");
    expect(rt.mem.regionAt(array)!.end - array).toBe(12288 * 8);
    expect(rt.memstats.other_sys).toBe(12288 * 8);
  });

  test("the new array is taken before the old one is given back", () => {
    const rt = withSpans(8192);
    const old = rt.mheap_.allspans.array;
    recordspan(rt, new mspan(8192));
    expect(rt.mheap_.allspans.array).toBe(old - 12288 * 8);
  });

  test("it grows by half each time, rounded down", () => {
    const caps: number[] = [];
    const rt = fresh();
    for (let i = 0; i < 8192 * 1.5 ** 4; i++) {
      recordspan(rt, new mspan(i));
      if (caps.at(-1) !== rt.mheap_.allspans.cap) caps.push(rt.mheap_.allspans.cap);
    }
    expect(caps).toEqual([8192, 12288, 18432, 27648, 41472]);
    expect(mapped(rt)).toBe(41472 * 8);
    expect(charged(rt)).toBe(41472 * 8);
  });

  test("spans stay in the order in which they came", () => {
    const {elems} = withSpans(8193).mheap_.allspans;
    expect(elems.map(s => s.address)).toEqual(Array.from({length: 8193}, (_, i) => i));
  });

  test("a refusal throws", () => {
    const rt = load({refuse: (_, size) => size === 64 * KiB});
    rt.mheap_.init();
    expect(thrownBy(() => rt.mheap_.spanalloc.alloc()).message).toBe("runtime: cannot allocate memory");
  });

  test("a record that is freed and handed out again is entered once", () => {
    const {mheap_} = fresh();
    const s = mheap_.spanalloc.alloc();
    mheap_.spanalloc.free(s);
    mheap_.spanalloc.alloc();
    expect(mheap_.allspans.len).toBe(1);
  });
});
