import {describe, expect, test} from "vitest";
import {boot, load, type Runtime, start} from "../../src/runtime/index.js";
import {acquirep, mcommoninit, procresize, releasep} from "../../src/runtime/proc.js";
import {_Pdead, _Pidle, _Prunning, p} from "../../src/runtime/runtime2.js";
import {thrownBy} from "./fixtures.js";

const mcaches = (rt: Runtime) => rt.allp.map(pp => pp.mcache!);

describe("schedinit", () => {
  test("stops where it is told to", () => {
    expect(boot({until: "mallocinit"})).toMatchObject({phase: "mallocinit", gomaxprocs: 0});
    expect(boot({until: "procresize"})).toMatchObject({phase: "procresize", gomaxprocs: 1});
    expect(boot().phase).toBe("procresize");
  });
});

describe("mcommoninit", () => {
  /** The state that the generator of m0 is given, before anything is drawn from it. */
  function seed(cputicks: number): number[] {
    const rt = boot({cputicks, until: "mallocinit"});
    const states: number[][] = [];
    let state = rt.m0.fastrand;
    Object.defineProperty(rt.m0, "fastrand", {
      get: () => state,
      set: (next: [number, number]) => {
        state = next;
        states.push(next);
      },
    });
    mcommoninit(rt);
    return states[0]!;
  }

  test("seeds half of the generator from the M's number, half from the lower 32 bits of the ticks", () => {
    expect(seed(2 ** 32 + 5)).toEqual([0, 5]);
  });

  test("avoids a state of zeroes, from which only zeroes come", () => {
    expect(seed(0)).toEqual([0, 1]);
    expect(seed(2 ** 32)).toEqual([0, 1]);
  });
});

describe("the first procresize", () => {
  test("gives the mcache of m0 to P 0", () => {
    const rt = boot({until: "mallocinit"});
    const bootstrap = rt.m0.mcache!;
    procresize(rt, 4);
    expect(rt.allp[0]!.mcache).toBe(bootstrap);
    expect(rt.m0mcache).toBe(bootstrap);
  });

  test("makes a new mcache for every other P", () => {
    const rt = boot({gomaxprocs: 4});
    expect(new Set(mcaches(rt)).size).toBe(4);
    expect(rt.mheap_.cachealloc.inuse).toBe(4 * 1736);
  });

  test("costs no mcache with a single P", () => {
    expect(boot({gomaxprocs: 1}).mheap_.cachealloc.inuse).toBe(1736);
  });

  test("leaves m0 on P 0, with its mcache, and the others idle", () => {
    const rt = boot({gomaxprocs: 3});
    expect(rt.m0.p).toBe(rt.allp[0]);
    expect(rt.allp[0]!.m).toBe(rt.m0);
    expect(rt.m0.mcache).toBe(rt.allp[0]!.mcache);
    expect(rt.allp.map(pp => pp.status)).toEqual([_Prunning, _Pidle, _Pidle]);
    expect(rt.allp.slice(1).map(pp => pp.m)).toEqual([null, null]);
  });

  test("numbers the Ps from 0", () => {
    const rt = boot({gomaxprocs: 5});
    expect(rt.allp.map(pp => pp.id)).toEqual([0, 1, 2, 3, 4]);
    expect(rt.gomaxprocs).toBe(5);
  });

  test("draws a sampling point for each new mcache, by then from a generator that is seeded", () => {
    const rt = boot({gomaxprocs: 8});
    const points = mcaches(rt)
      .slice(1)
      .map(c => c.next_sample);
    expect(new Set(points).size).toBe(7);
    expect(points).not.toContain(9448628);
  });

  test("needs an mcache to hand over", () => {
    const rt = boot({until: "mallocinit"});
    rt.allpArray.push(new p(0));
    rt.m0.mcache = null;
    expect(thrownBy(() => procresize(rt, 1)).message).toBe("missing mcache?");
  });
});

