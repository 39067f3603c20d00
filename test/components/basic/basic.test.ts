// What the views of section 7.1 compute.

import {readdirSync, readFileSync} from "node:fs";
import fc from "fast-check";
import {describe, expect, test} from "vitest";
import {objectsInUse, pagesOf} from "../../../docs/components/basic/cards.ts";
import {recordsOf, rules, smallClasses} from "../../../docs/components/basic/classes.ts";
import {compareOwn, countTables, groupsOf, shifts} from "../../../docs/components/basic/compared.ts";
import {oneIn, outcomeWith, worths} from "../../../docs/components/basic/cost.ts";
import {type Fields, opening, read} from "../../../docs/components/basic/fields.ts";
import {kinds} from "../../../docs/components/basic/kinds.ts";
import {cardsOf, mappedBy, purposeOf} from "../../../docs/components/basic/ladder.ts";
import {chance, drawFrom, meanSize, mixes, parseMix} from "../../../docs/components/basic/mix.ts";
import {levels, observe} from "../../../docs/components/basic/observe.ts";
import {roundingOf, stepsUpTo} from "../../../docs/components/basic/rounding.ts";
import {fillOf} from "../../../docs/components/basic/span.ts";
import {opening as openingStory, readState} from "../../../docs/components/basic/story.ts";
import {values} from "../../../docs/components/basic/values.ts";
import {
  detailOf,
  faultOf,
  limits,
  type Op,
  play,
  readOps,
  writeOps,
} from "../../../docs/components/basic/way.ts";
import {run} from "../../../docs/components/basic/workload.ts";
import {boot, mallocgc, ReadMemStats} from "../../../docs/src/runtime/index.ts";

const reader = {
  list: (folder: string) => readdirSync(`docs/${folder}`),
  text: (path: string) => readFileSync(`docs/${path}`, "utf8"),
};
const ops = (text: string) => readOps(text).ops;
const levelsOf = (start: "mallocinit" | "procresize", text: string) =>
  play(start, ops(text)).map(step => levels.filter(level => step.counts[level] > 0));

