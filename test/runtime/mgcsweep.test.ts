// Sweeping, and what mcentral and mcache do with spans before and after it.

import {describe, expect, test} from "vitest";
import {
  type BootOptions,
  boot,
  collect,
  mallocgc,
  ReadMemStats,
  type Runtime,
  typeOf,
} from "../../src/runtime/index.js";
import {findObject, isFree, setMarked} from "../../src/runtime/mbitmap.js";
import {refill} from "../../src/runtime/mcache.js";
import {deductSweepCredit, sweep, sweepone} from "../../src/runtime/mgcsweep.js";
import {mSpanFree, mSpanInUse, type mSpanList, type mspan} from "../../src/runtime/mspan.js";
import {reclaim} from "../../src/runtime/reclaim.js";
import {thrownBy} from "./fixtures.js";
import {recount} from "./recount.js";

/** 11 objects of 704 bytes fill a span of a page, and nothing at start-up is of that class. */
const size = 704;
const perSpan = 11;
const spc = 28 * 2 + 1;

/** A heap without objects and without a cached span, which nobody samples. */
function fresh(options: BootOptions = {}): Runtime {
  const rt = boot(options);
  rt.MemProfileRate = 0;
  collect(rt, []);
  sweepAll(rt);
  return rt;
}
function sweepAll(rt: Runtime): void {
  while (sweepone(rt) !== -1);
}
const allocate = (rt: Runtime, n: number) => Array.from({length: n}, () => mallocgc(rt, size, null));
/** The same, after which no span is cached: a collection would sweep that at once. */
const allocateAndFlush = (rt: Runtime, n: number) => {
  const at = allocate(rt, n);
  ReadMemStats(rt);
  return at;
};
const spanOf = (rt: Runtime, x: number) => findObject(rt, x)!.s;
const cache = (rt: Runtime) => rt.m0.mcache!;
const listed = (list: mSpanList) => {
  const out: mspan[] = [];
  for (let s = list.first; s !== null; s = s.next) out.push(s);
  return out;
};
const central = (rt: Runtime) => ({
  nonempty: listed(rt.mheap_.lists[spc]!.nonempty),
  empty: listed(rt.mheap_.lists[spc]!.empty),
});

test("704 bytes are the class that these tests take them for", () => {
  const rt = fresh();
  expect(rt.sizeclasses.class_to_size[spc >> 1]).toBe(size);
  expect(central(rt)).toEqual({nonempty: [], empty: []});
});

describe("the spans of a class", () => {
  test("cached or full are on empty, in the order in which they were taken", () => {
    const rt = fresh();
    const at = allocate(rt, 2 * perSpan + 1);
    const spans = [0, perSpan, 2 * perSpan].map(i => spanOf(rt, at[i]!));
    expect(central(rt)).toEqual({nonempty: [], empty: spans});
  });

  test("that come back with objects free are on nonempty, the last one first", () => {
    const rt = fresh();
    const [x] = allocate(rt, 3);
    ReadMemStats(rt);
    expect(central(rt)).toEqual({nonempty: [spanOf(rt, x!)], empty: []});
  });

  test("go from nonempty to the mcache before a new one is made, and go on where they were", () => {
    const rt = fresh();
    const at = allocate(rt, 3);
    ReadMemStats(rt);
    const [x] = allocate(rt, 1);
    expect(x).toBe(at[0]! + 3 * size);
    expect(central(rt)).toEqual({nonempty: [], empty: [spanOf(rt, x!)]});
  });

  test("that an mcache takes from nonempty go to the end of empty, behind those still to be swept", () => {
    const rt = fresh();
    const at = allocateAndFlush(rt, perSpan + 1);
    const [full, partial] = [spanOf(rt, at[0]!), spanOf(rt, at[perSpan]!)];
    collect(rt, at);
    allocate(rt, 1);
    expect(central(rt).empty.map(s => s.base())).toEqual([full.base(), partial.base()]);
  });

  test("count all their objects as handed out while they are cached, and take back what was not used", () => {
    const rt = fresh();
    const c = rt.mheap_.lists[spc]!;
    const before = c.nmalloc;
    const live = rt.memstats.heap_live;
    allocate(rt, 3);
    expect([c.nmalloc - before, rt.memstats.heap_live - live]).toEqual([perSpan, 8192]);
    ReadMemStats(rt);
    // The rest of the page behind the last object stays counted.
    expect([c.nmalloc - before, rt.memstats.heap_live - live]).toEqual([3, 8192 - 8 * size]);
  });

  test("being swept by someone else are passed over", () => {
    const rt = fresh();
    const at = allocateAndFlush(rt, 3 * perSpan);
    collect(rt, [at[0]!, at[perSpan]!, at[2 * perSpan]!]);
    const [a, b] = central(rt).empty;
    a!.sweepgen = rt.mheap_.sweepgen - 1;
    expect(spanOf(rt, allocate(rt, 1)[0]!) === b).toBe(true);
    a!.sweepgen = rt.mheap_.sweepgen - 2;
    sweepAll(rt);
    const nonempty = central(rt).nonempty[0]!;
    nonempty.sweepgen = rt.mheap_.sweepgen - 1;
    expect(spanOf(rt, allocate(rt, perSpan)[perSpan - 1]!)).not.toBe(nonempty);
  });
});

