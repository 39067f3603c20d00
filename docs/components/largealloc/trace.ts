// What one step does to the heap: every question to a treap, every node that comes and goes, every span record, every
// request to the system, and the statistics before and after.
//
// The model's routines know nothing of this: the methods of the runtime's own objects are replaced for one step by
// ones that note the call and go on.

import type {Runtime} from "../../src/runtime/index.js";
import type {mTreap, treapNode} from "../../src/runtime/mgclarge.js";
import type {mspan} from "../../src/runtime/mspan.js";

/** The two treaps of the heap. */
export type TreapName = "free" | "scav";

/** Something that happened. Pages and addresses are those of the span in question. */
export type Event =
  | {
      readonly kind: "find";
      readonly treap: TreapName;
      readonly npages: number;
      readonly visited: number;
      readonly found: {readonly base: number; readonly npages: number} | null;
    }
  | {
      readonly kind: "insert" | "remove";
      readonly treap: TreapName;
      readonly base: number;
      readonly npages: number;
      rotations: number;
    }
  | {readonly kind: "record"; readonly fresh: boolean}
  | {readonly kind: "recordBack"}
  | {readonly kind: "setSpans"; readonly base: number; readonly npages: number}
  | {
      readonly kind: "system";
      readonly call: "sysReserve" | "sysMap" | "sysUnused" | "sysUsed" | "sysFree" | "sysAlloc";
      readonly addr: number;
      readonly size: number;
      readonly granted: boolean;
    };

/** The statistics that steps here move, in bytes. */
export const stats = ["heap_sys", "heap_inuse", "heap_idle", "heap_released", "heap_live"] as const;
export type Stats = Readonly<Record<(typeof stats)[number], number>>;

/** A step. */
export interface Trace {
  readonly events: readonly Event[];
  readonly before: Stats;
  readonly after: Stats;
  /** Pages in spans that were swept, and pages of those that went back to the heap. */
  readonly swept: number;
}

/** The statistics of a runtime. */
export function statsOf({memstats}: Runtime): Stats {
  const {heap_sys, heap_inuse, heap_idle, heap_released, heap_live} = memstats;
  return {heap_sys, heap_inuse, heap_idle, heap_released, heap_live};
}

/** How many nodes a search for `npages` pages looks at. */
export function visits(treap: mTreap, npages: number): number {
  let n = 0;
  for (let t = treap.treap; t !== null; t = t.npagesKey >= npages ? t.left : t.right) n++;
  return n;
}

/** Does something to a runtime and notes what happens. */
export function trace(rt: Runtime, act: () => void): Trace {
  const events: Event[] = [];
  const {mheap_, mem} = rt;
  const before = statsOf(rt);
  const sweptBefore = mheap_.sweepgen;
  const pagesBefore = mheap_.pagesSwept;

  watchTreap(mheap_.free, "free", events);
  watchTreap(mheap_.scav, "scav", events);
  const {spanalloc} = mheap_;
  replace(spanalloc, "alloc", original => () => {
    events.push({kind: "record", fresh: spanalloc.list === null});
    return original();
  });
  replace(spanalloc, "free", original => (s: mspan) => {
    events.push({kind: "recordBack"});
    original(s);
  });
  replace(mheap_, "setSpans", original => (base: number, npages: number, s: mspan) => {
    events.push({kind: "setSpans", base, npages});
    original(base, npages, s);
  });
  replace(mem, "take", original => (hint: number, size: number, state: string, stat: string | null) => {
    const addr = original(hint, size, state, stat) as number;
    const call = state === "reserved" ? "sysReserve" : "sysAlloc";
    events.push({kind: "system", call, addr: addr || hint, size, granted: addr !== 0});
    return addr;
  });
  replace(mem, "change", original => (addr: number, size: number, state: string, stat: string | null) => {
    const granted = original(addr, size, state, stat) as boolean;
    events.push({kind: "system", call: "sysMap", addr, size, granted});
    return granted;
  });
  replace(mem, "recolor", original => (addr: number, size: number, state: string) => {
    original(addr, size, state);
    const call = state === "prepared" ? "sysUnused" : "sysUsed";
    events.push({kind: "system", call, addr, size, granted: true});
  });
  replace(mem, "release", original => (addr: number, size: number) => {
    original(addr, size);
    events.push({kind: "system", call: "sysFree", addr, size, granted: true});
  });

  try {
    act();
  } finally {
    for (const object of [mheap_.free, mheap_.scav, spanalloc, mheap_, mem]) restore(object);
  }
  const swept = mheap_.pagesSwept - (mheap_.sweepgen === sweptBefore ? pagesBefore : 0);
  return {events, before, after: statsOf(rt), swept};
}

function watchTreap(t: mTreap, treap: TreapName, events: Event[]): void {
  let current: {rotations: number} | null = null;
  replace(t, "find", original => (npages: number) => {
    const node = original(npages) as treapNode | null;
    const found = node === null ? null : {base: node.spanKey!.base(), npages: node.npagesKey};
    events.push({kind: "find", treap, npages, visited: visits(t, npages), found});
    return node;
  });
  replace(t, "insert", original => (s: mspan) => {
    const event: Event = {kind: "insert", treap, base: s.base(), npages: s.npages, rotations: 0};
    events.push(event);
    current = event;
    original(s);
  });
  replace(t, "removeNode", original => (node: treapNode) => {
    const {spanKey, npagesKey} = node;
    const event: Event = {kind: "remove", treap, base: spanKey!.base(), npages: npagesKey, rotations: 0};
    events.push(event);
    current = event;
    original(node);
  });
  for (const name of ["rotateLeft", "rotateRight"] as const) {
    replace(t, name, original => (node: treapNode) => {
      if (current !== null) current.rotations++;
      original(node);
    });
  }
}

// biome-ignore lint/suspicious/noExplicitAny: whatever the method takes is handed on
type Method = (...args: any[]) => unknown;

/** Puts a method of its own before the one that the object's class has. */
function replace(object: object, name: string, by: (original: Method) => Method): void {
  const original = (object as Record<string, Method>)[name]!.bind(object);
  Object.defineProperty(object, name, {value: by(original), configurable: true, enumerable: false});
}

/** Takes such methods away again. */
function restore(object: object): void {
  for (const [name, {value, enumerable}] of Object.entries(Object.getOwnPropertyDescriptors(object))) {
    if (typeof value === "function" && !enumerable) Reflect.deleteProperty(object, name);
  }
}
