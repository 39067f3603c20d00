// Which pages of a chunk to return to the system.
//
// The system takes back whole physical pages, which on some machines are larger than the pages of the heap; and it should
// not have to break a huge page for a small part of it. A search goes down from the end of the chunk.

import {LeadingZeros64, ones32} from "./intrinsics.js";
import type {pallocData} from "./mpallocbits.js";
import {Throw} from "./panic.js";
import type {Runtime} from "./runtime.js";
import {isPowerOfTwo, round, roundDown} from "./stubs.js";

/**
 * 32 bits in which each aligned group of `m` becomes all ones if any of its bits is one. `m` is a power of two up to 32;
 * Go's words are of 64 bits, and so its groups can have 64.
 *
 * Adding ones below a group's top bit carries into that bit unless all below are zero. So the top bits tell, and
 * subtracting 1 from those that are set spreads them over the group.
 *
 * @go runtime/mgcscavenge.go fillAligned go1.19.8
 */
export function fillAligned(x: number, m: number): number {
  if (m === 1) return x;
  const top = topBits.get(m)!;
  const below = ~top;
  const empty = ~(((x & below) + below) | x | below);
  return ~((empty - (empty >>> (m - 1))) | empty);
}

/** The top bit of each group, by the bits of a group. */
const topBits: ReadonlyMap<number, number> = new Map([
  [2, 0xaaaaaaaa],
  [4, 0x88888888],
  [8, 0x80808080],
  [16, 0x80008000],
  [32, 0x80000000],
]);

/** Of a word of 64 pages, those that cannot be returned with all of their group of `min`: the lower half. */
function heldLo(m: pallocData, i: number, min: number): number {
  const x = m.block64Lo(i) | m.scavenged.block64Lo(i);
  if (min <= 32) return fillAligned(x, min);
  return (x | m.block64Hi(i) | m.scavenged.block64Hi(i)) === 0 ? 0 : -1;
}

/** The upper half. */
function heldHi(m: pallocData, i: number, min: number): number {
  const x = m.block64Hi(i) | m.scavenged.block64Hi(i);
  if (min <= 32) return fillAligned(x, min);
  return (x | m.block64Lo(i) | m.scavenged.block64Lo(i)) === 0 ? 0 : -1;
}

/**
 * The highest run of pages that are free and not scavenged, at or below page `searchIdx`: its first page and its length;
 * a length of 0 if there is none.
 *
 * It consists of aligned groups of `min` pages, a power of two up to 64. If it is longer than `max` pages, its upper `max`
 * are returned, and more if that would cut through a free huge page.
 *
 * @go runtime/mgcscavenge.go pallocData.findScavengeCandidate go1.19.8
 */
export function findScavengeCandidate(
  rt: Runtime,
  m: pallocData,
  searchIdx: number,
  min: number,
  max: number,
): [start: number, size: number] {
  checkMin(rt, min);
  max = max === 0 ? min : round(max, min);

  // Down to the word that has the end of the run in it, and on to where the run begins.
  let end = 0;
  let run = 0;
  for (let i = roundDown(searchIdx, 64); i >= 0; i -= 64) {
    const lo = heldLo(m, i, min);
    const hi = heldHi(m, i, min);
    const above = run === 0 ? LeadingZeros64(~lo, ~hi) : 0;
    if (above === 64) continue;
    if (run === 0) end = i + 64 - above;
    const here = 64 - above;
    const free = LeadingZeros64(lo & lowOnes(here), hi & lowOnes(here - 32)) - above;
    run += free;
    if (free < here) break;
  }
  const size = Math.min(run, max);
  return wholeHugePage(rt, end, run, size);
}

/** The lowest `n` of 32 bits; all if there are more, none if `n` is below 0. */
function lowOnes(n: number): number {
  return ones32(0, Math.max(0, Math.min(32, n)));
}

/**
 * The upper `size` pages of a run that ends at `end`, or more of them: all of a huge page that lies in the run and that
 * the lower end would cut.
 */
function wholeHugePage(rt: Runtime, end: number, run: number, size: number): [start: number, size: number] {
  const start = end - size;
  const {physHugePageSize} = rt;
  const {_PageSize} = rt.constants;
  if (physHugePageSize <= _PageSize || physHugePageSize <= rt.physPageSize) return [start, size];
  const pagesPerHugePage = physHugePageSize / _PageSize;
  const below = roundDown(start, pagesPerHugePage);
  if (round(start, pagesPerHugePage) > end || below < end - run) return [start, size];
  return [below, end - below];
}

/** Throws for a group size that no physical page has. */
function checkMin(rt: Runtime, min: number): void {
  const isSize = min > 0 && isPowerOfTwo(min);
  if (isSize && min <= maxPagesPerPhysPage(rt)) return;
  rt.print(`runtime: min = ${min}`);
  throw new Throw(rt, isSize ? "min too large" : "min must be a non-zero power of 2");
}

/** @go runtime/mgcscavenge.go maxPagesPerPhysPage go1.19.8 */
function maxPagesPerPhysPage({constants}: Runtime): number {
  return constants.maxPhysPageSize! / constants._PageSize;
}
