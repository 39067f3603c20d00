// The structs of go1.12.17's memory allocator, and of the goroutines and processors that it makes room for.
//
// Fields stand in Go's order with Go's types. Sizes and offsets are not here: they follow (layout.ts).

import {type FieldDecl, Layouts, type StructDecls} from "./layout.js";
import type {Constants, Platform} from "./release.js";

/** Named types that are not structs. */
export const named = () => ({
  spanClass: "uint8",
  mSpanState: "uint8",
  gclinkptr: "uintptr",
  arenaIdx: "uint",
  gcBits: "uint8",
});

/** The structs that an mcentral is made of. They stand apart because mheap pads each to a cache line. */
const central: StructDecls = {
  mutex: [["key", "uintptr"]],
  mSpanList: [
    ["first", "*mspan"],
    ["last", "*mspan"],
  ],
  mcentral: [
    ["lock", "mutex"],
    ["spanclass", "spanClass"],
    ["nonempty", "mSpanList"],
    ["empty", "mSpanList"],
    ["nmalloc", "uint64"],
  ],
};

/**
 * The structs of the memory allocator, in the order of their fields.
 *
 * @go runtime/mheap.go mspan go1.12.17
 * @go runtime/mheap.go mheap go1.12.17
 * @go runtime/mcache.go mcache go1.12.17
 */
