// A story of one span class: allocate, collect, flush, sweep, in the order that the reader asks for.
//
// Everything is done by the model. This file only puts the calls in order, remembers which spans the class has had, and
// notes where each refill found its span. Objects are numbered by address: those of the first span from 0 on, those of
// the next from nelems on.

import {boot, collect, mallocgc, type Runtime} from "../../src/runtime/index.js";
import {ctzAllocCache, isFree} from "../../src/runtime/mbitmap.js";
import {prepareForSweep, releaseAll} from "../../src/runtime/mcache.js";
import {sweepone} from "../../src/runtime/mgcsweep.js";
import {mSpanInUse, type mSpanList, type mspan} from "../../src/runtime/mspan.js";
import type {Inputs} from "./inputs.js";
import {keep as parseKeep} from "./parse.js";
import {typeFor, type Way, wayOf} from "./sizeclass.js";

/** One thing that the reader asks for. */
export type Op =
  | {readonly kind: "allocate"; readonly n: number}
  | {readonly kind: "collect"; readonly keep: string}
  | {readonly kind: "flush"}
  | {readonly kind: "sweep"};

/** Where cacheSpan found a span. */
export interface Refill {
  readonly base: number;
  readonly from: "nonempty" | "empty" | "grow";
  /** Spans that were swept before it was found, itself among them. */
  readonly swept: number;
  /** Objects that are free in it. */
  readonly free: number;
}

/** What came of one op. */
export interface Event {
  readonly op: Op;
  /** Allocations that nextFreeFast served, and those that it did not. */
  readonly fast: number;
  readonly slow: number;
  readonly refills: readonly Refill[];
  /** Whether the P had to flush its mcache first. */
  readonly flushed: boolean;
  /** For a sweep: the span of the class that was swept, by its address; null for one of another class or none. */
  readonly sweptSpan: number | null;
  /** For a sweep: whether there was a span to sweep. */
  readonly found: boolean;
}

/** A runtime, and what has happened in it. */
export interface World {
  readonly rt: Runtime;
  readonly way: Way;
  /** First addresses of the spans that the class has had, in the order of their appearance. */
  readonly bases: number[];
  readonly events: Event[];
}

/** A runtime in which nothing of the story has happened yet. */
export function begin(inputs: Inputs): World {
  const rt = boot();
  const world = {rt, way: wayOf(rt, inputs), bases: [], events: []};
  noteSpans(world);
  return world;
}

/** Plays a story from the start. */
export function play(inputs: Inputs, ops: readonly Op[]): World {
  const world = begin(inputs);
  for (const op of ops) run(world, op);
  return world;
}

/** Does one thing more. */
export function run(world: World, op: Op): void {
  const event = {
    op,
    fast: 0,
    slow: 0,
    refills: [] as Refill[],
    flushed: false,
    sweptSpan: null as number | null,
    found: false,
  };
  if (op.kind === "allocate") {
    event.flushed = flush(world);
    for (let i = 0; i < op.n; i++) allocate(world, event);
  } else if (op.kind === "collect") {
    event.flushed = flush(world);
    collectWithoutFlush(world.rt, reachable(world, op.keep));
  } else if (op.kind === "flush") {
    event.flushed = flush(world);
    if (!event.flushed) releaseAll(world.rt, world.rt.m0.mcache!);
  } else {
    const {rt, bases} = world;
    const unswept = bases.filter(base => needsSweep(rt, rt.mheap_.spanOf(base)));
    event.found = sweepone(rt) !== -1;
    event.sweptSpan = unswept.find(base => !needsSweep(rt, rt.mheap_.spanOf(base))) ?? null;
  }
  world.events.push(event);
}

function allocate(world: World, event: {fast: number; slow: number; refills: Refill[]}): void {
  const {rt, way} = world;
  const cache = rt.m0.mcache!;
  const before = cache.alloc[way.spanclass]!;
  const fast = isFast(before);
  if (fast) event.fast++;
  else event.slow++;
  const candidates = fast ? [] : candidatesOf(world);
  mallocgc(rt, way.tiny ? way.elemsize : way.size, typeFor(rt, way));
  const now = cache.alloc[way.spanclass]!;
  if (fast || now === before) return;
  const from = candidates.find(c => c.s === now)?.list ?? "grow";
  const swept = candidates.filter(c => c.unswept && !needsSweep(rt, c.s)).length;
  // The first of the free objects has been handed out already.
  event.refills.push({base: now.base(), from, swept, free: now.nelems - now.allocCount + 1});
  if (!world.bases.includes(now.base())) world.bases.push(now.base());
}

/** The spans that cacheSpan may find: those on nonempty, and those at the front of empty that are not swept. */
function candidatesOf({rt, way}: World) {
  const {nonempty, empty} = rt.mheap_.lists[way.spanclass]!;
  const found: {s: mspan; list: "nonempty" | "empty"; unswept: boolean}[] = [];
  for (let s = nonempty.first; s !== null; s = s.next)
    found.push({s, list: "nonempty", unswept: needsSweep(rt, s)});
  for (let s = empty.first; s !== null && needsSweep(rt, s); s = s.next)
    found.push({s, list: "empty", unswept: true});
  return found;
}

