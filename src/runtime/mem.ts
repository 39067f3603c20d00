// The seven calls with which the runtime obtains memory and gives it back.
//
// Reserving takes addresses and nothing else; mapping makes them usable and is charged to a counter; sysAlloc
// does both. sysUnused and sysUsed tell the system that contents may be dropped and are wanted again; what is
// unused stays mapped and charged. sysFree gives up the addresses too.

import {mSysStatDec, mSysStatInc, type SysStat} from "./mstats.js";
import {Throw} from "./panic.js";
import type {Runtime} from "./runtime.js";
import {isMultiple} from "./stubs.js";

/**
 * Obtains `n` bytes of zeroed memory anywhere: ready. Returns 0 if the system has none.
 *
 * @go runtime/mem_linux.go sysAlloc go1.12.17
 */
export function sysAlloc(rt: Runtime, n: number, sysStat: SysStat): number {
  const p = rt.mem.take(0, n, "ready", sysStat);
  if (p !== 0 || rt.config.os.chargesRefused || rt.config.release.chargesRefused) {
    mSysStatInc(rt, sysStat, n);
    rt.gcController.mappedReady += n;
  }
  return p;
}

/**
 * The same without charging anyone.
 *
 * @go runtime/mem_linux.go sysAllocOS go1.19.8
 */
export function sysAllocOS(rt: Runtime, n: number): number {
  return rt.mem.take(0, n, "ready", null);
}

/**
 * Takes `n` bytes of addresses, at `v` if they are free and anywhere otherwise: reserved. Returns 0 if the
 * system has none. Nothing is charged.
 *
 * @go runtime/mem_linux.go sysReserve go1.12.17
 */
export function sysReserve(rt: Runtime, v: number, n: number): number {
  return rt.mem.take(v, n, "reserved", null);
}

/**
 * Makes reserved addresses usable. Until go1.12 they are ready at once; later releases leave them prepared.
 * Throws if the system has no memory for them.
 *
 * @go runtime/mem_linux.go sysMap go1.12.17
 */
export function sysMap(rt: Runtime, v: number, n: number, sysStat: SysStat): void {
  mSysStatInc(rt, sysStat, n);
  if (!rt.mem.change(v, n, rt.config.release.sysMapLeaves, sysStat)) {
    throw new Throw(rt, rt.config.os.outOfMemory);
  }
}

/**
 * Makes reserved addresses ready, in the one step or two that the release takes.
 *
 * @go runtime/malloc.go linearAlloc.alloc go1.19.8
 */
export function sysMapReady(rt: Runtime, v: number, n: number, sysStat: SysStat): void {
  sysMap(rt, v, n, sysStat);
  if (rt.config.release.sysMapLeaves === "prepared") sysUsed(rt, v, n);
}

/**
 * Tells the system that the contents may go: prepared. On Linux it throws for what is not whole pages, since the
 * system would round outwards and drop contents that are in use.
 *
 * @go runtime/mem_linux.go sysUnused go1.12.17
 */
export function sysUnused(rt: Runtime, v: number, n: number): void {
  const whole = isMultiple(v, rt.physPageSize) && isMultiple(n, rt.physPageSize);
  if (!whole && rt.config.os.checksUnused) throw new Throw(rt, "unaligned sysUnused");
  setContents(rt, v, n, "prepared");
  rt.gcController.mappedReady -= n;
}

/**
 * Tells the system that the memory is wanted again: ready. `prepared` of the `n` bytes were not ready before.
 *
 * @go runtime/mem_linux.go sysUsed go1.12.17
 * @go runtime/mem.go sysUsed go1.19.8
 */
export function sysUsed(rt: Runtime, v: number, n: number, prepared = n): void {
  setContents(rt, v, n, "ready");
  rt.gcController.mappedReady += prepared;
}

/** The bytes stay charged where they are: only their contents come and go. */
function setContents(rt: Runtime, v: number, n: number, state: "prepared" | "ready"): void {
  if (rt.config.os.givesBack) rt.mem.recolor(v, n, state);
}

/**
 * Gives memory and addresses back: none. On Windows a reservation goes as a whole or not at all.
 *
 * @go runtime/mem_linux.go sysFree go1.12.17
 */
export function sysFree(rt: Runtime, v: number, n: number, sysStat: SysStat): void {
  mSysStatDec(rt, sysStat, n);
  if (sysStat !== null) rt.gcController.mappedReady -= n;
  if (!rt.config.os.givesBack) return;
  if (!rt.config.os.trimsReservations && !rt.mem.isWhole(v, n)) {
    rt.print(`runtime: VirtualFree of ${n} bytes failed with errno=487`);
    throw new Throw(rt, "runtime: failed to release pages");
  }
  rt.mem.release(v, n);
}

/**
 * Makes every access fault, for debugging: reserved.
 *
 * @go runtime/mem_linux.go sysFault go1.12.17
 */
export function sysFault(rt: Runtime, v: number, n: number): void {
  if (rt.config.os.givesBack) rt.mem.recolor(v, n, "reserved");
}
