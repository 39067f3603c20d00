// The page allocator: which pages of the heap are free. It finds room for a request at the lowest address there is.
//
// Bitmaps say which pages are allocated, a chunk of 512 pages each (mpallocbits.ts). A tree of summaries above them says
// how many free pages there are in a row (mpagealloc_levels.ts), so that a search looks into one chunk at most.
// Invariants: a summary tells the truth of its region; no page below searchAddr is free; searchAddr is in inUse, or is
// the greatest address there is, when nothing is free; a page that is allocated is not marked as scavenged.
//
// In Go all of this is under the lock of the heap. The model has one thread and no lock.

import type {PagedConstants} from "../releases/index.js";
import {sysAlloc} from "./mem.js";
import {chunks} from "./mpagealloc_chunks.js";
import {find} from "./mpagealloc_find.js";
import {type chunkIdx, summaryTree} from "./mpagealloc_levels.js";
import {sysGrow32, sysGrow64, sysInit32, sysInit64} from "./mpagealloc_sys.js";
import {update} from "./mpagealloc_update.js";
import {pallocChunkPages} from "./mpagebits.js";
import {notFound, type pallocData} from "./mpallocbits.js";
import {addrRanges, makeAddrRange, maxOffAddr, minOffAddr} from "./mranges.js";
import type {SysStat} from "./mstats.js";
import {Throw} from "./panic.js";
import type {Runtime} from "./runtime.js";
import {scavengeIndex} from "./scavengeindex.js";
import {round, roundDown} from "./stubs.js";

/**
 * The page allocator.
 *
 * @go runtime/mpagealloc.go pageAlloc go1.19.8
 */
export class pageAlloc extends summaryTree {
  readonly chunks: chunks;
  /** Where a search begins. */
  searchAddr = 0;
  /** The chunks from start up to end: outside, there is none that the allocator knows. */
  start: chunkIdx = 0;
  end: chunkIdx = 0;
  /** The addresses that grow was told of. */
  readonly inUse: addrRanges;
  readonly scav: {
    /** Which chunks have something to scavenge. */
    readonly index: scavengeIndex;
    /** Bytes that the background scavenger has released since the last collection. */
    released: number;
  };
  /** The counter that is charged for metadata. */
  sysStat: SysStat = null;
  /** Bytes of memory for summaries and the index that are mapped. */
  summaryMappedReady = 0;
  /** Whether this allocator stands by itself: no heap has its pages, and scavenging releases nothing. */
  readonly test: boolean;
  /** Whether all summaries are mapped at the start, as where there are few: on 32-bit platforms. */
  readonly mapsAtOnce: boolean;
  readonly rt: Runtime;

  constructor(rt: Runtime, test = false) {
    const constants = rt.constants as PagedConstants;
    super(constants);
    this.rt = rt;
    this.test = test;
    this.mapsAtOnce = constants.pallocChunksL1Bits === 0;
    this.chunks = new chunks(constants);
    this.inUse = new addrRanges(rt);
    this.scav = {index: new scavengeIndex(rt, minOffAddr(rt)), released: 0};
  }

  /**
   * Makes the allocator ready: it has no page yet.
   *
   * @go runtime/mpagealloc.go pageAlloc.init go1.19.8
   */
  init(sysStat: SysStat): void {
    const {rt} = this;
    if (this.levelLogPages[0]! > this.logMaxPackedValue) {
      rt.print(`runtime: root level max pages = ${2 ** this.levelLogPages[0]!}`);
      rt.print(`runtime: summary max pages = ${2 ** this.logMaxPackedValue}`);
      throw new Throw(rt, "root level max pages doesn't fit in summary");
    }
    this.sysStat = sysStat;
    this.inUse.init(sysStat);
    if (this.mapsAtOnce) sysInit32(this);
    else sysInit64(this);
    this.searchAddr = this.maxSearchAddr();
    this.scav.index.init(this);
  }

  /**
   * What searchAddr is when nothing is free.
   *
   * @go runtime/mpagealloc.go maxSearchAddr go1.19.8
   */
  maxSearchAddr(): number {
    return maxOffAddr(this.rt);
  }

  /** The bitmaps of a chunk. @go runtime/mpagealloc.go pageAlloc.chunkOf go1.19.8 */
  chunkOf(ci: chunkIdx): pallocData {
    return this.chunks.get(ci);
  }

