// What the views of section 7.2 compute.

import {readdirSync, readFileSync} from "node:fs";
import fc from "fast-check";
import {describe, expect, test} from "vitest";
import {plain} from "/components/blocks.js";
import {letter, readOps, run as runFix, word, words, writeOps} from "/components/component/fix.js";
import {rows, sums} from "/components/component/layers.js";
import {
  pages as linearPages,
  readRequests as readLinear,
  run as runLinear,
  unmapped,
} from "/components/component/linear.js";
import {outcome, written} from "/components/component/machine.js";
import {
  audit,
  type Call,
  faultOf,
  opening,
  pageCount,
  pageSize,
  readCalls,
  run,
  ways,
  writeCalls,
} from "/components/component/memory.js";
import {play, steps} from "/components/component/owner.js";
import {
  fill,
  opening as persistentOpening,
  readRequests,
  writeRequests,
} from "/components/component/persistent.js";
import {compared, sinceAll, values} from "/components/component/recorded.js";
import {readOps as readCache, run as runCache} from "/components/component/slots.js";
import {boot} from "../../../docs/src/runtime/index.js";

const docs = new URL("../../../docs/", import.meta.url);
const read = {
  list: (folder: string) => readdirSync(new URL(folder, docs)),
  text: (path: string) => readFileSync(new URL(path, docs), "utf8"),
};
const calls = (text: string) => run(readCalls(text).calls);
const signs = {none: ".", reserved: "r", prepared: "p", ready: "R"};
const states = (text: string) =>
  calls(text)
    .pages.map(p => signs[p.state])
    .join("");

describe("the machine", () => {
  test("goes each way that the drawing shows", () => {
    const seen = [
      "r0.4",
      "r0.4_m0.4h",
      "a*.4h",
      "r0.4_m0.4h_d0.4",
      "r0.4_m0.4h_d0.4_u0.4",
      "r0.4_m0.4h_x0.4",
      "r0.4_f0.4",
      "r0.4_m0.4h_f0.4h",
      "r0.4_m0.4h_d0.4_f0.4h",
    ].map(text => calls(text).done.at(-1)!);
    for (const {passages} of seen) expect(passages.map(p => p.usual)).toEqual([true]);
    const went = new Set(seen.map(d => `${d.passages[0]!.from} ${d.passages[0]!.to}`));
    expect(went).toEqual(new Set(ways.map(w => `${w.from} ${w.to}`)));
  });

  test("places what has no hint as high as possible, and what has one there or elsewhere", () => {
    expect(calls("a*.4o").done[0]!.granted).toBe(pageCount - 4);
    expect(calls("r8.4").done[0]!.granted).toBe(8);
    expect(calls("r8.4_r10.4").done[1]!.granted).toBe(pageCount - 4);
  });

  test("refuses what does not fit into any gap", () => {
    const {done} = calls("r8.40_r0.60");
    expect(done[1]!.granted).toBeNull();
    expect(plain(outcome(done[1]!))).toContain("refused");
  });

  test("changes the pages that are named and no others", () => {
    expect(states("r8.8_m8.4h_d10.1").slice(6, 18)).toBe("..RRpRrrrr..");
  });

  test("charges sysMap and sysAlloc, and neither sysReserve nor sysUnused", () => {
    const heap = (text: string) => calls(text).rt.memstats.heap_sys / pageSize;
    expect([heap("r0.8"), heap("r0.8_m0.8h"), heap("r0.8_m0.8h_d0.8"), heap("r0.8_m0.8h_f0.8h")]).toEqual([
      0, 8, 8, 0,
    ]);
    expect(calls("a*.3o").rt.memstats.other_sys).toBe(3 * pageSize);
  });

  test("shows when a caller names another statistic than before", () => {
    expect(audit(calls("r0.8_m0.8h_f0.8h"), "heap_sys")).toEqual({says: 0, is: 0});
    const machine = calls("r0.8_m0.8h_f0.8o");
    expect(audit(machine, "heap_sys")).toEqual({says: 8 * pageSize, is: 0});
    expect(audit(machine, "other_sys")).toEqual({says: -8 * pageSize, is: 0});
  });

  test("says of a way that the runtime never goes that it is none", () => {
    expect(plain(outcome(calls("m0.4h").done[0]!))).toContain("The runtime never does that");
  });

  test("names a call that it cannot make", () => {
    const call: Call = {letter: "m", at: 62, pages: 4, stat: "h"};
    expect(faultOf(call)).toMatch(/pages 62 to 65/);
    expect(faultOf({...call, at: null})).toMatch(/sysMap/);
    expect(faultOf({...call, pages: 0})).toMatch(/0 pages/);
    expect(written(call)).toBe("sysMap(page 62, 4 pages, &memstats.heap_sys)");
  });

  test("is written into an address and read back", () => {
    const call = fc.record({
      letter: fc.constantFrom(
        "r" as const,
        "m" as const,
        "d" as const,
        "u" as const,
        "f" as const,
        "x" as const,
      ),
      at: fc.nat(40),
      pages: fc.integer({min: 1, max: 20}),
      stat: fc.constantFrom("h" as const, "o" as const, "-" as const),
    });
    fc.assert(
      fc.property(fc.array(call, {maxLength: 10}), list => {
        expect(readCalls(writeCalls(list))).toEqual({calls: list, faults: []});
        expect(run(list).pages).toHaveLength(pageCount);
      }),
    );
    expect(readCalls("r60.9_zz_r0.1")).toMatchObject({
      calls: [{letter: "r", at: 0}],
      faults: [/r60\.9/, /zz/].map(m => expect.stringMatching(m)),
    });
    expect(readCalls(opening).faults).toEqual([]);
  });
});