describe("shrinking", () => {
  /** Two of four Ps are taken away. */
  function shrunk() {
    const rt = boot({gomaxprocs: 4});
    const before = {ps: [...rt.allp], mcaches: mcaches(rt)};
    procresize(rt, 2);
    return {rt, before};
  }

  test("frees the mcaches of the Ps that go, the last P's last", () => {
    const {rt, before} = shrunk();
    const {cachealloc} = rt.mheap_;
    expect(cachealloc.inuse).toBe(2 * 1736);
    expect(cachealloc.list).toBe(before.mcaches[3]);
    expect(cachealloc.list!.mlink).toBe(before.mcaches[2]);
    expect(before.mcaches[2]!.mlink).toBeNull();
  });

  test("the Ps that go are dead and have no mcache; those that stay keep theirs", () => {
    const {rt, before} = shrunk();
    expect(before.ps.map(pp => pp.status)).toEqual([_Prunning, _Pidle, _Pdead, _Pdead]);
    expect(before.ps.map(pp => pp.mcache)).toEqual([before.mcaches[0], before.mcaches[1], null, null]);
    expect(rt.allp).toEqual(before.ps.slice(0, 2));
    expect(rt.gomaxprocs).toBe(2);
  });

  test("growing again brings the same Ps back, with the mcaches in the order in which the list has them", () => {
    const {rt, before} = shrunk();
    procresize(rt, 4);
    expect(rt.allp).toEqual(before.ps);
    rt.allp.forEach((pp, i) => {
      expect(pp).toBe(before.ps[i]);
    });
    expect(mcaches(rt)).toEqual([0, 1, 3, 2].map(i => before.mcaches[i]));
    expect(rt.allp.map(pp => pp.status)).toEqual([_Prunning, _Pidle, _Pidle, _Pidle]);
  });

  test("only the first P that ever is takes the mcache of its M: later, P 0 gets a new one like all others", () => {
    const rt = boot({gomaxprocs: 2});
    const old = rt.allp[0]!.mcache;
    rt.allp[0]!.mcache = null;
    releasep(rt.m0);
    acquirep(rt, rt.m0, rt.allp[1]!);
    procresize(rt, 2);
    expect(rt.allp[0]!.mcache).not.toBeNull();
    expect(rt.allp[0]!.mcache).not.toBe(rt.m0.mcache);
    expect(rt.allp[0]!.mcache).not.toBe(old);
  });

  test("growing beyond what there ever was makes new Ps behind the old ones", () => {
    const {rt, before} = shrunk();
    procresize(rt, 6);
    expect(rt.allp.slice(0, 4)).toEqual(before.ps);
    expect(rt.allp.map(pp => pp.id)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(rt.mheap_.cachealloc.inuse).toBe(6 * 1736);
  });

  test("an M whose P goes moves to P 0 and gets its mcache", () => {
    const rt = boot({gomaxprocs: 4});
    const last = rt.allp[3]!;
    releasep(rt.m0);
    acquirep(rt, rt.m0, last);
    procresize(rt, 3);
    expect(rt.m0.p).toBe(rt.allp[0]);
    expect(rt.m0.mcache).toBe(rt.allp[0]!.mcache);
    expect([last.m, last.status]).toEqual([null, _Pdead]);
  });

  test("an M whose P stays keeps it", () => {
    const rt = boot({gomaxprocs: 4});
    releasep(rt.m0);
    acquirep(rt, rt.m0, rt.allp[1]!);
    procresize(rt, 2);
    expect(rt.m0.p).toBe(rt.allp[1]);
    expect(rt.allp.map(pp => pp.status)).toEqual([_Pidle, _Prunning]);
  });
});

describe("procresize refuses", () => {
  test("no Ps, or fewer than none", () => {
    for (const n of [0, -1]) {
      expect(thrownBy(() => procresize(boot(), n)).message).toBe("procresize: invalid arg");
    }
  });

  test("a number of Ps before it that cannot be", () => {
    const rt = boot();
    rt.gomaxprocs = -1;
    expect(thrownBy(() => procresize(rt, 1)).message).toBe("procresize: invalid arg");
  });
});

describe("an M and its P", () => {
  test("share the mcache while they are together", () => {
    const rt = boot({gomaxprocs: 2});
    releasep(rt.m0);
    expect([rt.m0.p, rt.m0.mcache, rt.allp[0]!.m]).toEqual([null, null, null]);
    acquirep(rt, rt.m0, rt.allp[1]!);
    expect(rt.m0.mcache).toBe(rt.allp[1]!.mcache);
    expect(rt.allp[1]!.status).toBe(_Prunning);
  });
});

test("resizing by steps or at once leads to the same number of mcaches", () => {
  const rt = boot({gomaxprocs: 1});
  for (const n of [2, 7, 3, 5]) procresize(rt, n);
  expect(rt.mheap_.cachealloc.inuse).toBe(5 * 1736);
  // Seven were out at most, and fit into one chunk: 7 * 1736 < 16384.
  expect(rt.memstats.mcache_sys).toBe(16384);
});

test("a runtime can be started after it was loaded", () => {
  const rt = load({gomaxprocs: 2});
  start(rt, {gomaxprocs: 2});
  expect(rt.allp).toHaveLength(2);
});
