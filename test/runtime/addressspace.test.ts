import fc from "fast-check";
import {describe, expect, test} from "vitest";
import {addressSpace, load, type MemState, type Refusal} from "../../src/runtime/index.js";
import type {SysStat} from "../../src/runtime/mstats.js";

const page = 4096;
const lowest = 0x10000;
/** Address of the page with that number; page 0 is the lowest that there is. */
const at = (n: number) => lowest + n * page;

/** A process with 24 pages of addresses, of which those from page 16 on are given out by hint only. */
function space({
  refuse,
  goos = "linux",
  goarch = "amd64",
  programEnd = 0,
  brk = 0,
  physHugePageSize = 0,
}: Partial<Options> = {}) {
  const {config, machine} = load({goos, goarch});
  return new addressSpace(
    {...config, addresses: {lowest, top: at(16), limit: at(24)}},
    {...machine, physPageSize: page, physHugePageSize, programEnd, brk, refuse},
  );
}
interface Options {
  refuse: Refusal;
  goos: string;
  goarch: string;
  programEnd: number;
  brk: number;
  physHugePageSize: number;
}

describe("taking addresses", () => {
  test("without a hint, memory is placed as high as possible below the top", () => {
    const mem = space();
    expect(mem.take(0, 2 * page, "ready", "other_sys")).toBe(at(14));
    expect(mem.take(0, page, "ready", "other_sys")).toBe(at(13));
  });

  test("a hint is honoured where it is free, above the top too", () => {
    const mem = space();
    expect(mem.take(at(3), 2 * page, "reserved", null)).toBe(at(3));
    expect(mem.take(at(20), 4 * page, "reserved", null)).toBe(at(20));
  });

  test("a hint next to what is taken, on either side, is free", () => {
    const mem = space();
    mem.take(at(5), 2 * page, "reserved", null);
    expect(mem.take(at(7), page, "reserved", null)).toBe(at(7));
    expect(mem.take(at(4), page, "reserved", null)).toBe(at(4));
  });

  test("a hint of which one page is taken is as good as none", () => {
    const mem = space();
    mem.take(at(5), page, "reserved", null);
    expect(mem.take(at(3), 3 * page, "reserved", null)).toBe(at(13));
    expect(mem.take(at(5), page, "reserved", null)).toBe(at(12));
  });

  test("a hint below the lowest address, or beyond the limit, is as good as none", () => {
    const mem = space();
    expect(mem.take(at(-1), page, "reserved", null)).toBe(at(15));
    expect(mem.take(at(23), 2 * page, "reserved", null)).toBe(at(13));
    expect(mem.take(at(23), page, "reserved", null)).toBe(at(23));
  });

  test("a hint inside a page means the page", () => {
    expect(space().take(at(3) + 1, page, "reserved", null)).toBe(at(3));
  });

  test("a size is rounded up to whole pages", () => {
    const mem = space();
    mem.take(at(3), page + 1, "ready", "gc_sys");
    expect(mem.regions).toEqual([{start: at(3), end: at(5), state: "ready", stat: "gc_sys"}]);
  });

  test("the highest gap that is large enough is used, a smaller one above it is passed over", () => {
    const mem = space();
    mem.take(at(14), page, "ready", "other_sys");
    mem.take(at(10), page, "ready", "other_sys");
    expect(mem.take(0, 2 * page, "ready", "other_sys")).toBe(at(12));
    expect(mem.take(0, 3 * page, "ready", "other_sys")).toBe(at(7));
    expect(mem.take(0, page, "ready", "other_sys")).toBe(at(15));
  });

  test("what lies across the top is gone around", () => {
    const mem = space();
    mem.take(at(15), 2 * page, "ready", "other_sys");
    expect(mem.take(0, page, "ready", "other_sys")).toBe(at(14));
  });

  test("the answer is 0 when no gap is large enough, and nothing changes", () => {
    const mem = space();
    mem.take(at(8), page, "ready", "other_sys");
    expect(mem.take(0, 9 * page, "ready", "other_sys")).toBe(0);
    expect(mem.regions).toHaveLength(1);
    expect(mem.take(0, 8 * page, "ready", "other_sys")).toBe(at(0));
  });

  test("a caller's refusal sees hint and size, and takes nothing", () => {
    const asked: number[][] = [];
    const mem = space({refuse: (addr, size) => asked.push([addr, size]) === 1});
    expect(mem.take(at(2), 100, "ready", "other_sys")).toBe(0);
    expect(mem.regions).toEqual([]);
    expect(mem.take(at(2), 100, "ready", "other_sys")).toBe(at(2));
    expect(asked).toEqual([
      [at(2), 100],
      [at(2), 100],
    ]);
  });

  test("every request counts, granted or not", () => {
    const mem = space({refuse: (_, size) => size > page});
    mem.take(0, page, "ready", null);
    mem.take(0, 2 * page, "ready", null);
    mem.change(at(15), 2 * page, "ready", null);
    expect(mem.requests).toBe(3);
  });
});

