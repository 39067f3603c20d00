// Counting everything again: what the heap's structures say, held against one another and against the statistics.
//
// Every routine of the allocator keeps several accounts of the same thing. Here each is derived once more from the
// pages and the bitmaps alone. The answer is a list of complaints, empty if all accounts agree.

import type {Runtime} from "../../src/runtime/index.js";
import {isFree} from "../../src/runtime/mbitmap.js";
import type {mTreap, treapNode} from "../../src/runtime/mgclarge.js";
import {physPageBounds} from "../../src/runtime/mheap_free.js";
import {
  mSpanDead,
  mSpanFree,
  mSpanInUse,
  type mSpanList,
  mSpanManual,
  type mspan,
} from "../../src/runtime/mspan.js";
import {charged, mapped} from "./fixtures.js";

type Complain = (condition: boolean, complaint: string) => void;

/** All that does not agree with something else. */
export function recount(rt: Runtime): string[] {
  const complaints: string[] = [];
  const complain: Complain = (condition, complaint) => {
    if (condition) complaints.push(complaint);
  };
  const spans = spansByPage(rt, complain);
  records(rt, spans, complain);
  treaps(rt, spans, complain);
  centrals(rt, spans, complain);
  sweepLists(rt, spans, complain);
  const cached = cachedSpans(rt);
  for (const s of spans) if (s.state === mSpanInUse) objects(rt, s, cached.has(s), complain);
  pages(rt, spans, complain);
  counts(rt, spans, complain);
  return complaints;
}

const named = (s: mspan) => `span 0x${s.base().toString(16)}+${s.npages}`;
const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);

/** Every span that owns a page, in the order of addresses, found by walking over the pages of all arenas. */
export function spansByPage(rt: Runtime, complain: Complain = () => {}): mspan[] {
  const {mheap_} = rt;
  const {heapArenaBytes, _PageSize, pagesPerArena} = rt.constants;
  const starts = mheap_.allArenas.elems.map(ai => mheap_.arenaBase(ai)).sort((a, b) => a - b);
  const mine = new Set(starts);
  const out: mspan[] = [];
  let next = 0;
  for (const start of starts) {
    for (let p = Math.max(start, next); p < start + heapArenaBytes; p = next) {
      const s = mheap_.spanOf(p);
      if (s === null || s.base() !== p || s.npages < 1 || s.state === mSpanDead) {
        complain(true, `page 0x${p.toString(16)} belongs to no span`);
        next = start + heapArenaBytes;
        continue;
      }
      next = p + s.npages * _PageSize;
      const last = out[out.length - 1];
      const neighbors = last && last.base() + last.npages * _PageSize === p;
      complain(
        Boolean(neighbors && last.state === mSpanFree && s.state === mSpanFree) &&
          last!.scavenged === s.scavenged,
        `${named(s)} is free, and so is the one before it, of the same kind`,
      );
      out.push(s);
      for (let page = p; page < next; page += _PageSize) {
        const inside = mine.has(page - (page % heapArenaBytes));
        if (!inside) complain(true, `${named(s)} reaches out of the arenas`);
        const edge = page === p || page === next - _PageSize;
        const owner = mheap_.arenaOf(page)?.spans[(page / _PageSize) % pagesPerArena];
        if ((edge || s.state !== mSpanFree) && owner !== s)
          complain(true, `the index gives page 0x${page.toString(16)} of ${named(s)} to another`);
      }
    }
  }
  complain(new Set(out).size !== out.length, "a span is at two places");
  return out;
}

/** Span records: those with pages are in use, all others are dead or free for reuse. */
function records({mheap_}: Runtime, spans: mspan[], complain: Complain): void {
  const {allspans, spanalloc} = mheap_;
  const known = new Set(allspans.elems);
  for (const s of spans) complain(!known.has(s), `${named(s)} is not in allspans`);
  complain(allspans.len > allspans.cap, "allspans is longer than its array");
  complain(
    spanalloc.inuse !== spans.length * spanalloc.size,
    `spanalloc has ${spanalloc.inuse / spanalloc.size} records out, ${spans.length} spans have pages`,
  );
  let free = 0;
  for (let s = spanalloc.list; s !== null; s = s.mlink as mspan | null) {
    free++;
    complain(s.state === mSpanFree || s.state === mSpanInUse, `${named(s)} is on the list of free records`);
  }
  complain(free + spans.length !== allspans.len, "records were lost");
}

