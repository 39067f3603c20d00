// The page allocator's own state, against what recorded processes held: right after mallocinit, and once the heap has grown.

import {describe, expect, test} from "vitest";
import type {JsonObject, Phase, Recording} from "../../src/capture/format.js";
import {hex} from "../../src/capture/format.js";
import {compare, optionsOf, pagesOf} from "../../src/capture/index.js";
import {releases} from "../../src/releases/index.js";
import type {Runtime} from "../../src/runtime/index.js";
import {pageAlloc} from "../../src/runtime/mpagealloc.js";
import {update} from "../../src/runtime/mpagealloc_update.js";
import {recording, recordingsOf} from "../capture/sample.js";
import {pageRuntime} from "../runtime/pages.js";

const withPages = Object.values(releases).filter(({freePages}) => freePages === "pageAlloc");
const names = withPages.flatMap(({name}) => recordingsOf(name.replace("go", "")));

/** The runtime that a recorded process had, before it did anything. */
function runtimeOf(from: Recording): Runtime {
  const {gomaxprocs, until, program, ...options} = optionsOf(from, "mallocinit");
  return pageRuntime(options);
}

/** The allocator as mheap.init leaves it. */
function initialized(rt: Runtime): pageAlloc {
  const p = new pageAlloc(rt);
  p.init(rt.config.release.gcMiscStat);
  return p;
}

/** The groups of a phase that tell of pages: the second says where persistentalloc's first chunk lies. */
function groups(p: pageAlloc): Phase {
  return {pages: pagesOf(p), persistentalloc: {globalAlloc: {base: hex(p.rt.globalAlloc.base)}}};
}

function recorded(from: Recording, phase: string): Phase {
  const {pages, persistentalloc} = from.phases[phase]!;
  const {base} = (persistentalloc as JsonObject).globalAlloc as JsonObject;
  return {pages: pages!, persistentalloc: {globalAlloc: {base: base!}}};
}

describe("after mallocinit", () => {
  test.each(names)("%s", name => {
    const from = recording(name);
    const p = initialized(runtimeOf(from));
    const release = `go${from.release}`;
    const found = compare(groups(p), recorded(from, "mallocinit"), {release, phase: "mallocinit"});
    expect(found.differing).toEqual([]);
    expect(found.unmodelled.map(({path}) => path)).toEqual([
      "pages.fields.inUse.sysStat",
      "pages.fields.mheapLock",
      "pages.fields.sysStat",
    ]);
    expect(found.ignored.length).toBeLessThanOrEqual(2);
    expect(found.equal).toContain("pages.fields.inUse.ranges.array");
    expect(found.equal.length).toBeGreaterThanOrEqual(18);
    // What it was charged for: the list of ranges, and on 32-bit platforms the summaries.
    const stat = p.rt.config.release.gcMiscStat;
    const {stats} = from.phases.mallocinit as {stats: {memstats: Record<string, number>}};
    expect(p.rt.memstats[stat]).toBe(stats.memstats[stat]);
  });
});

/** Chunks as a recording has them. */
interface Chunk {
  readonly addr: string;
  readonly alloc_runs: [number, number][];
  readonly scavenged_runs: [number, number][];
}

describe("after growing as far as the process had", () => {
  test.each(recordingsOf("1.19"))("%s", name => {
    const from = recording(name);
    const p = initialized(runtimeOf(from));
    const {inUse, chunks, fields} = from.phases.main!.pages as unknown as {
      inUse: [string, string][];
      chunks: Chunk[];
      fields: JsonObject;
    };
    for (const [base, limit] of inUse) p.grow(Number(base), Number(limit) - Number(base));
    for (const {addr, alloc_runs, scavenged_runs} of chunks) {
      const data = p.chunkOf(p.chunkIndex(Number(addr)));
      for (const [first, n] of alloc_runs) data.allocRange(first, n);
      expect(data.scavenged.runs()).toEqual(scavenged_runs);
      update(p, Number(addr), 512, false, true);
    }
    // Where a search begins depends on what was freed since.
    const mine = groups(p);
    (mine.pages as {fields: JsonObject}).fields["searchAddr.a"] = fields["searchAddr.a"]!;
    const found = compare(mine, recorded(from, "main"), {release: "go1.19", phase: "main"});
    expect(found.differing).toEqual([]);
    expect(found.equal).toContain("pages.fields.summaryMappedReady");
    expect(found.equal.length).toBeGreaterThanOrEqual(18);
    const [addr] = p.alloc(1);
    expect(hex(addr)).toBe(firstFree(chunks));
  });
});

/** The first free page of the recorded chunks. */
function firstFree(chunks: Chunk[]): string | undefined {
  for (const {addr, alloc_runs} of chunks) {
    const taken = new Set(alloc_runs.flatMap(([first, n]) => Array.from({length: n}, (_, i) => first + i)));
    for (let i = 0; i < 512; i++) if (!taken.has(i)) return hex(Number(addr) + i * 8192);
  }
  return undefined;
}
