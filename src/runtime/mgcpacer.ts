// The pacer: when the next collection starts, and at which size it should be done.
//
// Until go1.17 memstats held what is here, and gcSetTriggerRatio (mgc.ts) did the sums. From go1.18 on the goal counts
// stacks and globals as well, and from go1.19 on a limit for all memory can lower it. Marking is not modelled, so that
// what a collection measures (consMark, scan work) keeps its first value; sizes follow allocation exactly.

import type {Runtime} from "./runtime.js";

/** Bytes below which no collection starts, with GOGC=100. @go runtime/mgcpacer.go defaultHeapMinimum go1.19.8 */
export const defaultHeapMinimum = 4 << 20;
/** GOGC: how much the heap may grow between two collections, in percent. */
const gogc = 100;
/** The limit where none is set: the largest int64, which a float64 rounds up to 2^63. */
export const maxInt64 = 2 ** 63;
/** ^uint64(0), which a float64 rounds up. It stands for: not triggered, no goal. */
export const maxUint64 = 2 ** 64;
/** Bytes of the memory limit that are kept for what the goal did not foresee. */
const memoryLimitHeapGoalHeadroom = 1 << 20;
/** Bytes that may at least be allocated while sweeping is not done. */
const sweepMinHeapDistance = 1 << 20;
/** The trigger lies between 7/10 and 95/100 of the way from what was marked to the goal. */
const [minTriggerRatioNum, maxTriggerRatioNum, triggerRatioDen] = [45, 61, 64];

/**
 * What the pacer knows. Sizes are in bytes.
 *
 * @go runtime/mgcpacer.go gcControllerState go1.19.8
 */
export class gcControllerState {
  gcPercent = 0;
  /** The most memory that the program is to use. */
  memoryLimit = 0;
  heapMinimum = 0;
  /** How much is expected to be allocated while a collection runs. */
  runway = 0;
  consMark = 0;
  readonly consMarkController = {
    kp: 0,
    ti: 0,
    tt: 0,
    min: 0,
    max: 0,
    errIntegral: 0,
    errOverflow: false,
    inputOverflow: false,
  };
  /** The goal that GOGC asks for. */
  gcPercentHeapGoal = 0;
  /** The goal that sweeping asks for. */
  sweepDistMinTrigger = 0;
  /** The size at which the running collection was triggered; ^uint64(0) if none runs. */
  triggered = 0;
  lastHeapGoal = 0;
  /** Bytes that count as live: marked by the last collection, or handed to an mcache since. */
  heapLive = 0;
  /** Bytes of them that may hold pointers. */
  heapScan = 0;
  lastHeapScan = 0;
  lastStackScan = 0;
  maxStackScan = 0;
  /** Bytes of the program's data that may hold pointers. */
  globalsScan = 0;
  heapMarked = 0;
  heapScanWork = 0;
  stackScanWork = 0;
  globalsScanWork = 0;
  bgScanCredit = 0;
  assistTime = 0;
  dedicatedMarkTime = 0;
  fractionalMarkTime = 0;
  idleMarkTime = 0;
  markStartTime = 0;
  dedicatedMarkWorkersNeeded = 0;
  idleMarkWorkers = 0;
  assistWorkPerByte = 0;
  assistBytesPerWork = 0;
  fractionalUtilizationGoal = 0;
  /** Bytes in spans that hold objects. */
  heapInUse = 0;
  /** Bytes that were returned to the system, or never asked of it. */
  heapReleased = 0;
  /** Bytes in no span, which have not been returned. */
  heapFree = 0;
  /** Bytes allocated and freed since the start; an mcache's share is added when it gives its spans back. */
  totalAlloc = 0;
  totalFree = 0;
  /** Bytes of memory in the state ready, the heap's and all other. */
  mappedReady = 0;
  test = false;

  /**
   * Sets up pacing: GOGC is 100, and memory is not limited.
   *
   * @go runtime/mgcpacer.go gcControllerState.init go1.19.8
   */
  init(): void {
    this.triggered = maxUint64;
    Object.assign(this.consMarkController, {kp: 0.9, ti: 4, tt: 1000, min: -1000, max: 1000});
    this.gcPercent = gogc;
    this.heapMinimum = (defaultHeapMinimum * gogc) / 100;
    this.memoryLimit = maxInt64;
    this.commit(true);
  }

  /**
   * Derives the goal from what the last collection found.
   *
   * @go runtime/mgcpacer.go gcControllerState.commit go1.19.8
   */
  commit(isSweepDone: boolean): void {
    this.sweepDistMinTrigger = isSweepDone ? 0 : this.heapLive + sweepMinHeapDistance;
    const {heapMarked, lastStackScan, globalsScan, gcPercent} = this;
    const growth = Math.floor(((heapMarked + lastStackScan + globalsScan) * gcPercent) / 100);
    this.gcPercentHeapGoal = Math.max(heapMarked + growth, this.heapMinimum);
    const scan = this.lastHeapScan + lastStackScan + globalsScan;
    this.runway = Math.floor(((this.consMark * (1 - gcGoalUtilization)) / gcGoalUtilization) * scan);
  }

