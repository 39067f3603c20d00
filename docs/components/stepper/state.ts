// The state of a runtime as a flat list of fields, under the names that Go's debugger would use.
//
// A field's value is a number, a text or a truth value. References are written as what they refer to, so that a
// change of a pointer is a change of a field. It is made at every step, so it looks at each thing once.

import type {Runtime} from "../../src/runtime/index.js";
import type {arenaHint} from "../../src/runtime/mheap.js";
import type {mspan} from "../../src/runtime/mspan.js";

/** A value that can be shown. */
export type Value = number | string | boolean | null;

/** Fields by name. */
export type State = Readonly<Record<string, Value>>;

/** A field that has changed. */
export interface Change {
  readonly name: string;
  readonly before: Value | undefined;
  readonly after: Value | undefined;
}

/** The fields of a runtime. */
export function stateOf(rt: Runtime): State {
  const out: Record<string, Value> = {};
  const {mheap_, memstats, m0, globalAlloc, gcBitsArenas} = rt;
  scalars(out, "mheap_", mheap_);
  for (const [name, field] of Object.entries(mheap_)) {
    if ("nchunk" in Object(field) || "mapped" in Object(field))
      scalars(out, `mheap_.${name}`, field as object);
    if ("cap" in Object(field)) scalars(out, `mheap_.${name}`, field as object);
  }
  for (const name of ["allspans", "allArenas"] as const) out[`mheap_.${name}.len`] = mheap_[name].len;
  hints(out, mheap_.arenaHints);
  // Since go1.15 an mcentral keeps sets; they are not shown.
  const lists = mheap_.pages === null ? mheap_.lists : [];
  lists.forEach((c, i) => {
    out[`mheap_.central[${i}].spanclass`] = c.spanclass;
    out[`mheap_.central[${i}].nmalloc`] = c.nmalloc;
    out[`mheap_.central[${i}].nonempty`] = spans(c.nonempty.first);
    out[`mheap_.central[${i}].empty`] = spans(c.empty.first);
  });
  for (const name of ["free", "scav"] as const) {
    const pages: string[] = [];
    for (let node = mheap_[name].start(); node !== null; node = node.succ()) pages.push(span(node.spanKey));
    out[`mheap_.${name}`] = pages.join(", ");
  }
  pages(out, rt);
  scalars(out, "memstats", memstats);
  for (const [i, each] of memstats.by_size.entries()) scalars(out, `memstats.by_size[${i}]`, each);
  scalars(out, "globalAlloc", globalAlloc);
  scalars(out, "m0", m0);
  out["m0.fastrand"] = m0.fastrand.join(" ");
  out["m0.p"] = m0.p === null ? null : `p ${m0.p.id}`;
  caches(out, rt);
  for (const age of ["free", "next", "current", "previous"] as const) {
    const arena = gcBitsArenas[age];
    out[`gcBitsArenas.${age}`] = arena === null ? null : `${hex(arena.address)}, ${arena.free} bytes taken`;
  }
  mheap_.allspans.elems.forEach((s, i) => {
    scalars(out, `allspans[${i}]`, s);
    out[`allspans[${i}].allocCache`] = bits(s);
  });
  rt.mem.regions.forEach(r => {
    out[`memory ${hex(r.start)}`] = `${r.end - r.start} bytes ${r.state}`;
  });
  return out;
}

/** One field. A path that leads there from the runtime is followed; for others the whole state is made. */
export function fieldOf(rt: Runtime, name: string): Value | undefined {
  let value: unknown = rt;
  for (const key of name.split(".")) value = (value as Record<string, unknown> | null | undefined)?.[key];
  const isValue = typeof value === "number" || typeof value === "string" || typeof value === "boolean";
  return isValue ? (value as Value) : stateOf(rt)[name];
}

/** The fields that differ, in the order of the state after. */
export function changes(before: State, after: State): Change[] {
  const names = new Set([...Object.keys(after), ...Object.keys(before)]);
  return [...names]
    .filter(name => !Object.is(before[name], after[name]))
    .map(name => ({name, before: before[name], after: after[name]}));
}

/** A value as it is shown: large whole numbers are addresses, mostly. */
export function show(value: Value | undefined): string {
  if (value === undefined) return "—";
  if (value === null) return "nil";
  if (typeof value === "number" && value >= 2 ** 32 && Number.isInteger(value)) return hex(value);
  return value === "" ? "none" : String(value);
}

/** Fields that hold a value themselves; the halves of allocCache are shown as one. */
function scalars(out: Record<string, Value>, name: string, object: object): void {
  for (const [key, value] of Object.entries(object)) {
    if (key.startsWith("allocCache") || key === "allocBitsAt" || key === "gcmarkBitsAt") continue;
    if (typeof value === "number" || typeof value === "string" || typeof value === "boolean")
      out[`${name}.${key}`] = value;
  }
}

function caches(out: Record<string, Value>, rt: Runtime): void {
  const all = [rt.m0mcache ?? rt.m0.mcache, ...rt.allp.map(p => p.mcache)];
  for (const c of new Set(all)) {
    if (c === null) continue;
    const owner = rt.allp.find(p => p.mcache === c);
    const name = owner ? `allp[${owner.id}].mcache` : "m0.mcache";
    scalars(out, name, c);
    c.alloc.forEach((s, i) => {
      if (s !== rt.emptymspan) out[`${name}.alloc[${i}]`] = span(s);
    });
  }
}

/** The page allocator, and the caches of pages. Of the summaries, the leaf and what is above it where the search begins. */
function pages(out: Record<string, Value>, {mheap_, allp}: Runtime): void {
  const p = mheap_.pages;
  if (p === null) return;
  for (const name of ["searchAddr", "start", "end"] as const) out[`mheap_.pages.${name}`] = p[name];
  out["mheap_.pages.inUse"] = `${p.inUse.ranges.elems.length} ranges`;
  for (const [l, sums] of p.summary.entries()) {
    const i = p.offAddrToLevelIndex(l, p.searchAddr);
    const {start, max, end} = sums.get(Math.min(i, sums.cap - 1));
    out[`mheap_.pages.summary[${l}] at searchAddr`] = `${start}, ${max}, ${end}`;
  }
  for (const {id, pcache} of allp) {
    if (pcache === null) continue;
    out[`allp[${id}].pcache`] = `${hex(pcache.base)}: 0x${half(pcache.cacheHi)}${half(pcache.cacheLo)}`;
  }
}

function hints(out: Record<string, Value>, first: arenaHint | null): void {
  let n = 0;
  for (let hint = first; hint !== null; hint = hint.next) n++;
  out["mheap_.arenaHints"] = first === null ? null : `${n}, the first at ${hex(first.addr)}`;
}

function spans(first: mspan | null): string {
  const out: string[] = [];
  for (let s = first; s !== null; s = s.next) out.push(span(s));
  return out.join(", ");
}

const span = (s: mspan | null) => (s === null ? "nil" : `${hex(s.startAddr)} (${s.npages} pages)`);
const hex = (n: number) => `0x${n.toString(16)}`;
const half = (n: number) => (n >>> 0).toString(16).padStart(8, "0");
const bits = (s: mspan) => `0x${half(s.allocCacheHi)}${half(s.allocCacheLo)}`;
