// The page allocator, against what go1.19.8's own page allocator answered to the same questions.

import {readFileSync} from "node:fs";
import {expect, test} from "vitest";
import {allocToCache} from "../../src/runtime/mpagecache.js";
import {contents, newPageAlloc, pageSize, type run} from "../runtime/pages.js";

interface Op {
  readonly op: "alloc" | "free" | "cache";
  readonly pages?: number;
  readonly at?: number;
  readonly got?: string;
  readonly scav?: number;
  readonly cache?: string;
  readonly cscav?: string;
}

interface Case {
  readonly base: string;
  readonly chunks: Record<string, run[]>;
  readonly scav: Record<string, run[]>;
  readonly ops: Op[];
  readonly end: Record<string, run[]>;
}

// VECTORS names other recordings of the same kind to compare with.
const path = process.env.VECTORS ?? new URL("../../docs/data/vectors/pagealloc.jsonl", import.meta.url);
const cases = readFileSync(path, "utf8")
  .trimEnd()
  .split("\n")
  .map(line => JSON.parse(line) as Case);

const hex = (address: number) => `0x${address.toString(16)}`;
/** A word of 64 bits, from its halves. */
const word = (lo: number, hi: number) => `0x${((BigInt(hi >>> 0) << 32n) | BigInt(lo >>> 0)).toString(16)}`;

/** Allocated pages by chunk, chunks in order. */
const sorted = (chunks: Record<string, readonly run[]>) =>
  Object.fromEntries(Object.entries(chunks).sort(([a], [b]) => Number(a) - Number(b)));

test("every answer is the recorded one, and so are the pages that are allocated in the end", () => {
  const compared = {alloc: 0, free: 0, cache: 0, chunks: 0};
  for (const {base, chunks, scav, ops, end} of cases) {
    const p = newPageAlloc(chunks, scav);
    for (const {op, pages = 0, at = 0, ...recorded} of ops) {
      compared[op]++;
      if (op === "free") p.free(Number(base) + at * pageSize, pages, true);
      else if (op === "alloc") {
        const [addr, scavenged] = p.alloc(pages);
        expect({got: hex(addr), scav: scavenged}).toEqual({scav: 0, ...recorded});
      } else {
        const c = allocToCache(p);
        expect({
          got: hex(c.base),
          cache: word(c.cacheLo, c.cacheHi),
          cscav: word(c.scavLo, c.scavHi),
        }).toEqual(recorded);
      }
    }
    const got = Object.keys(end).map(i => [i, contents(p)[Number(i)]!.alloc]);
    expect(sorted(Object.fromEntries(got))).toEqual(sorted(end));
    compared.chunks += got.length;
  }
  // Of one's own recordings there are as many as there are.
  if (!process.env.VECTORS) expect(compared).toEqual({alloc: 1459, free: 543, cache: 398, chunks: 222});
});
