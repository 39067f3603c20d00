import fc from "fast-check";
import {describe, expect, test} from "vitest";
import {boot, load, type Runtime, start} from "../../src/runtime/index.js";
import {
  linearAlloc,
  mallocinit,
  persistentalloc,
  reserveArenas,
  sysReserveAligned,
} from "../../src/runtime/malloc.js";
import {checkPhysPageSize} from "../../src/runtime/malloc_checks.js";
import {sysReserve} from "../../src/runtime/mem.js";
import {
  charged,
  hintAddresses,
  KiB,
  loadWith,
  MiB,
  mapped,
  reserved,
  thrownBy,
  throwOfStart,
  topOfAmd64,
} from "./fixtures.js";

const Mi = 2 ** 20;

describe("the checks of mallocinit", () => {
  test("the class of tiny objects must hold exactly a tiny block: 16 bytes are class 2, not 3", () => {
    expect(throwOfStart(loadWith({constants: {_TinySizeClass: 3}})).message).toBe("bad TinySizeClass");
    expect(throwOfStart(loadWith({constants: {_TinySize: 8}})).message).toBe("bad TinySizeClass");
  });

  test("a heap bitmap of 3 MiB cannot be addressed modulo its size", () => {
    expect(throwOfStart(loadWith({constants: {heapArenaBitmapBytes: 3 * Mi}})).message).toBe(
      "heapArenaBitmapBytes not a power of 2",
    );
  });

  test("a page size that osinit could not find", () => {
    const thrown = throwOfStart(load({physPageSize: 0}));
    expect(thrown.message).toBe("failed to get system page size");
    expect(thrown.printed).toEqual([]);
  });

  test("a page size below 4096", () => {
    for (const size of [1, 512, 4095]) {
      const thrown = throwOfStart(load({physPageSize: size}));
      expect(thrown.message).toBe("bad system page size");
      expect(thrown.printed).toEqual([`system page size (${size}) is smaller than minimum page size (4096)`]);
    }
  });

  test("a page size that is no power of two", () => {
    for (const size of [4097, 12288, 65535]) {
      const thrown = throwOfStart(load({physPageSize: size}));
      expect(thrown.message).toBe("bad system page size");
      expect(thrown.printed).toEqual([`system page size (${size}) must be a power of 2`]);
    }
  });

  test("of the multiples of 512 and their neighbors, the powers of two from 4096 on pass", () => {
    const passes = (physPageSize: number) => {
      try {
        checkPhysPageSize(load({physPageSize}));
        return true;
      } catch {
        return false;
      }
    };
    const sizes = Array.from({length: 128}, (_, i) => [512 * i + 511, 512 * i + 512, 512 * i + 513]).flat();
    expect(sizes.filter(passes)).toEqual([4096, 8192, 16384, 32768, 65536]);
  });

  test("they come in Go's order: tiny class, defer sizes, bitmap, page size", () => {
    const constants = {heapArenaBitmapBytes: 3 * Mi};
    const release = {sizeClassRule: {align16From: 64}};
    const options = {physPageSize: 512};
    const message = (fault: object) => throwOfStart(loadWith(fault, options)).message;
    expect(message({constants: {...constants, _TinySizeClass: 3}, release})).toBe("bad TinySizeClass");
    expect(message({constants, release})).toBe("bad defer size class");
    expect(message({constants})).toBe("heapArenaBitmapBytes not a power of 2");
    expect(message({})).toBe("bad system page size");
  });

  test("the class sizes are copied into the statistics before the page size is looked at", () => {
    const rt = load({physPageSize: 512});
    throwOfStart(rt);
    expect(rt.memstats.by_size.map(({size}) => size)).toEqual(rt.sizeclasses.class_to_size);
  });

  test("a check that fails leaves no heap and takes no memory", () => {
    const rt = load({physPageSize: 512});
    throwOfStart(rt);
    expect(rt.mheap_.cachealloc.size).toBe(0);
    expect(rt.mem.requests).toBe(0);
    expect(rt.phase).toBe("");
  });
});

