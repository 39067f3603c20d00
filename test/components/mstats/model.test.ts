// What the views of section 7.8 say of the model: steps, fields, sums, and what reading changes.

import {readFileSync} from "node:fs";
import fc from "fast-check";
import {describe, expect, test} from "vitest";
import {leftOut, rowsOf as sizeRows} from "/components/mstats/bysize.js";
import {fieldOf, fields} from "/components/mstats/fields.js";
import {rowsOf} from "/components/mstats/fieldtables.js";
import {flushWith, sizes, worstCase} from "/components/mstats/flush.js";
import {check} from "/components/mstats/identities.js";
import {openingReadings, spans, stories} from "/components/mstats/panel.js";
import {advance, play, restOf} from "/components/mstats/play.js";
import {changeOf, integer, moved, readingOf} from "/components/mstats/reading.js";
import {limits, readSteps, type Step, writeSteps} from "/components/mstats/steps.js";
import {barsOf, widths} from "/components/mstats/sums.js";
import {boot, ReadMemStats} from "/src/runtime/index.js";

const done = (text: string) => {
  const {steps, fault} = readSteps(text);
  expect(fault).toBeNull();
  return play(steps);
};
/** How far each field moved between the last two readings. */
const moves = (text: string) => {
  const {before, now} = done(text);
  return Object.fromEntries(moved(before, now!).map(({name, by}) => [name, Number(by)]));
};

describe("steps", () => {
  const anyStep: fc.Arbitrary<Step> = fc.oneof(
    fc.record({
      kind: fc.constant("allocate" as const),
      size: fc.nat(100_000),
      n: fc.integer({min: 1, max: 1000}),
      scan: fc.boolean(),
      keep: fc.boolean(),
    }),
    fc.record({kind: fc.constant("procs" as const), n: fc.integer({min: 1, max: limits.procs})}),
    fc.constantFrom(
      ...(["drop", "gc", "sweep", "return", "stack", "unstack", "read"] as const).map(kind => ({kind})),
    ),
  );

  test("that are written are read back", () => {
    fc.assert(
      fc.property(fc.array(anyStep, {maxLength: 50}), steps => {
        expect(readSteps(writeSteps(steps))).toEqual({steps, fault: null});
      }),
    );
  });

  test.each([
    ["read,eat,read", /step 2, “eat”/],
    ["64q", /step 1, “64q”: a step is/],
    ["-5", /“-5”/],
    ["16x0", /1 to 10,000 objects/],
    ["2000000000", /at most 1,073,741,824 bytes/],
    ["procs0", /1 to 64 Ps/],
    ["1073741824x9", /more than 8 GiB/],
    [Array(61).fill("read").join(), /60 steps already/],
    ["<script>alert(1)</script>,", /step 1, “<script>alert\(1\)<\/script…”/],
  ])("%s is refused, and the fault names the step", (text, fault) => {
    expect(readSteps(text).fault).toMatch(fault);
  });

  test("before a fault are done all the same", () => {
    expect(readSteps("read,48,nonsense,read").steps).toHaveLength(2);
  });

  test("of any kind in any order keep every rule, and what is written in bytes adds up", () => {
    fc.assert(
      fc.property(fc.array(anyStep, {maxLength: 12}), steps => {
        const {now, thrown} = play([...steps, {kind: "read"}]);
        expect(thrown).toBeNull();
        expect(check(now!).filter(c => c.verdict !== "holds")).toEqual([]);
      }),
      {numRuns: 60},
    );
  }, 120_000);
});

