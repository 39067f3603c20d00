import {describe, expect, test} from "vitest";
import {load} from "../../src/runtime/index.js";
import {mSysStatDec, mSysStatInc, mstats} from "../../src/runtime/mstats.js";

describe("charging", () => {
  test("moves one counter", () => {
    const rt = load();
    mSysStatInc(rt, "gc_sys", 100);
    mSysStatDec(rt, "gc_sys", 30);
    expect(rt.memstats).toEqual(Object.assign(load().memstats, {gc_sys: 70}));
  });

  test("nobody moves none", () => {
    const rt = load();
    mSysStatInc(rt, null, 100);
    mSysStatDec(rt, null, 100);
    expect(rt.memstats).toEqual(load().memstats);
  });
});

describe("the statistics", () => {
  test("begin at zero, with a row for each size class", () => {
    const stats = new mstats(67);
    expect(stats.by_size).toEqual(Array(67).fill({size: 0, nmalloc: 0, nfree: 0}));
    expect(stats.other_sys + stats.heap_sys + stats.mspan_sys).toBe(0);
  });

  test("have rows of their own: one can change alone", () => {
    const stats = new mstats(67);
    stats.by_size[1]!.nmalloc = 5;
    expect(stats.by_size[2]!.nmalloc).toBe(0);
  });

  test("have every field of Go's struct but the history of pauses", () => {
    const {memstats, config} = load();
    const missing = config.layouts.of("mstats").fields.filter(({name}) => !(name in memstats));
    expect(missing.map(({name}) => name)).toEqual(["pause_ns", "pause_end"]);
  });
});