describe("whole huge pages", () => {
  const huge = {physHugePageSize: 4 * page};

  test("without a hint are placed at a multiple of their size, and what is left above stays free", () => {
    const mem = space(huge);
    mem.take(0, page, "ready", "other_sys");
    expect(mem.take(0, 4 * page, "ready", "other_sys")).toBe(at(8));
    expect(mem.take(0, page, "ready", "other_sys")).toBe(at(14));
  });

  test("that do not fit into a gap at a multiple of their size go to the next", () => {
    const mem = space(huge);
    for (const n of [15, 10]) mem.take(at(n), page, "ready", "other_sys");
    // Pages 11 to 14 are free, but 12 to 15 would be wanted.
    expect(mem.take(0, 4 * page, "ready", "other_sys")).toBe(at(4));
  });

  test("are placed at a hint wherever that is", () => {
    expect(space(huge).take(at(3), 4 * page, "ready", "other_sys")).toBe(at(3));
  });

  test("and a part more are no whole huge pages", () => {
    const mem = space(huge);
    mem.take(0, page, "ready", "other_sys");
    expect(mem.take(0, 5 * page, "ready", "other_sys")).toBe(at(10));
  });

  test("are refused where no multiple is free", () => {
    const mem = space(huge);
    for (const n of [0, 4, 8, 12]) mem.take(at(n), page, "ready", "other_sys");
    expect(mem.take(0, 4 * page, "ready", "other_sys")).toBe(0);
    expect(mem.take(0, 3 * page, "ready", "other_sys")).toBe(at(13));
  });
});

describe("the program", () => {
  test("its pages are ready from the lowest address to its end, and charged to nobody", () => {
    const mem = space({programEnd: at(2) + 1});
    expect(mem.regions).toEqual([{start: at(0), end: at(3), state: "ready", stat: null}]);
  });

  test("the break is taken with it", () => {
    expect(space({programEnd: at(2), brk: at(4)}).take(at(3), page, "ready", null)).toBe(at(15));
    expect(space({programEnd: at(2), brk: at(4)}).take(at(4), page, "ready", null)).toBe(at(4));
  });

  test("a program below the lowest address takes nothing", () => {
    expect(space({programEnd: at(0)}).regions).toEqual([]);
  });
});

describe("changing what is taken", () => {
  test("a part is cut out of its region, and the rest stays what it was", () => {
    const mem = space();
    mem.take(at(2), 6 * page, "reserved", null);
    expect(mem.change(at(4), 2 * page, "ready", "heap_sys")).toBe(true);
    expect(mem.regions).toEqual([
      {start: at(2), end: at(4), state: "reserved", stat: null},
      {start: at(4), end: at(6), state: "ready", stat: "heap_sys"},
      {start: at(6), end: at(8), state: "reserved", stat: null},
    ]);
  });

  test("bounds inside pages reach outwards", () => {
    const mem = space();
    mem.take(at(2), 4 * page, "reserved", null);
    mem.change(at(3) + 1, page, "ready", "heap_sys");
    expect([2, 3, 4, 5].map(n => mem.stateAt(at(n)))).toEqual(["reserved", "ready", "ready", "reserved"]);
  });

  test("a refused change changes nothing", () => {
    const mem = space({refuse: addr => addr === at(3)});
    mem.take(at(2), 4 * page, "reserved", null);
    expect(mem.change(at(3), page, "ready", "heap_sys")).toBe(false);
    expect(mem.stateAt(at(3))).toBe("reserved");
  });

  test("recoloring keeps the charge and leaves gaps alone", () => {
    const mem = space();
    mem.take(at(2), page, "ready", "heap_sys");
    mem.take(at(4), page, "ready", "gc_sys");
    mem.recolor(at(1), 5 * page, "prepared");
    expect(mem.regions).toEqual([
      {start: at(2), end: at(3), state: "prepared", stat: "heap_sys"},
      {start: at(4), end: at(5), state: "prepared", stat: "gc_sys"},
    ]);
  });

  test("what is released is none, and can be taken again", () => {
    const mem = space();
    mem.take(at(2), 3 * page, "ready", "heap_sys");
    mem.release(at(3), page);
    expect([2, 3, 4].map(n => mem.stateAt(at(n)))).toEqual(["ready", "none", "ready"]);
    expect(mem.take(at(3), page, "reserved", null)).toBe(at(3));
  });
});

describe("asking", () => {
  test("a region includes its first byte and not its end", () => {
    const mem = space();
    mem.take(at(2), page, "ready", "heap_sys");
    expect([at(2) - 1, at(2), at(3) - 1, at(3)].map(a => mem.stateAt(a))).toEqual([
      "none",
      "ready",
      "ready",
      "none",
    ]);
    expect(mem.regionAt(at(2))?.stat).toBe("heap_sys");
    expect(mem.regionAt(at(3))).toBeUndefined();
  });

  test("a reservation is whole from its first page to its last only", () => {
    const mem = space();
    mem.take(at(2), 2 * page, "reserved", null);
    expect(mem.isWhole(at(2), 2 * page)).toBe(true);
    expect(mem.isWhole(at(2), page + 1)).toBe(true);
    expect(mem.isWhole(at(2), page)).toBe(false);
    expect(mem.isWhole(at(3), page)).toBe(false);
  });
});

