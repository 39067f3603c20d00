// A story of allocations that the reader writes, and for one of them the state of each level before and after.
//
// The story is played from the start each time: the model gives the same addresses again. So a link is enough to bring
// a reader to the same place.

import {boot, collect, type Runtime} from "../../src/runtime/index.js";
import {isFree} from "../../src/runtime/mbitmap.js";
import {makeSpanClass, mSpanInUse, type mSpanList} from "../../src/runtime/mspan.js";
import {type Answer, askedSize, type Counts, levels, none, type Observer, observe} from "./observe.js";

/** What the reader asks for. */
export type Op =
  | {readonly kind: "allocate"; readonly size: number; readonly scan: boolean; readonly n: number}
  | {readonly kind: "collect"};

/** Where a story begins: with a heap without a page, or in a process whose Ps are there. */
export type Start = "mallocinit" | "procresize";

/** What came of an op. */
export interface Step {
  readonly op: Op;
  readonly counts: Counts;
  /** Which of the op's allocations went farthest, from 1; the first of several. */
  readonly farthest: number;
  /** Objects of the reader that were allocated and not freed, afterwards. */
  readonly live: number;
}

/** The state that an allocation can touch. Sizes are in bytes, addresses of what is not there are 0. */
export interface State {
  readonly slots: number;
  readonly span: number;
  readonly nelems: number;
  readonly allocCount: number;
  readonly freeindex: number;
  readonly tiny: number;
  readonly tinyoffset: number;
  readonly nonempty: number;
  readonly empty: number;
  readonly nmalloc: number;
  readonly pagesInUse: number;
  readonly pagesFree: number;
  readonly records: number;
  readonly arenas: number;
  readonly heapSys: number;
  readonly otherSys: number;
  readonly requests: number;
}

/** One allocation, with the state around it. */
export interface Detail {
  readonly rt: Runtime;
  readonly op: Extract<Op, {kind: "allocate"}>;
  readonly nth: number;
  readonly kind: "tiny" | "small" | "large";
  readonly spanclass: number;
  readonly asked: number;
  readonly answer: Answer;
  readonly before: State;
  readonly after: State;
}

/** What a story and one op may come to, so that it is played at once and fits. */
export const limits = {ops: 40, n: 10_000, size: 2 ** 30, bytes: 2 ** 31};

interface World extends Observer {
  objects: number[];
  /** What start-up has allocated and keeps. */
  readonly roots: readonly number[];
}

function begin(start: Start): World {
  const rt = boot({until: start});
  rt.MemProfileRate = 0;
  return {...observe(rt), objects: [], roots: allObjects(rt)};
}

/** The addresses of all blocks that are allocated. */
export function allObjects(rt: Runtime): number[] {
  const found: number[] = [];
  for (const s of rt.mheap_.allspans.elems) {
    if (s.state !== mSpanInUse) continue;
    for (let i = 0; i < s.nelems; i++) if (!isFree(s, i)) found.push(s.base() + i * s.elemsize);
  }
  return found;
}

/** A collection at which every other object of the reader is still reachable. */
function collectHalf(world: World): void {
  world.objects = world.objects.filter((_, i) => i % 2 === 0);
  collect(world.rt, [...world.roots, ...world.objects]);
}

/** Plays a story. */
export function play(start: Start, ops: readonly Op[]): Step[] {
  const world = begin(start);
  return ops.map(op => {
    const counts = none();
    let [farthest, depth] = [0, -1];
    if (op.kind === "collect") collectHalf(world);
    else {
      for (let i = 1; i <= op.n; i++) {
        const {address, level} = world.allocate(op.size, op.scan);
        world.objects.push(address);
        counts[level]++;
        if (levels.indexOf(level) > depth) [farthest, depth] = [i, levels.indexOf(level)];
      }
    }
    return {op, counts, farthest, live: world.objects.length};
  });
}

/** Plays a story up to allocation `nth` of op `index`, and looks at the state around that one. */
export function detailOf(start: Start, ops: readonly Op[], index: number, nth: number): Detail | null {
  const op = ops[index];
  if (op?.kind !== "allocate") return null;
  const world = begin(start);
  const allocate = ({size, scan}: typeof op, n: number) => {
    for (let i = 0; i < n; i++) world.objects.push(world.allocate(size, scan).address);
  };
  for (const each of ops.slice(0, index)) {
    if (each.kind === "collect") collectHalf(world);
    else allocate(each, each.n);
  }
  allocate(op, nth - 1);
  const {rt} = world;
  const asked = askedSize(rt, op.size, op.scan);
  const {kind, spanclass} = kindOf(rt, asked, op.scan);
  const before = stateOf(rt, spanclass);
  const answer = world.allocate(op.size, op.scan);
  return {rt, op, nth, kind, spanclass, asked, answer, before, after: stateOf(rt, spanclass)};
}

