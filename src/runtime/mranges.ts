// Ranges of addresses, and sets of them.
//
// On amd64 the addresses that a process can have fall into two halves, the upper one from 0xffff800000000000 on. Go
// compares addresses in an order in which the upper half comes first. In this model such addresses are negative, so
// that their order is that of numbers, and an offAddr of Go's is a plain number.

import {persistentalloc} from "./malloc.js";
import {notInHeapSlice} from "./mheap.js";
import type {SysStat} from "./mstats.js";
import {Throw} from "./panic.js";
import type {Runtime} from "./runtime.js";

/**
 * The least address there is in the order of addresses.
 *
 * @go runtime/mranges.go minOffAddr go1.19.8
 */
export function minOffAddr(rt: Runtime): number {
  return 0 - rt.constants.arenaBaseOffset;
}

/**
 * The greatest one. On AIX, where it has 60 bits, a float64 rounds it up to the address after it.
 *
 * @go runtime/mranges.go maxOffAddr go1.19.8
 */
export function maxOffAddr(rt: Runtime): number {
  return 2 ** rt.constants.heapAddrBits - 1 - rt.constants.arenaBaseOffset;
}

/**
 * The addresses from `base` up to `limit`, which is not one of them. It never spans a gap in the address space.
 *
 * @go runtime/mranges.go addrRange go1.19.8
 */
export class addrRange {
  base: number;
  limit: number;

  constructor(base: number, limit: number) {
    this.base = base;
    this.limit = limit;
  }

  /** Bytes. @go runtime/mranges.go addrRange.size go1.19.8 */
  size(): number {
    return Math.max(0, this.limit - this.base);
  }

  /** @go runtime/mranges.go addrRange.contains go1.19.8 */
  contains(addr: number): boolean {
    return this.base <= addr && addr < this.limit;
  }

  /**
   * What is left of the range when another one is cut off it, at one end. Throws if it would fall into two.
   *
   * @go runtime/mranges.go addrRange.subtract go1.19.8
   */
  subtract(rt: Runtime, b: addrRange): addrRange {
    if (b.base <= this.base && this.limit <= b.limit) return new addrRange(0, 0);
    if (this.base < b.base && b.limit < this.limit) throw new Throw(rt, "bad prune");
    if (b.limit < this.limit && this.base < b.limit) return new addrRange(b.limit, this.limit);
    if (this.base < b.base && b.base < this.limit) return new addrRange(this.base, b.base);
    return new addrRange(this.base, this.limit);
  }

  /**
   * What is left below `addr`.
   *
   * @go runtime/mranges.go addrRange.removeGreaterEqual go1.19.8
   */
  removeGreaterEqual(addr: number): addrRange {
    if (addr <= this.base) return new addrRange(0, 0);
    return new addrRange(this.base, Math.min(this.limit, addr));
  }
}

/**
 * A range between two addresses. Throws if they are in different halves of the address space.
 *
 * @go runtime/mranges.go makeAddrRange go1.19.8
 */
export function makeAddrRange(rt: Runtime, base: number, limit: number): addrRange {
  // Where a gap is, the half after it starts here.
  const gap = Math.max(0, -rt.constants.arenaBaseOffset);
  if (base < gap !== limit < gap) {
    throw new Throw(rt, "addr range base and limit are not in the same memory segment");
  }
  return new addrRange(base, limit);
}

/**
 * A set of addresses: ranges in order, with a gap between each and the next.
 *
 * @go runtime/mranges.go addrRanges go1.19.8
 */
export class addrRanges {
  readonly ranges = new notInHeapSlice<addrRange>();
  /** Bytes in all ranges. */
  totalBytes = 0;
  sysStat: SysStat = null;
  readonly rt: Runtime;

  constructor(rt: Runtime) {
    this.rt = rt;
  }

  /** @go runtime/mranges.go addrRanges.init go1.19.8 */
  init(sysStat: SysStat): void {
    this.sysStat = sysStat;
    this.ranges.elems.length = 0;
    this.totalBytes = 0;
    this.#makeRoom(16);
  }

