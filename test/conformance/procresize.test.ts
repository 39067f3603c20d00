// The model, booted through procresize as each recorded go1.12 process was, against what that process held.
//
// The start-up has allocated by then: arguments, environment, lists of modules, the Ps. Nothing here is expected of the
// model but the recording's own values.

import {describe, expect, test} from "vitest";
import type {Json} from "../../src/capture/format.js";
import {compare, compareRecording, optionsOf, phaseOf, phaseWithConstants} from "../../src/capture/index.js";
import {ruleFor} from "../../src/capture/rules.js";
import {boot} from "../../src/runtime/index.js";
import {at, leafPaths, recording, recordingsOf} from "../capture/sample.js";
import {recount} from "../runtime/recount.js";

const names = recordingsOf("1.12");
const moment = {release: "go1.12", phase: "procresize"};
const groupOf = (path: string) => path.split(".", 1)[0]!;

test("there are recordings of one P and of several, of 32-bit, and of large pages", () => {
  expect(names.length).toBeGreaterThanOrEqual(6);
  expect(new Set(names.map(name => recording(name).gomaxprocs_env))).toEqual(new Set([1, 4]));
});

describe.each(names)("%s, at the return of procresize", name => {
  const captured = recording(name);
  const phase = phaseWithConstants(captured, "procresize");
  const all = leafPaths(phase);
  const result = compareRecording(captured, "procresize");
  const {equal, differing, ignored, unmodelled} = result;

  test("no field differs", () => {
    expect(differing).toEqual([]);
  });

  test("every field of the recording is in one list", () => {
    const listed = [...equal, ...[...ignored, ...unmodelled].map(({path}) => path)];
    expect(new Set(listed).size).toBe(all.length);
    expect(listed).toHaveLength(all.length);
  });

  test("what is ignored are addresses outside the heap, a time, a random root, and samples of P1 and on", () => {
    const shapes = ignored.map(({path}) => path.replace(/\.\d+/g, ".*"));
    expect([
      "allp.list.*.mcache.fields.next_sample",
      "allspans.rows.*.unusedsince",
      "arenas.list.*.heapArena",
      "freelists.free_treap.*.root",
      "gcBitsArenas.next.address",
      "heapArenaAlloc.next",
      "mheap_scalars.allArenas.array",
      "mheap_scalars.allspans.array",
      "persistentalloc.globalAlloc.base",
    ]).toEqual(expect.arrayContaining(shapes));
    expect(ignored.length).toBeLessThan(10);
    expect(ignored.filter(({path}) => path.endsWith("next_sample"))).toHaveLength(
      captured.gomaxprocs_env - 1,
    );
  });

  test("each of them is ignored by a rule, and for that rule's reason", () => {
    for (const {path, why} of ignored) {
      const rule = ruleFor(path, moment)!;
      expect(["ignored", "address"], path).toContain(rule.verdict);
      expect(rule.why, path).toBe(why);
    }
  });

  test("nothing is left out but facts of the machine and the program", () => {
    expect(new Set(unmodelled.map(({path}) => groupOf(path)))).toEqual(new Set(["ncpu", "firstmoduledata"]));
  });

  test(`${all.length - ignored.length - unmodelled.length} of ${all.length} fields are equal`, () => {
    expect(equal.length + ignored.length + unmodelled.length).toBe(all.length);
    expect(equal.length).toBeGreaterThan(600);
  });

  test.each([
    "allspans",
    "arenas",
    "central",
    "freelists",
    "allp",
    "fixallocs",
    "arenaHints",
    "stats",
    "mheap_scalars",
  ])("%s is compared", group => {
    expect(equal.map(groupOf)).toContain(group);
  });

  test("the spans hold what start-up allocated, field by field", () => {
    const {rows, columns} = phase.allspans as {rows: Json[][]; columns: string[]};
    expect(rows.length).toBeGreaterThan(5);
    expect(equal.filter(path => path.startsWith("allspans.rows."))).toHaveLength(
      rows.length * columns.length - 1,
    );
  });

  test("every account of the heap agrees with every other", () => {
    expect(recount(boot(optionsOf(captured, "procresize")))).toEqual([]);
  });
});

describe("where the system does not randomize addresses, amd64", () => {
  const native = names.filter(
    name => name.includes("-amd64-") && !(recording(name) as {aslr?: boolean}).aslr,
  );

  test("has recordings", () => {
    expect(native.length).toBeGreaterThanOrEqual(2);
  });

  test.each(native)("%s: even addresses outside the heap are the same", name => {
    const captured = recording(name);
    const simulated = phaseOf(boot(optionsOf(captured, "procresize")));
    const phase = phaseWithConstants(captured, "procresize");
    for (const path of [
      ["mheap_scalars", "allspans.array"],
      ["mheap_scalars", "allArenas.array"],
      ["gcBitsArenas", "next", "address"],
      ["arenas", "list", 0, "heapArena"],
      ["persistentalloc", "globalAlloc", "base"],
      ["m0_mcache", "address"],
    ])
      expect(at(simulated, path), path.join(".")).toBe(at(phase, path));
    const {ignored} = compareRecording(captured, "procresize");
    const addresses = ignored.filter(({path}) => /array|address|heapArena|base/.test(path));
    expect(addresses.length).toBeGreaterThan(3);
  });
});

describe("with the tick counter that the recorded process read", () => {
  const captured = recording("linux-amd64-go1.12.17-p4");
  // The only one of 2^32 values from which all three samples follow.
  const rt = boot({...optionsOf(captured, "procresize"), cputicks: 3345061322});
  const phase = phaseWithConstants(captured, "procresize");

  test("all four Ps sample where the process did", () => {
    const samples = [0, 1, 2, 3].map(i => at(phase, ["allp", "list", i, "mcache", "fields", "next_sample"]));
    expect(samples.slice(1)).toEqual([337792, 246975, 477182]);
    expect(rt.allp.map(p => p.mcache!.next_sample)).toEqual(samples);
  });

  test("everything else is the same as without it", () => {
    expect(compare(phaseOf(rt), phase, moment).differing).toEqual([]);
  });

  test("with another, the samples are others", () => {
    const other = boot({...optionsOf(captured, "procresize"), cputicks: 3345061323});
    expect(other.allp[1]!.mcache!.next_sample).not.toBe(337792);
  });
});
