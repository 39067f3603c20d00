// Taking spans from the page heap: find the best fit, grow if there is none, cut off the rest.
//
// Go keeps this in mheap.go, and mheap.sysAlloc in malloc.go. Two kinds of span leave the heap here: those for
// objects (alloc) and those managed by hand, for stacks (allocManual).

import {persistentalloc, sysReserveAligned} from "./malloc.js";
import {sysFree, sysMap, sysReserve, sysUsed} from "./mem.js";
import {heapArena, type mheap} from "./mheap.js";
import {freeSpanLocked, physPageBounds, released, scavengeLargest} from "./mheap_free.js";
import {mSpanFree, mSpanInUse, mSpanManual, type mspan} from "./mspan.js";
import {Throw} from "./panic.js";
import {reclaim} from "./reclaim.js";
import {isMultiple, round} from "./stubs.js";

/**
 * Allocates a span of `npage` pages for objects of a span class; class 0 is for one large object. Returns null if
 * the system has no more memory.
 *
 * @go runtime/mheap.go mheap.alloc go1.12.17
 */
export function alloc(h: mheap, npage: number, spanclass: number, large: boolean): mspan | null {
  const s = alloc_m(h, npage, spanclass, large);
  // Go clears the pages here if they need it. The model has no bytes: the mark alone is kept.
  if (s !== null) s.needzero = 0;
  return s;
}

/** @go runtime/mheap.go mheap.alloc_m go1.12.17 */
function alloc_m(h: mheap, npage: number, spanclass: number, large: boolean): mspan | null {
  const {rt} = h;
  const {memstats} = rt;
  const {_PageSize} = rt.constants;
  // Before the heap grows by npage pages, that many are swept.
  if (h.sweepdone === 0) reclaim(rt, npage);

  const c = rt.getg().m.mcache!;
  memstats.heap_scan += c.local_scan;
  c.local_scan = 0;
  memstats.tinyallocs += c.local_tinyallocs;
  c.local_tinyallocs = 0;

  const s = allocSpanLocked(h, npage, "heap_inuse");
  if (s === null) return null;
  s.sweepgen = h.sweepgen;
  h.sweepSpans[(h.sweepgen / 2) % 2]!.push(s);
  s.state = mSpanInUse;
  s.allocCount = 0;
  s.spanclass = spanclass;
  const sizeclass = spanclass >> 1;
  s.elemsize = sizeclass === 0 ? npage * _PageSize : rt.sizeclasses.class_to_size[sizeclass]!;
  s.divMagic = rt.sizeclasses.class_to_divmagic[sizeclass]!;

  h.setPageInUse(s, true);
  h.pagesInUse += npage;
  if (large) {
    memstats.heap_objects++;
    h.largealloc += s.elemsize;
    h.nlargealloc++;
    memstats.heap_live += npage * _PageSize;
  }
  return s;
}

/**
 * Allocates a span of `npage` pages that its user manages by hand. Its bytes count in `stat` and no longer in
 * heap_sys. Returns null if the system has no more memory.
 *
 * @go runtime/mheap.go mheap.allocManual go1.12.17
 */
export function allocManual(h: mheap, npage: number, stat: "stacks_inuse" | "gc_sys"): mspan | null {
  const bytes = npage * h.rt.constants._PageSize;
  const s = allocSpanLocked(h, npage, stat);
  if (s === null) return null;
  s.state = mSpanManual;
  s.manualFreeList = 0;
  s.allocCount = 0;
  s.spanclass = 0;
  s.nelems = 0;
  s.elemsize = 0;
  s.limit = s.base() + bytes;
  h.rt.memstats.heap_sys -= bytes;
  return s;
}

/**
 * The best fit among all free spans, taken out of its treap; null if none is large enough.
 *
 * @go runtime/mheap.go mheap.pickFreeSpan go1.12.17
 */
function pickFreeSpan(h: mheap, npage: number): mspan | null {
  const tf = h.free.find(npage);
  const ts = h.scav.find(npage);
  if (tf !== null && (ts === null || tf.npagesKey <= ts.npagesKey)) {
    const s = tf.spanKey;
    h.free.removeNode(tf);
    return s;
  }
  if (ts === null) return null;
  const s = ts.spanKey;
  h.scav.removeNode(ts);
  return s;
}

