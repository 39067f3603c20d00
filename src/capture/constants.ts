// The constants of a release in the form of a recording's `constants`.

import type {Configuration} from "../releases/index.js";
import {num} from "./format.js";

/**
 * Constants by the names that DWARF has for them, package included where it is not runtime. A constant that releases
 * renamed stands under each of its names: a recording has those of its release.
 */
export function constantsOf(configuration: Configuration): Record<string, number | string> {
  const {constants: c, arch, goos, release} = configuration;
  const all: Record<string, number | undefined> = {
    ...c,
    // The model's own is added, not subtracted.
    arenaBaseOffset: c.arenaBaseOffsetUintptr ?? c.arenaBaseOffset,
    // Counted in words since go1.20.
    heapArenaBitmapBytes: c.heapArenaBitmapWords === undefined ? c.heapArenaBitmapBytes : undefined,
    pageSize: c._PageSize,
    _PageMask: c._PageSize - 1,
    maxSmallSize: c._MaxSmallSize,
    maxTinySize: c._TinySize,
    tinySizeClass: c._TinySizeClass,
    fixedStack: c._FixedStack,
    stackMin: c._StackMin,
    [`${release.sysPackage}.PtrSize`]: arch.PtrSize,
    [`${release.sysPackage}.DefaultPhysPageSize`]: arch.DefaultPhysPageSize,
    [`${release.sysPackage}.StackGuardMultiplier`]: goos === "aix" ? 2 : 1,
    "internal/cpu.CacheLinePadSize": arch.CacheLinePadSize,
    "internal/goarch.PtrSize": arch.PtrSize,
    "internal/goarch.DefaultPhysPageSize": arch.DefaultPhysPageSize,
    ...inPackageGc(configuration),
  };
  return Object.fromEntries(
    Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [[name, num(value)]])),
  );
}

/** Where go1.26 moved the constants of size classes. */
function inPackageGc({constants: c}: Configuration): Record<string, number | undefined> {
  return {
    "internal/runtime/gc.PageSize": c._PageSize,
    "internal/runtime/gc.NumSizeClasses": c._NumSizeClasses,
    "internal/runtime/gc.MaxSmallSize": c._MaxSmallSize,
    "internal/runtime/gc.SmallSizeDiv": c.smallSizeDiv,
    "internal/runtime/gc.SmallSizeMax": c.smallSizeMax,
    "internal/runtime/gc.LargeSizeDiv": c.largeSizeDiv,
    "internal/runtime/gc.MinSizeForMallocHeader": c.minSizeForMallocHeader,
    "internal/runtime/gc.MallocHeaderSize": c.mallocHeaderSize,
    "internal/runtime/gc.MaxObjsPerSpan": c.maxObjsPerSpan,
  };
}
