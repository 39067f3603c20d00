// The structs of go1.12.17's scheduler: goroutines, processors, threads, and what they are made of.
//
// The model allocates some of them on the heap, where the collector scans them: their sizes count, and where they
// have pointers.

import {common, pick} from "./common-structs.js";
import {fields, type StructDecls} from "./layout.js";
import type {Constants, Platform} from "./release.js";
import {pthreads, signals} from "./threads.js";

/**
 * What the scheduler is made of.
 *
 * @go runtime/runtime2.go g go1.12.17
 * @go runtime/runtime2.go m go1.12.17
 * @go runtime/runtime2.go p go1.12.17
 * @go runtime/runtime2.go schedt go1.12.17
 */
export function scheduler(c: Constants, platform: Platform): StructDecls {
  return {
    ...signals(platform),
    ...mOS(platform),
    "cpu.option": fields(`
      Name                        string
      Feature                     *bool
      Specified, Enable, Required bool
    `),
    note: fields("key uintptr"),
    ...pick(common(c, platform), "libcall stack"),
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
      preempt, paniconfault, preemptscan, gcscandone, gcscanvalid bool
      throwsplit               bool
      raceignore               int8
      sysblocktraced           bool
      sysexitticks             int64
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
      gcAssistBytes            int64
    `),
    p: fields(`
      lock                       mutex
      id                         int32
      status                     uint32
      link                       puintptr
      schedtick, syscalltick     uint32
      sysmontick                 sysmontick
      m                          muintptr
      mcache                     *mcache
      racectx                    uintptr
      deferpool                  [5][]*_defer
      deferpoolbuf               [5][32]*_defer
      goidcache, goidcacheend    uint64
      runqhead, runqtail         uint32
      runq                       [256]guintptr
      runnext                    guintptr
      gFree                      struct{gList gList; n int32}
      sudogcache                 []*sudog
      sudogbuf                   [128]*sudog
      tracebuf                   traceBufPtr
      traceSweep                 bool
      traceSwept, traceReclaimed uintptr
      palloc                     persistentAlloc
      gcAssistTime, gcFractionalMarkTime int64
      gcBgMarkWorker             guintptr
      gcMarkWorkerMode           gcMarkWorkerMode
      gcMarkWorkerStartTime      int64
      gcw                        gcWork
      wbBuf                      wbBuf
      runSafePointFn             uint32
      pad                        cpu.CacheLinePad
    `),
    m: fields(`
      g0                      *g
      morebuf                 gobuf
      divmod                  uint32
      procid                  uint64
      gsignal                 *g
      goSigStack              gsignalStack
      sigmask                 sigset
      tls                     [6]uintptr
      mstartfn                func()
      curg                    *g
      caughtsig               guintptr
      p, nextp, oldp          puintptr
      id                      int64
      mallocing, throwing     int32
      preemptoff              string
      locks, dying, profilehz int32
      spinning, blocked, inwb, newSigstack bool
      printlock               int8
      incgo                   bool
      freeWait                uint32
      fastrand                [2]uint32
      needextram              bool
      traceback               uint8
      ncgocall                uint64
      ncgo                    int32
      cgoCallersUse           uint32
      cgoCallers              *cgoCallers
      park                    note
      alllink                 *m
      schedlink               muintptr
      mcache                  *mcache
      lockedg                 guintptr
      createstack             [32]uintptr
      lockedExt, lockedInt    uint32
      nextwaitm               muintptr
      waitunlockf, waitlock   unsafe.Pointer
      waittraceev             uint8
      waittraceskip           int
      startingtrace           bool
      syscalltick             uint32
      thread                  uintptr
      freelink                *m
      libcall                 libcall
      libcallpc, libcallsp    uintptr
      libcallg                guintptr
      syscall                 libcall
      vdsoSP, vdsoPC          uintptr
      mOS                     mOS
    `),
    schedt: fields(`
      goidgen, lastpoll         uint64
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
      deferpool                 [5]*_defer
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
    `),
    _defer: fields(`
      siz     int32
      started bool
      sp, pc  uintptr
      fn      *funcval
      _panic  *_panic
      link    *_defer
    `),
    sudog: fields(`
      g                          *g
      isSelect                   bool
      next, prev                 *sudog
      elem                       unsafe.Pointer
      acquiretime, releasetime   int64
      ticket                     uint32
      parent, waitlink, waittail *sudog
      c                          *hchan
    `),
    timer: fields(`
      tb           *timersBucket
      i            int
      when, period int64
      f            func(any, uintptr)
      arg          any
      seq          uintptr
    `),
    sysmontick: fields(`
      schedtick   uint32
      schedwhen   int64
      syscalltick uint32
      syscallwhen int64
    `),
    gList: fields("head guintptr"),
    gcWork: fields(`
      wbuf1, wbuf2     *workbuf
      bytesMarked      uint64
      scanWork         int64
      flushedWork      bool
      pauseGen, putGen uint32
      pauseStack       [16]uintptr
    `),
    wbBuf: fields(`
      next, end uintptr
      buf       [512]uintptr
      debugGen  uint32
    `),
    gobuf: fields(`
      sp, pc uintptr
      g      guintptr
      ctxt   unsafe.Pointer
      ret    sys.Uintreg
      lr, bp uintptr
    `),
    gQueue: fields(`
      head, tail guintptr
    `),
  };
}

/** What a thread keeps for its system. */
function mOS({goos}: Platform): StructDecls {
  switch (goos) {
    case "darwin":
      return pthreads;
    case "windows":
      return {mOS: fields("waitsema, resumesema uintptr")};
    case "aix":
      return {mOS: fields("waitsema, perrno uintptr")};
    default:
      return {mOS: []};
  }
}
