// Where the summaries lie in memory.
//
// With 48 bits of address they would take over half a gigabyte, of which a heap needs few pages. So init reserves
// addresses for all of them, and grow maps those that the heap has come to need. Where addresses have 32 bits, all
// summaries fit into 12 KiB, and init maps them at once.

import {sysMap, sysReserve, sysUsed} from "./mem.js";
import type {pageAlloc} from "./mpagealloc.js";
import {addrRange, makeAddrRange} from "./mranges.js";
import {Throw} from "./panic.js";
import {isMultiple, round, roundDown} from "./stubs.js";

/** Bytes in a packed summary. @go runtime/mpagealloc.go pallocSumBytes go1.19.8 */
export const pallocSumBytes = 8;

/**
 * Reserves addresses for each level.
 *
 * @go runtime/mpagealloc_64bit.go pageAlloc.sysInit go1.19.8
 */
export function sysInit64(p: pageAlloc): void {
  const {rt} = p;
  for (const level of p.summary) {
    level.array = sysReserve(rt, 0, round(level.cap * pallocSumBytes, rt.physPageSize));
    if (level.array === 0) throw new Throw(rt, "failed to reserve page summary memory");
  }
}

/**
 * Maps all levels, one after the other, in one reservation.
 *
 * @go runtime/mpagealloc_32bit.go pageAlloc.sysInit go1.19.8
 */
export function sysInit32(p: pageAlloc): void {
  const {rt} = p;
  let entries = 0;
  for (const level of p.summary) entries += level.cap;
  const totalSize = round(entries * pallocSumBytes, rt.physPageSize);
  let reservation = sysReserve(rt, 0, totalSize);
  if (reservation === 0) throw new Throw(rt, "failed to reserve page summary memory");
  sysMap(rt, reservation, totalSize, p.sysStat);
  sysUsed(rt, reservation, totalSize);
  p.summaryMappedReady += totalSize;
  for (const level of p.summary) {
    level.array = reservation;
    reservation += level.cap * pallocSumBytes;
  }
}

/** Throws unless both bounds of a growth are bounds of chunks. */
export function checkAligned(p: pageAlloc, base: number, limit: number): void {
  const {rt, pallocChunkBytes} = p;
  if (isMultiple(base, pallocChunkBytes) && isMultiple(limit, pallocChunkBytes)) return;
  rt.print(`runtime: base = 0x${base.toString(16)}, limit = 0x${limit.toString(16)}`);
  throw new Throw(rt, "sysGrow bounds not aligned to pallocChunkBytes");
}

/**
 * Maps the summaries of a range of addresses that the heap has not reached before.
 *
 * A page of summaries also holds those of addresses nearby. Mapping it again would zero it: what the ranges before and
 * after have had mapped is cut off.
 *
 * @go runtime/mpagealloc_64bit.go pageAlloc.sysGrow go1.19.8
 */
export function sysGrow64(p: pageAlloc, base: number, limit: number): void {
  const {rt} = p;
  checkAligned(p, base, limit);
  const inUseIndex = p.inUse.findSucc(base);
  const neighbors = p.inUse.ranges.elems.slice(Math.max(0, inUseIndex - 1), inUseIndex + 1);
  for (const [l, level] of p.summary.entries()) {
    const [needIdxBase, needIdxLimit] = summaryRange(p, l, makeAddrRange(rt, base, limit));
    level.len = Math.max(level.len, needIdxLimit);
    let need = sumAddrRange(p, l, needIdxBase, needIdxLimit);
    for (const r of neighbors) {
      const [lo, hi] = summaryRange(p, l, r);
      need = need.subtract(rt, sumAddrRange(p, l, lo, hi));
    }
    if (need.size() === 0) continue;
    sysMap(rt, need.base, need.size(), p.sysStat);
    sysUsed(rt, need.base, need.size());
    p.summaryMappedReady += need.size();
  }
}

/** The entries of a level that a range needs: whole blocks. */
function summaryRange(p: pageAlloc, level: number, r: addrRange): [lo: number, hi: number] {
  return p.blockAlignSummaryRange(level, ...p.addrsToSummaryRange(level, r.base, r.limit));
}

/** The whole pages of memory that entries of a level lie in. */
function sumAddrRange(p: pageAlloc, level: number, lo: number, hi: number): addrRange {
  const {physPageSize} = p.rt;
  const {array} = p.summary[level]!;
  return new addrRange(
    array + roundDown(lo * pallocSumBytes, physPageSize),
    array + round(hi * pallocSumBytes, physPageSize),
  );
}

/**
 * Notes how far the heap now reaches; the memory is there.
 *
 * @go runtime/mpagealloc_32bit.go pageAlloc.sysGrow go1.19.8
 */
export function sysGrow32(p: pageAlloc, base: number, limit: number): void {
  checkAligned(p, base, limit);
  for (const [l, level] of p.summary.entries()) {
    const [, hi] = summaryRange(p, l, new addrRange(base, limit));
    level.len = Math.max(level.len, hi);
  }
}
