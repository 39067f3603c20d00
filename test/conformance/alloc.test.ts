// Scripts of allocations: the recorded ones, address by address and field by field, and further ones of which Go's
// source says what must happen.

import {describe, expect, test} from "vitest";
import {replayScript} from "../../src/capture/index.js";
import {
  type BootOptions,
  boot,
  collect,
  mallocgc,
  ReadMemStats,
  type Runtime,
} from "../../src/runtime/index.js";
import {findObject} from "../../src/runtime/mbitmap.js";
import {sweepone} from "../../src/runtime/mgcsweep.js";
import {grow} from "../../src/runtime/mheap_alloc.js";
import {typeOf} from "../../src/runtime/type.js";
import {leafPaths} from "../capture/sample.js";
import {type Allocation, further, scriptFile, scriptFilesOf} from "../capture/scripts.js";
import {hintAddresses, MiB} from "../runtime/fixtures.js";
import {recount} from "../runtime/recount.js";

const files = [...scriptFilesOf("1.12.17"), ...scriptFilesOf("1.19.8")];
const recorded = files.flatMap(file =>
  Object.keys(scriptFile(file).scripts).map(name => [file, name] as const),
);

test("there are scripts of two releases, of amd64 and 386, more than ten thousand allocations in all", () => {
  expect(files).toEqual(
    expect.arrayContaining(["linux-386-go1.12.17", "linux-amd64-go1.12.17", "linux-amd64-go1.19.8"]),
  );
  const ops = recorded.map(([file, name]) => scriptFile(file).scripts[name]!.ops.length);
  expect(ops.reduce((a, b) => a + b)).toBeGreaterThan(10_000);
});

describe.each(recorded)("%s: %s", (fileName, name) => {
  const file = scriptFile(fileName);
  const script = file.scripts[name]!;
  const {ops, mismatches, state} = replayScript(file, name);
  const {state_after, MemStats_after, MemStats_delta} = script;
  const fields = leafPaths({state_after, MemStats_after, MemStats_delta} as never).length;

  test(`all ${script.ops.length} allocations have the recorded address`, () => {
    expect(mismatches).toBe(0);
    expect(ops.map(({size, scan, rel}) => [size, Number(scan), rel])).toEqual(script.ops);
  });

  test("no field of the state, of MemStats, or of what changed in it differs", () => {
    expect(state.differing).toEqual([]);
    expect(state.unmodelled).toEqual([]);
  });

  test("what is ignored are roots of treaps and the place of a reservation", () => {
    const shapes = new Set(state.ignored.map(({path}) => path.replace(/\.\d+/g, ".*")));
    expect(["freelists.free_treap.*.root", "freelists.scav_treap.*.root", "heapArenaAlloc.next"]).toEqual(
      expect.arrayContaining([...shapes]),
    );
    expect(state.ignored.length).toBeLessThan(6);
  });

  test(`${fields} fields are accounted for`, () => {
    expect(state.equal.length + state.ignored.length).toBe(fields);
    expect(state.equal.length).toBeGreaterThan(650);
  });
});

/** Runs a script on a fresh heap, without sampling, after reading MemStats as the recorder does. */
function run(script: readonly Allocation[], options: BootOptions = {}) {
  const rt = boot(options);
  rt.MemProfileRate = 0;
  const before = ReadMemStats(rt);
  const pointer = typeOf(rt, "*int");
  return {rt, before, at: script.map(([size, scan]) => mallocgc(rt, size, scan ? pointer : null))};
}

