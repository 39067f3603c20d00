// The page heap: the only one, shared by all, from which every span comes.
//
// init makes a heap without a page. It sets up the allocators for the heap's own records and one mcentral for
// each span class; the first page is mapped when the first span is asked for. How spans are taken from the heap
// and given back stands in mheap_alloc.ts and mheap_free.ts.
//
// The heap grows by arenas (64 MiB on most 64-bit systems). An arena's heapArena knows the span of every page:
// of all pages of a span in use, and of the first and the last page of a free one.

import type {Constants} from "../releases/index.js";
import {linearAlloc} from "./malloc.js";
import {mcache} from "./mcache.js";
import type {mcentral} from "./mcentral.js";
import {sysAlloc, sysFree} from "./mem.js";
import {fixalloc, type fixed} from "./mfixalloc.js";
import {mTreap, treapNode} from "./mgclarge.js";
import {gcSweepBuf} from "./mgcsweepbuf.js";
import type {pageAlloc} from "./mpagealloc.js";
import {mSpanInUse, mSpanList, mspan} from "./mspan.js";
import {Throw} from "./panic.js";
import type {central} from "./parts.js";
import type {Runtime} from "./runtime.js";

/** A record of the heap of which the model needs no more than its size: specialfinalizer, specialprofile. */
export class opaque implements fixed {
  readonly address: number;
  mlink: fixed | null = null;

  constructor(address: number) {
    this.address = address;
  }

  clear(): void {
    this.mlink = null;
  }
}

/**
 * An address at which the heap may try to grow.
 *
 * @go runtime/mheap.go arenaHint go1.12.17
 */
export class arenaHint implements fixed {
  readonly address: number;
  addr = 0;
  /** Whether the heap grows from addr downwards. */
  down = false;
  next: arenaHint | null = null;
  #link: fixed | null = null;

  constructor(address: number) {
    this.address = address;
  }

  /** The first word is addr. */
  get mlink(): fixed | null {
    return this.#link;
  }
  set mlink(link: fixed | null) {
    this.#link = link;
    this.addr = link?.address ?? 0;
  }

  clear(): void {
    this.addr = 0;
    this.down = false;
    this.next = null;
  }
}

/**
 * A slice whose array the runtime obtains from the system by itself, outside the heap.
 *
 * @go runtime/slice.go notInHeapSlice go1.12.17
 */
export class notInHeapSlice<T> {
  /** Address of the array; 0 if there is none. */
  array = 0;
  /** Number of elements that the array has room for. */
  cap = 0;
  readonly elems: T[] = [];

  /** Number of elements. */
  get len(): number {
    return this.elems.length;
  }
}

/**
 * What the heap knows of one arena. It lies outside the heap.
 *
 * @go runtime/mheap.go heapArena go1.12.17
 */
export class heapArena {
  readonly address: number;
  /** The lowest address of the arena, and the first one behind it. */
  readonly start: number;
  readonly end: number;
  /** Two bits for each word (heapbits.ts); null as long as nobody has written to it. */
  bitmap: Uint8Array | null = null;
  /** The span of each page. For pages inside a free span, any span that was there. */
  readonly spans: (mspan | null)[];
  /** A bit for the first page of each span that is in use. */
  readonly pageInUse: Uint8Array;
  /** A bit for the first page of each span with a marked object. */
  readonly pageMarks: Uint8Array;
  /** From go1.16 on: a bit for the first page of each span with a finalizer or the like. */
  readonly pageSpecials: Uint8Array;
  /** From go1.14 on: up to here, in bytes from its start, the arena has been in use and may not be zero. */
  zeroedBase = 0;

  constructor(address: number, start: number, {heapArenaBytes, pagesPerArena}: Constants) {
    this.address = address;
    this.start = start;
    this.end = start + heapArenaBytes;
    this.spans = Array(pagesPerArena).fill(null);
    this.pageInUse = new Uint8Array(pagesPerArena / 8);
    this.pageMarks = new Uint8Array(pagesPerArena / 8);
    this.pageSpecials = new Uint8Array(pagesPerArena / 8);
  }
}

/** Where to grow for arenas that a program frees by hand. */
export class userArena {
  arenaHints: arenaHint | null = null;
  readonly quarantineList = new mSpanList();
  readonly readyList = new mSpanList();
}

/**
 * The page heap.
 *
 * @go runtime/mheap.go mheap go1.12.17
 * @go runtime/mheap.go mheap go1.19.8
 */
export class mheap {
  /** Until go1.13: free spans whose pages have not been returned to the system. */
  readonly free: mTreap;
  /** Until go1.13: free spans whose pages have been returned. */
  readonly scav: mTreap;
  /** Goes up by 2 with every collection. */
  sweepgen = 0;
  sweepdone = 0;
  sweepers = 0;
  /** Every span record that was ever handed out for the first time. */
  readonly allspans = new notInHeapSlice<mspan>();
  /** Spans in use: those swept in this cycle and those that are not, changing roles with each collection. */
  readonly sweepSpans: readonly [gcSweepBuf, gcSweepBuf];