/** Both treaps: search trees by size and address, heaps by priority, with exactly the free spans of their kind. */
function treaps(rt: Runtime, spans: mspan[], complain: Complain): void {
  const {mheap_} = rt;
  const free = spans.filter(s => s.state === mSpanFree);
  let nodes = 0;
  for (const [name, treap, scavenged] of [
    ["free", mheap_.free, false],
    ["scav", mheap_.scav, true],
  ] as const) {
    const held = treapNodes(treap, complain, name);
    nodes += held.length;
    const expected = free
      .filter(s => s.scavenged === scavenged)
      .sort((a, b) => a.npages - b.npages || a.base() - b.base());
    const same = held.length === expected.length && held.every((t, i) => t.spanKey === expected[i]);
    complain(
      !same,
      `${name} holds ${held.length} spans, and not the ${expected.length} that are free, in order`,
    );
    for (const t of held)
      complain(t.npagesKey !== t.spanKey!.npages, `${name}: stale key of ${named(t.spanKey!)}`);
  }
  const {inuse, size} = mheap_.treapalloc;
  complain(inuse !== nodes * size, `treapalloc has ${inuse / size} nodes out, ${nodes} are in treaps`);
}

/** The nodes from left to right, by recursion and not by succ. */
export function treapNodes(treap: mTreap, complain: Complain, name = "treap"): treapNode[] {
  const out: treapNode[] = [];
  const visit = (t: treapNode | null, parent: treapNode | null) => {
    if (t === null) return;
    complain(t.parent !== parent, `${name}: a node does not know its parent`);
    complain(parent !== null && parent.priority > t.priority, `${name}: a child comes before its parent`);
    visit(t.left, t);
    out.push(t);
    visit(t.right, t);
  };
  visit(treap.treap, null);
  return out;
}

function listed(list: mSpanList, complain: Complain): mspan[] {
  const out: mspan[] = [];
  for (let s = list.first; s !== null && out.length < 1e6; s = s.next) {
    complain(s.list !== list, `${named(s)} is on a list that it does not know`);
    complain(s.prev !== (out[out.length - 1] ?? null), `${named(s)} does not know the one before it`);
    out.push(s);
  }
  complain(list.last !== (out[out.length - 1] ?? null), "a list does not know its end");
  return out;
}

/** The central lists: every span of small objects is on one, that of its class; large ones are on none. */
function centrals(rt: Runtime, spans: mspan[], complain: Complain): void {
  const cached = cachedSpans(rt);
  const where = new Map<mspan, string>();
  rt.mheap_.lists.forEach((c, spc) => {
    for (const name of ["nonempty", "empty"] as const) {
      for (const s of listed(c[name], complain)) {
        complain(where.has(s), `${named(s)} is on two lists`);
        complain(s.spanclass !== spc || s.state !== mSpanInUse, `${named(s)} is on the list of class ${spc}`);
        where.set(s, name);
      }
    }
  });
  for (const s of spans) {
    const small = s.state === mSpanInUse && s.spanclass > 1;
    complain(small !== where.has(s), `${named(s)} ${small ? "is on no list" : "is on a list"}`);
    const swept = s.sweepgen === rt.mheap_.sweepgen;
    if (!small) continue;
    if (cached.has(s)) complain(where.get(s) !== "empty", `${named(s)} is cached, and not on empty`);
    else if (swept)
      complain(
        where.get(s) !== (s.allocCount === s.nelems ? "empty" : "nonempty"),
        `${named(s)} with ${s.allocCount} of ${s.nelems} objects is on ${where.get(s)}`,
      );
    complain(
      where.get(s) === "nonempty" && s.allocCount === s.nelems,
      `${named(s)} is full, and on nonempty`,
    );
  }
}