export function structs(c: Constants, platform: Platform): StructDecls {
  const {arch} = platform;
  const mcentralSize = new Layouts({...arch, structs: central, named: named()}).sizeof("mcentral");
  const pad = arch.CacheLinePadSize - (mcentralSize % arch.CacheLinePadSize);
  return {
    ...central,
    ...scheduler(platform),
    mlink: [["next", "*mlink"]],
    mspan: [
      ["next", "*mspan"],
      ["prev", "*mspan"],
      ["list", "*mSpanList"],
      ["startAddr", "uintptr"],
      ["npages", "uintptr"],
      ["manualFreeList", "gclinkptr"],
      ["freeindex", "uintptr"],
      ["nelems", "uintptr"],
      ["allocCache", "uint64"],
      ["allocBits", "*gcBits"],
      ["gcmarkBits", "*gcBits"],
      ["sweepgen", "uint32"],
      ["divMul", "uint16"],
      ["baseMask", "uint16"],
      ["allocCount", "uint16"],
      ["spanclass", "spanClass"],
      ["state", "mSpanState"],
      ["needzero", "uint8"],
      ["divShift", "uint8"],
      ["divShift2", "uint8"],
      ["scavenged", "bool"],
      ["elemsize", "uintptr"],
      ["unusedsince", "int64"],
      ["limit", "uintptr"],
      ["speciallock", "mutex"],
      ["specials", "*special"],
    ],
    mcache: [
      ["next_sample", "int32"],
      ["local_scan", "uintptr"],
      ["tiny", "uintptr"],
      ["tinyoffset", "uintptr"],
      ["local_tinyallocs", "uintptr"],
      ["alloc", `[${c.numSpanClasses}]*mspan`],
      ["stackcache", `[${c._NumStackOrders}]stackfreelist`],
      ["local_largefree", "uintptr"],
      ["local_nlargefree", "uintptr"],
      ["local_nsmallfree", `[${c._NumSizeClasses}]uintptr`],
      ["flushGen", "uint32"],
    ],
    stackfreelist: [
      ["list", "gclinkptr"],
      ["size", "uintptr"],
    ],
    mheap: [
      ["lock", "mutex"],
      ["free", "mTreap"],
      ["scav", "mTreap"],
      ["sweepgen", "uint32"],
      ["sweepdone", "uint32"],
      ["sweepers", "uint32"],
      ["allspans", "[]*mspan"],
      ["sweepSpans", "[2]gcSweepBuf"],
      ["_", "uint32"],
      ["pagesInUse", "uint64"],
      ["pagesSwept", "uint64"],
      ["pagesSweptBasis", "uint64"],
      ["sweepHeapLiveBasis", "uint64"],
      ["sweepPagesPerByte", "float64"],
      ["reclaimIndex", "uint64"],
      ["reclaimCredit", "uintptr"],
      ["scavengeCredit", "uintptr"],
      ["largealloc", "uint64"],
      ["nlargealloc", "uint64"],
      ["largefree", "uint64"],
      ["nlargefree", "uint64"],
      ["nsmallfree", `[${c._NumSizeClasses}]uint64`],
      ["arenas", `[${2 ** c.arenaL1Bits}]*[${2 ** c.arenaL2Bits}]*heapArena`],
      ["heapArenaAlloc", "linearAlloc"],
      ["arenaHints", "*arenaHint"],
      ["arena", "linearAlloc"],
      ["allArenas", "[]arenaIdx"],
      ["sweepArenas", "[]arenaIdx"],
      ["central", `[${c.numSpanClasses}]struct{mcentral mcentral; pad [${pad}]uint8}`],
      ["spanalloc", "fixalloc"],
      ["cachealloc", "fixalloc"],
      ["treapalloc", "fixalloc"],
      ["specialfinalizeralloc", "fixalloc"],
      ["specialprofilealloc", "fixalloc"],
      ["speciallock", "mutex"],
      ["arenaHintAlloc", "fixalloc"],
      ["unused", "*specialfinalizer"],
    ],
    heapArena: [
      ["bitmap", `[${c.heapArenaBitmapBytes}]uint8`],
      ["spans", `[${c.pagesPerArena}]*mspan`],
      ["pageInUse", `[${c.pagesPerArena / 8}]uint8`],
      ["pageMarks", `[${c.pagesPerArena / 8}]uint8`],
    ],
    arenaHint: [
      ["addr", "uintptr"],
      ["down", "bool"],
      ["next", "*arenaHint"],
    ],
    linearAlloc: [
      ["next", "uintptr"],
      ["mapped", "uintptr"],
      ["end", "uintptr"],
    ],
    persistentAlloc: [
      ["base", "*notInHeap"],
      ["off", "uintptr"],
    ],
    fixalloc: [
      ["size", "uintptr"],
      ["first", "func(unsafe.Pointer, unsafe.Pointer)"],
      ["arg", "unsafe.Pointer"],
      ["list", "*mlink"],
      ["chunk", "uintptr"],
      ["nchunk", "uint32"],
      ["inuse", "uintptr"],
      ["stat", "*uint64"],
      ["zero", "bool"],
    ],
    mTreap: [["treap", "*treapNode"]],
    treapNode: [
      ["right", "*treapNode"],
      ["left", "*treapNode"],
      ["parent", "*treapNode"],
      ["npagesKey", "uintptr"],
      ["spanKey", "*mspan"],
      ["priority", "uint32"],
    ],
    special: [
      ["next", "*special"],
      ["offset", "uint16"],
      ["kind", "uint8"],
    ],
    specialfinalizer: [
      ["special", "special"],
      ["fn", "*funcval"],
      ["nret", "uintptr"],
      ["fint", "*_type"],
      ["ot", "*ptrtype"],
    ],
    specialprofile: [
      ["special", "special"],
      ["b", "*bucket"],
    ],
    gcBitsArena: [
      ["free", "uintptr"],
      ["next", "*gcBitsArena"],
      ["bits", `[${c.gcBitsChunkBytes - c.gcBitsHeaderBytes}]gcBits`],
    ],
    gcSweepBuf: [
      ["spineLock", "mutex"],
      ["spine", "unsafe.Pointer"],
      ["spineLen", "uintptr"],
      ["spineCap", "uintptr"],
      ["index", "uint32"],
    ],
    mstats: [
      ...uint64s("alloc total_alloc sys nlookup nmalloc nfree"),
      ...uint64s("heap_alloc heap_sys heap_idle heap_inuse heap_released heap_objects"),
      ...uint64s("stacks_inuse stacks_sys mspan_inuse mspan_sys mcache_inuse mcache_sys"),
      ...uint64s("buckhash_sys gc_sys other_sys next_gc last_gc_unix pause_total_ns"),
      ["pause_ns", "[256]uint64"],
      ["pause_end", "[256]uint64"],
      ["numgc", "uint32"],
      ["numforcedgc", "uint32"],
      ["gc_cpu_fraction", "float64"],
      ["enablegc", "bool"],
      ["debuggc", "bool"],
      ["by_size", `[${c._NumSizeClasses}]struct{size uint32; nmalloc uint64; nfree uint64}`],
      ["last_gc_nanotime", "uint64"],
      ["tinyallocs", "uint64"],
      ["triggerRatio", "float64"],
      ...uint64s("gc_trigger heap_live heap_scan heap_marked"),
    ],
    _defer: [
      ["siz", "int32"],
      ["started", "bool"],
      ["sp", "uintptr"],
      ["pc", "uintptr"],
      ["fn", "*funcval"],
      ["_panic", "*_panic"],
      ["link", "*_defer"],
    ],
  };
}

