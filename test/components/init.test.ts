// What the views of section 7.3 compute.

import {readFileSync} from "node:fs";
import fc from "fast-check";
import {describe, expect, test} from "vitest";
import {draw as drawCentrals, sizeClasses, stride} from "/components/init/centrals.js";
import {drawTrial, tryPageSize} from "/components/init/checks.js";
import {compareNow} from "/components/init/compared.js";
import {drawEvents, stepsOfStart} from "/components/init/events.js";
import {draw as drawFixallocs, rows as fixallocs} from "/components/init/fixallocs.js";
import {cachesOf, draw as drawHandover, resizedTo} from "/components/init/handover.js";
import {bytesOf, draw as drawHints, hintsOf, listAfter, userHintsOf} from "/components/init/hints.js";
import {pageChoices, readInputs, withRelease, writeInputs} from "/components/init/inputs.js";
import {rowBytes, rowsOf} from "/components/init/layout.js";
import {drawLedger, entries, parts} from "/components/init/ledger.js";
import {sinceAll, summarizeAll} from "/components/init/recorded.js";
import {branch, draw as drawReserve, metadataBytes, type RefusalName} from "/components/init/reserve32.js";
import {draw as drawSampling, draws, expected, firstCache} from "/components/init/sampling.js";
import {changes, lines} from "/components/init/since.js";
import {
  canRandomize,
  defaultStart,
  defaults,
  pageSizes,
  platformsOf,
  releaseNames,
  type Started,
  startWith,
} from "/components/init/start.js";
import {draw as drawSweep, story} from "/components/init/sweep.js";
import {valuesOf} from "/components/init/values.js";
import {zoom} from "/components/init/zoom.js";
import {type Element, toHtml} from "/components/markup.js";
import {compareTypes, parseRecording} from "/src/capture/index.js";
import {sysStats} from "/src/runtime/mstats.js";

const platforms = platformsOf("go1.12");
/** Every release on each of its platforms. */
const everywhere = releaseNames.flatMap(release =>
  platformsOf(release).map(platform => ({release, platform})),
);
const started = defaultStart();
const on = (platform: string, more = {}) => {
  const [goos, goarch] = platform.split("/") as [string, string];
  return startWith({...defaults, goos, goarch, page: pageSizes(goarch)[0]!, ...more});
};
const read = (query: string) => readInputs(new URLSearchParams(query));

describe("inputs", () => {
  test("a bare address opens with the defaults", () => {
    expect(read("")).toEqual({inputs: defaults, faults: []});
  });

  test("what is written into the address is read back", () => {
    const anyInputs = fc.record({
      where: fc.constantFrom(...everywhere),
      page: fc.nat(2 ** 30),
      procs: fc.integer({min: 1, max: 1024}),
      race: fc.boolean(),
      random: fc.option(fc.integer({min: 1, max: 2 ** 32 - 1})),
    });
    fc.assert(
      fc.property(anyInputs, ({where: {release, platform}, random, ...rest}) => {
        const [goos, goarch] = platform.split("/") as [string, string];
        const able = canRandomize({release, goos, goarch});
        const inputs = {release, goos, goarch, ...rest, random: able ? random : null};
        const params = new URLSearchParams();
        for (const [name, value] of Object.entries(writeInputs(inputs))) {
          if (value !== null) params.set(name, String(value));
        }
        expect(readInputs(params)).toEqual({inputs, faults: []});
      }),
    );
  });

  test.each([
    "release=go1.13",
    "random=7",
    "goos=plan9",
    "goarch=vax",
    "page=x",
    "page=-1",
    "p=0",
    "p=9999",
    "race=maybe",
  ])("%s makes no sense: the default stands in, and the reader is told", query => {
    const {inputs, faults} = read(query);
    expect(inputs).toEqual(defaults);
    expect(faults).toHaveLength(1);
  });

  test("the choice of page sizes holds the one that is set", () => {
    expect(pageChoices("amd64", 12345).map(([value]) => value)).toEqual(["4096", "1000", "12345"]);
  });
});

