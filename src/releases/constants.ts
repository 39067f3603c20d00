// What Go computes from the few numbers that a release and a platform decide on.
//
// The constants of malloc.go, mpagealloc.go and their neighbors follow from a handful: how many bits an address has,
// how large an arena and a chunk of pages are, how many levels the summaries have. Sizes are in bytes.

import type {Arch} from "./platforms.js";
import type {Constants, PageConstants, Platform} from "./release.js";

const KiB = 1024;

/** What follows from the size of addresses and of arenas. */
type AddressConstants = Pick<
  Constants,
  | "_64bit"
  | "_PageShift"
  | "_PageSize"
  | "heapAddrBits"
  | "maxAlloc"
  | "logHeapArenaBytes"
  | "heapArenaBytes"
  | "heapArenaBitmapBytes"
  | "pagesPerArena"
  | "arenaL1Bits"
  | "arenaL2Bits"
  | "arenaL1Shift"
  | "arenaBits"
  | "arenaBaseOffset"
> & {arenaBaseOffsetUintptr: number};

/**
 * From bits to arenas. heapAddrBits is what a user address can have; a heap arena is the unit in which the heap
 * grows; L1 and L2 are the two levels of the index from an address to its arena.
 *
 * Go subtracts arenaBaseOffsetUintptr from an address modulo 2^64. A float64 would lose bits by that, so the model
 * adds arenaBaseOffset, which comes to the same.
 *
 * @go runtime/malloc.go arenaBaseOffset go1.19.8
 */
export function addressConstants(
  {goos, goarch, arch}: Platform,
  {heapAddrBits, logHeapArenaBytes}: {heapAddrBits: number; logHeapArenaBytes: number},
): AddressConstants {
  const _64bit = arch.PtrSize === 8 ? 1 : 0;
  const arenaL1Bits = goos === "windows" && _64bit ? 6 : 0;
  const arenaL2Bits = heapAddrBits - logHeapArenaBytes - arenaL1Bits;
  const heapArenaBytes = 2 ** logHeapArenaBytes;
  const [amd64, aix] = [goarch === "amd64", goos === "aix"];
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
    arenaBaseOffset: amd64 ? 2 ** 47 : aix ? -(0xa00 * 2 ** 48) : 0,
    arenaBaseOffsetUintptr: amd64 ? 2 ** 64 - 2 ** 47 : aix ? 0xa00 * 2 ** 48 : 0,
  };
}

/**
 * From arenas to chunks of pages and to the levels of their summaries. Where addresses are short there is one level
 * less, and the index of chunks is flat.
 *
 * @go runtime/mpagealloc.go pallocChunkPages go1.19.8
 */
export function pageConstants(
  {heapAddrBits, pagesPerArena}: {heapAddrBits: number; pagesPerArena: number},
  {short, logPallocChunkPages = 9}: {short: boolean; logPallocChunkPages?: number},
): PageConstants {
  const logPallocChunkBytes = logPallocChunkPages + 13;
  const pallocChunksL1Bits = short ? 0 : 13;
  const summaryLevels = short ? 4 : 5;
  const summaryLevelBits = 3;
  return {
    logPallocChunkPages,
    pallocChunkPages: 2 ** logPallocChunkPages,
    logPallocChunkBytes,
    pallocChunkBytes: 2 ** logPallocChunkBytes,
    pallocChunksL1Bits,
    pallocChunksL2Bits: heapAddrBits - logPallocChunkBytes - pallocChunksL1Bits,
    summaryLevels,
    summaryLevelBits,
    summaryL0Bits: heapAddrBits - logPallocChunkBytes - (summaryLevels - 1) * summaryLevelBits,
    logMaxPackedValue: logPallocChunkPages + (summaryLevels - 1) * summaryLevelBits,
    pageCachePages: 64,
    maxPhysPageSize: 512 * KiB,
    maxPhysHugePageSize: 2 ** logPallocChunkBytes,
    pagesPerSpanRoot: Math.min(512, pagesPerArena),
    pagesPerReclaimerChunk: Math.min(512, pagesPerArena),
    spanSetBlockEntries: 512,
    spanSetInitSpineCap: 256,
    scavengePercent: 1,
  };
}

/**
 * The smallest stack: 2 KiB for the program and `_StackSystem` for the system's signal handlers, rounded up to a
 * power of 2. On Windows, where it is larger, fewer sizes of stacks are cached.
 *
 * @go runtime/stack.go _FixedStack go1.19.8
 */
export function stackConstants({goos, arch}: Platform, _StackSystem: number) {
  return {
    _StackMin: 2048,
    _StackSystem,
    _FixedStack: 2 ** Math.ceil(Math.log2(2048 + _StackSystem)),
    _StackCacheSize: 32 * KiB,
    _NumStackOrders: 4 - (goos === "windows" ? arch.PtrSize / 4 : 0),
  };
}

/**
 * What go1.22 changed of heap bitmaps: one bit for each word. Objects up to a size have it at the end of their span,
 * larger ones have their type in front of them; what the bitmap of a word can tell decides which is which.
 *
 * @go runtime/mbitmap.go heapBitsInSpan go1.24.4
 */
export function bitmapConstants({heapArenaBytes}: {heapArenaBytes: number}, {PtrSize}: Arch) {
  const heapArenaBitmapWords = heapArenaBytes / (8 * PtrSize * PtrSize);
  const userArenaChunkBytes = Math.min(8 * KiB * KiB, heapArenaBytes);
  return {
    heapArenaBitmapWords,
    heapArenaBitmapBytes: heapArenaBitmapWords * PtrSize,
    minSizeForMallocHeader: PtrSize * PtrSize * 8,
    mallocHeaderSize: 8,
    userArenaChunkBytes,
    userArenaChunkPages: userArenaChunkBytes / (8 * KiB),
  };
}

/** What no release has changed. */
export const fixedConstants = {
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
  _WorkbufSize: 2 * KiB,
  workbufAlloc: 32 * KiB,
  gcBitsChunkBytes: 64 * KiB,
  _MaxGcproc: 32,
} as const;
