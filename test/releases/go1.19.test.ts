// What go1.19 computes for each platform, by the tables of the comments in Go's malloc.go and by arithmetic.

import {describe, expect, test} from "vitest";
import {configure, release} from "../../src/releases/index.js";

const go1_19 = release("go1.19");
const all = go1_19.platforms.map(platform => {
  const [goos, goarch] = platform.split("/");
  return configure(go1_19, goos!, goarch!);
});
const on = (goos: string, goarch: string) => configure(go1_19, goos, goarch);

const MiB = 2 ** 20;

describe("address bits, arena size and index", () => {
  // Platform, address bits, arena size, L1 entries, L2 entries.
  test.each([
    ["linux", "amd64", 48, 64 * MiB, 1, 4 * MiB],
    ["linux", "riscv64", 48, 64 * MiB, 1, 4 * MiB],
    ["darwin", "arm64", 48, 64 * MiB, 1, 4 * MiB],
    ["ios", "arm64", 40, 4 * MiB, 1, 256 * 1024],
    ["windows", "amd64", 48, 4 * MiB, 64, MiB],
    ["windows", "386", 32, 4 * MiB, 1, 1024],
    ["linux", "arm", 32, 4 * MiB, 1, 1024],
    ["linux", "mips", 31, 4 * MiB, 1, 512],
    ["js", "wasm", 32, 4 * MiB, 1, 1024],
  ])("%s/%s: %i bits, %i bytes, %i by %i", (goos, goarch, bits, arena, l1, l2) => {
    const c = on(goos, goarch).constants;
    expect(c.heapAddrBits).toBe(bits);
    expect(c.heapArenaBytes).toBe(arena);
    expect([2 ** c.arenaL1Bits, 2 ** c.arenaL2Bits]).toEqual([l1, l2]);
  });

  test("what is added to an address is what Go subtracts, modulo 2^64", () => {
    for (const {constants: c, goos, goarch} of all) {
      const sum = BigInt(c.arenaBaseOffset) + BigInt(c.arenaBaseOffsetUintptr!);
      expect(sum % 2n ** 64n, `${goos}/${goarch}`).toBe(0n);
    }
  });
});

describe("summaries", () => {
  test("of all levels together cover the address space, in chunks of 512 pages", () => {
    for (const {constants: c, goos, goarch} of all) {
      const bits = c.summaryL0Bits! + (c.summaryLevels! - 1) * c.summaryLevelBits! + c.logPallocChunkBytes!;
      expect(bits, `${goos}/${goarch}`).toBe(c.heapAddrBits);
      expect(c.pallocChunkBytes).toBe(512 * c._PageSize);
    }
  });

  test("have five levels where addresses are long, and four where they are short", () => {
    for (const {constants: c, goos, goarch} of all)
      expect(c.summaryLevels, `${goos}/${goarch}`).toBe(c.heapAddrBits > 32 ? 5 : 4);
  });

  test("can count every page below an entry of the first level", () => {
    for (const {constants: c} of all)
      expect(2 ** c.logMaxPackedValue! * c._PageSize * 2 ** c.summaryL0Bits!).toBe(2 ** c.heapAddrBits);
  });
});

describe("structs", () => {
  test("atomic 64-bit fields are aligned to 8 bytes on 32-bit, too", () => {
    for (const goarch of ["386", "arm", "mips"])
      for (const struct of ["mheap", "gcControllerState", "pageAlloc"]) {
        const atomics = on("linux", goarch)
          .layouts.of(struct)
          .fields.filter(({type}) => /^atomic\.(Uint64|Int64|Float64)$/.test(type));
        for (const {name, offset} of atomics) expect(offset % 8, `${goarch} ${struct}.${name}`).toBe(0);
      }
  });

  test("a P is scanned up to its timers", () => {
    // Behind timers stand counters; before it the caches of spans, which are not on the heap.
    const {layouts} = on("linux", "amd64");
    const fields = layouts.of("p").fields;
    const at = (name: string) => fields.find(f => f.name === name)!.offset;
    const pointers = layouts.pointers("p");
    expect(Math.max(...pointers)).toBe(at("timers"));
    expect(pointers).toContain(at("deferpool"));
    expect(pointers).not.toContain(at("mcache"));
    expect(pointers).not.toContain(at("link"));
    expect(pointers.filter(p => p >= at("mspancache") && p < at("tracebuf"))).toEqual([]);
  });

  test("every struct of every platform can be laid out", () => {
    for (const {layouts} of all) {
      for (const name of layouts.names()) expect(layouts.sizeof(name)).toBeGreaterThanOrEqual(0);
      for (const type of Object.keys(layouts.named())) expect(layouts.extent(type).size).toBeGreaterThan(0);
    }
  });
});

test("the race detector decides where hints lie before the platform does", () => {
  for (const config of all) {
    const rule = go1_19.hints(config, {race: true, vmaBits: 48, heapRandSeed: null}, config.constants);
    expect([rule.address(0), rule.below]).toEqual([0xc000000000, 0xe000000000]);
  }
});