describe("WebAssembly's memory", () => {
  const wasm = {goos: "js", goarch: "wasm", programEnd: at(2)};

  test("grows upwards from the program's end", () => {
    const mem = space(wasm);
    expect(mem.take(0, page, "ready", null)).toBe(at(2));
    expect(mem.take(0, 2 * page, "ready", null)).toBe(at(3));
    expect(mem.take(0, page, "ready", null)).toBe(at(5));
  });

  test("a hint above the end is grown up to, and what lies between is lost", () => {
    const mem = space(wasm);
    expect(mem.take(at(9), page, "ready", null)).toBe(at(9));
    expect(mem.take(at(4), page, "ready", null)).toBe(at(10));
  });

  test("ends at its limit", () => {
    const mem = space(wasm);
    expect(mem.take(0, 23 * page, "ready", null)).toBe(0);
    expect(mem.take(0, 22 * page, "ready", null)).toBe(at(2));
    expect(mem.take(0, page, "ready", null)).toBe(0);
  });
});

describe("any sequence of requests", () => {
  const states = fc.constantFrom("reserved", "prepared", "ready") as fc.Arbitrary<Exclude<MemState, "none">>;
  const stats = fc.constantFrom<SysStat[]>(null, "heap_sys", "gc_sys");
  const addr = fc.oneof(
    fc.integer({min: -1, max: 23}).map(at),
    fc.integer({min: at(0), max: at(23)}),
    fc.constant(0),
  );
  const inside = fc.integer({min: at(0), max: at(20)});
  const size = fc.integer({min: 1, max: 6 * page});
  const request = fc.oneof(
    fc.tuple(fc.constant("take" as const), addr, size, states, stats),
    fc.tuple(fc.constant("change" as const), inside, size, states, stats),
    fc.tuple(fc.constant("recolor" as const), inside, size, states, stats),
    fc.tuple(fc.constant("release" as const), inside, size, states, stats),
  );

  /** The same address space, page by page: what a page is, and whom it is charged to. */
  class naive {
    readonly pages: ({state: MemState; stat: SysStat} | null)[] = Array(24).fill(null);

    readonly huge: number;

    constructor(huge: number) {
      this.huge = huge;
    }

    take(hint: number, bytes: number, state: MemState, stat: SysStat): number {
      const length = Math.ceil(bytes / page);
      const isFree = (first: number) =>
        first >= 0 && this.pages.slice(first, first + length).every(p => p === null);
      let first = Math.floor((hint - lowest) / page);
      if (first + length > 24 || !isFree(first)) {
        const step = this.huge > 0 && length % this.huge === 0 ? this.huge : 1;
        first = Math.floor((16 - length) / step) * step;
        while (first >= 0 && !isFree(first)) first -= step;
      }
      if (first < 0) return 0;
      this.pages.fill({state, stat}, first, first + length);
      return at(first);
    }

    /** Does something to every page that the range touches. */
    each(start: number, bytes: number, change: (old: (typeof this.pages)[number]) => typeof old): void {
      for (let n = 0; n < 24; n++)
        if (at(n + 1) > start && at(n) < start + bytes) this.pages[n] = change(this.pages[n]!);
    }
  }

  test("leaves sorted, disjoint, page aligned regions that agree with a page by page record", () => {
    fc.assert(
      fc.property(fc.array(request, {maxLength: 30}), fc.constantFrom(0, 4), (requests, huge) => {
        const mem = space({physHugePageSize: huge * page});
        const model = new naive(huge);
        for (const [what, start, bytes, state, stat] of requests) {
          if (what === "take") {
            expect(mem.take(start, bytes, state, stat)).toBe(model.take(start, bytes, state, stat));
          } else if (what === "change") {
            mem.change(start, bytes, state, stat);
            model.each(start, bytes, () => ({state, stat}));
          } else if (what === "recolor") {
            mem.recolor(start, bytes, state);
            model.each(start, bytes, old => old && {state, stat: old.stat});
          } else {
            mem.release(start, bytes);
            model.each(start, bytes, () => null);
          }
        }
        mem.regions.forEach((r, i) => {
          expect(r.start).toBeLessThan(r.end);
          expect([r.start % page, r.end % page]).toEqual([0, 0]);
          if (i > 0) expect(mem.regions[i - 1]!.end).toBeLessThanOrEqual(r.start);
        });
        model.pages.forEach((expected, n) => {
          const found = mem.regionAt(at(n) + page / 2);
          expect(found ? {state: found.state, stat: found.stat} : null).toEqual(expected);
        });
      }),
      {numRuns: 300},
    );
  });
});