describe("a span in which sweeping finds", () => {
  /** Fills two spans, lets the objects of those numbers survive, and sweeps. */
  const survivors = (...which: number[]) => {
    const rt = fresh();
    const at = allocate(rt, 2 * perSpan);
    collect(
      rt,
      which.map(i => at[i]!),
    );
    sweepAll(rt);
    return {rt, at, spans: [rt.mheap_.spanOf(at[0]!)!, rt.mheap_.spanOf(at[perSpan]!)!]};
  };

  test("objects free goes to nonempty", () => {
    const {rt, spans} = survivors(0, 1, 2, perSpan);
    expect(new Set(central(rt).nonempty)).toEqual(new Set(spans));
    expect(spans.map(s => s.allocCount)).toEqual([3, 1]);
  });

  test("none free stays on empty", () => {
    const {rt, spans} = survivors(...Array(perSpan).keys(), perSpan);
    expect(central(rt)).toEqual({empty: [spans[0]], nonempty: [spans[1]]});
  });

  test("no object left goes back to the heap, off all lists", () => {
    const {rt, at} = survivors(0);
    expect(rt.mheap_.spanOf(at[perSpan]!)!.state).toBe(mSpanFree);
    expect(central(rt).empty).toEqual([]);
    expect(recount(rt)).toEqual([]);
  });

  test("holes fills them first, the lowest first", () => {
    const {rt, at} = survivors(0, 2, 3, 10, perSpan);
    const holes = [1, 4, 5, 6, 7, 8, 9].map(i => at[i]!);
    const [first] = central(rt).nonempty;
    const mine = first === spanOf(rt, at[0]!) ? holes : at.slice(perSpan + 1);
    expect(allocate(rt, mine.length)).toEqual(mine);
  });

  test("marks, has them as its allocBits, and fresh ones to mark", () => {
    const {spans} = survivors(0, 2, perSpan);
    const [s] = spans;
    expect(Array.from({length: 4}, (_, i) => isFree(s!, i))).toEqual([false, true, false, true]);
    expect(s!.freeindex).toBe(0);
    expect(s!.gcmarkBits![s!.gcmarkBitsAt]).toBe(0);
  });

  test("objects to free counts them in the mcache, by class", () => {
    const {rt} = survivors(0, 1, perSpan);
    expect(cache(rt).local_nsmallfree[spc >> 1]).toBe(2 * perSpan - 3);
    expect(rt.mheap_.lists[spc]!.nonempty.first!.needzero).toBe(1);
  });
});

describe("a large object", () => {
  test("that is not marked goes back to the heap, and is counted as freed with all its pages", () => {
    const rt = fresh();
    const x = mallocgc(rt, 100_000, null);
    collect(rt, []);
    sweepAll(rt);
    expect(rt.mheap_.spanOf(x)).toMatchObject({state: mSpanFree, needzero: 1});
    expect([cache(rt).local_nlargefree, cache(rt).local_largefree]).toEqual([1, 13 * 8192]);
  });

  test("that is marked stays, and is swept", () => {
    const rt = fresh();
    const x = mallocgc(rt, 100_000, null);
    collect(rt, [x + 99_999]);
    sweepAll(rt);
    expect(rt.mheap_.spanOf(x)).toMatchObject({
      state: mSpanInUse,
      allocCount: 1,
      sweepgen: rt.mheap_.sweepgen,
    });
  });
});

