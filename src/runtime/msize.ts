// Which block size an allocation of a given size gets.

import type {Runtime} from "./runtime.js";
import {round} from "./stubs.js";

/**
 * Bytes that mallocgc sets aside for an object of `size` bytes: the size class that fits, or whole pages.
 *
 * @go runtime/msize.go roundupsize go1.12.17
 */
export function roundupsize(rt: Runtime, size: number): number {
  const {_MaxSmallSize, smallSizeMax, smallSizeDiv, largeSizeDiv, _PageSize, _64bit} = rt.constants;
  const {class_to_size, size_to_class8, size_to_class128} = rt.sizeclasses;
  if (size < _MaxSmallSize) {
    if (size <= smallSizeMax - 8) {
      return class_to_size[size_to_class8[Math.floor((size + smallSizeDiv - 1) / smallSizeDiv)]!]!;
    }
    return class_to_size[
      size_to_class128[Math.floor((size - smallSizeMax + largeSizeDiv - 1) / largeSizeDiv)]!
    ]!;
  }
  // A sum that does not fit into a uintptr wraps around in Go, which is how it notices.
  const uintptrMax = _64bit ? 2 ** 64 : 2 ** 32;
  if (size + _PageSize >= uintptrMax) return size;
  return round(size, _PageSize);
}
