import {describe, expect, test} from "vitest";
import {agrees, checksOf} from "../../../src/capture/reader/checks.ts";
import {Fault} from "../../../src/capture/reader/fault.ts";
import {fragmentsOf} from "../../../src/capture/reader/fragments.ts";
import {freeInGaps} from "../../../src/capture/reader/free.ts";
import type {Heap} from "../../../src/capture/reader/heap.ts";
import {memStatsOf} from "../../../src/capture/reader/memstats.ts";
import {firstAt, SpanRows} from "../../../src/capture/reader/spans.ts";
import {partNames, sumsOf} from "../../../src/capture/reader/sums.ts";
import {linesOf, readRecording} from "../../../src/capture/schema/index.ts";
import {names, readText, textOf} from "./support.ts";

const opened = names.map(name => ({name, heaps: readText(textOf(name)).opened.heaps}));
const all = opened.flatMap(({name, heaps}) => heaps.map(heap => ({name: `${name} ${heap.phase}`, heap})));
const heapNamed = (name: string, phase = "main") =>
  opened.find(o => o.name === name)!.heaps.find(h => h.phase === phase)!;

/** A heap as plain values, without the form that it was read from. */
const plain = (heap: Heap) => JSON.stringify({...heap, source: {...heap.source, schema: ""}});

describe("a recording", () => {
  test("says the same in both forms, however it is cut", () => {
    for (const {name, heaps} of opened) {
      const lines = [...linesOf(readRecording(textOf(name)), 7)].join("");
      const again = readText(lines, 1000).opened.heaps;
      expect(again.map(plain), name).toEqual(heaps.map(plain));
    }
    expect(opened.length).toBe(28);
  });

  test("adds up: spans and free pages come to what the runtime has counted, in every phase", () => {
    let compared = 0;
    for (const {name, heap} of all) {
      const checks = checksOf(heap, sumsOf(heap));
      expect(checks.filter(c => !agrees(c)).map(c => `${name}: ${c.name} ${c.added} ≠ ${c.counted}`)).toEqual(
        [],
      );
      compared += checks.length;
    }
    expect(all.length).toBe(84);
    expect(compared).toBe(903);
  });

  test("has every byte in one part: their sum is what ReadMemStats calls Sys", () => {
    for (const {name, heap} of all) {
      const sums = sumsOf(heap);
      expect(
        partNames.filter(part => !(sums.parts[part] >= 0)),
        name,
      ).toEqual([]);
      expect(sums.sys, name).toBe(memStatsOf(heap, sums).Sys);
      const spans = sums.parts.objects + sums.parts.unused + sums.parts.bitmaps + sums.parts.tails;
      expect(spans, name).toBe(sums.inUse);
    }
  });

  test("has no span whose slots and bitmaps leave room for one more", () => {
    const room = all.flatMap(({name, heap}) =>
      sumsOf(heap)
        .classes.filter(c => c.size > 0 && c.tailBytes / c.spans >= c.size)
        .map(c => `${name} class ${c.spanclass}`),
    );
    expect(room).toEqual([]);
  });

  test("has no oddities, and its spans are in the order of their addresses", () => {
    for (const {name, heap} of all) {
      expect(heap.oddities, name).toEqual([]);
      const {base} = heap.spans;
      expect([...base], name).toEqual([...base].sort((a, b) => a - b));
    }
  });
});

describe("free pages", () => {
  test("are the same between the spans as in the bitmaps", () => {
    let compared = 0;
    for (const {name, heap} of all.filter(
      ({heap}) => heap.free.from === "bitmaps" && heap.free.skipped === 0,
    )) {
      const {pageSize} = heap.source;
      const start = heap.free.start[0] ?? 0;
      const end = start + heap.free.managed;
      const low = Math.min(start, heap.spans.base[0] ?? start);
      const gaps = freeInGaps(heap.spans, [[low, Math.min(end, low + heap.free.managed)]], pageSize);
      const pages = (runs: {pages: Float64Array}) => runs.pages.reduce((sum, n) => sum + n, 0);
      expect(pages(gaps), name).toBe(pages(heap.free));
      compared++;
    }
    expect(compared).toBeGreaterThan(40);
  });

  test("are sorted by the length of their runs", () => {
    const heap = heapNamed("linux-amd64-go1.12.17-p1.json");
    const {bins, runs, pages, longest} = fragmentsOf(heap.free);
    expect({runs, pages, longest}).toEqual({runs: 1, pages: 8154, longest: 8154});
    expect(bins.at(-1)).toEqual({from: 4096, runs: 1, pages: 8154, returned: 0});
  });
});

