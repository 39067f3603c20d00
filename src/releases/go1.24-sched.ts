// The structs of go1.24.4's scheduler: goroutines, processors, threads, and what they are made of.
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
 * @go runtime/runtime2.go g go1.24.4
 * @go runtime/runtime2.go m go1.24.4
 * @go runtime/runtime2.go p go1.24.4
 * @go runtime/runtime2.go schedt go1.24.4
 */
export function scheduler(c: PagedConstants, platform: Platform): StructDecls {
  const {goos, goarch, arch} = platform;
  const P = arch.PtrSize;
  const spinbit = spinbitMutex.includes(goarch) ? 1 : 0;
  return {
    ...signals(platform),
    ...mOS(platform),
    "cpu.option": fields(`
      Name                        string
      Feature                     *bool
      Specified, Enable bool
    `),
    note: goos === "js" ? jsNote : fields("key uintptr"),
    mWaitList: spinbit ? fields("next muintptr") : [],
    winlibcall: goos === "windows" ? fields("fn, n, args, r1, r2, err uintptr") : [],
    ...pick(
      common(c, platform),
      `pTraceState limiterEvent libcall pcvalueCache dlogPerM chacha8rand.State heldLockInfo stack
      goroutineProfileStateHolder gTraceState traceSchedResourceState pcvalueCacheEnt`,
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
      sig                       uint32
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
      syncGroup                 *synctestGroup
      trace                     gTraceState
      gcAssistBytes             int64
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
      deferpool               []*_defer
      deferpoolbuf            [32]*_defer
      goidcache, goidcacheend uint64
      runqhead, runqtail      uint32
      runq                    [256]guintptr
      runnext                 guintptr
      gFree                   struct{gList gList; n int32}
      sudogcache              []*sudog
      sudogbuf                [128]*sudog
      mspancache              struct{len int; buf [128]*mspan}
      pinnerCache             *pinner
      trace                   pTraceState
      palloc                  persistentAlloc
      gcAssistTime, gcFractionalMarkTime int64
      limiterEvent            limiterEvent
      gcMarkWorkerMode        gcMarkWorkerMode
      gcMarkWorkerStartTime   int64
      gcw                     gcWork
      wbBuf                   wbBuf
      runSafePointFn          uint32
      statsSeq                atomic.Uint32
      timers                  timers
      maxStackScanDelta       int64
      scannedStackSize, scannedStacks uint64
      preempt                 bool
      gcStopTime              int64
    `),
    m: fields(`
      g0                        *g
      morebuf                   gobuf
      divmod                    uint32
      _                         uint32
      procid                    uint64
      gsignal                   *g
      goSigStack                gsignalStack
      sigmask                   sigset
      tls                       [6]uintptr
      mstartfn                  func()
      curg                      *g
      caughtsig                 guintptr
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
      ncgocall                  uint64
      ncgo                      int32
      cgoCallersUse             atomic.Uint32
      cgoCallers                *cgoCallers
      park                      note
      alllink                   *m
      schedlink                 muintptr
      lockedg                   guintptr
      createstack               [32]uintptr
      lockedExt, lockedInt      uint32
      mWaitList                 mWaitList
      mLockProfile              mLockProfile
      profStack                 []uintptr
      waitunlockf               func(*g, unsafe.Pointer) bool
      waitlock                  unsafe.Pointer
      waitTraceSkip             int
      waitTraceBlockReason      traceBlockReason
      syscalltick               uint32
      freelink                  *m
      trace                     mTraceState
      libcall                   libcall
      libcallpc, libcallsp      uintptr
      libcallg                  guintptr
      winsyscall                winlibcall
      vdsoSP, vdsoPC            uintptr
      preemptGen, signalPending atomic.Uint32
      pcvalueCache              pcvalueCache
      dlogPerM                  dlogPerM
      mOS                       mOS
      chacha8                   chacha8rand.State
      cheaprand                 uint64
      locksHeldLen              int
      locksHeld                 [10]heldLockInfo
      _                         [${spinbit * 700 * (2 - P / 4)}]uint8
    `),
    schedt: fields(`
      goidgen                   atomic.Uint64
      lastpoll, pollUntil       atomic.Int64
      lock                      mutex
      midle                     muintptr
      nmidle, nmidlelocked      int32
      mnext                     int64
      maxmcount, nmsys          int32
      nmfreed                   int64
      ngsys                     atomic.Int32
      pidle                     puintptr
      npidle, nmspinning        atomic.Int32
      needspinning              atomic.Uint32
      runq                      gQueue
      runqsize                  int32
      disable                   struct{user bool; runnable gQueue; n int32}
      gFree                     struct{lock mutex; stack gList; noStack gList; n int32}
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
      sysmonlock                mutex
      timeToRun                 timeHistogram
      idleTime, totalMutexWaitTime atomic.Int64
      stwStoppingTimeGC, stwStoppingTimeOther, stwTotalTimeGC timeHistogram
      stwTotalTimeOther         timeHistogram
      totalRuntimeLockWaitTime  atomic.Int64
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
      elem                       unsafe.Pointer
      acquiretime, releasetime   int64
      ticket                     uint32
      isSelect, success          bool
      waiters                    uint16
      parent, waitlink, waittail *sudog
      c                          *hchan
    `),
    timer: fields(`
      mu             mutex
      astate         atomic.Uint8
      state          uint8
      isChan, isFake bool
      blocked        uint32
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
    gList: fields("head guintptr"),
    gcWork: fields(`
      wbuf1, wbuf2 *workbuf
      bytesMarked  uint64
      heapScanWork int64
      flushedWork  bool
    `),
    wbBuf: fields(`
      next, end uintptr
      buf       [512]uintptr
    `),
    timers: fields(`
      mu        mutex
      heap      []timerWhen
      len       atomic.Uint32
      zombies   atomic.Int32
      raceCtx   uintptr
      minWhenHeap, minWhenModified atomic.Int64
      syncGroup *synctestGroup
    `),
    gobuf: fields(`
      sp, pc      uintptr
      g           guintptr
      ctxt        unsafe.Pointer
      ret, lr, bp uintptr
    `),
    mLockProfile: fields(`
      waitTime            atomic.Int64
      stack               []uintptr
      pending             uintptr
      cycles, cyclesLost  int64
      haveStack, disabled bool
    `),
    mTraceState: fields(`
      seqlock       atomic.Uintptr
      buf           [2][2]*traceBuf
      link          *m
      reentered     uint32
      oldthrowsplit bool
    `),
    gQueue: fields(`
      head, tail guintptr
    `),
    timeHistogram: fields(`
      counts              [160]atomic.Uint64
      underflow, overflow atomic.Uint64
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
          threadLock mutex
          thread, waitsema, resumesema, highResTimer, waitIocpTimer, waitIocpHandle uintptr
          preemptExtLock uint32
        `),
      };
    case "aix":
      return {mOS: fields("waitsema, perrno uintptr")};
    default:
      return {mOS: []};
  }
}

/** Processors that can exchange a byte atomically. There a mutex spins, and an m is padded to keep its address's bits free. */
const spinbitMutex = ["386", "amd64", "arm", "arm64", "ppc64", "ppc64le"];
