// The bits of a span: finding the next free object, and from an address the object that it lies in.
//
// allocBits says which objects were allocated when the span was swept last; freeindex says from where on that is
// still to be believed. allocCache holds 64 inverted bits from freeindex on, so that the next free object is the
// number of trailing zeroes away.

import {newMarkBits} from "./gcbits.js";
import {initHeapBits} from "./heapbits.js";
import type {mspan} from "./mspan.js";
import {Throw} from "./panic.js";
import type {Runtime} from "./runtime.js";

/** Number of zeroes below the lowest one of 32 bits; 32 if there is none. */
export function ctz32(x: number): number {
  return x === 0 ? 32 : 31 - Math.clz32(x & -x);
}

/** Number of zeroes below the lowest one of allocCache; 64 if no bit is set. */
export function ctzAllocCache(s: mspan): number {
  return s.allocCacheLo !== 0 ? ctz32(s.allocCacheLo) : 32 + ctz32(s.allocCacheHi);
}

/** Shifts allocCache to the right by `n`, from 0 to 64. */
export function shiftAllocCache(s: mspan, n: number): void {
  if (n === 0) return;
  if (n < 32) {
    s.allocCacheLo = (s.allocCacheLo >>> n) | (s.allocCacheHi << (32 - n));
    s.allocCacheHi >>>= n;
  } else {
    s.allocCacheLo = n < 64 ? (s.allocCacheHi >>> (n - 32)) | 0 : 0;
    s.allocCacheHi = 0;
  }
}

/**
 * Fills allocCache from the 8 bytes of allocBits at `whichByte`.
 *
 * @go runtime/mbitmap.go mspan.refillAllocCache go1.12.17
 */
export function refillAllocCache(s: mspan, whichByte: number): void {
  const bits = s.allocBits!;
  const at = s.allocBitsAt + whichByte;
  s.allocCacheLo = ~(bits[at]! | (bits[at + 1]! << 8) | (bits[at + 2]! << 16) | (bits[at + 3]! << 24));
  s.allocCacheHi = ~(bits[at + 4]! | (bits[at + 5]! << 8) | (bits[at + 6]! << 16) | (bits[at + 7]! << 24));
}

/**
 * The index of the next free object at or after freeindex, or nelems if there is none. freeindex moves past it.
 *
 * @go runtime/mbitmap.go mspan.nextFreeIndex go1.12.17
 */
export function nextFreeIndex(rt: Runtime, s: mspan): number {
  let sfreeindex = s.freeindex;
  const snelems = s.nelems;
  if (sfreeindex === snelems) return sfreeindex;
  if (sfreeindex > snelems) throw new Throw(rt, "s.freeindex > s.nelems");

  let bitIndex = ctzAllocCache(s);
  while (bitIndex === 64) {
    // Nothing free in this group of 64: go on with the next.
    sfreeindex = sfreeindex - (sfreeindex % 64) + 64;
    if (sfreeindex >= snelems) {
      s.freeindex = snelems;
      return snelems;
    }
    refillAllocCache(s, sfreeindex / 8);
    bitIndex = ctzAllocCache(s);
  }
  const result = sfreeindex + bitIndex;
  if (result >= snelems) {
    s.freeindex = snelems;
    return snelems;
  }

  shiftAllocCache(s, bitIndex + 1);
  sfreeindex = result + 1;
  if (sfreeindex % 64 === 0 && sfreeindex !== snelems) refillAllocCache(s, sfreeindex / 8);
  s.freeindex = sfreeindex;
  return result;
}

/**
 * Whether the object of that index is free.
 *
 * @go runtime/mbitmap.go mspan.isFree go1.12.17
 */
export function isFree(s: mspan, index: number): boolean {
  if (index < s.freeindex) return false;
  return (s.allocBits![s.allocBitsAt + (index >> 3)]! & (1 << (index & 7))) === 0;
}

/**
 * The index of the object that the address lies in: a division by elemsize, done by shift and multiplication.
 *
 * @go runtime/mbitmap.go mspan.objIndex go1.12.17
 */
export function objIndex(s: mspan, p: number): number {
  const byteOffset = p - s.base();
  if (byteOffset === 0) return 0;
  const {shift, shift2, mul, baseMask} = s.divMagic;
  const shifted = byteOffset >>> shift;
  if (baseMask !== 0) return shifted;
  // A product that is shifted by less than 32 fits into 32 bits: the generator has seen to it.
  return shift2 < 32 ? (shifted * mul) >>> shift2 : Math.floor((shifted * mul) / 2 ** shift2);
}

/** An object on the heap: its address, its span, and its index in the span. */
export interface Found {
  readonly base: number;
  readonly s: mspan;
  readonly objIndex: number;
}

/**
 * The object that `p` points to or into, or null if it points to none.
 *
 * @go runtime/mbitmap.go findObject go1.12.17
 */
export function findObject(rt: Runtime, p: number): Found | null {
  const s = rt.mheap_.spanOfHeap(p);
  if (s === null) return null;
  const index = objIndex(s, p);
  return {base: s.base() + index * s.elemsize, s, objIndex: index};
}

/**
 * The number of objects that are marked.
 *
 * @go runtime/mbitmap.go mspan.countAlloc go1.12.17
 */
export function countAlloc(s: mspan): number {
  const bits = s.gcmarkBits!;
  const end = s.gcmarkBitsAt + Math.ceil(s.nelems / 8);
  let count = 0;
  for (let i = s.gcmarkBitsAt; i < end; i++) {
    for (let byte = bits[i]!; byte !== 0; byte &= byte - 1) count++;
  }
  return count;
}

/** Whether the object of that index is marked. @go runtime/mbitmap.go mspan.markBitsForIndex go1.12.17 */
export function isMarked(s: mspan, index: number): boolean {
  return (s.gcmarkBits![s.gcmarkBitsAt + (index >> 3)]! & (1 << (index & 7))) !== 0;
}

/** Marks the object of that index. @go runtime/mbitmap.go markBits.setMarked go1.12.17 */
export function setMarked(s: mspan, index: number): void {
  s.gcmarkBits![s.gcmarkBitsAt + (index >> 3)]! |= 1 << (index & 7);
}

/**
 * Makes a span that was just allocated ready for objects: all free, none marked, and no pointers.
 *
 * @go runtime/mbitmap.go heapBits.initSpan go1.12.17
 */
export function initSpan(rt: Runtime, s: mspan): void {
  const total = s.npages * rt.constants._PageSize;
  s.freeindex = 0;
  s.allocCacheLo = -1;
  s.allocCacheHi = -1;
  s.nelems = Math.floor(total / s.elemsize);
  const mark = newMarkBits(rt, s.nelems);
  s.gcmarkBits = mark.bits;
  s.gcmarkBitsAt = mark.at;
  const alloc = newMarkBits(rt, s.nelems);
  s.allocBits = alloc.bits;
  s.allocBitsAt = alloc.at;
  initHeapBits(rt, s, total);
}
