// The structs of go1.27.3's scheduler: goroutines, processors, threads, and what they are made of.
//
// The model allocates some of them on the heap, where the collector scans them: their sizes count, and where they
// have pointers.

import {common, pick} from "./common-structs.js";
import {fields, type StructDecls} from "./layout.js";
import type {PagedConstants, Platform} from "./release.js";
import {jsNote, pthreads, signals} from "./threads.js";

/**
 * What the scheduler is made of.
 *
 * @go runtime/runtime2.go g go1.27.3
 * @go runtime/runtime2.go m go1.27.3
 * @go runtime/runtime2.go p go1.27.3
 * @go runtime/runtime2.go schedt go1.27.3
 */
export function scheduler(c: PagedConstants, platform: Platform): StructDecls {
  const {goos, goarch, arch} = platform;
  const P = arch.PtrSize;
  return {
    ...signals(platform),
    ...mOS(platform),
    "cpu.option": fields(`
      Name                        string
      Feature                     *bool
      Specified, Enable bool
    `),
    note: goos === "js" ? jsNote : fields("key uintptr"),
    mWaitList: goarch === "wasm" ? [] : fields("next muintptr\n startTicks int64"),
    ...(goos === "windows"
      ? {winlibcall: stdCallInfo, "windows.StdCallInfo": stdCallInfo}
      : {winlibcall: []}),
    ...extendedRegisters(goarch),
    ...pick(
      common(c, platform),
      `pTraceState limiterEvent pcvalueCache dlogPerM chacha8rand.State heldLockInfo stack
      goroutineProfileStateHolder gTraceState traceSchedResourceState pcvalueCacheEnt libcall`,
    ),
    g: fields(`
      stack                     stack
      stackguard0, stackguard1  uintptr
      _panic                    *_panic
      _defer                    *_defer
      m                         *m
      sched                     gobuf
      syscallsp, syscallpc, syscallbp, stktopsp uintptr
      param                     unsafe.Pointer
      atomicstatus              atomic.Uint32
      stackLock                 uint32
      goid                      uint64
      schedlink                 guintptr
      waitsince                 int64
      waitreason                waitReason
      preempt, preemptStop, preemptShrink, asyncSafePoint, paniconfault bool
      gcscandone, throwsplit, activeStackChans bool
      parkingOnChan             atomic.Bool
      inMarkAssist, coroexit    bool
      raceignore                int8
      nocgocallback, tracking   bool
      trackingSeq               uint8
      trackingStamp, runnableTime int64
      lockedm                   muintptr
      fipsIndicator             uint8
      fipsOnlyBypass, ditWanted, syncSafePoint bool
      runningCleanups           atomic.Bool
      sig                       uint32
      secret                    int32
      writebuf                  []uint8
      sigcode0, sigcode1, sigpc uintptr
      parentGoid                uint64
      gopc                      uintptr
      ancestors                 *[]ancestorInfo
      startpc, racectx          uintptr
      waiting                   *sudog
      cgoCtxt                   []uintptr
      labels                    unsafe.Pointer
      timer                     *timer
      sleepWhen                 int64
      selectDone                atomic.Uint32
      goroutineProfiled         goroutineProfileStateHolder
      coroarg                   *coro
      bubble                    *synctestBubble
      xRegs                     xRegPerG
      trace                     gTraceState
      gcAssistBytes             int64
      valgrindStackID           uintptr
    `),
    p: fields(`
      id                      int32
      status                  uint32
      link                    puintptr
      schedtick, syscalltick  uint32
      sysmontick              sysmontick
      m                       muintptr
      mcache                  *mcache
      pcache                  pageCache
      raceprocctx             uintptr
      oldm                    mWeakPointer
      deferpool               []*_defer
      deferpoolbuf            [32]*_defer
      goidcache, goidcacheend uint64
      runqhead, runqtail      uint32
      runq                    [256]guintptr
      runnext                 guintptr
      gFree                   gList
      sudogcache              []*sudog
      sudogbuf                [128]*sudog
      mspancache              struct{len int; buf [128]*mspan}
      pinnerCache             *pinner
      trace                   pTraceState
      palloc                  persistentAlloc
      gcAssistTime            int64
      gcFractionalMarkTime    atomic.Int64
      limiterEvent            limiterEvent
      gcMarkWorkerMode        gcMarkWorkerMode
      gcMarkWorkerStartTime   int64
      nextGCMarkWorker        *gcBgMarkWorkerNode
      gcw                     gcWork
      wbBuf                   wbBuf
      runSafePointFn          uint32
      statsSeq                atomic.Uint32
      timers                  timers
      cleanups                *cleanupBlock
      cleanupsQueued          uint64
      maxStackScanDelta       int64
      scannedStackSize, scannedStacks uint64
      preempt                 bool
      gcStopTime              int64
      goroutinesCreated       uint64
      xRegs                   xRegPerP
    `),
    m: fields(`
      g0                        *g
      morebuf                   gobuf
      divmod                    uint32
      procid                    uint64
      gsignal                   *g
      goSigStack                gsignalStack
      sigmask                   sigset
      tls                       [6]uintptr
      mstartfn                  func()
      curg                      *g
      caughtsig                 guintptr
      signalSecret              bool
      p, nextp, oldp            puintptr
      id                        int64
      mallocing                 int32
      throwing                  throwType
      preemptoff                string
      locks, dying, profilehz   int32
      spinning, blocked, newSigstack bool
      printlock                 int8
      incgo, isextra, isExtraInC, isExtraInSig bool
      freeWait                  atomic.Uint32
      needextram, g0StackAccurate bool
      traceback                 uint8
      allpSnapshot              []*p
      ncgocall                  uint64
      ncgo                      int32
      cgoCallersUse             atomic.Uint32
      cgoCallers                *cgoCallers
      park                      note
      alllink                   *m
      schedlink                 muintptr
      idleNode                  listNodeManual
      lockedg                   guintptr
      createstack               [32]uintptr
      lockedExt, lockedInt      uint32
      mWaitList                 mWaitList
      ditEnabled                bool
      mLockProfile              mLockProfile
      profStack                 []uintptr
      waitunlockf               func(*g, unsafe.Pointer) bool
      waitlock                  unsafe.Pointer
      waitTraceSkip             int
      waitTraceBlockReason      traceBlockReason
      syscalltick               uint32
      freelink                  *m
      trace                     mTraceState
      libcallpc, libcallsp      uintptr
      libcallg                  guintptr
      winsyscall                winlibcall
      vdsoSP, vdsoPC            uintptr
      preemptGen, signalPending atomic.Uint32
      pcvalueCache              pcvalueCache
      dlogPerM                  dlogPerM
      mOS                       mOS
      chacha8                   chacha8rand.State
      cheaprand                 uint32
      cheaprand64               uint64
      locksHeldLen              int
      locksHeld                 [10]heldLockInfo
      self                      mWeakPointer
    `),
    schedt: fields(`
      goidgen                   atomic.Uint64
      lastpoll, pollUntil       atomic.Int64
      pollingNet                atomic.Int32
      lock                      mutex
      midle                     listHeadManual
      nmidle, nmidlelocked      int32
      mnext                     int64
      maxmcount, nmsys          int32
      nmfreed                   int64
      ngsys, nGsyscallNoP       atomic.Int32
      pidle                     puintptr
      npidle, nmspinning        atomic.Int32
      needspinning              atomic.Uint32
      runq                      gQueue
      disable                   struct{user bool; runnable gQueue}
      gFree                     struct{lock mutex; stack gList; noStack gList}
      sudoglock                 mutex
      sudogcache                *sudog
      deferlock                 mutex
      deferpool                 *_defer
      freem                     *m
      gcwaiting                 atomic.Bool
      stopwait                  int32
      stopnote                  note
      sysmonwait                atomic.Bool
      sysmonnote                note
      safePointFn               func(*p)
      safePointWait             int32
      safePointNote             note
      profilehz                 int32
      procresizetime, totaltime int64
      customGOMAXPROCS          bool
      sysmonlock                mutex
      timeToRun                 timeHistogram
      idleTime, totalMutexWaitTime atomic.Int64
      stwStoppingTimeGC, stwStoppingTimeOther, stwTotalTimeGC timeHistogram
      stwTotalTimeOther         timeHistogram
      totalRuntimeLockWaitTime  atomic.Int64
      goroutinesCreated         atomic.Uint64
    `),
    _defer: fields(`
      heap, rangefunc bool
      sp, pc          uintptr
      fn              func()
      link            *_defer
      head            *atomic.Pointer[_defer]
    `),
    sudog: fields(`
      g                          *g
      next, prev                 *sudog
      elem                       maybeTraceablePtr
      acquiretime, releasetime   int64
      ticket                     uint32
      isSelect, success          bool
      waiters                    uint16
      parent, waitlink, waittail *sudog
      c                          maybeTraceableChan
    `),
    timer: fields(`
      mu             mutex
      astate         atomic.Uint8
      state          uint8
      isChan, isFake bool
      blocked, rand  uint32
      when, period   int64
      f              func(any, uintptr, int64)
      arg            any
      seq            uintptr
      ts             *timers
      sendLock       mutex
      isSending      atomic.Int32
    `),
    sysmontick: fields(`
      schedtick, syscalltick uint32
      schedwhen, syscallwhen int64
    `),
    mWeakPointer: fields("m *atomic.Pointer[m]"),
    gList: fields(`
      head guintptr
      size int32
    `),
    gcWork: fields(`
      id                         int32
      wbuf1, wbuf2               *workbuf
      spanq                      spanQueue
      ptrBuf                     *[${c._PageSize / P}]uintptr
      bytesMarked                uint64
      heapScanWork               int64
      flushedWork, mayNeedWorker bool
      stats                      [${c._NumSizeClasses}]sizeClassScanStats
    `),
    wbBuf: fields(`
      next, end uintptr
      buf       [512]uintptr
    `),
    timers: fields(`
      mu      mutex
      heap    []timerWhen
      len     atomic.Uint32
      zombies atomic.Int32
      raceCtx uintptr
      minWhenHeap, minWhenModified atomic.Int64
    `),
    gobuf: fields(`
      sp, pc uintptr
      g      guintptr
      ctxt   unsafe.Pointer
      lr, bp uintptr
    `),
    mLockProfile: fields(`
      waitTime            atomic.Int64
      stack               []uintptr
      cycles, cyclesLost  int64
      haveStack, disabled bool
    `),
    mTraceState: fields(`
      writing       atomic.Bool
      buf           [2][2]*traceBuf
      link          *m
      reentered     uint32
      entryGen      uintptr
      oldthrowsplit bool
    `),
    listHeadManual: fields(`
      obj         uintptr
      initialized bool
      nodeOffset  uintptr
    `),
    gQueue: fields(`
      head, tail guintptr
      size       int32
    `),
    timeHistogram: fields(`
      counts              [160]atomic.Uint64
      underflow, overflow atomic.Uint64
    `),
    maybeTraceablePtr: fields(`
      vp unsafe.Pointer
      vu uintptr
    `),
    maybeTraceableChan: fields("maybeTraceablePtr maybeTraceablePtr"),
    spanQueue: fields(`
      head, tail     uint32
      ring           [256]objptr
      putsSinceDrain int
      chain          struct{head *spanSPMC; tail atomic.UnsafePointer}
    `),
  };
}