  /** Obtains an array of `cap` ranges. The old one is lost: what is persistentalloc'd cannot be freed. */
  #makeRoom(cap: number): void {
    const {rt} = this;
    this.ranges.cap = cap;
    this.ranges.array = persistentalloc(
      rt,
      rt.sizeof("addrRange") * cap,
      rt.config.arch.PtrSize,
      this.sysStat,
    );
  }

  /**
   * The index of the first range that begins after `addr`.
   *
   * @go runtime/mranges.go addrRanges.findSucc go1.19.8
   */
  findSucc(addr: number): number {
    const {elems} = this.ranges;
    // Halved until few are left; those are looked at one after the other.
    const iterMax = 8;
    let bot = 0;
    let top = elems.length;
    while (top - bot > iterMax) {
      const i = bot + ((top - bot) >>> 1);
      if (elems[i]!.contains(addr)) return i + 1;
      if (addr < elems[i]!.base) top = i;
      else bot = i + 1;
    }
    for (let i = bot; i < top; i++) {
      if (addr < elems[i]!.base) return i;
    }
    return top;
  }

  /**
   * The least address of the set that is not below `addr`, or null if all are below.
   *
   * @go runtime/mranges.go addrRanges.findAddrGreaterEqual go1.19.8
   */
  findAddrGreaterEqual(addr: number): number | null {
    const {elems} = this.ranges;
    const i = this.findSucc(addr);
    if (i > 0 && elems[i - 1]!.contains(addr)) return addr;
    return i < elems.length ? elems[i]!.base : null;
  }

  /** @go runtime/mranges.go addrRanges.contains go1.19.8 */
  contains(addr: number): boolean {
    const i = this.findSucc(addr);
    return i > 0 && this.ranges.elems[i - 1]!.contains(addr);
  }

  /**
   * Adds a range that no range of the set overlaps. It is joined with those that it borders on.
   *
   * @go runtime/mranges.go addrRanges.add go1.19.8
   */
  add(r: addrRange): void {
    const {elems} = this.ranges;
    if (r.size() === 0) {
      this.rt.print(`runtime: range = {0x${r.base.toString(16)}, 0x${r.limit.toString(16)}}`);
      throw new Throw(this.rt, "attempted to add zero-sized address range");
    }
    const i = this.findSucc(r.base);
    const [below, above] = [elems[i - 1], elems[i]];
    const coalescesDown = below?.limit === r.base;
    const coalescesUp = above?.base === r.limit;
    if (coalescesUp && coalescesDown) {
      below!.limit = above!.limit;
      elems.splice(i, 1);
    } else if (coalescesDown) {
      below!.limit = r.limit;
    } else if (coalescesUp) {
      above!.base = r.base;
    } else {
      if (elems.length + 1 > this.ranges.cap) this.#makeRoom(this.ranges.cap * 2);
      elems.splice(i, 0, new addrRange(r.base, r.limit));
    }
    this.totalBytes += r.size();
  }

  /**
   * Takes the highest range out and returns it, or its last `nBytes` bytes if it has more. Of an empty set, an empty
   * range.
   *
   * @go runtime/mranges.go addrRanges.removeLast go1.19.8
   */
  removeLast(nBytes: number): addrRange {
    const {elems} = this.ranges;
    const r = elems.at(-1);
    if (r === undefined) return new addrRange(0, 0);
    const {limit} = r;
    const base = Math.max(r.base, limit - nBytes);
    if (base === r.base) elems.pop();
    else r.limit = base;
    this.totalBytes -= limit - base;
    return new addrRange(base, limit);
  }

  /**
   * Takes out what is not below `addr`.
   *
   * @go runtime/mranges.go addrRanges.removeGreaterEqual go1.19.8
   */
  removeGreaterEqual(addr: number): void {
    const {elems} = this.ranges;
    let pivot = this.findSucc(addr);
    let removed = 0;
    for (let i = pivot; i < elems.length; i++) removed += elems[i]!.size();
    const last = elems[pivot - 1];
    if (last?.contains(addr)) {
      removed += last.limit - addr;
      last.limit = addr;
      if (last.size() === 0) pivot--;
    }
    elems.length = pivot;
    this.totalBytes -= removed;
  }

  /**
   * Makes `b` the same set.
   *
   * @go runtime/mranges.go addrRanges.cloneInto go1.19.8
   */
  cloneInto(b: addrRanges): void {
    const {elems, cap} = this.ranges;
    if (elems.length > b.ranges.cap) b.#makeRoom(cap);
    b.ranges.elems.length = 0;
    for (const {base, limit} of elems) b.ranges.elems.push(new addrRange(base, limit));
    b.totalBytes = this.totalBytes;
  }
}
