// The constants that go1.12 computes for each platform. The tables are those of the comments in Go's malloc.go.

import {describe, expect, test} from "vitest";
import {type Configuration, configure, release} from "../../src/releases/index.js";

const go1_12 = release("go1.12");
const all = go1_12.platforms.map(platform => {
  const [goos, goarch] = platform.split("/");
  return configure(go1_12, goos!, goarch!);
});
const on = (goos: string, goarch: string) => configure(go1_12, goos, goarch);
const nameOf = ({goos, goarch}: Configuration) => `${goos}/${goarch}`;

const MiB = 2 ** 20;

describe("address bits, arena size and index", () => {
  // Platform, address bits, arena size, L1 entries, L2 entries.
  test.each([
    ["linux", "amd64", 48, 64 * MiB, 1, 4 * MiB],
    ["linux", "arm64", 48, 64 * MiB, 1, 4 * MiB],
    ["linux", "s390x", 48, 64 * MiB, 1, 4 * MiB],
    ["darwin", "arm64", 48, 64 * MiB, 1, 4 * MiB],
    // Go's comment says 4M entries here; its formula, 60 - 28 - 12 bits, says 1M.
    ["aix", "ppc64", 60, 256 * MiB, 4096, MiB],
    ["windows", "amd64", 48, 4 * MiB, 64, MiB],
    ["linux", "386", 32, 4 * MiB, 1, 1024],
    ["linux", "arm", 32, 4 * MiB, 1, 1024],
    ["linux", "mips", 31, 4 * MiB, 1, 512],
    ["linux", "mipsle", 31, 4 * MiB, 1, 512],
    ["js", "wasm", 32, 64 * MiB, 1, 64],
  ])("%s/%s: %i bits, %i bytes, %i by %i", (goos, goarch, bits, arena, l1, l2) => {
    const c = on(goos, goarch).constants;
    expect(c.heapAddrBits).toBe(bits);
    expect(c.heapArenaBytes).toBe(arena);
    expect([2 ** c.arenaL1Bits, 2 ** c.arenaL2Bits]).toEqual([l1, l2]);
  });

  test("address space is arena size times L1 entries times L2 entries, everywhere", () => {
    for (const {constants: c, ...platform} of all)
      expect(
        c.heapArenaBytes * 2 ** c.arenaL1Bits * 2 ** c.arenaL2Bits,
        nameOf(platform as Configuration),
      ).toBe(2 ** c.heapAddrBits);
  });

  test("the bits of both levels add up, and the shift is the second's", () => {
    for (const {constants: c} of all) {
      expect(c.arenaBits).toBe(c.arenaL1Bits + c.arenaL2Bits);
      expect(c.arenaL1Shift).toBe(c.arenaL2Bits);
      expect(2 ** c.logHeapArenaBytes).toBe(c.heapArenaBytes);
    }
  });

  test("the largest allocation is one less than all addresses on 32-bit, where these do not fit into a word", () => {
    expect(on("linux", "386").constants.maxAlloc).toBe(2 ** 32 - 1);
    expect(on("linux", "mips").constants.maxAlloc).toBe(2 ** 31 - 1);
    expect(on("linux", "amd64").constants.maxAlloc).toBe(2 ** 48);
    expect(on("js", "wasm").constants.maxAlloc).toBe(2 ** 32);
  });

  test("amd64 alone counts arenas from the middle, on every system", () => {
    for (const config of all)
      expect(config.constants.arenaBaseOffset, nameOf(config)).toBe(config.goarch === "amd64" ? 2 ** 47 : 0);
  });

  test("a heap bitmap has 2 bits for each word of an arena, and is a power of two", () => {
    for (const {constants: c, arch} of all) {
      expect(c.heapArenaBitmapBytes).toBe(((c.heapArenaBytes / arch.PtrSize) * 2) / 8);
      expect(Number.isInteger(Math.log2(c.heapArenaBitmapBytes))).toBe(true);
    }
  });

  test("an arena is whole pages of 8 KiB", () => {
    for (const {constants: c} of all) expect(c.pagesPerArena * 8192).toBe(c.heapArenaBytes);
  });
});

describe("stacks", () => {
  // OS, FixedStack, NumStackOrders.
  test.each([
    ["linux", "amd64", 2048, 4],
    ["linux", "386", 2048, 4],
    ["darwin", "amd64", 2048, 4],
    ["windows", "amd64", 8192, 2],
    // 2048 + 1024 for the system, rounded up to a power of two.
    ["darwin", "arm64", 4096, 4],
  ])("on %s/%s the smallest has %i bytes, and %i sizes are cached", (goos, goarch, fixed, orders) => {
    const c = on(goos, goarch).constants;
    expect(c._FixedStack).toBe(fixed);
    expect(c._NumStackOrders).toBe(orders);
  });
});

describe("central lists", () => {
  test("each fills whole cache lines, so that no two locks share one", () => {
    for (const config of all) {
      const field = config.layouts.of("mheap").fields.find(f => f.name === "central")!;
      const stride = field.size / 134;
      expect(stride % config.arch.CacheLinePadSize, nameOf(config)).toBe(0);
      expect(stride).toBeGreaterThan(config.layouts.sizeof("mcentral"));
    }
  });

  test("one that fills its lines exactly gets a whole line of padding, as Go's formula has it", () => {
    // On arm an mcentral has 32 bytes and a line has 32.
    const {layouts} = on("linux", "arm");
    expect(layouts.sizeof("mcentral")).toBe(32);
    expect(layouts.of("mheap").fields.find(f => f.name === "central")!.size / 134).toBe(64);
  });
});

describe("structs", () => {
  test("64-bit fields that are accessed atomically are aligned to 8 bytes on 32-bit too", () => {
    // sync/atomic needs it; mheap has a field of padding for the purpose.
    for (const goarch of ["386", "arm", "mips"]) {
      const {fields} = on("linux", goarch).layouts.of("mheap");
      for (const name of ["pagesInUse", "pagesSwept", "reclaimIndex"])
        expect(fields.find(f => f.name === name)!.offset % 8, `${goarch} ${name}`).toBe(0);
    }
  });

  test("the link of a free record fits into every record, and so do its first words", () => {
    for (const {layouts, arch} of all)
      for (const struct of [
        "mspan",
        "mcache",
        "treapNode",
        "specialfinalizer",
        "specialprofile",
        "arenaHint",
      ])
        expect(layouts.sizeof(struct)).toBeGreaterThanOrEqual(arch.PtrSize);
  });

  test("what memstats counts is 64 bits wide, on 32-bit too", () => {
    const {fields} = on("linux", "386").layouts.of("mstats");
    expect(fields.find(f => f.name === "other_sys")).toMatchObject({type: "uint64", size: 8});
  });
});

test("sysMap leaves memory ready in go1.12: prepared came later", () => {
  expect(go1_12.sysMapLeaves).toBe("ready");
});
