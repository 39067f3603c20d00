// The structs of go1.19.8's scheduler: goroutines, processors, threads, and what they are made of.
//
// The model allocates some of them on the heap, where the collector scans them: their sizes count, and where they
// have pointers.

import {common, pick} from "./common-structs.js";
import {fields, type StructDecls} from "./layout.js";
import type {PagedConstants, Platform} from "./release.js";
import {pthreads, signals} from "./threads.js";

/**
 * What the scheduler is made of.
 *
 * @go runtime/runtime2.go g go1.19.8
 * @go runtime/runtime2.go m go1.19.8
 * @go runtime/runtime2.go p go1.19.8
 * @go runtime/runtime2.go schedt go1.19.8
 */
export function scheduler(c: PagedConstants, platform: Platform): StructDecls {
  return {
    ...signals(platform),
    ...mOS(platform),
    "cpu.option": fields(`
      Name                        string
      Feature                     *bool
      Specified, Enable bool
    `),
    note: fields("key uintptr"),
    ...pick(
      common(c, platform),
      `limiterEvent atomic.Uint32 libcall dlogPerM heldLockInfo stack goroutineProfileStateHolder
      atomic.Uint8`,
    ),
    g: fields(`
      stack                    stack
      stackguard0, stackguard1 uintptr
      _panic                   *_panic
      _defer                   *_defer
      m                        *m
      sched                    gobuf
      syscallsp, syscallpc, stktopsp uintptr
      param                    unsafe.Pointer
      atomicstatus, stackLock  uint32
      goid                     int64
      schedlink                guintptr
      waitsince                int64
      waitreason               waitReason
      preempt, preemptStop, preemptShrink, asyncSafePoint, paniconfault bool
      gcscandone, throwsplit, activeStackChans bool
      parkingOnChan            uint8
      raceignore               int8
      sysblocktraced, tracking bool
      trackingSeq              uint8
      runnableStamp, runnableTime, sysexitticks int64
      traceseq                 uint64
      tracelastp               puintptr
      lockedm                  muintptr
      sig                      uint32
      writebuf                 []uint8
      sigcode0, sigcode1, sigpc, gopc uintptr
      ancestors                *[]ancestorInfo
      startpc, racectx         uintptr
      waiting                  *sudog
      cgoCtxt                  []uintptr
      labels                   unsafe.Pointer
      timer                    *timer
      selectDone               uint32
      goroutineProfiled        goroutineProfileStateHolder
      gcAssistBytes            int64
    `),
    p: fields(`
      id                         int32
      status                     uint32
      link                       puintptr
      schedtick, syscalltick     uint32
      sysmontick                 sysmontick
      m                          muintptr
      mcache                     *mcache
      pcache                     pageCache
      raceprocctx                uintptr
      deferpool                  []*_defer
      deferpoolbuf               [32]*_defer
      goidcache, goidcacheend    uint64
      runqhead, runqtail         uint32
      runq                       [256]guintptr
      runnext                    guintptr
      gFree                      struct{gList gList; n int32}
      sudogcache                 []*sudog
      sudogbuf                   [128]*sudog
      mspancache                 struct{len int; buf [128]*mspan}
      tracebuf                   traceBufPtr
      traceSweep                 bool
      traceSwept, traceReclaimed uintptr
      palloc                     persistentAlloc
      _                          uint32
      timer0When, timerModifiedEarliest uint64
      gcAssistTime, gcFractionalMarkTime int64
      limiterEvent               limiterEvent
      gcMarkWorkerMode           gcMarkWorkerMode
      gcMarkWorkerStartTime      int64
      gcw                        gcWork
      wbBuf                      wbBuf
      runSafePointFn, statsSeq   uint32
      timersLock                 mutex
      timers                     []*timer
      numTimers, deletedTimers   uint32
      timerRaceCtx               uintptr
      maxStackScanDelta          int64
      scannedStackSize, scannedStacks uint64
      preempt                    bool
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
      incgo                     bool
      freeWait                  atomic.Uint32
      fastrand                  uint64
      needextram                bool
      traceback                 uint8
      ncgocall                  uint64
      ncgo                      int32
      cgoCallersUse             uint32
      cgoCallers                *cgoCallers
      park                      note
      alllink                   *m
      schedlink                 muintptr
      lockedg                   guintptr
      createstack               [32]uintptr
      lockedExt, lockedInt      uint32
      nextwaitm                 muintptr
      waitunlockf               func(*g, unsafe.Pointer) bool
      waitlock                  unsafe.Pointer
      waittraceev               uint8
      waittraceskip             int
      startingtrace             bool
      syscalltick               uint32
      freelink                  *m
      libcall                   libcall
      libcallpc, libcallsp      uintptr
      libcallg                  guintptr
      syscall                   libcall
      vdsoSP, vdsoPC            uintptr
      preemptGen, signalPending uint32
      dlogPerM                  dlogPerM
      mOS                       mOS
      locksHeldLen              int
      locksHeld                 [10]heldLockInfo
    `),
    schedt: fields(`
      goidgen, lastpoll, pollUntil uint64
      lock                      mutex
      midle                     muintptr
      nmidle, nmidlelocked      int32
      mnext                     int64
      maxmcount, nmsys          int32
      nmfreed                   int64
      ngsys                     uint32
      pidle                     puintptr
      npidle, nmspinning        uint32
      runq                      gQueue
      runqsize                  int32
      disable                   struct{user bool; runnable gQueue; n int32}
      gFree                     struct{lock mutex; stack gList; noStack gList; n int32}
      sudoglock                 mutex
      sudogcache                *sudog
      deferlock                 mutex
      deferpool                 *_defer
      freem                     *m
      gcwaiting                 uint32
      stopwait                  int32
      stopnote                  note
      sysmonwait                uint32
      sysmonnote                note
      safePointFn               func(*p)
      safePointWait             int32
      safePointNote             note
      profilehz                 int32
      procresizetime, totaltime int64
      sysmonlock                mutex
      timeToRun                 timeHistogram
    `),
    _defer: fields(`
      started, heap, openDefer bool
      sp, pc                   uintptr
      fn                       func()
      _panic                   *_panic
      link                     *_defer
      fd                       unsafe.Pointer
      varp, framepc            uintptr
    `),
    sudog: fields(`
      g                          *g
      next, prev                 *sudog
      elem                       unsafe.Pointer
      acquiretime, releasetime   int64
      ticket                     uint32
      isSelect, success          bool
      parent, waitlink, waittail *sudog
      c                          *hchan
    `),
    timer: fields(`
      pp           puintptr
      when, period int64
      f            func(any, uintptr)
      arg          any
      seq          uintptr
      nextwhen     int64
      status       uint32
    `),
    sysmontick: fields(`
      schedtick   uint32
      schedwhen   int64
      syscalltick uint32
      syscallwhen int64
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
    gobuf: fields(`
      sp, pc      uintptr
      g           guintptr
      ctxt        unsafe.Pointer
      ret, lr, bp uintptr
    `),
    gQueue: fields(`
      head, tail guintptr
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
          profileTimerValid    uint32
          needPerThreadSyscall atomic.Uint8
        `),
      };
    case "darwin":
    case "ios":
      return pthreads;
    case "windows":
      return {
        mOS: fields(`
          threadLock                                  mutex
          thread, waitsema, resumesema, highResTimer  uintptr
          preemptExtLock                              uint32
        `),
      };
    case "aix":
      return {mOS: fields("waitsema, perrno uintptr")};
    default:
      return {mOS: []};
  }
}
