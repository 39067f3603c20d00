// A recorded heap as the book looks at it: one moment of one process.
//
// Everything is plain data, so that it can be made in a worker and handed to the page. Addresses and sizes are in bytes
// unless their name says otherwise.

import type {FreeRuns} from "./free.js";
import type {Spans} from "./spans.js";

/** Which process was recorded, and with what. */
export interface Source {
  readonly schema: string;
  /** "go1.19". */
  readonly release: string;
  readonly goVersion: string;
  readonly goos: string;
  readonly goarch: string;
  readonly ptrSize: number;
  /** The page of the heap, and the bytes of an arena. */
  readonly pageSize: number;
  readonly arenaBytes: number;
  /** Bytes of an object's size up to which a span holds its own pointer bitmap; 0 in releases that keep it elsewhere. */
  readonly bitmapUpTo: number;
  /** Bytes at the end of a span of small objects where go1.26 and later may keep mark bits; 0 before. */
  readonly inlineMarks: number;
  /** What the recorder says of the recording: how it was made, and notes. */
  readonly notes: readonly string[];
  /** What the recorder left out, and why. */
  readonly omitted: readonly {readonly path: string; readonly why: string}[];
}

/** A cached span: the class that it is cached for, and its address; null for a slot that holds no span. */
export interface Cached {
  readonly spanclass: number;
  readonly base: number | null;
}

/** A P, with what it keeps for itself. */
export interface P {
  readonly id: number;
  readonly status: number;
  readonly cached: readonly Cached[];
  /** The block that tiny objects share, and how much of it is taken; null without one. */
  readonly tiny: {readonly base: number; readonly offset: number} | null;
  /** Tiny objects that joined a block since the cache was last flushed. */
  readonly tinyAllocs: number;
  /** Bytes of free stacks in the stack cache. */
  readonly stackCache: number;
  /** Free pages in the page cache, and how many of them are returned to the system; null in releases without one. */
  readonly pageCache: {readonly base: number; readonly pages: number; readonly returned: number} | null;
}

/** The state of a heap at one moment. */
export interface Heap {
  /** "main", and what the recorder says of it: "entry of main.main". */
  readonly phase: string;
  readonly at: string;
  readonly source: Source;
  readonly threads: number | null;
  readonly gomaxprocs: number | null;
  readonly physPageSize: number | null;
  /** Bytes of the process that are resident, as the system counts them. */
  readonly rss: number | null;
  /** 0 no collection, 1 marking, 2 mark termination. */
  readonly gcphase: number | null;
  readonly sweepgen: number;
  readonly spans: Spans;
  /** Span records that hold no span. */
  readonly uninitialised: number;
  /** Arenas by address. */
  readonly arenas: readonly {readonly start: number; readonly end: number}[];
  readonly free: FreeRuns;
  readonly ps: readonly P[];
  /** Where the heap would like to grow, in the order in which it tries. */
  readonly hints: readonly number[];
  /** The runtime's own counters by name, "memstats.heap_sys". What is zero may be missing. */
  readonly counters: Readonly<Record<string, number>>;
  /** Allocations and frees by size class, where the release counts them: rows of class and number. */
  readonly bySize: {
    readonly mallocs: readonly (readonly [number, number])[];
    readonly frees: readonly (readonly [number, number])[];
  };
  /** What does not add up inside the recording, in words. */
  readonly oddities: readonly string[];
}

/** A file that was opened. */
export interface OpenedRecording {
  readonly source: Source;
  readonly heaps: readonly Heap[];
}
