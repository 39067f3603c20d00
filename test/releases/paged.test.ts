// What the releases with the page allocator compute for each platform, by the tables of the comments in Go's malloc.go and
// by arithmetic.

import {describe, expect, test} from "vitest";
import {type Configuration, configure, release, releases} from "../../src/releases/index.js";

const paged = Object.values(releases).filter(({freePages}) => freePages === "pageAlloc");
const all = paged.flatMap(each =>
  each.platforms.map(platform => {
    const [goos, goarch] = platform.split("/");
    return configure(each, goos!, goarch!);
  }),
);
const on = (name: string, goos: string, goarch: string) => configure(release(name), goos, goarch);
const nameOf = ({release: {name}, goos, goarch}: Configuration) => `${name} ${goos}/${goarch}`;

const MiB = 2 ** 20;

test("are four of five", () => {
  expect(paged.map(({name}) => name)).toEqual(["go1.15", "go1.19", "go1.24", "go1.27"]);
});

describe("address bits, arena size and index", () => {
  // Release, platform, address bits, arena size, L1 entries, L2 entries.
  test.each([
    ["go1.15", "linux", "amd64", 48, 64 * MiB, 1, 4 * MiB],
    ["go1.15", "darwin", "arm64", 33, 64 * MiB, 1, 128],
    ["go1.15", "js", "wasm", 32, 4 * MiB, 1, 1024],
    ["go1.19", "linux", "riscv64", 48, 64 * MiB, 1, 4 * MiB],
    ["go1.19", "darwin", "arm64", 48, 64 * MiB, 1, 4 * MiB],
    ["go1.19", "ios", "arm64", 40, 4 * MiB, 1, 256 * 1024],
    ["go1.19", "linux", "mips", 31, 4 * MiB, 1, 512],
    ["go1.24", "windows", "amd64", 48, 4 * MiB, 64, MiB],
    ["go1.24", "windows", "386", 32, 4 * MiB, 1, 1024],
    ["go1.24", "linux", "loong64", 48, 64 * MiB, 1, 4 * MiB],
    ["go1.24", "wasip1", "wasm", 32, 4 * MiB, 1, 1024],
    ["go1.27", "aix", "ppc64", 48, 64 * MiB, 1, 4 * MiB],
    ["go1.27", "linux", "arm", 32, 4 * MiB, 1, 1024],
    ["go1.27", "js", "wasm", 32, MiB / 2, 1, 8192],
  ])("%s %s/%s: %i bits, %i bytes, %i by %i", (name, goos, goarch, bits, arena, l1, l2) => {
    const c = on(name, goos, goarch).constants;
    expect(c.heapAddrBits).toBe(bits);
    expect(c.heapArenaBytes).toBe(arena);
    expect([2 ** c.arenaL1Bits, 2 ** c.arenaL2Bits]).toEqual([l1, l2]);
  });

  test("what is added to an address is what Go subtracts, modulo 2^64", () => {
    for (const config of all) {
      const {arenaBaseOffset, arenaBaseOffsetUintptr} = config.constants;
      const sum = BigInt(arenaBaseOffset) + BigInt(arenaBaseOffsetUintptr!);
      expect(sum % 2n ** 64n, nameOf(config)).toBe(0n);
    }
  });

  test("the limit of amd64 addresses is 2^47 above and below zero; AIX starts at 0x0a00 << 48", () => {
    expect(on("go1.24", "linux", "amd64").constants.arenaBaseOffsetUintptr).toBe(0xffff800000000000);
    expect(on("go1.24", "aix", "ppc64").constants.arenaBaseOffsetUintptr).toBe(0x0a00000000000000);
  });
});

describe("summaries", () => {
  test("of all levels together cover the address space, in chunks", () => {
    for (const config of all) {
      const {constants: c} = config;
      const bits = c.summaryL0Bits! + (c.summaryLevels! - 1) * c.summaryLevelBits! + c.logPallocChunkBytes!;
      expect(bits, nameOf(config)).toBe(c.heapAddrBits);
      expect(c.pallocChunkBytes).toBe(c.pallocChunkPages! * c._PageSize);
    }
  });

  test("have five levels where addresses are long, and four where they are short", () => {
    for (const config of all)
      expect(config.constants.summaryLevels, nameOf(config)).toBe(config.constants.heapAddrBits > 33 ? 5 : 4);
  });

  test("can count every page below an entry of the first level", () => {
    for (const {constants: c} of all)
      expect(2 ** c.logMaxPackedValue! * c._PageSize * 2 ** c.summaryL0Bits!).toBe(2 ** c.heapAddrBits);
  });

  test("an arena is a whole number of chunks, and of what is swept and reclaimed at a time", () => {
    for (const config of all) {
      const {constants: c} = config;
      const parts = [c.pallocChunkPages!, c.pagesPerSpanRoot!, c.pagesPerReclaimerChunk!];
      expect(
        parts.map(pages => c.pagesPerArena % pages),
        nameOf(config),
      ).toEqual([0, 0, 0]);
    }
  });
});

