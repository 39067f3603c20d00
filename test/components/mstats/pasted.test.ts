// Pasted text: JSON with places, what is a MemStats, and whatever else a reader may paste.

import {readdirSync, readFileSync} from "node:fs";
import fc from "fast-check";
import {describe, expect, test} from "vitest";
import {toHtml} from "/components/markup.js";
import {exampleOf} from "/components/mstats/compared.js";
import {fieldOf} from "/components/mstats/fields.js";
import {check} from "/components/mstats/identities.js";
import {JsonFault, parseValues, placeOf, visible} from "/components/mstats/json.js";
import {drawExample} from "/components/mstats/paste.js";
import {readPasted} from "/components/mstats/pasted.js";
import {pausesOf} from "/components/mstats/pauses.js";
import {duration, integer, moment, never, written} from "/components/mstats/reading.js";
import {example, movedFields, replayAll, sinceAll, values} from "/components/mstats/recorded.js";
import {total} from "/components/mstats/replays.js";

/** What encoding/json wrote of a MemStats in a program of go1.19.8 on linux/amd64, after 11 collections. */
const real = readFileSync("test/components/mstats/go1.19.8.json", "utf8");
const files = {
  list: (folder: string) => readdirSync(`docs/${folder}`),
  text: (path: string) => readFileSync(`docs/${path}`, "utf8"),
};
const faultOf = (text: string) => {
  const [fault] = readPasted(text).faults;
  return (
    fault && `${fault.line}:${fault.column} ${fault.path} found ${fault.found}, expected ${fault.expected}`
  );
};

describe("JSON", () => {
  test("that JSON.parse takes is taken, and other text is not", () => {
    const accepts = (text: string) => {
      try {
        return parseValues(text).length === 1;
      } catch (error) {
        if (error instanceof JsonFault) return false;
        throw error;
      }
    };
    const standard = (text: string) => {
      try {
        JSON.parse(text);
        return true;
      } catch {
        return false;
      }
    };
    fc.assert(
      fc.property(
        fc.json({maxDepth: 6}),
        fc.nat(),
        fc.constantFrom("", "}", '"', "\\", ",", "\n", "0"),
        (text, at, c) => {
          expect(accepts(text)).toBe(true);
          const i = at % (text.length + 1);
          const edited = text.slice(0, i) + c + text.slice(i + 1);
          // Two values in a row are taken here, as a log has them.
          if (standard(edited)) expect(accepts(edited)).toBe(true);
        },
      ),
      {numRuns: 1000},
    );
  });

  test.each([
    ['{"Alloc": 1,}', '1:13  found “}”, expected a name in double quotes, such as "Alloc"'],
    ['{"Alloc" 1}', "1:10  found “1”, expected “:” after the name"],
    ['{\n  "Alloc": 1\n  "Sys": 2\n}', '3:3  found “"”, expected “,” or “}”'],
    [
      "{Alloc:38888 TotalAlloc:38888}",
      '1:2  found “Alloc”, expected a name in double quotes, such as "Alloc"',
    ],
    ['{"Alloc": 012}', "1:11  found “012”, expected a value, such as 123 or {"],
    ['{"Alloc": NaN}', "1:11  found “NaN”, expected a value, such as 123 or {"],
    ['{"Alloc": 1', "1:12  found the end of the text, expected “,” or “}”"],
    ['{"Alloc', "1:8  found the end of the text, expected a double quote that ends the text"],
    [
      '{"a\nb": 1}',
      "1:4  found a line break, expected a double quote; in JSON a line break in a text is written as \\n",
    ],
    ['{"\\x": 1}', "1:3  found “\\”, expected an escape, such as \\n or \\u00e9"],
    ['{"é😀": !}', "1:8  found “!”, expected a value, such as 123 or {"],
    ['{"Alloc": 1}}', "1:13  found “}”, expected a value, such as 123 or {"],
  ])("%j is refused with its place", (text, message) => {
    expect(faultOf(text)).toBe(message);
  });

  test("places count lines and characters from 1", () => {
    expect(placeOf("ab\ncd", 4)).toEqual({line: 2, column: 2});
    expect(placeOf("😀x", 2)).toEqual({line: 1, column: 2});
  });

  test("deep nesting is refused before it hurts", () => {
    expect(faultOf("[".repeat(1e6))).toMatch(/^1:65 .*no more than 64 levels/);
    expect(faultOf('{"a":'.repeat(1e5))).toMatch(/no more than 64 levels/);
  });
});

