// The structs of go1.27.3's memory allocator and of its statistics.
//
// Fields stand in Go's order with Go's types; what no release changed stands in common-structs.ts, and what belongs
// to goroutines, processors and threads in go1.27-sched.ts. Sizes and offsets are not here: they follow (layout.ts).

import {common, padding, pick} from "./common-structs.js";
import {scheduler} from "./go1.27-sched.js";
import {fields, type NamedTypes, type StructDecls} from "./layout.js";
import type {PagedConstants, Platform} from "./release.js";
import {sigset} from "./threads.js";

/** Named types that are not structs. */
export function named(c: PagedConstants, platform: Platform): NamedTypes {
  return {
    ...sigset(platform),
    pallocBits: "pageBits",
    pallocSum: "uint64",
    sysMemStat: "uint64",
    gclinkptr: "uintptr",
    spanClass: "uint8",
    chunkIdx: "uint",
    pageBits: `[${c.pallocChunkPages / 64}]uint64`,
    spanScanOwnership: "uint8",
    scavChunkFlags: "uint8",
    bucketType: "int",
    puintptr: "uintptr",
    muintptr: "uintptr",
    guintptr: "uintptr",
    gcMarkWorkerMode: "int",
    throwType: "uint32",
    traceBlockReason: "uint8",
    waitReason: "uint8",
    lockRank: "int64",
    objptr: "uintptr",
  };
}

/**
 * The structs that the allocator is made of.
 *
 * @go runtime/mheap.go mspan go1.27.3
 * @go runtime/mheap.go mheap go1.27.3
 * @go runtime/mcache.go mcache go1.27.3
 * @go runtime/mpagealloc.go pageAlloc go1.27.3
 * @go runtime/mstats.go mstats go1.27.3
 */
