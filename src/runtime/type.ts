// What an allocation is told of the type of its object: the size and where the pointers are.

import type {Runtime} from "./runtime.js";

/**
 * A type, as far as memory is concerned. Sizes are in bytes.
 *
 * @go runtime/type.go _type go1.12.17
 */
export class _type {
  readonly name: string;
  readonly size: number;
  /** Bytes up to and including the last pointer; 0 for a type without pointers. */
  readonly ptrdata: number;
  /** Offsets of the pointers, ascending. */
  readonly pointers: readonly number[];

  constructor(name: string, size: number, pointers: readonly number[], PtrSize: number) {
    this.name = name;
    this.size = size;
    this.pointers = pointers;
    this.ptrdata = pointers.length === 0 ? 0 : pointers[pointers.length - 1]! + PtrSize;
  }
}

/** A type in Go's notation: `*int`, `[]string`, or a struct that the release declares. */
export function typeOf(rt: Runtime, name: string): _type {
  const {layouts, arch} = rt.config;
  return new _type(name, layouts.extent(name).size, layouts.pointers(name), arch.PtrSize);
}