  /**
   * Takes in `size` bytes of addresses from `base` on, rounded to whole chunks. Their pages are free, and count as
   * scavenged: nobody has touched them.
   *
   * @go runtime/mpagealloc.go pageAlloc.grow go1.19.8
   */
  grow(base: number, size: number): void {
    const {rt, chunks, pallocChunkBytes} = this;
    const limit = round(base + size, pallocChunkBytes);
    base = roundDown(base, pallocChunkBytes);
    if (this.mapsAtOnce) sysGrow32(this, base, limit);
    else {
      sysGrow64(this, base, limit);
      this.summaryMappedReady += this.scav.index.grow(this, base, limit);
    }

    const firstGrowth = this.start === 0;
    const [start, end] = [this.chunkIndex(base), this.chunkIndex(limit)];
    if (firstGrowth || start < this.start) this.start = start;
    if (end > this.end) this.end = end;
    this.inUse.add(makeAddrRange(rt, base, limit));
    if (base < this.searchAddr) this.searchAddr = base;

    for (let c = start; c < end; c++) {
      if (!chunks.has(c)) {
        const r = sysAlloc(rt, chunks.l2Entries * rt.sizeof("pallocData"), this.sysStat);
        if (r === 0) throw new Throw(rt, "pageAlloc: out of memory");
        chunks.put(c, r);
      }
      this.chunkOf(c).scavenged.setAll();
    }
    update(this, base, size / this.pageSize, true, false);
  }

  /**
   * Marks `npages` pages from `base` on as allocated. Returns how many bytes of them were scavenged.
   *
   * @go runtime/mpagealloc.go pageAlloc.allocRange go1.19.8
   */
  allocRange(base: number, npages: number): number {
    const last = base + (npages - 1) * this.pageSize;
    const [sc, ec] = [this.chunkIndex(base), this.chunkIndex(last)];
    const [si, ei] = [this.chunkPageIndex(base), this.chunkPageIndex(last)];
    let scav = 0;
    for (let c = sc; c <= ec; c++) {
      const i = c === sc ? si : 0;
      const n = (c === ec ? ei + 1 : pallocChunkPages) - i;
      const chunk = this.chunkOf(c);
      scav += chunk.scavenged.popcntRange(i, n);
      chunk.allocRange(i, n);
    }
    update(this, base, npages, true, true);
    return scav * this.pageSize;
  }

  /**
   * The lowest address from `addr` on that is mapped, or the greatest there is if none is.
   *
   * An arena that the heap has is mapped as a whole, though inUse may not have all of it yet.
   *
   * @go runtime/mpagealloc.go pageAlloc.findMappedAddr go1.19.8
   */
  findMappedAddr(addr: number): number {
    if (!this.test && this.rt.mheap_.arenaOf(addr) !== null) return addr;
    return this.inUse.findAddrGreaterEqual(addr) ?? maxOffAddr(this.rt);
  }

  /**
   * Allocates `npages` pages in a row. Returns their address, and how many bytes of them were scavenged; an address of 0
   * if there is no room.
   *
   * @go runtime/mpagealloc.go pageAlloc.alloc go1.19.8
   */
  alloc(npages: number): [addr: number, scav: number] {
    const i = this.chunkIndex(this.searchAddr);
    if (i >= this.end) return [0, 0];

    // There may be room right where the search begins.
    let addr = 0;
    let searchAddr = minOffAddr(this.rt);
    const from = this.chunkPageIndex(this.searchAddr);
    if (pallocChunkPages - from >= npages && this.leaves.max(i) >= npages) {
      const [j, searchIdx] = this.chunkOf(i).find(npages, from);
      if (j === notFound) throw this.badSummary(i, npages);
      addr = this.chunkBase(i) + j * this.pageSize;
      searchAddr = this.chunkBase(i) + searchIdx * this.pageSize;
    } else {
      [addr, searchAddr] = find(this, npages);
      if (addr === 0) {
        // If not even one page is free, none is.
        if (npages === 1) this.searchAddr = this.maxSearchAddr();
        return [0, 0];
      }
    }

    const scav = this.allocRange(addr, npages);
    if (this.searchAddr < searchAddr) this.searchAddr = searchAddr;
    return [addr, scav];
  }

  /**
   * Makes `npages` pages from `base` on free. Unless they have been scavenged, they can be.
   *
   * @go runtime/mpagealloc.go pageAlloc.free go1.19.8
   */
  free(base: number, npages: number, scavenged: boolean): void {
    if (base < this.searchAddr) this.searchAddr = base;
    const last = base + (npages - 1) * this.pageSize;
    if (!scavenged) this.scav.index.mark(this, base, last + this.pageSize);
    const [sc, ec] = [this.chunkIndex(base), this.chunkIndex(last)];
    const [si, ei] = [this.chunkPageIndex(base), this.chunkPageIndex(last)];
    for (let c = sc; c <= ec; c++) {
      const i = c === sc ? si : 0;
      const n = (c === ec ? ei + 1 : pallocChunkPages) - i;
      this.chunkOf(c).free(i, n);
    }
    update(this, base, npages, true, false);
  }

  /** What to throw when a summary promised room that is not there. */
  badSummary(ci: chunkIdx, npages: number): Throw {
    const {start, max, end} = this.leaves.get(ci);
    const level = this.levels - 1;
    this.rt.print(`runtime: summary[ ${level} ][ ${ci} ] = ( ${start} ,  ${max} ,  ${end} )`);
    this.rt.print(`runtime: npages = ${npages}`);
    return new Throw(this.rt, "bad summary data");
  }
}
