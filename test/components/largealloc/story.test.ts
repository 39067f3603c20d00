// The heap of section 7.4: its story, what is drawn of it, and what a step did.

import fc from "fast-check";
import {describe, expect, test} from "vitest";
import {moved} from "/components/largealloc/happened.js";
import {limits, type Op, opening, play, readOps, writeOps} from "/components/largealloc/heap.js";
import {readState, sentence} from "/components/largealloc/lab.js";
import {around, mapOf} from "/components/largealloc/map.js";
import {largeSize, size} from "/components/largealloc/sizes.js";
import {pieces} from "/components/largealloc/spans.js";
import {nodesOf, wayOf} from "/components/largealloc/tree.js";

const page = 8192;
const story = (text: string) => play(readOps(text).ops);

describe("a size", () => {
  test.each([
    ["100000", 100000],
    ["100,000", 100000],
    ["5 pages", 5 * page],
    ["1.5 MiB", 1.5 * 2 ** 20],
    ["2^47", 2 ** 47],
    ["2^64-4096", 2 ** 64 - 4096],
  ])("%s is read", (text, value) => {
    expect(size(text)).toEqual({value});
  });

  test.each(["", "-5", "many", "3 cats", "1.3", "2^"])("“%s” is none, and the fault names it", text => {
    expect(size(text)).toEqual({fault: expect.stringContaining(`“${text}”`)});
  });

  test("of 32,768 bytes is not large, and of 32,769 is", () => {
    expect(largeSize("32768", 2 ** 20)).toHaveProperty("fault");
    expect(largeSize("32769", 2 ** 20)).toEqual({value: 32769});
  });
});

const anyOp: fc.Arbitrary<Op> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("allocate" as const),
      size: fc.integer({min: 32769, max: 2 ** 20}),
      scan: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("free" as const),
      id: fc.integer({min: 1, max: 5}),
      sweep: fc.boolean(),
    }),
  },
  fc.constantFrom<Op>({kind: "sweep"}, {kind: "return"}),
);

describe("a story", () => {
  test("in an address is read as it was written", () => {
    fc.assert(
      fc.property(fc.array(anyOp, {maxLength: 20}), more => {
        const ops: Op[] = [
          ...Array.from({length: 5}, (): Op => ({kind: "allocate", size: 40000, scan: false})),
          ...more,
        ];
        expect(readOps(writeOps(ops))).toEqual({ops, faults: []});
      }),
    );
  });

  test("leaves out what makes no sense, and says so", () => {
    const {ops, faults} = readOps("a40000_a5_f2_x_f1");
    expect(writeOps(ops)).toBe("a40000_f1");
    expect(faults.map(f => /“(\w+)”/.exec(f)?.[1])).toEqual(["a5", "f2", "x"]);
    expect(
      readOps(
        Array(limits.ops + 5)
          .fill("a40000")
          .join("_"),
      ).ops,
    ).toHaveLength(limits.ops);
  });

  test("always covers the arenas with spans, without a gap or an overlap", () => {
    fc.assert(
      fc.property(fc.array(anyOp, {maxLength: 12}), ops => {
        const {rt} = play(ops);
        let next = 0xc000000000;
        for (const {base, npages} of pieces(rt)) {
          expect(base).toBe(next);
          next += npages * page;
        }
        expect(next % rt.constants.heapArenaBytes).toBe(0);
        const {heap_inuse, heap_idle, stacks_inuse} = rt.memstats;
        expect(heap_inuse + heap_idle + stacks_inuse).toBe(next - 0xc000000000);
      }),
      {numRuns: 40},
    );
  });

  test("frees an object at once or leaves it to the sweeper", () => {
    expect(story("a40000_a40000_f1").objects[0]!.state).toBe("gone");
    const lazy = story("a40000_a40000_d1");
    expect(lazy.objects[0]!.state).toBe("garbage");
    expect(pieces(lazy.rt).filter(p => p.kind === "garbage")).toHaveLength(1);
    // Whoever allocates next reclaims at least as much as it asks for.
    expect(story("a40000_a40000_d1_a40000").objects.map(o => o.state)).toEqual(["gone", "live", "live"]);
    expect(story("a40000_a40000_d1_s").objects[0]!.state).toBe("gone");
  });

  test("gives a reclaimed object's pages to the next of its length", () => {
    const {objects} = story("a40000_a40000_d1_a40000");
    expect(objects[2]!.address).toBe(objects[0]!.address);
  });

  test("returns all free pages to the system", () => {
    const {rt} = story("a40000_a40000_f1_r");
    expect(rt.memstats.heap_released).toBe(rt.memstats.heap_idle);
    expect(pieces(rt).some(p => p.kind === "free")).toBe(false);
  });

  test("says what the last step did", () => {
    expect(sentence(story("a100000"))).toBe("Step 1: 100,000 bytes are object 1, 13 pages.");
    expect(sentence(story("a100000_d1"))).toContain("its 13 pages wait for the sweeper");
    expect(sentence(story(""))).toContain("just started");
  });

  test("in an address opens the page, or the opening does", () => {
    expect(writeOps(readState(null).world.ops)).toBe(opening);
    expect(readState("_").world.ops).toEqual([]);
    expect(readState("a1").faults).toHaveLength(1);
  });
});

