// go1.15: the page allocator has replaced the treaps, and spans in use are kept in sets without locks.
//
// This file is data: the platforms, the constants that Go computes from them, the fields of its structs, and
// the few decisions that other releases take differently. Its source is go1.15.15.

import {words} from "./common-structs.js";
import {addressConstants, fixedConstants, pageConstants, stackConstants} from "./constants.js";
import {named, structs} from "./go1.15-structs.js";
import {type HintInput, type HintRule, shifted} from "./hints.js";
import {earlyIos} from "./platforms.js";
import type {PagedConstants, Platform, ReleaseData} from "./release.js";

const KiB = 1024;

const linux = [
  "linux/amd64",
  "linux/386",
  "linux/arm",
  "linux/arm64",
  "linux/mips",
  "linux/mipsle",
  "linux/mips64",
  "linux/mips64le",
  "linux/ppc64",
  "linux/ppc64le",
  "linux/riscv64",
  "linux/s390x",
] as const;

/** What is not Linux was not recorded: it is written down by Go's source. */
const bySource = [
  "darwin/amd64",
  "darwin/arm64",
  "windows/amd64",
  "windows/386",
  "freebsd/amd64",
  "freebsd/386",
  "freebsd/arm64",
  "aix/ppc64",
  "js/wasm",
] as const;

/**
 * The constants of malloc.go, mpagealloc.go and their neighbors.
 *
 * @go runtime/malloc.go heapAddrBits go1.15.15
 */
function constants(platform: Platform): PagedConstants {
  const {goos, goarch, arch} = platform;
  const [windows, wasm] = [goos === "windows", goarch === "wasm"];
  const ios = goos === "darwin" && goarch === "arm64";
  const mips32 = goarch === "mips" || goarch === "mipsle";
  const address = addressConstants(platform, {
    heapAddrBits: ios ? 33 : mips32 ? 31 : arch.PtrSize === 4 || wasm ? 32 : 48,
    logHeapArenaBytes: windows || arch.PtrSize === 4 || wasm ? 22 : 26,
  });
  return {
    ...fixedConstants,
    ...address,
    ...pageConstants(address, {short: address.heapAddrBits < 48}),
    ...stackConstants(platform, windows ? 512 * arch.PtrSize : ios ? 1024 : 0),
    _NumSizeClasses: 67,
    numSpanClasses: 134,
    gcBitsHeaderBytes: 2 * arch.PtrSize,
    addrBits: address._64bit ? 48 : undefined,
  };
}

/**
 * Where the hints lie, as in go1.12. What Go calls darwin/arm64 is still iOS.
 *
 * @go runtime/malloc.go mallocinit go1.15.15
 */
function hints({goos, goarch}: Platform, {race}: HintInput): HintRule {
  if (goarch === "arm64" && goos === "darwin") return shifted(40, 0x13 * 2 ** 28);
  if (goarch === "arm64") return shifted(40, 0x40 * 2 ** 32);
  if (goos === "aix") return shifted(40, 0xa0 * 2 ** 52, {from: 1});
  if (race) return shifted(32, 0xc0 * 2 ** 32, {below: 0xe0 * 2 ** 32});
  return shifted(40, 0xc0 * 2 ** 32);
}

/** go1.15, as of its last minor release. */
export const go1_15: ReleaseData = {
  name: "go1.15",
  tag: "go1.15.15",
  platforms: [...linux, ...bySource],
  bySource,
  constants,
  structs,
  named,
  notInHeap: words(
    "arenaHint bucket finblock gcBits gcBitsArena heapArena mSpanList mcache mcentral mheap mlink mspan notInHeap special specialfinalizer specialprofile stackpoolItem traceBuf workbuf",
  ),
  racePlatforms: [
    "linux/amd64",
    "linux/arm64",
    "linux/ppc64le",
    "darwin/amd64",
    "freebsd/amd64",
    "windows/amd64",
  ],
  hints,
  randomizesHeapBase: false,
  emptyProgram: {
    "linux/amd64": {end: 0x4fdee8, data: 8608, bss: 193792},
    "linux/386": {end: 0x810fc58, data: 4352, bss: 81280},
    "linux/arm64": {end: 0x115da8, data: 8576, bss: 193792},
    "linux/s390x": {end: 0x122408, data: 8480, bss: 241952},
  },
  sizeClassRule: {align16From: 16, division: "end"},
  sysMapLeaves: "prepared",
  fixallocs: [
    ["spanalloc", "mspan", "mspan_sys"],
    ["cachealloc", "mcache", "mcache_sys"],
    ["specialfinalizeralloc", "specialfinalizer", "other_sys"],
    ["specialprofilealloc", "specialprofile", "other_sys"],
    ["arenaHintAlloc", "arenaHint", "other_sys"],
  ],
  wholeRecords: false,
  mallocinitSteps: [
    "tinySizeClass",
    "deferSizes",
    "heapArenaBitmapBytes",
    "classSizes",
    "physPageSize",
    "physHugePageSize",
    "pagesPerSpanRoot",
    "pagesPerReclaimerChunk",
  ],
  growth: ({arch}) => (arch.PtrSize === 8 ? "hints" : "reservation"),
  freePages: "pageAlloc",
  firstMcache: "mcache0",
  memProfileRateAtStart: 512 * KiB,
  generator: () => "xorshift",
  drawsByProduct: false,
  gcMiscStat: "gc_sys",
  mapsArenaAtOnce: true,
  userArenas: false,
  alignsFirstBlock: true,
  aligns12: false,
  chargesRefused: false,
  setsMemoryLimit: false,
  schedinit: null,
  sysPackage: "runtime/internal/sys",
  packages: {cpu: "internal/cpu", sys: "runtime/internal/sys"},
  addressChanges: {"darwin/arm64": earlyIos},
};
