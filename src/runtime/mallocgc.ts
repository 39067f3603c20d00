// mallocgc: from a size to an address.
//
// Go keeps this in malloc.go. There are three ways. Objects without pointers below 16 bytes share a block; objects
// up to 32 KiB get a block of their size class from the mcache's span; larger ones get a span of their own.

import {heapBitsSetType} from "./heapbits.js";
import {ctzAllocCache, initSpan, nextFreeIndex, shiftAllocCache} from "./mbitmap.js";
import {type mcache, nextSample} from "./mcache.js";
import {deductSweepCredit} from "./mgcsweep.js";
import {makeSpanClass, type mspan} from "./mspan.js";
import {Throw} from "./panic.js";
import type {Runtime} from "./runtime.js";
import type {_type} from "./type.js";

/** Objects without pointers that are smaller than this share blocks of this size. */
const maxTinySize = 16;
/** Size class 2, no pointers: where those blocks come from. */
const tinySpanClass = makeSpanClass(2, true);
const maxSmallSize = 32768;

/**
 * Allocates `size` bytes for an object of type `typ`, or for one without pointers if `typ` is null. Returns its
 * address.
 *
 * @go runtime/malloc.go mallocgc go1.12.17
 */
export function mallocgc(rt: Runtime, size: number, typ: _type | null): number {
  if (size === 0) return rt.zerobase;
  const mp = rt.m0;
  if (mp.mallocing !== 0) throw new Throw(rt, "malloc deadlock");
  mp.mallocing = 1;

  const dataSize = size;
  const c = mp.mcache!;
  const noscan = typ === null || typ.ptrdata === 0;
  let x: number;
  if (size > maxSmallSize) {
    const s = rt.parts.largeAlloc(rt, size, noscan);
    s.freeindex = 1;
    s.freeIndexForScan = 1;
    s.allocCount = 1;
    x = s.startAddr;
    size = s.elemsize;
  } else if (noscan && size < maxTinySize) {
    x = tinyAlloc(c, size);
    if (x !== 0) {
      // It fitted into the block that is there: nothing else was allocated.
      mp.mallocing = 0;
      return x;
    }
    x = newTinyBlock(rt, c, size);
    size = maxTinySize;
  } else {
    const {class_to_size, size_to_class8, size_to_class128} = rt.sizeclasses;
    const sizeclass = size <= 1016 ? size_to_class8[(size + 7) >> 3]! : size_to_class128[(size - 897) >> 7]!;
    size = class_to_size[sizeclass]!;
    const spc = (sizeclass << 1) | (noscan ? 1 : 0);
    x = nextFreeFast(c.alloc[spc]!) || nextFree(rt, c, spc);
  }

  if (!noscan) {
    heapBitsSetType(rt, x, size, dataSize, typ);
    c.local_scan += dataSize > typ.size ? dataSize - typ.size + typ.ptrdata : typ.ptrdata;
  }
  mp.mallocing = 0;
  if (rt.MemProfileRate > 0) sampleAlloc(rt, c, size);
  return x;
}

/**
 * Puts a tiny object into the mcache's block, if it fits there at an alignment that any type of its size could
 * want. Returns 0 if it does not fit.
 *
 * @go runtime/malloc.go mallocgc go1.12.17
 */
export function tinyAlloc(c: mcache, size: number): number {
  let off = c.tinyoffset;
  if ((size & 7) === 0 || (size === 12 && c.aligns12)) off = (off + 7) & ~7;
  else if ((size & 3) === 0) off = (off + 3) & ~3;
  else if ((size & 1) === 0) off = (off + 1) & ~1;
  if (off + size > maxTinySize || c.tiny === 0) return 0;
  c.tinyoffset = off + size;
  c.local_tinyallocs++;
  return c.tiny + off;
}

/**
 * Starts a new block with a tiny object. The mcache goes on with whichever of the two blocks has more room left.
 *
 * @go runtime/malloc.go mallocgc go1.12.17
 */
export function newTinyBlock(rt: Runtime, c: mcache, size: number): number {
  const x = nextFreeFast(c.alloc[tinySpanClass]!) || nextFree(rt, c, tinySpanClass);
  if (size < c.tinyoffset || c.tiny === 0) {
    c.tiny = x;
    c.tinyoffset = size;
  }
  return x;
}

/**
 * The next free object of a span if allocCache knows one, otherwise 0.
 *
 * @go runtime/malloc.go nextFreeFast go1.12.17
 */
