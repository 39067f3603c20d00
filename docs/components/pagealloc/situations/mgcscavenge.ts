// Situations of scavenging. Runs are [first page, pages] of a chunk's 512.

import type {Chunks} from "./mpagealloc.js";
import type {Run} from "./mpallocbits.js";

/** Physical pages can have as many pages of the heap as this. */
const groups = [1, 2, 4, 8, 16, 32, 64];

/** A chunk, the least number of pages to take and the most; and the run that is chosen, null for none. */
export interface Candidate {
  readonly what: string;
  readonly alloc: readonly Run[];
  readonly scav: readonly Run[];
  readonly min: number;
  readonly max: number;
  readonly found: Run | null;
  /** Bytes of a huge page; 0 for none. */
  readonly huge?: number;
}

const MiB = 2 ** 20;

export const findScavengeCandidate: readonly Candidate[] = [
  {
    what: "one page between allocated and scavenged ones",
    alloc: [
      [0, 70],
      [72, 440],
    ],
    scav: [[0, 71]],
    min: 1,
    max: 512,
    found: [71, 1],
  },
  {
    what: "the highest of several places",
    alloc: [
      [0, 50],
      [60, 9],
      [75, 437],
    ],
    scav: [[73, 2]],
    min: 1,
    max: 512,
    found: [69, 4],
  },
  ...groups.flatMap((m): Candidate[] => [
    {what: `all free, by ${m}`, alloc: [], scav: [], min: m, max: 512, found: [0, 512]},
    {what: `all scavenged, by ${m}`, alloc: [], scav: [[0, 512]], min: m, max: 512, found: null},
    {what: `all allocated, by ${m}`, alloc: [[0, 512]], scav: [], min: m, max: 512, found: null},
    {what: `${m} at the start`, alloc: [[m, 512 - m]], scav: [], min: m, max: 512, found: [0, m]},
    {what: `${m} at the end`, alloc: [[0, 512 - m]], scav: [], min: m, max: 512, found: [512 - m, m]},
    {
      what: `${2 * m} across two words, by ${m}`,
      alloc: [
        [0, 128 - m],
        [128 + m, 384 - m],
      ],
      scav: [],
      min: m,
      max: 2 * m,
      found: [128 - m, 2 * m],
    },
    {
      what: `a run that begins with a word, after a full one, by ${m}`,
      alloc: [
        [128, 64],
        [192 + 3 * m, 320 - 3 * m],
      ],
      scav: [[2, 9]],
      min: m,
      max: 3 * m,
      found: [192, 3 * m],
    },
    {
      what: `the same after a word with a pocket, by ${m}`,
      alloc: [
        [128, 61],
        [190, 2],
        [192 + 3 * m, 320 - 3 * m],
      ],
      scav: [],
      min: m,
      max: 3 * m,
      found: [192, 3 * m],
    },
    {
      what: `at most 0, which means ${m}`,
      alloc: [],
      scav: [[0, 512 - m]],
      min: m,
      max: 0,
      found: [512 - m, m],
    },
  ]),
  ...groups
    .filter(m => m <= 8)
    .flatMap((m): Candidate[] => [
      {
        what: `${m} aligned pages`,
        alloc: [
          [0, 80],
          [80 + m, 432 - m],
        ],
        scav: [],
        min: m,
        max: 512,
        found: [80, m],
      },
      {
        what: `${m} aligned pages with one that is scavenged`,
        alloc: [
          [0, 80],
          [80 + m, 432 - m],
        ],
        scav: [[80, 1]],
        min: m,
        max: 512,
        found: null,
      },
    ]),
  ...groups
    .filter(m => m > 1)
    .flatMap((m): Candidate[] => [
      {
        what: `at most ${m - 1}, which is rounded up to ${m}`,
        alloc: [],
        scav: [[0, 512 - (2 * m - 1)]],
        min: m,
        max: m - 1,
        found: [512 - m, m],
      },
      {
        what: `at most 1, and at least ${m}`,
        alloc: [],
        scav: [[0, 512 - m]],
        min: m,
        max: 1,
        found: [512 - m, m],
      },
      {
        what: `places of less than ${m} are passed over`,
        alloc: [
          [0, 128 - m],
          [128, 3],
          [132, 7],
          [140, 372],
        ],
        scav: [],
        min: m,
        max: m,
        found: [128 - m, m],
      },
      {
        what: `${m} pages that are not aligned are passed over`,
        alloc: [
          [0, 128 - m],
          [128, 63],
          [191 + m, 321 - m],
        ],
        scav: [],
        min: m,
        max: m,
        found: [128 - m, m],
      },
    ]),
  {
    what: "no huge page is cut: the run's start",
    alloc: [[260, 252]],
    scav: [],
    min: 1,
    max: 5,
    found: [0, 260],
    huge: 2 * MiB,
  },
  {
    what: "no huge page is cut: inside a run",
    alloc: [
      [0, 56],
      [140, 372],
    ],
    scav: [],
    min: 1,
    max: 14,
    found: [64, 76],
    huge: 512 * 1024,
  },
  {
    what: "no huge page is cut: the end of the chunk",
    alloc: [[0, 256]],
    scav: [],
    min: 1,
    max: 1,
    found: [256, 256],
    huge: 2 * MiB,
  },
  {what: "a huge page that is a chunk", alloc: [], scav: [], min: 1, max: 1, found: [0, 512], huge: 4 * MiB},
  {
    what: "a huge page larger than a chunk, which does not count",
    alloc: [],
    scav: [],
    min: 1,
    max: 1,
    found: [511, 1],
    huge: 8 * MiB,
  },
  {
    what: "a huge page of which a page is allocated",
    alloc: [[0, 3]],
    scav: [],
    min: 1,
    max: 300,
    found: [212, 300],
    huge: 2 * MiB,
  },
];

