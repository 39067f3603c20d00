// Giving spans back to the page heap: merge with free neighbors, and return pages to the system.
//
// Go keeps this in mheap.go. A free span is in the treap free or, once its pages were returned to the system, in
// scav. Invariant: no two neighbors are both in free, or both in scav.

import {sysUnused} from "./mem.js";
import type {mheap} from "./mheap.js";
import {mSpanDead, mSpanFree, mSpanInUse, mSpanManual, type mspan} from "./mspan.js";
import {Throw} from "./panic.js";
import type {Runtime} from "./runtime.js";
import {round, roundDown} from "./stubs.js";

/**
 * Gives a span of objects back. It must have been swept, and hold no object.
 *
 * @go runtime/mheap.go mheap.freeSpan go1.12.17
 */
export function freeSpan(h: mheap, s: mspan, large: boolean): void {
  const {memstats} = h.rt;
  const c = h.rt.getg().m.mcache!;
  memstats.heap_scan += c.local_scan;
  c.local_scan = 0;
  memstats.tinyallocs += c.local_tinyallocs;
  c.local_tinyallocs = 0;
  if (large) memstats.heap_objects--;
  freeSpanLocked(h, s, true, true, 0);
}

/**
 * Gives a span back that was managed by hand. `stat` must be the one that allocManual was told.
 *
 * @go runtime/mheap.go mheap.freeManual go1.12.17
 */
export function freeManual(h: mheap, s: mspan, stat: "stacks_inuse" | "gc_sys"): void {
  const bytes = s.npages * h.rt.constants._PageSize;
  s.needzero = 1;
  h.rt.memstats[stat] -= bytes;
  h.rt.memstats.heap_sys += bytes;
  freeSpanLocked(h, s, false, true, 0);
}

/**
 * Puts a span among the free ones, merged with its free neighbors. `acctinuse` and `acctidle` say which
 * statistics are to follow.
 *
 * @go runtime/mheap.go mheap.freeSpanLocked go1.12.17
 */
export function freeSpanLocked(
  h: mheap,
  s: mspan,
  acctinuse: boolean,
  acctidle: boolean,
  unusedsince: number,
): void {
  const {rt} = h;
  const bytes = s.npages * rt.constants._PageSize;
  if (s.state === mSpanManual) {
    if (s.allocCount !== 0) throw new Throw(rt, "mheap.freeSpanLocked - invalid stack free");
  } else if (s.state === mSpanInUse) {
    if (s.allocCount !== 0 || s.sweepgen !== h.sweepgen) {
      const [at, count] = [`0x${s.address.toString(16)} ptr 0x${s.base().toString(16)}`, s.allocCount];
      rt.print(`mheap.freeSpanLocked - span ${at} allocCount ${count} sweepgen ${s.sweepgen}/${h.sweepgen}`);
      throw new Throw(rt, "mheap.freeSpanLocked - invalid free");
    }
    h.pagesInUse -= s.npages;
    h.setPageInUse(s, false);
  } else {
    throw new Throw(rt, "mheap.freeSpanLocked - invalid span state");
  }

  if (acctinuse) rt.memstats.heap_inuse -= bytes;
  if (acctidle) rt.memstats.heap_idle += bytes;
  s.state = mSpanFree;
  s.unusedsince = unusedsince || rt.nanotime();
  coalesce(h, s);
  treapOf(h, s).insert(s);
}

/** The treap that a free span belongs in. */
function treapOf(h: mheap, s: mspan) {
  return s.scavenged ? h.scav : h.free;
}

/**
 * Merges a free span with free neighbors of its kind. One that was returned to the system and one that was not
 * stay apart.
 *
 * @go runtime/mheap.go mheap.coalesce go1.12.17
 */
export function coalesce(h: mheap, s: mspan): void {
  const {rt} = h;
  const {_PageSize} = rt.constants;
  let prescavenged = released(rt, s);
  let needsScavenge = false;

  const before = h.spanOf(s.startAddr - _PageSize);
  if (before !== null && before.state === mSpanFree) {
    if (s.scavenged === before.scavenged) {
      needsScavenge = s.scavenged;
      prescavenged += released(rt, before);
      merge(h, s, before);
    } else realign(h, before, s, before);
  }
  const after = h.spanOf(s.startAddr + s.npages * _PageSize);
  if (after !== null && after.state === mSpanFree) {
    if (s.scavenged === after.scavenged) {
      needsScavenge ||= s.scavenged;
      prescavenged += released(rt, after);
      merge(h, s, after);
    } else realign(h, s, after, after);
  }

  if (needsScavenge) {
    // A physical page that lay across the boundary belongs to one span now: return it, too.
    rt.memstats.heap_released -= prescavenged;
    scavenge(rt, s);
  }
}