describe("after mallocinit", () => {
  test("m0 has an mcache, and no P has", () => {
    const rt = boot({until: "mallocinit"});
    expect(rt.m0.mcache).not.toBeNull();
    expect(rt.m0.mcache).toBe(rt.m0mcache);
    expect(rt.allp).toEqual([]);
  });

  test("one chunk was obtained: 256 KiB, of which 16 KiB went to mcaches and 16 KiB to hints", () => {
    const {memstats, mem, globalAlloc} = boot({until: "mallocinit"});
    expect(mem.requests).toBe(1);
    expect(memstats.mcache_sys).toBe(16 * KiB);
    // The hints' chunk is charged to other_sys itself: 256 KiB - 16 KiB.
    expect(memstats.other_sys).toBe(245760);
    expect(globalAlloc.off).toBe(8 + 2 * 16 * KiB);
  });

  test("no byte of heap is mapped", () => {
    const {mheap_, memstats} = boot({until: "mallocinit"});
    expect([memstats.heap_sys, mheap_.allspans.len, mheap_.allArenas.len]).toEqual([0, 0, 0]);
  });

  test("what the statistics say was obtained is what the system says, on every platform", () => {
    for (const platform of load().config.release.platforms) {
      const [goos, goarch] = platform.split("/");
      const rt = boot({goos: goos!, goarch: goarch!, until: "mallocinit"});
      expect(charged(rt), platform).toBe(256 * KiB);
      expect(mapped(rt), platform).toBe(256 * KiB);
    }
  });

  test("a system that grants nothing is reported when the first record is wanted", () => {
    expect(throwOfStart(load({refuse: () => true})).message).toBe("runtime: cannot allocate memory");
  });
});

describe("64-bit hints", () => {
  /** The addresses that Go's loop computes, in the order in which they are tried: i counts up. */
  const inOrder = (address: (i: bigint) => bigint, from = 0) =>
    Array.from({length: 0x80 - from}, (_, i) => Number(address(BigInt(i + from))));
  const hints = (goos: string, goarch: string, race = false) =>
    hintAddresses(boot({goos, goarch, race, until: "mallocinit"}));

  test("are 0x00c0<<32 below 0x7f<<40 by default", () => {
    const expected = inOrder(i => (i << 40n) | (0x00c0n << 32n));
    for (const platform of [
      "linux/amd64",
      "darwin/amd64",
      "windows/amd64",
      "linux/ppc64",
      "linux/ppc64le",
      "linux/mips64",
      "linux/mips64le",
      "linux/s390x",
    ]) {
      const [goos, goarch] = platform.split("/");
      expect(hints(goos!, goarch!), platform).toEqual(expected);
    }
    expect(expected.slice(0, 2).map(a => a.toString(16))).toEqual(["c000000000", "1c000000000"]);
  });

  test("stay below 39 bits at first on arm64", () => {
    expect(hints("linux", "arm64")).toEqual(inOrder(i => (i << 40n) | (0x0040n << 32n)));
    expect(Math.log2(hints("linux", "arm64")[0]!)).toBe(38);
  });

  test("are lower still on darwin/arm64", () => {
    expect(hints("darwin", "arm64")).toEqual(inOrder(i => (i << 40n) | (0x0013n << 28n)));
  });

  test("start at 0xa0<<52 on AIX, where the first is left out", () => {
    const addresses = hints("aix", "ppc64");
    expect(addresses).toEqual(inOrder(i => (i << 40n) | (0xa0n << 52n), 1));
    expect(addresses).toHaveLength(127);
  });

  test("lie between 0x00c0<<32 and 0x00e0<<32 for the race detector", () => {
    const within = inOrder(i => (i << 32n) | (0x00c0n << 32n)).filter(p => p < 0x00e0 * 2 ** 32);
    expect(hints("linux", "amd64", true)).toEqual(within);
  });

  test("come up twice for the race detector, since 0x40 | 0xc0 is 0xc0 again", () => {
    const addresses = hints("linux", "amd64", true);
    expect(addresses).toHaveLength(64);
    expect(addresses.slice(32)).toEqual(addresses.slice(0, 32));
  });

  test("the race detector changes nothing where a platform has a rule of its own", () => {
    expect(hints("linux", "arm64", true)).toEqual(hints("linux", "arm64"));
  });

  test("none grows downwards", () => {
    const {mheap_} = boot({until: "mallocinit"});
    for (let h = mheap_.arenaHints; h !== null; h = h.next) expect(h.down).toBe(false);
  });

  test("each costs a record, and the one tried first was made last", () => {
    const {arenaHintAlloc, arenaHints} = boot({until: "mallocinit"}).mheap_;
    expect(arenaHintAlloc.inuse).toBe(128 * 24);
    expect(arenaHints!.address).toBe(arenaHintAlloc.chunk - 24);
    expect(arenaHints!.address - arenaHints!.next!.address).toBe(24);
  });

  test("reserve nothing", () => {
    expect(reserved(boot({until: "mallocinit"}))).toBe(0);
  });
});

