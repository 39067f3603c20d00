// The page allocator, step by step against go1.19.8's: growth, page caches and scavenging too, and everything it holds.
//
// recorders/ has the programs that recorded the steps. PAGES names another recording, made with other inputs:
//
//     PAGES=amd64:pages.jsonl npx vitest run --project model test/conformance/pages-steps.test.ts

import {readFileSync} from "node:fs";
import {expect, test} from "vitest";
import {scavenge} from "../../src/runtime/mgcscavenge.js";
import type {pageAlloc} from "../../src/runtime/mpagealloc.js";
import {allocToCache, type pageCache} from "../../src/runtime/mpagecache.js";
import {chunkBytes, contents, emptyPageAlloc, pageSize, type run, word} from "../runtime/pages.js";

/** A step, with what it is given and, under other names, what came of it. */
type Step = {searchAddr: string; scavSearchAddr: number} & (
  | {op: "grow"; chunk: number}
  | {op: "alloc"; pages: number; got: string; scav: number}
  | {op: "free"; at: number; pages: number; scavenged: boolean}
  | {op: "cache"; got: string; cache: string; cscav: string}
  | {op: "allocFromCache"; which: number; pages: number; got: string; scav: number}
  | {op: "flush"; which: number}
  | {op: "scavenge"; bytes?: number; got: number}
);

interface Case {
  readonly base: string;
  readonly physPageSize: number;
  readonly physHugePageSize: number;
  readonly ops: readonly Step[];
  readonly end: Readonly<Record<string, {alloc: run[]; scav: run[]; sums: number[][]; indexed: boolean}>>;
  readonly inUse: readonly [string, string][];
  readonly state: Readonly<Record<string, number>>;
}

const own = process.env.PAGES?.split(":", 2) as [goarch: string, path: string] | undefined;
const files: [goarch: string, path: string | URL][] = own
  ? [own]
  : ["amd64", "386"].map(arch => [
      arch,
      new URL(`../../docs/data/vectors/pages-${arch}.jsonl`, import.meta.url),
    ]);

const hex = (address: number) => `0x${address.toString(16)}`;

/** Does a step. Returns what came of it, as it was recorded. */
function take(p: pageAlloc, caches: pageCache[], step: Step, {base, physPageSize}: Case): object {
  const answer = ([addr, scav]: [number, number]) => ({got: hex(addr), scav});
  const from = Number(base);
  switch (step.op) {
    case "grow":
      p.grow(from + step.chunk * chunkBytes, chunkBytes);
      return {};
    case "alloc":
      return answer(p.alloc(step.pages));
    case "free":
      p.free(from + step.at * pageSize, step.pages, step.scavenged);
      return {};
    case "cache": {
      const c = allocToCache(p);
      if (!c.empty()) caches.push(c);
      const words = {cache: word(c.cacheLo, c.cacheHi), cscav: word(c.scavLo, c.scavHi)};
      return {got: hex(c.base), cache: `0x${words.cache}`, cscav: `0x${words.cscav}`};
    }
    case "allocFromCache":
      return answer(caches[step.which]!.alloc(step.pages));
    case "flush":
      caches.splice(step.which, 1)[0]!.flush(p);
      return {};
    case "scavenge": {
      // The recorder changes the system's page size for this alone: memory is mapped by the real one.
      const real = p.rt.physPageSize;
      p.rt.physPageSize = physPageSize;
      const got = scavenge(p, step.bytes ?? Number.POSITIVE_INFINITY);
      p.rt.physPageSize = real;
      return {got};
    }
  }
}

/** What a step was given. The rest of its row is what came of it. */
const given = new Set(["op", "chunk", "pages", "at", "scavenged", "which", "bytes"]);

test.each(files)(
  "every step on %s has the recorded outcome, and so has everything that is left",
  (goarch, path) => {
    const compared = {cases: 0, steps: 0, fields: 0};
    /** Compares, and counts what it compares. */
    const same = (mine: object, recorded: object) => {
      compared.fields += Object.keys(recorded).length;
      expect(mine).toEqual(recorded);
    };
    for (const line of readFileSync(path, "utf8").trimEnd().split("\n")) {
      const each = JSON.parse(line) as Case;
      const p = emptyPageAlloc({goarch, physPageSize: 4096, physHugePageSize: each.physHugePageSize});
      const caches: pageCache[] = [];
      for (const step of each.ops) {
        const outcome = take(p, caches, step, each);
        const {index} = p.scav;
        const recorded = Object.fromEntries(Object.entries(step).filter(([key]) => !given.has(key)));
        same({...outcome, searchAddr: hex(p.searchAddr), scavSearchAddr: index.searchAddr.a}, recorded);
      }
      compared.steps += each.ops.length;
      compared.cases++;

      const held = contents(p, Number(each.base));
      for (const [i, {alloc, scav, sums, indexed}] of Object.entries(each.end)) {
        const ci = p.chunkIndex(Number(each.base)) + Number(i);
        const mine = p.summary.map((level, l) => {
          const {start, max, end} = level.get(p.offAddrToLevelIndex(l, p.chunkBase(ci)));
          return [start, max, end];
        });
        const isIndexed = ((p.scav.index.entry(Math.floor(ci / 8)) >> (ci % 8)) & 1) === 1;
        same({...held[Number(i)], sums: mine, indexed: isIndexed}, {alloc, scav, sums, indexed});
      }
      const {minHeapIdx, min, max} = p.scav.index;
      const {start, end, summaryMappedReady} = p;
      const {totalBytes} = p.inUse;
      same({start, end, totalBytes, summaryMappedReady, minHeapIdx, min, max}, each.state);
      same(
        p.inUse.ranges.elems.map(r => [hex(r.base), hex(r.limit)]),
        each.inUse,
      );
    }
    if (own) console.log(compared);
    else expect(compared).toEqual(expected[goarch]);
  },
  120_000,
);

/** How much there is to compare. */
const expected: Record<string, {cases: number; steps: number; fields: number}> = {
  amd64: {cases: 43, steps: 3900, fields: 14189},
  "386": {cases: 20, steps: 1200, fields: 4538},
};
