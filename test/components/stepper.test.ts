// What the stepper says: fields by name, what has changed, and a step as a sentence.

import {describe, expect, test} from "vitest";
import type {Seen} from "../../docs/components/stepper/run.js";
import {goName, local, sentence} from "../../docs/components/stepper/sentence.js";
import {changes, fieldOf, show, stateOf} from "../../docs/components/stepper/state.js";
import type {Moment} from "../../docs/src/replay/player.js";
import {boot, mallocgc} from "../../docs/src/runtime/index.js";

/** A moment in mheap.init with that state. */
function moment(line: number, state: Record<string, number | boolean>): Moment<Seen> {
  const fn = {name: "mheap.init", go: "mheap.init", file: "src/runtime/mheap.ts", line: 1, endLine: 99};
  const step = {fn: 0, line, endLine: line, locals: []};
  return {k: 2, step, fn, stack: [], locals: [], view: {state, views: []}};
}

describe("the state", () => {
  test("has the fields under the names that Go's debugger would use", () => {
    const state = stateOf(boot());
    expect(state["mheap_.spanalloc.zero"]).toBe(false);
    expect(state["memstats.mcache_sys"]).toBe(16384);
    expect(state["mheap_.central[5].spanclass"]).toBe(5);
    expect(state["mheap_.arenaHints"]).toBe("128, the first at 0xc004000000");
  });

  test("changes where an allocation changes it, and nowhere else", () => {
    const rt = boot();
    const before = stateOf(rt);
    mallocgc(rt, 8, null);
    const names = changes(before, stateOf(rt)).map(c => c.name);
    expect(names).toContain("allp[0].mcache.tinyoffset");
    expect(names.some(name => name.startsWith("mheap_.central"))).toBe(false);
  });

  test("of one field is the same as in the whole", () => {
    const rt = boot();
    for (const name of [
      "mheap_.spanalloc.nchunk",
      "memstats.heap_live",
      "mheap_.arenaHints",
      "mheap_.central[5].nmalloc",
    ]) {
      expect(fieldOf(rt, name)).toBe(stateOf(rt)[name]);
    }
  });

  test("shows large numbers as addresses, and nothing as nil or none", () => {
    expect([show(0xc000000000), show(128), show(null), show(""), show(undefined)]).toEqual([
      "0xc000000000",
      "128",
      "nil",
      "none",
      "—",
    ]);
  });
});

describe("a step", () => {
  test("is told by what it changed, and what comes next", () => {
    const said = sentence(moment(12, {zero: true}), moment(14, {zero: false}));
    expect(said).toBe("mheap.init, line 12: zero changes from true to false. Next is mheap.init, line 14.");
  });

  test("that changes much is told by three changes and a number", () => {
    const said = sentence(
      moment(1, {a: 0, b: 0, c: 0, d: 0, e: 0}),
      moment(2, {a: 1, b: 1, c: 1, d: 1, e: 1}),
    );
    expect(said).toContain("c changes from 0 to 1, and 2 more.");
  });

  test("that changes nothing says so", () => {
    expect(sentence(moment(1, {}), moment(2, {}))).toContain("nothing changes that is shown");
  });

  test("names a function as Go does, and a part of one by both names", () => {
    expect(goName({name: "mcentral.grow", go: "mcentral.grow"})).toBe("mcentral.grow");
    expect(goName({name: "checkPhysPageSize", go: "mallocinit"})).toBe(
      "checkPhysPageSize (in Go, mallocinit)",
    );
    expect(goName({name: "isPowerOfTwo"})).toBe("isPowerOfTwo");
  });

  test("has locals in few words", () => {
    const rt = boot();
    const span = rt.mheap_.allspans.elems[0]!;
    expect([local(rt), local(span), local(null), local(7), local([1, 2])]).toEqual([
      "the runtime",
      "span at 0xc000000000, 1 pages",
      "nil",
      "7",
      "[1, 2]",
    ]);
  });
});