test("ReadMemStats is made from the counters of each release", () => {
  const heap = heapNamed("linux-amd64-go1.19.8-p1.json");
  const stats = memStatsOf(heap, sumsOf(heap));
  expect(stats).toMatchObject({
    HeapInuse: 172_032,
    StackInuse: 196_608,
    HeapReleased: 3_825_664,
    // committed + released − inStacks
    HeapSys: 368_640 + 3_825_664 - 196_608,
    GCSys: 7_654_672,
    NextGC: 4_194_304,
  });
  const old = heapNamed("linux-amd64-go1.12.17-p1.json");
  expect(memStatsOf(old, sumsOf(old))).toMatchObject({
    HeapSys: 66_945_024,
    HeapIdle: 66_797_568,
    NextGC: 4_473_924,
  });
});

describe("rows of spans", () => {
  const columns = ["base", "npages", "spanclass", "elemsize", "nelems", "allocCount", "state"];
  const row = (base: string) => [base, 1, 5, 16, 512, 3, 1];

  test("are put in order, and found by address", () => {
    const rows = new SpanRows(columns);
    for (const base of ["0xc000004000", "0xc000000000", "0xc000002000"]) rows.add(row(base));
    const spans = rows.done();
    expect([...spans.base]).toEqual([0xc000000000, 0xc000002000, 0xc000004000]);
    expect([0, 0xc000000001, 0xc000002000, 0xc000009000].map(at => firstAt(spans, at))).toEqual([0, 1, 1, 3]);
  });

  test("grow beyond the first thousand", () => {
    const rows = new SpanRows(columns);
    for (let i = 5000; i > 0; i--) rows.add(row(`0x${(i * 8192).toString(16)}`));
    const spans = rows.done();
    expect([spans.length, spans.base[0], spans.base[4999], spans.nelems[4999]]).toEqual([
      5000,
      8192,
      5000 * 8192,
      512,
    ]);
  });

  test.each([
    [["0xc000000000", 1, 5, 16, 512, 3], "expected an array of 7"],
    [[1, 1, 5, 16, 512, 3, 1], "expected an address"],
    [["0xc000000000", -1, 5, 16, 512, 3, 1], "expected a whole number from 0"],
    [["0xc000000000", 1, 256, 16, 512, 3, 1], "expected a whole number from 0 to 255"],
    [["0xc000000000", 1, 5, 16, 512, 3.5, 1], "found 3.5"],
    [["0xc000000000", 1, 5, 16, 512, 3, "<b>"], "found the text “<b>”"],
  ])("are refused with a reason: %j", (bad, message) => {
    expect(() => new SpanRows(columns).add(bad)).toThrow(message);
  });
});

describe("a broken recording", () => {
  const text = textOf("linux-amd64-go1.19.8-p1.json");
  const faultOf = (broken: string) => {
    try {
      readText(broken);
    } catch (error) {
      if (error instanceof Fault) return `${error.path}: ${error.message} (line ${error.place?.line ?? "?"})`;
      throw error;
    }
    return "";
  };

  test.each([
    [text.slice(0, 20_000), /the file ends.*so it was cut off/],
    [text.replace("go-heap-state/1", "go-heap-state/9"), /schema/],
    [
      text.replace('"0xc000002000", 1, ', '"0xc000002000", "1", '),
      /^phases\.\w+\.allspans\.rows\[\d+\].*npages.*line \d+/,
    ],
    [text.replaceAll('"nelems", "allocCount", ', '"nelems", "alloc", '), /allspans.*allocCount/],
    [text.replace('"goarch"', '"__proto__"'), /__proto__|goarch/],
    [
      text.replace(/"_PageSize": 8192/, '"_PageSize": 8191'),
      /constants\._PageSize: found 8191, expected a power of two/,
    ],
    [text.replace(/"phases": \{/, '"phases": {"x": 1, '), /phases\.x/],
    ['{"schema": "go-heap-state/2"}\n', /line 1/],
    [`${[...linesOf(readRecording(text))].slice(0, -1).join("")}`, /cut short/],
  ])("is refused, and the place is named (%#)", (broken, message) => {
    expect(faultOf(broken)).toMatch(message);
  });

  test("made to take all memory is refused", () => {
    const [header, ...lines] = linesOf(readRecording(text));
    const head = lines.find(line => line.includes('"allspans"]'))!;
    const many = Array.from({length: 101}, (_, i) =>
      head.replace(/"phases","\w+"/, `"phases","moment ${i}"`),
    );
    expect(faultOf([header, ...many].join(""))).toMatch(/more than 100 phases \(line 10\d\)/);
    const chunks = text.replace(/"chunk_bytes": \d+/g, `"chunk_bytes": ${2 ** 40}`);
    expect(faultOf(chunks)).toMatch(/pages\.chunk_bytes: found 1099511627776/);
  });

  test("that contradicts itself is opened, and says so", () => {
    const odd = text.replaceAll(/("0xc000002000", )1, /g, "$13, ");
    const heap = readText(odd).opened.heaps.find(h => h.phase === "main")!;
    expect(heap.oddities.join()).toContain("begin inside another span");
    expect(checksOf(heap, sumsOf(heap)).filter(c => !agrees(c)).length).toBeGreaterThan(0);
  });
});