/** Whether nextFreeFast will find an object: the same three tests, without taking it. */
export function isFast(s: mspan): boolean {
  const theBit = ctzAllocCache(s);
  const next = s.freeindex + theBit + 1;
  return theBit < 64 && next <= s.nelems && (next % 64 !== 0 || next === s.nelems);
}

const needsSweep = (rt: Runtime, s: mspan | null) =>
  s !== null && s.state === mSpanInUse && s.sweepgen === rt.mheap_.sweepgen - 2;

/** Where a span is: in the mcache, on a list of the mcentral, or no longer a span of the class. */
export function place(
  {rt, way}: World,
  base: number,
): {s: mspan | null; list: "mcache" | "nonempty" | "empty" | "none"} {
  const s = rt.mheap_.spanOf(base);
  if (s === null || s.state !== mSpanInUse || s.base() !== base || s.spanclass !== way.spanclass)
    return {s: null, list: "none"};
  const {nonempty} = rt.mheap_.lists[way.spanclass]!;
  const cached = rt.m0.mcache!.alloc[way.spanclass] === s;
  const list = cached ? "mcache" : s.list === nonempty ? "nonempty" : "empty";
  return {s, list};
}

/** The numbers of the spans on both lists of the mcentral, in the order of the lists. */
export function listsOf({rt, way, bases}: World): {nonempty: number[]; empty: number[]} {
  const numbers = (list: mSpanList) => {
    const spans: number[] = [];
    for (let s = list.first; s !== null; s = s.next) spans.push(bases.indexOf(s.base()));
    return spans;
  };
  const {nonempty, empty} = rt.mheap_.lists[way.spanclass]!;
  return {nonempty: numbers(nonempty), empty: numbers(empty)};
}

function noteSpans({rt, way, bases}: World): void {
  for (const s of rt.mheap_.allspans.elems) {
    if (s.state === mSpanInUse && s.spanclass === way.spanclass && !bases.includes(s.base()))
      bases.push(s.base());
  }
}

/** Addresses of the objects that a collection is to find: those kept of the class, and all of other classes. */
function reachable({rt, way, bases}: World, text: string): number[] {
  const parsed = parseKeep(text);
  const keep = "value" in parsed ? parsed.value : () => true;
  // What an earlier collection left unmarked is no object any more.
  while (sweepone(rt) !== -1);
  const found: number[] = [];
  for (const s of rt.mheap_.allspans.elems) {
    if (s.state !== mSpanInUse) continue;
    const mine = s.spanclass === way.spanclass;
    const first = bases.indexOf(s.base()) * s.nelems;
    for (let i = 0; i < s.nelems; i++) {
      if (!isFree(s, i) && (!mine || keep(first + i))) found.push(s.base() + i * s.elemsize);
    }
  }
  return found;
}

/**
 * Runs a collection after which no P has come by yet to flush its mcache: `collect` flushes those in allp. In a real
 * process this moment lasts until the P runs again.
 */
function collectWithoutFlush(rt: Runtime, addresses: number[]): void {
  const {allp} = rt;
  rt.allp = [];
  try {
    collect(rt, addresses);
  } finally {
    rt.allp = allp;
  }
}

/** Flushes the mcache if a collection has happened since it was filled. Returns whether it did. */
function flush({rt}: World): boolean {
  const c = rt.m0.mcache!;
  if (c.flushGen === rt.mheap_.sweepgen) return false;
  prepareForSweep(rt, c);
  return true;
}

/** Ops as they stand in an address: `a200_kevery~3_f_s`. */
export function writeOps(ops: readonly Op[]): string {
  const keeps = (text: string) => text.replace(/\s+/g, "~");
  return ops
    .map(op =>
      op.kind === "allocate" ? `a${op.n}` : op.kind === "collect" ? `k${keeps(op.keep)}` : op.kind[0],
    )
    .join("_");
}

/** How many ops a story can have, and how many allocations one op. */
export const limits = {ops: 60, allocate: 2000};

/** Reads ops from an address; what makes no sense is left out. */
export function readOps(text: string): Op[] {
  return text
    .split("_")
    .flatMap((part): Op[] => {
      const rest = part.slice(1).replaceAll("~", " ");
      if (part === "f") return [{kind: "flush"}];
      if (part === "s") return [{kind: "sweep"}];
      if (part[0] === "k" && "value" in parseKeep(rest)) return [{kind: "collect", keep: rest}];
      const n = Number(rest);
      return part[0] === "a" && n >= 1 && n <= limits.allocate && Number.isInteger(n)
        ? [{kind: "allocate", n}]
        : [];
    })
    .slice(0, limits.ops);
}
