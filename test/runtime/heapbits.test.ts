import fc from "fast-check";
import {describe, expect, test} from "vitest";
import {heapBitsForAddr} from "../../src/runtime/heapbits.js";
import {
  type BootOptions,
  boot,
  collect,
  mallocgc,
  newarray,
  newobject,
  type Runtime,
  typeOf,
} from "../../src/runtime/index.js";
import {findObject} from "../../src/runtime/mbitmap.js";
import {sweepone} from "../../src/runtime/mgcsweep.js";
import {_type} from "../../src/runtime/type.js";
import {MiB} from "./fixtures.js";

/** The words of a block: P for a pointer, - for none, in lower case (p, .) where scanning has ended. */
function words(rt: Runtime, x: number, n?: number): string {
  const {PtrSize} = rt.config.arch;
  const {elemsize} = findObject(rt, x)!.s;
  return Array.from({length: n ?? elemsize / PtrSize}, (_, i) => {
    const {pointer, scan} = heapBitsForAddr(rt, x + i * PtrSize);
    return scan ? (pointer ? "P" : "-") : pointer ? "p" : ".";
  }).join("");
}

const struct = (size: number, pointers: number[]) => new _type("struct", size, pointers, 8);

describe("the bits of an object", () => {
  test.each([
    // The second word has no scan bit: it is left to a check of the collector.
    ["two words, a pointer each", 16, [0, 8], "Pp"],
    ["two words, the first a pointer", 16, [0], "P."],
    ["two words, the second a pointer", 16, [8], "-p"],
    ["four words, a pointer first", 32, [0], "P..."],
    ["four words, a pointer last", 32, [24], "-.-P"],
    ["four pointers", 32, [0, 8, 16, 24], "PpPP"],
    ["a pointer in the third word of eight", 64, [16], "-.P....."],
    ["six words, the third a pointer", 48, [0, 16], "P.P..."],
  ])("%s", (_, size, pointers, expected) => {
    const rt = boot();
    const x = newobject(rt, struct(size, pointers));
    expect(words(rt, x)).toBe(expected);
  });

  test("smaller than its block are followed by words that are not scanned", () => {
    const rt = boot();
    // 40 bytes in a block of 48.
    expect(words(rt, newobject(rt, struct(40, [0, 32])))).toBe("P.--P.");
  });

  test("of an array repeat, and end with the last pointer of the last element", () => {
    const rt = boot();
    expect(words(rt, newarray(rt, struct(24, [8]), 3))).toBe("-p--P--P..");
  });

  test("of a slice of strings: pointer and length in turn, up to the last pointer", () => {
    const rt = boot();
    expect(words(rt, newarray(rt, typeOf(rt, "string"), 4))).toBe("P.P-P-P.");
  });
});

describe("neighbors", () => {
  test("in one byte of the bitmap do not disturb each other", () => {
    const rt = boot();
    const at = [[0], [8], [0, 8], [0]].map(pointers => newobject(rt, struct(16, pointers)));
    expect(at.map(x => words(rt, x))).toEqual(["P.", "-p", "Pp", "P."]);
  });

  test("of 48 bytes begin in the middle of a byte every other time", () => {
    const rt = boot();
    const at = Array.from({length: 8}, (_, i) => newobject(rt, struct(48, i % 2 ? [40] : [0, 8])));
    expect(at.map(x => words(rt, x))).toEqual(at.map((_, i) => (i % 2 ? "-.---P" : "Pp....")));
  });

  test("keep theirs when an object with other pointers takes a place", () => {
    const rt = boot();
    const sizes = fc.array(fc.tuple(fc.constantFrom(16, 32, 48, 64, 80, 112), fc.nat(2 ** 14 - 1)), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(sizes, list => {
        const made = list.map(([size, mask]) => {
          const offsets = Array.from({length: size / 8}, (_, i) => 8 * i).filter((_, i) => mask & (1 << i));
          const pointers = offsets.length === 0 ? [0] : offsets;
          return {x: newobject(rt, struct(size, pointers)), size, pointers};
        });
        for (const {x, size, pointers} of made) {
          const last = Math.max(...pointers) / 8;
          for (let i = 0; i < size / 8; i++) {
            const {pointer, scan} = heapBitsForAddr(rt, x + 8 * i);
            expect(pointer).toBe(pointers.includes(8 * i));
            if (i !== 1) expect(scan).toBe(i <= last);
          }
        }
      }),
      {numRuns: 30},
    );
  });
});

describe("single pointers", () => {
  test("have all bits of their span set when it is made, on 64-bit", () => {
    const rt = boot();
    const x = newobject(rt, typeOf(rt, "*int"));
    const {s} = findObject(rt, x)!;
    for (let i = 0; i < s.nelems; i++)
      expect(heapBitsForAddr(rt, s.base() + 8 * i)).toEqual({pointer: true, scan: true});
  });

  test("on 386 share blocks of 8 bytes with another word, and have bits of their own", () => {
    const rt = boot({goarch: "386"});
    const at = [newobject(rt, typeOf(rt, "*int")), newobject(rt, typeOf(rt, "*int"))];
    expect(at.map(x => words(rt, x))).toEqual(["P.", "P."]);
  });
});

describe("a new span", () => {
  test("has no bits left over from the objects that were there", () => {
    const rt = boot();
    const x = newarray(rt, typeOf(rt, "*int"), 1024);
    expect(words(rt, x, 4)).toBe("PpPP");
    collect(rt, []);
    // A large object takes the same page back to the heap, and a span of another class takes it from there.
    while (sweepone(rt) !== -1);
    const {s} = findObject(rt, mallocgc(rt, 48, null))!;
    expect(s.base()).toBeLessThanOrEqual(x);
    expect(findObject(rt, mallocgc(rt, 8192, null))).not.toBeNull();
    const bits = Array.from({length: 1024}, (_, i) => heapBitsForAddr(rt, s.base() + 8 * i));
    expect(bits.every(({pointer, scan}) => !pointer && !scan)).toBe(true);
  });
});

describe("an object that reaches into the next arena", () => {
  const options: BootOptions = {};
  test("has its bits in both bitmaps", () => {
    const rt = boot(options);
    rt.MemProfileRate = 0;
    const pointer = typeOf(rt, "*int");
    const x = newarray(rt, pointer, (100 * MiB) / 8);
    const border = rt.mheap_.arenaOf(x)!.end;
    expect(border).toBeLessThan(x + 100 * MiB);
    for (const at of [x, border - 8, border, border + 8, x + 100 * MiB - 8])
      expect(heapBitsForAddr(rt, at).pointer, `+${at - x}`).toBe(true);
  });
});

describe("heapBitsForAddr", () => {
  test("outside the heap, nothing is a pointer", () => {
    expect(heapBitsForAddr(boot(), 0x1000)).toEqual({pointer: false, scan: false});
  });
});
