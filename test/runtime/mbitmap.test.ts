import fc from "fast-check";
import {describe, expect, test} from "vitest";
import {boot, collect, mallocgc, ReadMemStats, type Runtime} from "../../src/runtime/index.js";
import {
  countAlloc,
  ctz32,
  ctzAllocCache,
  findObject,
  isFree,
  isMarked,
  nextFreeIndex,
  objIndex,
  refillAllocCache,
  setMarked,
  shiftAllocCache,
} from "../../src/runtime/mbitmap.js";
import {mspan} from "../../src/runtime/mspan.js";
import {thrownBy} from "./fixtures.js";

const rt = boot();

/** A span of `nelems` objects whose allocBits are given as a string of 0 and 1, from object 0 on. */
function span(allocated: string, freeindex = 0): mspan {
  const bits = new Uint8Array(8 * Math.ceil(allocated.length / 64) + 8);
  for (const [i, bit] of [...allocated].entries()) if (bit === "1") bits[8 + (i >> 3)]! |= 1 << (i & 7);
  const s = Object.assign(new mspan(1), {
    nelems: allocated.length,
    freeindex,
    allocBits: bits,
    allocBitsAt: 8,
  });
  const into = freeindex % 64;
  refillAllocCache(s, (freeindex - into) / 8);
  shiftAllocCache(s, into);
  return s;
}

const word = ({allocCacheLo, allocCacheHi}: mspan) =>
  (BigInt(allocCacheHi >>> 0) << 32n) | BigInt(allocCacheLo >>> 0);
const withWord = (w: bigint) =>
  Object.assign(new mspan(1), {
    allocCacheLo: Number(BigInt.asIntN(32, w)),
    allocCacheHi: Number(BigInt.asIntN(32, w >> 32n)),
  });
const anyWord = fc.bigInt({min: 0n, max: 2n ** 64n - 1n});

describe("64 bits in two halves", () => {
  test("ctz32 counts the zeroes below the lowest bit", () => {
    for (let i = 0; i < 32; i++) expect(ctz32((1 << i) | (i < 31 ? 1 << 31 : 0))).toBe(i);
    expect(ctz32(0)).toBe(32);
  });

  test("ctzAllocCache does so over both halves", () => {
    for (let i = 0; i < 64; i++) expect(ctzAllocCache(withWord((1n << BigInt(i)) | (1n << 63n)))).toBe(i);
    expect(ctzAllocCache(withWord(0n))).toBe(64);
  });

  test("shifting by any number from 0 to 64 is shifting 64 bits", () => {
    fc.assert(
      fc.property(anyWord, fc.integer({min: 0, max: 64}), (w, n) => {
        const s = withWord(w);
        shiftAllocCache(s, n);
        expect(word(s)).toBe(w >> BigInt(n));
        expect([s.allocCacheLo | 0, s.allocCacheHi | 0]).toEqual([s.allocCacheLo, s.allocCacheHi]);
      }),
    );
  });
});

describe("refillAllocCache", () => {
  test("reads 8 bytes from allocBits, the lowest object lowest, and inverts them", () => {
    const s = span("1".repeat(3) + "0".repeat(61) + "01".repeat(32));
    refillAllocCache(s, 0);
    expect(word(s)).toBe(2n ** 64n - 1n - 7n);
    refillAllocCache(s, 8);
    expect(word(s)).toBe(0x5555555555555555n);
  });
});

describe("nextFreeIndex", () => {
  /** Indices until there is none. */
  const all = (s: mspan) => {
    const out: number[] = [];
    for (let i = nextFreeIndex(rt, s); i !== s.nelems; i = nextFreeIndex(rt, s)) out.push(i);
    return out;
  };

  test("goes from one free object to the next, and then stays at nelems", () => {
    const s = span("0110100");
    expect(all(s)).toEqual([0, 3, 5, 6]);
    expect([nextFreeIndex(rt, s), s.freeindex]).toEqual([7, 7]);
  });

  test.each([63, 64, 65, 127, 128, 129, 200])("finds all of %i objects", n => {
    expect(all(span("0".repeat(n)))).toEqual(Array.from({length: n}, (_, i) => i));
  });

  test("skips groups of 64 in which nothing is free", () => {
    expect(all(span(`${"1".repeat(192)}0`))).toEqual([192]);
    expect(all(span("1".repeat(200)))).toEqual([]);
  });

  test("goes on at the start of the next group, from wherever it was in a full one", () => {
    for (const freeindex of [1, 30, 63]) {
      const s = span(`${"1".repeat(64)}0${"1".repeat(63)}`, freeindex);
      expect(nextFreeIndex(rt, s), String(freeindex)).toBe(64);
    }
  });

  test("fills the cache anew when it has taken the last of a group", () => {
    const s = span(`${"1".repeat(63)}0${"01".repeat(32)}`);
    expect(nextFreeIndex(rt, s)).toBe(63);
    expect([s.freeindex, word(s)]).toEqual([64, 0x5555555555555555n]);
  });

  test("does not look beyond the last object, though bits are there", () => {
    expect(all(span("111"))).toEqual([]);
  });

  test("throws for a freeindex beyond the span", () => {
    const s = Object.assign(span("000"), {freeindex: 4});
    expect(thrownBy(() => nextFreeIndex(rt, s)).message).toBe("s.freeindex > s.nelems");
  });

  test("finds, from any place on, the objects that are not allocated, in order", () => {
    const bits = fc
      .array(fc.constantFrom("0", "1"), {minLength: 1, maxLength: 300})
      .map(list => list.join(""));
    fc.assert(
      fc.property(bits, fc.nat(), (allocated, from) => {
        const freeindex = from % allocated.length;
        const expected = [...allocated].flatMap((bit, i) => (bit === "0" && i >= freeindex ? [i] : []));
        expect(all(span(allocated, freeindex))).toEqual(expected);
      }),
    );
  });
});

