// What the tests of the model share: runtimes that have not started, broken ones, and the bytes that they hold.

import type {Configuration, Constants, ReleaseData} from "../../src/releases/index.js";
import {type BootOptions, load, Runtime, start, Throw} from "../../src/runtime/index.js";
import type {arenaHint} from "../../src/runtime/mheap.js";

export const KiB = 1024;
export const MiB = 1024 * KiB;

/** The address of the first system call without a hint on linux/amd64 ends here (recorded: 0x7ffff7fb7000 + 256 KiB). */
export const topOfAmd64 = 0x7ffff7fb7000 + 256 * KiB;

/** What can be wrong with a runtime before it starts. */
export interface Fault {
  readonly constants?: Partial<Constants>;
  readonly release?: Partial<ReleaseData>;
  readonly addresses?: Configuration["addresses"];
}

/** A runtime whose program is loaded, with something about it changed that no platform has. */
export function loadWith({constants, release, addresses}: Fault, options: BootOptions = {}): Runtime {
  const {config, machine} = load(options);
  return new Runtime(
    {
      ...config,
      addresses: addresses ?? config.addresses,
      release: {...config.release, ...release},
      constants: {...config.constants, ...constants},
    },
    machine,
  );
}

/** Runs `action` and returns what the runtime threw. */
export function thrownBy(action: () => unknown): Throw {
  try {
    action();
  } catch (error) {
    if (error instanceof Throw) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

/** Starts a runtime up to the return of mallocinit and returns what it threw. */
export function throwOfStart(rt: Runtime): Throw {
  return thrownBy(() => start(rt, {until: "mallocinit"}));
}

/** The addresses of a list of hints, in the order in which they are tried. */
export function hintAddresses(rt: Runtime): number[] {
  const addresses: number[] = [];
  for (let h: arenaHint | null = rt.mheap_.arenaHints; h !== null; h = h.next) addresses.push(h.addr);
  return addresses;
}

/** All that the statistics say was obtained from the system. */
export function charged({memstats: s}: Runtime): number {
  return s.heap_sys + s.stacks_sys + s.mspan_sys + s.mcache_sys + s.buckhash_sys + s.gc_sys + s.other_sys;
}

/** All that the system says was obtained: bytes in regions that are not merely reserved, without the program's. */
export function mapped(rt: Runtime): number {
  let bytes = 0;
  for (const {start, end, state, stat} of rt.mem.regions)
    if (state !== "reserved" && stat !== null) bytes += end - start;
  return bytes;
}

/** Bytes that are reserved and no more. */
export function reserved(rt: Runtime): number {
  let bytes = 0;
  for (const {start, end, state} of rt.mem.regions) if (state === "reserved") bytes += end - start;
  return bytes;
}
