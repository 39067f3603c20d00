// Bitmaps for spans: which objects are allocated, which are marked.
//
// Go keeps this in mheap.go. Bitmaps are cut off 64 KiB arenas and never freed one by one: with each collection
// the arenas move on from next to current to previous to free, and with them all bitmaps of that age.
// Invariant: bitmaps begin at multiples of 8 bytes, so that 64 bits can be read at once.

import {sysAlloc} from "./mem.js";
import {Throw} from "./panic.js";
import type {Runtime} from "./runtime.js";

/**
 * An arena of bitmaps.
 *
 * @go runtime/mheap.go gcBitsArena go1.12.17
 */
export class gcBitsArena {
  readonly address: number;
  /** Index into bits of the next free byte. */
  free = 0;
  next: gcBitsArena | null = null;
  readonly bits: Uint8Array;

  constructor(address: number, bytes: number) {
    this.address = address;
    this.bits = new Uint8Array(bytes);
  }
}

/** The arenas by age. @go runtime/mheap.go gcBitsArenas go1.12.17 */
export interface gcBitsArenas {
  free: gcBitsArena | null;
  /** For the marks of the next collection, and for what spans allocate until then. */
  next: gcBitsArena | null;
  current: gcBitsArena | null;
  previous: gcBitsArena | null;
}

/** A bitmap: the bytes of an arena, and where in them it begins. */
export interface gcBits {
  readonly bits: Uint8Array;
  readonly at: number;
}

/**
 * A bitmap of zeroes for `nelems` objects.
 *
 * @go runtime/mheap.go newMarkBits go1.12.17
 */
export function newMarkBits(rt: Runtime, nelems: number): gcBits {
  const bytesNeeded = Math.ceil(nelems / 64) * 8;
  const {gcBitsArenas} = rt;
  let head = gcBitsArenas.next;
  if (head === null || head.free + bytesNeeded > head.bits.length) {
    head = newArena(rt);
    if (bytesNeeded > head.bits.length) throw new Throw(rt, "markBits overflow");
    head.next = gcBitsArenas.next;
    gcBitsArenas.next = head;
  }
  const at = head.free;
  head.free += bytesNeeded;
  return {bits: head.bits, at};
}

/**
 * An arena of zeroes: one that is free, or a new one from the system.
 *
 * @go runtime/mheap.go newArenaMayUnlock go1.12.17
 */
function newArena(rt: Runtime): gcBitsArena {
  const {gcBitsChunkBytes, gcBitsHeaderBytes} = rt.constants;
  const {gcBitsArenas} = rt;
  const used = gcBitsArenas.free;
  if (used !== null) {
    gcBitsArenas.free = used.next;
    used.bits.fill(0);
    used.next = null;
    used.free = 0;
    return used;
  }
  const address = sysAlloc(rt, gcBitsChunkBytes, rt.config.release.gcMiscStat);
  if (address === 0) throw new Throw(rt, "runtime: cannot allocate memory");
  return new gcBitsArena(address, gcBitsChunkBytes - gcBitsHeaderBytes);
}

/**
 * Begins a new age: the marks of the collection that is about to start go to new arenas, and the arenas that no
 * span refers to any more are free.
 *
 * @go runtime/mheap.go nextMarkBitArenaEpoch go1.12.17
 */
export function nextMarkBitArenaEpoch(rt: Runtime): void {
  const {gcBitsArenas} = rt;
  let last = gcBitsArenas.previous;
  if (last !== null) {
    while (last.next !== null) last = last.next;
    last.next = gcBitsArenas.free;
    gcBitsArenas.free = gcBitsArenas.previous;
  }
  gcBitsArenas.previous = gcBitsArenas.current;
  gcBitsArenas.current = gcBitsArenas.next;
  gcBitsArenas.next = null;
}