describe("sweepgen", () => {
  const claimed = () => {
    const rt = fresh();
    const s = spanOf(rt, allocateAndFlush(rt, perSpan)[0]!);
    collect(rt, [s.base()]);
    return {rt, s};
  };

  test("goes up by 2 with a collection, so that every span needs sweeping", () => {
    const {rt, s} = claimed();
    expect(s.sweepgen).toBe(rt.mheap_.sweepgen - 2);
  });

  test("of a span in sweep must be that of a claimed one", () => {
    for (const off of [-2, 0, 1, 3]) {
      const {rt, s} = claimed();
      s.sweepgen = rt.mheap_.sweepgen + off;
      const thrown = thrownBy(() => sweep(rt, s, false));
      expect(thrown.message).toBe("mspan.sweep: bad span state");
      expect(thrown.printed.at(-1)).toBe(
        `mspan.sweep: state=1 sweepgen=${s.sweepgen} mheap.sweepgen=${rt.mheap_.sweepgen}`,
      );
    }
  });

  test("of a claimed span that is not in use is no better", () => {
    const {rt, s} = claimed();
    Object.assign(s, {sweepgen: rt.mheap_.sweepgen - 1, state: mSpanFree});
    expect(thrownBy(() => sweep(rt, s, false)).message).toBe("mspan.sweep: bad span state");
  });

  test("of a cached span is the heap's plus 3, and plus 1 as soon as a collection has begun", () => {
    const rt = fresh();
    const s = spanOf(rt, allocate(rt, 1)[0]!);
    expect(s.sweepgen).toBe(rt.mheap_.sweepgen + 3);
    rt.mheap_.sweepgen += 2;
    expect(s.sweepgen).toBe(rt.mheap_.sweepgen + 1);
  });

  test("of a stale span makes uncaching sweep it", () => {
    const rt = fresh();
    const [x] = allocate(rt, 3);
    const s = spanOf(rt, x!);
    collect(rt, [x!]);
    // The collection flushed the mcache: the span was cached before, and is swept.
    expect([s.sweepgen, s.allocCount]).toEqual([rt.mheap_.sweepgen, 1]);
    expect(cache(rt).alloc[spc]).toBe(rt.emptymspan);
    expect(central(rt)).toEqual({nonempty: [s], empty: []});
  });

  test("of a span that comes back unswept by a collection is the heap's again", () => {
    const rt = fresh();
    const s = spanOf(rt, allocate(rt, 1)[0]!);
    ReadMemStats(rt);
    expect(s.sweepgen).toBe(rt.mheap_.sweepgen);
  });
});

describe("refill", () => {
  test("throws if the mcache's span has objects free", () => {
    const rt = fresh();
    allocate(rt, 1);
    expect(thrownBy(() => refill(rt, cache(rt), spc)).message).toBe(
      "refill of span with free space remaining",
    );
  });

  test("throws if the mcache's span was not cached in this cycle", () => {
    const rt = fresh();
    const s = spanOf(rt, allocate(rt, perSpan)[0]!);
    s.sweepgen = rt.mheap_.sweepgen + 1;
    expect(thrownBy(() => refill(rt, cache(rt), spc)).message).toBe("bad sweepgen in refill");
  });

  test("throws if it is given a span without a free object", () => {
    const rt = fresh();
    const c = rt.mheap_.lists[spc]!;
    const s = spanOf(rt, allocate(rt, perSpan)[0]!);
    c.cacheSpan = () => s;
    expect(thrownBy(() => refill(rt, cache(rt), spc)).message).toBe("span has no free space");
  });
});