export function structs(c: PagedConstants, platform: Platform): StructDecls {
  const P = platform.arch.PtrSize;
  const parts: StructDecls = {
    ...scheduler(c, platform),
    ...pick(
      common(c, platform),
      `persistentAlloc gcBits specialReachable specialPinCounter specialWeakHandle specialsIter
      stackfreelist pageCache pallocData addrRange offAddr scavChunkData heapStatsAggregate memRecord
      userArena checkmarksMap sys.NotInHeap atomic.Uint32 atomic.Uintptr atomic.Uint64 cpu.CacheLinePad
      atomic.Uint8 atomicSpanSetSpinePointer atomicHeadTailIndex atomicMSpanPointer atomic.Bool
      atomic.UnsafePointer atomicOffAddr atomic.Int32 atomic.Int64 atomic.Float64 workbufhdr lockRankStruct
      sys.nih atomic.noCopy lfnode`,
    ),
    mspan: fields(`
      _                     sys.NotInHeap
      next, prev            *mspan
      list                  *mSpanList
      startAddr, npages     uintptr
      manualFreeList        gclinkptr
      freeindex, nelems, freeIndexForScan uint16
      allocCache            uint64
      allocBits, gcmarkBits, pinnerBits *gcBits
      sweepgen, divMul      uint32
      allocCount            uint16
      spanclass             spanClass
      state                 mSpanStateBox
      needzero              uint8
      isUserArenaChunk      bool
      allocCountBeforeCache uint16
      elemsize, limit       uintptr
      speciallock           mutex
      specials              *special
      userArenaChunkFree    addrRange
      largeType             *abi.Type
    `),
    mcache: fields(`
      _              sys.NotInHeap
      nextSample     int64
      memProfRate    int
      scanAlloc, tiny, tinyoffset, tinyAllocs uintptr
      alloc          [${c.numSpanClasses}]*mspan
      reusableNoscan [${c.numSpanClasses}]gclinkptr
      stackcache     [${c._NumStackOrders}]stackfreelist
      flushGen       atomic.Uint32
    `),
    mcentral: fields(`
      _             sys.NotInHeap
      spanclass     spanClass
      partial, full [2]spanSet
    `),
    heapArena: fields(`
      _          sys.NotInHeap
      spans      [${c.pagesPerArena}]*mspan
      pageInUse, pageMarks, pageSpecials, pageUseSpanInlineMarkBits [${c.pagesPerArena / 8}]uint8
      checkmarks *checkmarksMap
      zeroedBase uintptr
    `),
    pageAlloc: fields(`
      summary              [${c.summaryLevels}][]pallocSum
      chunks               [${2 ** c.pallocChunksL1Bits}]*[${2 ** c.pallocChunksL2Bits}]pallocData
      searchAddr           offAddr
      start, end           chunkIdx
      inUse                addrRanges
      scav                 struct{index scavengeIndex; releasedBg atomic.Uintptr; releasedEager atomic.Uintptr}
      mheapLock            *mutex
      sysStat              *sysMemStat
      summaryMappedReady   uintptr
      chunkHugePages, test bool
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
      _    sys.NotInHeap
      addr uintptr
      down bool
      next *arenaHint
    `),
    linearAlloc: fields(`
      next, mapped, end uintptr
      mapMemory         bool
    `),
    mSpanList: fields(`
      _           sys.NotInHeap
      first, last *mspan
    `),
    mSpanStateBox: fields("s atomic.Uint8"),
    gcBitsArena: fields(`
      _    sys.NotInHeap
      free uintptr
      next *gcBitsArena
      bits [${c.gcBitsChunkBytes - c.gcBitsHeaderBytes}]gcBits
    `),
    special: fields(`
      _      sys.NotInHeap
      next   *special
      offset uintptr
      kind   uint8
    `),
    specialfinalizer: fields(`
      _       sys.NotInHeap
      special special
      fn      *funcval
      nret    uintptr
      fint    *abi.Type
      ot      *abi.PtrType
    `),
    specialprofile: fields(`
      _       sys.NotInHeap
      special special
      b       *bucket
    `),
    specialCleanup: fields(`
      _       sys.NotInHeap
      special special
      cleanup cleanupFn
      id      uint64
    `),
    specialCheckFinalizer: fields(`
      _                sys.NotInHeap
      special          special
      cleanupID        uint64
      createPC, funcPC uintptr
      ptrType          *abi.Type
    `),
    specialTinyBlock: fields(`
      _       sys.NotInHeap
      special special
    `),
    specialBubble: fields(`
      _        sys.NotInHeap
      special  special
      bubbleid uint64
    `),
    specialSecret: fields(`
      _       sys.NotInHeap
      special special
      size    uintptr
    `),
    stackpoolItem: fields(`
      _    sys.NotInHeap
      mu   mutex
      span mSpanList
    `),
    addrRanges: fields(`
      ranges     []addrRange
      totalBytes uintptr
      sysStat    *sysMemStat
    `),
    spanSet: fields(`
      spineLock mutex
      spine     atomicSpanSetSpinePointer
      spineLen  atomic.Uintptr
      spineCap  uintptr
      index     atomicHeadTailIndex
    `),
    spanSetBlock: fields(`
      spanSetBlockHeader2 spanSetBlockHeader2
      spans               [${c.spanSetBlockEntries}]atomicMSpanPointer
    `),
    spanInlineMarkBits: fields(`
      scans [63]uint8
      owned spanScanOwnership
      marks [63]uint8
      class spanClass
    `),
    spanSPMC: fields(`
      _          sys.NotInHeap
      allnode    listNodeManual
      dead       atomic.Bool
      prev       atomic.UnsafePointer
      head, tail atomic.Uint32
      cap        uint32
      ring       *objptr
    `),
    mlink: fields(`
      _    sys.NotInHeap
      next *mlink
    `),
    notInHeap: fields("_ sys.NotInHeap"),
    scavengeIndex: fields(`
      chunks               []atomicScavChunkData
      min, max, minHeapIdx atomic.Uintptr
      searchAddrBg, searchAddrForce atomicOffAddr
      freeHWM              offAddr
      gen                  uint32
      test                 bool
    `),
    heapStatsDelta: fields(`
      committed, released, inHeap, inStacks, inWorkBufs int64
      tinyAllocCount, largeAlloc, largeAllocCount uint64
      smallAllocCount           [${c._NumSizeClasses}]uint64
      largeFree, largeFreeCount uint64
      smallFreeCount            [${c._NumSizeClasses}]uint64
    `),
    consistentHeapStats: fields(`
      stats   [3]heapStatsDelta
      gen     atomic.Uint32
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
      lastScanStats       [${c._NumSizeClasses}]sizeClassScanStats
      enablegc            bool
    `),
    gcControllerState: fields(`
      gcPercent                  atomic.Int32
      memoryLimit                atomic.Int64
      heapMinimum                uint64
      runway                     atomic.Uint64
      consMark                   float64
      lastConsMark               [4]float64
      gcPercentHeapGoal, sweepDistMinTrigger atomic.Uint64
      triggered, lastHeapGoal    uint64
      heapLive, heapScan         atomic.Uint64
      lastHeapScan               uint64
      lastStackScan, maxStackScan, globalsScan atomic.Uint64
      heapMarked                 uint64
      heapScanWork, stackScanWork, globalsScanWork, bgScanCredit atomic.Int64
      assistTime, dedicatedMarkTime, fractionalMarkTime, idleMarkTime atomic.Int64
      markStartTime              int64
      dedicatedMarkWorkersNeeded atomic.Int64
      idleMarkWorkers            atomic.Uint64
      assistWorkPerByte, assistBytesPerWork atomic.Float64
      fractionalUtilizationGoal  float64
      heapInUse, heapReleased, heapFree sysMemStat
      totalAlloc, totalFree, mappedReady atomic.Uint64
      test                       bool
      _                          cpu.CacheLinePad
    `),
    bucket: fields(`
      _                sys.NotInHeap
      next, allnext    *bucket
      typ              bucketType
      hash, size, nstk uintptr
    `),
    finalizer: fields(`
      fn   *funcval
      arg  unsafe.Pointer
      nret uintptr
      fint *abi.Type
      ot   *abi.PtrType
    `),
    workbuf: fields(`
      _          sys.NotInHeap
      workbufhdr workbufhdr
      obj        [${(c._WorkbufSize - 8 - 2 * P) / P}]uintptr
    `),
    mutex: fields(`
      lockRankStruct lockRankStruct
      key            uintptr
    `),
    immortalWeakHandleMap: fields("root atomic.UnsafePointer"),
    cleanupFn: fields(`
      call func(*funcval, unsafe.Pointer)
      fn   *funcval
      arg  unsafe.Pointer
    `),
    spanSetBlockHeader2: fields(`
      spanSetBlockHeader spanSetBlockHeader
      pad                [${512 - 8 - 2 * P}]uint8
    `),
    listNodeManual: fields(`
      prev, next uintptr
    `),
    sizeClassScanStats: fields(`
      spansDenseScanned, spanObjsDenseScanned, spansSparseScanned uint64
      spanObjsSparseScanned, sparseObjsScanned uint64
    `),
    memRecordCycle: fields(`
      allocs, frees uintptr
    `),
    spanSetBlockHeader: fields(`
      lfnode lfnode
      popped atomic.Uint32
    `),
  };
  const pad = padding(parts, "mcentral", named(c, platform), platform);
  return {
    ...parts,
    mheap: fields(`
      _                   sys.NotInHeap
      lock                mutex
      pages               pageAlloc
      sweepgen            uint32
      allspans            []*mspan
      pagesInUse          atomic.Uintptr
      pagesSwept, pagesSweptBasis atomic.Uint64
      sweepHeapLiveBasis  uint64
      sweepPagesPerByte   float64
      reclaimIndex        atomic.Uint64
      reclaimCredit       atomic.Uintptr
      _                   cpu.CacheLinePad
      arenas              [${2 ** c.arenaL1Bits}]*[${2 ** c.arenaL2Bits}]*heapArena
      arenasHugePages     bool
      heapArenaAlloc      linearAlloc
      arenaHints          *arenaHint
      arena               linearAlloc
      heapArenas, userArenaArenas, sweepArenas, markArenas []arenaIdx
      curArena            struct{base uintptr; end uintptr}
      central             [${c.numSpanClasses}]struct{mcentral mcentral; pad [${pad}]uint8}
      spanalloc, spanSPMCAlloc, cachealloc, specialfinalizeralloc fixalloc
      specialCleanupAlloc, specialCheckFinalizerAlloc fixalloc
      specialTinyBlockAlloc, specialprofilealloc, specialReachableAlloc fixalloc
      specialPinCounterAlloc, specialWeakHandleAlloc, specialBubbleAlloc fixalloc
      specialSecretAlloc  fixalloc
      speciallock         mutex
      arenaHintAlloc      fixalloc
      userArena           struct{arenaHints *arenaHint; quarantineList mSpanList; readyList mSpanList}
      cleanupID           uint64
      _                   cpu.CacheLinePad
      immortalWeakHandles immortalWeakHandleMap
      unused              *specialfinalizer
    `),
  };
}
