import {describe, expect, test} from "vitest";
import {type BootOptions, boot, load, start, Throw} from "../../src/runtime/index.js";

describe("boot", () => {
  test("without options is go1.12 on linux/amd64 with one P, after procresize", () => {
    const rt = boot();
    expect(rt).toMatchObject({
      goos: "linux",
      goarch: "amd64",
      physPageSize: 4096,
      gomaxprocs: 1,
      phase: "procresize",
    });
    expect(rt.config.release.name).toBe("go1.12");
  });

  test("is load and start", () => {
    const rt = load({until: "mallocinit"});
    expect(rt.phase).toBe("");
    start(rt, {until: "mallocinit"});
    expect(rt.phase).toBe("mallocinit");
  });

  test("throws what Go throws, as a Throw", () => {
    expect(() => boot({physPageSize: 512})).toThrow(Throw);
  });

  test("what a runtime was before it threw can be looked at", () => {
    const rt = load({physPageSize: 512});
    expect(() => start(rt)).toThrow("bad system page size");
    expect(rt.phase).toBe("");
    expect(rt.memstats.by_size[1]!.size).toBe(8);
  });

  test("takes the usual page size of the platform", () => {
    const pageSize = (goos: string, goarch: string) => load({goos, goarch}).physPageSize;
    expect(pageSize("linux", "ppc64le")).toBe(65536);
    expect(pageSize("linux", "arm64")).toBe(4096);
    expect(pageSize("js", "wasm")).toBe(65536);
  });

  test("puts the break at the first page after the program", () => {
    expect(load({programEnd: 0x500001}).mem.brk).toBe(0x501000);
    expect(load({programEnd: 0x500001, brk: 0x600000}).mem.brk).toBe(0x600000);
  });

  test("a system that has no break answers 0", () => {
    expect(load({goos: "darwin", brk: 0x600000}).mem.brk).toBe(0);
  });
});

describe("an option that makes no sense is refused with the value and what is accepted:", () => {
  test.each<[BootOptions, string]>([
    [{release: "go1.3"}, 'release "go1.3" is not known; accepted: go1.12'],
    [
      {goos: "plan9"},
      'goos "plan9" is not known; accepted: linux, darwin, ios, freebsd, aix, windows, js, wasip1',
    ],
    [{goarch: "z80"}, 'goarch "z80" is not known; accepted: 386, amd64'],
    [{until: "main" as "mallocinit"}, 'until "main" is not known; accepted: mallocinit, procresize'],
    [{goos: "windows", goarch: "arm64"}, "go1.12 is not modelled on windows/arm64; it is on linux/amd64"],
    [{gomaxprocs: 0}, "gomaxprocs must be a whole number from 1 to 1024, not 0"],
    [{gomaxprocs: 1025}, "gomaxprocs must be a whole number from 1 to 1024, not 1025"],
    [{gomaxprocs: 1.5}, "gomaxprocs must be a whole number from 1 to 1024, not 1.5"],
    [{physPageSize: -1}, "physPageSize must be a whole number from 0 to 1073741824, not -1"],
    [{physPageSize: Number.NaN}, "physPageSize must be a whole number from 0 to 1073741824, not NaN"],
    [{physHugePageSize: 0.5}, "physHugePageSize must be a whole number from 0 to 1099511627776, not 0.5"],
    [{brk: -1}, "brk must be a whole number from 0 to 140737488355328, not -1"],
    [
      {programEnd: Number.POSITIVE_INFINITY},
      "programEnd must be a whole number from 0 to 140737488355328, not Infinity",
    ],
    [{cputicks: -1}, "cputicks must be a whole number from 0 to 9007199254740991, not -1"],
    [
      {release: "go1.15", until: "procresize"},
      'until: "procresize" is not modelled for go1.15; the model of it ends at "mallocinit"',
    ],
    [{vmaBits: 40 as 39}, "vmaBits must be 39, 48 or 57, not 40"],
    [
      {release: "go1.27", goarch: "386", randomizeHeapBase: true},
      "randomizeHeapBase: true makes no sense for go1.27 on linux/386",
    ],
    [{randomizeHeapBase: true}, "randomizeHeapBase: true makes no sense for go1.12"],
  ])("%j", (options, message) => {
    expect(() => boot(options)).toThrow(RangeError);
    expect(() => boot(options)).toThrow(message);
    expect(() => load(options)).toThrow(message);
  });

  test("names that every object has are no releases and no platforms", () => {
    for (const name of ["constructor", "toString", "__proto__"]) {
      expect(() => boot({release: name})).toThrow(RangeError);
      expect(() => boot({goos: name})).toThrow(RangeError);
      expect(() => boot({goarch: name})).toThrow(RangeError);
    }
  });

  test("the extremes are accepted", () => {
    expect(boot({gomaxprocs: 1024, brk: 0, cputicks: 0, randomizeHeapBase: false}).allp).toHaveLength(1024);
  });
});

test("the race detector is refused where go1.12 has none, with the platforms where it has one", () => {
  expect(() => boot({goarch: "386", race: true})).toThrow(
    /race: true makes no sense on linux\/386.*linux\/amd64/,
  );
  expect(() => boot({goos: "js", goarch: "wasm", race: true})).toThrow(RangeError);
  expect(boot({goarch: "arm64", race: true}).raceenabled).toBe(true);
});