describe("mcentral", () => {
  test("throws if a span on nonempty has nothing free", () => {
    const rt = fresh();
    const s = spanOf(rt, allocate(rt, 1)[0]!);
    ReadMemStats(rt);
    s.allocCount = s.nelems;
    expect(thrownBy(() => rt.mheap_.lists[spc]!.cacheSpan()).message).toBe("span has no free objects");
  });

  test("takes no span back from which nothing was allocated", () => {
    const rt = fresh();
    const s = rt.mheap_.lists[spc]!.cacheSpan()!;
    expect(thrownBy(() => rt.mheap_.lists[spc]!.uncacheSpan(s)).message).toBe(
      "uncaching span but s.allocCount == 0",
    );
  });

  test("frees no cached span", () => {
    const rt = fresh();
    const s = spanOf(rt, allocate(rt, 1)[0]!);
    for (const off of [1, 3]) {
      s.sweepgen = rt.mheap_.sweepgen + off;
      expect(thrownBy(() => rt.mheap_.lists[spc]!.freeSpan(s, false, false)).message).toBe(
        "freeSpan given cached span",
      );
    }
  });

  test("preserves no span that is on no list", () => {
    const rt = fresh();
    const s = spanOf(rt, allocate(rt, 1)[0]!);
    ReadMemStats(rt);
    rt.mheap_.lists[spc]!.nonempty.remove(rt, s);
    expect(thrownBy(() => rt.mheap_.lists[spc]!.freeSpan(s, true, false)).message).toBe(
      "can't preserve unlinked span",
    );
  });

  test("a span swept for the mcache is not moved, even if nothing in it is left", () => {
    const rt = fresh();
    const at = allocate(rt, perSpan);
    collect(rt, []);
    const [x] = allocate(rt, 1);
    expect(x).toBe(at[0]);
    expect(spanOf(rt, x!).allocCount).toBe(1);
    expect(central(rt)).toEqual({nonempty: [], empty: [spanOf(rt, x!)]});
  });

  test("full spans are swept until one has room, those with none go to the end", () => {
    const rt = fresh();
    const at = allocateAndFlush(rt, 3 * perSpan);
    const spans = [0, 1, 2].map(i => spanOf(rt, at[i * perSpan]!));
    collect(
      rt,
      at.filter((_, i) => i !== 2 * perSpan + 4),
    );
    expect(allocate(rt, 1)).toEqual([at[2 * perSpan + 4]]);
    expect(central(rt)).toEqual({nonempty: [], empty: spans});
    expect(spans.map(s => s.sweepgen - rt.mheap_.sweepgen)).toEqual([0, 0, 3]);
  });
});

describe("sweeping", () => {
  test("throws if it finds more objects than were allocated: someone marked what is free", () => {
    const rt = fresh();
    const s = spanOf(rt, allocate(rt, 1)[0]!);
    ReadMemStats(rt);
    rt.mheap_.sweepgen += 2;
    for (const i of [0, 1]) setMarked(s, i);
    s.sweepgen = rt.mheap_.sweepgen - 1;
    const thrown = thrownBy(() => sweep(rt, s, false));
    expect(thrown.message).toBe("sweep increased allocation count");
    expect(thrown.printed.at(-1)).toBe("runtime: nelems=11 nalloc=2 previous allocCount=1 nfreed=-1");
  });

  test("of one span after the other answers the pages that came back, then -1", () => {
    const rt = fresh();
    const at = allocateAndFlush(rt, 2 * perSpan);
    const large = mallocgc(rt, 100_000, null);
    collect(rt, [at[0]!]);
    const answers: number[] = [];
    for (let n = sweepone(rt); n !== -1; n = sweepone(rt)) answers.push(n);
    expect(answers.sort((a, b) => a - b)).toEqual([0, 1, 13]);
    expect([rt.mheap_.sweepdone, sweepone(rt), findObject(rt, large)]).toEqual([1, -1, null]);
  });

  test("counts the pages that it has swept, and those that came back as credit", () => {
    const rt = fresh();
    mallocgc(rt, 100_000, null);
    const [x] = allocate(rt, perSpan);
    collect(rt, [x!]);
    sweepAll(rt);
    expect([rt.mheap_.pagesSwept, rt.mheap_.reclaimCredit]).toEqual([14, 13]);
  });

  test("passes over spans that were swept and freed by others, but throws for one that was not", () => {
    const rt = fresh();
    const x = mallocgc(rt, 100_000, null);
    collect(rt, []);
    const s = rt.mheap_.spanOf(x)!;
    Object.assign(s, {state: mSpanFree});
    const thrown = thrownBy(() => sweepAll(rt));
    expect(thrown.message).toBe("non in-use span in unswept list");
    expect(thrown.printed.at(-1)).toContain("runtime: bad span s.state=3");
    s.sweepgen = rt.mheap_.sweepgen;
    rt.mheap_.sweepSpans[1 - ((rt.mheap_.sweepgen / 2) % 2)]!.push(s);
    expect(sweepone(rt)).toBe(-1);
  });
});