describe("a start", () => {
  test("that throws still gives each cell a runtime, with a note", () => {
    const {thrown, rt, notes} = on("linux/amd64", {page: 1000});
    expect(thrown?.message).toBe("bad system page size");
    expect(rt.phase).toBe("mallocinit");
    expect(notes).toHaveLength(1);
  });

  test("that does not throw has no note", () => {
    expect(started).toMatchObject({thrown: null, notes: []});
  });
});

describe("the order of events", () => {
  test("folds the inits of mcentrals and the hints", () => {
    const [init, cache, hint] = stepsOfStart(started);
    expect(init!.steps.at(-1)).toMatchObject({what: "mheap_.central[i].init", times: 134});
    expect(cache!.steps).toMatchObject([{what: "sysAlloc", request: expect.stringMatching("256 KiB")}]);
    expect(hint).toMatchObject({what: "mheap_.arenaHintAlloc.alloc", times: 128});
  });

  test("on 32-bit has two reservations and one hint", () => {
    const whats = stepsOfStart(on("linux/386")).map(s => s.what);
    expect(whats.filter(what => what === "sysReserve")).toHaveLength(2);
    expect(whats.at(-1)).toBe("mheap_.arenaHintAlloc.alloc");
  });

  test("counts every event once", () => {
    const total = (steps: ReturnType<typeof stepsOfStart>): number =>
      steps.reduce((sum, s) => sum + s.times + total([...s.steps]), 0);
    expect(total(stepsOfStart(started))).toBe(started.events.length);
  });
});

describe("the checks", () => {
  test.each([
    [0, 3, ["fatal error: failed to get system page size"]],
    [1000, 4, [expect.stringMatching(/smaller/), "fatal error: bad system page size"]],
    [5000, 5, [expect.stringMatching(/power of 2/), "fatal error: bad system page size"]],
  ])("a page size of %i fails check %i, and those behind it are not reached", (size, failed, stderr) => {
    const trial = tryPageSize(started, size);
    expect(trial.checks.map(c => c.verdict)).toEqual(
      trial.checks.map((_, i) => (i < failed ? "passes" : i === failed ? "throws" : "not reached")),
    );
    expect(trial.stderr).toEqual(stderr);
  });

  test("a page size of 16384 passes them all and prints nothing", () => {
    const {checks, stderr} = tryPageSize(started, 16384);
    expect(checks.every(c => c.verdict === "passes")).toBe(true);
    expect(stderr).toEqual([]);
  });
});

describe("the fixallocs", () => {
  test("stand in the order in which mheap.init makes them", () => {
    expect(fixallocs(started).map(r => [r.name, r.size, r.records])).toEqual([
      ["treapalloc", 48, 0],
      ["spanalloc", 144, 0],
      ["cachealloc", 1736, 1],
      ["specialfinalizeralloc", 48, 0],
      ["specialprofilealloc", 24, 0],
      ["arenaHintAlloc", 24, 128],
    ]);
  });

  test("a chunk is records, and a rest smaller than one", () => {
    for (const release of releaseNames) {
      const {wholeRecords} = on("linux/amd64", {release}).rt.config.release;
      for (const {size, fit, rest, chunk} of fixallocs(on("linux/amd64", {release}))) {
        expect(size * fit + rest).toBe(chunk);
        expect(wholeRecords ? chunk + size : chunk).toBeGreaterThan(16383);
        expect(rest).toBeLessThan(wholeRecords ? 1 : size);
      }
    }
  });
});

describe("the layout of a struct", () => {
  test.each(platforms)("on %s covers every byte of every struct once", platform => {
    const {layouts} = on(platform).rt.config;
    for (const name of ["mspan", "mcache", "treapNode", "specialfinalizer", "arenaHint"]) {
      const layout = layouts.of(name);
      const pieces = rowsOf(layout, rowBytes(layout.size)).flat();
      let end = 0;
      for (const piece of pieces) {
        expect(piece.offset).toBe(end);
        end += piece.size;
      }
      expect(end).toBe(layout.size);
    }
  });

  test("names padding as such", () => {
    const rows = rowsOf(started.rt.config.layouts.of("arenaHint"), 8);
    expect(rows.map(row => row.map(p => p.field))).toEqual([["addr"], ["down", null], ["next"]]);
  });
});