/** What a thread keeps for its system. */
function mOS({goos}: Platform): StructDecls {
  switch (goos) {
    case "linux":
      return {
        mOS: fields(`
          profileTimer         int32
          profileTimerValid    atomic.Bool
          needPerThreadSyscall atomic.Uint8
          vgetrandomState      uintptr
          waitsema             uint32
        `),
      };
    case "darwin":
    case "ios":
      return pthreads;
    case "freebsd":
      return {mOS: fields("waitsema uint32")};
    case "windows":
      return {
        mOS: fields(`
          stdCallInfo windows.StdCallInfo
          threadLock  mutex
          thread, waitsema, resumesema, highResTimer, waitIocpTimer, waitIocpHandle uintptr
          preemptExtLock uint32
        `),
      };
    case "aix":
      return {mOS: fields("waitsema, perrno uintptr\n libcall libcall")};
    default:
      return {mOS: []};
  }
}

/** What a call into Windows takes and gives. */
const stdCallInfo = fields("Fn, N, Args, R1, R2 uintptr");

/**
 * The vector registers of a goroutine that was preempted amid its work: kept apart from its stack where they are many.
 *
 * @go runtime/preempt_xreg.go xRegState go1.27.3
 */
function extendedRegisters(goarch: string): StructDecls {
  const numbered = (letter: string) => Array.from({length: 32}, (_, i) => letter + i).join(", ");
  const registers: Readonly<Record<string, string>> = {
    amd64: `${numbered("Z")} [64]uint8\n K0, K1, K2, K3, K4, K5, K6, K7 uint64`,
    arm64: `${numbered("V")} [16]uint8`,
    loong64: `${numbered("X")} [32]uint8`,
  };
  const xRegs = registers[goarch];
  if (xRegs === undefined) return {xRegPerG: [], xRegPerP: []};
  return {
    xRegs: fields(xRegs),
    xRegState: fields("_ sys.NotInHeap\n regs xRegs"),
    xRegPerG: fields("state *xRegState"),
    xRegPerP: fields("scratch xRegs\n cache *xRegState"),
  };
}