describe.each([{goarch: "amd64"}, {goarch: "386"}])("further scripts on $goarch", options => {
  describe.each(Object.entries(further))("%s", (_, script) => {
    const {rt, before, at} = run(script, options);

    test("every account agrees, before MemStats are read and after", () => {
      expect(recount(rt)).toEqual([]);
      ReadMemStats(rt);
      expect(recount(rt)).toEqual([]);
    });

    test("each object lies in a block of its own; only tiny ones share theirs", () => {
      const blocks = new Map<number, Allocation[]>();
      at.forEach((x, i) => {
        const found = findObject(rt, x)!;
        const [size, scan] = script[i]!;
        expect(x + size).toBeLessThanOrEqual(found.base + found.s.elemsize);
        if (scan || size >= 16) expect(x).toBe(found.base);
        blocks.set(found.base, [...(blocks.get(found.base) ?? []), [size, scan]]);
      });
      for (const sharing of blocks.values()) {
        if (sharing.length === 1) continue;
        expect(sharing.every(([size, scan]) => size < 16 && !scan)).toBe(true);
        expect(sharing.reduce((n, [size]) => n + size, 0)).toBeLessThanOrEqual(16);
      }
    });

    test("objects with pointers are in spans of odd class, those without in spans of even class, or the reverse", () => {
      // Class * 2, plus 1 for noscan.
      at.forEach((x, i) => {
        expect(findObject(rt, x)!.s.spanclass & 1).toBe(script[i]![1] ? 0 : 1);
      });
    });

    test("MemStats count every object, and the bytes of their blocks", () => {
      const [a, b] = [before, ReadMemStats(rt)];
      const blocks = new Map(at.map(x => [findObject(rt, x)!.base, findObject(rt, x)!.s.elemsize]));
      expect(b.Mallocs - a.Mallocs).toBe(script.length);
      expect(b.TotalAlloc - a.TotalAlloc).toBe([...blocks.values()].reduce((n, size) => n + size, 0));
      expect(b.HeapObjects - a.HeapObjects).toBe(blocks.size);
      expect(b.Frees - a.Frees).toBe(script.length - blocks.size);
    });
  });
});

describe("boundaries", () => {
  test("32768 bytes are the largest object that comes from a class; one more takes whole pages", () => {
    const {rt, at} = run([
      [32768, false],
      [32769, false],
    ]);
    const [small, large] = at.map(x => findObject(rt, x)!.s);
    expect([small!.spanclass >> 1, small!.npages]).toEqual([66, 4]);
    expect([large!.spanclass >> 1, large!.npages, large!.elemsize]).toEqual([0, 5, 40960]);
    expect(large!.limit).toBe(large!.base() + 32769);
  });

  test("1024 bytes and 1025 lie on both sides of the two tables, and of two classes", () => {
    const {rt, at} = run([1016, 1017, 1024, 1025].map(size => [size, false]));
    expect(at.map(x => findObject(rt, x)!.s.elemsize)).toEqual([1024, 1024, 1024, 1152]);
  });
});

describe("growing on amd64", () => {
  const first = 0xc000000000;
  const arenas = (rt: Runtime) => rt.mheap_.allArenas.elems.map(ai => rt.mheap_.arenaBase(ai));

  test("the 64th object of 1 MiB takes a second arena right behind the first, and the hint moves on", () => {
    const {rt, at} = run(Array(63).fill([MiB, false]));
    expect(arenas(rt)).toEqual([first]);
    expect(hintAddresses(rt)[0]).toBe(first + 64 * MiB);
    at.push(mallocgc(rt, MiB, null));
    expect(arenas(rt)).toEqual([first, first + 64 * MiB]);
    expect(at[63]).toBe(first + 64 * MiB);
    expect(hintAddresses(rt).slice(0, 2)).toEqual([first + 128 * MiB, 0x1c000000000]);
    expect(rt.mheap_.arenaHintAlloc.inuse / rt.mheap_.arenaHintAlloc.size).toBe(128);
  });

  test("heap_sys grows by whole arenas, and 100 MiB take two", () => {
    const {rt} = run(Array(70).fill([MiB, false]));
    const before = ReadMemStats(rt);
    expect(before.HeapSys + before.StackInuse).toBe(128 * MiB);
    mallocgc(rt, 100 * MiB, null);
    const after = ReadMemStats(rt);
    expect(after.HeapSys - before.HeapSys).toBe(128 * MiB);
    expect(arenas(rt)).toHaveLength(4);
    expect(after.HeapInuse - before.HeapInuse).toBe(100 * MiB);
  });

  test("what the first arena had left is returned to the system when the second is mapped", () => {
    const {rt} = run(Array(63).fill([MiB, false]));
    const left = rt.memstats.heap_idle;
    expect([left < MiB, rt.memstats.heap_released]).toEqual([true, 0]);
    mallocgc(rt, MiB, null);
    expect(rt.memstats.heap_released).toBe(left);
    expect(rt.mheap_.scav.start()!.spanKey!.npages * 8192).toBe(left);
    // It was less than what was mapped: nothing to have to one's credit.
    expect(rt.mheap_.scavengeCredit).toBe(0);
  });

  test("with credit for all that is mapped, nothing is returned, and the new pages merge with those left", () => {
    const {rt} = run(Array(63).fill([MiB, false]));
    rt.mheap_.scavengeCredit = 64 * MiB;
    const left = rt.memstats.heap_idle / 8192;
    const x = mallocgc(rt, MiB, null);
    expect(x).toBe(first + 64 * MiB - left * 8192);
    expect([rt.memstats.heap_released, rt.mheap_.scavengeCredit]).toEqual([0, 0]);
    expect(recount(rt)).toEqual([]);
  });

  test("a span may reach from one arena into the next", () => {
    const {rt, at} = run([...Array(70).fill([MiB, false]), [100 * MiB, false]] as Allocation[]);
    const s = findObject(rt, at[70]! + 99 * MiB)!.s;
    expect([s.base(), s.npages]).toEqual([at[70], 12800]);
    expect(rt.mheap_.arenaIndex(s.base())).toBeLessThan(rt.mheap_.arenaIndex(s.limit - 1));
  });

  test("the best fit is the smallest span that is large enough: behind the 100 MiB, not in the scavenged rest", () => {
    const {at} = run(further["arena-growth"]!);
    expect(at[71]).toBe(at[70]! + 100 * MiB);
  });

  test("mapping 128 MiB returns all 63 MiB that were free, and leaves no credit", () => {
    const {rt, at} = run([20, 1, 20, 1].map(n => [n * MiB, false]));
    collect(rt, [at[1]!, at[3]!]);
    while (sweepone(rt) !== -1);
    const free = rt.memstats.heap_idle;
    mallocgc(rt, 70 * MiB, null);
    expect([rt.memstats.heap_released, rt.mheap_.scavengeCredit]).toEqual([free, 0]);
    expect(recount(rt)).toEqual([]);
  });
});