describe("the sweeper's story", () => {
  test("a record that keeps its contents is left alone", () => {
    const {after, claimed} = story(started, 5, false, 1);
    expect(claimed).toBe(false);
    expect(after.sweepgen).toBe(2);
  });

  test("a zeroed record is claimed after the first collection", () => {
    const {after, claimed} = story(started, 5, true, 1);
    expect(claimed).toBe(true);
    expect(after.sweepgen).toBe(1);
  });

  test.each([2, 3])("a zeroed record is not claimed after collection %i", collections => {
    expect(story(started, 5, true, collections).claimed).toBe(false);
  });

  test("freeing overwrites the first word and nothing else", () => {
    const {before, after} = story(started, 3, false, 1);
    expect(before!.next).toBe(0);
    expect(after).toEqual({...before, next: expect.any(Number)});
    expect(after.next).not.toBe(0);
  });
});

describe("the mcentrals", () => {
  test("a span is objects and a tail of at most an eighth", () => {
    for (const {size, span, objects, tail} of sizeClasses(started.rt).slice(1)) {
      expect(size * objects + tail).toBe(span);
      expect(tail).toBeLessThanOrEqual(span / 8);
    }
  });

  test("have the waste that Go's table states", () => {
    const worst = sizeClasses(started.rt).map(c => `${(100 * c.maxWaste).toFixed(2)}%`);
    expect([worst[1], worst[2], worst[5], worst[66]]).toEqual(["87.50%", "43.75%", "23.44%", "12.50%"]);
  });

  test.each(platforms)("on %s are padded to whole cache lines", platform => {
    const {rt} = on(platform);
    expect(stride(rt).stride % rt.config.arch.CacheLinePadSize).toBe(0);
  });
});

describe("the first mcache", () => {
  test("has emptymspan everywhere and the largest sampling point", () => {
    expect(firstCache(started)).toMatchObject({slots: 134, empty: 134, next_sample: 9448628});
    expect(firstCache(started).next_sample).toBe(Math.trunc(26 * Math.LN2 * 524288) + 1);
  });

  test("sampling points are spread as the exponential distribution has them", () => {
    const d = draws(started, 1);
    const chi2 = expected(d).reduce((sum, e, i) => sum + (d.bins[i]! - e) ** 2 / e, 0);
    expect(Math.abs(d.mean / d.rate - 1)).toBeLessThan(0.03);
    expect(chi2).toBeLessThan(51); // 24 bins: exceeded once in a thousand
    expect(d.bins.reduce((a, b) => a + b) + d.beyond).toBe(d.drawn);
  });
});

describe("the hints", () => {
  test("the list grows at its front", () => {
    const all = hintsOf(started.rt);
    expect(listAfter(all, 1)).toEqual([0x7fc000000000]);
    expect(listAfter(all, 128)[0]).toBe(0xc000000000);
  });

  test("with the race detector each address is there twice", () => {
    const all = hintsOf(on("linux/amd64", {race: true}).rt);
    expect([all.length, new Set(all).size]).toEqual([64, 32]);
  });

  test.each(platforms)("on %s the zoom goes from all addresses to one arena", platform => {
    const {rt} = on(platform);
    const all = hintsOf(rt);
    const levels = zoom(rt, all, all[0]!);
    expect(levels.at(-1)!.size).toBe(rt.constants.heapArenaBytes);
    for (const [i, {start, size}] of levels.entries()) {
      const inside = levels[i + 1] ?? {start: all[0]!, size: 1};
      expect(start).toBeLessThanOrEqual(inside.start);
      expect(start + size).toBeGreaterThanOrEqual(inside.start + inside.size);
    }
  });

  test("c0 00 is no UTF-8, 40 00 is", () => {
    expect(bytesOf(started.rt, 0xc000000000)).toEqual({bytes: [0, 0, 0, 0, 0xc0, 0, 0, 0], isUtf8: false});
    expect(bytesOf(started.rt, 0x4000000000).isUtf8).toBe(true);
  });

  test("a big-endian processor has the bytes the other way round", () => {
    expect(bytesOf(on("linux/s390x").rt, 0xc000000000).bytes).toEqual([0, 0, 0, 0xc0, 0, 0, 0, 0]);
  });
});

