// The structs of go1.19.8's memory allocator and of its statistics.
//
// Fields stand in Go's order with Go's types; what no release changed stands in common-structs.ts, and what belongs
// to goroutines, processors and threads in go1.19-sched.ts. Sizes and offsets are not here: they follow (layout.ts).

import {common, padding, pick} from "./common-structs.js";
import {scheduler} from "./go1.19-sched.js";
import {fields, type NamedTypes, type StructDecls} from "./layout.js";
import type {PagedConstants, Platform} from "./release.js";
import {sigset} from "./threads.js";

/** Named types that are not structs. */
export function named(c: PagedConstants, platform: Platform): NamedTypes {
  return {
    ...sigset(platform),
    gcBits: "uint8",
    pallocBits: "pageBits",
    pallocSum: "uint64",
    sysMemStat: "uint64",
    checkmarksMap: `[${c.heapArenaBytes / platform.arch.PtrSize / 8}]uint8`,
    gclinkptr: "uintptr",
    spanClass: "uint8",
    mSpanState: "uint8",
    chunkIdx: "uint",
    pageBits: `[${c.pallocChunkPages / 64}]uint64`,
    headTailIndex: "uint64",
    bucketType: "int",
    puintptr: "uintptr",
    muintptr: "uintptr",
    guintptr: "uintptr",
    traceBufPtr: "uintptr",
    gcMarkWorkerMode: "int",
    throwType: "uint32",
    waitReason: "uint8",
    lockRank: "int",
  };
}

/**
 * The structs that the allocator is made of.
 *
 * @go runtime/mheap.go mspan go1.19.8
 * @go runtime/mheap.go mheap go1.19.8
 * @go runtime/mcache.go mcache go1.19.8
 * @go runtime/mpagealloc.go pageAlloc go1.19.8
 * @go runtime/mstats.go mstats go1.19.8
 */
