import {readFileSync} from "node:fs";
import {describe, expect, test} from "vitest";
import {plain} from "../../../docs/components/blocks.ts";
import {toHtml} from "../../../docs/components/markup.ts";
import {drawArenas, drawMap, gapsOf} from "../../../docs/components/open/arenas.ts";
import {cacheOf, drawCaches} from "../../../docs/components/open/caches.ts";
import {drawClasses, opening, rowsOf, sorted} from "../../../docs/components/open/classes.ts";
import {classKey, pairs} from "../../../docs/components/open/classname.ts";
import {example, exampleSide} from "../../../docs/components/open/fallbacks.ts";
import {drawFree, drawHints} from "../../../docs/components/open/freepages.ts";
import {cycleWords, drawHeap, drawStops} from "../../../docs/components/open/gcview.ts";
import {kinds, mapped} from "../../../docs/components/open/mapped.ts";
import {drawModel} from "../../../docs/components/open/model.ts";
import {parts} from "../../../docs/components/open/parts.ts";
import {faultText} from "../../../docs/components/open/queue.ts";
import {drawSched} from "../../../docs/components/open/schedview.ts";
import {
  besideSite,
  closedBefore,
  moments,
  nothing,
  readPick,
  type Session,
  type Side,
  sidesOf,
  sumsOnce,
  swapped,
  withFile,
} from "../../../docs/components/open/session.ts";
import {listOf, sweepState} from "../../../docs/components/open/spanlist.ts";
import {drawMemStats, drawStatistics, readingOf} from "../../../docs/components/open/statistics.ts";
import {drawSummary} from "../../../docs/components/open/summary.ts";
import {windowAt} from "../../../docs/components/open/virtual.ts";
import {change, drawChange, sentences} from "../../../docs/components/open/words.ts";
import type {Opened} from "../../../src/capture/reader/file.ts";
import {readLog} from "../../../src/capture/reader/logs.ts";
import {partNames} from "../../../src/capture/reader/sums.ts";
import {mutate} from "../../capture/reader/mutate.ts";
import {heaps, names, readText, textOf} from "../../capture/reader/support.ts";

