// The schema go-alloc-scripts/1: lists of allocations, and what came of them in a real process.

import type {Json, JsonObject} from "./format.js";

/** A row of `allspans`; addresses count from the start of the heap. */
export interface SpanRow {
  readonly rel: number;
  readonly npages: number;
  readonly spanclass: number;
  readonly elemsize: number;
  readonly nelems: number;
  readonly state: number;
  readonly allocCount: number;
  readonly freeindex: number;
  readonly allocCache: string | number;
  readonly needzero: number;
  readonly scavenged: boolean;
}

interface Linear {
  readonly next: string;
  readonly mapped: string;
  readonly end: string;
}

/** The heap before or after a script. */
export interface AllocState {
  readonly allspans: {readonly columns: readonly string[]; readonly rows: readonly (readonly Json[])[]};
  readonly fixallocs: Readonly<Record<string, {nchunk: number; inuse: number; list_len: number}>>;
  readonly mcache_P0: {
    readonly cached: readonly (readonly [number, number])[];
    readonly tiny_rel: number | null;
    readonly fields: Readonly<Record<string, number>>;
  };
  readonly central_not_empty: readonly {
    readonly index: number;
    readonly nmalloc?: number;
    readonly nonempty?: readonly number[];
    readonly empty?: readonly number[];
  }[];
  readonly arenaHints_first: readonly string[];
  readonly arenas: readonly (readonly [string, string])[];
  readonly heapArenaAlloc?: Linear;
  readonly arena?: Linear;
  readonly persistentalloc_off: number;
  readonly P0_palloc: number;
  readonly sweepgen: number;
  readonly stats: {
    readonly memstats: Readonly<Record<string, number | string>>;
    readonly "by_size.nmalloc_nonzero": readonly (readonly [number, number])[];
  };
}

/** Head and tail of each of the two sets of spans. */
type Sets = readonly (readonly [head: number, tail: number])[];

/** A run of pages of a chunk. */
type Run = readonly [first: number, pages: number];

/** What there is besides in a heap with a page allocator. */
export interface PageState {
  readonly allspans: {readonly len: number};
  readonly curArena: {readonly base: number | null; readonly end: number | null};
  readonly pages: {
    readonly inUse: readonly (readonly [from: number, to: number])[];
    readonly chunks: readonly (readonly [
      rel: number,
      allocated: readonly Run[],
      scavenged: readonly Run[],
    ])[];
    readonly searchAddr: string;
  };
  readonly P0_pcache: {readonly base: number | null; readonly cache: string; readonly scav: string};
  readonly P0_mspancache_len: number;
  readonly central_not_empty: readonly {
    readonly index: number;
    readonly partial?: Sets;
    readonly full?: Sets;
  }[];
  readonly stats: {
    readonly heapStats_sum: Readonly<Record<string, number | readonly (readonly [number, number])[]>>;
    readonly gcController: Readonly<Record<string, number | string>>;
  };
}

/** `[size, scan, rel]`: bytes asked for, 1 for a type with pointers, and the address from the heap's start. */
export type Op = readonly [size: number, scan: 0 | 1, rel: number | null];

/** One script. */
export interface Script {
  readonly heap_start: string;
  readonly ops: readonly Op[];
  readonly MemStats_before: JsonObject;
  readonly MemStats_after: JsonObject;
  readonly MemStats_delta: JsonObject;
  readonly state_before: AllocState;
  readonly state_after: AllocState;
}

/** A file of scripts. */
export interface AllocFile {
  readonly schema: string;
  readonly release: string;
  readonly goos: string;
  readonly goarch: string;
  readonly scripts: Readonly<Record<string, Script>>;
}