describe("structs", () => {
  test("atomic 64-bit fields are aligned to 8 bytes on 32-bit, too", () => {
    let count = 0;
    for (const config of all.filter(({arch}) => arch.PtrSize === 4))
      for (const struct of ["mheap", "gcControllerState", "pageAlloc"])
        for (const {name, type, offset} of config.layouts.of(struct).fields)
          if (/^atomic\.(Uint64|Int64|Float64)$/.test(type)) {
            count++;
            expect(offset % 8, `${nameOf(config)} ${struct}.${name}`).toBe(0);
          }
    expect(count).toBeGreaterThan(100);
  });

  test("every struct of every platform can be laid out, and the link of a free record fits into each", () => {
    for (const config of all) {
      const {layouts, arch} = config;
      for (const name of layouts.names()) expect(layouts.sizeof(name)).toBeGreaterThanOrEqual(0);
      for (const type of Object.keys(layouts.named())) expect(layouts.extent(type).size).toBeGreaterThan(0);
      for (const [, record] of config.release.fixallocs)
        expect(layouts.sizeof(record), `${nameOf(config)} ${record}`).toBeGreaterThanOrEqual(arch.PtrSize);
    }
  });

  // As Go's compilers wrote them into the type descriptors of package runtime: size, and bytes that are scanned.
  test.each([
    ["go1.15", "amd64", {g: [376, 360], p: [10216, 10104], m: [992, 680], sudog: [88, 88], timer: [72, 48]}],
    ["go1.15", "386", {g: [216, 204], p: [5208, 5116], m: [548, 388], sudog: [56, 56], timer: [48, 32]}],
    [
      "go1.19",
      "amd64",
      {g: [392, 376], p: [8912, 8848], m: [1008, 680], _defer: [72, 56], workbuf: [2048, 0]},
    ],
    ["go1.19", "386", {g: [240, 224], p: [4544, 4496], m: [564, 392], _defer: [36, 28], bucket: [24, 0]}],
    ["go1.24", "amd64", {g: [440, 400], p: [8952, 8912], m: [1808, 800], sudog: [88, 88], timer: [88, 72]}],
    ["go1.24", "386", {g: [280, 244], p: [4600, 4556], m: [1896, 468], _defer: [24, 24], timer: [56, 48]}],
    ["go1.27", "amd64", {g: [456, 400], p: [15920, 13688], m: [1832, 1832], sudog: [104, 96]}],
    ["go1.27", "386", {g: [288, 248], p: [8400, 8296], m: [1240, 1240], timer: [60, 52], sudog: [64, 60]}],
  ] as const)("%s linux/%s: %j bytes, and bytes up to the last pointer", (name, goarch, facts) => {
    const {layouts, arch} = on(name, "linux", goarch);
    for (const [struct, [size, scanned]] of Object.entries(facts)) {
      expect(layouts.sizeof(struct), struct).toBe(size);
      const pointers = layouts.pointers(struct);
      expect(pointers.length === 0 ? 0 : Math.max(...pointers) + arch.PtrSize, struct).toBe(scanned);
    }
  });

  test("what a P has of spans, caches and other Ps does not keep them alive: they are not on the heap, or not pointers", () => {
    const {layouts} = on("go1.19", "linux", "amd64");
    const {fields} = layouts.of("p");
    const pointers = layouts.pointers("p");
    const within = (name: string) => {
      const {offset, size} = fields.find(f => f.name === name)!;
      return pointers.filter(p => p >= offset && p < offset + size).length;
    };
    expect(["link", "m", "mcache", "mspancache", "gcw"].map(within)).toEqual([0, 0, 0, 0, 0]);
    expect(["deferpool", "deferpoolbuf", "sudogbuf", "timers"].map(within)).toEqual([1, 32, 128, 1]);
  });
});

describe("hints", () => {
  const input = {race: false, vmaBits: 48, heapRandSeed: null};
  const first = (config: Configuration, changes = {}) =>
    config.release.hints(config, {...input, ...changes}, config.constants).address(0);

  test("follow the race detector before the platform since go1.19, and after it in go1.15", () => {
    for (const name of ["go1.19", "go1.24", "go1.27"])
      expect(first(on(name, "linux", "arm64"), {race: true}), name).toBe(0xc000000000);
    expect(first(on("go1.15", "linux", "arm64"), {race: true})).toBe(0x4000000000);
  });

  test("are lower on iOS, which was darwin/arm64", () => {
    expect(first(on("go1.15", "darwin", "arm64"))).toBe(0x130000000);
    expect(first(on("go1.19", "ios", "arm64"))).toBe(0x130000000);
    expect(first(on("go1.19", "darwin", "arm64"))).toBe(0x4000000000);
  });

  test("of go1.27 on riscv64 are lower where an address has 39 bits", () => {
    expect(first(on("go1.27", "linux", "riscv64"), {vmaBits: 39})).toBe(0x130000000);
    expect(first(on("go1.24", "linux", "riscv64"), {vmaBits: 39})).toBe(0xc000000000);
  });

  test("are left to chance in go1.27 before the platform is asked", () => {
    const arm64 = on("go1.27", "linux", "arm64");
    expect(first(arm64, {heapRandSeed: 0n})).toBe(0);
    expect(first(arm64, {heapRandSeed: 1n << 63n})).toBe(2 ** 46);
    expect(first(arm64, {heapRandSeed: 1n << 63n, race: true})).toBe(0xc000000000);
  });

  test("are kept for user arenas by half, or by a quarter with the race detector, since go1.20", () => {
    const from = (name: string, race: boolean) => {
      const config = on(name, "linux", "amd64");
      return config.release.hints(config, {...input, race}, config.constants).userFrom;
    };
    expect(["go1.15", "go1.19", "go1.24", "go1.27"].map(name => from(name, false))).toEqual([
      128, 128, 64, 64,
    ]);
    expect(["go1.24", "go1.27"].map(name => from(name, true))).toEqual([96, 96]);
  });
});