describe("persistentalloc", () => {
  test("lays pieces one behind the other, and its first chunk begins with a link", () => {
    const {pieces} = fill(readRequests("100.0_100.0"));
    // Rounded up to a multiple of 8.
    expect(pieces.map(p => p.offset)).toEqual([8, 112]);
  });

  test("leaves out what alignment asks for", () => {
    expect(fill(readRequests("1.0_1.4096")).pieces[1]).toMatchObject({offset: 4096, gap: 4096 - 9});
  });

  test("throws away the rest of a chunk that is too short", () => {
    const {chunks, lost, off} = fill(readRequests("65535.0_65535.0_65535.0_65535.0"));
    expect([chunks.length, off]).toEqual([2, 8 + 65535]);
    // Three of them, each but the first behind a byte of alignment.
    expect(lost).toBe(262144 - (8 + 3 * 65535 + 2));
  });

  test("sends 65,536 bytes to the system, and 65,535 not", () => {
    expect(fill(readRequests("65535.0_65536.0")).pieces.map(p => p.chunk)).toEqual([0, -1]);
  });

  test("charges a chunk to other_sys and moves what is cut off", () => {
    const {rt} = fill(readRequests("1000.0m"));
    expect([rt.memstats.other_sys, rt.memstats.mspan_sys]).toEqual([262144 - 1000, 1000]);
  });

  test("throws for an alignment that is no power of two, and stops there", () => {
    const {pieces} = fill(readRequests("8.3_8.8"));
    expect(pieces.map(p => p.thrown?.message)).toEqual(["persistentalloc: align is not a power of 2"]);
  });

  test("in an address is read as it was written", () => {
    expect(writeRequests(readRequests(persistentOpening))).toBe(persistentOpening);
    expect(readRequests("x_5_7.8_9.9z")).toEqual([{size: 7, align: 8, stat: "other_sys"}]);
  });
});

describe("linearAlloc", () => {
  test("maps whole pages, just enough", () => {
    const {pieces, mapped, next} = runLinear(readLinear("3000.8_2000.8"));
    expect(pieces.map(p => [p.offset, p.mapped])).toEqual([
      [0, 4096],
      [3000, 4096],
    ]);
    expect([mapped, next]).toEqual([8192, 5000]);
  });

  test("returns zero when the range is full, and stays usable", () => {
    const {pieces} = runLinear(readLinear(`${linearPages * 4096 - 8}.8_16.8_8.8`));
    expect(pieces.map(p => p.offset)).toEqual([0, null, linearPages * 4096 - 8]);
  });

  test("leaves a last byte unmapped where next − 1 begins a page, as Go does", () => {
    expect(unmapped(runLinear([{size: 4097, align: 8}]))).toBe(1);
    expect(unmapped(runLinear([{size: 4104, align: 8}]))).toBe(0);
  });
});

