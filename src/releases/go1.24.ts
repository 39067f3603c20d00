// go1.24: small objects with pointers have their bitmap in their span, larger ones a header; there are user arenas.
//
// This file is data: the platforms, the constants that Go computes from them, the fields of its structs, and
// the few decisions that other releases take differently. Its source is go1.24.4.

import {
  addressConstants,
  bitmapConstants,
  fixedConstants,
  pageConstants,
  stackConstants,
} from "./constants.js";
import {named, structs} from "./go1.24-structs.js";
import {type HintInput, type HintRule, shifted} from "./hints.js";
import type {PagedConstants, Platform, ReleaseData} from "./release.js";

const KiB = 1024;

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
  "wasip1/wasm",
] as const;

/**
 * The constants of malloc.go, mpagealloc.go and their neighbors.
 *
 * @go runtime/malloc.go heapAddrBits go1.24.4
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
    ...bitmapConstants(address, arch),
    ...pageConstants(address, {short}),
    ...stackConstants(platform, windows ? 4096 : ios ? 1024 : 0),
    _NumSizeClasses: 68,
    numSpanClasses: 136,
    gcBitsHeaderBytes: 2 * arch.PtrSize,
    tlsSize: 6 * arch.PtrSize,
    minHeapAlign: 8,
    ...(address._64bit ? {addrBits: 48, tagBits: 19} : {}),
    minTagBits: 10,
    taggedPointerBits: goos === "aix" ? 10 : goarch === "riscv64" ? 11 : address._64bit ? 19 : 32,
  };
}

/**
 * Where the hints lie. Half of them are for user arenas; with the race detector, which leaves little room, a quarter.
 *
 * @go runtime/malloc.go mallocinit go1.24.4
 */
function hints({goos, goarch}: Platform, {race}: HintInput): HintRule {
  if (race) return shifted(32, 0xc0 * 2 ** 32, {below: 0xe0 * 2 ** 32, userFrom: 0x60});
  const half = {userFrom: 0x40};
  if (goos === "ios") return shifted(40, 0x13 * 2 ** 28, half);
  if (goarch === "arm64") return shifted(40, 0x40 * 2 ** 32, half);
  if (goos === "aix") return shifted(40, 0xa0 * 2 ** 52, {from: 1, ...half});
  return shifted(40, 0xc0 * 2 ** 32, half);
}

/** go1.24, as of one of its minor releases. */
export const go1_24: ReleaseData = {
  name: "go1.24",
  tag: "go1.24.4",
  platforms: [...linux, ...bySource],
  bySource,
  constants,
  structs,
  named,
  notInHeap: ["traceBuf"],
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
    "linux/amd64": {end: 0x5193c0, data: 12128, bss: 130432},
    "linux/386": {end: 0x81429c0, data: 6208, bss: 50240},
    "linux/arm64": {end: 0x13d9e0, data: 12096, bss: 156160},
  },
  sizeClassRule: {align16From: 32, division: "reciprocal"},
  sysMapLeaves: "prepared",
  fixallocs: [
    ["spanalloc", "mspan", "mspan_sys"],
    ["cachealloc", "mcache", "mcache_sys"],
    ["specialfinalizeralloc", "specialfinalizer", "other_sys"],
    ["specialCleanupAlloc", "specialCleanup", "other_sys"],
    ["specialprofilealloc", "specialprofile", "other_sys"],
    ["specialReachableAlloc", "specialReachable", "other_sys"],
    ["specialPinCounterAlloc", "specialPinCounter", "other_sys"],
    ["specialWeakHandleAlloc", "specialWeakHandle", "gcMiscSys"],
    ["arenaHintAlloc", "arenaHint", "other_sys"],
  ],
  wholeRecords: true,
  mallocinitSteps: [
    "tinySizeClass",
    "heapArenaBitmapWords",
    "physPageSize",
    "physHugePageSize",
    "pagesPerSpanRoot",
    "pagesPerReclaimerChunk",
    "mallocHeader",
    "taggedPointerBits",
  ],
  growth: ({arch, goarch}) => (goarch === "wasm" ? "none" : arch.PtrSize === 8 ? "hints" : "reservation"),
  freePages: "pageAlloc",
  firstMcache: "mcache0",
  memProfileRateAtStart: 512 * KiB,
  generator: ({arch, goarch}) => (arch.PtrSize === 4 || goarch === "wasm" ? "xorshift" : "wyrand"),
  drawsByProduct: true,
  gcMiscStat: "gcMiscSys",
  mapsArenaAtOnce: false,
  userArenas: true,
  alignsFirstBlock: true,
  aligns12: true,
  chargesRefused: true,
  setsMemoryLimit: true,
  schedinit: null,
  scavengeIndex: {chunksPerEntry: 1, entryBytes: 8, min32: 1},
  sysPackage: "internal/goarch",
  packages: {
    abi: "internal/abi",
    atomic: "internal/runtime/atomic",
    chacha8rand: "internal/chacha8rand",
    cpu: "internal/cpu",
    sys: "internal/runtime/sys",
  },
  archChanges: {arm64: {CacheLinePadSize: 128}, riscv64: {CacheLinePadSize: 64}},
};