/** Lets a free span have the pages of a free neighbor, whose record is given up. */
function merge(h: mheap, s: mspan, other: mspan): void {
  const {_PageSize} = h.rt.constants;
  s.npages += other.npages;
  s.needzero |= other.needzero;
  if (other.startAddr < s.startAddr) {
    s.startAddr = other.startAddr;
    h.setSpan(s.startAddr, s);
  } else {
    h.setSpan(s.startAddr + (s.npages - 1) * _PageSize, s);
  }
  treapOf(h, other).removeSpan(other);
  other.state = mSpanDead;
  h.spanalloc.free(other);
}

/**
 * Moves the boundary between a free span that was returned to the system and one that was not to a physical page,
 * towards the former. `other` is the one of the two that is in a treap.
 *
 * Go asks for this where a page of the heap is larger than a physical one. There every boundary is at a physical
 * page already, so that all that happens is a new node in the treap, with a new priority.
 *
 * @go runtime/mheap.go mheap.coalesce go1.12.17
 */
function realign(h: mheap, a: mspan, b: mspan, other: mspan): void {
  const {physPageSize} = h.rt;
  const {_PageSize} = h.rt.constants;
  if (_PageSize <= physPageSize) return;
  treapOf(h, other).removeSpan(other);
  const end = b.startAddr + b.npages * _PageSize;
  const boundary = (a.scavenged ? roundDown : round)(b.startAddr, physPageSize);
  a.npages = (boundary - a.startAddr) / _PageSize;
  b.npages = (end - boundary) / _PageSize;
  b.startAddr = boundary;
  h.setSpan(boundary - _PageSize, a);
  h.setSpan(boundary, b);
  treapOf(h, other).insert(other);
}

/**
 * The whole physical pages of a span: start and end.
 *
 * @go runtime/mheap.go mspan.physPageBounds go1.12.17
 */
export function physPageBounds(rt: Runtime, s: mspan): [start: number, end: number] {
  const {_PageSize} = rt.constants;
  const [start, end] = [s.base(), s.base() + s.npages * _PageSize];
  if (rt.physPageSize <= _PageSize) return [start, end];
  return [round(start, rt.physPageSize), roundDown(end, rt.physPageSize)];
}

/**
 * Bytes of a span that have been returned to the system.
 *
 * @go runtime/mheap.go mspan.released go1.12.17
 */
export function released(rt: Runtime, s: mspan): number {
  if (!s.scavenged) return 0;
  const [start, end] = physPageBounds(rt, s);
  return end - start;
}

/**
 * Returns a span's pages to the system. Answers how many bytes that was: none, if it covers no physical page.
 *
 * @go runtime/mheap.go mspan.scavenge go1.12.17
 */
function scavenge(rt: Runtime, s: mspan): number {
  const [start, end] = physPageBounds(rt, s);
  if (end <= start) return 0;
  rt.memstats.heap_released += end - start;
  s.scavenged = true;
  sysUnused(rt, start, end - start);
  return end - start;
}

/**
 * Returns at least `nbytes` to the system, the largest free spans first. What is returned beyond that is credit
 * for the next time.
 *
 * @go runtime/mheap.go mheap.scavengeLargest go1.12.17
 */
export function scavengeLargest(h: mheap, nbytes: number): void {
  const credit = Math.min(nbytes, h.scavengeCredit);
  h.scavengeCredit -= credit;
  if (credit === nbytes) return;
  nbytes -= credit;

  let returned = 0;
  for (let t = h.free.end(); returned < nbytes && t !== null; ) {
    const s = t.spanKey!;
    const r = scavenge(h.rt, s);
    // The spans before this one are no larger: they will hardly cover a physical page either.
    if (r === 0) return;
    const n = t.pred();
    h.free.removeNode(t);
    coalesce(h, s);
    t = n;
    h.scav.insert(s);
    returned += r;
  }
  if (returned > nbytes) h.scavengeCredit += returned - nbytes;
}

/**
 * Returns to the system every free span that has been unused for longer than `limit` nanoseconds. Answers how many
 * bytes that was.
 *
 * @go runtime/mheap.go mheap.scavengeAll go1.12.17
 */
export function scavengeAll(h: mheap, now: number, limit: number): number {
  let returned = 0;
  for (let t = h.free.start(); t !== null; ) {
    const s = t.spanKey!;
    const n = t.succ();
    const r = now - s.unusedsince > limit ? scavenge(h.rt, s) : 0;
    if (r !== 0) {
      h.free.removeNode(t);
      coalesce(h, s);
      h.scav.insert(s);
      returned += r;
    }
    t = n;
  }
  return returned;
}
