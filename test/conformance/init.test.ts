// The model, booted as each recorded go1.12 process was, against what that process held.
//
// Nothing here is expected of the model but the recording's own values: counts are derived from the recording.

import {describe, expect, test} from "vitest";
import type {Phase} from "../../src/capture/format.js";
import {compareRecording, phaseWithConstants, typesOf} from "../../src/capture/index.js";
import {at, leafPaths, recording, recordingsOf} from "../capture/sample.js";

const names = recordingsOf("1.12");

/** The groups of which nothing may be left out after mallocinit. */
const groups = [
  "fixallocs",
  "arenaHints",
  "heapArenaAlloc",
  "arena",
  "sweepgen",
  "central",
  "m0_mcache",
  "mheap_scalars",
  "persistentalloc",
  "allspans",
  "arenas",
  "freelists",
  "stats",
  "constants",
];

const structs = [
  "mspan",
  "mcache",
  "mheap",
  "mcentral",
  "fixalloc",
  "arenaHint",
  "heapArena",
  "linearAlloc",
  "persistentAlloc",
  "treapNode",
  "special",
  "specialfinalizer",
  "specialprofile",
  "mSpanList",
  "gcBitsArena",
  "stackfreelist",
];

const groupOf = (path: string) => path.split(".", 1)[0]!;

/** Of a recorded phase: its leaves, those that vary by themselves, and those that are inputs of the model. */
function parts(phase: Phase) {
  const all = leafPaths(phase);
  // One address says where the system put the runtime's own memory; on 32-bit, another where it put the arenas'.
  const varying = [
    ["persistentalloc", "globalAlloc", "base"],
    ["heapArenaAlloc", "next"],
  ].filter(path => at(phase, path) !== "0x0");
  const inputs = all.filter(([first]) => first === "ncpu" || first === "firstmoduledata");
  return {all, varying: varying.map(path => path.join(".")), inputs: inputs.map(path => path.join("."))};
}

test("there are recordings of 64-bit and 32-bit, of several architectures, and with large pages", () => {
  expect(names).toEqual(
    expect.arrayContaining([
      "linux-386-go1.12.17-p1",
      "linux-amd64-go1.12.17-p1",
      "linux-amd64-go1.12.17-p4",
      "linux-arm64-go1.12.17-p1",
      "linux-arm64-go1.12.17-p1-pagesize65536",
      "linux-ppc64le-go1.12.17-p1-pagesize65536",
    ]),
  );
});

describe.each(names)("%s", name => {
  const captured = recording(name);

  describe("at the return of mallocinit", () => {
    const phase = phaseWithConstants(captured, "mallocinit");
    const {all, varying, inputs} = parts(phase);
    const expected = all.length - varying.length - inputs.length;
    const result = () => compareRecording(captured, "mallocinit");

    test("no field differs", () => {
      expect(result().differing).toEqual([]);
    });

    test(`${expected} of ${all.length} fields are equal`, () => {
      expect(result().equal).toHaveLength(expected);
      expect(expected).toBeGreaterThan(250);
    });

    test("the others are one or two addresses that move, and inputs", () => {
      const {ignored, unmodelled} = result();
      expect(ignored.map(({path}) => path).sort()).toEqual(varying.sort());
      expect(unmodelled.map(({path}) => path).sort()).toEqual(inputs.sort());
    });

    test("every field is in one list", () => {
      const {equal, differing, ignored, unmodelled} = result();
      const paths = [...equal, ...[...differing, ...ignored, ...unmodelled].map(({path}) => path)];
      expect(paths.sort()).toEqual(all.map(path => path.join(".")).sort());
    });

    test.each(groups)("%s is compared, and modelled in full", group => {
      const {equal, unmodelled} = result();
      expect(equal.map(groupOf)).toContain(group);
      expect(unmodelled.map(({path}) => groupOf(path))).not.toContain(group);
    });
  });

  describe("at the return of procresize", () => {
    const phase = phaseWithConstants(captured, "procresize");
    const {equal} = compareRecording(captured, "procresize");
    const procs = captured.gomaxprocs_env;

    test("the mcache of m0 is P 0's and no other's", () => {
      const owners = Array.from({length: procs}, (_, i) => at(phase, ["allp", "list", i, "mcache_is_m0s"]));
      expect(owners).toEqual([true, ...Array(procs - 1).fill(false)]);
      for (let i = 0; i < procs; i++) expect(equal).toContain(`allp.list.${i}.mcache_is_m0s`);
      expect(equal).toEqual(
        expect.arrayContaining(["m0_mcache_now.via", "m0_mcache_now.address", "m0_mcache.address"]),
      );
    });

    test(`there are ${procs} Ps with the numbers and states that the process had`, () => {
      const fields = ["allp.len", "allp.cap", "gomaxprocs"];
      for (let i = 0; i < procs; i++) fields.push(`allp.list.${i}.id`, `allp.list.${i}.status`);
      expect(equal).toEqual(expect.arrayContaining(fields));
    });

    test("each P has its mcache at the same place of the same chunk", () => {
      for (let i = 0; i < procs; i++) expect(equal).toContain(`allp.list.${i}.mcache.address`);
    });

    test("cachealloc has handed out as many mcaches from as much memory", () => {
      const fields = Object.keys(at(phase, ["fixallocs", "cachealloc"]) as object);
      expect(fields).toHaveLength(12);
      expect(equal).toEqual(expect.arrayContaining(fields.map(field => `fixallocs.cachealloc.${field}`)));
      expect(at(phase, ["fixallocs", "cachealloc", "inuse"])).toBe(procs * captured.types.sizeof.mcache!);
    });
  });

  describe("types:", () => {
    const mine = typesOf(`go${captured.release}`, captured.goos, captured.goarch);
    const theirs = captured.types;

    test.each(structs)("%s has the size that DWARF gives it", struct => {
      expect(theirs.sizeof).toHaveProperty(struct);
      expect(mine.sizeof[struct]).toBe(theirs.sizeof[struct]);
    });

    test.each(structs)("%s has its fields, with types, offsets and sizes", struct => {
      expect(theirs.layout[struct]!.length).toBeGreaterThan(0);
      expect(mine.layout[struct]).toEqual(theirs.layout[struct]);
    });

    const rows = structs.reduce((sum, struct) => sum + theirs.layout[struct]!.length, 0);
    test(`that is ${rows} fields`, () => {
      expect(structs.flatMap(struct => mine.layout[struct]!)).toHaveLength(rows);
      expect(rows).toBeGreaterThan(120);
    });

    test("whatever else both know has the same size and the same fields", () => {
      for (const [name, size] of Object.entries(theirs.sizeof))
        if (name in mine.sizeof) expect(mine.sizeof[name], name).toBe(size);
      for (const [name, fields] of Object.entries(theirs.layout))
        if (name in mine.layout) expect(mine.layout[name], name).toEqual(fields);
    });

    test("every struct whose layout is recorded is declared", () => {
      expect(Object.keys(theirs.layout).filter(name => !(name in mine.layout))).toEqual([]);
    });
  });
});
