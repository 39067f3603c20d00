// go1.19: the page allocator has replaced the treaps, and the statistics of the heap are counted per P.
//
// This file is data: the platforms, the constants that Go computes from them, the fields of its structs, and
// the few decisions that other releases take differently. Its source is go1.19.8.

import {words} from "./common-structs.js";
import {addressConstants, fixedConstants, pageConstants, stackConstants} from "./constants.js";
import {named, structs} from "./go1.19-structs.js";
import {type HintInput, type HintRule, shifted} from "./hints.js";
import type {PagedConstants, Platform, ReleaseData} from "./release.js";

const linux = [
  "linux/amd64",
  "linux/386",
  "linux/arm",
  "linux/arm64",
  "linux/loong64",
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
  "ios/arm64",
  "windows/amd64",
  "windows/386",
  "windows/arm64",
  "freebsd/amd64",
  "freebsd/386",
  "freebsd/arm64",
  "aix/ppc64",
  "js/wasm",
] as const;

/**
 * The constants of malloc.go, mpagealloc.go and their neighbors.
 *
 * @go runtime/malloc.go heapAddrBits go1.19.8
 */
function constants(platform: Platform): PagedConstants {
  const {goos, goarch, arch} = platform;
  const [ios, windows, wasm] = [goos === "ios", goos === "windows", goarch === "wasm"];
  const mips32 = goarch === "mips" || goarch === "mipsle";
  const short = arch.PtrSize === 4 || wasm;
  const address = addressConstants(platform, {
    heapAddrBits: ios ? 40 : mips32 ? 31 : short ? 32 : 48,
    logHeapArenaBytes: ios || windows || short ? 22 : 26,
  });
  return {
    ...fixedConstants,
    ...address,
    ...pageConstants(address, {short}),
    ...stackConstants(platform, windows ? 512 * arch.PtrSize : ios ? 1024 : 0),
    _NumSizeClasses: 68,
    numSpanClasses: 136,
    gcBitsHeaderBytes: 2 * arch.PtrSize,
    tlsSize: 6 * arch.PtrSize,
    addrBits: address._64bit ? 48 : undefined,
  };
}

/**
 * Where the hints lie. The race detector wants the heap between 0x00c0 << 32 and 0x00e0 << 32, which counts
 * first; iOS and arm64 have less room than others; AIX gives a process addresses from 0x0a00 << 48 on.
 *
 * @go runtime/malloc.go mallocinit go1.19.8
 */
function hints({goos, goarch}: Platform, {race}: HintInput): HintRule {
  if (race) return shifted(32, 0xc0 * 2 ** 32, {below: 0xe0 * 2 ** 32});
  if (goos === "ios") return shifted(40, 0x13 * 2 ** 28);
  if (goarch === "arm64") return shifted(40, 0x40 * 2 ** 32);
  if (goos === "aix") return shifted(40, 0xa0 * 2 ** 52, {from: 1});
  return shifted(40, 0xc0 * 2 ** 32);
}

/** go1.19, as of the minor release that Debian 12 has. */
export const go1_19: ReleaseData = {
  name: "go1.19",
  tag: "go1.19.8",
  platforms: [...linux, ...bySource],
  bySource,
  constants,
  structs,
  named,
  notInHeap: words(
    "arenaHint bucket checkmarksMap finblock gcBits gcBitsArena heapArena mSpanList mcache mcentral mheap mlink mspan notInHeap special specialfinalizer specialprofile specialReachable stackpoolItem traceBuf workbuf",
  ),
  racePlatforms: [
    "linux/amd64",
    "linux/arm64",
    "linux/ppc64le",
    "linux/s390x",
    "darwin/amd64",
    "darwin/arm64",
    "freebsd/amd64",
    "windows/amd64",
  ],
  hints,
  randomizesHeapBase: false,
  emptyProgram: {
    "linux/amd64": {end: 0x4f2c48, data: 8784, bss: 191520},
    "linux/386": {end: 0x811dd00, data: 4520, bss: 78700},
    "linux/arm": {end: 0xf7fd0, data: 4376, bss: 70548},
    "linux/arm64": {end: 0x116c08, data: 8752, bss: 191520},
    "linux/loong64": {end: 0x106be8, data: 8752, bss: 191488},
    "linux/mips": {end: 0x107f80, data: 5224, bss: 70636},
    "linux/mipsle": {end: 0x107f80, data: 5224, bss: 70636},
    "linux/mips64": {end: 0x125568, data: 10288, bss: 183424},
    "linux/mips64le": {end: 0x125568, data: 10288, bss: 183424},
    "linux/ppc64": {end: 0x11ce68, data: 8752, bss: 216320},
    "linux/ppc64le": {end: 0x11cf68, data: 8752, bss: 216320},
    "linux/riscv64": {end: 0x114bc8, data: 8752, bss: 183424},
    "linux/s390x": {end: 0x124ea8, data: 8752, bss: 248576},
  },
  sizeClassRule: {align16From: 32, division: "reciprocal"},
  sysMapLeaves: "prepared",
  fixallocs: [
    ["spanalloc", "mspan", "mspan_sys"],
    ["cachealloc", "mcache", "mcache_sys"],
    ["specialfinalizeralloc", "specialfinalizer", "other_sys"],
    ["specialprofilealloc", "specialprofile", "other_sys"],
    ["specialReachableAlloc", "specialReachable", "other_sys"],
    ["arenaHintAlloc", "arenaHint", "other_sys"],
  ],
  wholeRecords: true,
  mallocinitSteps: [
    "tinySizeClass",
    "heapArenaBitmapBytes",
    "physPageSize",
    "physHugePageSize",
    "pagesPerSpanRoot",
    "pagesPerReclaimerChunk",
  ],
  growth: ({arch}) => (arch.PtrSize === 8 ? "hints" : "reservation"),
  freePages: "pageAlloc",
  firstMcache: "mcache0",
  // Its initial value is the result of a call, which is made only later.
  memProfileRateAtStart: 0,
  generator: ({arch, goarch}) =>
    arch.PtrSize === 4 || goarch === "wasm" || goarch === "loong64" ? "xorshift" : "wyrand",
  drawsByProduct: true,
  gcMiscStat: "gcMiscSys",
  mapsArenaAtOnce: false,
  userArenas: false,
  alignsFirstBlock: true,
  aligns12: true,
  chargesRefused: true,
  setsMemoryLimit: false,
  schedinit: {
    steps: ["cpuinit", "mcommoninit", "modulesinit", "goargs", "goenvs", "gcinit"],
    cpuOptions: {
      "386": [5, 5, 5],
      amd64: [5, 5, 5],
      arm: [2],
      arm64: [9],
      mips64: [1],
      mips64le: [1],
      ppc64: [3],
      ppc64le: [3],
      s390x: [10],
    },
    masksOfPs: true,
  },
  scavengeIndex: {chunksPerEntry: 8, entryBytes: 1, min32: 0},
  sysPackage: "runtime/internal/sys",
  packages: {atomic: "runtime/internal/atomic", cpu: "internal/cpu"},
};
