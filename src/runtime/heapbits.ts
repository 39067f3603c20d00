// The heap bitmap: two bits for each word of the heap, pointer and scan.
//
// Go keeps this in mbitmap.go. A byte holds four words: their pointer bits below, their scan bits above. A scan
// bit of 0 says that no pointer follows in the object; that of an object's second word is left to a debugging
// check of the collector. Two words are written at a time: no object is smaller, but for single pointers.

import type {heapArena} from "./mheap.js";
import type {mspan} from "./mspan.js";
import type {Runtime} from "./runtime.js";
import type {_type} from "./type.js";

/** The bits of two words: pointers in bits 0 and 1, scan in bits 4 and 5. */
const bothWords = 0x33;

/** The bitmap of an arena. It is made when someone first writes to it: most arenas of the model never need one. */
function bitmapOf(rt: Runtime, ha: heapArena): Uint8Array {
  ha.bitmap ??= new Uint8Array(rt.constants.heapArenaBitmapBytes);
  return ha.bitmap;
}

/**
 * Clears the bits of a new span. A span of single pointers has all bits set once and for all.
 *
 * @go runtime/mbitmap.go heapBits.initSpan go1.12.17
 */
export function initHeapBits(rt: Runtime, s: mspan, total: number): void {
  const {PtrSize} = rt.config.arch;
  const allPointers = PtrSize === 8 && s.elemsize === PtrSize;
  const end = s.startAddr + total;
  for (let p = s.startAddr; p < end; ) {
    const ha = rt.mheap_.arenaOf(p)!;
    const next = Math.min(end, ha.end);
    if (allPointers || ha.bitmap !== null) {
      const from = (p - ha.start) / (PtrSize * 4);
      bitmapOf(rt, ha).fill(allPointers ? 0xff : 0, from, from + (next - p) / (PtrSize * 4));
    }
    p = next;
  }
}

const none = new Uint8Array(0);

/** The bits of an object for the type and sizes that were asked for last. */
class Pattern {
  typ: _type | null = null;
  size = 0;
  dataSize = 0;
  /** The bits of two words at a time, and how many there are. */
  halves: Uint8Array = none;
  n = 0;
  /** The bits of the first two words. */
  first = 0;
  /** The bits of four words at a time, if their number is even. */
  bytes: Uint8Array = none;
  /** By how many bits an offset is shifted to count two words at a time. */
  shift = 0;
}

/** A place to keep the last pattern, one for each runtime. */
export function newPattern(): Pattern {
  return new Pattern();
}

/**
 * Records where the object at `x` has pointers: `dataSize` bytes of `typ`, in a block of `size` bytes.
 *
 * @go runtime/mbitmap.go heapBitsSetType go1.12.17
 */
export function heapBitsSetType(rt: Runtime, x: number, size: number, dataSize: number, typ: _type): void {
  const pattern = rt.heapBitsPattern;
  if (pattern.typ !== typ || pattern.size !== size || pattern.dataSize !== dataSize) {
    setPattern(rt, pattern, size, dataSize, typ);
  }
  if (pattern.n === 0) return;
  const ha = rt.mheap_.arenaOf(x)!;
  const h = (x - ha.start) >>> pattern.shift;
  const {bitmap} = ha;
  if (pattern.n === 1 && bitmap !== null) {
    const shift = (h & 1) << 1;
    bitmap[h >> 1] = (bitmap[h >> 1]! & ~(bothWords << shift)) | (pattern.first << shift);
  } else {
    setBits(rt, ha, h, pattern);
  }
}

/** Writes a pattern from the h-th pair of words of an arena on: whole bytes if it begins and ends with one. */
function setBits(rt: Runtime, ha: heapArena, h: number, {halves, bytes, n}: Pattern): void {
  const bitmap = ha.bitmap ?? bitmapOf(rt, ha);
  if (((h | n) & 1) === 0 && h + n <= 2 * bitmap.length) {
    for (let i = 0, at = h >> 1; i < bytes.length; i++) bitmap[at + i] = bytes[i]!;
  } else {
    setHalves(rt, ha, h, halves);
  }
}

/** Writes two words at a time, and goes on in the next arena if need be. */
function setHalves(rt: Runtime, ha: heapArena, h: number, halves: Uint8Array): void {
  let bitmap = bitmapOf(rt, ha);
  for (let i = 0; i < halves.length; i++, h++) {
    if (h === 2 * bitmap.length) {
      ha = rt.mheap_.arenaOf(ha.end)!;
      bitmap = bitmapOf(rt, ha);
      h = 0;
    }
    const shift = (h & 1) << 1;
    bitmap[h >> 1] = (bitmap[h >> 1]! & ~(bothWords << shift)) | (halves[i]! << shift);
  }
}

function setPattern(rt: Runtime, pattern: Pattern, size: number, dataSize: number, typ: _type): void {
  const {PtrSize} = rt.config.arch;
  pattern.typ = typ;
  pattern.size = size;
  pattern.dataSize = dataSize;
  pattern.shift = PtrSize === 8 ? 4 : 3;
  // The bits of single pointers were set when their span was made.
  const single = PtrSize === 8 && size === PtrSize;
  pattern.halves = single ? new Uint8Array(0) : halvesOf(size, dataSize, typ, PtrSize);
  pattern.n = pattern.halves.length;
  pattern.first = pattern.halves[0] ?? 0;
  pattern.bytes = bytesOf(pattern.halves);
}

function bytesOf(halves: Uint8Array): Uint8Array {
  return Uint8Array.from({length: halves.length >> 1}, (_, i) => halves[2 * i]! | (halves[2 * i + 1]! << 2));
}

function halvesOf(size: number, dataSize: number, typ: _type, PtrSize: number): Uint8Array {
  const halves = new Uint8Array(size / (2 * PtrSize));
  const elements = Math.floor(dataSize / typ.size);
  for (let element = 0; element < elements; element++) {
    for (const at of typ.pointers) {
      const word = (element * typ.size + at) / PtrSize;
      halves[word >> 1]! |= 1 << (word & 1);
    }
  }
  // In a block of two words the second has no scan bit to spare; a longer object is scanned two words at least.
  const scanned = size === 2 * PtrSize ? 1 : Math.max(2, ((elements - 1) * typ.size + typ.ptrdata) / PtrSize);
  for (let word = 0; word < scanned; word++) {
    if (word !== 1) halves[word >> 1]! |= 0x10 << (word & 1);
  }
  return halves;
}

/**
 * Whether the word at an address is recorded as a pointer, and whether scanning goes on beyond it.
 *
 * @go runtime/mbitmap.go heapBitsForAddr go1.12.17
 */
export function heapBitsForAddr(rt: Runtime, addr: number): {pointer: boolean; scan: boolean} {
  const {PtrSize} = rt.config.arch;
  const word = (addr % rt.constants.heapArenaBytes) / PtrSize;
  const byte = rt.mheap_.arenaOf(addr)?.bitmap?.[Math.floor(word / 4)] ?? 0;
  const shift = Math.floor(word) & 3;
  return {pointer: (byte & (1 << shift)) !== 0, scan: (byte & (0x10 << shift)) !== 0};
}