  pagesInUse = 0;
  pagesSwept = 0;
  pagesSweptBasis = 0;
  sweepHeapLiveBasis = 0;
  sweepPagesPerByte = 0;
  reclaimIndex = 0;
  reclaimCredit = 0;
  scavengeCredit = 0;
  /** go1.14 and 1.15: how much of the heap is to stay, in bytes. */
  scavengeGoal = 0;

  largealloc = 0;
  nlargealloc = 0;
  largefree = 0;
  nlargefree = 0;
  readonly nsmallfree: number[];

  /** Index of arenas: the second level by the first, null where there is none yet. */
  readonly arenas: (Map<number, heapArena> | null)[];
  /** Whether arenas are backed by huge pages where they can be. */
  arenasHugePages = false;
  /** 32-bit only: room for the metadata of all arenas. */
  readonly heapArenaAlloc = new linearAlloc();
  /** Where to try to grow, in this order. */
  arenaHints: arenaHint | null = null;
  /** 32-bit only: room for the heap itself. */
  readonly arena = new linearAlloc();
  /** Index of every arena that is mapped. */
  readonly allArenas = new notInHeapSlice<number>();
  /** Index of every arena of user arenas. */
  readonly userArenaArenas = new notInHeapSlice<number>();
  /** allArenas as it was when sweeping began. */
  sweepArenas: readonly number[] = [];
  /** allArenas as it was when marking began. */
  markArenas: readonly number[] = [];
  /** What is reserved and not yet part of the heap: the heap grows into it first. */
  readonly curArena = {base: 0, end: 0};
  readonly userArena = new userArena();

  /** One for each span class. In Go each is padded to a cache line, so that their locks do not share one. */
  readonly central: central[];
  /** From go1.14 on: which pages are free. */
  readonly pages: pageAlloc | null;

  /** The allocators of the heap's own records, by field: which there are is up to the release. */
  readonly fixallocs: Readonly<Record<string, fixalloc<fixed>>>;
  readonly spanalloc: fixalloc<mspan>;
  readonly cachealloc: fixalloc<mcache>;
  /** Until go1.13. */
  readonly treapalloc: fixalloc<treapNode>;
  readonly arenaHintAlloc: fixalloc<arenaHint>;
  /** Number of cleanups that were ever added. */
  cleanupID = 0;

  readonly rt: Runtime;
  /** The arena that was looked up last: most look-ups are near the one before. */
  #last: heapArena | null = null;

  constructor(rt: Runtime) {
    this.rt = rt;
    this.free = new mTreap(rt);
    this.scav = new mTreap(rt);
    this.sweepSpans = [new gcSweepBuf(rt), new gcSweepBuf(rt)];
    this.arenas = Array(2 ** rt.constants.arenaL1Bits).fill(null);
    this.nsmallfree = Array(rt.constants._NumSizeClasses).fill(0);
    this.central = Array.from({length: rt.constants.numSpanClasses}, () => rt.parts.newCentral(rt));
    this.pages = rt.parts.newPages(rt);
    this.spanalloc = new fixalloc(rt, address => new mspan(address));
    this.cachealloc = new fixalloc(rt, address => new mcache(rt, address));
    this.treapalloc = new fixalloc(rt, address => new treapNode(address));
    this.arenaHintAlloc = new fixalloc(rt, address => new arenaHint(address));
    const {spanalloc, cachealloc, treapalloc, arenaHintAlloc} = this;
    const known: Record<string, unknown> = {spanalloc, cachealloc, treapalloc, arenaHintAlloc};
    this.fixallocs = Object.fromEntries(
      rt.config.release.fixallocs.map(([field]) => [
        field,
        (known[field] as fixalloc<fixed>) ?? new fixalloc(rt, address => new opaque(address)),
      ]),
    );
  }

  /** `central` where mcentrals keep lists. Throws RangeError for a release whose mcentrals keep sets. */
  get lists(): readonly mcentral[] {
    if ("nonempty" in this.central[0]!) return this.central as mcentral[];
    throw new RangeError(`the mcentrals of ${this.rt.config.release.name} have no lists; they have sets`);
  }