describe("a MemStats", () => {
  test("as a real program wrote it is read whole, and every rule holds", () => {
    const {now, faults, missing, extra} = readPasted(real);
    expect({faults, missing, extra}).toEqual({faults: [], missing: [], extra: []});
    expect(check(now!).map(c => c.verdict)).toEqual(check(now!).map(() => "holds"));
    expect(integer(now, "LastGC")).toBe(1795414097569409085n);
    expect(now!.bySize).toHaveLength(61);
  });

  test("keeps every digit beyond 2^53", () => {
    const {now} = readPasted('{"NextGC": 18446744073709551615, "Alloc": 9007199254740993}');
    expect(integer(now, "NextGC")).toBe(never);
    expect(integer(now, "Alloc")).toBe(2n ** 53n + 1n);
    expect(written(now!, fieldOf("NextGC")!)).toEqual({value: "18,446,744,073,709,551,615", words: "never"});
  });

  test("has its pauses in order: the ring of NumGC 11 begins with the first", () => {
    const pauses = pausesOf(readPasted(real).now!)!;
    expect(pauses).toHaveLength(11);
    expect(pauses[0]).toEqual({gc: 1n, ns: 92797n, end: 1795414097530078574n});
    expect(pauses.at(-1)!.ns).toBe(126960n);
  });

  test("has its pauses in order when the ring has gone round", () => {
    const ns = Array.from({length: 256}, (_, i) => i);
    const {now} = readPasted(JSON.stringify({NumGC: 300, PauseNs: ns}));
    const pauses = pausesOf(now!)!;
    // The latest is at (300 + 255) % 256 = 43, the oldest at 44.
    expect([pauses[0]!.gc, pauses[0]!.ns, pauses.at(-1)!.gc, pauses.at(-1)!.ns]).toEqual([
      45n,
      44n,
      300n,
      43n,
    ]);
  });

  test("inside what expvar serves is found", () => {
    const {now, faults} = readPasted(`{"cmdline": ["a"], "memstats": ${real}}`);
    expect([integer(now, "NumGC"), faults]).toEqual([11n, []]);
    expect(faultOf('{"memstats": {"Sys": -1}}')).toMatch(/^1:22 memstats\.Sys found -1/);
  });

  test.each([
    ["in an array", '[{"Alloc": 1}, {"Alloc": 5}]'],
    ["line by line", '{"Alloc": 1}\n{"Alloc": 5}\n'],
  ])("that is one of several %s is shown with the one before", (_, text) => {
    const {now, before, readings} = readPasted(text);
    expect([integer(before, "Alloc"), integer(now, "Alloc"), readings]).toEqual([1n, 5n, 2]);
  });

  test.each([
    [
      '{"Alloc": "12"}',
      "1:11 Alloc found the text “12”, expected a whole number from 0 to 18,446,744,073,709,551,615",
    ],
    ['{"Alloc": -1}', "1:11 Alloc found -1, expected a whole number from 0 to 18,446,744,073,709,551,615"],
    ['{"Alloc": 1.5}', "1:11 Alloc found 1.5, expected a whole number from 0 to 18,446,744,073,709,551,615"],
    [
      '{"Alloc": null}',
      "1:11 Alloc found null, expected a whole number from 0 to 18,446,744,073,709,551,615",
    ],
    ['{"NumGC": 4294967296}', "1:11 NumGC found 4294967296, expected a whole number from 0 to 4,294,967,295"],
    ['{"EnableGC": 1}', "1:14 EnableGC found 1, expected true or false"],
    [
      '{"GCCPUFraction": "much"}',
      "1:19 GCCPUFraction found the text “much”, expected a number, such as 0.25",
    ],
    ['{"GCCPUFraction": 1e999}', "1:19 GCCPUFraction found 1e999, expected a number, such as 0.25"],
    ['{"PauseNs": {}}', "1:13 PauseNs found an object, expected an array of 256 numbers"],
    [
      '{"PauseNs": [1, true]}',
      "1:17 PauseNs[1] found true, expected a whole number from 0 to 18,446,744,073,709,551,615",
    ],
    [
      '{"BySize": [[8, 6, 0]]}',
      "1:13 BySize[0] found an array of 3, expected an object with Size, Mallocs and Frees",
    ],
    [
      '{"BySize": [{"Size": 8, "Mallocs": 1}]}',
      "1:13 BySize[0] found an object, expected an object with Size, Mallocs and Frees; Frees is not there",
    ],
    ["[]", "1:1  found an array of 0, expected an object of MemStats in the array"],
    ["42", "1:1  found 42, expected an object of runtime.MemStats, { … }"],
    ['2026 {"Alloc": 1}', "1:1  found 2026, expected an object of runtime.MemStats, { … }"],
  ])("%s: the fault names place, field, value and what would be right", (text, message) => {
    expect(faultOf(text)).toBe(message);
  });

  test("rounded by another tool is recognized", () => {
    expect(faultOf('{"NextGC": 18446744073709552000}')).toMatch(/has rounded it/);
  });

  test("with one bad field is explained all the same", () => {
    const {now, faults} = readPasted('{"Alloc": "?", "Sys": 7}');
    expect([integer(now, "Sys"), integer(now, "Alloc"), faults.length]).toEqual([7n, null, 1]);
  });

  test("with many bad fields lists the first 20 and counts the rest", () => {
    const {faults, more} = readPasted(JSON.stringify({PauseNs: Array(256).fill("x")}));
    expect([faults.length, more]).toEqual([20, 236]);
  });

  test("with fields of another release says which it does not know", () => {
    const {extra, missing} = readPasted('{"Alloc": 1, "HeapFuture": {}, "__proto__": 1, "constructor": 2}');
    expect(extra).toEqual(["HeapFuture", "__proto__", "constructor"]);
    expect(missing).toHaveLength(31);
  });

  test("that is missing is no fault", () => {
    expect(readPasted(" \n")).toMatchObject({now: null, faults: []});
    expect(readPasted("\uFEFF{}")).toMatchObject({faults: [], readings: 1});
  });
});

