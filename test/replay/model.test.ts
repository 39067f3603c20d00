// The model can be stepped through: any step, in any order, always shows the same.

import {mkdtempSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {fileURLToPath, pathToFileURL} from "node:url";
import {beforeAll, describe, expect, test} from "vitest";
import {phaseOf} from "../../src/capture/index.js";
import {bundleStepping} from "../../src/replay/bundle.js";
import {differences} from "../../src/replay/differences.js";
import {Player, type Program} from "../../src/replay/player.js";
import {type PackedTable, packTable, unpackTable} from "../../src/replay/table.js";
import * as plain from "../../src/runtime/index.js";

type Stepping = typeof plain & Omit<Program, "table"> & {table: PackedTable};

let stepping: Stepping;
let program: Program;

beforeAll(async () => {
  const file = join(mkdtempSync(join(tmpdir(), "stepping-")), "model.mjs");
  writeFileSync(file, (await bundleStepping(fileURLToPath(new URL("../..", import.meta.url)))).module);
  stepping = await import(/* @vite-ignore */ pathToFileURL(file).href);
  program = {...stepping, table: unpackTable(stepping.table)};
});

/** Plays the start of a runtime. */
function start(options: plain.BootOptions) {
  return new Player({
    program,
    prepare: () => stepping.load(options),
    run: rt => stepping.start(rt, options),
    look: rt => phaseOf(rt),
  });
}

/** What is looked at in a walk: enough to see every write, and quick. */
const glance = (rt: plain.Runtime) => [
  rt.memstats.other_sys,
  rt.mem.regions,
  rt.globalAlloc,
  rt.m0.fastrand,
  rt.m0.mcache?.next_sample,
  rt.mheap_.allspans.elems.map(s => [
    s.startAddr,
    s.npages,
    s.state,
    s.freeindex,
    s.allocCount,
    s.allocCacheLo,
  ]),
];

/** Plays whatever a runtime does. */
function walk(prepare: () => plain.Runtime, run: (rt: plain.Runtime) => void) {
  return new Player({program, prepare, run, look: glance});
}

/** Numbers from 0 to 1 that are always the same ones. */
function* random(seed: number): Generator<number, never> {
  for (;;) {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    yield seed / 2 ** 32;
  }
}

describe("the start", () => {
  test.each([
    {until: "mallocinit"},
    {until: "mallocinit", goarch: "386"},
    {until: "mallocinit", race: true},
    {until: "procresize", gomaxprocs: 4},
  ] as const)("ends where the plain model ends: %o", options => {
    const player = start(options);
    expect(player.at(player.length + 1).view).toEqual(phaseOf(plain.boot(options)));
  });

  test("shows a state at every step of mallocinit", () => {
    const player = start({until: "mallocinit"});
    for (let k = 1; k <= player.length; k += 7) expect(player.at(k).view.sweepgen).toBe(0);
    expect(player.length).toBeGreaterThan(1000);
  });

  test("stops at what the runtime throws", () => {
    const player = start({physPageSize: 1000});
    expect(player.thrown?.message).toBe("bad system page size");
    expect(player.at(player.length).stack.map(f => f.fn.name)).toContain("checkPhysPageSize");
  });

  test("changes spanalloc.zero once, in mheap.init", () => {
    const player = start({until: "mallocinit"});
    const zero = (rt: plain.Runtime) => rt.mheap_.spanalloc.zero;
    const set = player.nextChange(1, zero);
    const cleared = player.nextChange(set, zero);
    expect(player.at(cleared - 1).fn?.go).toBe("mheap.init");
    expect(differences(player.at(cleared - 1).view, player.at(cleared).view)).toEqual([
      {path: ["fixallocs", "spanalloc", "zero"], before: true, after: false},
    ]);
    expect(player.nextChange(cleared, zero)).toBe(player.length + 1);
  });
});

describe("a walk of many moves", () => {
  test.each([
    [
      "through the start",
      10_000,
      () =>
        walk(
          () => stepping.load(),
          rt => stepping.start(rt, {until: "mallocinit"}),
        ),
    ],
    [
      "through allocations",
      2000,
      () =>
        walk(
          () => stepping.boot(),
          rt => [8, 100, 5, 40000].forEach(size => void stepping.mallocgc(rt, size, null)),
        ),
    ],
  ])(
    "%s shows the same at a step whenever it is reached",
    (_, moves, make) => {
      const player = make();
      const next = random(7);
      const seen = new Map<number, string>();
      const steps = Math.min(player.length, 200);
      let k = 1;
      for (let move = 0; move < moves; move++) {
        const [which, where] = [next.next().value, next.next().value];
        if (which < 0.35) k = Math.min(k + 1, steps);
        else if (which < 0.7) k = Math.max(k - 1, 1);
        else if (which < 0.8) k = Math.min(player.over(k), steps);
        else if (which < 0.9) k = player.out(k, true);
        else k = 1 + Math.floor(where * steps);
        const {view, locals, stack} = player.at(k);
        const shown = JSON.stringify([view, locals.map(([name]) => name), stack.map(f => [f.fn.name, f.k])]);
        if (seen.has(k)) expect(shown === seen.get(k)).toBe(true);
        else seen.set(k, shown);
      }
      expect(seen.size).toBeGreaterThan(100);
    },
    60_000,
  );
});

test("the table survives being packed", () => {
  const {table} = program;
  expect(unpackTable(packTable(table))).toEqual(table);
});