describe("the way of an object", () => {
  test("the first object of a process goes down to the system, the second ends in the mcache", () => {
    expect(levelsOf("mallocinit", "24p_24p")).toEqual([["system"], ["mcache"]]);
  });

  test("in a process that has started there is an arena, so a new class ends in the mheap", () => {
    expect(levelsOf("procresize", "3000p")).toEqual([["mheap"]]);
  });

  test("with pointers and without come from different spans", () => {
    expect(levelsOf("mallocinit", "24p_24_24p_24")).toEqual([["system"], ["mheap"], ["mcache"], ["mcache"]]);
  });

  test("a tiny object that finds room in the block asks nobody for one", () => {
    expect(levelsOf("mallocinit", "8_8_8_8")).toEqual([["system"], ["tiny"], ["mcache"], ["tiny"]]);
  });

  test("a large object goes past both caches each time", () => {
    expect(levelsOf("procresize", "32769_32769_32768_32768")).toEqual([
      ["mheap"],
      ["mheap"],
      ["mheap"],
      ["mheap"],
    ]);
    expect(cardsOf(detailOf("procresize", ops("32769"), 0, 1)!).map(c => c.role)).toEqual([
      "not asked",
      "not asked",
      "answers",
      "not asked",
    ]);
  });

  test("256 objects of 32 bytes fill a span: the 257th goes to the mheap", () => {
    const [step] = play("mallocinit", ops("32px1000"));
    expect(step!.counts).toEqual({tiny: 0, mcache: 996, mcentral: 0, mheap: 3, system: 1});
    expect(step!.farthest).toBe(1);
    expect(play("mallocinit", ops("32p_32px1000"))[1]!.farthest).toBe(256);
  });

  test("after a collection an mcentral answers with a span that it has", () => {
    const steps = play("procresize", ops("3000px100_gc_3000px10"));
    expect(steps[1]!.live).toBe(50);
    expect(steps[2]!.counts.mcentral).toBeGreaterThan(0);
    expect(steps[2]!.counts.mheap).toBe(0);
  });

  test("6 requests precede the first object: an arena, its index, its records, spans, bits", () => {
    const {answer, rt} = detailOf("mallocinit", ops("24p"), 0, 1)!;
    expect(answer.requests.map(r => [r.call, r.size])).toEqual([
      ["sysReserve", 64 * 2 ** 20],
      ["sysMap", 64 * 2 ** 20],
      ["sysAlloc", 2 ** 22 * 8],
      ["sysAlloc", rt.sizeof("heapArena")],
      ["sysAlloc", 64 * 1024],
      ["sysAlloc", 64 * 1024],
    ]);
    expect(new Set(answer.requests.map(r => purposeOf(rt, r))).size).toBe(6);
    expect(mappedBy(answer.requests)).toBe(answer.requests.slice(1).reduce((sum, r) => sum + r.size, 0));
  });

  test("a card names the fields that changed, and no other", () => {
    const cards = cardsOf(detailOf("mallocinit", ops("24p_24p"), 1, 1)!);
    expect(cards.map(c => c.role)).toEqual(["answers", "not asked", "not asked", "not asked"]);
    expect(cards[0]!.changes).toEqual([
      {field: "objects of it in use", before: "1", after: "2"},
      {field: "its freeindex", before: "1", after: "2"},
    ]);
    expect(cards.slice(1).flatMap(c => c.changes)).toEqual([]);
  });

  test("of a span that was swept, the objects in use are drawn where they are", () => {
    // 100 objects of 3,072 bytes, 8 in a span, every other one kept: the bits of a span are 10101010.
    const {rt, spanclass} = detailOf("procresize", ops("3000px100_gc_3000p"), 2, 1)!;
    const s = rt.m0.mcache!.alloc[spanclass]!;
    const runs = objectsInUse(s);
    expect(runs.reduce((n, [, length]) => n + length, 0)).toBe(s.allocCount);
    expect(runs[0]).toEqual([0, 3]);
  });

  test("the pages of the arena have the object’s span once", () => {
    const detail = detailOf("mallocinit", ops("24p_100000"), 1, 1)!;
    const {runs, window} = pagesOf(detail);
    expect(runs.filter(r => r.kind === "new")).toEqual([{first: 1, pages: 13, kind: "new"}]);
    expect(window).toBe(32);
  });

  test("watching changes nothing: a watched runtime gives the addresses of one that is not", () => {
    const sizes = [24, 5, 7, 8, 100, 40000, 16, 3, 5000, 32768];
    const plain = boot();
    plain.MemProfileRate = 0;
    const watched = observe(boot());
    watched.rt.MemProfileRate = 0;
    for (let i = 0; i < 3000; i++) {
      const size = sizes[i % sizes.length]!;
      expect(watched.allocate(size, false).address).toBe(mallocgc(plain, size, null));
    }
    expect(ReadMemStats(watched.rt)).toEqual(ReadMemStats(plain));
  });
});

describe("a story in the address", () => {
  test("comes back as it was written", () => {
    const op = fc.oneof(
      fc.constant<Op>({kind: "collect"}),
      fc.record({
        kind: fc.constant("allocate" as const),
        size: fc.integer({min: 1, max: 1000}),
        scan: fc.boolean(),
        n: fc.integer({min: 1, max: limits.n}),
      }),
    );
    fc.assert(
      fc.property(fc.array(op, {maxLength: limits.ops}), story => {
        expect(readOps(writeOps(story))).toEqual({ops: story, faults: []});
      }),
    );
  });

  test.each(["24q", "p", "0", "24x0", "24x99999", "1e3", "2000000000"])("%s is left out, and named", part => {
    const {ops, faults} = readOps(`8_${part}_16p`);
    expect(writeOps(ops)).toBe("8_16p");
    expect(faults.join()).toContain(`“${part}”`);
  });

  test("cannot come to more than the page can play", () => {
    const story = ops("1000000000_1000000000");
    expect(story).toHaveLength(2);
    expect(faultOf({kind: "allocate", size: 2 ** 30, scan: false, n: 1}, story)).toMatch(/2,048 MiB/);
  });

  test("has no collections in a heap without Ps, and says so", () => {
    const state = readState({start: null, way: "8_gc_8", step: "3"});
    expect([writeOps(state.ops), state.at]).toEqual(["8_8", 1]);
    expect(state.faults.join()).toContain("Collections are left out");
    expect(readState({start: "procresize", way: "8_gc_8", step: "3"}).ops).toHaveLength(3);
  });

  test.each(["0", "-3", "x", "99"])("a step of %s leads to one that is there", step => {
    const {at, ops} = readState({start: null, way: null, step});
    expect(ops[at]).toBeDefined();
    expect(writeOps(ops)).toBe(openingStory);
  });
});