/** Chunks; what is asked for in pages, null for everything, and how many pages go each time; and what is scavenged then. */
export const scavenge: readonly {
  what: string;
  alloc: Chunks;
  scav: Chunks;
  asked: readonly (readonly [number | null, number])[];
  after: Chunks;
}[] = [
  {
    what: "everything of three free chunks",
    alloc: {0: [], 1: [], 2: []},
    scav: {},
    asked: [[null, 1536]],
    after: {0: [[0, 512]], 1: [[0, 512]], 2: [[0, 512]]},
  },
  {
    what: "chunks that are full or scavenged already",
    alloc: {0: [[0, 512]], 1: [], 2: [[0, 512]]},
    scav: {1: [[0, 512]]},
    asked: [[null, 0]],
    after: {1: [[0, 512]]},
  },
  {
    what: "one page: the highest",
    alloc: {0: []},
    scav: {0: [[2, 509]]},
    asked: [[1, 1]],
    after: {0: [[2, 510]]},
  },
  {
    what: "two pages, one after the other",
    alloc: {0: []},
    scav: {0: [[1, 510]]},
    asked: [
      [1, 1],
      [1, 1],
      [1, 0],
    ],
    after: {0: [[0, 512]]},
  },
  {
    what: "the higher chunk first",
    alloc: {0: [], 1: []},
    scav: {0: [[3, 507]], 1: [[0, 510]]},
    asked: [
      [2, 2],
      [2, 2],
      [2, 2],
    ],
    after: {0: [[1, 511]], 1: [[0, 512]]},
  },
  {
    what: "chunks with a gap between",
    alloc: {0: [], 20: []},
    scav: {0: [[1, 509]], 20: [[4, 508]]},
    asked: [
      [4, 4],
      [null, 3],
      [null, 0],
    ],
    after: {0: [[0, 512]], 20: [[0, 512]]},
  },
  {
    what: "chunks 16 gigabytes apart",
    alloc: {0: [], 4096: []},
    scav: {},
    asked: [
      [null, 1024],
      [null, 0],
    ],
    after: {0: [[0, 512]], 4096: [[0, 512]]},
  },
];

/**
 * The index of chunks: ranges that are marked, from [chunk, page] up to [chunk, page]; and between them what is found
 * and then cleared, as [chunk, page], null for nothing.
 */