describe("the 32-bit branch", () => {
  const heapOf = (refused: RefusalName[]) => {
    const {arena} = branch(on("linux/386"), refused).rt.mheap_;
    return (arena.end - arena.next) / 2 ** 20;
  };

  test.each([
    [[], 516],
    [["512"], 260],
    [["512", "256"], 132],
    [["512", "256", "128"], 0],
  ] as [RefusalName[], number][])("with %j refused the heap has %i MiB", (refused, size) => {
    expect(heapOf(refused)).toBe(size);
  });

  test("without metadata the process starts all the same", () => {
    const {rt, requests} = branch(on("linux/386"), ["meta"]);
    expect(rt.mheap_.heapArenaAlloc.end).toBe(0);
    expect(requests.filter(r => r.granted === 0)).toMatchObject([{purpose: "metadata of all arenas"}]);
  });

  test("a 64-bit platform borrows linux/386", () => {
    expect(branch(started, []).platform).toBe("linux/386");
    expect(branch(on("linux/mips"), []).platform).toBe("linux/mips");
    expect(metadataBytes({goos: "linux", goarch: "386"})).toBe(270663680);
  });
});

describe("the ledger", () => {
  test.each(everywhere)(
    "of $release on $platform ends with what the counters have",
    ({release, platform}) => {
      const start = on(platform, {release});
      const {balance} = entries(start).at(-1)!;
      const charged = sysStats.filter(stat => start.rt.memstats[stat] > 0);
      expect(balance).toEqual(Object.fromEntries(charged.map(stat => [stat, start.rt.memstats[stat]])));
    },
  );

  test.each(everywhere)("of $release on $platform has parts without a gap", ({release, platform}) => {
    let end = 0;
    for (const {offset, size} of parts(on(platform, {release}))) {
      expect(offset).toBe(end);
      end += size;
    }
    expect(end).toBe(256 * 1024);
  });
});

