// go1.27: the collector marks whole spans, and the place of the heap is left to chance.
//
// This file is data: the platforms, the constants that Go computes from them, the fields of its structs, and
// the few decisions that other releases take differently. Its source is go1.27.3.

import {
  addressConstants,
  bitmapConstants,
  fixedConstants,
  pageConstants,
  stackConstants,
} from "./constants.js";
import {named, structs} from "./go1.27-structs.js";
import {type HintInput, type HintRule, randomized, shifted} from "./hints.js";
import type {Constants, PagedConstants, Platform, ReleaseData} from "./release.js";

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
 * @go runtime/malloc.go heapAddrBits go1.27.3
 */
function constants(platform: Platform): PagedConstants {
  const {goos, goarch, arch} = platform;
  const [ios, windows, wasm] = [goos === "ios", goos === "windows", goarch === "wasm"];
  const mips32 = goarch === "mips" || goarch === "mipsle";
  const short = arch.PtrSize === 4 || wasm;
  const address = addressConstants(platform, {
    heapAddrBits: ios ? 40 : mips32 ? 31 : short ? 32 : 48,
    logHeapArenaBytes: wasm ? 19 : ios || windows || short ? 22 : 26,
  });
  return {
    ...fixedConstants,
    ...address,
    ...bitmapConstants(address, arch),
    ...pageConstants(address, {short, logPallocChunkPages: wasm ? 6 : 9}),
    ...stackConstants(platform, windows ? 4096 : ios ? 1024 : 0),
    _NumSizeClasses: 68,
    numSpanClasses: 136,
    gcBitsHeaderBytes: 2 * arch.PtrSize,
    tlsSize: 6 * arch.PtrSize,
    ...tagConstants(platform),
  };
}

/**
 * How a pointer shares a word with a tag: of an address count so many bits, and its last 9 are zero.
 *
 * @go runtime/tagptr_64bit.go addrBits go1.27.3
 */
function tagConstants({goos, goarch, arch}: Platform) {
  const minTagBits = 16;
  if (arch.PtrSize === 4) return {tagBits: 32, taggedPointerBits: 32, minTagBits};
  const long = goos === "aix" || (goos === "freebsd" && goarch === "amd64");
  const addrBits = long ? 57 : goarch === "riscv64" ? 56 : 49;
  const tagBits = 64 - addrBits + 9;
  return {addrBits, tagBits, taggedPointerBits: tagBits, minTagBits};
}

/**
 * Where the hints lie. Chance comes after the race detector and before the platform. On riscv64 an address can have
 * 39 bits only. Half of the hints are for user arenas; with the race detector, which leaves little room, a quarter.
 *
 * @go runtime/malloc.go mallocinit go1.27.3
 */
function hints(platform: Platform, {race, vmaBits, heapRandSeed}: HintInput, c: Constants): HintRule {
  const {goos, goarch} = platform;
  const small = goarch === "riscv64" && vmaBits === 39;
  const quarter = {userFrom: 0x60};
  if (race && small) return shifted(28, 0x13 * 2 ** 28, {below: 0xf * 2 ** 32, ...quarter});
  if (race) return shifted(32, 0xc0 * 2 ** 32, {below: 0xe0 * 2 ** 32, ...quarter});
  const half = {userFrom: 0x40};
  if (heapRandSeed !== null) return randomized(heapRandSeed, c, platform, half);
  if (goos === "ios") return shifted(40, 0x13 * 2 ** 28, half);
  if (goarch === "arm64") return shifted(40, 0x40 * 2 ** 32, half);
  if (small) return shifted(32, 0x13 * 2 ** 28, half);
  if (goos === "aix") return shifted(40, 0xa0 * 2 ** 52, {from: 1, ...half});
  return shifted(40, 0xc0 * 2 ** 32, half);
}

/** go1.27, as of one of its minor releases. */
export const go1_27: ReleaseData = {
  name: "go1.27",
  tag: "go1.27.3",
  platforms: [...linux, ...bySource],
  bySource,
  constants,
  structs,
  named,
  notInHeap: ["cleanupBlock", "traceBuf"],
  racePlatforms: [
    "linux/amd64",
    "linux/arm64",
    "linux/loong64",
    "linux/ppc64le",
    "linux/riscv64",
    "linux/s390x",
    "darwin/amd64",
    "darwin/arm64",
    "freebsd/amd64",
    "windows/amd64",
  ],
  hints,
  randomizesHeapBase: true,
  emptyProgram: {
    "linux/amd64": {end: 0x55fca8, data: 15136, bss: 131680},
    "linux/386": {end: 0x8181874, data: 7712, bss: 50400},
    "linux/arm64": {end: 0x173428, data: 15104, bss: 157792},
    "linux/riscv64": {end: 0x14c9c8, data: 15072, bss: 131424},
  },
  sizeClassRule: {align16From: 32, division: "reciprocal"},
  sysMapLeaves: "prepared",
  fixallocs: [
    ["spanalloc", "mspan", "mspan_sys"],
    ["spanSPMCAlloc", "spanSPMC", "gcMiscSys"],
    ["cachealloc", "mcache", "mcache_sys"],
    ["specialfinalizeralloc", "specialfinalizer", "other_sys"],
    ["specialCleanupAlloc", "specialCleanup", "other_sys"],
    ["specialCheckFinalizerAlloc", "specialCheckFinalizer", "other_sys"],
    ["specialTinyBlockAlloc", "specialTinyBlock", "other_sys"],
    ["specialprofilealloc", "specialprofile", "other_sys"],
    ["specialReachableAlloc", "specialReachable", "other_sys"],
    ["specialPinCounterAlloc", "specialPinCounter", "other_sys"],
    ["specialSecretAlloc", "specialSecret", "other_sys"],
    ["specialWeakHandleAlloc", "specialWeakHandle", "gcMiscSys"],
    ["specialBubbleAlloc", "specialBubble", "other_sys"],
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
    "tagBits",
  ],
  growth: ({arch, goarch}) => (goarch === "wasm" ? "none" : arch.PtrSize === 8 ? "hints" : "reservation"),
  freePages: "pageAlloc",
  firstMcache: "mcache0",
  memProfileRateAtStart: 512 * KiB,
  generator: ({arch}) => (arch.PtrSize === 4 ? "xorshift" : "wyrand32"),
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
    windows: "internal/runtime/syscall/windows",
  },
  archChanges: {arm64: {CacheLinePadSize: 128}, riscv64: {CacheLinePadSize: 64}},
};
