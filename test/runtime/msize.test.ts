import {describe, expect, test} from "vitest";
import {load} from "../../src/runtime/index.js";
import {roundupsize} from "../../src/runtime/msize.js";

const rt = load();
const i386 = load({goarch: "386"});

describe("roundupsize", () => {
  test("is the smallest class that fits, for every small size", () => {
    const {class_to_size} = rt.sizeclasses;
    let i = 0;
    for (let size = 1; size < 32768; size++) {
      while (class_to_size[i]! < size) i++;
      if (roundupsize(rt, size) !== class_to_size[i])
        expect(roundupsize(rt, size), `${size}`).toBe(class_to_size[i]);
    }
    expect(i).toBe(66);
  });

  test("of nothing is nothing", () => {
    expect(roundupsize(rt, 0)).toBe(0);
  });

  test("around the seam between the two tables, at 1016 bytes, picks the same class from both", () => {
    expect([1016, 1017, 1024, 1025].map(n => roundupsize(rt, n))).toEqual([1024, 1024, 1024, 1152]);
  });

  test("is whole pages of 8 KiB from 32 KiB on", () => {
    expect([32768, 32769, 40960, 40961].map(n => roundupsize(rt, n))).toEqual([32768, 40960, 40960, 49152]);
  });

  test("is the size itself where adding a page would wrap around", () => {
    expect(roundupsize(i386, 2 ** 32 - 8192)).toBe(2 ** 32 - 8192);
    expect(roundupsize(i386, 2 ** 32 - 1)).toBe(2 ** 32 - 1);
    expect(roundupsize(i386, 2 ** 32 - 8193)).toBe(2 ** 32 - 8192);
    expect(roundupsize(rt, 2 ** 32 - 1)).toBe(2 ** 32);
    expect(roundupsize(rt, 2 ** 64 - 8192)).toBe(2 ** 64 - 8192);
  });
});