describe("the kinds of objects", () => {
  test("meet at 16 bytes and at 32 KiB, and cover every size once", () => {
    for (const pointers of ["yes", "no"]) {
      const all = kinds(boot()).filter(k => k.pointers === pointers);
      for (const [i, kind] of all.slice(1).entries()) expect(kind.from).toBe(all[i]!.to! + 1);
      expect(all.at(-1)!.to).toBeNull();
    }
    expect(kinds(boot()).map(k => k.to)).toEqual([15, 32768, null, 32768, null]);
  });
});

describe("size classes", () => {
  const rt = boot();

  // From the comment of Go's generated sizeclasses.go.
  test.each([
    [1, 8, 8192, 1024, 0, "87.50%"],
    [27, 640, 8192, 12, 512, "15.48%"],
    [49, 6912, 49152, 7, 768, "3.37%"],
    [66, 32768, 32768, 1, 0, "12.50%"],
  ])("class %i is as Go’s table has it", (sizeclass, size, span, objects, tail, waste) => {
    const c = smallClasses(rt)[sizeclass - 1]!;
    expect([c.sizeclass, c.size, c.span, c.objects, c.tail]).toEqual([sizeclass, size, span, objects, tail]);
    expect(`${(100 * c.maxWaste).toFixed(2)}%`).toBe(waste);
  });

  test("the steps cover every size once, and end at their block", () => {
    const steps = stepsUpTo(rt, 131072);
    let next = 1;
    for (const {from, to, block} of steps) {
      expect([from, to]).toEqual([next, block]);
      next = to + 1;
    }
    expect(next).toBe(131073);
    expect(steps.filter(s => s.block <= 32768)).toHaveLength(66);
  });

  test.each([
    [33, 48, 15],
    [48, 48, 0],
    [1025, 1152, 127],
    [32769, 40960, 8191],
  ])("%i bytes get %i, of which %i are unused", (size, block, unused) => {
    expect(roundingOf(rt, size)).toEqual({block, unused, share: unused / block});
  });

  test("a span is what was asked for, what is unused and the tail", () => {
    for (const size of [1, 33, 1025, 6529, 32768]) {
      const {sizeclass, asked, unused, tail} = fillOf(rt, size)!;
      expect(asked + unused + tail).toBe(sizeclass.span);
    }
    expect(fillOf(rt, 32769)).toBeNull();
  });

  test("records of a span of 8-byte objects: 144 for the mspan, two bitmaps of 1024 bits, 2 bits a word", () => {
    const {perObject, ...records} = recordsOf(rt, smallClasses(rt)[0]!);
    expect(records).toEqual({span: 144, index: 8, bits: 256, words: 256});
    expect(perObject * 1024).toBe(664);
  });

  test("fewer classes waste more in blocks and less in caches", () => {
    const [eights, own, powers] = rules(rt);
    expect([eights!.classes, own!.classes, powers!.classes]).toEqual([4096, 66, 13]);
    expect(eights!.waste).toBeLessThan(own!.waste);
    expect(own!.waste).toBeLessThan(powers!.waste);
    expect(eights!.cache).toBeGreaterThan(own!.cache);
    expect(own!.cache).toBe(2 * smallClasses(rt).reduce((sum, c) => sum + c.span, 0));
    // Just behind a power of two nearly half of the next one is unused.
    expect(powers!.worst).toBe((32768 - 16385) / 32768);
    expect(own!.worst).toBe((32 - 17) / 32);
  });
});

