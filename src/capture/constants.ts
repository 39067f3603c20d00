// The constants of a release in the form of a recording's `constants`.

import type {Configuration} from "../releases/index.js";

/** Constants by the names that DWARF has for them, package included where it is not runtime. */
export function constantsOf({constants: c, arch, release}: Configuration): Record<string, number> {
  return {
    ...c,
    pageSize: c._PageSize,
    _PageMask: c._PageSize - 1,
    maxSmallSize: c._MaxSmallSize,
    maxTinySize: c._TinySize,
    tinySizeClass: c._TinySizeClass,
    // Bits of an address that the lock-free stacks can pack; there are none to spare on 32-bit.
    ...(c._64bit ? {addrBits: 48} : {}),
    [`${release.sysPackage}.PtrSize`]: arch.PtrSize,
    [`${release.sysPackage}.DefaultPhysPageSize`]: arch.DefaultPhysPageSize,
    [`${release.sysPackage}.StackGuardMultiplier`]: 1,
    "internal/cpu.CacheLinePadSize": arch.CacheLinePadSize,
  };
}