describe("the 32-bit branch", () => {
  const i386 = {goarch: "386", until: "mallocinit"} as const;
  const arena = 4 * Mi;
  /** A heap arena's metadata: bitmap, spans, pageInUse, pageMarks. */
  const heapArena32 = arena / 16 + 512 * 4 + 64 + 64;
  const metaSize = 1024 * heapArena32;
  const lengthOf = ({next, end}: {next: number; end: number}) => end - next;
  /** The first multiple of 4 MiB at least 256 KiB above the address. */
  const above = (address: number) => Math.ceil((address + 256 * KiB) / arena) * arena;

  test("reserves room for the metadata of all 1024 arenas at once", () => {
    const {mheap_, mem} = boot(i386);
    expect(lengthOf(mheap_.heapArenaAlloc)).toBe(metaSize);
    expect(mheap_.heapArenaAlloc.mapped).toBe(mheap_.heapArenaAlloc.next);
    expect(mem.stateAt(mheap_.heapArenaAlloc.next)).toBe("reserved");
    expect(mem.stateAt(mheap_.heapArenaAlloc.end - 1)).toBe("reserved");
  });

  test("has arenas for all addresses: 4 GiB by 4 MiB, on MIPS 2 GiB", () => {
    for (const [goarch, arenas] of [
      ["386", 1024],
      ["arm", 1024],
      ["mips", 512],
      ["mipsle", 512],
    ] as const)
      expect(lengthOf(boot({...i386, goarch}).mheap_.heapArenaAlloc), goarch).toBe(arenas * heapArena32);
  });

  test("places the heap above the program, clear of it by 256 KiB", () => {
    const {arena: heap} = boot({...i386, programEnd: 0x8101748}).mheap_;
    expect(heap.next).toBe(0x8400000);
    expect(heap.next).toBe(above(0x8102000));
  });

  test("keeps the extra 4 MiB if the address was aligned by chance, which it always is", () => {
    const rt = boot(i386);
    expect(lengthOf(rt.mheap_.arena)).toBe(516 * Mi);
    expect(reserved(rt)).toBe(516 * Mi + metaSize);
  });

  test("hints at the address after the reservation", () => {
    const rt = boot(i386);
    expect(hintAddresses(rt)).toEqual([rt.mheap_.arena.end]);
    expect(rt.mheap_.arenaHintAlloc.inuse).toBe(12);
  });

  test("256 KiB below an arena's boundary is close enough, a byte more is not", () => {
    const heapAt = (programEnd: number) => boot({...i386, programEnd}).mheap_.arena.next;
    expect(heapAt(0x8400000 - 256 * KiB)).toBe(0x8400000);
    expect(heapAt(0x8400000 - 256 * KiB + 1)).toBe(0x8800000);
  });

  test("a break beyond the program's end pushes the heap up", () => {
    const {arena: heap} = boot({...i386, brk: 0x9000000}).mheap_;
    expect(heap.next).toBe(above(0x9000000));
  });

  test("a break below the program's end does not matter", () => {
    expect(boot({...i386, brk: 0}).mheap_.arena.next).toBe(0x8400000);
  });

  test("when 512 MiB are refused, 256 are tried, and then 128", () => {
    for (const [largest, granted] of [
      [516 * Mi - 1, 260 * Mi],
      [260 * Mi - 1, 132 * Mi],
    ] as const) {
      const refuse = (addr: number, size: number) => addr !== 0 && size > largest;
      const rt = boot({...i386, refuse});
      expect(lengthOf(rt.mheap_.arena)).toBe(granted);
      expect(hintAddresses(rt)).toEqual([0x8400000 + granted]);
    }
  });

  test("when all are refused there is no reservation, and the hint is where it would have been", () => {
    const asked: number[] = [];
    const refuse = (addr: number, size: number) => addr !== 0 && asked.push(size) > 0;
    const rt = boot({...i386, refuse});
    expect(asked).toEqual([516 * Mi, 260 * Mi, 132 * Mi]);
    expect(rt.mheap_.arena).toMatchObject({next: 0, mapped: 0, end: 0});
    expect(hintAddresses(rt)).toEqual([0x8400000]);
  });

  test("a heap that cannot lie above the program is trimmed to its alignment elsewhere", () => {
    const rt = load({goarch: "386", physHugePageSize: 0});
    sysReserve(rt, 0x8400000, 4096);
    start(rt, {until: "mallocinit"});
    const {next, end} = rt.mheap_.arena;
    expect([next % arena, end - next]).toEqual([0, 512 * Mi]);
    expect(rt.mem.stateAt(next - 1)).toBe("none");
    expect(rt.mem.stateAt(end)).toBe("none");
    expect(reserved(rt)).toBe(4096 + 512 * Mi + metaSize);
  });

  test("without room for the metadata there is none, and the heap is reserved all the same", () => {
    const {heapArenaAlloc, arena: heap} = boot({...i386, refuse: (_, size) => size === metaSize}).mheap_;
    expect(heapArenaAlloc).toMatchObject({next: 0, mapped: 0, end: 0});
    expect(lengthOf(heap)).toBe(516 * Mi);
  });

  test("a program that ends inside the metadata's range puts the heap after that range", () => {
    // The metadata ends at the first chunk of persistentalloc, where the recording has it: 0xf7fb6000.
    for (const end of [0xf7fb6000 - metaSize, 0xf7fb6000 - 1]) {
      const rt = load({goarch: "386", refuse: addr => addr !== 0});
      Object.assign(rt, {firstmoduledata: {end}});
      start(rt, {until: "mallocinit"});
      expect(rt.mheap_.heapArenaAlloc.end).toBe(0xf7fb6000);
      expect(hintAddresses(rt)).toEqual([above(0xf7fb6000)]);
    }
  });

  test("a program that ends right after the metadata's range or right before it is not inside", () => {
    for (const end of [0xf7fb6000, 0xf7fb6000 - metaSize - 1]) {
      const rt = load({goarch: "386", refuse: addr => addr !== 0});
      Object.assign(rt, {firstmoduledata: {end}});
      start(rt, {until: "mallocinit"});
      expect(hintAddresses(rt)).toEqual([above(end)]);
    }
  });

  test("wasm goes this way although its pointers have 8 bytes, and its memory grows upwards", () => {
    const rt = boot({goos: "js", goarch: "wasm", until: "mallocinit", programEnd: 0x100000});
    const {heapArenaAlloc, arena: heap} = rt.mheap_;
    // 64 arenas of 64 MiB, after the first chunk of persistentalloc.
    expect(heapArenaAlloc.next).toBe(0x100000 + 256 * KiB);
    expect(lengthOf(heapArenaAlloc)).toBe(64 * ((64 * Mi) / 32 + 8192 * 8 + 1024 + 1024));
    expect(heap.next).toBe(Math.ceil(heapArenaAlloc.end / (64 * Mi)) * 64 * Mi);
    expect(lengthOf(heap)).toBe(512 * Mi);
    expect(hintAddresses(rt)).toEqual([heap.end]);
  });

  test("can run by itself on a heap that is ready", () => {
    const rt = load({goarch: "386"});
    rt.mheap_.init();
    reserveArenas(rt);
    expect(hintAddresses(rt)).toHaveLength(1);
  });
});

