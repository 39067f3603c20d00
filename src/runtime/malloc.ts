// The memory allocator's start: mallocinit, and the two allocators below the heap.
//
// Order matters. fixalloc and the heap's bookkeeping live outside the heap, so persistentalloc comes first; it
// needs nothing but sysAlloc. mallocinit then makes the heap that has no page yet, the first mcache, and the
// hints that say where the heap's first page will be. No byte of heap is mapped before someone allocates.

import {mallocinitSteps} from "./malloc_checks.js";
import {allocmcache} from "./mcache.js";
import {sysAlloc, sysFree, sysMapReady, sysReserve} from "./mem.js";
import {mSysStatDec, mSysStatInc, type SysStat} from "./mstats.js";
import {Throw} from "./panic.js";
import type {Runtime} from "./runtime.js";
import {isMultiple, isPowerOfTwo, round} from "./stubs.js";

const MiB = 2 ** 20;
/** The memory limit that is none: the largest int64, which a float64 rounds up to 2^63. */
const maxInt64 = 2 ** 63;

/**
 * Initializes the memory allocator. schedinit calls it once, before anything can be allocated.
 *
 * @go runtime/malloc.go mallocinit go1.12.17
 */
export function mallocinit(rt: Runtime): void {
  const {release} = rt.config;
  for (const step of release.mallocinitSteps) mallocinitSteps[step](rt);

  rt.mheap_.init();
  // Until there is a P, nobody else could hold it: first it hung on the M, later releases have a variable for it.
  rt.getg().m.mcache = allocmcache(rt);

  const growth = release.growth(rt.config);
  if (growth === "hints") hintArenas(rt);
  if (growth === "reservation") reserveArenas(rt);

  // Later releases allocate before gcinit has run, and the allocator looks at the limit.
  if (release.setsMemoryLimit) rt.gcController.memoryLimit = maxInt64;
}

/**
 * The 64-bit way: reserve nothing, and note down addresses to try. The loop counts down because each hint goes
 * to the front of the list: the address made last is tried first.
 *
 * @go runtime/malloc.go mallocinit go1.12.17
 */
export function hintArenas(rt: Runtime): void {
  const {mheap_} = rt;
  const {address, from, below, userFrom} = rt.config.release.hints(rt.config, rt.machine, rt.constants);
  for (let i = 0x7f; i >= from; i--) {
    const p = address(i);
    if (p >= below) continue;
    const list = i < userFrom ? mheap_ : mheap_.userArena;
    const hint = mheap_.arenaHintAlloc.alloc();
    hint.addr = p;
    hint.next = list.arenaHints;
    list.arenaHints = hint;
  }
}

/**
 * The 32-bit way: addresses are scarce, so reserve room for the metadata of all arenas at once, and for a heap
 * right above the program that is as large as the system will grant.
 *
 * @go runtime/malloc.go mallocinit go1.12.17
 */
export function reserveArenas(rt: Runtime): void {
  const {mheap_} = rt;
  const {arenaBits, heapArenaBytes} = rt.constants;

  const arenaMetaSize = 2 ** arenaBits * rt.sizeof("heapArena");
  const meta = sysReserve(rt, 0, arenaMetaSize);
  if (meta !== 0) mheap_.heapArenaAlloc.init(meta, arenaMetaSize, true);

  // C constructors may have moved the break beyond the program's end; 256 KiB more keep clear of an emulator
  // that does not report the break correctly.
  let p = Math.max(rt.firstmoduledata.end, sbrk0(rt));
  if (mheap_.heapArenaAlloc.next <= p && p < mheap_.heapArenaAlloc.end) p = mheap_.heapArenaAlloc.end;
  p = round(p + MiB / 4, heapArenaBytes);

  for (const arenaSize of [512 * MiB, 256 * MiB, 128 * MiB]) {
    const [a, size] = sysReserveAligned(rt, p, arenaSize, heapArenaBytes);
    if (a !== 0) {
      mheap_.arena.init(a, size, rt.config.release.mapsArenaAtOnce);
      p = mheap_.arena.end;
      break;
    }
  }
  // Where there are user arenas, they may grow at the same place. Neither is likely to come to that.
  for (const list of rt.config.release.userArenas ? [mheap_, mheap_.userArena] : [mheap_]) {
    const hint = mheap_.arenaHintAlloc.alloc();
    hint.addr = p;
    hint.next = list.arenaHints;
    list.arenaHints = hint;
  }
}

/**
 * The end of the data segment, or 0 where the system has no such thing.
 *
 * @go runtime/stubs_linux.go sbrk0 go1.12.17
 */
function sbrk0(rt: Runtime): number {
  return rt.config.os.hasBrk ? rt.mem.brk : 0;
}

/**
 * Reserves `size` bytes at a multiple of `align`, or `align` more than that if the addresses happen to be
 * aligned already. Returns address and size; [0, 0] if the system refuses.
 *
 * @go runtime/malloc.go sysReserveAligned go1.12.17
 */
