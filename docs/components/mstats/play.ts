// Running steps on a model: allocating, dropping, collecting, and reading the statistics.

import {boot, collect, mallocgc, ReadMemStats, type Runtime, Throw, typeOf} from "../../src/runtime/index.js";
import {isFree} from "../../src/runtime/mbitmap.js";
import {scavenge} from "../../src/runtime/mgcscavenge.js";
import {scavengeAll} from "../../src/runtime/mheap_free.js";
import {mSpanInUse} from "../../src/runtime/mspan.js";
import {procresize} from "../../src/runtime/proc.js";
import {stackalloc} from "../../src/runtime/stack.js";
import {firstRelease} from "../release.js";
import {type Reading, readingOf} from "./reading.js";
import type {Step} from "./steps.js";

/** A program on a model, and what it has read. */
export interface Played {
  readonly rt: Runtime;
  /** Addresses that the program holds on to: those of start-up, and those of the reader. */
  roots: number[];
  kept: number[];
  /** Stacks that were allocated. */
  readonly stacks: number[];
  /** The last reading and the one before. */
  now: Reading | null;
  before: Reading | null;
  /** Steps since the last reading. */
  unread: number;
  /** What the runtime threw; nothing happens after that. */
  thrown: string | null;
}

/** Bytes in a stack that is asked for: the smallest that comes straight from the heap. */
export const stackBytes = 32768;

/** A program that has just started. */
export function fresh(release = firstRelease): Played {
  const rt = boot({release});
  const roots = objectsOf(rt);
  return {rt, roots, kept: [], stacks: [], now: null, before: null, unread: 0, thrown: null};
}

/** Addresses of all objects that are allocated. */
function objectsOf(rt: Runtime): number[] {
  const addresses: number[] = [];
  for (const s of rt.mheap_.allspans.elems) {
    if (s.state !== mSpanInUse) continue;
    for (let i = 0; i < s.nelems; i++) if (!isFree(s, i)) addresses.push(s.base() + i * s.elemsize);
  }
  return addresses;
}

/** Does one step. What the runtime throws is kept; the state stays as it was then. */
export function advance(played: Played, step: Step): void {
  if (played.thrown !== null) return;
  try {
    run(played, step);
  } catch (error) {
    if (!(error instanceof Throw)) throw error;
    played.thrown = error.message;
  }
}

function run(played: Played, step: Step): void {
  const {rt} = played;
  played.unread++;
  if (step.kind === "allocate") {
    const typ = step.scan ? typeOf(rt, "*int") : null;
    for (let i = 0; i < step.n; i++) {
      const address = mallocgc(rt, step.size, typ);
      if (step.keep && address !== rt.zerobase) played.kept.push(address);
    }
  } else if (step.kind === "procs") {
    // The runtime holds on to the Ps that it makes.
    const before = new Set(objectsOf(rt));
    procresize(rt, step.n);
    played.roots = [...played.roots, ...objectsOf(rt).filter(address => !before.has(address))];
  } else if (step.kind === "drop") played.kept = [];
  else if (step.kind === "gc") collect(rt, [...played.roots, ...played.kept]);
  else if (step.kind === "sweep") while (rt.parts.sweepone(rt) !== -1);
  else if (step.kind === "return") returnIdle(rt);
  else if (step.kind === "stack") played.stacks.push(stackalloc(rt, stackBytes));
  else if (step.kind === "unstack") {
    const stack = played.stacks.pop();
    if (stack !== undefined) rt.parts.freeManual(rt.mheap_, rt.mheap_.spanOf(stack)!, "spanAllocStack");
  } else {
    played.before = played.now;
    played.now = readingOf(ReadMemStats(rt));
    played.unread = 0;
  }
}

/** Returns all free pages to the system. */
function returnIdle(rt: Runtime): void {
  const {pages} = rt.mheap_;
  if (pages !== null) scavenge(pages, Number.POSITIVE_INFINITY);
  // One nanosecond later, every free span has been unused for longer than none.
  else scavengeAll(rt.mheap_, rt.nanotime() + 1, 0);
}

/** Runs steps from the start. */
export function play(steps: readonly Step[], release?: string): Played {
  const played = fresh(release);
  for (const step of steps) advance(played, step);
  return played;
}

/** Objects that BySize leaves out, by the reason for it. */
export interface Rest {
  readonly tiny: number;
  readonly large: number;
  /** Of the size classes behind the 61st. */
  readonly above: number;
}

/** What BySize leaves out, as of the last reading. */
export function restOf({rt}: Played): Rest {
  const {memstats, mheap_} = rt;
  const {heapStats} = memstats;
  const sum = (counts: readonly number[]) => counts.slice(61).reduce((a, b) => a + b, 0);
  if (mheap_.pages !== null) {
    const {tinyAllocCount, largeAllocCount, smallAllocCount} = heapStats;
    return {tiny: tinyAllocCount, large: largeAllocCount, above: sum(smallAllocCount)};
  }
  const above = sum(memstats.by_size.map(({nmalloc}) => nmalloc));
  return {tiny: memstats.tinyallocs, large: mheap_.nlargealloc, above};
}