describe("sysReserveAligned", () => {
  const align = 4 * Mi;
  const size = 8 * Mi;
  const somewhere = 0x4000_0000;

  test("keeps what it asked for if the address happens to be aligned", () => {
    const rt = load();
    expect(sysReserveAligned(rt, somewhere, size, align)).toEqual([somewhere, size + align]);
    expect(reserved(rt)).toBe(size + align);
  });

  test("cuts off both ends otherwise", () => {
    const rt = load();
    const [p, n] = sysReserveAligned(rt, somewhere + 4096, size, align);
    expect([p, n]).toEqual([somewhere + align, size]);
    expect([p - 1, p, p + n - 1, p + n].map(a => rt.mem.stateAt(a))).toEqual([
      "none",
      "reserved",
      "reserved",
      "none",
    ]);
    expect(reserved(rt)).toBe(size);
  });

  test("asks once, for the size and the alignment together", () => {
    const asked: number[][] = [];
    const rt = load({refuse: (addr, n) => asked.push([addr, n]) === 0});
    sysReserveAligned(rt, somewhere + 4096, size, align);
    expect(asked).toEqual([[somewhere + 4096, size + align]]);
  });

  test("answers 0 and 0 if the system refuses", () => {
    expect(sysReserveAligned(load({refuse: () => true}), somewhere, size, align)).toEqual([0, 0]);
  });

  test("whatever the hint, the result is aligned, large enough, and all that stays reserved", () => {
    fc.assert(
      fc.property(
        fc.nat({max: 1000}),
        fc.integer({min: 1, max: 600}),
        fc.integer({min: 0, max: 6}),
        (at, pages, bits) => {
          const rt = load();
          const [p, n] = sysReserveAligned(rt, somewhere + at * 4096, pages * 4096, 4096 * 2 ** bits);
          expect(p % (4096 * 2 ** bits)).toBe(0);
          expect(n).toBeGreaterThanOrEqual(pages * 4096);
          expect(reserved(rt)).toBe(n);
          expect(rt.mem.isWhole(p, n)).toBe(true);
        },
      ),
    );
  });

  describe("on Windows, where a reservation cannot be trimmed,", () => {
    /** A runtime on Windows in which another thread takes the aligned address `times` times, and leaves it again. */
    function withThief(times: number): {rt: Runtime; asked: [number, number][]} {
      const asked: [number, number][] = [];
      let stolen = 0;
      let busy = false;
      const rt: Runtime = load({
        goos: "windows",
        refuse: (addr, n) => {
          if (busy) return false;
          asked.push([addr, n]);
          if (stolen !== 0) rt.mem.release(stolen, 4096);
          stolen = 0;
          if (n === size && times-- > 0) {
            busy = true;
            stolen = rt.mem.take(addr, 4096, "reserved", null);
            busy = false;
          }
          return false;
        },
      });
      return {rt, asked};
    }

    test("all is released and the aligned part reserved anew", () => {
      const {rt, asked} = withThief(0);
      expect(sysReserveAligned(rt, somewhere + 4096, size, align)).toEqual([somewhere + align, size]);
      expect(asked).toEqual([
        [somewhere + 4096, size + align],
        [somewhere + align, size],
      ]);
      expect(reserved(rt)).toBe(size);
    });

    test("an aligned address is kept as elsewhere", () => {
      expect(sysReserveAligned(load({goos: "windows"}), somewhere, size, align)).toEqual([
        somewhere,
        size + align,
      ]);
    });

    test("it tries again if someone takes the address in between", () => {
      const {rt, asked} = withThief(99);
      expect(sysReserveAligned(rt, somewhere + 4096, size, align)).toEqual([somewhere + align, size]);
      expect(asked).toHaveLength(200);
      expect(reserved(rt)).toBe(size);
    });

    test("and gives up after a hundred times", () => {
      const {rt, asked} = withThief(1000);
      const thrown = thrownBy(() => sysReserveAligned(rt, somewhere + 4096, size, align));
      expect(thrown.message).toBe("failed to allocate aligned heap memory; too many retries");
      expect(asked).toHaveLength(200);
    });
  });
});