export function structs(c: PagedConstants, platform: Platform): StructDecls {
  const P = platform.arch.PtrSize;
  const parts: StructDecls = {
    ...scheduler(c, platform),
    ...pick(
      common(c, platform),
      `persistentAlloc specialReachable specialsIter stackfreelist pageCache pallocData addrRange offAddr
      heapStatsAggregate memRecord atomic.Uint64 atomic.Uintptr atomic.Int64 lfnode atomicOffAddr
      atomic.Int32 atomic.Float64 cpu.CacheLinePad workbufhdr lockRankStruct atomic.noCopy`,
    ),
    mspan: fields(`
      next, prev            *mspan
      list                  *mSpanList
      startAddr, npages     uintptr
      manualFreeList        gclinkptr
      freeindex, nelems     uintptr
      allocCache            uint64
      allocBits, gcmarkBits *gcBits
      sweepgen, divMul      uint32
      allocCount            uint16
      spanclass             spanClass
      state                 mSpanStateBox
      needzero              uint8
      allocCountBeforeCache uint16
      elemsize, limit       uintptr
      speciallock           mutex
      specials              *special
      freeIndexForScan      uintptr
    `),
    mcache: fields(`
      nextSample, scanAlloc, tiny, tinyoffset, tinyAllocs uintptr
      alloc      [${c.numSpanClasses}]*mspan
      stackcache [${c._NumStackOrders}]stackfreelist
      flushGen   uint32
    `),
    mcentral: fields(`
      spanclass     spanClass
      partial, full [2]spanSet
    `),
    heapArena: fields(`
      bitmap     [${c.heapArenaBitmapBytes}]uint8
      spans      [${c.pagesPerArena}]*mspan
      pageInUse, pageMarks, pageSpecials [${c.pagesPerArena / 8}]uint8
      checkmarks *checkmarksMap
      zeroedBase uintptr
    `),
    pageAlloc: fields(`
      summary            [${c.summaryLevels}][]pallocSum
      chunks             [${2 ** c.pallocChunksL1Bits}]*[${2 ** c.pallocChunksL2Bits}]pallocData
      searchAddr         offAddr
      start, end         chunkIdx
      inUse              addrRanges
      _                  uint32
      scav               struct{index scavengeIndex; released uintptr; _ uint32; assistTime atomic.Int64}
      mheapLock          *mutex
      sysStat            *sysMemStat
      summaryMappedReady uintptr
      test               bool
    `),
    fixalloc: fields(`
      size           uintptr
      first          func(unsafe.Pointer, unsafe.Pointer)
      arg            unsafe.Pointer
      list           *mlink
      chunk          uintptr
      nchunk, nalloc uint32
      inuse          uintptr
      stat           *sysMemStat
      zero           bool
    `),
    arenaHint: fields(`
      addr uintptr
      down bool
      next *arenaHint
    `),
    linearAlloc: fields(`
      next, mapped, end uintptr
      mapMemory         bool
    `),
    mSpanList: fields(`
      first, last *mspan
    `),
    mSpanStateBox: fields("s mSpanState"),
    gcBitsArena: fields(`
      free uintptr
      next *gcBitsArena
      bits [${c.gcBitsChunkBytes - c.gcBitsHeaderBytes}]gcBits
    `),
    special: fields(`
      next   *special
      offset uint16
      kind   uint8
    `),
    specialfinalizer: fields(`
      special special
      fn      *funcval
      nret    uintptr
      fint    *_type
      ot      *ptrtype
    `),
    specialprofile: fields(`
      special special
      b       *bucket
    `),
    stackpoolItem: fields(`
      mu   mutex
      span mSpanList
    `),
    addrRanges: fields(`
      ranges     []addrRange
      totalBytes uintptr
      sysStat    *sysMemStat
    `),
    spanSet: fields(`
      spineLock          mutex
      spine              unsafe.Pointer
      spineLen, spineCap uintptr
      index              headTailIndex
    `),
    spanSetBlock: fields(`
      lfnode lfnode
      popped uint32
      spans  [${c.spanSetBlockEntries}]*mspan
    `),
    mlink: fields("next *mlink"),
    notInHeap: [],
    scavengeIndex: fields(`
      searchAddr           atomicOffAddr
      chunks               []atomic.Uint8
      minHeapIdx, min, max atomic.Int32
    `),
    heapStatsDelta: fields(`
      committed, released, inHeap, inStacks, inWorkBufs, inPtrScalarBits int64
      tinyAllocCount, largeAlloc, largeAllocCount uint64
      smallAllocCount           [${c._NumSizeClasses}]uint64
      largeFree, largeFreeCount uint64
      smallFreeCount            [${c._NumSizeClasses}]uint64
    `),
    consistentHeapStats: fields(`
      stats   [3]heapStatsDelta
      gen     uint32
      noPLock mutex
    `),
    mstats: fields(`
      heapStats           consistentHeapStats
      stacks_sys, mspan_sys, mcache_sys, buckhash_sys, gcMiscSys, other_sys sysMemStat
      last_gc_unix, pause_total_ns uint64
      pause_ns, pause_end [256]uint64
      numgc, numforcedgc  uint32
      gc_cpu_fraction     float64
      last_gc_nanotime, lastHeapInUse uint64
      enablegc            bool
      _                   uint32
      gcPauseDist         timeHistogram
    `),
    gcControllerState: fields(`
      gcPercent                  atomic.Int32
      _                          uint32
      memoryLimit                atomic.Int64
      heapMinimum                uint64
      runway                     atomic.Uint64
      consMark                   float64
      consMarkController         piController
      _                          uint32
      gcPercentHeapGoal, sweepDistMinTrigger atomic.Uint64
      triggered, lastHeapGoal, heapLive, heapScan, lastHeapScan uint64
      lastStackScan, maxStackScan, globalsScan, heapMarked uint64
      heapScanWork, stackScanWork, globalsScanWork atomic.Int64
      bgScanCredit               int64
      assistTime                 atomic.Int64
      dedicatedMarkTime, fractionalMarkTime, idleMarkTime, markStartTime int64
      dedicatedMarkWorkersNeeded int64
      idleMarkWorkers            atomic.Uint64
      assistWorkPerByte, assistBytesPerWork atomic.Float64
      fractionalUtilizationGoal  float64
      heapInUse, heapReleased, heapFree sysMemStat
      totalAlloc, totalFree, mappedReady atomic.Uint64
      test                       bool
      _                          cpu.CacheLinePad
    `),
    bucket: fields(`
      next, allnext    *bucket
      typ              bucketType
      hash, size, nstk uintptr
    `),
    finblock: fields(`
      alllink, next *finblock
      cnt           uint32
      _             int32
      fin           [${Math.floor((4096 - 2 * P - 8) / (5 * P))}]finalizer
    `),
    finalizer: fields(`
      fn   *funcval
      arg  unsafe.Pointer
      nret uintptr
      fint *_type
      ot   *ptrtype
    `),
    workbuf: fields(`
      workbufhdr workbufhdr
      obj        [${(c._WorkbufSize - 8 - 2 * P) / P}]uintptr
    `),
    mutex: fields(`
      lockRankStruct lockRankStruct
      key            uintptr
    `),
    timeHistogram: fields(`
      counts    [720]uint64
      underflow uint64
    `),
    piController: fields(`
      kp, ti, tt, min, max, errIntegral float64
      errOverflow, inputOverflow bool
    `),
    memRecordCycle: fields(`
      allocs, frees, alloc_bytes, free_bytes uintptr
    `),
  };
  const pad = padding(parts, "mcentral", named(c, platform), platform, true);
  return {
    ...parts,
    mheap: fields(`
      lock                  mutex
      _                     uint32
      pages                 pageAlloc
      sweepgen              uint32
      allspans              []*mspan
      pagesInUse, pagesSwept, pagesSweptBasis atomic.Uint64
      sweepHeapLiveBasis    uint64
      sweepPagesPerByte     float64
      reclaimIndex          atomic.Uint64
      reclaimCredit         atomic.Uintptr
      arenas                [${2 ** c.arenaL1Bits}]*[${2 ** c.arenaL2Bits}]*heapArena
      heapArenaAlloc        linearAlloc
      arenaHints            *arenaHint
      arena                 linearAlloc
      allArenas, sweepArenas, markArenas []arenaIdx
      curArena              struct{base uintptr; end uintptr}
      _                     uint32
      central               [${c.numSpanClasses}]struct{mcentral mcentral; pad [${pad}]uint8}
      spanalloc, cachealloc, specialfinalizeralloc, specialprofilealloc fixalloc
      specialReachableAlloc fixalloc
      speciallock           mutex
      arenaHintAlloc        fixalloc
      unused                *specialfinalizer
    `),
  };
}