/**
 * Finds a span of exactly `npage` pages, growing the heap if need be. What is left over goes back. The span is in
 * no treap any more, but its state is still free.
 *
 * @go runtime/mheap.go mheap.allocSpanLocked go1.12.17
 */
export function allocSpanLocked(
  h: mheap,
  npage: number,
  stat: "heap_inuse" | "stacks_inuse" | "gc_sys",
): mspan | null {
  const {rt} = h;
  const {memstats} = rt;
  const bytes = npage * rt.constants._PageSize;

  let s = pickFreeSpan(h, npage);
  if (s === null) {
    if (!grow(h, npage)) return null;
    s = pickFreeSpan(h, npage);
    if (s === null) throw new Throw(rt, "grew heap, but no adequate free span found");
  }
  if (s.state !== mSpanFree) throw new Throw(rt, "candidate mspan for allocation is not free");
  if (s.npages < npage) throw new Throw(rt, "candidate mspan for allocation is too small");

  memstats.heap_released -= released(rt, s);
  if (s.npages > npage) trim(h, s, npage);
  // Only now, so that no more is brought back than is needed.
  if (s.scavenged) {
    sysUsed(rt, s.base(), bytes);
    s.scavenged = false;
  }
  s.unusedsince = 0;
  h.setSpans(s.base(), npage, s);

  memstats[stat] += bytes;
  memstats.heap_idle -= bytes;
  if (s.list !== null) throw new Throw(rt, "still in list");
  return s;
}

/** Cuts a free span down to `npage` pages and gives the rest back to the heap. */
function trim(h: mheap, s: mspan, npage: number): void {
  const {rt} = h;
  const {_PageSize} = rt.constants;
  const t = h.spanalloc.alloc();
  t.init(s.base() + npage * _PageSize, s.npages - npage);
  s.npages = npage;
  h.setSpan(t.base() - _PageSize, s);
  h.setSpan(t.base(), t);
  h.setSpan(t.base() + (t.npages - 1) * _PageSize, t);
  t.needzero = s.needzero;
  const [start, end] = physPageBounds(rt, t);
  if (s.scavenged && start < end) {
    rt.memstats.heap_released += end - start;
    t.scavenged = true;
  }
  // Neither may be taken for a free neighbor of the other and merged with it.
  s.state = mSpanManual;
  t.state = mSpanManual;
  freeSpanLocked(h, t, false, false, s.unusedsince);
  s.state = mSpanFree;
}

/**
 * Adds at least `npage` pages to the heap. Returns false if the system has none.
 *
 * @go runtime/mheap.go mheap.grow go1.12.17
 */
export function grow(h: mheap, npage: number): boolean {
  const {rt} = h;
  const {_PageSize} = rt.constants;
  const ask = npage * _PageSize;
  const [v, size] = heapSysAlloc(h, ask);
  if (v === 0) {
    rt.print(`runtime: out of memory: cannot allocate ${ask}-byte block (${rt.memstats.heap_sys} in use)`);
    return false;
  }
  // Give back as much as was just obtained.
  scavengeLargest(h, size);

  // A span that is made as if in use, and freed: so the new pages merge with free ones next to them.
  const s = h.spanalloc.alloc();
  s.init(v, size / _PageSize);
  h.setSpans(s.base(), s.npages, s);
  s.sweepgen = h.sweepgen;
  s.state = mSpanInUse;
  h.pagesInUse += s.npages;
  freeSpanLocked(h, s, false, true, 0);
  return true;
}

/**
 * Obtains arenas for at least `n` bytes: from the reservation of 32-bit systems, at a hint, or anywhere. Returns
 * address and size; [0, 0] if there is no room.
 *
 * @go runtime/malloc.go mheap.sysAlloc go1.12.17
 * @go runtime/malloc.go mheap.sysAlloc go1.19.8
 */
export function heapSysAlloc(h: mheap, n: number): [v: number, size: number] {
  const {rt} = h;
  const {heapArenaBytes} = rt.constants;
  n = round(n, heapArenaBytes);

  let v = h.arena.alloc(rt, n, heapArenaBytes, "heap_sys");
  let size = n;
  if (v === 0) {
    [v, size] = reserveAtHints(h, n);
    if (v === 0) [v, size] = reserveAnywhere(h, n);
    if (v === 0) return [0, 0];
    checkUsable(h, v, size);
    // Later, arenas are mapped in chunks, as the heap takes them over.
    if (rt.config.release.mapsArenaAtOnce) sysMap(rt, v, size, "heap_sys");
  }
  for (let ri = h.arenaIndex(v); ri <= h.arenaIndex(v + size - heapArenaBytes); ri++) addArena(h, ri);
  return [v, size];
}