describe("persistentalloc", () => {
  const chunk = 256 * KiB;

  test("obtains a chunk of 256 KiB, whose first word links it to the one before", () => {
    const rt = load();
    expect(persistentalloc(rt, 100, 0, "other_sys")).toBe(topOfAmd64 - chunk + 8);
    expect(rt.globalAlloc).toMatchObject({base: topOfAmd64 - chunk, off: 108});
    expect(rt.persistentChunks).toEqual([topOfAmd64 - chunk]);
  });

  test("that word is a pointer, so that on 32-bit the first object begins at 4", () => {
    const rt = load({goarch: "386"});
    const p = persistentalloc(rt, 100, 4, "other_sys");
    expect(p - rt.globalAlloc.base).toBe(4);
  });

  test("the first object of a chunk follows that word whatever alignment it wants: Go rounds before, not after", () => {
    const rt = load();
    expect(persistentalloc(rt, 100, 64, "other_sys") - rt.globalAlloc.base).toBe(8);
    const i386 = load({goarch: "386"});
    expect(persistentalloc(i386, 100, 0, "other_sys") - i386.globalAlloc.base).toBe(4);
  });

  test("aligns to 8 if nothing else is said", () => {
    const rt = load();
    const p = persistentalloc(rt, 1, 0, "other_sys");
    expect(persistentalloc(rt, 1, 0, "other_sys") - p).toBe(8);
  });

  test("aligns to what is said, from 1 to a page", () => {
    const rt = load();
    const p = persistentalloc(rt, 1, 1, "other_sys");
    expect(persistentalloc(rt, 1, 1, "other_sys") - p).toBe(1);
    expect((persistentalloc(rt, 1, 8192, "other_sys") - rt.globalAlloc.base) % 8192).toBe(0);
  });

  test("the offset is rounded, not the address: a chunk is aligned to the kernel's pages only", () => {
    const rt = load();
    persistentalloc(rt, 1, 0, "other_sys");
    expect(persistentalloc(rt, 8, 8192, "other_sys")).toBe(rt.globalAlloc.base + 8192);
    expect(rt.globalAlloc.base % 8192).not.toBe(0);
  });

  test("a size of 0, and an alignment that is no power of two or above a page, throw", () => {
    const rt = load();
    const message = (size: number, align: number) =>
      thrownBy(() => persistentalloc(rt, size, align, "other_sys")).message;
    expect(message(0, 8)).toBe("persistentalloc: size == 0");
    expect(message(8, 3)).toBe("persistentalloc: align is not a power of 2");
    expect(message(8, 12288)).toBe("persistentalloc: align is not a power of 2");
    expect(message(8, 16384)).toBe("persistentalloc: align is too large");
    expect(rt.mem.requests).toBe(0);
  });

  test("64 KiB and more come from the system directly, charged to their own stat", () => {
    const rt = load();
    expect(persistentalloc(rt, 64 * KiB, 0, "gc_sys")).toBe(topOfAmd64 - 64 * KiB);
    expect(rt.globalAlloc).toMatchObject({base: 0, off: 0});
    expect([rt.memstats.gc_sys, rt.memstats.other_sys]).toEqual([64 * KiB, 0]);
  });

  test("a byte less than 64 KiB comes from a chunk", () => {
    const rt = load();
    persistentalloc(rt, 64 * KiB - 1, 0, "gc_sys");
    expect(rt.globalAlloc.off).toBe(8 + 64 * KiB - 1);
  });

  test("a refused direct request is answered with 0; a refused chunk throws", () => {
    const rt = load({refuse: () => true});
    expect(persistentalloc(rt, 64 * KiB, 0, "gc_sys")).toBe(0);
    expect(thrownBy(() => persistentalloc(rt, 8, 0, "gc_sys")).message).toBe(
      "runtime: cannot allocate memory",
    );
  });

  test("a chunk is charged to other_sys, and what is cut off moves to whom it is for", () => {
    const {memstats} = (() => {
      const rt = load();
      persistentalloc(rt, 1000, 0, "mspan_sys");
      persistentalloc(rt, 2000, 0, "mcache_sys");
      persistentalloc(rt, 4000, 0, "other_sys");
      return rt;
    })();
    expect([memstats.mspan_sys, memstats.mcache_sys]).toEqual([1000, 2000]);
    expect(memstats.other_sys).toBe(chunk - 3000);
  });

  test("what is for nobody leaves other_sys all the same", () => {
    const rt = load();
    persistentalloc(rt, 1000, 0, null);
    expect(charged(rt)).toBe(chunk - 1000);
  });

  test("what does not fit into the chunk begins a new one, and the rest is wasted but charged", () => {
    const rt = load();
    // 8 + 4 * 60000 = 240008 bytes of 262144 are taken.
    for (let i = 0; i < 4; i++) persistentalloc(rt, 60000, 0, "gc_sys");
    const [first] = rt.persistentChunks;
    const p = persistentalloc(rt, 60000, 0, "gc_sys");
    expect(rt.persistentChunks).toEqual([first! - chunk, first]);
    expect(p).toBe(first! - chunk + 8);
    expect(rt.memstats.other_sys).toBe(2 * chunk - 5 * 60000);
  });

  test("a chunk is used to its last byte", () => {
    const rt = load();
    for (let i = 0; i < 4; i++) persistentalloc(rt, 60000, 8, "gc_sys");
    persistentalloc(rt, chunk - 240008, 8, "gc_sys");
    expect(rt.globalAlloc.off).toBe(chunk);
    expect(rt.persistentChunks).toHaveLength(1);
    persistentalloc(rt, 1, 1, "gc_sys");
    expect(rt.persistentChunks).toHaveLength(2);
  });

  test("an M that has a P uses the P's own chunk", () => {
    const rt = boot();
    const {palloc} = rt.m0.p!;
    const [off, global] = [palloc.off, {...rt.globalAlloc}];
    const p = persistentalloc(rt, 16, 8, "gc_sys");
    expect(palloc.base).not.toBe(0);
    expect(palloc.off).toBe(Math.max(8, Math.ceil(off / 8) * 8) + 16);
    expect(p).toBe(palloc.base + palloc.off - 16);
    expect({...rt.globalAlloc}).toEqual(global);
    expect(rt.persistentChunks[0]).toBe(palloc.base);
  });

  test("objects never overlap, stay within chunks, and every byte stays charged", () => {
    const request = fc.record({size: fc.integer({min: 1, max: 70_000}), bits: fc.integer({min: 0, max: 13})});
    fc.assert(
      fc.property(fc.array(request, {maxLength: 40}), requests => {
        const rt = load();
        const taken: {p: number; size: number}[] = [];
        for (const {size, bits} of requests) {
          const p = persistentalloc(rt, size, 2 ** bits, "gc_sys");
          for (const each of taken) expect(p + size <= each.p || each.p + each.size <= p).toBe(true);
          taken.push({p, size});
          const home = rt.mem.regionAt(p)!;
          expect(p + size).toBeLessThanOrEqual(home.end);
          const offset = p - home.start;
          // 8: the first object of a chunk.
          if (offset !== 8) expect(offset % 2 ** bits).toBe(0);
        }
        const direct = requests.filter(({size}) => size >= 64 * KiB).reduce((sum, {size}) => sum + size, 0);
        expect(charged(rt)).toBe(rt.persistentChunks.length * chunk + direct);
        expect(rt.memstats.gc_sys).toBe(requests.reduce((sum, {size}) => sum + size, 0));
      }),
      {numRuns: 60},
    );
  });
});

