// The heap that the page searches: a terabyte of pages, nearly all in use.
//
// Only chunks with a free page are made, and the first and last of the heap. To the summaries a full chunk and one that
// was never made look the same: 0, 0, 0. So a search takes the same way as if all were there, and a page can make the heap.

import {emptyPageAlloc} from "../../src/capture/pagealloc.js";
import type {pageAlloc} from "../../src/runtime/mpagealloc.js";

/** Bytes in the heap, in a chunk, in a page; pages in a chunk. */
export const heapBytes = 2 ** 40;
export const chunkPages = 512;
export const pageSize = 8192;
const chunkBytes = chunkPages * pageSize;

/** Where the heap begins: at the first hint of most 64-bit systems. */
export const start = 0xc000000000;
export const chunkCount = heapBytes / chunkBytes;
export const pageCount = heapBytes / pageSize;

/** Free pages between pages in use. `page` counts from the start of the heap. */
export interface Hole {
  readonly page: number;
  readonly npages: number;
}

/** Entries of the root level, from the start of the heap, that have holes of up to 4 pages: chunks of theirs, and where. */
const sprinkled = [2, 3, 7, 12, 19, 28, 36];

/** The holes, by address. */
export const holes: readonly Hole[] = [
  ...sprinkled
    .flatMap((entry, i) =>
      Array.from({length: 12}, (_, k): Hole => {
        const chunk = entry * 4096 + ((k * 1237 + i * 311) % 4096);
        return {page: chunk * chunkPages + 5 + ((k * 97 + i * 41) % 490), npages: 1 + ((k + i) % 4)};
      }),
    )
    .sort((a, b) => a.page - b.page),
  // 3 pages at the end of a chunk and 2 at the start of the next, which is in another block of 8.
  {page: 158_784 * chunkPages - 3, npages: 5},
  {page: 163_021 * chunkPages + 77, npages: 12},
  {page: 186_502 * chunkPages + 300, npages: 40},
  // It begins in one chunk, fills the next and ends in a third.
  {page: 211_339 * chunkPages - 120, npages: 700},
];

/** Puts the heap into an allocator that has no page yet. */
export function fillHeap(p: pageAlloc): void {
  const touched = new Set([0, chunkCount - 1]);
  for (const {page, npages} of holes) {
    for (let c = Math.floor(page / chunkPages); c * chunkPages < page + npages; c++) touched.add(c);
  }
  for (const c of [...touched].sort((a, b) => a - b)) {
    p.grow(start + c * chunkBytes, chunkBytes);
    p.allocRange(start + c * chunkBytes, chunkPages);
  }
  for (const {page, npages} of holes) p.free(start + page * pageSize, npages, false);
}

/** The heap. */
export function terabyte(): pageAlloc {
  const p = emptyPageAlloc();
  fillHeap(p);
  return p;
}

/** The free pages of a chunk, counted from the start of the heap: [first, how many]. A chunk that is not made has none. */
export function freeRuns(p: pageAlloc, chunk: number): (readonly [number, number])[] {
  const ci = p.chunkIndex(start) + chunk;
  if (p.leaves.max(ci) === 0) return [];
  const bits = p.chunkOf(ci);
  const runs: [number, number][] = [];
  for (let i = 0; i < chunkPages; i++) {
    if (bits.get(i) === 1) continue;
    const last = runs.at(-1);
    if (last !== undefined && last[0] + last[1] === i) last[1]++;
    else runs.push([i, 1]);
  }
  return runs;
}

/** How many pages a loop over all pages looks at until it has seen `npages` free ones in a row. */
export function byLoop(npages: number): {looked: number; found: boolean} {
  const hole = holes.find(each => each.npages >= npages);
  return hole === undefined ? {looked: pageCount, found: false} : {looked: hole.page + npages, found: true};
}
