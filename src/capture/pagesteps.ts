// Following what go1.19's own page allocator did, step by step: growth, page caches and scavenging, too.
//
// test/conformance/recorders has the programs that recorded it. After each step the addresses at which the next searches
// begin are compared; in the end, everything that the allocator holds.

import {scavenge} from "../runtime/mgcscavenge.js";
import type {pageAlloc} from "../runtime/mpagealloc.js";
import {allocToCache, type pageCache} from "../runtime/mpagecache.js";
import type {Comparison} from "./compare.js";
import {hex, type Json, type JsonObject} from "./format.js";
import {chunkBytes, contents, emptyPageAlloc, pageSize, type run, wordOf} from "./pagealloc.js";

/** A step: what it was given, and what came of it. */
type Step = {readonly searchAddr: string; readonly scavSearchAddr: number} & (
  | {readonly op: "grow"; readonly chunk: number}
  | {readonly op: "alloc"; readonly pages: number; readonly got: string; readonly scav: number}
  | {readonly op: "free"; readonly at: number; readonly pages: number; readonly scavenged: boolean}
  | {readonly op: "cache"; readonly got: string; readonly cache: string; readonly cscav: string}
  | {
      readonly op: "allocFromCache";
      readonly which: number;
      readonly pages: number;
      readonly got: string;
      readonly scav: number;
    }
  | {readonly op: "flush"; readonly which: number}
  | {readonly op: "scavenge"; readonly bytes?: number; readonly got: number}
);

/** What a step is given. Whatever else is in its row is what came of it. */
const given = new Set(["op", "chunk", "pages", "at", "scavenged", "which", "bytes"]);

/** An allocator's life: the machine, the steps, and what it holds in the end. */
export interface PageWalk {
  readonly base: string;
  readonly physPageSize: number;
  readonly physHugePageSize: number;
  readonly ops: readonly Step[];
  readonly end: Readonly<Record<string, {alloc: run[]; scav: run[]; sums: number[][]; indexed: boolean}>>;
  readonly inUse: readonly [string, string][];
  readonly state: Readonly<Record<string, number>>;
}

/** Reads a file of walks: one a line. */
export const parsePageWalks = (text: string): PageWalk[] =>
  text
    .trimEnd()
    .split("\n")
    .map(line => JSON.parse(line) as PageWalk);

/**
 * Every outcome of every step and all that is left, held against the recorded ones. A path is the number of the walk,
 * the step or what was left, its number, and the field.
 */
export function comparePageWalks(walks: readonly PageWalk[], goarch: string): Comparison {
  const result: Comparison = {equal: [], differing: [], ignored: [], unmodelled: []};
  const judge = (path: string, mine: JsonObject, recorded: JsonObject) => {
    for (const [field, captured] of Object.entries(recorded)) {
      const [simulated, at] = [mine[field], `${path}.${field}`];
      if (JSON.stringify(simulated) === JSON.stringify(captured)) result.equal.push(at);
      else result.differing.push({path: at, simulated, captured});
    }
  };
  for (const [n, walk] of walks.entries()) {
    // The recorder changes page sizes for scavenging alone: memory is mapped by the real ones.
    const p = emptyPageAlloc({goarch, physPageSize: 4096, physHugePageSize: walk.physHugePageSize});
    const caches: pageCache[] = [];
    for (const [i, step] of walk.ops.entries()) {
      const outcome = take(p, caches, step, walk);
      const mine = {...outcome, searchAddr: hex(p.searchAddr), scavSearchAddr: p.scav.index.searchAddr.a};
      const recorded = Object.entries(step).filter(([key]) => !given.has(key));
      judge(`${n}.${step.op}.${i}`, mine, Object.fromEntries(recorded) as JsonObject);
    }
    const held = chunksOf(p, Number(walk.base));
    for (const [i, recorded] of Object.entries(walk.end))
      judge(`${n}.end.${i}`, held[i] ?? {}, recorded as unknown as JsonObject);
    const inUse = p.inUse.ranges.elems.map(({base, limit}) => [hex(base), hex(limit)]);
    judge(String(n), {inUse}, {inUse: walk.inUse as unknown as Json});
    judge(`${n}.state`, stateOf(p), walk.state);
  }
  return result;
}

/** Does a step. Returns what came of it, under the names of the recording. */
function take(p: pageAlloc, caches: pageCache[], step: Step, {base, physPageSize}: PageWalk): JsonObject {
  const answer = ([addr, scav]: [number, number]) => ({got: hex(addr), scav});
  switch (step.op) {
    case "grow":
      p.grow(Number(base) + step.chunk * chunkBytes, chunkBytes);
      return {};
    case "alloc":
      return answer(p.alloc(step.pages));
    case "free":
      p.free(Number(base) + step.at * pageSize, step.pages, step.scavenged);
      return {};
    case "cache": {
      const c = allocToCache(p);
      if (!c.empty()) caches.push(c);
      return {
        got: hex(c.base),
        cache: wordOf(c.cacheLo, c.cacheHi),
        cscav: wordOf(c.scavLo, c.scavHi),
      };
    }
    case "allocFromCache":
      return answer(caches[step.which]!.alloc(step.pages));
    case "flush":
      caches.splice(step.which, 1)[0]!.flush(p);
      return {};
    case "scavenge": {
      const real = p.rt.physPageSize;
      p.rt.physPageSize = physPageSize;
      const got = scavenge(p, step.bytes ?? Number.POSITIVE_INFINITY);
      p.rt.physPageSize = real;
      return {got};
    }
  }
}

/** The chunks of an allocator: bitmaps, the summaries above, and whether the scavenger's index has them. */
function chunksOf(p: pageAlloc, base: number): Record<string, JsonObject> {
  const out: Record<string, JsonObject> = {};
  for (const [i, bits] of Object.entries(contents(p, base))) {
    const ci = p.chunkIndex(base) + Number(i);
    const sums = p.summary.map((level, l) => {
      const {start, max, end} = level.get(p.offAddrToLevelIndex(l, p.chunkBase(ci)));
      return [start, max, end];
    });
    const indexed = ((p.scav.index.entry(Math.floor(ci / 8)) >> (ci % 8)) & 1) === 1;
    out[i] = {...(bits as unknown as JsonObject), sums, indexed};
  }
  return out;
}

function stateOf({start, end, inUse, summaryMappedReady, scav}: pageAlloc): JsonObject {
  const {minHeapIdx, min, max} = scav.index;
  return {start, end, totalBytes: inUse.totalBytes, summaryMappedReady, minHeapIdx, min, max};
}
