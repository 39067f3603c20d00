// The operating system's side of memory: which addresses of the process are taken, and in which state.
//
// Nothing has contents here. A range of addresses is free, or belongs to a region that is reserved (no access),
// prepared (can become accessible without asking again) or ready (can be read and written).
// Invariants: regions are disjoint, sorted by address and never empty; bounds are multiples of the page size.

import type {Configuration} from "../releases/index.js";
import type {SysStat} from "./mstats.js";
import type {Machine} from "./runtime.js";
import {isMultiple, round, roundDown} from "./stubs.js";

/**
 * The states of memory, in the words that Go uses since go1.13; earlier releases have the states but not the
 * words. "none" is the state of every address that no region covers.
 */
export type MemState = "none" | "reserved" | "prepared" | "ready";

/** Says whether a request for `size` bytes at `addr` (0: anywhere) is to be turned down. */
export type Refusal = (addr: number, size: number) => boolean;

/** A range of addresses in one state. `end` is the first address after it. */
export interface Region {
  readonly start: number;
  readonly end: number;
  readonly state: Exclude<MemState, "none">;
  /** The counter that the bytes are charged to; null for what is merely reserved or belongs to the program. */
  readonly stat: SysStat;
}

/** The addresses of one process. */
export class addressSpace {
  /** What is taken, in the order of addresses. */
  regions: readonly Region[] = [];
  /** Number of times that the system was asked for addresses. */
  requests = 0;

  /** The end of the data segment, or 0 where the system has none. */
  readonly brk: number;

  readonly #pageSize: number;
  readonly #hugePageSize: number;
  readonly #config: Configuration;
  readonly #refuse: Refusal | undefined;
  /** On systems that hand out addresses upwards: the first that was never handed out. */
  #linearEnd: number;

  constructor(config: Configuration, machine: Machine) {
    this.#config = config;
    this.brk = machine.brk;
    this.#refuse = machine.refuse;
    this.#hugePageSize = machine.physHugePageSize;
    // A page size that mallocinit is going to reject must not break the bookkeeping before it does.
    this.#pageSize = Math.max(machine.physPageSize, config.constants.minPhysPageSize);
    this.#linearEnd = machine.programEnd;
    const {lowest, top, limit} = config.addresses;
    // A kernel that gives out few bits keeps half of them for itself.
    const most = machine.vmaBits === 39 ? 2 ** 38 : limit;
    this.bounds = {lowest, top: Math.min(top, most), limit: Math.min(limit, most)};
    const end = round(Math.max(machine.programEnd, machine.brk), this.#pageSize);
    if (end > lowest) this.regions = [{start: lowest, end, state: "ready", stat: null}];
  }

  /** The lowest address, the address below which the system places what has no hint, and the end. */
  readonly bounds: {readonly lowest: number; readonly top: number; readonly limit: number};

  /**
   * Takes `size` bytes at `hint` if that is free, otherwise wherever the system likes, which is as high as
   * possible. Returns the address, or 0 if the system refuses or has no room.
   */
  take(hint: number, size: number, state: Region["state"], stat: SysStat): number {
    this.requests++;
    if (this.#refuse?.(hint, size)) return 0;
    const length = round(size, this.#pageSize);
    const start = this.#config.os.linear ? this.#above(hint, length) : this.#place(hint, length);
    if (start === 0) return 0;
    this.#set(start, start + length, state, stat);
    return start;
  }

  /** Puts memory that is taken into another state. Returns false if the system refuses. */
  change(addr: number, size: number, state: Region["state"], stat: SysStat): boolean {
    this.requests++;
    if (this.#refuse?.(addr, size)) return false;
    this.#set(roundDown(addr, this.#pageSize), round(addr + size, this.#pageSize), state, stat);
    return true;
  }

  /** Puts memory into another state and leaves its bytes charged where they are. */
  recolor(addr: number, size: number, state: Region["state"]): void {
    const [start, end] = [roundDown(addr, this.#pageSize), round(addr + size, this.#pageSize)];
    for (const region of this.regions) {
      const [from, to] = [Math.max(start, region.start), Math.min(end, region.end)];
      if (from < to) this.#set(from, to, state, region.stat);
    }
  }

  /** Gives `size` bytes at `addr` back to the system. */
  release(addr: number, size: number): void {
    this.#set(roundDown(addr, this.#pageSize), round(addr + size, this.#pageSize), "none", null);
  }

  /** Whether a reservation begins at `addr` and is `size` bytes long. */
  isWhole(addr: number, size: number): boolean {
    const end = addr + round(size, this.#pageSize);
    return this.regions.some(r => r.start === addr && r.end === end);
  }

  /** The state of the byte at `addr`. */
  stateAt(addr: number): MemState {
    return this.regionAt(addr)?.state ?? "none";
  }

  /** The region that the byte at `addr` belongs to. */
  regionAt(addr: number): Region | undefined {
    return this.regions.find(r => r.start <= addr && addr < r.end);
  }

  /** As wasm does it: memory is one block, and asking for an address means growing up to it. */
  #above(hint: number, length: number): number {
    const start = Math.max(hint, this.#linearEnd);
    if (start + length > this.bounds.limit) return 0;
    this.#linearEnd = start + length;
    return start;
  }

  /** As Linux does it: at the hint, or else in the highest gap; whole huge pages at a multiple of their size. */
  #place(hint: number, length: number): number {
    const {lowest, top, limit} = this.bounds;
    const align = this.#hugePageSize > 0 && isMultiple(length, this.#hugePageSize) ? this.#hugePageSize : 1;
    const wanted = roundDown(hint, this.#pageSize);
    if (wanted >= lowest && wanted + length <= limit && this.#isFree(wanted, wanted + length)) return wanted;
    let end = roundDown(top, this.#pageSize);
    for (let i = this.regions.length - 1; i >= 0; i--) {
      const region = this.regions[i]!;
      if (region.start >= end) continue;
      if (roundDown(end - length, align) >= region.end) return roundDown(end - length, align);
      end = region.start;
    }
    const start = roundDown(end - length, align);
    return start >= lowest ? start : 0;
  }

  #isFree(start: number, end: number): boolean {
    return this.regions.every(r => r.end <= start || r.start >= end);
  }

  /** Cuts [start, end) out of what is there and puts a region of the given state in its place. */
  #set(start: number, end: number, state: MemState, stat: SysStat): void {
    const rest: Region[] = [];
    for (const region of this.regions) {
      if (region.end <= start || region.start >= end) {
        rest.push(region);
        continue;
      }
      if (region.start < start) rest.push({...region, end: start});
      if (region.end > end) rest.push({...region, start: end});
    }
    if (state !== "none" && end > start) rest.push({start, end, state, stat});
    this.regions = rest.sort((a, b) => a.start - b.start);
  }
}