describe("every cell", () => {
  const draws: [string, (started: Started) => Element][] = [
    ["events", drawEvents],
    ["checks", s => drawTrial(s, s.inputs.page, null)],
    ["fixallocs", s => drawFixallocs(s, "mspan", null)],
    ["sweep", s => drawSweep(s, {step: 5, collections: 1}, null)],
    ["centrals", s => drawCentrals(s, 10, null)],
    ["sampling", s => drawSampling(s, 1, null)],
    ["hints", s => drawHints(s, {hint: 1, made: 1}, null)],
    ["reserve32", s => drawReserve(s, [], null)],
    ["ledger", drawLedger],
    ["hand-over", s => drawHandover(s, [1], null)],
  ];

  test.each(everywhere)("says something of $release on $platform, and no nonsense", ({release, platform}) => {
    const start = on(platform, {release});
    expect(start.notes).toEqual([]);
    for (const [name, draw] of draws) {
      const html = toHtml(draw(start));
      expect(html.length, name).toBeGreaterThan(300);
      expect(html, name).not.toMatch(/\bNaN\b|undefined|Infinity|\[object|null/);
    }
    const values = Object.entries(valuesOf(start));
    expect(values.filter(([, text]) => text === "" || /\bNaN\b|undefined|Infinity/.test(text))).toEqual([]);
  });
});

describe("a release", () => {
  test.each(releaseNames)("%s has a row for each thing that its mallocinit checks", release => {
    const {checks, stderr} = tryPageSize(on("linux/amd64", {release}), 2048);
    expect(stderr.at(-1)).toBe("fatal error: bad system page size");
    expect(checks.filter(c => c.verdict === "throws").map(c => c.wants)).toEqual(["at least 4,096"]);
  });

  test("that has no such platform stands on linux/amd64, and the reader is told", () => {
    const {inputs, faults} = withRelease(
      {...defaults, goos: "wasip1", goarch: "wasm", release: "go1.27"},
      "go1.12",
    );
    expect(inputs).toMatchObject({release: "go1.12", goos: "linux", goarch: "amd64", page: 4096});
    expect(faults).toEqual(["go1.12 is not modelled on wasip1/wasm; linux/amd64 stands in"]);
  });

  test("that randomizes has its hints elsewhere with other bits, half of them for user arenas", () => {
    const [plain, one, two] = [null, 1, 2].map(random => {
      const {rt} = on("linux/amd64", {release: "go1.27", random});
      return {heap: hintsOf(rt), user: userHintsOf(rt)};
    });
    expect(plain!.heap[0]).toBe(0xc000000000);
    expect([one!.heap.length, one!.user.length]).toEqual([64, 64]);
    expect(new Set([plain, one, two].map(h => h!.heap[0])).size).toBe(3);
  });
});

describe("the hand-over", () => {
  test("P0 gets m0's mcache, every other P a new one", () => {
    const {ps, m0} = cachesOf(resizedTo(started, [4]));
    expect(ps.map(p => p.first)).toEqual([true, false, false, false]);
    expect(m0).toEqual({mcache: ps[0]!.mcache, p: 0});
    expect(new Set(ps.map(p => p.mcache)).size).toBe(4);
  });

  test("mcaches of Ps that go are on the free list, and come back in reverse", () => {
    const before = cachesOf(resizedTo(started, [4]));
    const shrunk = cachesOf(resizedTo(started, [4, 2]));
    const grown = cachesOf(resizedTo(started, [4, 2, 4]));
    expect(shrunk.free).toEqual([before.ps[3]!.mcache, before.ps[2]!.mcache]);
    expect(grown.ps.slice(2).map(p => p.mcache)).toEqual(shrunk.free);
  });
});

describe("the recordings", () => {
  const reader = {
    list: () => ["linux-amd64-go1.12.17-p1.json", "linux-amd64-go1.27.3-p1.json"],
    text: (path: string) => readFileSync(`docs/${path}`, "utf8"),
  };

  test("of the release that is modelled are summed up with nothing differing", () => {
    const all = summarizeAll(reader);
    expect(all.map(s => s.release)).toEqual(["go1.12", "go1.27"]);
    for (const summary of all) {
      expect(summary).toMatchObject({platform: "linux/amd64", phases: {mallocinit: {differing: 0}}});
    }
    expect(all.map(s => s.phases.procresize?.differing)).toEqual([0, undefined]);
  });

  test("are compared in the browser as at build time", () => {
    const text = reader.text("data/captures/heap/linux-amd64-go1.12.17-p1.json");
    const [summary] = summarizeAll(reader);
    expect(compareNow(text, "mallocinit").equal).toHaveLength(summary!.phases.mallocinit.equal);
    expect(compareNow(text, "types").equal).toHaveLength(summary!.types.equal);
  });

  test("a struct that differs is named, and one that is not declared is not modelled", () => {
    const text = reader.text("data/captures/heap/linux-amd64-go1.12.17-p1.json");
    const recording = parseRecording(text);
    const types = {sizeof: {mspan: 145, hchan: 96}, layout: {}};
    expect(compareTypes({...recording, types})).toMatchObject({
      differing: [{path: "sizeof.mspan", simulated: 144, captured: 145}],
      unmodelled: [{path: "sizeof.hchan"}],
    });
  });

  test("of later releases say what changed", () => {
    const all = sinceAll(reader);
    expect(all.map(s => s.version)).toEqual(["go1.12.17", "go1.27.3"]);
    expect(lines(all)[0]).toEqual({what: "fixallocs of mheap", values: ["6", "14"]});
    expect(changes(all)[0]).toMatchObject({where: "mheap", gone: ["treapalloc"]});
  });
});
