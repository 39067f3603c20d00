// Before the heap grows: sweep spans without a marked object, which are the ones that give pages back.
//
// Go keeps this in mheap.go. An arena knows by a bit for each page which spans are in use and which of them have a marked
// object. Those who look for pages take 512 pages at a time; what one frees beyond its need is credit for the next.

import type {Runtime} from "./runtime.js";

/** What reclaimIndex is set to when there is nothing left to reclaim. */
const reclaimDone = 2 ** 63;

/**
 * Frees at least `npage` pages by sweeping spans without a marked object, before the heap grows by as many.
 *
 * @go runtime/mheap.go mheap.reclaim go1.12.17
 */
export function reclaim(rt: Runtime, npage: number): void {
  const {mheap_} = rt;
  const {pagesPerArena} = rt.constants;
  const pagesPerChunk = 512;
  if (mheap_.reclaimIndex >= reclaimDone) return;
  while (npage > 0) {
    const take = Math.min(mheap_.reclaimCredit, npage);
    if (take > 0) {
      mheap_.reclaimCredit -= take;
      npage -= take;
      continue;
    }
    const idx = mheap_.reclaimIndex;
    mheap_.reclaimIndex += pagesPerChunk;
    if (Math.floor(idx / pagesPerArena) >= mheap_.sweepArenas.length) {
      mheap_.reclaimIndex = reclaimDone;
      break;
    }
    const nfound = reclaimChunk(rt, idx, pagesPerChunk);
    mheap_.reclaimCredit += Math.max(0, nfound - npage);
    npage = Math.max(0, npage - nfound);
  }
}

/**
 * Sweeps the spans without a marked object that begin in `n` pages from `pageIdx` on. Returns the pages freed.
 *
 * @go runtime/mheap.go mheap.reclaimChunk go1.12.17
 */
function reclaimChunk(rt: Runtime, pageIdx: number, n: number): number {
  const {mheap_} = rt;
  const {pagesPerArena} = rt.constants;
  const sg = mheap_.sweepgen;
  let nFreed = 0;
  for (let i = pageIdx; i < pageIdx + n; i++) {
    const ha = mheap_.arenaOf(mheap_.arenaBase(mheap_.sweepArenas[Math.floor(i / pagesPerArena)]!))!;
    const page = i % pagesPerArena;
    const inUseUnmarked = ha.pageInUse[page >> 3]! & ~ha.pageMarks[page >> 3]!;
    if ((inUseUnmarked & (1 << (page & 7))) === 0) continue;
    const s = ha.spans[page]!;
    if (s.sweepgen !== sg - 2) continue;
    s.sweepgen = sg - 1;
    const npages = s.npages;
    if (rt.parts.sweep(rt, s, false)) nFreed += npages;
  }
  return nFreed;
}