describe("hostile text", () => {
  test("never throws, and whatever comes of it can be drawn", () => {
    const name = fc.constantFrom(
      "Alloc",
      "Sys",
      "BySize",
      "PauseNs",
      "PauseEnd",
      "NumGC",
      "LastGC",
      "memstats",
      "x",
    );
    const value = fc.oneof(
      fc.jsonValue(),
      fc.bigInt({min: -5n, max: 2n ** 70n}).map(String),
      fc.array(fc.record({Size: fc.nat(), Mallocs: fc.nat(), Frees: fc.nat()})),
    );
    fc.assert(
      fc.property(fc.dictionary(name, value), object => {
        const text = JSON.stringify(object).replace(/"(-?\d+)"(?!:)/g, "$1");
        for (const each of [text, text.slice(0, -3), `[${text},${text}]`]) {
          readPasted(each);
          expect(toHtml(drawExample(each))).not.toMatch(/NaN|undefined|\[object/);
        }
      }),
      {numRuns: 500},
    );
  });

  test("with a script in it is printed as text", () => {
    const html = toHtml(drawExample('{"Alloc": "<script>alert(1)</script>"}'));
    expect(html).not.toContain("<script");
  });

  test("that turns the reading direction is shown by its code", () => {
    expect(visible("a\u202eb\u0000")).toBe("a\\u{202e}b\\u{0}");
    expect(visible("x".repeat(100))).toHaveLength(41);
  });

  test("beyond the limit is refused by its length", () => {
    expect(faultOf(" ".repeat(2_000_001))).toMatch(/found 2,000,001 characters, expected at most 2,000,000/);
  });

  test("a number of a million digits is refused without computing it", () => {
    expect(faultOf(`{"Alloc": ${"9".repeat(1e6)}}`)).toMatch(/Alloc found 9{40}…/);
  });
});

describe("times", () => {
  test.each([
    [999n, "999 ns"],
    [92797n, "92.8 µs"],
    [1193839n, "1.19 ms"],
    [2500000000n, "2.50 s"],
  ])("%d ns is %s", (ns, text) => {
    expect(duration(ns)).toBe(text);
  });

  test("a moment beyond all calendars has no date", () => {
    expect(moment(0n)).toBe("1970-01-01 00:00:00.000 UTC");
    expect(moment(never)).toBe("2554-07-21 23:34:33.709 UTC");
    expect(moment(10n ** 30n)).toBeNull();
  });
});

describe("the recordings", () => {
  const results = replayAll(files);

  test("are all 16 scripts, with every field of MemStats equal", () => {
    expect(results).toHaveLength(16);
    expect(total(results)).toMatchObject({differing: 0, ignored: 0, unmodelled: 0});
    // 23 fields and 61 rows of three after each script.
    expect(results.map(r => r.after.equal)).toEqual(results.map(() => 23 + 61 * 3));
  });

  test("give the example, which is read without a fault", () => {
    const {now, faults, missing} = readPasted(example(files));
    expect(faults).toEqual([]);
    expect(missing).toEqual([
      "NumForcedGC",
      "LastGC",
      "PauseTotalNs",
      "PauseNs",
      "PauseEnd",
      "GCCPUFraction",
      "EnableGC",
      "DebugGC",
    ]);
    expect(integer(now, "NextGC")).toBe(never);
    expect(check(now!).every(c => c.verdict === "holds")).toBe(true);
  });

  test("every script's MemStats keeps every rule", () => {
    for (const file of files.list("data/captures/alloc").filter(f => f.includes("1.12"))) {
      const parsed = JSON.parse(files.text(`data/captures/alloc/${file}`));
      for (const name of Object.keys(parsed.scripts)) {
        const {now} = readPasted(exampleOf(parsed, name));
        expect(check(now!).filter(c => c.verdict !== "holds")).toEqual([]);
      }
    }
  });

  test("move 14 fields; the page names the others", () => {
    const {moved, unmoved} = movedFields(files);
    expect(moved.length + unmoved.length).toBe(24);
    expect(unmoved).toContain("BuckHashSys");
  });

  test("have HeapSys fall from an arena to what is ready between go1.15 and go1.19", () => {
    const all = sinceAll(files);
    const heapSys = Object.fromEntries(all.map(s => [s.version, s.inuse + s.idle]));
    expect(heapSys["go1.15.15"]).toBe(67076096);
    expect(heapSys["go1.19.8"]).toBeLessThan(2 ** 22);
    expect(all.map(s => s.centralCounts)).toEqual([true, true, false, false, false]);
  });

  test("give every value that the page names", () => {
    const page = readFileSync("docs/part2runtime/ch07alloc/mstats.md", "utf8");
    const known = values(files);
    for (const [, name] of page.matchAll(/\{\{([\w.]+)\}\}/g)) expect(known).toHaveProperty(name!);
  });
});