describe("reclaiming", () => {
  /** Three large objects of 13 pages, none reachable, and one that is. */
  const garbage = () => {
    const rt = fresh();
    const at = Array.from({length: 4}, () => mallocgc(rt, 100_000, null));
    collect(rt, [at[1]!]);
    return {rt, states: () => at.map(x => rt.mheap_.spanOf(x)!.state)};
  };

  test("sweeps unmarked spans until it has as many pages, and what is more is credit", () => {
    const {rt} = garbage();
    reclaim(rt, 5);
    // All unmarked spans of the first 512 pages are swept at once.
    expect([rt.mheap_.reclaimIndex, rt.mheap_.reclaimCredit]).toEqual([512, 3 * 13 - 5]);
  });

  test("leaves marked spans alone", () => {
    const {rt, states} = garbage();
    reclaim(rt, 1);
    expect(states()[1]).toBe(mSpanInUse);
    expect(states()[0]).toBe(mSpanFree);
  });

  test("uses credit first", () => {
    const {rt, states} = garbage();
    rt.mheap_.reclaimCredit = 7;
    reclaim(rt, 6);
    expect([rt.mheap_.reclaimCredit, rt.mheap_.reclaimIndex]).toEqual([1, 0]);
    expect(states()).toEqual(Array(4).fill(mSpanInUse));
  });

  test("ends at the last arena, and begins no more", () => {
    const {rt} = garbage();
    reclaim(rt, 100_000);
    expect(rt.mheap_.reclaimIndex).toBe(2 ** 63);
    rt.mheap_.reclaimCredit = 9;
    reclaim(rt, 5);
    expect(rt.mheap_.reclaimCredit).toBe(9);
  });

  test("is what an allocation of pages begins with: it finds those that were just freed", () => {
    const {rt} = garbage();
    const {len} = rt.mheap_.allArenas;
    mallocgc(rt, 150_000, null);
    expect(rt.mheap_.reclaimIndex).toBe(512);
    expect(rt.mheap_.allArenas.len).toBe(len);
    expect(recount(rt)).toEqual([]);
  });
});

describe("sweeping in proportion", () => {
  test("sweeps as many pages as the allocation owes, rounded down, and no more", () => {
    const rt = fresh();
    const at = Array.from({length: 20}, () => mallocgc(rt, 100_000, null));
    collect(rt, at);
    Object.assign(rt.mheap_, {sweepPagesPerByte: 1 / 8192, sweepHeapLiveBasis: rt.memstats.heap_live});
    deductSweepCredit(rt, 13 * 8192 - 1, 0);
    expect(rt.mheap_.pagesSwept).toBe(13);
    deductSweepCredit(rt, 13 * 8192, 0);
    expect(rt.mheap_.pagesSwept).toBe(13);
    deductSweepCredit(rt, 14 * 8192, 0);
    expect(rt.mheap_.pagesSwept).toBe(26);
  });

  test("leaves out what the caller is going to sweep itself", () => {
    const rt = fresh();
    const x = mallocgc(rt, 100_000, null);
    collect(rt, [x]);
    Object.assign(rt.mheap_, {sweepPagesPerByte: 1 / 8192, sweepHeapLiveBasis: rt.memstats.heap_live});
    deductSweepCredit(rt, 13 * 8192, 13);
    expect(rt.mheap_.pagesSwept).toBe(0);
  });

  test("ends when there is nothing left to sweep", () => {
    const rt = fresh();
    collect(rt, [mallocgc(rt, 100_000, null)]);
    Object.assign(rt.mheap_, {sweepPagesPerByte: 1, sweepHeapLiveBasis: rt.memstats.heap_live});
    deductSweepCredit(rt, 2 ** 30, 0);
    expect([rt.mheap_.sweepPagesPerByte, rt.mheap_.sweepdone]).toEqual([0, 1]);
  });

  test("lets what was swept before pacing began count for nothing", () => {
    const rt = fresh();
    collect(rt, [mallocgc(rt, 100_000, null)]);
    Object.assign(rt.mheap_, {
      sweepPagesPerByte: 1 / 8192,
      sweepHeapLiveBasis: rt.memstats.heap_live,
      pagesSwept: 50,
      pagesSweptBasis: 50,
    });
    deductSweepCredit(rt, 8192, 0);
    expect(rt.mheap_.pagesSwept).toBe(63);
  });
});

test("an object with pointers is freed like any other", () => {
  const rt = fresh();
  const x = mallocgc(rt, size, typeOf(rt, "*int"));
  collect(rt, []);
  sweepAll(rt);
  expect(rt.mheap_.spanOf(x)!.state).toBe(mSpanFree);
});