describe("a reading", () => {
  test("after 100 objects of 48 bytes: as many objects, and blocks of 48", () => {
    expect(moves("read,48x100,read")).toEqual({
      HeapAlloc: 4800,
      Alloc: 4800,
      TotalAlloc: 4800,
      Mallocs: 100,
      HeapObjects: 100,
      HeapIdle: -8192,
      HeapInuse: 8192,
      MSpanInuse: 144,
    });
  });

  test("after an object of one byte has a block of 16", () => {
    expect(moves("read,1,read").HeapAlloc).toBe(16);
  });

  test("counts tiny objects that join a block as freed: three of 5 bytes share one of 16", () => {
    // 5, 10, 15: the third ends at 15, so a block takes three. 99 objects are 33 blocks.
    expect(moves("read,5x99,read")).toMatchObject({
      Mallocs: 99,
      Frees: 66,
      HeapObjects: 33,
      HeapAlloc: 33 * 16,
    });
  });

  test("after one object each of 24, 2,000 and 9,000 bytes has three spans more in use", () => {
    // Blocks of 32, 2,048 and 9,472 bytes, from spans of 1, 1 and 7 pages.
    expect(moves(spans)).toMatchObject({HeapAlloc: 32 + 2048 + 9472, HeapInuse: 9 * 8192, Mallocs: 3});
  });

  test("after an object of 33,000 bytes has whole pages in use: 5 of 8,192", () => {
    expect(moves("read,33000,read")).toMatchObject({HeapInuse: 40960, HeapAlloc: 40960, Mallocs: 1});
  });

  test("after a stack has its bytes in StackSys and no longer in HeapSys", () => {
    const change = moves("read,stack,read");
    expect(change).toMatchObject({StackInuse: 32768, StackSys: 32768, HeapSys: -32768, HeapIdle: -32768});
    expect(change).not.toHaveProperty("Sys");
    expect(moves("stack,read,unstack,read")).toMatchObject({StackInuse: -32768, HeapSys: 32768});
  });

  test("after collecting frees nothing yet; sweeping does", () => {
    const marked = moves("100000x300,read,drop,gc,read");
    expect(marked).not.toHaveProperty("Frees");
    expect(marked).not.toHaveProperty("HeapAlloc");
    expect(marked.NumGC).toBe(1);
    // 100,000 bytes are 13 pages.
    expect(moves("100000x300,read,drop,gc,sweep,read")).toMatchObject({
      Frees: 300,
      HeapAlloc: -300 * 13 * 8192,
    });
  });

  test("after idle pages were returned: HeapReleased is HeapIdle, and HeapSys stays", () => {
    const {before, now} = done("100000x300,drop,gc,sweep,read,return,read");
    expect(integer(now, "HeapReleased")).toBe(integer(now, "HeapIdle"));
    expect(changeOf(before, now!, "HeapSys")).toBe(0n);
  });

  test("after another arena: HeapSys has 64 MiB more", () => {
    expect(moves("read,67108864,read").HeapSys).toBe(2 ** 26);
  });

  test("after GOMAXPROCS went up has an mcache for each P", () => {
    expect(moves("read,procs16,read").MCacheInuse).toBe(15 * boot().sizeof("mcache"));
  });

  test("what is kept survives collections, whatever else was allocated", () => {
    const {now} = done("48x100,procs8,1000px50d,gc,sweep,gc,sweep,read");
    const opening = readingOf(ReadMemStats(boot()));
    const row = (r: typeof opening) => r.bySize!.find(({size}) => size === 48n)!;
    expect(row(now!).mallocs - row(now!).frees).toBe(100n);
    expect(integer(now, "Frees")).toBe(50n);
  });

  test("NextGC is twice what was marked, above 4 MiB", () => {
    const {rt, now} = done("100000x300,gc,read");
    expect(integer(now, "NextGC")).toBe(BigInt(2 * rt.memstats.heap_marked));
  });

  test("with nothing in between says the same again", () => {
    expect(moves("48x10,read,read")).toEqual({});
  });

  test.each(stories)("of the story %s moves something", text => {
    expect(Object.keys(moves(text))).not.toEqual([]);
  });

  test("that is never reached, since the runtime threw, leaves the message and what was read before", () => {
    const played = done("read");
    played.rt.m0.mallocing = 1;
    for (const step of readSteps("48,read").steps) advance(played, step);
    expect(played.thrown).toBe("malloc deadlock");
    expect([played.before, played.unread]).toEqual([null, 1]);
  });
});