describe("fixalloc", () => {
  test("hands out the record that came back last", () => {
    expect(runFix(readOps("a_a_a_1_3_a"), true).last!.number).toBe(3);
    expect(runFix(readOps("a_a_a_1_3"), true).list).toEqual([3, 1]);
  });

  test("links through first words, and the last link is nil", () => {
    const {slots} = runFix(readOps("a_a_a_1_3"), true);
    expect([slots[2]!.words[0], slots[0]!.words[0]]).toEqual([slots[0]!.address, 0]);
    expect(slots[2]!.words.slice(1)).toEqual(["C", "C", "C"]);
  });

  test("zeroes a record that is handed out again, or leaves all but its first word", () => {
    expect(runFix(readOps("a_1_a"), true).last!.words).toEqual([0, 0, 0, 0]);
    expect(runFix(readOps("a_1_a"), false).last!.words.slice(1)).toEqual(["A", "A", "A"]);
  });

  test("calls first for each record once", () => {
    expect(runFix(readOps("a_a_1_2_a_a_a"), true).firsts).toBe(3);
  });

  test("accounts for every byte of its chunk", () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constant("alloc" as const), fc.integer({min: 1, max: 8})), {maxLength: 30}),
        ops => {
          const {inuse, list, nchunk, slots, size, fit} = runFix(ops, true);
          expect(size).toBe(words * word);
          expect(inuse).toBe(slots.filter(s => s.inUse).length * size);
          expect(list).toHaveLength(slots.filter(s => !s.inUse).length);
          if (slots.length > 0) expect(inuse + list.length * size + nchunk).toBe(fit * size);
        },
      ),
    );
  });

  test("in an address is read as it was written, without what cannot be", () => {
    expect(writeOps(readOps("a_a_2_9_2_x"))).toBe("a_a_2");
    expect([letter(0), letter(25), letter(26)]).toEqual(["A", "Z", "A1"]);
  });
});

describe("the mcache", () => {
  test("gets a span for a class at the first object of it", () => {
    expect(runCache([]).filled.some(s => s.elemsize === 2048)).toBe(false);
    const {filled, last} = runCache([{size: 2048, scan: false}]);
    expect(filled.find(s => s.elemsize === 2048)).toMatchObject({spanclass: last, used: 1, nelems: 4});
  });

  test("is passed by a large object", () => {
    const before = runCache([]).filled;
    expect(runCache([{size: 40000, scan: false}])).toMatchObject({last: -1, filled: before});
  });

  test("has no span after a flush", () => {
    expect(runCache(["flush"])).toMatchObject({filled: [], tiny: {block: 0}});
  });

  test("reads its story from an address", () => {
    expect(readCache("n5_p16_f_p5_zz")).toEqual([{size: 5, scan: false}, {size: 16, scan: true}, "flush"]);
  });
});

describe("who has the mcache", () => {
  const all = steps.map((_, i) => play(i + 1));

  test("the thread does first, and P0 from procresize on", () => {
    expect(all[0]).toMatchObject({threads: [{mcache: all[0]!.first, p: null}], procs: []});
    for (const {procs, first} of all.slice(1)) expect(procs[0]!.mcache).toBe(first);
  });

  test("a thread has the mcache of its P, or none", () => {
    for (const {threads, procs} of all.slice(1)) {
      for (const t of threads) expect(t.mcache).toBe(t.p === null ? 0 : procs[t.p]!.mcache);
    }
  });

  test("no two threads share one, and m0 ends up with another than it began with", () => {
    for (const {threads} of all) {
      const held = threads.map(t => t.mcache).filter(a => a !== 0);
      expect(new Set(held).size).toBe(held.length);
    }
    expect(all.at(-1)!.threads[0]!.mcache).not.toBe(all[0]!.first);
  });
});

describe("the regions of a process", () => {
  test.each(["amd64", "386"] as const)("on %s add up to the statistics", goarch => {
    const rt = boot({goarch});
    const all = rows(rt);
    const found = sums(all);
    expect(all.filter(r => r.what === "")).toEqual([]);
    const {heap_sys, stacks_inuse, gc_sys, other_sys, mspan_sys, mcache_sys, buckhash_sys} = rt.memstats;
    expect(found.get("heap_sys")).toBe(heap_sys + stacks_inuse);
    // Parts of a chunk, and the sizes of what is no whole page, are charged elsewhere than their region.
    const small = gc_sys + other_sys + mspan_sys + mcache_sys + buckhash_sys;
    const regions = (found.get("gc_sys") ?? 0) + (found.get("other_sys") ?? 0);
    expect(regions - small).toBeGreaterThanOrEqual(0);
    expect(regions - small).toBeLessThan(2 * 4096);
  });
});

describe("what was recorded", () => {
  test("counts each component, and nothing differs", () => {
    const {recordings, counts} = compared(read);
    expect(recordings).toBe(6);
    for (const [name, c] of counts) {
      expect([name, c.differing]).toEqual([name, 0]);
      expect(c.equal).toBeGreaterThan(20);
    }
  });

  test("later releases count whole records of a chunk", () => {
    const [before, ...after] = sinceAll(read);
    expect(before).toMatchObject({fixallocs: 6, hintChunk: 16384, stat: "uint64 *"});
    expect(after.at(-1)!.hintChunk % 24).toBe(0);
  });

  test("the text has a value for each number, and none of them is broken", () => {
    expect(Object.entries(values(read)).filter(([, text]) => /NaN|undefined|Infinity|^$/.test(text))).toEqual(
      [],
    );
  });
});
