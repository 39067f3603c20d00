// That the same options always lead to the same state, and that runtimes do not know of each other.

import {describe, expect, test, vi} from "vitest";
import {phaseOf} from "../../src/capture/index.js";
import {type BootOptions, boot, load, start} from "../../src/runtime/index.js";
import {procresize} from "../../src/runtime/proc.js";

const platforms = load().config.release.platforms.map(platform => {
  const [goos, goarch] = platform.split("/");
  return {goos: goos!, goarch: goarch!};
});
const untils = ["mallocinit", "procresize"] as const;
const ways: BootOptions[] = platforms.flatMap(p => untils.map(until => ({...p, until, gomaxprocs: 3})));

describe("the same options", () => {
  test.each(platforms)("lead to the same state twice, on $goos/$goarch", platform => {
    for (const until of untils) {
      const options = {...platform, until, gomaxprocs: 3};
      expect(phaseOf(boot(options))).toEqual(phaseOf(boot(options)));
    }
  });

  test("lead to the same addresses", () => {
    const [a, b] = [boot({gomaxprocs: 4}), boot({gomaxprocs: 4})];
    expect(a.mem.regions).toEqual(b.mem.regions);
    expect(a.mem.requests).toBe(b.mem.requests);
  });
});

describe("different options", () => {
  test("lead to different states", () => {
    const states = platforms.map(platform =>
      JSON.stringify(phaseOf(boot({...platform, until: "mallocinit"}))),
    );
    // linux/mips64 and linux/mips64le differ in the order of bytes alone, and so do mips and ppc64.
    expect(new Set(states).size).toBe(platforms.length - 3);
  });

  test("ticks of the CPU change sampling points and nothing of the first mcache's", () => {
    const points = (cputicks: number) =>
      boot({gomaxprocs: 4, cputicks})
        .allp.slice(1)
        .map(pp => pp.mcache!.next_sample);
    expect(points(1)).toEqual(points(1));
    expect(points(1)).not.toEqual(points(2));
    expect(boot({until: "mallocinit", cputicks: 7}).m0.mcache!.next_sample).toBe(9448628);
  });
});

describe("runtimes side by side", () => {
  test("boot as they do alone, whatever is booted in between", () => {
    const alone = ways.map(options => JSON.stringify(phaseOf(boot(options))));
    for (const options of [...ways].reverse()) boot(options);
    expect(ways.map(options => JSON.stringify(phaseOf(boot(options))))).toEqual(alone);
  });

  test("can be loaded together and started in any order", () => {
    const loaded = ways.map(options => load(options));
    for (let i = loaded.length - 1; i >= 0; i--) start(loaded[i]!, ways[i]);
    loaded.forEach((rt, i) => {
      expect(phaseOf(rt)).toEqual(phaseOf(boot(ways[i])));
    });
  });

  test("share no record, no list and no statistics", () => {
    const [a, b] = [boot({gomaxprocs: 2}), boot({gomaxprocs: 2})];
    const before = JSON.stringify(phaseOf(b));
    procresize(a, 8);
    a.mheap_.lists[5]!.nmalloc = 1;
    a.emptymspan.sweepgen = 9;
    a.memstats.other_sys = 0;
    a.mem.take(0, 2 ** 20, "ready", "gc_sys");
    a.print("a");
    expect(JSON.stringify(phaseOf(b))).toBe(before);
    expect(b.printed).toEqual([]);
    expect(b.emptymspan.sweepgen).toBe(0);
  });

  test("a refusal in one is none in another", () => {
    expect(() => boot({refuse: () => true})).toThrow("cannot allocate memory");
    expect(boot({until: "mallocinit"}).mem.requests).toBe(1);
  });
});

test("modules keep nothing: one that has booted a hundred runtimes boots as one that is loaded anew", async () => {
  for (let i = 0; i < 100; i++) boot(ways[i % ways.length]);
  const used = phaseOf(boot({gomaxprocs: 4}));
  vi.resetModules();
  const anew = await import("../../src/runtime/index.js");
  const {phaseOf: phaseOfAnew} = await import("../../src/capture/index.js");
  expect(anew.boot).not.toBe(boot);
  expect(phaseOfAnew(anew.boot({gomaxprocs: 4}))).toEqual(used);
});

describe("a loaded runtime", () => {
  test("has asked the system for nothing", () => {
    expect(load().mem.requests).toBe(0);
  });

  test("has no P, no mcache and no heap", () => {
    const rt = load();
    expect([rt.allp, rt.m0.mcache, rt.gomaxprocs, rt.mheap_.allspans.len]).toEqual([[], null, 0, 0]);
  });

  test("runs on g0 of m0", () => {
    const rt = load();
    expect(rt.getg()).toBe(rt.m0.g0);
    expect(rt.getg().m).toBe(rt.m0);
  });
});