describe("the fields", () => {
  test("are those of MemStats, each once", () => {
    expect(fields.map(f => f.name).sort()).toEqual(Object.keys(ReadMemStats(boot())).sort());
  });

  test("are moved by some story, or say why not", () => {
    const seen = new Set(stories.flatMap(([text]) => Object.keys(moves(text))));
    const others = ["NumGC", "NextGC", "BySize", "MSpanSys", "StackSys", "OtherSys"];
    for (const {name, still} of fields) {
      expect(seen.has(name) || others.includes(name) ? "moved" : still, name).not.toBeNull();
      if (seen.has(name)) expect(still, name).toBeNull();
    }
  });

  test("name functions that are in the model, and link to listings that the pages have", () => {
    const page = (name: string) => readFileSync(`docs/part2runtime/ch07alloc/${name}.md`, "utf8");
    for (const place of fields.flatMap(f => f.where)) {
      const name = place.name.split(".").at(-1)!;
      expect(readFileSync(`src/runtime/${place.file}`, "utf8"), place.name).toMatch(
        new RegExp(`(function |^  )${name}\\(`, "m"),
      );
      if (place.page === null) continue;
      expect(page(place.page === "here" ? "mstats" : place.page)).toContain(
        `\`\`\`listing src/runtime/${place.file}#${place.name}\n`,
      );
    }
  });

  test("of a group are rows with value and change", () => {
    const {before, now} = openingReadings();
    const [row] = rowsOf({title: "", fields: [fieldOf("HeapSys")!]}, before, now);
    expect(row).toMatchObject({value: {value: "67,076,096", words: "64.0 MiB"}, change: 0n});
  });
});

describe("the sums", () => {
  test("fill each bar", () => {
    const {now} = openingReadings();
    for (const bar of barsOf(now)) {
      if (!("parts" in bar)) throw new Error(`${bar.title} is not drawn`);
      const whole = widths(bar.parts).reduce((a, b) => a + b, 0);
      expect(whole).toBeGreaterThan(99.99);
      expect(whole).toBeLessThanOrEqual(100);
    }
  });

  test("name the fields that a reading lacks", () => {
    const {now} = openingReadings();
    const scalars = new Map(now.scalars);
    scalars.delete("HeapIdle");
    expect(barsOf({...now, scalars})[1]).toEqual({title: "HeapSys", missing: ["HeapIdle"]});
  });
});

describe("a rule", () => {
  const {now} = openingReadings();
  const withField = (name: string, value: bigint) => ({
    ...now,
    scalars: new Map(now.scalars).set(name, value),
  });

  test("that a reading breaks says by how much", () => {
    const broken = check(withField("Sys", integer(now, "Sys")! + 5n)).filter(c => c.verdict === "broken");
    expect(broken.map(c => [c.identity.left, c.difference])).toEqual([["Sys", 5n]]);
  });

  test("that lacks a field is not checked, and names it", () => {
    const scalars = new Map(now.scalars);
    scalars.delete("GCSys");
    expect(check({...now, scalars})[0]).toMatchObject({verdict: "unknown", missing: ["GCSys"]});
  });
});

describe("by size", () => {
  test("a class is shown if it ever had an object", () => {
    const {before, now} = done("read,48x100,read");
    const row = sizeRows(before, now!, false).find(r => r.size === 48n);
    expect(row).toMatchObject({mallocs: 100n, live: 100n, bytes: 4800n, more: 100n});
    expect(sizeRows(before, now!, true)).toHaveLength(61);
  });

  test("what no row has are tiny, large and larger ones", () => {
    const played = done("5x99,40000x7,20000x3,read");
    expect(restOf(played)).toEqual({tiny: 66, large: 7, above: 3});
    expect(leftOut(played.now!)).toBe(76n);
  });
});

describe("flushing", () => {
  test.each(sizes)("objects of %d bytes: ahead by the rest of the span, exact after the flush", size => {
    const {moments, nelems, taken, spans} = flushWith({size, n: 1});
    expect(moments.map(m => [m.allocated, m.nmalloc])).toEqual([
      [0, 0],
      [1, nelems],
      [1, 1],
    ]);
    expect([taken, spans]).toEqual([1, 1]);
  });

  test("nmalloc is written once for each span", () => {
    // A span of 8,192 bytes has 170 blocks of 48.
    const {moments, spans, taken} = flushWith({size: 48, n: 400});
    expect([spans, taken]).toEqual([3, 60]);
    expect(moments.map(m => m.nmalloc)).toEqual([0, 170, 340, 510, 510, 400]);
  });

  test("at worst two spans of each class are ahead", () => {
    const {slots, most} = worstCase();
    expect([slots, most]).toEqual([2 * 66, 8192 / 8]);
  });
});
