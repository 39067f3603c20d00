// Putting a Runtime into a recorded state, so that it can go on from there.
//
// What the recording says is taken from it; what follows from that (divMagic of a span, the index of pages, bitmaps)
// is made as the runtime makes it. The bitmaps of allocated objects are not recorded: before the first collection
// they are all zero, and freeindex says everything. A recording of a later state is refused.

import {type BootOptions, load, type Runtime, start} from "../runtime/index.js";
import {initSpan} from "../runtime/mbitmap.js";
import type {fixed} from "../runtime/mfixalloc.js";
import {heapArena, opaque} from "../runtime/mheap.js";
import {mSpanDead, mSpanFree, mSpanInUse, mspan} from "../runtime/mspan.js";
import {p} from "../runtime/runtime2.js";
import {mcacheAliases} from "./phase.js";
import {restorePages, withStock} from "./restore_pages.js";
import type {AllocState, PageState, SpanRow} from "./script.js";

/** A runtime in the recorded state. `heapStart` is the address that the recording counts from. */
export function restore(options: BootOptions, state: AllocState, heapStart: number): Runtime {
  if (state.sweepgen !== 0)
    throw new RangeError(
      `sweepgen is ${state.sweepgen}: only states before the first collection can be restored`,
    );
  const rt = load(options);
  start(rt, {...options, until: "mallocinit"});
  const p0 = new p(0);
  Object.assign(rt.m0, {p: p0});
  p0.mcache = rt.m0.mcache;
  rt.allp = [p0];
  rt.allpArray.push(p0);
  rt.gomaxprocs = 1;
  rt.phase = "procresize";

  arenas(rt, state);
  const spans = allspans(rt, state, heapStart);
  cache(rt, state, spans, heapStart);
  if (rt.mheap_.pages === null) lists(rt, state, spans);
  else restorePages(rt, state as AllocState & PageState, heapStart);
  // Building all this has moved the allocators below the heap; now they are set as recorded.
  allocators(rt, state, p0);
  statistics(rt, state);
  return rt;
}

function arenas(rt: Runtime, state: AllocState): void {
  const {mheap_} = rt;
  const {arenaL2Bits} = rt.constants;
  const {PtrSize} = rt.config.arch;
  const {allArenas} = mheap_;
  for (const [from, to] of state.arenas) {
    for (let ri = mheap_.arenaIndex(Number(from)); ri < mheap_.arenaIndex(Number(to)); ri++) {
      const l1 = Math.floor(ri / 2 ** arenaL2Bits);
      const level2 = mheap_.arenas[l1] ?? new Map<number, heapArena>();
      mheap_.arenas[l1] = level2;
      level2.set(ri % 2 ** arenaL2Bits, new heapArena(0, mheap_.arenaBase(ri), rt.constants));
      allArenas.elems.push(ri);
    }
    rt.mem.change(Number(from), Number(to) - Number(from), "ready", "heap_sys");
  }
  allArenas.cap = rt.physPageSize / PtrSize;
  allArenas.array = rt.globalAlloc.base;
  for (const [name, recorded] of [
    ["heapArenaAlloc", state.heapArenaAlloc],
    ["arena", state.arena],
  ] as const) {
    if (recorded === undefined) continue;
    mheap_[name].next = Number(recorded.next);
    mheap_[name].mapped = Number(recorded.mapped);
    mheap_[name].end = Number(recorded.end);
  }
  // A hint that was used has moved on; those that failed are gone.
  const first = Number(state.arenaHints_first[0]);
  const second = state.arenaHints_first[1];
  while (second !== undefined && mheap_.arenaHints?.next && mheap_.arenaHints.next.addr !== Number(second)) {
    mheap_.arenaHints = mheap_.arenaHints.next;
  }
  if (mheap_.arenaHints !== null) mheap_.arenaHints.addr = first;
}

/** The span records in their order, by the address that the recording gives them. */
function allspans(rt: Runtime, state: AllocState, heapStart: number): Map<number, mspan> {
  const {mheap_} = rt;
  const spans = new Map<number, mspan>();
  const {columns, rows} = state.allspans;
  const size = rt.sizeof("mspan");
  const {len = rows.length} = state.allspans as {len?: number};
  const all = rt.mheap_.pages === null ? rows : withStock(rows, len);
  for (const [i, row] of all.entries()) {
    if (row === null) {
      mheap_.allspans.elems.push(new mspan(rt.globalAlloc.base + i * size));
      continue;
    }
    const r = Object.fromEntries(columns.map((name, c) => [name, row[c]])) as unknown as SpanRow;
    const s = new mspan(rt.globalAlloc.base + i * size);
    mheap_.allspans.elems.push(s);
    fill(rt, s, r, heapStart);
    if (s.state !== mSpanDead) spans.set(r.rel, s);
  }
  mheap_.allspans.cap = Math.max((64 * 1024) / rt.config.arch.PtrSize, mheap_.allspans.len);
  mheap_.allspans.array = rt.globalAlloc.base;
  return spans;
}