/** Tries the hints in turn. One that does not work out is dropped for good. */
function reserveAtHints(h: mheap, n: number): [v: number, size: number] {
  const {rt} = h;
  const {arenaBits, heapArenaBytes} = rt.constants;
  for (let hint = h.arenaHints; hint !== null; hint = h.arenaHints) {
    const p = hint.down ? hint.addr - n : hint.addr;
    const usable = p >= 0 && h.arenaIndex(p + n - heapArenaBytes) < 2 ** arenaBits;
    const v = usable ? sysReserve(rt, p, n) : 0;
    if (v === p && v !== 0) {
      hint.addr = hint.down ? p : p + n;
      return [v, n];
    }
    if (v !== 0) sysFree(rt, v, n, null);
    h.arenaHints = hint.next;
    h.arenaHintAlloc.free(hint);
  }
  if (rt.raceenabled) throw new Throw(rt, "too many address space collisions for -race mode");
  return [0, 0];
}

/** Takes whatever the system gives, and notes down both ends of it as hints. */
function reserveAnywhere(h: mheap, n: number): [v: number, size: number] {
  const [v, size] = sysReserveAligned(h.rt, 0, n, h.rt.constants.heapArenaBytes);
  if (v === 0) return [0, 0];
  for (const [addr, down] of [
    [v, true],
    [v + size, false],
  ] as const) {
    const hint = h.arenaHintAlloc.alloc();
    hint.addr = addr;
    hint.down = down;
    hint.next = h.arenaHints;
    h.arenaHints = hint;
  }
  return [v, size];
}

/** Throws for memory that the index of arenas cannot hold. */
function checkUsable(h: mheap, v: number, size: number): void {
  const {rt} = h;
  const {arenaBits, heapArenaBytes} = rt.constants;
  const outside = (p: number) => h.arenaIndex(p) >= 2 ** arenaBits;
  const bad = outside(v) ? "base" : outside(v + size - heapArenaBytes) ? "end" : "";
  if (bad !== "") {
    const range = `[0x${v.toString(16)}, 0x${(v + size).toString(16)})`;
    rt.print(
      `runtime: memory allocated by OS ${range} not in usable address space: ${bad} outside usable address space`,
    );
    throw new Throw(rt, "memory reservation exceeds address space limit");
  }
  if (!isMultiple(v, heapArenaBytes)) throw new Throw(rt, "misrounded allocation in sysAlloc");
}

/** Makes the metadata of an arena and enters it into the index. */
function addArena(h: mheap, ri: number): void {
  const {rt} = h;
  const {arenaL2Bits} = rt.constants;
  const {PtrSize} = rt.config.arch;
  const {gcMiscStat} = rt.config.release;
  const [l1, l2] = [Math.floor(ri / 2 ** arenaL2Bits), ri % 2 ** arenaL2Bits];
  let level2 = h.arenas[l1] ?? null;
  if (level2 === null) {
    const array = rt.parts.allocArenaMap(rt, 2 ** arenaL2Bits * PtrSize);
    if (array === 0) throw new Throw(rt, "out of memory allocating heap arena map");
    level2 = new Map();
    h.arenas[l1] = level2;
  }
  if (level2.has(l2)) throw new Throw(rt, "arena already initialized");

  const metadata = rt.sizeof("heapArena");
  const r =
    h.heapArenaAlloc.alloc(rt, metadata, PtrSize, gcMiscStat) ||
    persistentalloc(rt, metadata, PtrSize, gcMiscStat);
  if (r === 0) throw new Throw(rt, "out of memory allocating heap arena metadata");

  const {allArenas} = h;
  if (allArenas.len === allArenas.cap) {
    // Old arrays are not freed: someone may be reading them.
    const bytes = 2 * allArenas.cap * PtrSize || rt.physPageSize;
    const array = persistentalloc(rt, bytes, PtrSize, gcMiscStat);
    if (array === 0) throw new Throw(rt, "out of memory allocating allArenas");
    allArenas.array = array;
    allArenas.cap = bytes / PtrSize;
  }
  allArenas.elems.push(ri);
  level2.set(l2, new heapArena(r, h.arenaBase(ri), rt.constants));
}