/**
 * A goroutine and a processor, for their sizes: both lie on the heap, and the collector scans them.
 *
 * @go runtime/runtime2.go g go1.12.17
 * @go runtime/runtime2.go p go1.12.17
 */
function scheduler({arch}: Platform): StructDecls {
  return {
    stack: uintptrs("lo hi"),
    gobuf: [
      ...uintptrs("sp pc g"),
      ["ctxt", "unsafe.Pointer"],
      ["ret", arch.PtrSize === 8 ? "uint64" : "uint32"],
      ...uintptrs("lr bp"),
    ],
    g: [
      ["stack", "stack"],
      ...uintptrs("stackguard0 stackguard1"),
      ["_panic", "*_panic"],
      ["_defer", "*_defer"],
      ["m", "*m"],
      ["sched", "gobuf"],
      ...uintptrs("syscallsp syscallpc stktopsp"),
      ["param", "unsafe.Pointer"],
      ["atomicstatus", "uint32"],
      ["stackLock", "uint32"],
      ["goid", "int64"],
      ["schedlink", "uintptr"],
      ["waitsince", "int64"],
      ["waitreason", "uint8"],
      ...bools("preempt paniconfault preemptscan gcscandone gcscanvalid throwsplit"),
      ["raceignore", "int8"],
      ["sysblocktraced", "bool"],
      ["sysexitticks", "int64"],
      ["traceseq", "uint64"],
      ...uintptrs("tracelastp lockedm"),
      ["sig", "uint32"],
      ["writebuf", "[]uint8"],
      ...uintptrs("sigcode0 sigcode1 sigpc gopc"),
      ["ancestors", "*[]ancestorInfo"],
      ...uintptrs("startpc racectx"),
      ["waiting", "*sudog"],
      ["cgoCtxt", "[]uintptr"],
      ["labels", "unsafe.Pointer"],
      ["timer", "*timer"],
      ["selectDone", "uint32"],
      ["gcAssistBytes", "int64"],
    ],
    sysmontick: [
      ["schedtick", "uint32"],
      ["schedwhen", "int64"],
      ["syscalltick", "uint32"],
      ["syscallwhen", "int64"],
    ],
    gcWork: [
      ["wbuf1", "*workbuf"],
      ["wbuf2", "*workbuf"],
      ["bytesMarked", "uint64"],
      ["scanWork", "int64"],
      ["flushedWork", "bool"],
      ["pauseGen", "uint32"],
      ["putGen", "uint32"],
      ["pauseStack", "[16]uintptr"],
    ],
    wbBuf: [...uintptrs("next end"), ["buf", "[512]uintptr"], ["debugGen", "uint32"]],
    p: [
      ["lock", "mutex"],
      ["id", "int32"],
      ["status", "uint32"],
      ["link", "uintptr"],
      ["schedtick", "uint32"],
      ["syscalltick", "uint32"],
      ["sysmontick", "sysmontick"],
      ["m", "uintptr"],
      ["mcache", "*mcache"],
      ["racectx", "uintptr"],
      ["deferpool", "[5][]*_defer"],
      ["deferpoolbuf", "[5][32]*_defer"],
      ...uint64s("goidcache goidcacheend"),
      ["runqhead", "uint32"],
      ["runqtail", "uint32"],
      ["runq", "[256]uintptr"],
      ["runnext", "uintptr"],
      ["gFree", "struct{gList uintptr; n int32}"],
      ["sudogcache", "[]*sudog"],
      ["sudogbuf", "[128]*sudog"],
      ["tracebuf", "uintptr"],
      ["traceSweep", "bool"],
      ...uintptrs("traceSwept traceReclaimed"),
      ["palloc", "persistentAlloc"],
      ["gcAssistTime", "int64"],
      ["gcFractionalMarkTime", "int64"],
      ["gcBgMarkWorker", "uintptr"],
      ["gcMarkWorkerMode", "int"],
      ["gcMarkWorkerStartTime", "int64"],
      ["gcw", "gcWork"],
      ["wbBuf", "wbBuf"],
      ["runSafePointFn", "uint32"],
      ["pad", `[${arch.CacheLinePadSize}]uint8`],
    ],
    option: [["Name", "string"], ["Feature", "*bool"], ...bools("Specified Enable Required")],
  };
}

function uintptrs(names: string): FieldDecl[] {
  return names.split(" ").map(name => [name, "uintptr"]);
}

function bools(names: string): FieldDecl[] {
  return names.split(" ").map(name => [name, "bool"]);
}

function uint64s(names: string): FieldDecl[] {
  return names.split(" ").map(name => [name, "uint64"]);
}
