// fixalloc: an allocator for records of one fixed size, outside the heap.
//
// A fixalloc cuts records off the front of a 16 KiB chunk and keeps those that come back on a list that runs
// through their first words. Chunks come from persistentalloc and are never given back.
// Invariant: inuse + the list's records + what was cut off and is neither = what the chunks have handed out.

import {persistentalloc} from "./malloc.js";
import type {SysStat} from "./mstats.js";
import {Throw} from "./panic.js";
import type {Runtime} from "./runtime.js";
import {roundDown} from "./stubs.js";

/** What a fixalloc hands out: a record at an address, whose first word can hold a link while it is free. */
export interface fixed {
  /** Address of the record's first byte. */
  readonly address: number;
  /** The first word while the record is free. Setting it overwrites the record's first field. */
  mlink: fixed | null;
  /** Sets every byte to zero. */
  clear(): void;
}

/**
 * An allocator of records of type T.
 *
 * @go runtime/mfixalloc.go fixalloc go1.12.17
 */
export class fixalloc<T extends fixed> {
  /** Bytes in a record; 0 before init. */
  size = 0;
  /** Called with each record that is handed out for the first time. */
  first: ((p: T) => void) | null = null;
  /** The record that was freed last. */
  list: T | null = null;
  /** Address of the rest of the current chunk. */
  chunk = 0;
  /** Bytes left in the current chunk. */
  nchunk = 0;
  /** Bytes in a chunk. */
  nalloc = 0;
  /** Bytes in records that are in use. */
  inuse = 0;
  /** The counter that chunks are charged to. */
  stat: SysStat = null;
  /** Whether a record that is handed out again is zeroed. */
  zero = false;

  readonly #rt: Runtime;
  readonly #make: (address: number) => T;

  /** `make` stands for what Go gets for nothing: seeing fresh memory at an address as a T. */
  constructor(rt: Runtime, make: (address: number) => T) {
    this.#rt = rt;
    this.#make = make;
  }

  /**
   * Makes the fixalloc ready for records of `size` bytes.
   *
   * @go runtime/mfixalloc.go fixalloc.init go1.12.17
   * @go runtime/mfixalloc.go fixalloc.init go1.19.8
   */
  init(size: number, first: ((p: T) => void) | null, stat: SysStat): void {
    const {_FixAllocChunk} = this.#rt.constants;
    if (size > _FixAllocChunk) throw new Throw(this.#rt, "runtime: fixalloc size too large");
    this.size = size;
    this.first = first;
    this.list = null;
    this.chunk = 0;
    this.nchunk = 0;
    // A chunk that is not a whole number of records wastes its tail.
    this.nalloc = this.#rt.config.release.wholeRecords ? roundDown(_FixAllocChunk, size) : _FixAllocChunk;
    this.inuse = 0;
    this.stat = stat;
    this.zero = true;
  }

  /**
   * Hands out a record: the one freed last, or else the next of the chunk. Throws before init.
   *
   * @go runtime/mfixalloc.go fixalloc.alloc go1.12.17
   * @go runtime/mfixalloc.go fixalloc.alloc go1.19.8
   */
  alloc(): T {
    const rt = this.#rt;
    if (this.size === 0) {
      rt.print("runtime: use of FixAlloc_Alloc before FixAlloc_Init");
      throw new Throw(rt, "runtime: internal error");
    }

    if (this.list !== null) {
      const v = this.list;
      this.list = v.mlink as T | null;
      this.inuse += this.size;
      if (this.zero) v.clear();
      return v;
    }

    if (this.nchunk < this.size) {
      this.chunk = persistentalloc(rt, this.nalloc, 0, this.stat);
      this.nchunk = this.nalloc;
    }

    const v = this.#make(this.chunk);
    if (this.first !== null) this.first(v);
    this.chunk += this.size;
    this.nchunk -= this.size;
    this.inuse += this.size;
    return v;
  }

  /**
   * Takes a record back. Its first word now links it to the list; the rest stays as it was.
   *
   * @go runtime/mfixalloc.go fixalloc.free go1.12.17
   */
  free(p: T): void {
    this.inuse -= this.size;
    p.mlink = this.list;
    this.list = p;
  }
}