export function nextFreeFast(s: mspan): number {
  const lo = s.allocCacheLo;
  if (lo === 0) return nextFreeUpper(s);
  const theBit = 31 - Math.clz32(lo & -lo);
  const result = s.freeindex + theBit;
  if (result >= s.nelems) return 0;
  const freeidx = result + 1;
  // At the end of a group of 64, allocCache has to be filled anew.
  if ((freeidx & 63) === 0 && freeidx !== s.nelems) return 0;
  // Shifted in two steps, because a shift by 32 would not shift at all.
  const hi = s.allocCacheHi;
  s.allocCacheLo = ((lo >>> theBit) >>> 1) | (hi << (31 - theBit));
  s.allocCacheHi = (hi >>> theBit) >>> 1;
  s.freeindex = freeidx;
  s.freeIndexForScan = freeidx;
  s.allocCount++;
  return result * s.elemsize + s.startAddr;
}

/** The same where the lower half of allocCache has no free object, which is rare. */
function nextFreeUpper(s: mspan): number {
  const theBit = ctzAllocCache(s);
  const freeidx = s.freeindex + theBit + 1;
  if (theBit === 64 || freeidx > s.nelems || ((freeidx & 63) === 0 && freeidx !== s.nelems)) return 0;
  shiftAllocCache(s, theBit + 1);
  s.freeindex = freeidx;
  s.freeIndexForScan = freeidx;
  s.allocCount++;
  return (freeidx - 1) * s.elemsize + s.startAddr;
}

/**
 * The next free object of a class, from a new span if the mcache's is full.
 *
 * @go runtime/malloc.go mcache.nextFree go1.12.17
 */
export function nextFree(rt: Runtime, c: mcache, spc: number): number {
  let s = c.alloc[spc]!;
  let freeIndex = nextFreeIndex(rt, s);
  if (freeIndex === s.nelems) {
    if (s.allocCount !== s.nelems) {
      rt.print(`runtime: s.allocCount= ${s.allocCount} s.nelems= ${s.nelems}`);
      throw new Throw(rt, "s.allocCount != s.nelems && freeIndex == s.nelems");
    }
    rt.parts.refill(rt, c, spc);
    s = c.alloc[spc]!;
    freeIndex = nextFreeIndex(rt, s);
  }
  if (freeIndex >= s.nelems) throw new Throw(rt, "freeIndex is not valid");
  s.freeIndexForScan = s.freeindex;
  s.allocCount++;
  if (s.allocCount > s.nelems) {
    rt.print(`s.allocCount= ${s.allocCount} s.nelems= ${s.nelems}`);
    throw new Throw(rt, "s.allocCount > s.nelems");
  }
  return freeIndex * s.elemsize + s.startAddr;
}

/**
 * Allocates a span for one object of more than 32 KiB: whole pages, straight from the heap.
 *
 * @go runtime/malloc.go largeAlloc go1.12.17
 */
export function largeAlloc(rt: Runtime, size: number, noscan: boolean): mspan {
  const {_PageSize, _64bit} = rt.constants;
  // Where the sum would not fit into a uintptr, Go sees it wrap around.
  if (size + _PageSize >= (_64bit ? 2 ** 64 : 2 ** 32)) throw new Throw(rt, "out of memory");
  const npages = Math.ceil(size / _PageSize);
  deductSweepCredit(rt, npages * _PageSize, npages);
  const s = rt.parts.alloc(rt.mheap_, npages, makeSpanClass(0, noscan), true);
  if (s === null) throw new Throw(rt, "out of memory");
  s.limit = s.base() + size;
  initSpan(rt, s);
  return s;
}

/** Counts down to the next sample of the heap profile. What a sample records is not modelled. */
function sampleAlloc(rt: Runtime, c: mcache, size: number): void {
  if (rt.MemProfileRate !== 1 && size < c.next_sample) c.next_sample -= size;
  else c.next_sample = nextSample(rt);
}

/**
 * Allocates an object of a type.
 *
 * @go runtime/malloc.go newobject go1.12.17
 */
export function newobject(rt: Runtime, typ: _type): number {
  return mallocgc(rt, typ.size, typ);
}

/**
 * Allocates an array of `n` objects of a type. Throws RangeError, where Go panics, for more than there can be.
 *
 * @go runtime/malloc.go newarray go1.12.17
 */
export function newarray(rt: Runtime, typ: _type, n: number): number {
  const mem = typ.size * n;
  if (n < 0 || mem > rt.constants.maxAlloc) throw new RangeError("runtime: allocation size out of range");
  return mallocgc(rt, mem, typ);
}