  /**
   * Counts what was handed to an mcache, and what of it may hold pointers.
   *
   * @go runtime/mgcpacer.go gcControllerState.update go1.19.8
   */
  update(dHeapLive: number, dHeapScan: number): void {
    this.heapLive += dHeapLive;
    this.heapScan += dHeapScan;
  }

  /** @go runtime/mgcpacer.go gcControllerState.addGlobals go1.19.8 */
  addGlobals(amount: number): void {
    this.globalsScan += amount;
  }

  /**
   * The size at which the next collection should be done. With GOGC off it is near 2^63, where a float64 is not exact.
   *
   * @go runtime/mgcpacer.go gcControllerState.heapGoal go1.19.8
   */
  heapGoal(): bigint {
    return this.heapGoalInternal()[0];
  }

  /**
   * The same, and the least size at which the collection may start.
   *
   * @go runtime/mgcpacer.go gcControllerState.heapGoalInternal go1.19.8
   */
  heapGoalInternal(): [goal: bigint, minTrigger: number] {
    const byLimit = this.memoryLimitHeapGoal();
    if (byLimit < BigInt(this.gcPercentHeapGoal)) return [byLimit, 0];
    const goal = Math.max(this.gcPercentHeapGoal, this.sweepDistMinTrigger);
    const minRunway = 64 << 10;
    const late = this.triggered !== maxUint64 && goal < this.triggered + minRunway;
    return [BigInt(late ? this.triggered + minRunway : goal), this.sweepDistMinTrigger];
  }

  /**
   * The goal that keeps all memory below the limit.
   *
   * @go runtime/mgcpacer.go gcControllerState.memoryLimitHeapGoal go1.19.8
   */
  memoryLimitHeapGoal(): bigint {
    const {mappedReady, heapMarked} = this;
    const limit = this.memoryLimit === maxInt64 ? 2n ** 63n - 1n : BigInt(this.memoryLimit);
    const ready = BigInt(mappedReady);
    const nonHeapMemory = BigInt(mappedReady - this.heapFree - (this.totalAlloc - this.totalFree));
    const taken = nonHeapMemory + (ready > limit ? ready - limit : 0n);
    if (taken >= limit) return BigInt(heapMarked);
    const headroom = BigInt(memoryLimitHeapGoalHeadroom);
    const goal = limit - taken >= 2n * headroom ? limit - taken - headroom : headroom;
    return goal < heapMarked ? BigInt(heapMarked) : goal;
  }

  /**
   * The size at which the next collection starts, and its goal.
   *
   * @go runtime/mgcpacer.go gcControllerState.trigger go1.19.8
   */
  trigger(): [trigger: number, goal: number] {
    const {heapMarked, runway} = this;
    const [exactGoal, least] = this.heapGoalInternal();
    const goal = Number(exactGoal);
    if (heapMarked >= goal) return [goal, goal];
    const part = Math.floor((goal - heapMarked) / triggerRatioDen);
    const minTrigger = Math.max(least, heapMarked, part * minTriggerRatioNum + heapMarked);
    const maxTrigger = Math.max(
      part * maxTriggerRatioNum + heapMarked,
      goal > defaultHeapMinimum ? goal - defaultHeapMinimum : 0,
      minTrigger,
    );
    const wanted = runway > goal ? minTrigger : goal - runway;
    return [Math.min(Math.max(wanted, minTrigger), maxTrigger), goal];
  }

  /**
   * Takes over what a collection has marked.
   *
   * @go runtime/mgcpacer.go gcControllerState.resetLive go1.19.8
   */
  resetLive(bytesMarked: number): void {
    this.heapMarked = bytesMarked;
    this.heapLive = bytesMarked;
    this.heapScan = this.heapScanWork;
    this.lastHeapScan = this.heapScanWork;
    this.lastStackScan = this.stackScanWork;
    this.triggered = maxUint64;
  }
}

/** The part of the processors that a collection may take. @go runtime/mgcpacer.go gcGoalUtilization go1.19.8 */
const gcGoalUtilization = 0.25;

/**
 * Derives how fast to sweep, so that all is swept one MiB before the next collection starts.
 *
 * @go runtime/mgcsweep.go gcPaceSweeper go1.19.8
 */
export function gcPaceSweeper(rt: Runtime, trigger: number, isSweepDone: boolean): void {
  const {mheap_, gcController} = rt;
  const sweepDistancePages = isSweepDone ? 0 : mheap_.pagesInUse - mheap_.pagesSwept;
  if (sweepDistancePages <= 0) {
    mheap_.sweepPagesPerByte = 0;
    return;
  }
  const heapDistance = Math.max(trigger - gcController.heapLive - 2 ** 20, rt.constants._PageSize);
  mheap_.sweepPagesPerByte = sweepDistancePages / heapDistance;
  mheap_.sweepHeapLiveBasis = gcController.heapLive;
  mheap_.pagesSweptBasis = mheap_.pagesSwept;
}
