// A story of large objects: allocate, lose, collect, sweep, return to the system, in the order that the reader asks for.
//
// Everything is done by the model. This file puts the calls in order and remembers which objects the reader has made.

import {boot, collect, mallocgc, type Runtime, Throw} from "../../src/runtime/index.js";
import {isFree} from "../../src/runtime/mbitmap.js";
import {sweepone} from "../../src/runtime/mgcsweep.js";
import {scavengeAll} from "../../src/runtime/mheap_free.js";
import {mSpanInUse} from "../../src/runtime/mspan.js";
import {typeOf} from "../../src/runtime/type.js";
import {type Trace, trace} from "./trace.js";

/** One thing that the reader asks for. Objects go by their number, from 1. */
export type Op =
  | {readonly kind: "allocate"; readonly size: number; readonly scan: boolean}
  /** The object is unreachable from now on, and a collection finds that out; `sweep` says whether all is swept, too. */
  | {readonly kind: "free"; readonly id: number; readonly sweep: boolean}
  | {readonly kind: "sweep"}
  | {readonly kind: "return"};

/** An object that the reader has made. `garbage` has been found unreachable and is not swept yet. */
export interface LargeObject {
  readonly id: number;
  readonly address: number;
  readonly size: number;
  readonly pages: number;
  readonly scan: boolean;
  state: "live" | "garbage" | "gone";
}

/** A runtime and what has happened in it. */
export interface World {
  readonly rt: Runtime;
  readonly objects: LargeObject[];
  readonly ops: Op[];
  /** What the last op did. */
  last: Trace | null;
  /** What the runtime threw, if it did: nothing happens after that. */
  thrown: Throw | null;
}

/** Bounds of a story: ops, bytes of one object, and bytes of heap that the system grants. */
export const limits = {ops: 80, size: 128 * 2 ** 20, heap: 2 ** 30};

/** What the page opens with: four holes of different length, and an allocation that has a choice. */
export const opening =
  "a40000_a100000_a200000_a60000_a300000_a50000_a150000_a400000_a40000_f2_f4_f6_f8_a70000";

/** A runtime without an object of the reader's. `seed` decides the priorities in the treaps, and nothing else. */
export function begin(seed = 0): World {
  const end = 0xc000000000 + limits.heap;
  const arena = 64 * 2 ** 20;
  // A request without an address is for metadata, or the heap's last resort after every hint has failed.
  const refuse = (addr: number, size: number) => (addr === 0 ? size >= arena : addr + size > end);
  const rt = boot({cputicks: seed, refuse});
  return {rt, objects: [], ops: [], last: null, thrown: null};
}

/** Plays a story from the start. */
export function play(ops: readonly Op[], seed = 0): World {
  const world = begin(seed);
  ops.forEach((op, i) => {
    run(world, op, i === ops.length - 1);
  });
  return world;
}

/** Does one thing more, and watches it if asked to. */
export function run(world: World, op: Op, watched = true): void {
  if (world.thrown !== null) return;
  const {rt} = world;
  const act = () => {
    try {
      perform(world, op);
    } catch (error) {
      if (!(error instanceof Throw)) throw error;
      world.thrown = error;
    }
  };
  if (watched) world.last = trace(rt, act);
  else act();
  world.ops.push(op);
  for (const each of world.objects) {
    if (each.state === "garbage" && !isAlive(rt, each)) each.state = "gone";
  }
}

function perform(world: World, op: Op): void {
  const {rt, objects} = world;
  if (op.kind === "allocate") {
    const address = mallocgc(rt, op.size, op.scan ? typeOf(rt, "*int") : null);
    const pages = rt.mheap_.spanOf(address)!.npages;
    const {size, scan} = op;
    objects.push({id: objects.length + 1, address, size, pages, scan, state: "live"});
  } else if (op.kind === "free") {
    const object = objects[op.id - 1];
    if (object?.state !== "live") return;
    collect(rt, reachable(rt, object));
    object.state = "garbage";
    if (op.sweep) sweepAll(rt);
  } else if (op.kind === "sweep") {
    sweepAll(rt);
  } else {
    scavengeAll(rt.mheap_, Number.MAX_SAFE_INTEGER, 0);
  }
}

function sweepAll(rt: Runtime): void {
  while (sweepone(rt) !== -1);
}

/** Addresses of all objects but one. What an earlier collection left unmarked is no object any more. */
function reachable(rt: Runtime, without: LargeObject): number[] {
  sweepAll(rt);
  const found: number[] = [];
  for (const s of rt.mheap_.allspans.elems) {
    if (s.state !== mSpanInUse) continue;
    for (let i = 0; i < s.nelems; i++) {
      const address = s.base() + i * s.elemsize;
      if (!isFree(s, i) && address !== without.address) found.push(address);
    }
  }
  return found;
}

/** Whether the span of an object still waits for the sweeper. */
function isAlive(rt: Runtime, {address}: LargeObject): boolean {
  const s = rt.mheap_.spanOf(address);
  return (
    s !== null && s.base() === address && s.state === mSpanInUse && s.sweepgen === rt.mheap_.sweepgen - 2
  );
}

/** Ops as they stand in an address: `a40000_p65536_f1_d2_s_r`. */
export function writeOps(ops: readonly Op[]): string {
  return ops
    .map(op => {
      if (op.kind === "allocate") return `${op.scan ? "p" : "a"}${op.size}`;
      if (op.kind === "free") return `${op.sweep ? "f" : "d"}${op.id}`;
      return op.kind === "sweep" ? "s" : "r";
    })
    .join("_");
}

/** Reads ops from an address. What makes no sense is left out, and said. */
export function readOps(text: string): {ops: Op[]; faults: string[]} {
  const ops: Op[] = [];
  const faults: string[] = [];
  let made = 0;
  for (const part of text.split("_").filter(part => part !== "")) {
    const [, letter, digits] = /^([apfdsr])(\d*)$/.exec(part) ?? [];
    const n = Number(digits);
    if (letter === "s" || letter === "r") ops.push({kind: letter === "s" ? "sweep" : "return"});
    else if ((letter === "a" || letter === "p") && n > 32768 && n <= limits.size) {
      ops.push({kind: "allocate", size: n, scan: letter === "p"});
      made++;
    } else if ((letter === "f" || letter === "d") && n >= 1 && n <= made)
      ops.push({kind: "free", id: n, sweep: letter === "f"});
    else
      faults.push(
        `“${part}” in the address makes no sense and is left out: write a40000, p40000, f1, d1, s or r`,
      );
  }
  if (ops.length > limits.ops) faults.push(`The story in the address ends after ${limits.ops} steps`);
  return {ops: ops.slice(0, limits.ops), faults};
}
