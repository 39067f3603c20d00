// Which level answered an allocation: seen from outside, by watching the objects that the levels are made of.
//
// The model's routines know nothing of this. The methods of a runtime's own mcentrals and of its address space are
// replaced by ones that note the call and go on. What is a plain function, as the way into the mheap, is told from
// what it leads to.

import {type _type, mallocgc, type Runtime} from "../../src/runtime/index.js";
import type {mcentral} from "../../src/runtime/mcentral.js";
import type {SysStat} from "../../src/runtime/mstats.js";
import {typeOf} from "../../src/runtime/type.js";

/** The levels, from the nearest to the farthest. An allocation ends in the farthest that it had to ask. */
export const levels = ["tiny", "mcache", "mcentral", "mheap", "system"] as const;
export type Level = (typeof levels)[number];

/** What each level answers with. */
export const levelNames: Readonly<Record<Level, string>> = {
  tiny: "mcache, tiny block",
  mcache: "mcache, span",
  mcentral: "mcentral",
  mheap: "mheap",
  system: "system",
};

/** A number for each level. */
export type Counts = Record<Level, number>;

/** A request to the system. Addresses and sizes are in bytes; `granted` is 0 for one that was refused. */
export interface Request {
  readonly call: "sysAlloc" | "sysReserve" | "sysMap";
  readonly size: number;
  readonly granted: number;
  /** The counter that it is charged to. */
  readonly stat: SysStat;
}

/** A span that an mcentral handed to an mcache. */
export interface Refill {
  readonly base: number;
  /** Whether it came from the mheap just now. */
  readonly grown: boolean;
  readonly nelems: number;
  /** Objects in it that were free. */
  readonly free: number;
}

/** What came of one allocation. */
export interface Answer {
  readonly address: number;
  readonly level: Level;
  readonly refill: Refill | null;
  readonly requests: readonly Request[];
}

/** A runtime that is watched while it allocates. */
export interface Observer {
  readonly rt: Runtime;
  allocate(size: number, scan: boolean): Answer;
}

/** No allocation at all. */
export const none = (): Counts => ({tiny: 0, mcache: 0, mcentral: 0, mheap: 0, system: 0});

/** Bytes that an object takes: pointers are aligned, so an object with pointers is a multiple of them long. */
export function askedSize({config}: Runtime, size: number, scan: boolean): number {
  return scan ? Math.ceil(size / config.arch.PtrSize) * config.arch.PtrSize : size;
}

/** Starts to watch a runtime. */
export function observe(rt: Runtime): Observer {
  let grown = false;
  let refill: Refill | null = null;
  let requests: Request[] = [];

  for (const central of rt.mheap_.lists) {
    const {cacheSpan, grow} = central as Pick<mcentral, "cacheSpan" | "grow">;
    central.cacheSpan = () => {
      const s = cacheSpan.call(central);
      if (s !== null) refill = {base: s.base(), grown, nelems: s.nelems, free: s.nelems - s.allocCount};
      return s;
    };
    central.grow = () => {
      grown = true;
      return grow.call(central);
    };
  }
  const {mem} = rt;
  const {take, change} = mem;
  mem.take = (hint, size, state, stat) => {
    const granted = take.call(mem, hint, size, state, stat);
    requests.push({call: state === "reserved" ? "sysReserve" : "sysAlloc", size, granted, stat});
    return granted;
  };
  mem.change = (addr, size, state, stat) => {
    const done = change.call(mem, addr, size, state, stat);
    requests.push({call: "sysMap", size, granted: done ? addr : 0, stat});
    return done;
  };

  const pointer: _type = typeOf(rt, "*int");
  const large = rt.constants._MaxSmallSize;
  return {
    rt,
    allocate(size, scan) {
      const c = rt.m0.mcache!;
      const tiny = c.local_tinyallocs;
      grown = false;
      refill = null;
      if (requests.length > 0) requests = [];
      const asked = askedSize(rt, size, scan);
      const address = mallocgc(rt, asked, scan ? pointer : null);
      let level: Level = "mcache";
      if (requests.length > 0) level = "system";
      else if (grown || asked > large) level = "mheap";
      else if (refill !== null) level = "mcentral";
      // Only an object that found room in the block that is there counts here.
      else if (c.local_tinyallocs > tiny) level = "tiny";
      return {address, level, refill, requests};
    },
  };
}
