// The collector's frame from go1.19 on: what happens around marking, and the goals that follow from it.
//
// What a collection measures with a clock (how fast the program allocates, how long marking takes) is not modelled, and
// neither is the work of scanning: the goal follows from the bytes marked and from the size of the program's data.

import type {mcentralSets} from "./mcentral_spanset.js";
import {gcPaceSweeper, maxUint64} from "./mgcpacer.js";
import {sweepone} from "./mgcsweep_active.js";
import {Throw} from "./panic.js";
import type {Runtime} from "./runtime.js";
import {round} from "./stubs.js";

/** @go runtime/mgc.go gcinit go1.19.8 */
export function gcinit(rt: Runtime): void {
  if (rt.sizeof("workbuf") !== rt.constants._WorkbufSize)
    throw new Throw(rt, "size of Workbuf is suboptimal");
  // There is nothing to sweep in the first cycle.
  rt.sweep.active.drained = true;
  rt.gcController.init();
}

/**
 * Sweeps all that the last cycle has left, and makes the sets that held it start over.
 *
 * @go runtime/mgcsweep.go finishsweep_m go1.19.8
 */
export function finishSweep(rt: Runtime): void {
  const {mheap_, sweep} = rt;
  while (sweepone(rt) !== -1);
  if (sweep.active.sweepers !== 0) throw new Throw(rt, "active sweepers found at start of mark phase");
  for (const c of mheap_.central as mcentralSets[]) {
    c.partialUnswept(mheap_.sweepgen).reset();
    c.fullUnswept(mheap_.sweepgen).reset();
  }
}

/**
 * Opens the next cycle with what was marked: every span needs sweeping, and there are new goals.
 *
 * @go runtime/mgc.go gcMarkTermination go1.19.8
 */
export function endCycle(rt: Runtime, bytesMarked: number): void {
  const {gcController, memstats} = rt;
  // What is allocated from here on is counted anew.
  for (const {mcache} of rt.allp) if (mcache !== null) mcache.local_scan = 0;
  gcController.lastHeapGoal = Number(gcController.heapGoal());
  gcController.resetLive(bytesMarked);
  gcSweep(rt);
  memstats.lastHeapInUse = gcController.heapInUse;
  gcControllerCommit(rt);
}

/** @go runtime/mgc.go gcSweep go1.19.8 */
function gcSweep(rt: Runtime): void {
  const {mheap_, sweep} = rt;
  mheap_.sweepgen += 2;
  sweep.active.reset();
  mheap_.pagesSwept = 0;
  mheap_.sweepArenas = [...mheap_.allArenas.elems];
  mheap_.reclaimIndex = 0;
  mheap_.reclaimCredit = 0;
  sweep.centralIndex = 0;
}

/**
 * Sets the goals of all who depend on the pacer: the next collection, the sweeper, the scavenger.
 *
 * @go runtime/mgcpacer.go gcControllerCommit go1.19.8
 */
export function gcControllerCommit(rt: Runtime): void {
  const {gcController, sweep} = rt;
  gcController.commit(sweep.active.isDone());
  const [trigger, heapGoal] = gcController.trigger();
  gcPaceSweeper(rt, trigger, sweep.active.isDone());
  gcPaceScavenger(rt, heapGoal);
}

/** The part of the memory limit from which on memory is returned, and what the heap may retain beyond its last size. */
const [reduceExtraPercent, retainExtraPercent] = [5, 10];

/**
 * Says how much memory the heap may retain: 10 % more than it will have in use if it grows like its goal.
 *
 * @go runtime/mgcscavenge.go gcPaceScavenger go1.19.8
 */
export function gcPaceScavenger(rt: Runtime, heapGoal: number): void {
  const {gcController, memstats, scavenge, physPageSize} = rt;
  const limitGoal = Math.floor(gcController.memoryLimit * (100 - reduceExtraPercent));
  scavenge.memoryLimitGoal = gcController.mappedReady <= limitGoal ? maxUint64 : limitGoal;

  scavenge.gcPercentGoal = maxUint64;
  if (gcController.lastHeapGoal === 0) return;
  const inUse = Math.floor(memstats.lastHeapInUse * (heapGoal / gcController.lastHeapGoal));
  const goal = round(inUse + Math.floor(inUse / (100 / retainExtraPercent)), physPageSize);
  const retained = gcController.heapInUse + gcController.heapFree;
  if (retained > goal && retained - goal >= physPageSize) scavenge.gcPercentGoal = goal;
}