describe("linearAlloc", () => {
  const page = 4096;
  const base = 0x4000_0000;

  /** Eight reserved pages. */
  function eightPages() {
    const rt = load();
    const l = new linearAlloc();
    l.init(sysReserve(rt, base, 8 * page), 8 * page, true);
    return {rt, l};
  }

  test("begins with all of its range unmapped", () => {
    expect(eightPages().l).toMatchObject({next: base, mapped: base, end: base + 8 * page});
  });

  test("hands out its range from front to back", () => {
    const {rt, l} = eightPages();
    expect(l.alloc(rt, 100, 8, "gc_sys")).toBe(base);
    expect(l.alloc(rt, 100, 8, "gc_sys")).toBe(base + 104);
    expect(l.alloc(rt, 100, page, "gc_sys")).toBe(base + page);
  });

  test("maps pages as it gets to them, and charges those", () => {
    const {rt, l} = eightPages();
    l.alloc(rt, 2 * page, page, "gc_sys");
    expect(l.mapped).toBe(base + 2 * page);
    expect(rt.memstats.gc_sys).toBe(2 * page);
    expect([0, 1, 2].map(n => rt.mem.stateAt(base + n * page))).toEqual(["ready", "ready", "reserved"]);
    l.alloc(rt, page + 2, page, "gc_sys");
    expect(rt.memstats.gc_sys).toBe(4 * page);
  });

  test("maps nothing for what lies in a page that is mapped", () => {
    const {rt, l} = eightPages();
    l.alloc(rt, 100, 8, "gc_sys");
    const {requests} = rt.mem;
    l.alloc(rt, 100, 8, "gc_sys");
    expect(rt.mem.requests).toBe(requests);
  });

  test("maps by the kernel's pages", () => {
    const rt = load({goarch: "arm64", physPageSize: 64 * KiB});
    const l = new linearAlloc();
    l.init(sysReserve(rt, base, MiB), MiB, true);
    l.alloc(rt, 100, 8, "gc_sys");
    expect(l.mapped).toBe(base + 64 * KiB);
  });

  test("rounds the last byte, not the end: a first object of one byte gets no page, as in Go", () => {
    const {rt, l} = eightPages();
    l.alloc(rt, 1, 1, "gc_sys");
    expect(l.mapped).toBe(base);
    l.alloc(rt, 1, 1, "gc_sys");
    expect(l.mapped).toBe(base + page);
  });

  test("can be used up to its end, and answers 0 after that without moving", () => {
    const {rt, l} = eightPages();
    expect(l.alloc(rt, 8 * page + 1, 1, "gc_sys")).toBe(0);
    expect(l.alloc(rt, 8 * page, 1, "gc_sys")).toBe(base);
    expect(l.alloc(rt, 1, 1, "gc_sys")).toBe(0);
    expect(l.next).toBe(base + 8 * page);
  });

  test("without a range it has nothing", () => {
    const l = new linearAlloc();
    expect(l.alloc(load(), 8, 8, "gc_sys")).toBe(0);
  });
});

test("mallocinit can be called by itself", () => {
  const rt = load();
  mallocinit(rt);
  expect(hintAddresses(rt)).toHaveLength(128);
});