export function sysReserveAligned(
  rt: Runtime,
  v: number,
  size: number,
  align: number,
): [p: number, size: number] {
  for (let retries = 0; ; ) {
    const p = sysReserve(rt, v, size + align);
    if (p === 0) return [0, 0];
    if (isMultiple(p, align)) return [p, size + align];

    const pAligned = round(p, align);
    if (rt.config.os.trimsReservations) {
      const end = pAligned + size;
      const endLen = p + size + align - end;
      sysFree(rt, p, pAligned - p, null);
      if (endLen > 0) sysFree(rt, end, endLen, null);
      return [pAligned, size];
    }
    // Windows releases reservations whole: give all of it back and ask for the aligned part alone. Someone
    // else may take it in between.
    sysFree(rt, p, size + align, null);
    const p2 = sysReserve(rt, pAligned, size);
    if (p2 === pAligned) return [p2, size];
    sysFree(rt, p2, size, null);
    if (++retries === 100) throw new Throw(rt, "failed to allocate aligned heap memory; too many retries");
  }
}

/**
 * The current chunk of persistentalloc: its address, and how many bytes of it are taken.
 *
 * @go runtime/malloc.go persistentAlloc go1.12.17
 */
export class persistentAlloc {
  base = 0;
  off = 0;
}

/** From this size on, a request goes to the system by itself: the granularity of reservations on Windows. */
const maxBlock = 64 * 1024;

/**
 * Allocates `size` bytes that are never freed, at a multiple of `align` (0 means 8). Chunks are charged to
 * other_sys; what is cut off them for someone else moves from there to `sysStat`.
 *
 * @go runtime/malloc.go persistentalloc1 go1.12.17
 */
export function persistentalloc(rt: Runtime, size: number, align: number, sysStat: SysStat): number {
  const {_PageSize, persistentChunkSize} = rt.constants;
  if (size === 0) throw new Throw(rt, "persistentalloc: size == 0");
  if (align === 0) align = 8;
  if (!isPowerOfTwo(align)) throw new Throw(rt, "persistentalloc: align is not a power of 2");
  if (align > _PageSize) throw new Throw(rt, "persistentalloc: align is too large");
  if (size >= maxBlock) return sysAlloc(rt, size, sysStat);

  const mp = rt.getg().m;
  const persistent = mp.p !== null ? mp.p.palloc : rt.globalAlloc;
  persistent.off = round(persistent.off, align);
  if (persistent.off + size > persistentChunkSize || persistent.base === 0) {
    persistent.base = sysAlloc(rt, persistentChunkSize, "other_sys");
    if (persistent.base === 0) throw new Throw(rt, "runtime: cannot allocate memory");
    rt.persistentChunks.unshift(persistent.base);
    // The chunk's first word links it to the one before.
    persistent.off = rt.config.release.alignsFirstBlock
      ? round(rt.config.arch.PtrSize, align)
      : rt.config.arch.PtrSize;
  }
  const p = persistent.base + persistent.off;
  persistent.off += size;

  if (sysStat !== "other_sys") {
    mSysStatInc(rt, sysStat, size);
    mSysStatDec(rt, "other_sys", size);
  }
  return p;
}

/**
 * An allocator that hands out a reserved range from front to back. Unless others map what it hands out, it maps pages as
 * it gets to them. Invariant: next <= mapped rounded up to a page <= end.
 *
 * @go runtime/malloc.go linearAlloc go1.12.17
 * @go runtime/malloc.go linearAlloc go1.19.8
 */
export class linearAlloc {
  /** The next free byte. */
  next = 0;
  /** One past the last mapped byte. */
  mapped = 0;
  /** One past the last reserved byte. */
  end = 0;
  /** Whether it maps pages itself. */
  mapMemory = false;

  /**
   * Takes over `size` reserved bytes at `base`.
   *
   * @go runtime/malloc.go linearAlloc.init go1.12.17
   * @go runtime/malloc.go linearAlloc.init go1.19.8
   */
  init(base: number, size: number, mapMemory: boolean): void {
    this.next = base;
    this.mapped = base;
    this.end = base + size;
    this.mapMemory = mapMemory;
  }

  /**
   * Hands out `size` bytes at a multiple of `align`, or 0 if that many are not left.
   *
   * @go runtime/malloc.go linearAlloc.alloc go1.12.17
   * @go runtime/malloc.go linearAlloc.alloc go1.19.8
   */
  alloc(rt: Runtime, size: number, align: number, sysStat: SysStat): number {
    const p = round(this.next, align);
    if (p + size > this.end) return 0;
    this.next = p + size;
    const pEnd = round(this.next - 1, rt.physPageSize);
    if (pEnd > this.mapped) {
      if (this.mapMemory) sysMapReady(rt, this.mapped, pEnd - this.mapped, sysStat);
      this.mapped = pEnd;
    }
    return p;
  }
}