const files = {text: (path: string) => readFileSync(`docs/${path}`, "utf8")};
const leak = exampleSide(files);
const opened = (name: string): Opened => ({
  kind: "recording",
  recording: readText(textOf(name)).opened,
  model: {phases: [], why: "not asked"},
});
const first = opened("linux-amd64-go1.12.17-p1.json");
const second = opened("linux-amd64-go1.12.17-p4.json");
const nonsense = /\bNaN\b|undefined|Infinity|\[object/;

describe("the session", () => {
  const one = withFile(nothing, "one.json", first);
  const two = withFile(one, "two.json", second);

  test("looks at the last moment of the file that was opened", () => {
    expect(one.now).toEqual({file: 0, phase: "main"});
    expect(one.before).toBe(null);
    expect(moments(one).map(m => m.text)).toEqual(["mallocinit", "procresize", "main"]);
  });

  test("takes the first recording as the one before, and keeps two at most", () => {
    expect(sidesOf(two).before?.name).toBe("one.json");
    expect(sidesOf(two).now?.name).toBe("two.json");
    const three = withFile(two, "three.json", first);
    expect(three.files.map(f => f.name)).toEqual(["two.json", "three.json"]);
    expect(sidesOf(three).before?.name).toBe("two.json");
  });

  test("lets a file of the reader's take the place of the example", () => {
    const shown = withFile(nothing, "example", second, true);
    expect(withFile(shown, "one.json", first)).toEqual(one);
  });

  test("can be swapped, and loses its first recording when asked to", () => {
    expect(sidesOf(swapped(two)).now?.name).toBe("one.json");
    expect(closedBefore(two)).toEqual(withFile(nothing, "two.json", second));
  });

  test("keeps recordings while a log or a MemStats is open", () => {
    const log = withFile(one, "gc.log", {kind: "log", log: readLog("")});
    const all = withFile(log, "mem.json", {kind: "memstats", text: "{}"});
    expect([all.log?.name, all.memstats?.name, sidesOf(all).now?.name]).toEqual([
      "gc.log",
      "mem.json",
      "one.json",
    ]);
  });

  test.each([
    ["1/procresize", {file: 1, phase: "procresize"}],
    ["0/main", {file: 0, phase: "main"}],
    ["1/nowhere", null],
    ["2/main", null],
    ["<script>", null],
    [null, null],
  ])("reads %j from the address if it has such a moment", (text, pick) => {
    expect(readPick(text, two)).toEqual(pick);
  });
});

describe("a file in the address", () => {
  const page = "https://book.example/sub/open.html?x=1#y";

  test.each([
    ["heap.jsonl", "https://book.example/sub/heap.jsonl"],
    ["data/a%20b.json", "https://book.example/sub/data/a%20b.json"],
    ["/heap.json", "https://book.example/heap.json"],
  ])("is looked for beside the site: %s", (file, url) => {
    expect(besideSite(file, page)).toEqual({url});
  });

  test.each([
    "https://evil.example/x",
    "//evil.example/x",
    "http://book.example/x",
    "javascript:alert(1)",
    "data:,x",
    "blob:x",
    "http://[",
  ])("is refused if it is elsewhere: %s", file => {
    expect(besideSite(file, page)).toHaveProperty("fault");
  });
});

test("a fault says where it is", () => {
  const fault = {is: "fault", message: "found 1, expected a text", path: "phases.main.at"} as const;
  expect(faultText({...fault, place: {byte: 1234, line: 5, column: 6}})).toBe(
    "line 5, column 6, byte 1,234, phases.main.at: found 1, expected a text",
  );
  expect(faultText({...fault, path: "", place: null})).toBe("found 1, expected a text");
});

describe("a long table", () => {
  test("has the rows in sight and a few more, and is as long as all of them", () => {
    expect(windowAt(1000, 0, 260)).toEqual({from: 0, rows: 12, before: 0, after: 988 * 26});
    expect(windowAt(1000, 2600, 260)).toMatchObject({from: 100, before: 2600});
    expect(windowAt(3, 0, 260)).toEqual({from: 0, rows: 3, before: 0, after: 0});
    expect(windowAt(0, 0, 260)).toEqual({from: 0, rows: 0, before: 0, after: 0});
  });

  test("reaches its last row, however many there are", () => {
    for (const length of [1000, 300_000, 750_000, 16_000_000]) {
      const end = windowAt(length, Number.MAX_SAFE_INTEGER, 260);
      expect(end.from + end.rows, String(length)).toBe(length);
      const start = windowAt(length, 0, 260);
      expect(start.from).toBe(0);
      expect(start.before + start.after + 26 * start.rows).toBeLessThanOrEqual(8_000_000);
    }
  });
});

describe("the map", () => {
  test("gives every byte of an arena one kind", () => {
    for (const name of names) {
      for (const heap of readText(textOf(name)).opened.heaps) {
        for (const {start, end} of heap.arenas) {
          const {bytes, runs} = mapped(heap, start, end, 64);
          expect(
            kinds.reduce((sum, kind) => sum + bytes[kind], 0),
            name,
          ).toBe(end - start);
          expect(runs[0]!.from).toBe(0);
          expect(runs.at(-1)!.to).toBe(64);
          expect(runs.every((r, i) => i === 0 || runs[i - 1]!.to === r.from)).toBe(true);
        }
      }
    }
    expect(heaps).toContain("captures");
  });

  test("shows a large object that begins in the arena before", () => {
    const {heap} = leak;
    const {start, end} = heap.arenas[0]!;
    const middle =
      heap.spans.base[heap.spans.spanclass.findIndex((c, i) => c < 2 && heap.spans.state[i] === 1)]! +
      heap.source.pageSize;
    expect(mapped(heap, middle, end, 8).bytes.large).toBeGreaterThan(0);
    expect(mapped(heap, start, middle, 8).bytes.large).toBeGreaterThan(0);
  });

  test("counts the places where arenas do not touch", () => {
    expect(
      gapsOf({
        arenas: [
          {start: 0, end: 1},
          {start: 1, end: 2},
          {start: 5, end: 6},
        ],
      }),
    ).toBe(1);
  });
});

describe("spans", () => {
  test("are listed by class and by arena, in the order that is asked for", () => {
    const {heap, sums} = leak;
    const largest = sums.classes.reduce((a, b) => (b.spans > a.spans ? b : a));
    const list = listOf(heap, {spanclass: largest.spanclass}, "free");
    expect(list.length).toBe(largest.spans);
    const used = [...list].map(i => heap.spans.allocCount[i]! / heap.spans.nelems[i]!);
    expect(used).toEqual([...used].sort((a, b) => a - b));
    expect(listOf(heap, heap.arenas[0]!, "address").length).toBe(listOf(heap, {}, "pages").length);
  });

  test("say in words what sweepgen says", () => {
    const {spans, sweepgen} = leak.heap;
    const inUse = spans.state.indexOf(1);
    expect(sweepState(spans, inUse, spans.sweepgen[inUse]!)).toBe("swept");
    expect(sweepState(spans, inUse, spans.sweepgen[inUse]! - 3)).toBe("swept, cached");
    expect(sweepState(spans, spans.state.indexOf(2), sweepgen)).toBe("");
  });

  test("of classes are sorted by any column, and those that are gone are there", () => {
    const before = sidesOf(withFile(nothing, "one.json", first)).now!;
    const rows = rowsOf(leak.sums, before.sums);
    const gone = before.sums.classes.filter(c => !leak.sums.classes.some(n => classKey(n) === classKey(c)));
    expect(rows.length).toBe(leak.sums.classes.length + gone.length);
    const bytes = sorted(rows, "bytes", true).map(r => r.now.objectBytes);
    expect(bytes).toEqual([...bytes].sort((a, b) => b - a));
    const byName = sorted(rows, "class", false).map(r => r.now.spanclass);
    expect(byName).toEqual([...byName].sort((a, b) => a - b));
  });
});

describe("the example", () => {
  const words = sentences(leak).map(plain);

  test("is a program whose objects lie thinly spread, and the summary says so", () => {
    expect(example).toContain("leak");
    expect(words[0]).toMatch(/obtained 16\.3 MiB from the system\./);
    expect(words.join(" ")).toContain(
      "class 64 B, pointers, whose 97 spans have 12.5% of their slots in use",
    );
    expect(words.join(" ")).toContain("4 collections were done");
  });

  test("is drawn without a number that is none, in every view", () => {
    const views = [
      drawSummary(leak, null),
      drawSummary(leak, sidesOf(withFile(nothing, "one.json", first)).now),
      drawClasses(leak, null, opening, null),
      drawMap(leak),
      drawFree(leak, null),
      drawHints(leak.heap),
      drawStatistics(leak, null),
      drawModel(leak),
    ];
    for (const view of views) {
      const html = toHtml(view);
      expect(html.length).toBeGreaterThan(100);
      expect(html).not.toMatch(nonsense);
    }
  });

  test("has a text alternative from its data in each drawing", () => {
    const html = toHtml(
      drawArenas(
        leak.heap,
        [mapped(leak.heap, leak.heap.arenas[0]!.start, leak.heap.arenas[0]!.end, 512)],
        0,
        null,
      ),
    );
    expect(html).toMatch(/aria-label="Arena 1 at 0x2e6df0000000: .* small objects, less than half full/);
  });

  test("has caches whose spans are found among the spans", () => {
    const caches = leak.heap.ps.map(p => cacheOf(leak.heap, p));
    expect(caches.map(c => c.spans)).toEqual(
      leak.heap.ps.map(p => p.cached.filter(c => c.base !== null).length),
    );
    expect(caches[0]!.freeSlots).toBeGreaterThan(0);
  });

  test("has statistics that keep all rules of 7.8 that they allow", () => {
    const html = toHtml(drawStatistics(leak, null));
    expect(html).not.toContain("does not hold");
    expect(html).toContain("13 sums agree");
    expect(readingOf(leak).scalars.get("HeapObjects")).toBe(4896n);
  });
});

test("whatever a broken recording says, its views can be drawn", () => {
  const text = textOf("linux-amd64-go1.19.8-p4.json");
  let drawn = 0;
  for (let seed = 0; seed < 120; seed++) {
    let broken: ReturnType<typeof readText>;
    try {
      broken = readText(mutate(text, seed));
    } catch {
      // The tests of the reader look at what it refuses.
      continue;
    }
    for (const heap of broken.opened.heaps) {
      const side: Side = {name: "broken", heap, sums: sumsOnce(heap), model: {phases: [], why: ""}};
      const views = [
        drawSummary(side, leak),
        drawClasses(side, leak, opening, null),
        drawMap(side),
        drawFree(side, leak),
      ];
      const html = toHtml([...views, drawHints(heap), drawCaches(heap), drawStatistics(side, leak)]);
      expect(html, `mutation ${seed}`).not.toMatch(nonsense);
      drawn++;
    }
  }
  expect(drawn).toBeGreaterThan(50);
});

describe("two heaps", () => {
  const old = sidesOf(withFile(nothing, "one.json", first)).now!;

  test("of releases that number their classes differently are paired by size and kind", () => {
    const both = pairs(leak.sums.classes, old.sums.classes);
    expect(both.filter(p => p.before !== null && p.before.size !== p.now.size)).toEqual([]);
    expect(both.length).toBe(new Set([...leak.sums.classes, ...old.sums.classes].map(classKey)).size);
  });

  test("are told apart in words", () => {
    const words = plain(drawChange(leak, old));
    expect(words).toMatch(
      /^From one\.json, main, to leak-go1\.27\.jsonl, leak\.go:54: [\d.]+ MiB more\. Most of it is in /,
    );
    expect(plain(drawChange(leak, leak))).toContain("as much memory. There are ±0 objects.");
  });
});

describe("every recording", () => {
  test("is summed up in words without a number that is none", () => {
    let sides = 0;
    for (const name of names) {
      const session: Session = withFile(nothing, name, opened(name));
      for (const heap of session.files[0]!.recording.heaps) {
        const {now} = sidesOf({...session, now: {file: 0, phase: heap.phase}});
        expect(toHtml(drawSummary(now!, null)), `${name} ${heap.phase}`).not.toMatch(nonsense);
        expect(toHtml(drawMap(now!)), name).not.toMatch(nonsense);
        sides++;
      }
    }
    expect(sides).toBe(84);
  });
});

test("every part has a text, and a section that explains it", () => {
  expect(partNames.filter(name => parts[name].meaning === "" || parts[name].section === undefined)).toEqual(
    [],
  );
  for (const {where} of Object.values(parts)) {
    const [page, anchor] = where.split("#");
    expect(files.text(`part2runtime/ch07alloc/${page}.md`)).toContain(`{#${anchor}}`);
  }
});

test("a change has its sign", () => {
  expect([3, -3, 0].map(n => change(n, String))).toEqual(["+3", "−3", "±0"]);
});

describe("a log", () => {
  const log = readLog(readFileSync("docs/data/captures/gclogs/linux-amd64-go1.27.3-gctrace.txt", "utf8"));

  test("is told in words and drawn to scale", () => {
    expect(plain(cycleWords(log.cycles))).toContain("5 cycles in 0.01 s");
    expect(plain(cycleWords(log.cycles))).toContain("grew by 13 MB to 15 MB");
    expect(toHtml(drawHeap(log.cycles))).toContain("largest 26 MB in cycle 5");
    expect(toHtml(drawStops(log.cycles))).toContain(
      "The longest of 5 cycles stopped the world for 0.204 ms, in cycle 1",
    );
  });

  test("of the scheduler names those who wait", () => {
    const text = readFileSync("docs/data/captures/gclogs/linux-amd64-go1.27.3-schedtrace.txt", "utf8");
    const html = toHtml(drawSched(readLog(text).moments));
    expect(html).toContain("3 moments of the scheduler");
    expect(html).toContain("force gc (idle)");
    expect(html).not.toMatch(nonsense);
  });
});

test("a MemStats is shown with the views of 7.8, and its faults are named", () => {
  const text = readFileSync("test/components/mstats/go1.19.8.json", "utf8");
  expect(toHtml(drawMemStats({name: "mem.json", text}))).toContain("12 rules hold");
  expect(toHtml(drawMemStats({name: "mem.json", text: '{"Alloc": "<b>"}'}))).toContain(
    "line 1, column 11 Alloc: found the text “&lt;b&gt;”",
  );
});
