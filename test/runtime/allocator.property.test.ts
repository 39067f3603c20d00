// Whatever a program does, the accounts agree.
//
// Each run does at least 10,000 allocations and frees in an order that nobody has thought of, and has everything counted
// again between the steps. A failure prints the seed and the shortest list of steps that still fails.

import fc from "fast-check";
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
import {findObject, isFree} from "../../src/runtime/mbitmap.js";
import {sweepone} from "../../src/runtime/mgcsweep.js";
import {allocManual} from "../../src/runtime/mheap_alloc.js";
import {freeManual, scavengeAll} from "../../src/runtime/mheap_free.js";
import type {mspan} from "../../src/runtime/mspan.js";
import {recount} from "./recount.js";

/** What a program can do. Numbers with no meaning of their own are seeds. */
type Step =
  | {does: "alloc"; of: keyof typeof sizes; scan: boolean; times: number; seed: number}
  | {does: "collect"; keep: number; seed: number}
  | {does: "sweep"; spans: number}
  | {does: "scavenge"}
  | {does: "read"}
  | {does: "stacks"; pages: number; keep: boolean};

/** Ranges of sizes: the least, and the number of sizes. */
const sizes = {
  tiny: [1, 15],
  small: [16, 1000],
  one: [48, 1],
  medium: [1024, 31 * 1024],
  large: [32769, 300_000],
  huge: [5_000_000, 20_000_000],
} as const;

const seed = fc.nat(2 ** 31 - 1);
const alloc = (of: keyof typeof sizes, max: number) =>
  fc.record({
    does: fc.constant("alloc" as const),
    of: fc.constant(of),
    scan: fc.boolean(),
    times: fc.integer({min: 1, max}),
    seed,
  });
const step: fc.Arbitrary<Step> = fc.oneof(
  {weight: 3, arbitrary: alloc("tiny", 800)},
  {weight: 4, arbitrary: alloc("small", 600)},
  {weight: 2, arbitrary: alloc("one", 1200)},
  {weight: 2, arbitrary: alloc("medium", 100)},
  {weight: 2, arbitrary: alloc("large", 30)},
  {weight: 1, arbitrary: alloc("huge", 2)},
  {
    weight: 4,
    arbitrary: fc.record({does: fc.constant("collect" as const), keep: fc.integer({min: 0, max: 4}), seed}),
  },
  {
    weight: 1,
    arbitrary: fc.record({does: fc.constant("sweep" as const), spans: fc.integer({min: 1, max: 400})}),
  },
  {weight: 1, arbitrary: fc.constant({does: "scavenge" as const})},
  {weight: 1, arbitrary: fc.constant({does: "read" as const})},
  {
    weight: 1,
    arbitrary: fc.record({
      does: fc.constant("stacks" as const),
      pages: fc.integer({min: 1, max: 40}),
      keep: fc.boolean(),
    }),
  },
);

/** Numbers from 0 to n - 1, always the same for a seed. */
function numbers(seed: number): (n: number) => number {
  let x = seed;
  return n => {
    x = (Math.imul(x, 1664525) + 1013904223) >>> 0;
    return (x >>> 7) % n;
  };
}

/** A program that remembers what it allocated and knows which of it is reachable. */
class Program {
  readonly rt: Runtime;
  operations = 0;
  live: {at: number; size: number}[] = [];
  readonly stacks: mspan[] = [];

  constructor(options: BootOptions) {
    this.rt = boot(options);
    // Nobody remembers what was allocated before.
    collect(this.rt, []);
    this.sweepAll();
  }

  do(s: Step): void {
    const {rt} = this;
    if (s.does === "alloc") this.alloc(s);
    else if (s.does === "collect") this.collect(s.keep, s.seed);
    else if (s.does === "scavenge") scavengeAll(rt.mheap_, rt.nanotime() + 1, 0);
    else if (s.does === "read") ReadMemStats(rt);
    else if (s.does === "sweep") for (let i = 0; i < s.spans && sweepone(rt) !== -1; i++);
    else {
      this.stacks.push(allocManual(rt.mheap_, s.pages, "stacks_inuse")!);
      if (!s.keep) freeManual(rt.mheap_, this.stacks.shift()!, "stacks_inuse");
    }
  }

