// The structs of go1.15.15's memory allocator and of its statistics.
//
// Fields stand in Go's order with Go's types; what no release changed stands in common-structs.ts, and what belongs
// to goroutines, processors and threads in go1.15-sched.ts. Sizes and offsets are not here: they follow (layout.ts).

import {common, padding, pick} from "./common-structs.js";
import {scheduler} from "./go1.15-sched.js";
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
    waitReason: "uint8",
    "sys.Uintreg": platform.arch.PtrSize === 8 ? "uint64" : "uint32",
    lockRank: "int",
  };
}

/**
 * The structs that the allocator is made of.
 *
 * @go runtime/mheap.go mspan go1.15.15
 * @go runtime/mheap.go mheap go1.15.15
 * @go runtime/mcache.go mcache go1.15.15
 * @go runtime/mpagealloc.go pageAlloc go1.15.15
 * @go runtime/mstats.go mstats go1.15.15
 */
export function structs(c: PagedConstants, platform: Platform): StructDecls {
  const P = platform.arch.PtrSize;
  const parts: StructDecls = {
    ...scheduler(c, platform),
    ...pick(
      common(c, platform),
      `persistentAlloc stackfreelist pageCache pallocData addrRange offAddr gcSweepBuf gcSweepBlock
      memRecord lfnode cpu.CacheLinePad workbufhdr lockRankStruct`,
    ),
    mspan: fields(`
      next, prev            *mspan
      list                  *mSpanList
      startAddr, npages     uintptr
      manualFreeList        gclinkptr
      freeindex, nelems     uintptr
      allocCache            uint64
      allocBits, gcmarkBits *gcBits
      sweepgen              uint32
      divMul, baseMask, allocCount uint16
      spanclass             spanClass
      state                 mSpanStateBox
      needzero, divShift, divShift2 uint8
      elemsize, limit       uintptr
      speciallock           mutex
      specials              *special
    `),
    mcache: fields(`
      next_sample, local_scan, tiny, tinyoffset, local_tinyallocs uintptr
      alloc            [${c.numSpanClasses}]*mspan
      stackcache       [${c._NumStackOrders}]stackfreelist
      local_largefree, local_nlargefree uintptr
      local_nsmallfree [${c._NumSizeClasses}]uintptr
      flushGen         uint32
    `),
    mcentral: fields(`
      lock            mutex
      spanclass       spanClass
      nonempty, empty mSpanList
      partial, full   [2]spanSet
      nmalloc         uint64
    `),
    heapArena: fields(`
      bitmap     [${c.heapArenaBitmapBytes}]uint8
      spans      [${c.pagesPerArena}]*mspan
      pageInUse, pageMarks, pageSpecials [${c.pagesPerArena / 8}]uint8
      zeroedBase uintptr
    `),
    pageAlloc: fields(`
      summary    [${c.summaryLevels}][]pallocSum
      chunks     [${2 ** c.pallocChunksL1Bits}]*[${2 ** c.pallocChunksL2Bits}]pallocData
      searchAddr offAddr
      start, end chunkIdx
      inUse      addrRanges
      scav       struct{inUse addrRanges; gen uint32; reservationBytes uintptr; released uintptr; scavLWM offAddr; freeHWM offAddr}
      mheapLock  *mutex
      sysStat    *uint64
      test       bool
    `),
    fixalloc: fields(`
      size   uintptr
      first  func(unsafe.Pointer, unsafe.Pointer)
      arg    unsafe.Pointer
      list   *mlink
      chunk  uintptr
      nchunk uint32
      inuse  uintptr
      stat   *uint64
      zero   bool
    `),
    arenaHint: fields(`
      addr uintptr
      down bool
      next *arenaHint
    `),
    linearAlloc: fields(`
      next, mapped, end uintptr
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
      sysStat    *uint64
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
    mstats: fields(`
      alloc, total_alloc, sys, nlookup, nmalloc, nfree, heap_alloc uint64
      heap_sys, heap_idle, heap_inuse, heap_released, heap_objects uint64
      stacks_inuse, stacks_sys, mspan_inuse, mspan_sys, mcache_inuse uint64
      mcache_sys, buckhash_sys, gc_sys, other_sys, next_gc, last_gc_unix uint64
      pause_total_ns      uint64
      pause_ns, pause_end [256]uint64
      numgc, numforcedgc  uint32
      gc_cpu_fraction     float64
      enablegc, debuggc   bool
      by_size             [${c._NumSizeClasses}]struct{size uint32; nmalloc uint64; nfree uint64}
      last_gc_nanotime, tinyallocs, last_next_gc, last_heap_inuse uint64
      triggerRatio        float64
      gc_trigger, heap_live, heap_scan, heap_marked uint64
    `),
    gcControllerState: fields(`
      scanWork, bgScanCredit, assistTime, dedicatedMarkTime int64
      fractionalMarkTime, idleMarkTime, markStartTime int64
      dedicatedMarkWorkersNeeded int64
      assistWorkPerByte, assistBytesPerWork, fractionalUtilizationGoal float64
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
    memRecordCycle: fields(`
      allocs, frees, alloc_bytes, free_bytes uintptr
    `),
  };
  const pad = padding(parts, "mcentral", named(c, platform), platform, true);
  return {
    ...parts,
    mheap: fields(`
      lock                       mutex
      pages                      pageAlloc
      sweepgen, sweepdone, sweepers uint32
      allspans                   []*mspan
      sweepSpans                 [2]gcSweepBuf
      _                          uint32
      pagesInUse, pagesSwept, pagesSweptBasis, sweepHeapLiveBasis uint64
      sweepPagesPerByte          float64
      scavengeGoal, reclaimIndex uint64
      reclaimCredit              uintptr
      largealloc, nlargealloc, largefree, nlargefree uint64
      nsmallfree                 [${c._NumSizeClasses}]uint64
      arenas                     [${2 ** c.arenaL1Bits}]*[${2 ** c.arenaL2Bits}]*heapArena
      heapArenaAlloc             linearAlloc
      arenaHints                 *arenaHint
      arena                      linearAlloc
      allArenas, sweepArenas, markArenas []arenaIdx
      curArena                   struct{base uintptr; end uintptr}
      central                    [${c.numSpanClasses}]struct{mcentral mcentral; pad [${pad}]uint8}
      spanalloc, cachealloc, specialfinalizeralloc, specialprofilealloc fixalloc
      speciallock                mutex
      arenaHintAlloc             fixalloc
      unused                     *specialfinalizer
    `),
  };
}
