// How the runtime gives up, and the check of the defer pools.
//
// Go's throw ends the process; here it is an exception that carries the runtime's own words.

import {roundupsize} from "./msize.js";
import type {Runtime} from "./runtime.js";

/**
 * An unrecoverable error of the simulated runtime.
 *
 * `message` is what Go prints after "fatal error: "; `printed` is what the runtime printed before it.
 *
 * @go runtime/panic.go throw go1.12.17
 */
export class Throw extends Error {
  readonly printed: readonly string[];

  constructor(rt: Runtime, message: string) {
    super(message);
    this.name = "Throw";
    this.printed = [...rt.printed];
  }
}

/** Number of pools for defer records that a P keeps, one for each class of argument size. */
const deferPools = 5;

/**
 * Bytes of a defer record's arguments that fit into what rounding up its header leaves over.
 *
 * @go runtime/panic.go minDeferArgs go1.12.17
 */
function minDeferArgs(rt: Runtime): number {
  const header = rt.sizeof("_defer");
  return Math.ceil(header / 16) * 16 - header;
}

/**
 * The pool for a defer with `siz` bytes of arguments.
 *
 * @go runtime/panic.go deferclass go1.12.17
 */
function deferclass(rt: Runtime, siz: number): number {
  if (siz <= minDeferArgs(rt)) return 0;
  return Math.floor((siz - minDeferArgs(rt) + 15) / 16);
}

/**
 * Bytes of a defer record with `siz` bytes of arguments.
 *
 * @go runtime/panic.go totaldefersize go1.12.17
 */
function totaldefersize(rt: Runtime, siz: number): number {
  const header = rt.sizeof("_defer");
  if (siz <= minDeferArgs(rt)) return header + minDeferArgs(rt);
  return header + siz;
}

/**
 * Makes sure that all defers of one pool round up to the same size class. A pool hands a freed record to the
 * next defer of its class: were one larger, it would write past the end.
 *
 * @go runtime/panic.go testdefersizes go1.12.17
 */
export function testdefersizes(rt: Runtime): void {
  const seen: (number | undefined)[] = Array(deferPools).fill(undefined);
  for (let i = 0; ; i++) {
    const defersc = deferclass(rt, i);
    if (defersc >= seen.length) return;
    const siz = roundupsize(rt, totaldefersize(rt, i));
    seen[defersc] ??= siz;
    if (seen[defersc] !== siz) {
      rt.print(`bad defer size class: i=${i} siz=${siz} defersc=${defersc}`);
      throw new Throw(rt, "bad defer size class");
    }
  }
}
