// The collector's frame: its pacing, and the steps from one cycle to the next.
//
// Marking itself is not modelled here: whoever asks for a cycle says which objects are reachable. All around it is:
// bitmaps change their age, sweepgen goes up by 2, caches are flushed, and the goal for the next cycle follows.

import {nextMarkBitArenaEpoch} from "./gcbits.js";
import {findObject, isMarked, setMarked} from "./mbitmap.js";
import {prepareForSweep} from "./mcache.js";
import {sweepone} from "./mgcsweep.js";
import {cachestats} from "./mstats.js";
import {Throw} from "./panic.js";
import type {Runtime} from "./runtime.js";

/** Bytes below which no collection starts, with GOGC=100. @go runtime/mgc.go heapminimum go1.12.17 */
const heapminimum = 4 << 20;
/** GOGC: how much the heap may grow between two collections, in percent of what was marked. */
const gcpercent = 100;

/**
 * Sets up pacing. heap_marked is made up, so that the first collection comes at heapminimum.
 *
 * @go runtime/mgc.go gcinit go1.12.17
 */
export function gcinit(rt: Runtime): void {
  const {mheap_, memstats} = rt;
  mheap_.sweepdone = 1;
  memstats.triggerRatio = 7 / 8;
  memstats.heap_marked = Math.floor(heapminimum / (1 + memstats.triggerRatio));
  gcSetTriggerRatio(rt, memstats.triggerRatio);
}

/**
 * Derives from the trigger ratio when the next collection starts, the size at which it should be done, and how fast
 * to sweep until then.
 *
 * @go runtime/mgc.go gcSetTriggerRatio go1.12.17
 */
export function gcSetTriggerRatio(rt: Runtime, triggerRatio: number): void {
  const {mheap_, memstats} = rt;
  memstats.triggerRatio = Math.min(Math.max(triggerRatio, 0), (0.95 * gcpercent) / 100);

  let minTrigger = heapminimum;
  if (mheap_.sweepdone === 0) minTrigger = Math.max(minTrigger, memstats.heap_live + 2 ** 20);
  const trigger = Math.max(minTrigger, Math.floor(memstats.heap_marked * (1 + memstats.triggerRatio)));
  memstats.gc_trigger = trigger;
  memstats.next_gc = Math.max(
    trigger,
    memstats.heap_marked + Math.floor((memstats.heap_marked * gcpercent) / 100),
  );

  const sweepDistancePages = mheap_.sweepdone !== 0 ? 0 : mheap_.pagesInUse - mheap_.pagesSwept;
  if (sweepDistancePages <= 0) {
    mheap_.sweepPagesPerByte = 0;
    return;
  }
  // One MiB before the trigger all is to be swept.
  const heapDistance = Math.max(trigger - memstats.heap_live - 2 ** 20, rt.constants._PageSize);
  mheap_.sweepPagesPerByte = sweepDistancePages / heapDistance;
  mheap_.sweepHeapLiveBasis = memstats.heap_live;
  mheap_.pagesSweptBasis = mheap_.pagesSwept;
}

/**
 * Runs a collection up to the point from which the program goes on and sweeping is still to be done. `reachable`
 * are addresses of, or in, the objects that survive. Throws RangeError for an address that lies in no object.
 */
export function collect(rt: Runtime, reachable: Iterable<number>): void {
  rt.parts.finishSweep(rt);
  nextMarkBitArenaEpoch(rt);
  const bytesMarked = mark(rt, reachable);
  rt.parts.endCycle(rt, bytesMarked);
  rt.memstats.numgc++;
  for (const p of rt.allp) prepareForSweep(rt, p.mcache!);
}

/** Sweeps all that the last cycle has left. */
export function finishSweep(rt: Runtime): void {
  while (sweepone(rt) !== -1);
}

/**
 * Opens the next cycle with what was marked: which size starts it, and that every span needs sweeping.
 *
 * @go runtime/mgc.go gcMarkTermination go1.12.17
 */
export function endCycle(rt: Runtime, bytesMarked: number): void {
  const {memstats} = rt;
  cachestats(rt);
  memstats.heap_marked = bytesMarked;
  memstats.heap_live = bytesMarked;
  gcSweep(rt);
  gcSetTriggerRatio(rt, memstats.triggerRatio);
}

/** Marks what is reachable, and returns the bytes in the blocks of those objects. */
function mark(rt: Runtime, reachable: Iterable<number>): number {
  const {mheap_} = rt;
  for (const ai of mheap_.allArenas.elems) mheap_.arenaOf(mheap_.arenaBase(ai))!.pageMarks.fill(0);
  let bytesMarked = 0;
  for (const p of reachable) {
    const found = findObject(rt, p);
    if (found === null) throw new RangeError(`0x${p.toString(16)} is not in an object on the heap`);
    if (isMarked(found.s, found.objIndex)) continue;
    setMarked(found.s, found.objIndex);
    const ha = mheap_.arenaOf(found.s.base())!;
    const page = mheap_.pageOf(ha, found.s.base());
    ha.pageMarks[page >> 3]! |= 1 << (page & 7);
    bytesMarked += found.s.elemsize;
  }
  return bytesMarked;
}

/**
 * Opens a new sweep cycle: every span that was swept needs sweeping again.
 *
 * @go runtime/mgc.go gcSweep go1.12.17
 */
function gcSweep(rt: Runtime): void {
  const {mheap_} = rt;
  mheap_.sweepgen += 2;
  mheap_.sweepdone = 0;
  if (mheap_.sweepSpans[(mheap_.sweepgen / 2) % 2]!.index !== 0) throw new Throw(rt, "non-empty swept list");
  mheap_.pagesSwept = 0;
  mheap_.sweepArenas = [...mheap_.allArenas.elems];
  mheap_.reclaimIndex = 0;
  mheap_.reclaimCredit = 0;
}
