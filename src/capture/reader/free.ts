// The free pages of a heap as runs, from whatever a release keeps of them.
//
// Up to go1.13 a run of free pages is a span. Later a bitmap says which pages are taken, chunk by chunk, and a second one which were
// returned to the system; a P may have taken up to 64 pages into its cache, which are free as well. Where a recording
// lacks chunks, free is what lies between spans, and nobody knows what of it was returned.

import type {Field} from "./field.js";
import {flag, type Spans, state} from "./spans.js";

/** Runs of free pages by address; `returned` counts the pages of a run that were returned to the system. */
export interface FreeRuns {
  readonly length: number;
  readonly start: Float64Array;
  readonly pages: Float64Array;
  readonly returned: Float64Array;
  /** What they were read from. */
  readonly from: "spans" | "bitmaps" | "gaps";
  /** Pages in the caches of Ps, and how many of those were returned. They are in the runs, too. */
  readonly cached: number;
  readonly cachedReturned: number;
  /** Pages that are marked as taken and returned at once: no span may use them. go1.25 and later skip some. */
  readonly skipped: number;
  /** Pages that were never used since they were obtained; known up to go1.13, where a free span says so. */
  readonly untouched: number;
  /** Bytes of addresses that the page allocator has. */
  readonly managed: number;
}

/** A piece of memory that is free, returned or taken; addresses in bytes. */
interface Piece {
  readonly start: number;
  readonly pages: number;
  readonly returned: number;
}

/** The most pages whose bits are looked at: a heap of 8 TiB. */
const mostPages = 2 ** 30;

/** Joins pieces that touch. */
function joined(
  pieces: readonly Piece[],
  page: number,
): Pick<FreeRuns, "length" | "start" | "pages" | "returned"> {
  const sorted = [...pieces].sort((a, b) => a.start - b.start);
  const runs: {start: number; pages: number; returned: number}[] = [];
  for (const {start, pages, returned} of sorted) {
    const last = runs.at(-1);
    if (last !== undefined && last.start + last.pages * page === start) {
      last.pages += pages;
      last.returned += returned;
    } else runs.push({start, pages, returned});
  }
  return {
    length: runs.length,
    start: Float64Array.from(runs, r => r.start),
    pages: Float64Array.from(runs, r => r.pages),
    returned: Float64Array.from(runs, r => r.returned),
  };
}

/** Free runs where free pages are spans. */
export function freeSpans(spans: Spans, page: number): FreeRuns {
  const pieces: Piece[] = [];
  let managed = 0;
  let untouched = 0;
  for (let i = 0; i < spans.length; i++) {
    const pages = spans.npages[i]!;
    if (spans.state[i] !== state.dead) managed += pages * page;
    if (spans.state[i] !== state.free) continue;
    const returned = (spans.flags[i]! & flag.scavenged) === 0 ? 0 : pages;
    if ((spans.flags[i]! & (flag.scavenged | flag.needzero)) === 0) untouched += pages;
    pieces.push({start: spans.base[i]!, pages, returned});
  }
  return {
    ...joined(pieces, page),
    from: "spans",
    cached: 0,
    cachedReturned: 0,
    skipped: 0,
    untouched,
    managed,
  };
}

/** Reads runs `[first, length]` inside a chunk, in order and without overlap. */
function readRuns(field: Field, pages: number): Uint8Array {
  const set = new Uint8Array(pages);
  let end = 0;
  for (const run of field.items(pages)) {
    const [first, length] = run.pair("a first page and a number of pages");
    const from = first.whole(end, pages - 1);
    end = from + length.whole(1, pages - from);
    set.fill(1, from, end);
  }
  return set;
}

/** What the page cache of a P holds: 64 pages from `base`, of which those are free whose bit is set. */
export interface PageCache {
  readonly base: number;
  readonly cache: readonly [number, number];
  readonly scav: readonly [number, number];
}

/** The number of bits that are set. */
export function ones(n: number): number {
  let [left, sum] = [n >>> 0, 0];
  for (; left !== 0; left = (left & (left - 1)) >>> 0) sum++;
  return sum;
}

const bit = ([high, low]: readonly [number, number], i: number) =>
  ((i < 32 ? low >>> i : high >>> (i - 32)) & 1) === 1;

/** The ranges of addresses that a page allocator looks after: each from its first address to the one behind its last. */
export function inUseOf(pages: Field): (readonly [number, number])[] {
  return pages
    .at("inUse")
    .items(1 << 20)
    .map(range => {
      const [low, high] = range.pair("two addresses");
      return [low.address(), high.address()] as const;
    });
}

/** Free runs from the bitmaps of the page allocator. null if chunks are missing. */
export function freeInBitmaps(pages: Field, caches: readonly PageCache[], page: number): FreeRuns | null {
  const ranges = inUseOf(pages);
  const managed = ranges.reduce((sum, [low, high]) => sum + Math.max(0, high - low), 0);
  const chunkPages = pages.at("chunk_bytes").whole(page, 2 ** 32) / page;
  if (!Number.isInteger(chunkPages) || chunkPages > 65536)
    pages.at("chunk_bytes").fail(`a multiple of ${page}`);
  const pieces: Piece[] = [];
  let [seen, skipped, last] = [0, 0, -1];
  for (const chunk of pages.at("chunks").items(Math.floor(mostPages / chunkPages))) {
    const start = chunk.at("addr").address();
    if (start <= last) chunk.at("addr").fail("addresses in order");
    last = start;
    const taken = readRuns(chunk.at("alloc_runs"), chunkPages);
    const returned = readRuns(chunk.at("scavenged_runs"), chunkPages);
    seen += chunkPages * page;
    for (let i = 0; i < chunkPages; ) {
      let [j, gone] = [i, 0];
      for (; j < chunkPages && taken[j] === taken[i]; j++) gone += returned[j]!;
      if (taken[i] === 0) pieces.push({start: start + i * page, pages: j - i, returned: gone});
      else skipped += gone;
      i = j;
    }
  }
  if (seen !== managed) return null;
  const cached = caches.flatMap(({base, cache, scav}) =>
    Array.from({length: 64}, (_, i) => i)
      .filter(i => bit(cache, i))
      .map(i => ({start: base + i * page, pages: 1, returned: bit(scav, i) ? 1 : 0})),
  );
  return {
    ...joined([...pieces, ...cached], page),
    from: "bitmaps",
    cached: cached.length,
    cachedReturned: cached.reduce((sum, c) => sum + c.returned, 0),
    skipped,
    untouched: 0,
    managed,
  };
}

/** Free runs as what lies between the spans of each range. */
export function freeInGaps(
  spans: Spans,
  ranges: readonly (readonly [number, number])[],
  page: number,
): FreeRuns {
  const pieces: Piece[] = [];
  let next = 0;
  for (const [low, high] of [...ranges].sort((a, b) => a[0] - b[0])) {
    let at = low;
    for (; next < spans.length && spans.base[next]! < high; next++) {
      const s = spans.state[next];
      if (s !== state.inUse && s !== state.manual) continue;
      const base = spans.base[next]!;
      if (base > at) pieces.push({start: at, pages: (base - at) / page, returned: 0});
      at = Math.max(at, base + spans.npages[next]! * page);
    }
    if (high > at) pieces.push({start: at, pages: (high - at) / page, returned: 0});
  }
  const managed = ranges.reduce((sum, [low, high]) => sum + Math.max(0, high - low), 0);
  return {
    ...joined(pieces, page),
    from: "gaps",
    cached: 0,
    cachedReturned: 0,
    skipped: 0,
    untouched: 0,
    managed,
  };
}
