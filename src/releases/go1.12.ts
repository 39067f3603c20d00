// go1.12: the last release but one before the page allocator. Free spans are kept in two treaps.
//
// This file is data: the platforms, the constants that Go computes from them, the fields of its structs, and
// the few decisions that later releases take differently. Its source is go1.12.17.

import {named, structs} from "./go1.12-structs.js";
import {type HintInput, type HintRule, shifted} from "./hints.js";
import {earlyIos} from "./platforms.js";
import type {Constants, Platform, ReleaseData} from "./release.js";

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
  "linux/s390x",
] as const;

/** What is not Linux was not recorded: it is written down by Go's source. */
const bySource = ["darwin/amd64", "darwin/arm64", "windows/amd64", "aix/ppc64", "js/wasm"] as const;

/**
 * The constants of malloc.go, stack.go and their neighbors.
 *
 * heapAddrBits is what a user address can have; a heap arena is the unit in which the heap grows; L1 and L2
 * are the two levels of the index from an address to its arena.
 *
 * @go runtime/malloc.go heapAddrBits go1.12.17
 */
function constants({goos, goarch, arch}: Platform): Constants {
  const _64bit = arch.PtrSize === 8 ? 1 : 0;
  const [aix, windows, wasm] = [goos === "aix", goos === "windows", goarch === "wasm"];
  const mips32 = goarch === "mips" || goarch === "mipsle";

  const heapAddrBits = aix ? 60 : wasm || !_64bit ? (mips32 ? 31 : 32) : 48;
  const logHeapArenaBytes = aix ? 28 : windows || !_64bit ? 22 : 26;
  const arenaL1Bits = aix ? 12 : windows && _64bit ? 6 : 0;
  const arenaL2Bits = heapAddrBits - logHeapArenaBytes - arenaL1Bits;
  const heapArenaBytes = 2 ** logHeapArenaBytes;

  const _StackSystem = windows ? 512 * arch.PtrSize : goos === "darwin" && goarch === "arm64" ? 1024 : 0;
  const _FixedStack = 2 ** Math.ceil(Math.log2(2048 + _StackSystem));

  return {
    _64bit,
    _PageShift: 13,
    _PageSize: 8 * KiB,
    heapAddrBits,
    maxAlloc: 2 ** heapAddrBits - (1 - _64bit),
    logHeapArenaBytes,
    heapArenaBytes,
    heapArenaBitmapBytes: heapArenaBytes / ((arch.PtrSize * 8) / 2),
    pagesPerArena: heapArenaBytes / (8 * KiB),
    arenaL1Bits,
    arenaL2Bits,
    arenaL1Shift: arenaL2Bits,
    arenaBits: arenaL1Bits + arenaL2Bits,
    arenaBaseOffset: goarch === "amd64" ? 2 ** 47 : 0,
    _NumSizeClasses: 67,
    numSpanClasses: 134,
    smallSizeDiv: 8,
    smallSizeMax: 1024,
    largeSizeDiv: 128,
    _MaxSmallSize: 32 * KiB,
    _TinySize: 16,
    _TinySizeClass: 2,
    _FixAllocChunk: 16 * KiB,
    persistentChunkSize: 256 * KiB,
    minPhysPageSize: 4 * KiB,
    maxObjsPerSpan: 1024,
    _StackMin: 2048,
    _StackSystem,
    _FixedStack,
    _StackCacheSize: 32 * KiB,
    _NumStackOrders: 4 - (windows ? arch.PtrSize / 4 : 0),
    _WorkbufSize: 2 * KiB,
    workbufAlloc: 32 * KiB,
    gcBitsChunkBytes: 64 * KiB,
    gcBitsHeaderBytes: 2 * arch.PtrSize,
    _MaxGcproc: 32,
    addrBits: _64bit ? 48 : undefined,
  };
}

/**
 * Where the hints lie. 0x00c0 << 32 is far from what else is mapped, and its bytes c0 00 are not UTF-8; arm64
 * must stay below 39 bits; AIX gives a process addresses from 0x0a00 << 48 on; the race detector wants the heap
 * between 0x00c0 << 32 and 0x00e0 << 32.
 *
 * @go runtime/malloc.go mallocinit go1.12.17
 */
function hints({goos, goarch}: Platform, {race}: HintInput): HintRule {
  if (goarch === "arm64" && goos === "darwin") return shifted(40, 0x13 * 2 ** 28);
  if (goarch === "arm64") return shifted(40, 0x40 * 2 ** 32);
  if (goos === "aix") return shifted(40, 0xa0 * 2 ** 52, {from: 1});
  if (race) return shifted(32, 0xc0 * 2 ** 32, {below: 0xe0 * 2 ** 32});
  return shifted(40, 0xc0 * 2 ** 32);
}

/** go1.12, as of its last minor release. */
export const go1_12: ReleaseData = {
  name: "go1.12",
  tag: "go1.12.17",
  platforms: [...linux, ...bySource],
  bySource,
  constants,
  structs,
  named,
  racePlatforms: ["linux/amd64", "linux/arm64", "linux/ppc64le", "darwin/amd64", "windows/amd64"],
  hints,
  randomizesHeapBase: false,
  emptyProgram: {
    "linux/amd64": {end: 0x4df3b8, data: 7584, bss: 111584},
    "linux/386": {end: 0x8101748, data: 3840, bss: 68608},
    "linux/arm64": {end: 0xf0278, data: 7552, bss: 111584},
    "linux/ppc64le": {end: 0x106598, data: 7520, bss: 136256},
  },
  sizeClassRule: {align16From: 16},
  sysMapLeaves: "ready",
  fixallocs: [
    ["treapalloc", "treapNode", "other_sys"],
    ["spanalloc", "mspan", "mspan_sys"],
    ["cachealloc", "mcache", "mcache_sys"],
    ["specialfinalizeralloc", "specialfinalizer", "other_sys"],
    ["specialprofilealloc", "specialprofile", "other_sys"],
    ["arenaHintAlloc", "arenaHint", "other_sys"],
  ],
  wholeRecords: false,
  mallocinitSteps: ["tinySizeClass", "deferSizes", "heapArenaBitmapBytes", "classSizes", "physPageSize"],
  growth: ({arch, goarch}) => (arch.PtrSize === 8 && goarch !== "wasm" ? "hints" : "reservation"),
  freePages: "treaps",
  firstMcache: "m0.mcache",
  memProfileRateAtStart: 512 * KiB,
  generator: () => "xorshift",
  drawsByProduct: false,
  gcMiscStat: "gc_sys",
  mapsArenaAtOnce: true,
  userArenas: false,
  alignsFirstBlock: false,
  aligns12: false,
  chargesRefused: false,
  setsMemoryLimit: false,
  schedinit: {
    steps: ["mcommoninit", "cpuinit", "modulesinit", "goargs", "goenvs", "gcinit"],
    cpuOptions: {"386": [15], amd64: [15], arm: [2], arm64: [24], ppc64: [4], ppc64le: [4], s390x: [9]},
    masksOfPs: false,
  },
  sysPackage: "runtime/internal/sys",
  packages: {cpu: "internal/cpu", sys: "runtime/internal/sys"},
  addressChanges: {"darwin/arm64": earlyIos},
};
