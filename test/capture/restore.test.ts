import {describe, expect, test} from "vitest";
import {restore} from "../../src/capture/restore.js";
import type {AllocState} from "../../src/capture/script.js";
import {ReadMemStats} from "../../src/runtime/index.js";
import {mallocgc} from "../../src/runtime/mallocgc.js";
import {hintAddresses} from "../runtime/fixtures.js";
import {recount} from "../runtime/recount.js";
import {scriptFile, scriptFilesOf} from "./scripts.js";

/** A runtime in the state before a script. */
function restored(file: string, name: string) {
  const {release, goos, goarch, scripts} = scriptFile(file);
  const script = scripts[name]!;
  const heapStart = Number(script.heap_start);
  const options = {release: `go${release}`, goos, goarch, physPageSize: 4096};
  return {script, heapStart, options, rt: restore(options, script.state_before, heapStart)};
}

describe.each(scriptFilesOf("1.12.17"))("%s: a restored runtime", file => {
  const {rt, script, heapStart} = restored(file, "tiny");
  const state = script.state_before;

  test("has the recorded spans, and knows them by their pages", () => {
    const columns = state.allspans.columns;
    for (const row of state.allspans.rows) {
      const r = Object.fromEntries(columns.map((name, i) => [name, row[i]])) as Record<string, number>;
      if (r.state === 0) continue;
      const s = rt.mheap_.spanOf(heapStart + r.rel!)!;
      expect([s.npages, s.spanclass, s.nelems, s.allocCount, s.state]).toEqual([
        r.npages,
        r.spanclass,
        r.nelems,
        r.allocCount,
        r.state,
      ]);
    }
    expect(rt.mheap_.allspans.len).toBe(state.allspans.rows.length);
  });

  test("has the recorded statistics", () => {
    const {memstats} = state.stats;
    expect(Object.keys(memstats).length).toBeGreaterThan(10);
    for (const [name, value] of Object.entries(memstats))
      expect(rt.memstats[name as "alloc"], name).toBe(Number(value));
  });

  test("goes on growing where the recorded one would", () => {
    expect(hintAddresses(rt).slice(0, state.arenaHints_first.length)).toEqual(
      state.arenaHints_first.map(Number),
    );
  });

  test("can be used: what is allocated is counted", () => {
    const {rt: mine} = restored(file, "tiny");
    mine.MemProfileRate = 0;
    const {Mallocs} = ReadMemStats(mine);
    for (let i = 0; i < 1000; i++) mallocgc(mine, 16 + i, null);
    expect(ReadMemStats(mine).Mallocs - Mallocs).toBe(1000);
  });

  test("keeps its accounts: those of records and of the system's memory alone are not recorded in full", () => {
    const {rt: mine} = restored(file, "tiny");
    const rest = recount(mine).filter(c => !/records were lost|memory charged/.test(c));
    expect(rest).toEqual([]);
  });
});

describe("restoring", () => {
  const {script, options, heapStart} = restored("linux-amd64-go1.12.17", "tiny");

  test("refuses a state after a collection: its bitmaps are not recorded", () => {
    const later: AllocState = {...script.state_before, sweepgen: 2};
    expect(() => restore(options, later, heapStart)).toThrow(
      new RangeError("sweepgen is 2: only states before the first collection can be restored"),
    );
  });

  test("shares nothing between two runtimes", () => {
    const [a, b] = [
      restore(options, script.state_before, heapStart),
      restore(options, script.state_before, heapStart),
    ];
    mallocgc(a, 4096, null);
    expect(b.mheap_.lists[2 * 43 + 1]!.nmalloc).toBe(
      restore(options, script.state_before, heapStart).mheap_.lists[2 * 43 + 1]!.nmalloc,
    );
  });
});
