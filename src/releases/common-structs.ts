// Structs that are the same in every release of this book that has them.
//
// A release names those that it has; a struct that some release changed stands in full in the files of each.

import {fields, Layouts, type NamedTypes, type StructDecls} from "./layout.js";
import type {Constants, Platform} from "./release.js";

/**
 * The structs that do not change. Types of other packages have the package in front, as Go writes them.
 *
 * @go runtime/internal/atomic/types.go Uint64 go1.19.8
 */
export function common(c: Constants, {arch}: Platform): StructDecls {
  return {
    "atomic.Uint64": fields(`
      noCopy atomic.noCopy
      _      atomic.align64
      value  uint64
    `),
    "atomic.Uintptr": fields(`
      noCopy atomic.noCopy
      value  uintptr
    `),
    "atomic.Int64": fields(`
      noCopy atomic.noCopy
      _      atomic.align64
      value  int64
    `),
    "atomic.Int32": fields(`
      noCopy atomic.noCopy
      value  int32
    `),
    "atomic.Float64": fields("u atomic.Uint64"),
    "atomic.noCopy": [],
    "atomic.Uint32": fields(`
      noCopy atomic.noCopy
      value  uint32
    `),
    "atomic.Uint8": fields(`
      noCopy atomic.noCopy
      value  uint8
    `),
    "atomic.Bool": fields("u atomic.Uint8"),
    "atomic.UnsafePointer": fields(`
      noCopy atomic.noCopy
      value  unsafe.Pointer
    `),
    persistentAlloc: fields(`
      base *notInHeap
      off  uintptr
    `),
    stackfreelist: fields(`
      list gclinkptr
      size uintptr
    `),
    gcSweepBuf: fields(`
      spineLock          mutex
      spine              unsafe.Pointer
      spineLen, spineCap uintptr
      index              uint32
    `),
    gcSweepBlock: fields("spans [512]*mspan"),
    memRecord: fields(`
      active memRecordCycle
      future [3]memRecordCycle
    `),
    "cpu.CacheLinePad": fields(`_ [${arch.CacheLinePadSize}]uint8`),
    workbufhdr: fields(`
      node lfnode
      nobj int
    `),
    lfnode: fields(`
      next    uint64
      pushcnt uintptr
    `),
    libcall: fields(`
      fn, n, args, r1, r2, err uintptr
    `),
    stack: fields(`
      lo, hi uintptr
    `),
    pageCache: fields(`
      base        uintptr
      cache, scav uint64
    `),
    pallocData: fields(`
      pallocBits pallocBits
      scavenged  pageBits
    `),
    addrRange: fields(`
      base, limit offAddr
    `),
    offAddr: fields("a uintptr"),
    lockRankStruct: [],
    dlogPerM: [],
    heldLockInfo: fields(`
      lockAddr uintptr
      rank     lockRank
    `),
    specialReachable: fields(`
      special         special
      done, reachable bool
    `),
    specialsIter: fields(`
      pprev **special
      s     *special
    `),
    heapStatsAggregate: fields(`
      heapStatsDelta heapStatsDelta
      inObjects, numObjects, totalAllocated, totalFreed, totalAllocs uint64
      totalFrees     uint64
    `),
    atomicOffAddr: fields("a atomic.Int64"),
    limiterEvent: fields("stamp atomic.Uint64"),
    goroutineProfileStateHolder: fields(`
      noCopy atomic.noCopy
      value  uint32
    `),
    gcBits: fields(`
      _ sys.NotInHeap
      x uint8
    `),
    specialPinCounter: fields(`
      special special
      counter uintptr
    `),
    specialWeakHandle: fields(`
      _       sys.NotInHeap
      special special
      handle  *atomic.Uintptr
    `),
    scavChunkData: fields(`
      inUse, lastInUse uint16
      gen              uint32
      scavChunkFlags   scavChunkFlags
    `),
    userArena: fields(`
      fullList, active *mspan
      refs             []unsafe.Pointer
      defunct          atomic.Bool
    `),
    checkmarksMap: fields(`
      _ sys.NotInHeap
      b [${c.heapArenaBytes / arch.PtrSize / 8}]uint8
    `),
    "sys.NotInHeap": fields("_ sys.nih"),
    atomicSpanSetSpinePointer: fields("a atomic.UnsafePointer"),
    atomicHeadTailIndex: fields("u atomic.Uint64"),
    atomicMSpanPointer: fields("p atomic.UnsafePointer"),
    "sys.nih": [],
    pTraceState: fields(`
      traceSchedResourceState traceSchedResourceState
      mSyscallID              int64
      maySweep, inSweep       bool
      swept, reclaimed        uintptr
    `),
    pcvalueCache: fields(`
      entries [2][8]pcvalueCacheEnt
      inUse   int
    `),
    "chacha8rand.State": fields(`
      buf     [32]uint64
      seed    [4]uint64
      i, n, c uint32
    `),
    gTraceState: fields("traceSchedResourceState traceSchedResourceState"),
    traceSchedResourceState: fields(`
      statusTraced [3]atomic.Uint32
      seq          [2]uint64
    `),
    pcvalueCacheEnt: fields(`
      targetpc uintptr
      off      uint32
      val      int32
      valPC    uintptr
    `),
  };
}

/** Words that are separated by spaces. */
export function words(text: string): string[] {
  return text.trim().split(/\s+/);
}

/** The declarations of these names, which are separated by spaces. */
export function pick(structs: StructDecls, names: string): StructDecls {
  return Object.fromEntries(
    words(names).map(name => {
      const found = structs[name];
      if (!found)
        throw new RangeError(`no common struct ${name}; there are ${Object.keys(structs).join(", ")}`);
      return [name, found] as const;
    }),
  );
}

/**
 * Bytes that keep a struct from sharing its last cache line with the next one. Where it fills its last line, up to
 * go1.19 a `whole` line is added, which nothing needs.
 */
export function padding(
  structs: StructDecls,
  struct: string,
  named: NamedTypes,
  {arch}: Platform,
  whole = false,
): number {
  const used = new Layouts({...arch, structs, named}).sizeof(struct) % arch.CacheLinePadSize;
  return used === 0 && !whole ? 0 : arch.CacheLinePadSize - used;
}
