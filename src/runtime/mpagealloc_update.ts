// Keeping the summaries true when bits of chunks have changed.

import type {pageAlloc} from "./mpagealloc.js";
import {freeChunkSum} from "./mpallocbits.js";
import {mergeSummaries, nothingFree} from "./pallocsum.js";

/**
 * Updates the summaries of `npages` pages from `base` on: those of the chunks, then level by level those above, until
 * nothing changes any more.
 *
 * `contig` says that all of these pages have just been allocated (`alloc`) or freed. Then the chunks between the first
 * and the last need not be looked at.
 *
 * @go runtime/mpagealloc.go pageAlloc.update go1.19.8
 */
export function update(p: pageAlloc, base: number, npages: number, contig: boolean, alloc: boolean): void {
  const limit = base + npages * p.pageSize;
  const [sc, ec] = [p.chunkIndex(base), p.chunkIndex(limit - p.pageSize)];
  let changed = p.leaves.set(sc, p.chunkOf(sc).summarize());
  if (sc !== ec) {
    const between = alloc ? nothingFree : freeChunkSum;
    for (let c = sc + 1; c < ec; c++) p.leaves.set(c, contig ? between : p.chunkOf(c).summarize());
    p.leaves.set(ec, p.chunkOf(ec).summarize());
    changed = true;
  }

  for (let l = p.levels - 2; l >= 0 && changed; l--) {
    changed = false;
    const below = p.summary[l + 1]!;
    const entriesPerBlock = p.entriesPerBlock[l + 1]!;
    const pages = p.entryPages[l + 1]!;
    const [lo, hi] = p.addrsToSummaryRange(l, base, limit);
    for (let i = lo; i < hi; i++) {
      const sum = mergeSummaries(below, i * entriesPerBlock, (i + 1) * entriesPerBlock, pages);
      if (p.summary[l]!.set(i, sum)) changed = true;
    }
  }
}