export type IndexStep =
  | {readonly mark: readonly [readonly [number, number], readonly [number, number]]}
  | {readonly find: readonly [number, number] | null};

const mark = (a: number, i: number, b: number, j: number): IndexStep => ({
  mark: [
    [a, i],
    [b, j],
  ],
});
const find = (chunk: number, page = 511): IndexStep => ({find: [chunk, page]});
const nothing: IndexStep = {find: null};
/** Chunks from `from` down to `to` are found. */
const down = (from: number, to: number): IndexStep[] =>
  Array.from({length: from - to + 1}, (_, i) => find(from - i));
const up = (n: number): number[] => Array.from({length: n}, (_, i) => i);

export const index: readonly {what: string; steps: readonly IndexStep[]}[] = [
  {what: "nothing was marked", steps: [nothing]},
  {what: "one page", steps: [mark(0, 5, 0, 6), find(0, 5), nothing]},
  {what: "the first page of a chunk", steps: [mark(0, 0, 0, 1), find(0, 0), nothing]},
  {what: "several pages", steps: [mark(0, 20, 0, 31), find(0, 30), nothing]},
  {what: "a whole chunk", steps: [mark(0, 0, 1, 0), find(0), nothing]},
  {what: "the last page of a chunk", steps: [mark(0, 511, 1, 0), find(0), nothing]},
  {what: "parts of two chunks", steps: [mark(0, 200, 1, 100), find(1, 99), find(0), nothing]},
  {
    what: "parts of two chunks of different entries",
    steps: [mark(7, 200, 8, 100), find(8, 99), find(7), nothing],
  },
  {
    what: "from inside an entry into the next",
    steps: [mark(5, 30, 12, 9), find(12, 8), ...down(11, 5), nothing],
  },
  {what: "four whole entries", steps: [mark(0, 0, 32, 0), ...down(31, 0), nothing]},
  {what: "32 chunks that begin inside an entry", steps: [mark(2, 0, 34, 0), ...down(33, 2), nothing]},
  {what: "chunk by chunk", steps: [...up(24).map(i => mark(i, 0, i + 1, 0)), ...down(23, 0), nothing]},
  {
    what: "chunk by chunk, each found before the next is marked",
    steps: [...up(24).flatMap(i => [mark(i, 0, i + 1, 0), find(i)]), nothing],
  },
  {what: "the same chunk twice", steps: [mark(0, 0, 1, 0), mark(0, 0, 1, 0), find(0), nothing]},
  {what: "the same 32 chunks twice", steps: [mark(0, 0, 32, 0), mark(0, 0, 32, 0), ...down(31, 0), nothing]},
  {what: "two ranges that overlap", steps: [mark(3, 0, 30, 0), mark(6, 0, 37, 0), ...down(36, 3), nothing]},
];

/** Words of 64 bits, as hexadecimal, whose groups are filled: for each size of group. */
export const fillAligned: readonly string[] = [
  "0",
  "f".repeat(16),
  "00000000ffffffff",
  "ffffffff00000000",
  "8000000000000001",
  "e00000000000000e",
  "c00000020060000c",
  "1",
  "2",
  "10",
  "5b21e0947fd38c60",
  "0102040810204080",
  "a37c94512be0860f",
];

/**
 * Steps of one walk of the background scavenger over 16 chunks: how many of their pages are freed before it wakes, counted
 * from the lowest; how many pages the heap may retain; and how many it returns until it has nothing to do.
 */
export const background: readonly {what: string; freed: number; retain: number; returned: number}[] = [
  {what: "all but a few pages can go", freed: 8189, retain: 0, returned: 8189},
  {what: "nothing is left to do", freed: 0, retain: 0, returned: 0},
  {what: "the same pages have been used again, and freed", freed: 8189, retain: 0, returned: 8189},
  {what: "enough is returned when the heap is down to its goal", freed: 8189, retain: 125, returned: 8064},
  {what: "the rest goes once the goal is lower", freed: 0, retain: 0, returned: 125},
];
