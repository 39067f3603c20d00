// The model of each release, booted as its recorded processes were, against what those held. go1.12 has tests of its own
// (init.test.ts, procresize.test.ts).
//
// Nothing here is expected of the model but the recording's own values: counts are derived from the recording.

import {describe, expect, test} from "vitest";
import {type BootPhase, compareRecording, phaseWithConstants} from "../../src/capture/index.js";
import {releases} from "../../src/releases/index.js";
import {leafPaths, recording, recordingsOf} from "../capture/sample.js";

const versions = Object.keys(releases).map(name => name.slice(2));
const later = versions.filter(version => version !== "1.12");

/** What is given by the machine and the program, or placed by the linker. */
const inputs = /^(ncpu|firstmoduledata\..*|pages\.fields\.(inUse\.sysStat|mheapLock|sysStat))$/;
/** Addresses that the system chooses, with numbers left out. */
const placed = {
  mallocinit: [
    "persistentalloc.globalAlloc.base",
    "heapArenaAlloc.next",
    "pages.fields.scav.index.chunks.array",
  ],
  procresize: [
    "persistentalloc.globalAlloc.base",
    "heapArenaAlloc.next",
    "pages.fields.scav.index.chunks.array",
    "gcBitsArenas.next.address",
    "arenas.list.*.heapArena",
    "mheap_scalars.allspans.array",
    "mheap_scalars.allArenas.array",
  ],
} as const;

test("there are five releases, and recordings of each", () => {
  expect(versions).toEqual(["1.12", "1.15", "1.19", "1.24", "1.27"]);
  for (const version of versions) expect(recordingsOf(version).length, version).toBeGreaterThan(3);
});

describe.each(later.flatMap(recordingsOf))("%s", name => {
  const captured = recording(name);
  const moments: readonly BootPhase[] =
    releases[`go${captured.release}`]!.schedinit === null ? ["mallocinit"] : ["mallocinit", "procresize"];

  describe.each(moments)("at the return of %s", moment => {
    const all = leafPaths(phaseWithConstants(captured, moment)).map(path => path.join("."));
    const {equal, differing, ignored, unmodelled} = compareRecording(captured, moment);
    const left = ignored.map(({path}) => path);

    test("no field differs", () => {
      expect(differing).toEqual([]);
    });

    test(`${equal.length} of ${all.length} fields are equal; each of the others has a reason`, () => {
      const listed = [...equal, ...left, ...unmodelled.map(({path}) => path)];
      expect(new Set(listed).size).toBe(all.length);
      expect(listed).toHaveLength(all.length);
      expect(equal.length).toBeGreaterThan(250);
    });

    test("what is ignored are addresses that the system chooses", () => {
      const shapes = new Set(left.map(path => path.replace(/\.\d+/g, ".*")));
      expect(placed[moment]).toEqual(expect.arrayContaining([...shapes]));
    });

    test("what is not modelled are inputs, and all of it", () => {
      expect(unmodelled.map(({path}) => path).sort()).toEqual(all.filter(path => inputs.test(path)).sort());
    });
  });
});

test("all hints of a heap whose place was left to chance follow from the first one", () => {
  const random = recordingsOf("1.27").filter(name => {
    const addr = (recording(name).phases.mallocinit!.arenaHints as {addr: string[]}).addr;
    return addr.length > 1 && addr[0] !== "0xc000000000" && addr[0] !== "0x4000000000";
  });
  expect(random.length).toBeGreaterThan(1);
  for (const name of random) {
    const {equal} = compareRecording(recording(name), "mallocinit");
    const hints = equal.filter(path => /^(userArena\.)?arenaHints\.addr\.\d+$/.test(path));
    expect(hints, name).toHaveLength(128);
  }
});