describe("a step", () => {
  test("that allocates asks both treaps, cuts the span and puts the rest back", () => {
    const {last} = story("a100000_a40000_f1_a70000");
    const kinds = last!.events.map(e => e.kind);
    expect(kinds).toEqual(["find", "find", "remove", "record", "insert", "setSpans"]);
    expect(last!.events[0]).toMatchObject({treap: "free", npages: 9, found: {npages: 13}});
    expect(last!.events[4]).toMatchObject({npages: 4});
    expect(moved(last!)).toEqual(
      expect.arrayContaining([["heap_inuse", expect.any(Number), 9 * page, expect.any(Number)]]),
    );
  });

  test("that fits exactly cuts nothing", () => {
    const {last} = story("a100000_a40000_f1_a100000");
    expect(last!.events.map(e => e.kind)).toEqual(["find", "find", "remove", "setSpans"]);
  });

  test("that frees between two free spans takes both out and puts one in", () => {
    const {last} = story("a40000_a40000_a40000_a40000_f1_f3_f2");
    const changes = last!.events.filter(e => e.kind === "remove" || e.kind === "insert");
    expect(changes.map(e => [e.kind, "npages" in e && e.npages])).toEqual([
      ["remove", 5],
      ["remove", 5],
      ["insert", 15],
    ]);
    expect(last!.events.filter(e => e.kind === "recordBack")).toHaveLength(2);
    expect(last!.swept).toBeGreaterThanOrEqual(15);
  });

  test("that was watched leaves the model's own methods in place", () => {
    const {rt} = story("a40000_f1");
    for (const object of [rt.mheap_, rt.mheap_.free, rt.mheap_.scav, rt.mheap_.spanalloc, rt.mem]) {
      const own = Object.entries(Object.getOwnPropertyDescriptors(object));
      expect(own.filter(([, d]) => typeof d.value === "function" && !d.enumerable)).toEqual([]);
    }
  });

  test("that needs more than the system grants throws, and nothing happens after it", () => {
    const world = story(`${Array(9).fill("a134217728").join("_")}_a40000`);
    expect(world.thrown!.message).toBe("out of memory");
    expect(world.thrown!.printed[0]).toMatch(/cannot allocate 134217728-byte block/);
    expect(world.objects.filter(o => o.state === "live").length).toBeLessThan(9);
    expect(world.ops.length).toBe(world.objects.length + 1);
    expect(sentence(world)).toContain("the process has ended");
  });
});

describe("the map", () => {
  const world = story(opening);

  test("keeps its window inside the heap", () => {
    expect(mapOf(world, {at: -5, pages: 10}).window).toEqual({at: 0, pages: 10});
    expect(mapOf(world, {at: 8190, pages: 10}).window).toEqual({at: 8182, pages: 10});
    expect(mapOf(world, {at: 0, pages: 1e9}).window).toEqual({at: 0, pages: 8192});
  });

  test("knows the hints, the arenas and the reader's objects", () => {
    const map = mapOf(world, {at: 0, pages: 64});
    expect([map.limit, map.hints.length, map.arenas]).toEqual([2 ** 47, 128, 1]);
    expect(map.pieces.filter(p => p.id > 0).map(p => [p.id, p.npages])).toEqual([
      [1, 5],
      [10, 9],
      [3, 25],
      [5, 37],
      [7, 19],
      [9, 5],
    ]);
  });

  test("zooms so that a span fills a third", () => {
    const map = mapOf(world, {at: 0, pages: 64});
    const piece = map.pieces.find(p => p.id === 5)!;
    const {at, pages} = around(map, piece);
    expect([(piece.base - map.start) / page - at, pages]).toEqual([37, 3 * 37]);
  });
});

describe("the tree", () => {
  test("is a search tree from left to right and a heap from top to bottom, whatever the seed", () => {
    for (const seed of [0, 1, 99]) {
      const nodes = nodesOf(play(readOps(opening).ops, seed).rt.mheap_.free);
      expect(nodes.map(n => n.npages)).toEqual([4, 7, 8, 49, 8007]);
      for (const n of nodes) {
        if (n.parent >= 0) expect(nodes[n.parent]!.priority).toBeLessThanOrEqual(n.priority);
        expect(n.depth).toBe(n.parent < 0 ? 0 : nodes[n.parent]!.depth + 1);
      }
    }
  });

  test("leads to what find answers, for any length", () => {
    const treap = story(opening).rt.mheap_.free;
    const nodes = nodesOf(treap);
    for (const n of [1, 4, 5, 8, 9, 49, 50, 8007, 8008]) {
      const best = wayOf(nodes, n)
        .filter(s => s.fits)
        .at(-1);
      expect(best && nodes[best.order]!.base).toBe(treap.find(n)?.spanKey?.base());
    }
  });
});