describe("a mix", () => {
  test("says size, pointers and weight", () => {
    expect(parseMix("16, 24p*3 400*0.5")).toEqual({
      value: [
        {size: 16, scan: false, weight: 1},
        {size: 24, scan: true, weight: 3},
        {size: 400, scan: false, weight: 0.5},
      ],
    });
  });

  test.each(["", "24q", "0", "24*0", "24**2", "2000000", "-8", Array(41).fill("8").join(" ")])(
    "%j is refused with a reason",
    text => {
      const parsed = parseMix(text);
      expect("fault" in parsed && parsed.fault).toMatch(/mix/);
    },
  );

  test.each(mixes)("%s can be read, and run with what else the page opens with", (_, mix) => {
    expect(parseMix(mix)).toHaveProperty("value");
    expect(read({...opening, mix}).faults).toEqual([]);
  });

  test("is drawn from as often as its weights say", () => {
    const parts = [
      {size: 8, scan: false, weight: 3},
      {size: 16, scan: true, weight: 1},
    ];
    expect(meanSize(parts)).toBe(10);
    const draw = drawFrom(parts, chance(1));
    let eights = 0;
    for (let i = 0; i < 40_000; i++) if (draw().size === 8) eights++;
    // Standard deviation 87.
    expect(Math.abs(eights - 30_000)).toBeLessThan(350);
  });
});

describe("a workload", () => {
  const base = {mix: [{size: 48, scan: true, weight: 1}], n: 17_000, cycles: 1, freed: 50, ps: 1};

  test("of one size goes to an mcentral once in as many objects as a span holds", () => {
    // 170 objects of 48 bytes in 8 KiB. Start-up may have left a span begun, so there may be one refill less.
    const {refills, grown, handed} = run(base);
    expect([99, 100]).toContain(refills);
    expect(handed).toBe(170 * refills);
    expect(grown).toBe(refills);
  });

  test("counts each allocation at one level, and each cycle’s at the sum", () => {
    const o = outcomeWith({});
    const total = levels.reduce((n, level) => n + o.counts[level], 0);
    expect(total).toBe(Number(opening.n));
    for (const level of levels)
      expect(o.cycles.reduce((n, c) => n + c.counts[level], 0)).toBe(o.counts[level]);
    expect(o.cacheable + o.large).toBe(total);
    expect(o.refills).toBeGreaterThan(o.grown);
  });

  test("keeps what was not freed: none of it at 100%, all of it at 0%", () => {
    const lives = (freed: number) => run({...base, cycles: 4, freed}).cycles.map(c => [c.live, c.left]);
    expect(lives(100)).toEqual(Array(4).fill([4250, 0]));
    expect(lives(0)).toEqual([1, 2, 3, 4].map(i => [4250 * i, 4250 * i]));
  });

  test("comes out the same each time, and has the same sizes on any number of Ps", () => {
    expect(outcomeWith({ps: "3"})).toEqual(outcomeWith({ps: "3"}));
    expect(outcomeWith({ps: "1"}).asked).toBe(outcomeWith({ps: "64"}).asked);
  });

  test("large objects come to the mheap, each of them", () => {
    const o = run({...base, n: 500, mix: [{size: 40_000, scan: false, weight: 1}]});
    expect([o.counts.mheap + o.counts.system, o.large, o.cacheable, o.refills]).toEqual([500, 500, 0, 0]);
    expect([o.asked, o.blocks]).toEqual([500 * 40_000, 500 * 40_960]);
  });

  test("tiny objects take a block for several", () => {
    const o = run({...base, mix: [{size: 4, scan: false, weight: 1}], n: 4000});
    expect(o.counts.tiny).toBe(3000);
    expect([o.asked, o.blocks]).toEqual([16_000, 16_000]);
    // The first of them fits behind a string of start-up's, whose block is live with it.
    expect(o.noscan).toBe(16_000 + 16);
  });

  test("live bytes with and without pointers are those of their blocks", () => {
    const o = run({...base, mix: [{size: 33, scan: false, weight: 1}], n: 1000});
    expect([o.scan, o.noscan]).toEqual([0, 48_000]);
  });
});