/** The spans that mcaches hold, with how many hold each. */
export function cachedSpans(rt: Runtime): Set<mspan> {
  const out = new Set<mspan>();
  for (const {mcache} of rt.allp) {
    for (const s of mcache?.alloc ?? []) if (s !== rt.emptymspan) out.add(s);
  }
  return out;
}

/** The sweeper's sets: every span in use is in that of the swept or that of the unswept, as its sweepgen says. */
function sweepLists(rt: Runtime, spans: mspan[], complain: Complain): void {
  const {sweepgen: sg, sweepSpans} = rt.mheap_;
  const cached = cachedSpans(rt);
  const times = (buf: readonly mspan[]) => {
    const n = new Map<mspan, number>();
    for (const s of buf) n.set(s, (n.get(s) ?? 0) + 1);
    return n;
  };
  const swept = times(sweepSpans[(sg / 2) % 2]!.spans);
  const unswept = times(sweepSpans[1 - ((sg / 2) % 2)]!.spans);
  for (const s of spans) {
    if (s.state !== mSpanInUse) continue;
    const expected = cached.has(s) ? [sg + 3] : [sg, sg - 2];
    complain(!expected.includes(s.sweepgen), `${named(s)} has sweepgen ${s.sweepgen}, the heap ${sg}`);
    const set = s.sweepgen === sg - 2 ? unswept : swept;
    complain(set.get(s) !== 1, `${named(s)} is in its set ${set.get(s) ?? 0} times`);
  }
}

/** A span of objects: its size, its bitmaps, and how many objects it says are allocated. */
function objects(rt: Runtime, s: mspan, cached: boolean, complain: Complain): void {
  const {class_to_size, class_to_allocnpages} = rt.sizeclasses;
  const {_PageSize} = rt.constants;
  const sizeclass = s.spanclass >> 1;
  const bytes = s.npages * _PageSize;
  const elemsize = sizeclass === 0 ? bytes : class_to_size[sizeclass]!;
  complain(s.elemsize !== elemsize, `${named(s)} of class ${sizeclass} has objects of ${s.elemsize} bytes`);
  complain(
    s.nelems !== Math.floor(bytes / elemsize),
    `${named(s)} has ${s.nelems} objects of ${elemsize} bytes`,
  );
  if (sizeclass !== 0)
    complain(s.npages !== class_to_allocnpages[sizeclass], `${named(s)} has a wrong length`);
  complain(s.limit > s.base() + bytes || s.limit <= s.base(), `${named(s)} has a limit outside`);
  complain(s.scavenged, `${named(s)} is in use, and returned to the system`);
  let allocated = 0;
  for (let i = 0; i < s.nelems; i++) if (!isFree(s, i)) allocated++;
  complain(allocated !== s.allocCount, `${named(s)}: ${allocated} objects, allocCount is ${s.allocCount}`);
  if (!cached || s.freeindex === s.nelems) return;
  const bits = (BigInt(s.allocCacheHi >>> 0) << 32n) | BigInt(s.allocCacheLo >>> 0);
  const end = Math.min(s.nelems, s.freeindex - (s.freeindex % 64) + 64);
  for (let i = s.freeindex; i < end; i++) {
    const bit = (bits >> BigInt(i - s.freeindex)) & 1n;
    if ((bit === 1n) !== isFree(s, i)) complain(true, `${named(s)}: allocCache is wrong about object ${i}`);
  }
}