describe("isFree", () => {
  test("is false below freeindex, whatever the bits say, and the opposite of the bit from there on", () => {
    const s = span("0010100000", 3);
    const free = Array.from({length: 10}, (_, i) => isFree(s, i));
    expect(free).toEqual([false, false, false, true, false, true, true, true, true, true]);
  });
});

describe("marks", () => {
  test("are set one by one and counted", () => {
    const s = Object.assign(span("0".repeat(100)), {gcmarkBits: new Uint8Array(24), gcmarkBitsAt: 8});
    for (const i of [0, 7, 8, 64, 99, 99]) setMarked(s, i);
    expect(countAlloc(s)).toBe(5);
    expect([0, 1, 7, 8, 9, 64, 98, 99].filter(i => isMarked(s, i))).toEqual([0, 7, 8, 64, 99]);
  });

  test("of a neighboring bitmap are not counted", () => {
    const s = Object.assign(span("0".repeat(64)), {
      gcmarkBits: new Uint8Array(24).fill(255),
      gcmarkBitsAt: 8,
    });
    expect(countAlloc(s)).toBe(64);
  });
});

describe("from an address to its object", () => {
  const {class_to_size} = rt.sizeclasses;

  test("objIndex divides every offset by elemsize: of all 66 classes, first, last and middle byte of every object", () => {
    let wrong = 0;
    for (const size of class_to_size.slice(1)) {
      const {s} = findObject(rt, mallocgc(rt, size, typ))!;
      for (let i = 0; i < s.nelems; i++)
        for (const into of [0, size >> 1, size - 1])
          if (objIndex(s, s.base() + i * s.elemsize + into) !== i) wrong++;
    }
    expect(wrong).toBe(0);
  });
  const typ = null;

  test("findObject answers base, span and index for any byte of the object", () => {
    const x = mallocgc(rt, 48, null);
    for (const into of [0, 1, 47]) {
      const {base, s, objIndex: index} = findObject(rt, x + into)!;
      expect([base, s.base() + 48 * index]).toEqual([x, x]);
    }
  });

  test("a large object is found from its first byte to its last, and not behind it", () => {
    const x = mallocgc(rt, 100_001, null);
    expect(findObject(rt, x + 100_000)).toMatchObject({base: x, objIndex: 0});
    expect(findObject(rt, x + 100_001)).toBeNull();
  });

  test.each([
    ["outside all arenas", () => 0x1234],
    ["in an arena that there is not", () => 0xc000000000 + 2 ** 40],
    ["in a stack", (r: Runtime) => r.mheap_.allspans.elems.find(s => s.state === 2)!.base()],
    ["in a free span", (r: Runtime) => r.mheap_.free.start()!.spanKey!.base()],
  ])("an address %s is in no object", (_, address) => {
    expect(findObject(rt, address(rt))).toBeNull();
  });

  test("the rest behind a span's last object belongs to none", () => {
    const {s} = findObject(rt, mallocgc(rt, 48, null))!;
    expect(s.limit).toBe(s.base() + 170 * 48);
    expect(findObject(rt, s.limit - 1)!.objIndex).toBe(169);
    expect(findObject(rt, s.limit)).toBeNull();
  });

  test("pages that were an object's are none's when they are free, and may be another's later", () => {
    const r = boot();
    const x = mallocgc(r, 50_000, null);
    collect(r, []);
    mallocgc(r, 64 * 1024, null);
    ReadMemStats(r);
    expect(findObject(r, x)?.s.elemsize ?? null).not.toBe(7 * 8192);
  });
});