describe("what the page says of the workload", () => {
  const o = outcomeWith({});

  test("in the first cycle no mcentral has a span to offer; later the mheap is asked less", () => {
    const [first, ...later] = o.cycles;
    expect(first!.counts.mcentral).toBe(0);
    for (const c of later) {
      expect(c.counts.mcentral).toBeGreaterThan(0);
      expect(c.counts.mheap).toBeLessThan(first!.counts.mheap);
    }
  });

  test("with all freed, mcentrals offer little and the bytes in spans do not grow", () => {
    const {cycles, counts} = outcomeWith({freed: "100"});
    expect(counts.mcentral * 10).toBeLessThan(counts.mheap);
    expect(Math.max(...cycles.map(c => c.heapInuse))).toBeLessThan(1.3 * cycles[0]!.heapInuse);
  });

  test("with nothing freed, mcentrals offer what the caches had, and the heap grows", () => {
    const {cycles} = outcomeWith({freed: "0"});
    const cached = o.cachedSpans;
    for (const c of cycles) expect(c.counts.mcentral).toBeLessThanOrEqual(cached);
    for (const [i, c] of cycles.slice(1).entries()) expect(c.heapInuse).toBeGreaterThan(cycles[i]!.heapInuse);
  });

  test("more Ps take more refills, and let more free objects wait", () => {
    const [one, four, many] = ["1", "4", "64"].map(ps => outcomeWith({ps}));
    expect(one!.refills).toBeLessThan(four!.refills);
    expect(four!.refills).toBeLessThan(many!.refills);
    expect(one!.cachedFree).toBeLessThan(many!.cachedFree);
  });

  test("without a level the next is asked as often as that level was", () => {
    const rows = worths(o);
    expect(rows.map(r => r.asked)).toEqual([o.cacheable, o.refills, o.grown + o.large, o.counts.system]);
  });

  test.each([
    [0, 10, "none"],
    [10, 10, "100%"],
    [1, 40, "one in 40"],
    [9, 10, "90.0%"],
  ])("%i of %i is %s", (part, whole, words) => {
    expect(oneIn(part, whole)).toBe(words);
  });
});

describe("the form", () => {
  test.each([
    ["n", "0"],
    ["n", "many"],
    ["cycles", "51"],
    ["freed", "101"],
    ["ps", "0"],
    ["mix", "24q"],
  ] as [keyof Fields, string][])("%s %j is refused, and named", (name, value) => {
    const {workload, faults} = read({...opening, [name]: value});
    expect(workload).toBeNull();
    expect(faults.join()).toContain(`“${value}”`);
  });

  test("a workload that would not fit is refused with its size", () => {
    expect(read({...opening, mix: "1000000", freed: "0"}).faults.join()).toMatch(/about 28,610 MiB/);
    expect(read({...opening, mix: "1000000", n: "1000"}).faults).toEqual([]);
  });
});

describe("what was compared", () => {
  test("every entry of a real program’s tables is equal", () => {
    const results = compareOwn(reader);
    expect(results.map(r => [r.name, r.equal, r.differing])).toEqual([
      ["class_to_size", 67, 0],
      ["class_to_allocnpages", 67, 0],
      ["class_to_divmagic", 67, 0],
      ["size_to_class8", 129, 0],
      ["size_to_class128", 249, 0],
    ]);
  });

  test("an entry that differs is counted, and so is one that is missing", () => {
    const own = groupsOf(reader)[0]!.values;
    const spoiled = {...own, class_to_size: [0, 8, 16, 33, ...own.class_to_size.slice(4, -1)]};
    expect(countTables(boot().sizeclasses, spoiled)[0]).toEqual({
      name: "class_to_size",
      equal: 65,
      differing: 2,
    });
  });

  test("later releases give 24 bytes a class of their own, and nothing else another block", () => {
    const [first, second, third] = groupsOf(reader).map(g => g.values);
    expect(shifts(first!, second!)).toEqual([]);
    expect(shifts(second!, third!)).toEqual([{from: 17, to: 24, before: 32, now: 24}]);
  });

  test("the text has a number for each of its names", () => {
    const text = reader.text("part2runtime/ch07alloc/basic.md");
    const all = values(reader);
    for (const [, name] of text.matchAll(/\{\{(\w+)\}\}/g)) expect(all[name!], name).toMatch(/\w/);
    const unused = Object.keys(all).filter(name => !text.includes(`{{${name}}}`));
    expect(unused).toEqual([]);
  });
});