describe("growing on 386", () => {
  const options = {goarch: "386"};

  test("takes arenas of 4 MiB from the reservation, one after the other", () => {
    const {rt} = run(further["arena-growth"]!, options);
    const bases = rt.mheap_.allArenas.elems.map(ai => rt.mheap_.arenaBase(ai));
    expect(bases.length).toBeGreaterThan(170 / 4);
    bases.forEach((base, i) => {
      expect(base).toBe(bases[0]! + i * 4 * MiB);
    });
    expect(rt.mheap_.arena.mapped).toBe(bases[0]! + bases.length * 4 * MiB);
    expect(rt.memstats.heap_sys + rt.memstats.stacks_inuse).toBe(bases.length * 4 * MiB);
  });

  test("100 MiB take 25 arenas at once", () => {
    const {rt} = run([], options);
    const {len} = rt.mheap_.allArenas;
    mallocgc(rt, 100 * MiB, null);
    expect(rt.mheap_.allArenas.len).toBe(len + 25);
  });

  test("goes to the hint when the reservation of 512 MiB has no room for as much", () => {
    const {rt} = run(Array(5).fill([100 * MiB, false]), options);
    const {arena} = rt.mheap_;
    const hint = hintAddresses(rt)[0]!;
    expect(hint).toBe(arena.end);
    const x = mallocgc(rt, 100 * MiB, null);
    expect(x).toBe(hint);
    expect(hintAddresses(rt)).toEqual([hint + 100 * MiB]);
    // What is left of the reservation serves smaller ones.
    const {next} = arena;
    expect(mallocgc(rt, 7 * MiB, null)).toBe(next);
    expect(recount(rt)).toEqual([]);
  });

  test("mapping 4 MiB returns the largest free span, and what that is more is credit for the next time", () => {
    const {rt} = run([], options);
    rt.mheap_.scavengeCredit = 2 ** 30;
    const at = [10, 1, 10, 1].map(n => mallocgc(rt, n * MiB, null));
    collect(rt, [at[1]!, at[3]!]);
    while (sweepone(rt) !== -1);
    rt.mheap_.scavengeCredit = 0;
    const largest = rt.mheap_.free.end()!.spanKey!.npages * 8192;
    const account = () => {
      grow(rt.mheap_, 1);
      return [rt.memstats.heap_released, rt.mheap_.scavengeCredit];
    };
    expect(account()).toEqual([largest, largest - 4 * MiB]);
    expect(account()).toEqual([largest, largest - 8 * MiB]);
    expect(recount(rt)).toEqual([]);
  });

  test("metadata of arenas comes from the reservation made for it", () => {
    const {rt} = run([[100 * MiB, false]], options);
    const {next} = rt.mheap_.heapArenaAlloc;
    const {address} = rt.mheap_.arenaOf(rt.mheap_.arenaBase(rt.mheap_.allArenas.elems.at(-1)!))!;
    expect(address + rt.sizeof("heapArena")).toBe(next);
  });
});
