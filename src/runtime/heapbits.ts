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
  const {heapArenaBytes} = rt.constants;
  const {PtrSize} = rt.config.arch;
  const allPointers = PtrSize === 8 && s.elemsize === PtrSize;
  const end = s.startAddr + total;
  for (let p = s.startAddr; p < end; ) {
    const ha = rt.mheap_.arenaOf(p)!;
    const next = Math.min(end, p - (p % heapArenaBytes) + heapArenaBytes);
    if (allPointers || ha.bitmap !== null) {
      const from = (p % heapArenaBytes) / (PtrSize * 4);
      bitmapOf(rt, ha).fill(allPointers ? 0xff : 0, from, from + (next - p) / (PtrSize * 4));
    }
    p = next;
  }
}

/** The bits of an object, two words at a time, for the type and sizes that were asked for last. */
interface Pattern {
  typ: _type | null;
  size: number;
  dataSize: number;
  halves: Uint8Array;
}

const noPattern: Readonly<Pattern> = {typ: null, size: 0, dataSize: 0, halves: new Uint8Array(0)};

/** A place to keep the last pattern, one for each runtime. */
export function newPattern(): Pattern {
  return {...noPattern};
}

/**
 * Records where the object at `x` has pointers: `dataSize` bytes of `typ`, in a block of `size` bytes.
 *
 * @go runtime/mbitmap.go heapBitsSetType go1.12.17
 */
export function heapBitsSetType(rt: Runtime, x: number, size: number, dataSize: number, typ: _type): void {
  const {PtrSize} = rt.config.arch;
  if (PtrSize === 8 && size === PtrSize) return;

  const pattern = rt.heapBitsPattern;
  if (pattern.typ !== typ || pattern.size !== size || pattern.dataSize !== dataSize) {
    pattern.typ = typ;
    pattern.size = size;
    pattern.dataSize = dataSize;
    pattern.halves = halvesOf(size, dataSize, typ, PtrSize);
  }
  const {halves} = pattern;
  const {heapArenaBytes} = rt.constants;
  const perArena = heapArenaBytes / (2 * PtrSize);
  let bitmap = bitmapOf(rt, rt.mheap_.arenaOf(x)!);
  let h = (x % heapArenaBytes) / (2 * PtrSize);
  for (let i = 0; i < halves.length; i++, h++) {
    if (h === perArena) {
      bitmap = bitmapOf(rt, rt.mheap_.arenaOf(x + i * 2 * PtrSize)!);
      h = 0;
    }
    const shift = (h & 1) << 1;
    bitmap[h >> 1] = (bitmap[h >> 1]! & ~(bothWords << shift)) | (halves[i]! << shift);
  }
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
