import {describe, expect, test} from "vitest";
import {background} from "/components/pagealloc/situations/mgcscavenge.js";
import {
  minScavWorkTime,
  piController,
  scavengeQuantum,
  scavengerState,
  startingScavSleepRatio,
} from "../../src/runtime/bgscavenge.js";
import {pageAlloc} from "../../src/runtime/mpagealloc.js";
import {chunkBytes, pageBase, pageRuntime, pageSize} from "./pages.js";

/** An allocator with 16 chunks, all allocated, whose pages count as the heap's. */
function heap(options: Parameters<typeof pageRuntime>[0] = {}): pageAlloc {
  const rt = pageRuntime({physHugePageSize: 0, ...options});
  rt.gomaxprocs = 1;
  rt.scavenge.memoryLimitGoal = Number.POSITIVE_INFINITY;
  const p = new pageAlloc(rt);
  p.init("gcMiscSys");
  p.grow(pageBase(0, 0), 16 * chunkBytes);
  p.alloc(16 * 512);
  return p;
}

/** Frees the pages from the lowest on. */
function free(p: pageAlloc, pages: number): void {
  p.free(pageBase(0, 0), pages, false);
  p.rt.gcController.heapFree += pages * pageSize;
}

describe("the background scavenger", () => {
  test("takes about 1 % of a processor's time, and returns what is above the goal", () => {
    const p = heap();
    const s = new scavengerState(p);
    const {gcController} = p.rt;
    let [worked, slept] = [0, 0];
    for (const {what, freed, retain, returned} of background) {
      if (freed > 0) free(p, freed);
      p.rt.scavenge.gcPercentGoal = retain * pageSize;
      const done = s.untilParked();
      worked += done.worked;
      slept += done.slept;
      expect([what, done.released / pageSize]).toEqual([what, returned]);
      expect(Math.abs(worked / (worked + slept) - 0.01)).toBeLessThan(0.005);
      if (retain > 0) continue;
      expect(gcController.heapFree).toBe(0);
      // The program takes the pages again.
      p.alloc(8189);
      gcController.heapReleased = 0;
    }
    expect(background).toHaveLength(5);
  });

  test("works in quanta until a millisecond is over", () => {
    const p = heap();
    free(p, 8192);
    const s = new scavengerState(p);
    // A quantum is 16 pages of the system, at 10 microseconds each.
    expect(s.run()).toEqual([7 * scavengeQuantum, 7 * 160e3]);
    expect(p.rt.gcController.heapReleased).toBe(7 * scavengeQuantum);
    expect(p.rt.memstats.heapStats).toMatchObject({
      released: 7 * scavengeQuantum,
      committed: -7 * scavengeQuantum,
    });
  });

  test("stops when there is nothing left to return, though the goal is not met", () => {
    const p = heap();
    p.rt.gcController.heapInUse = 1;
    p.rt.scavenge.gcPercentGoal = 0;
    free(p, 9);
    expect(new scavengerState(p).run()[0]).toBe(9 * pageSize);
    expect(new scavengerState(p).run()).toEqual([0, 0]);
  });

  test("stops at the limit of all memory, too", () => {
    const p = heap();
    free(p, 8192);
    const {gcController, scavenge} = p.rt;
    scavenge.gcPercentGoal = Number.POSITIVE_INFINITY;
    scavenge.memoryLimitGoal = gcController.mappedReady;
    expect(new scavengerState(p).run()).toEqual([0, 0]);
    scavenge.memoryLimitGoal = gcController.mappedReady - 1;
    expect(new scavengerState(p).run()[0]).toBe(scavengeQuantum);
  });

  test("sleeps a thousand times as long as it worked at first, and on darwin longer", () => {
    const s = new scavengerState(heap());
    expect(s.sleepRatio).toBe(startingScavSleepRatio);
    expect(s.sleep(5)).toBe(minScavWorkTime * 1000);
    const darwin = new scavengerState(heap({goos: "darwin"}));
    expect(darwin.sleep(5)).toBe(Math.trunc((minScavWorkTime * 1.7) / startingScavSleepRatio));
  });

  test("sleeps less when it has taken less than 1 %, and more when it has taken more", () => {
    const s = new scavengerState(heap());
    s.sleep(minScavWorkTime);
    expect(s.sleepRatio).toBeGreaterThan(startingScavSleepRatio);
    const busy = new scavengerState(heap());
    busy.sleepRatio = 100;
    busy.sleep(minScavWorkTime);
    expect(busy.sleepRatio).toBe(startingScavSleepRatio);
  });

  test("leaves a controller that has failed alone for five seconds", () => {
    const s = new scavengerState(heap());
    s.sleepController.errIntegral = Number.POSITIVE_INFINITY;
    s.sleep(minScavWorkTime);
    expect([s.controllerCooldown, s.sleepRatio, s.printControllerReset]).toEqual([5e9, 0.001, true]);
    s.sleep(minScavWorkTime);
    expect(s.controllerCooldown).toBe(5e9 - 1e9 - 1e6);
    for (let i = 0; i < 4; i++) s.sleep(minScavWorkTime);
    expect(s.controllerCooldown).toBe(0);
  });
});

describe("a PI controller", () => {
  const tuned = {kp: 0.5, ti: 4, tt: 1000, min: -2, max: 2};

  test("moves its output in proportion, and by what has accumulated", () => {
    const c = new piController(tuned);
    expect(c.next(0, 1, 8)).toEqual([0.5, true]);
    expect(c.errIntegral).toBe(1);
    expect(c.next(1, 1, 8)).toEqual([1, true]);
  });

  test("keeps its output in bounds", () => {
    const c = new piController(tuned);
    expect([c.next(-100, 0, 1)[0], c.next(100, 0, 1)[0]]).toEqual([2, -2]);
  });

  test("resets itself when a number grows beyond all bounds", () => {
    const c = new piController(tuned);
    expect(c.next(Number.NEGATIVE_INFINITY, 0, 1)).toEqual([-2, false]);
    expect([c.inputOverflow, c.errOverflow]).toEqual([true, false]);
    expect(c.next(0, 1, Number.MAX_VALUE)).toEqual([0.5, true]);
    expect(c.next(-1e300, 1e300, 1e300)).toEqual([-2, false]);
    expect([c.errIntegral, c.errOverflow]).toEqual([0, true]);
  });
});
