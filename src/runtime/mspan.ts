// A span: a run of pages that holds objects of one class, or a stack, or nothing.
//
// Go keeps mspan and mSpanList in mheap.go. A span record comes from mheap.spanalloc and lives outside the heap.
// Invariant of sweepgen, with sg the heap's: sg - 2 needs sweeping, sg - 1 is being swept, sg is swept,
// sg + 1 was cached before sweeping began and is cached still, sg + 3 was swept and then cached.

import type {fixed} from "./mfixalloc.js";
import {Throw} from "./panic.js";
import type {Runtime} from "./runtime.js";
import type {divMagic} from "./sizeclasses.js";

/** The states of a span. @go runtime/mheap.go mSpanState go1.12.17 */
export const mSpanDead = 0;
/** Holds objects. */
export const mSpanInUse = 1;
/** Managed by hand: a stack. */
export const mSpanManual = 2;
export const mSpanFree = 3;

/** Of a span that never held objects of a class. */
const noDivision: divMagic = {shift: 0, shift2: 0, mul: 0, baseMask: 0};

/**
 * A run of pages. Sizes are in bytes where nothing else is said.
 *
 * Every field is set here, so that all spans have one shape.
 *
 * @go runtime/mheap.go mspan go1.12.17
 */
export class mspan implements fixed {
  readonly address: number;

  next: mspan | null = null;
  prev: mspan | null = null;
  /** The list that the span is on. */
  list: mSpanList | null = null;
  startAddr = 0;
  /** Length in pages. */
  npages = 0;
  manualFreeList = 0;
  /** Index of the object from which the search for a free one goes on. */
  freeindex = 0;
  /** Number of objects. */
  nelems = 0;
  /** 64 bits from freeindex on, 1 for a free object: the lower and the upper 32. */
  allocCacheLo = 0;
  allocCacheHi = 0;
  /** The gcBits arena that holds the bits of allocated objects, and the byte at which they begin. */
  allocBits: Uint8Array | null = null;
  allocBitsAt = 0;
  /** The same for the bits of objects that marking has reached. */
  gcmarkBits: Uint8Array | null = null;
  gcmarkBitsAt = 0;
  sweepgen = 0;
  /** How to divide an offset by elemsize: Go has its four numbers as fields of the span. */
  divMagic: divMagic = noDivision;
  /** Number of objects that are allocated. */
  allocCount = 0;
  /** From go1.16 on: what allocCount was when an mcache took the span. */
  allocCountBeforeCache = 0;
  /** From go1.19 on: freeindex after the last allocation that was completed. A scan goes up to there. */
  freeIndexForScan = 0;
  /** Size class * 2, plus 1 for objects without pointers. */
  spanclass = 0;
  state = mSpanDead;
  /** 1 if the pages may hold something other than zeroes. */
  needzero = 0;
  /** Whether the pages have been returned to the system. */
  scavenged = false;
  elemsize = 0;
  unusedsince = 0;
  /** One past the last byte of the last object. */
  limit = 0;
  specials: fixed | null = null;

  constructor(address: number) {
    this.address = address;
  }

  /** The first word of a span is `next`: so that is what a link of fixalloc overwrites. */
  get mlink(): fixed | null {
    return this.next;
  }
  set mlink(link: fixed | null) {
    this.next = link as mspan | null;
  }

  clear(): void {
    Object.assign(this, new mspan(this.address));
  }

  get divShift(): number {
    return this.divMagic.shift;
  }
  get divShift2(): number {
    return this.divMagic.shift2;
  }
  get divMul(): number {
    return this.divMagic.mul;
  }
  get baseMask(): number {
    return this.divMagic.baseMask;
  }

  /**
   * Makes a record the span of `npages` pages at `base`. The record is not zeroed: sweepgen and more keep what
   * they held.
   *
   * @go runtime/mheap.go mspan.init go1.12.17
   */
  init(base: number, npages: number): void {
    this.next = null;
    this.prev = null;
    this.list = null;
    this.startAddr = base;
    this.npages = npages;
    this.allocCount = 0;
    this.spanclass = 0;
    this.elemsize = 0;
    this.state = mSpanDead;
    this.unusedsince = 0;
    this.scavenged = false;
    this.specials = null;
    this.needzero = 0;
    this.freeindex = 0;
    this.allocBits = null;
    this.gcmarkBits = null;
  }

  /** Address of the first byte. @go runtime/mheap.go mspan.base go1.12.17 */
  base(): number {
    return this.startAddr;
  }
}

/**
 * A doubly linked list of spans. A span is on one list at most.
 *
 * @go runtime/mheap.go mSpanList go1.12.17
 */
export class mSpanList {
  first: mspan | null = null;
  last: mspan | null = null;

  /** @go runtime/mheap.go mSpanList.init go1.12.17 */
  init(): void {
    this.first = null;
    this.last = null;
  }

  /** @go runtime/mheap.go mSpanList.isEmpty go1.12.17 */
  isEmpty(): boolean {
    return this.first === null;
  }

  /**
   * Puts a span at the front. Throws if it is on a list.
   *
   * @go runtime/mheap.go mSpanList.insert go1.12.17
   */
  insert(rt: Runtime, span: mspan): void {
    if (span.next !== null || span.prev !== null || span.list !== null)
      throw new Throw(rt, "mSpanList.insert");
    span.next = this.first;
    if (this.first !== null) this.first.prev = span;
    else this.last = span;
    this.first = span;
    span.list = this;
  }

  /**
   * Puts a span at the end. Throws if it is on a list.
   *
   * @go runtime/mheap.go mSpanList.insertBack go1.12.17
   */
  insertBack(rt: Runtime, span: mspan): void {
    if (span.next !== null || span.prev !== null || span.list !== null)
      throw new Throw(rt, "mSpanList.insertBack");
    span.prev = this.last;
    if (this.last !== null) this.last.next = span;
    else this.first = span;
    this.last = span;
    span.list = this;
  }

  /**
   * Takes a span off. Throws if it is not on this list.
   *
   * @go runtime/mheap.go mSpanList.remove go1.12.17
   */
  remove(rt: Runtime, span: mspan): void {
    if (span.list !== this) throw new Throw(rt, "mSpanList.remove");
    if (span.prev === null) this.first = span.next;
    else span.prev.next = span.next;
    if (span.next === null) this.last = span.prev;
    else span.next.prev = span.prev;
    span.next = null;
    span.prev = null;
    span.list = null;
  }
}

/**
 * A size class and whether its objects have no pointers, in one number.
 *
 * @go runtime/mheap.go makeSpanClass go1.12.17
 */
export function makeSpanClass(sizeclass: number, noscan: boolean): number {
  return (sizeclass << 1) | (noscan ? 1 : 0);
}
