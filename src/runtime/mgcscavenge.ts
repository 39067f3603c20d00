// Scavenging: giving the memory of free pages back to the system, and keeping their addresses.
//
// It goes from the highest chunk that the index knows downwards, a run of pages at a time. While a run is being returned,
// its pages count as allocated, so that nobody takes them. Afterwards they are free again, and marked as scavenged.

import {sysUnused} from "./mem.js";
import type {pageAlloc} from "./mpagealloc.js";
import type {chunkIdx} from "./mpagealloc_levels.js";
import {pallocChunkPages} from "./mpagebits.js";
import {Throw} from "./panic.js";
import {findScavengeCandidate} from "./scavengecandidate.js";

/**
 * Returns at least `nbytes` bytes to the system, unless there is not that much to return. Infinity asks for everything.
 * `shouldStop` can end it earlier. Returns how many bytes went.
 *
 * @go runtime/mgcscavenge.go pageAlloc.scavenge go1.19.8
 */
export function scavenge(p: pageAlloc, nbytes: number, shouldStop?: () => boolean): number {
  let released = 0;
  while (released < nbytes) {
    const [ci, pageIdx] = p.scav.index.find(p);
    if (ci === 0) break;
    released += scavengeOne(p, ci, pageIdx, nbytes - released);
    if (shouldStop?.()) break;
  }
  return released;
}

/**
 * Returns one run of pages of a chunk to the system: about `max` bytes, rounded up to physical pages, or more to keep a
 * huge page whole. Returns how many bytes went; if there was nothing to return, the index no longer has the chunk.
 *
 * @go runtime/mgcscavenge.go pageAlloc.scavengeOne go1.19.8
 */
export function scavengeOne(p: pageAlloc, ci: chunkIdx, _searchIdx: number, max: number): number {
  const {rt, pageSize} = p;
  const maxPages = Math.ceil(max / pageSize);
  const minPages = Math.max(1, rt.physPageSize / pageSize);
  if (p.leaves.max(ci) >= minPages) {
    const chunk = p.chunkOf(ci);
    // Go is told where to begin as well, and begins at the end of the chunk.
    const [base, npages] = findScavengeCandidate(rt, chunk, pallocChunkPages - 1, minPages, maxPages);
    if (npages !== 0) {
      const addr = p.chunkBase(ci) + base * pageSize;
      if (p.allocRange(addr, npages) !== 0) throw new Throw(rt, "double scavenge");
      if (!p.test) giveBack(p, addr, npages * pageSize);
      p.free(addr, npages, true);
      chunk.scavenged.setRange(base, npages);
      return npages * pageSize;
    }
  }
  p.scav.index.clear(ci);
  return 0;
}

/** Tells the system that `nbytes` bytes are not needed, and counts them as released. */
function giveBack({rt}: pageAlloc, addr: number, nbytes: number): void {
  sysUnused(rt, addr, nbytes);
  rt.gcController.heapReleased += nbytes;
  rt.gcController.heapFree -= nbytes;
  rt.memstats.heapStats.committed -= nbytes;
  rt.memstats.heapStats.released += nbytes;
}