  /**
   * Makes the heap ready: the allocators of its records, the central lists, and the bookkeeping of free pages.
   *
   * @go runtime/mheap.go mheap.init go1.12.17
   * @go runtime/mheap.go mheap.init go1.19.8
   */
  init(): void {
    const {rt} = this;
    for (const [field, record, stat] of rt.config.release.fixallocs) {
      const first = field === "spanalloc" ? (s: fixed) => recordspan(rt, s as mspan) : null;
      this.fixallocs[field]!.init(rt.sizeof(record), first, stat);
    }

    // A background sweeper may look at a span record while it is being freed and allocated again. Its sweepgen
    // must survive that: were it zeroed, the sweeper could claim a span that needs no sweeping.
    this.spanalloc.zero = false;

    for (let i = 0; i < this.central.length; i++) {
      this.central[i]!.init(i);
    }
    rt.parts.initFreePages(this);
  }

  /**
   * The number of the arena that an address belongs to.
   *
   * @go runtime/mheap.go arenaIndex go1.12.17
   */
  arenaIndex(p: number): number {
    const {arenaBaseOffset, heapArenaBytes} = this.rt.constants;
    return Math.floor((p + arenaBaseOffset) / heapArenaBytes);
  }

  /**
   * The lowest address of an arena.
   *
   * @go runtime/mheap.go arenaBase go1.12.17
   */
  arenaBase(ai: number): number {
    const {arenaBaseOffset, heapArenaBytes} = this.rt.constants;
    return ai * heapArenaBytes - arenaBaseOffset;
  }

  /** The arena that an address belongs to, or null if the heap has none there. */
  arenaOf(p: number): heapArena | null {
    const last = this.#last;
    if (last !== null && p >= last.start && p < last.end) return last;
    return this.#lookUp(p);
  }

  #lookUp(p: number): heapArena | null {
    const ai = this.arenaIndex(p);
    const {arenaL2Bits} = this.rt.constants;
    const l2 = this.arenas[Math.floor(ai / 2 ** arenaL2Bits)];
    const ha = l2?.get(ai % 2 ** arenaL2Bits) ?? null;
    if (ha !== null) this.#last = ha;
    return ha;
  }

  /** The number of the page, counted from the start of its arena, that an address lies in. */
  pageOf(ha: heapArena, p: number): number {
    return (p - ha.start) >>> this.rt.constants._PageShift;
  }

  /**
   * The span that holds an address, or held it last; null where no span ever was.
   *
   * @go runtime/mheap.go spanOf go1.12.17
   */
  spanOf(p: number): mspan | null {
    const ha = this.arenaOf(p);
    return ha === null ? null : ha.spans[this.pageOf(ha, p)]!;
  }

  /**
   * The span in use that an address points to an object of, or null.
   *
   * @go runtime/mheap.go spanOfHeap go1.12.17
   */
  spanOfHeap(p: number): mspan | null {
    const s = this.spanOf(p);
    if (s === null || p < s.base() || p >= s.limit || s.state !== mSpanInUse) return null;
    return s;
  }

  /**
   * Makes `s` the span of the page at `base`.
   *
   * @go runtime/mheap.go mheap.setSpan go1.12.17
   */
  setSpan(base: number, s: mspan): void {
    const ha = this.arenaOf(base)!;
    ha.spans[this.pageOf(ha, base)] = s;
  }

  /**
   * Makes `s` the span of `npage` pages from `base` on.
   *
   * @go runtime/mheap.go mheap.setSpans go1.12.17
   */
  setSpans(base: number, npage: number, s: mspan): void {
    const {pagesPerArena, _PageSize} = this.rt.constants;
    let ha = this.arenaOf(base)!;
    let i = this.pageOf(ha, base);
    for (let n = 0; n < npage; n++, i++) {
      if (i === pagesPerArena) {
        ha = this.arenaOf(base + n * _PageSize)!;
        i = 0;
      }
      ha.spans[i] = s;
    }
  }

  /** Sets or clears the bit of a span's first page that says whether the span is in use. */
  setPageInUse(s: mspan, inUse: boolean): void {
    const ha = this.arenaOf(s.startAddr)!;
    const page = this.pageOf(ha, s.startAddr);
    if (inUse) ha.pageInUse[page >> 3]! |= 1 << (page & 7);
    else ha.pageInUse[page >> 3]! &= ~(1 << (page & 7));
  }
}

/**
 * Enters a new span record into allspans. spanalloc calls it the first time that it hands the record out.
 *
 * @go runtime/mheap.go recordspan go1.12.17
 */
export function recordspan(rt: Runtime, s: mspan): void {
  const {allspans} = rt.mheap_;
  const {PtrSize} = rt.config.arch;
  if (allspans.len >= allspans.cap) {
    const n = Math.max((64 * 1024) / PtrSize, Math.floor((allspans.cap * 3) / 2));
    const array = sysAlloc(rt, n * PtrSize, "other_sys");
    if (array === 0) throw new Throw(rt, "runtime: cannot allocate memory");
    if (allspans.len !== 0) sysFree(rt, allspans.array, allspans.cap * PtrSize, "other_sys");
    allspans.array = array;
    allspans.cap = n;
  }
  allspans.elems.push(s);
}
