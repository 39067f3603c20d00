import fc from "fast-check";
import {describe, expect, test} from "vitest";
import * as table from "/components/pagealloc/situations/mranges.js";
import {addrRange, addrRanges, makeAddrRange, maxOffAddr, minOffAddr} from "../../src/runtime/mranges.js";
import {thrownBy} from "./fixtures.js";
import {pageRuntime} from "./pages.js";

/** A set of these ranges. */
function setOf(ranges: readonly table.Range[]): addrRanges {
  const a = new addrRanges(pageRuntime());
  a.init("gcMiscSys");
  for (const [base, limit] of ranges) a.add(new addrRange(base, limit));
  return a;
}

const ranges = (a: addrRanges) => a.ranges.elems.map(({base, limit}) => [base, limit]);
const bytes = (all: readonly table.Range[]) => all.reduce((n, [base, limit]) => n + limit - base, 0);

describe("a set of address ranges", () => {
  test("grows, and joins what borders on one another", () => {
    const a = setOf([]);
    for (const {range, after} of table.add) {
      a.add(new addrRange(...range));
      expect(ranges(a)).toEqual(after);
      expect(a.totalBytes).toBe(bytes(after));
    }
    expect(table.add).toHaveLength(7);
  });

  test("obtains an array of twice the size when its array is full, and leaves the old one", () => {
    const a = setOf([]);
    const {memstats} = a.rt;
    expect([a.ranges.cap, memstats.gcMiscSys]).toEqual([16, 256]);
    const first = a.ranges.array;
    for (let i = 0; i < 17; i++) a.add(new addrRange(100 + 10 * i, 105 + 10 * i));
    expect([a.ranges.cap, memstats.gcMiscSys]).toEqual([32, 256 + 512]);
    expect(a.ranges.array).not.toBe(first);
    for (let i = 0; i < 16; i++) a.add(new addrRange(1 + 4 * i, 3 + 4 * i));
    expect([a.ranges.len, a.ranges.cap]).toEqual([33, 64]);
  });

  test("does not take an empty range", () => {
    const a = setOf([]);
    expect(thrownBy(() => a.add(new addrRange(8, 8))).message).toBe(
      "attempted to add zero-sized address range",
    );
    expect(a.rt.printed.at(-1)).toBe("runtime: range = {0x8, 0x8}");
  });

  test.each(table.findSucc)("finds the range after an address: $what", ({ranges: all, addr, index}) => {
    expect(setOf(all).findSucc(addr)).toBe(index);
  });

  test.each(table.removeGreaterEqual)(
    "drops what is not below an address: $what",
    ({ranges: all, addr, left}) => {
      const a = setOf(all);
      a.removeGreaterEqual(addr);
      expect(ranges(a)).toEqual(left);
      expect(a.totalBytes).toBe(bytes(left));
    },
  );

  test.each(table.removeLast)("gives up its end: $what", ({ranges: all, bytes: n, taken, left}) => {
    const a = setOf(all);
    const {base, limit} = a.removeLast(n);
    expect([base, limit]).toEqual(taken);
    expect(ranges(a)).toEqual(left);
    expect(a.totalBytes).toBe(bytes(left));
  });

  test("copies itself into another set, which needs an array only if its own is too small", () => {
    const a = setOf(Array.from({length: 20}, (_, i) => [10 * i, 10 * i + 5] as const));
    const b = setOf([[1, 2]]);
    a.cloneInto(b);
    expect([ranges(b), b.totalBytes, b.ranges.cap]).toEqual([ranges(a), a.totalBytes, 32]);
    b.removeLast(3);
    expect(b.totalBytes).toBe(a.totalBytes - 3);
    const {array} = b.ranges;
    setOf([[7, 9]]).cloneInto(b);
    expect([ranges(b), b.ranges.array]).toEqual([[[7, 9]], array]);
  });

  test("answers as a list of addresses would", () => {
    const distinct = fc.uniqueArray(fc.nat(120), {minLength: 1, maxLength: 60});
    fc.assert(
      fc.property(distinct, fc.nat(130), (addresses, addr) => {
        const a = setOf([]);
        for (const at of addresses) a.add(new addrRange(at, at + 1));
        const sorted = [...addresses].sort((x, y) => x - y);
        expect(a.contains(addr)).toBe(addresses.includes(addr));
        expect(a.findAddrGreaterEqual(addr)).toBe(sorted.find(x => x >= addr) ?? null);
        expect(a.totalBytes).toBe(addresses.length);
      }),
    );
  });
});

describe("a range", () => {
  test.each(table.subtract)("minus $what", ({from, cut, left}) => {
    const {rt} = setOf([]);
    const subtract = () => new addrRange(...from).subtract(rt, new addrRange(...cut));
    if (left === null) expect(thrownBy(subtract).message).toBe("bad prune");
    else expect([subtract().base, subtract().limit]).toEqual(left);
  });

  test("loses what is not below an address", () => {
    const r = new addrRange(10, 20);
    expect([5, 10, 15, 20, 25].map(addr => r.removeGreaterEqual(addr).size())).toEqual([0, 0, 5, 10, 10]);
  });

  test("does not span the gap in the address space of amd64", () => {
    const rt = pageRuntime();
    expect(thrownBy(() => makeAddrRange(rt, -8192, 8192)).message).toBe(
      "addr range base and limit are not in the same memory segment",
    );
    expect(makeAddrRange(rt, -16384, -8192).size()).toBe(8192);
  });
});

test("the order of addresses goes from the upper half of amd64 to the end of the lower one", () => {
  const [amd64, arm64, x86] = [pageRuntime(), pageRuntime({goarch: "arm64"}), pageRuntime({goarch: "386"})];
  expect([minOffAddr(amd64), maxOffAddr(amd64)]).toEqual([-(2 ** 47), 2 ** 47 - 1]);
  expect([minOffAddr(arm64), maxOffAddr(arm64)]).toEqual([0, 2 ** 48 - 1]);
  expect([minOffAddr(x86), maxOffAddr(x86)]).toEqual([0, 2 ** 32 - 1]);
});