function fill(rt: Runtime, s: mspan, r: SpanRow, heapStart: number): void {
  const {mheap_} = rt;
  const {_PageSize} = rt.constants;
  s.init(heapStart + r.rel, r.npages);
  s.state = r.state;
  if (s.state === mSpanDead) return;
  s.spanclass = r.spanclass;
  s.elemsize = r.elemsize;
  s.needzero = r.needzero;
  s.scavenged = r.scavenged ?? false;
  s.limit = s.base() + (r.nelems === 0 ? r.npages * _PageSize : r.nelems * r.elemsize);
  s.divMagic = rt.sizeclasses.class_to_divmagic[s.spanclass >> 1]!;
  if (s.state === mSpanFree) {
    mheap_.setSpan(s.base(), s);
    mheap_.setSpan(s.base() + (s.npages - 1) * _PageSize, s);
    (s.scavenged ? mheap_.scav : mheap_.free).insert(s);
    return;
  }
  mheap_.setSpans(s.base(), s.npages, s);
  if (s.state === mSpanInUse) {
    initSpan(rt, s);
    mheap_.setPageInUse(s, true);
    if (mheap_.pages === null) mheap_.sweepSpans[0].push(s);
    mheap_.pagesInUse += s.npages;
  }
  const cache = BigInt(r.allocCache);
  s.allocCacheLo = Number(BigInt.asIntN(32, cache));
  s.allocCacheHi = Number(BigInt.asIntN(32, cache >> 32n));
  s.freeindex = r.freeindex;
  s.allocCount = r.allocCount;
  s.nelems = r.nelems;
}

function lists(rt: Runtime, state: AllocState, spans: Map<number, mspan>): void {
  for (const {index, nmalloc, nonempty, empty} of state.central_not_empty) {
    const c = rt.mheap_.lists[index]!;
    c.nmalloc = nmalloc ?? 0;
    for (const rel of nonempty ?? []) c.nonempty.insertBack(rt, spans.get(rel)!);
    for (const rel of empty ?? []) c.empty.insertBack(rt, spans.get(rel)!);
  }
}

function cache(rt: Runtime, state: AllocState, spans: Map<number, mspan>, heapStart: number): void {
  const c = rt.m0.mcache!;
  const {fields, cached, tiny_rel} = state.mcache_P0;
  for (const [spc, rel] of cached) {
    c.alloc[spc] = spans.get(rel)!;
    c.alloc[spc]!.sweepgen = rt.mheap_.sweepgen + 3;
  }
  c.tiny = tiny_rel === null ? 0 : heapStart + tiny_rel;
  for (const [name, value] of Object.entries(fields)) {
    const own = mcacheAliases[name] ?? name;
    if (own in c) Object.assign(c, {[own]: value});
  }
}

function allocators(rt: Runtime, state: AllocState, p0: p): void {
  rt.globalAlloc.off = state.persistentalloc_off;
  p0.palloc.off = state.P0_palloc;
  p0.palloc.base = state.P0_palloc === 0 ? 0 : rt.globalAlloc.base;
  for (const [name, recorded] of Object.entries(state.fixallocs)) {
    const f = rt.mheap_.fixallocs[name]!;
    const end = rt.globalAlloc.base + f.nalloc;
    f.nchunk = recorded.nchunk;
    f.chunk = recorded.nchunk === 0 && recorded.inuse === 0 ? 0 : end - recorded.nchunk;
    f.inuse = recorded.inuse;
    f.list = null;
    freeRecords(rt, name, recorded.list_len).forEach(r => {
      r.mlink = f.list;
      f.list = r;
    });
  }
}

/** Records for a free list: dead spans where the list is that of spans. */
function freeRecords(rt: Runtime, name: string, n: number): fixed[] {
  if (name === "spanalloc") return rt.mheap_.allspans.elems.filter(s => s.state === mSpanDead).slice(0, n);
  return Array.from({length: n}, (_, i) => new opaque(rt.globalAlloc.base + i));
}

function statistics(rt: Runtime, state: AllocState): void {
  const {memstats, mheap_} = rt;
  const recorded = state.stats.memstats;
  for (const [name, value] of Object.entries(memstats)) {
    if (typeof value === "number") Object.assign(memstats, {[name]: Number(recorded[name] ?? 0)});
  }
  if (mheap_.pages !== null) return;
  for (const each of memstats.by_size) each.nmalloc = 0;
  for (const [i, nmalloc] of state.stats["by_size.nmalloc_nonzero"]) memstats.by_size[i]!.nmalloc = nmalloc;
  // Large objects are what the totals have beyond the central lists.
  const {class_to_size} = rt.sizeclasses;
  const small = mheap_.lists.reduce((n, c) => n + c.nmalloc, 0);
  const smallBytes = mheap_.lists.reduce((n, c) => n + c.nmalloc * class_to_size[c.spanclass >> 1]!, 0);
  mheap_.nlargealloc = memstats.nmalloc - memstats.tinyallocs - small;
  mheap_.largealloc = memstats.total_alloc - smallBytes;
}
