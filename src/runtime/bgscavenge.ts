// The background scavenger: how much it does at a time, and how long it sleeps.
//
// Go keeps this in mgcscavenge.go, and its controller in mgcpacer.go. A goroutine scavenges as long as the heap, or all
// memory, is above its goal (gcPaceScavenger sets both), and sleeps so that it takes about 1 % of a processor's time. The
// model has no clock and no goroutines: run and sleep do one batch of work and one sleep, and a sleep lasts exactly as
// long as was asked for.

import {scavenge} from "./mgcscavenge.js";
import type {pageAlloc} from "./mpagealloc.js";
import {Throw} from "./panic.js";
import type {Runtime} from "./runtime.js";

/** Percent of a processor's time that scavenging may take. @go runtime/mgcscavenge.go scavengePercent go1.19.8 */
export const scavengePercent = 1;
/** Bytes that are scavenged in one go. @go runtime/mgcscavenge.go scavengerState.run go1.19.8 */
export const scavengeQuantum = 64 << 10;
/** Nanoseconds that a batch of work takes at least. @go runtime/mgcscavenge.go minScavWorkTime go1.19.8 */
export const minScavWorkTime = 1e6;
/** Time at work over time asleep, to begin with. @go runtime/mgcscavenge.go startingScavSleepRatio go1.19.8 */
export const startingScavSleepRatio = 0.001;
/** Nanoseconds that scavenging a physical page is taken to last when the clock shows none. */
const approxWorkedNSPerPhysicalPage = 10e3;
/** Nanoseconds for which the controller is left alone once it has failed. */
const cooldown = 5e9;

/**
 * A controller that moves an output so that an input comes to a set point: by how far off the input is, and by how far
 * off it has been so far.
 *
 * @go runtime/mgcpacer.go piController go1.19.8
 */
export class piController {
  readonly kp: number;
  /** The time in which what has accumulated counts as much as what is off now; and the time to get back into bounds. */
  readonly ti: number;
  readonly tt: number;
  readonly min: number;
  readonly max: number;
  errIntegral = 0;
  errOverflow = false;
  inputOverflow = false;

  constructor({kp, ti, tt, min, max}: Pick<piController, "kp" | "ti" | "tt" | "min" | "max">) {
    this.kp = kp;
    this.ti = ti;
    this.tt = tt;
    this.min = min;
    this.max = max;
  }

  /**
   * Takes a sample of the input, `period` after the one before. Returns the output, and whether the controller works: if
   * not, it has been reset, and the output is the least.
   *
   * @go runtime/mgcpacer.go piController.next go1.19.8
   */
  next(input: number, setpoint: number, period: number): [output: number, ok: boolean] {
    const rawOutput = this.kp * (setpoint - input) + this.errIntegral;
    if (!Number.isFinite(rawOutput)) {
      this.reset();
      this.inputOverflow = true;
      return [this.min, false];
    }
    const output = Math.min(Math.max(rawOutput, this.min), this.max);
    if (this.ti !== 0 && this.tt !== 0) {
      const off = ((this.kp * period) / this.ti) * (setpoint - input);
      this.errIntegral += off + (period / this.tt) * (output - rawOutput);
      if (!Number.isFinite(this.errIntegral)) {
        this.reset();
        this.errOverflow = true;
        return [this.min, false];
      }
    }
    return [output, true];
  }

  /** @go runtime/mgcpacer.go piController.reset go1.19.8 */
  reset(): void {
    this.errIntegral = 0;
  }
}

/**
 * The background scavenger. Times are in nanoseconds.
 *
 * @go runtime/mgcscavenge.go scavengerState go1.19.8
 */
export class scavengerState {
  sleepRatio = startingScavSleepRatio;
  readonly sleepController = new piController({kp: 0.3375, ti: 3.2e6, tt: 1e9, min: 0.001, max: 1000});
  /** How much longer the controller is left alone. */
  controllerCooldown = 0;
  printControllerReset = false;
  readonly p: pageAlloc;
  readonly rt: Runtime;

  constructor(p: pageAlloc) {
    this.p = p;
    this.rt = p.rt;
  }

  /**
   * Whether both goals are met.
   *
   * @go runtime/mgcscavenge.go scavengerState.init go1.19.8
   */
  shouldStop(): boolean {
    const {gcController, scavenge: goals} = this.rt;
    return heapRetained(this.rt) <= goals.gcPercentGoal && gcController.mappedReady <= goals.memoryLimitGoal;
  }

  /**
   * Scavenges for about a millisecond, or until the goals are met or there is nothing left to scavenge. Returns how many
   * bytes went, and how long that took.
   *
   * @go runtime/mgcscavenge.go scavengerState.run go1.19.8
   */
  run(): [released: number, worked: number] {
    const {physPageSize} = this.rt;
    let released = 0;
    let worked = 0;
    while (worked < minScavWorkTime && !this.shouldStop()) {
      const r = scavenge(this.p, scavengeQuantum);
      worked += approxWorkedNSPerPhysicalPage * Math.floor(r / physPageSize);
      released += r;
      if (r < scavengeQuantum) break;
    }
    if (released > 0 && released < physPageSize) {
      throw new Throw(this.rt, "released less than one physical page of memory");
    }
    return [released, worked];
  }

  /**
   * Sleeps after `worked` nanoseconds of work, and adjusts how long to sleep after the next batch. Returns for how long.
   *
   * @go runtime/mgcscavenge.go scavengerState.sleep go1.19.8
   */
  sleep(worked: number): number {
    // After less work, the sleep would be too short to tell anything.
    worked = Math.max(worked, minScavWorkTime) * (1 + scavengeCostRatio(this.rt));
    const slept = Math.trunc(worked / this.sleepRatio);
    if (this.controllerCooldown > 0) {
      this.controllerCooldown = Math.max(0, this.controllerCooldown - slept - Math.trunc(worked));
      return slept;
    }
    const cpuFraction = worked / ((slept + worked) * this.rt.gomaxprocs);
    const [ratio, ok] = this.sleepController.next(cpuFraction, scavengePercent / 100, slept + worked);
    this.sleepRatio = ok ? ratio : startingScavSleepRatio;
    if (!ok) {
      this.controllerCooldown = cooldown;
      this.printControllerReset = true;
    }
    return slept;
  }

  /**
   * Works and sleeps in turn until there is nothing to do. Returns how many bytes went, and the time at work and asleep.
   *
   * @go runtime/mgcscavenge.go bgscavenge go1.19.8
   */
  untilParked(): {released: number; worked: number; slept: number} {
    const total = {released: 0, worked: 0, slept: 0};
    for (;;) {
      const [released, worked] = this.run();
      if (released === 0) return total;
      this.p.scav.released += released;
      total.released += released;
      total.worked += worked;
      total.slept += this.sleep(worked);
    }
  }
}

/**
 * What the heap takes of the system's memory.
 *
 * @go runtime/mgcscavenge.go heapRetained go1.19.8
 */
export function heapRetained({gcController}: Runtime): number {
  return gcController.heapInUse + gcController.heapFree;
}

/**
 * How much using scavenged memory again costs, relative to scavenging it: on systems where that is more than nothing.
 *
 * @go runtime/mgcscavenge.go scavengeCostRatio go1.19.8
 */
function scavengeCostRatio({goos}: Runtime): number {
  return goos === "darwin" || goos === "ios" ? 0.7 : 0;
}