  alloc({of, scan, times, seed}: Step & {does: "alloc"}): void {
    const next = numbers(seed);
    const [least, range] = sizes[of];
    const pointer = scan ? typeOf(this.rt, "*int") : null;
    for (let i = 0; i < times; i++) {
      const n = least + next(range);
      const size = scan ? Math.ceil(n / 8) * 8 : n;
      this.live.push({at: mallocgc(this.rt, size, pointer), size});
    }
    this.operations += times;
  }

  /** Keeps about `keep` of four objects, and refers to them by any of their bytes. */
  collect(keep: number, seed: number): void {
    const next = numbers(seed);
    const survivors = this.live.filter(() => next(4) < keep);
    this.operations += this.live.length - survivors.length;
    this.live = survivors;
    collect(
      this.rt,
      survivors.map(({at, size}) => at + next(size)),
    );
  }

  sweepAll(): void {
    while (sweepone(this.rt) !== -1);
  }

  /** What is wrong with the objects: one that overlaps another, or is not allocated. */
  wrong(): string[] {
    const out: string[] = [];
    let end = 0;
    for (const {at, size} of [...this.live].sort((a, b) => a.at - b.at)) {
      if (at < end) out.push(`the object at ${at} overlaps the one before`);
      end = at + size;
      const found = findObject(this.rt, at);
      if (found === null || isFree(found.s, found.objIndex)) out.push(`the object at ${at} is not allocated`);
      else if (end > found.base + found.s.elemsize) out.push(`the object at ${at} is larger than its block`);
    }
    return out;
  }

  /** The blocks of the objects that are reachable, each once: number by bytes in a block. */
  blocks(): {count: number; bytes: number; bySize: Map<number, number>} {
    const blocks = new Map(
      this.live.map(({at}) => findObject(this.rt, at)!).map(({base, s}) => [base, s.elemsize]),
    );
    const bySize = new Map<number, number>();
    let bytes = 0;
    for (const elemsize of blocks.values()) {
      bytes += elemsize;
      bySize.set(elemsize, (bySize.get(elemsize) ?? 0) + 1);
    }
    return {count: blocks.size, bytes, bySize};
  }
}

/** Runs of each property; RUNS=1000 looks longer. */
const runs = Number(process.env.RUNS ?? 2);

const platforms: [string, BootOptions][] = [
  ["linux/amd64", {}],
  ["linux/386", {goarch: "386"}],
  ["linux/arm64 with physical pages of 64 KiB", {goarch: "arm64", physPageSize: 65536}],
];

describe.each(platforms)("on %s, any program", (_, options) => {
  test("keeps all accounts in agreement, and what it can reach", {timeout: 600_000}, () => {
    const steps = fc.array(step, {minLength: 6, maxLength: 30, size: "max"});
    const property = fc.property(steps, list => {
      const program = new Program(options);
      while (program.operations < 10_000) {
        for (const each of list) {
          program.do(each);
          expect(recount(program.rt)).toEqual([]);
          if (each.does !== "alloc") expect(program.wrong()).toEqual([]);
        }
        // So that a list without allocations comes to an end, too.
        program.do({does: "alloc", of: "small", scan: true, times: 500, seed: program.operations});
      }
      program.collect(2, program.operations);
      program.sweepAll();
      expect(program.wrong()).toEqual([]);
      const stats = ReadMemStats(program.rt);
      const {count, bytes, bySize} = program.blocks();
      expect([stats.HeapObjects, stats.HeapAlloc]).toEqual([count, bytes]);
      for (const {Size, Mallocs, Frees} of stats.BySize.slice(1))
        expect([Size, Mallocs - Frees]).toEqual([Size, bySize.get(Size) ?? 0]);
      expect(recount(program.rt)).toEqual([]);
    });
    fc.assert(property, {numRuns: runs, interruptAfterTimeLimit: 590_000, markInterruptAsFailure: true});
  });

  test("that keeps nothing gets all pages back: one free span for each stretch of arenas", () => {
    const program = new Program(options);
    for (const of of ["tiny", "small", "medium", "large"] as const)
      program.do({does: "alloc", of, scan: false, times: 200, seed: 7});
    program.collect(0, 1);
    program.sweepAll();
    expect(ReadMemStats(program.rt)).toMatchObject({HeapObjects: 0, HeapAlloc: 0, HeapInuse: 0});
    expect(recount(program.rt)).toEqual([]);
  });
});