/** Which of the three kinds an object is, and the span class of its block. */
export function kindOf(
  {constants, sizeclasses}: Runtime,
  size: number,
  scan: boolean,
): {kind: Detail["kind"]; spanclass: number} {
  if (size > constants._MaxSmallSize) return {kind: "large", spanclass: makeSpanClass(0, !scan)};
  const tiny = !scan && size < constants._TinySize;
  const least = tiny ? constants._TinySize : size;
  const sizeclass = sizeclasses.class_to_size.findIndex(each => each >= least);
  return {kind: tiny ? "tiny" : "small", spanclass: makeSpanClass(sizeclass, !scan)};
}

function lengthOf(list: mSpanList): number {
  let n = 0;
  for (let s = list.first; s !== null; s = s.next) n++;
  return n;
}

/** Reads the state as far as an allocation of a span class can touch it. */
export function stateOf(rt: Runtime, spanclass: number): State {
  const {mheap_, memstats} = rt;
  const c = rt.m0.mcache!;
  const s = c.alloc[spanclass]!;
  const {nonempty, empty, nmalloc} = mheap_.lists[spanclass]!;
  const {heap_sys, stacks_inuse, mspan_sys, mcache_sys, buckhash_sys, gc_sys, other_sys} = memstats;
  return {
    slots: c.alloc.filter(each => each !== rt.emptymspan).length,
    span: s.base(),
    nelems: s.nelems,
    allocCount: s.allocCount,
    freeindex: s.freeindex,
    tiny: c.tiny,
    tinyoffset: c.tinyoffset,
    nonempty: lengthOf(nonempty),
    empty: lengthOf(empty),
    nmalloc,
    pagesInUse: mheap_.pagesInUse,
    pagesFree: memstats.heap_idle / rt.constants._PageSize,
    records: mheap_.spanalloc.inuse / mheap_.spanalloc.size,
    arenas: mheap_.allArenas.len,
    heapSys: heap_sys + stacks_inuse,
    otherSys: mspan_sys + mcache_sys + buckhash_sys + gc_sys + other_sys,
    requests: rt.mem.requests,
  };
}

/** Ops as they stand in an address: `24p`, `8x400` and `gc`, joined by `_`. */
export function writeOps(ops: readonly Op[]): string {
  return ops
    .map(op =>
      op.kind === "collect" ? "gc" : `${op.size}${op.scan ? "p" : ""}${op.n === 1 ? "" : `x${op.n}`}`,
    )
    .join("_");
}

/** Reads ops from an address, and says of each part that makes no sense why. */
export function readOps(text: string): {ops: Op[]; faults: string[]} {
  const ops: Op[] = [];
  const faults: string[] = [];
  for (const part of text.split("_").filter(part => part !== "")) {
    const [, size, scan, n = "1"] = /^(\d+)(p?)(?:x(\d+))?$/.exec(part) ?? [];
    const op: Op | null =
      part === "gc"
        ? {kind: "collect"}
        : size === undefined
          ? null
          : {kind: "allocate", size: Number(size), scan: scan === "p", n: Number(n)};
    const fault = op === null ? "write 24p, 8x400 or gc" : faultOf(op, ops);
    if (op === null || fault !== null) faults.push(`“${part}” is left out: ${fault}`);
    else ops.push(op);
  }
  return {ops, faults};
}

/** Why an op cannot be added to a story, or null if it can. */
export function faultOf(op: Op, ops: readonly Op[]): string | null {
  if (ops.length >= limits.ops) return `a story has at most ${limits.ops} steps`;
  if (op.kind === "collect") return null;
  const {size, n} = op;
  const mib = (bytes: number) => `${(bytes / 2 ** 20).toLocaleString("en-US")} MiB`;
  if (!(size >= 1 && size <= limits.size)) return `a size is a whole number from 1 to ${limits.size}`;
  if (!(n >= 1 && n <= limits.n)) return `a step allocates 1 to ${limits.n} times`;
  const total = ops.reduce((sum, o) => sum + (o.kind === "allocate" ? o.size * o.n : 0), size * n);
  if (total > limits.bytes)
    return `the story would come to ${mib(total)}, and this page plays up to ${mib(limits.bytes)}`;
  return null;
}
