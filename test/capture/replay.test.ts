import {describe, expect, test} from "vitest";
import {replayScript} from "../../src/capture/index.js";
import type {AllocFile, Op} from "../../src/capture/script.js";
import {scriptFile} from "./scripts.js";

const name = "linux-amd64-go1.12.17";

/** A file of which one script is changed in one place. */
function changed(script: string, change: (s: {[key: string]: unknown} & {ops: Op[]}) => void): AllocFile {
  const file = scriptFile(name);
  change(file.scripts[script] as never);
  return file;
}
const differing = (file: AllocFile, script: string) =>
  replayScript(file, script).state.differing.map(({path}) => path);

describe("replayScript", () => {
  test("answers each allocation with the address that it got and the one recorded, counted from the heap's start", () => {
    const {ops} = replayScript(scriptFile(name), "zero");
    expect(ops.map(({size, scan, rel}) => [size, scan, rel === null])).toEqual([
      [0, false, true],
      [0, false, true],
      [1, false, false],
      [0, false, true],
    ]);
    for (const {rel, expected} of ops) expect(rel).toBe(expected);
  });

  test("does not look at recorded addresses: a wrong one is a mismatch, and nothing else", () => {
    const file = changed("tiny", s => {
      const [size, scan, rel] = s.ops[3]!;
      s.ops[3] = [size, scan, rel! + 8];
    });
    const {mismatches, state} = replayScript(file, "tiny");
    expect([mismatches, state.differing]).toEqual([1, []]);
  });

  test("an address outside the heap is a mismatch, too", () => {
    const file = changed("tiny", s => {
      s.ops[0] = [s.ops[0]![0], 0, null];
    });
    expect(replayScript(file, "tiny").mismatches).toBe(1);
  });

  test("an allocation more or less changes the state, and MemStats", () => {
    const paths = differing(
      changed("classes-noscan", s => {
        s.ops.push([4096, 0, null]);
      }),
      "classes-noscan",
    );
    expect(paths.some(path => path.startsWith("allspans.rows."))).toBe(true);
    expect(paths).toContain("MemStats_delta.Mallocs");
    expect(paths).toContain("MemStats_after.TotalAlloc");
  });

  test("whether a type has pointers matters", () => {
    const file = changed("classes-noscan", s => {
      s.ops[30] = [s.ops[30]![0], 1, s.ops[30]![2]];
    });
    expect(replayScript(file, "classes-noscan").mismatches).toBeGreaterThan(0);
    expect(differing(file, "classes-noscan")).toContain("stats.memstats.heap_scan");
  });

  test.each([
    ["state_after", ["fixallocs", "spanalloc", "inuse"], "fixallocs.spanalloc.inuse"],
    ["state_after", ["stats", "memstats", "heap_live"], "stats.memstats.heap_live"],
    ["state_after", ["mcache_P0", "fields", "tinyoffset"], "mcache_P0.fields.tinyoffset"],
    ["MemStats_after", ["HeapIdle"], "MemStats_after.HeapIdle"],
    ["MemStats_delta", ["Mallocs"], "MemStats_delta.Mallocs"],
  ])("a recorded %s that is off by one in %j is the only difference", (part, path, reported) => {
    const file = changed("tiny", s => {
      let at = s[part] as Record<string, unknown>;
      for (const key of path.slice(0, -1)) at = at[key] as Record<string, unknown>;
      const last = path.at(-1)!;
      at[last] = Number(at[last]) + 1;
    });
    expect(differing(file, "tiny")).toEqual([reported]);
  });

  test("a field that only the recording has is a difference", () => {
    const file = changed("tiny", s => Object.assign(s.state_after as object, {sweepgen: {more: 1}}));
    expect(differing(file, "tiny")).toContain("sweepgen.more");
  });

  test("gives the same twice: a replay does not change the file", () => {
    const file = scriptFile(name);
    const text = JSON.stringify(file);
    const first = replayScript(file, "fill");
    expect(replayScript(file, "fill")).toEqual(first);
    expect(JSON.stringify(file)).toBe(text);
  });

  test("refuses a script that the file does not have, and names those that it has", () => {
    expect(() => replayScript(scriptFile(name), "nosuch")).toThrow(
      /no script nosuch; the file has .*tiny-fill/,
    );
    expect(() => replayScript(scriptFile(name), "toString")).toThrow(RangeError);
  });
});