/** Pages: the bits of those in use, and their states in the address space. */
function pages(rt: Runtime, spans: mspan[], complain: Complain): void {
  const {mheap_} = rt;
  const {_PageSize, pagesPerArena} = rt.constants;
  const first = new Set(spans.filter(s => s.state === mSpanInUse).map(s => s.base()));
  for (const ai of mheap_.allArenas.elems) {
    const start = mheap_.arenaBase(ai);
    const {pageInUse} = mheap_.arenaOf(start)!;
    for (let i = 0; i < pagesPerArena; i++) {
      const bit = (pageInUse[i >> 3]! & (1 << (i & 7))) !== 0;
      const page = start + i * _PageSize;
      if (bit !== first.has(page)) complain(true, `pageInUse is wrong about page 0x${page.toString(16)}`);
    }
  }
  let returned = 0;
  for (const {start, end, state} of rt.mem.regions) if (state === "prepared") returned += end - start;
  complain(
    returned !== rt.memstats.heap_released,
    `${returned} bytes are returned, heap_released is ${rt.memstats.heap_released}`,
  );
  for (const s of spans) {
    if (!s.scavenged)
      complain(rt.mem.stateAt(s.base()) !== "ready", `${named(s)} has memory that is not ready`);
  }
}

/** The statistics. */
function counts(rt: Runtime, spans: mspan[], complain: Complain): void {
  const {mheap_, memstats} = rt;
  const {_PageSize, heapArenaBytes} = rt.constants;
  const equal = (name: string, is: number, should: number) =>
    complain(is !== should, `${name} is ${is}, counted ${should}`);
  const bytesOf = (state: number) => sum(spans.filter(s => s.state === state).map(s => s.npages * _PageSize));
  const [inuse, manual, free] = [bytesOf(mSpanInUse), bytesOf(mSpanManual), bytesOf(mSpanFree)];
  equal("heap_inuse", memstats.heap_inuse, inuse);
  equal("heap_idle", memstats.heap_idle, free);
  equal("stacks_inuse", memstats.stacks_inuse, manual);
  equal("heap_sys + stacks_inuse", memstats.heap_sys + memstats.stacks_inuse, inuse + manual + free);
  equal("arenas", mheap_.allArenas.len * heapArenaBytes, inuse + manual + free);
  equal("pagesInUse", mheap_.pagesInUse, inuse / _PageSize);
  const scavenged = spans.filter(s => s.scavenged).map(s => physPageBounds(rt, s));
  equal("heap_released", memstats.heap_released, sum(scavenged.map(([start, end]) => end - start)));
  // Stacks are taken out of heap_sys; their memory came with the heap's. What is charged by the byte is mapped by the page.
  const roundedUp = mapped(rt) - charged(rt) - memstats.stacks_inuse;
  const most = rt.physPageSize * (rt.mheap_.allArenas.len + 1);
  if (roundedUp < 0 || roundedUp >= most)
    equal("memory charged", charged(rt) + memstats.stacks_inuse, mapped(rt));
  objectCounts(rt, spans, equal);
}

/** Allocations minus frees, by class and for large objects. All of a cached span counts as allocated. */
function objectCounts(
  rt: Runtime,
  spans: mspan[],
  equal: (name: string, is: number, should: number) => void,
): void {
  const {mheap_} = rt;
  const cached = cachedSpans(rt);
  const caches = rt.allp.flatMap(({mcache}) => mcache ?? []);
  const inuse = spans.filter(s => s.state === mSpanInUse);
  for (let sizeclass = 1; sizeclass < rt.constants._NumSizeClasses; sizeclass++) {
    const handedOut = mheap_.lists[2 * sizeclass]!.nmalloc + mheap_.lists[2 * sizeclass + 1]!.nmalloc;
    const freed = mheap_.nsmallfree[sizeclass]! + sum(caches.map(c => c.local_nsmallfree[sizeclass]!));
    const live = inuse
      .filter(s => s.spanclass >> 1 === sizeclass)
      .map(s => (cached.has(s) ? s.nelems : s.allocCount));
    equal(`objects of class ${sizeclass}`, handedOut - freed, sum(live));
  }
  const large = inuse.filter(s => s.spanclass <= 1);
  const nfree = mheap_.nlargefree + sum(caches.map(c => c.local_nlargefree));
  const free = mheap_.largefree + sum(caches.map(c => c.local_largefree));
  equal("large objects", mheap_.nlargealloc - nfree, large.length);
  equal("bytes of large objects", mheap_.largealloc - free, sum(large.map(s => s.elemsize)));
}
