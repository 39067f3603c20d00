// Situations of a cache of 64 pages. Words are hexadecimal: 1 for a free page, and 1 for a scavenged one.

import type {Chunks} from "./mpagealloc.js";

/** A cache, and what it answers to requests: [pages, first page of the answer or -1, pages of it that were scavenged]. */
export const alloc: readonly {
  what: string;
  cache: string;
  scav: string;
  asked: readonly [number, number, number][];
}[] = [
  {
    what: "nothing is free",
    cache: "0",
    scav: "0",
    asked: [1, 2, 3, 8, 15, 16, 31, 32, 33, 63, 64, 100].map(n => [n, -1, 0]),
  },
  {
    what: "the first page alone",
    cache: "1",
    scav: "1",
    asked: [
      [2, -1, 0],
      [1, 0, 1],
      [1, -1, 0],
    ],
  },
  {
    what: "the last page alone",
    cache: "8000000000000000",
    scav: "1",
    asked: [
      [1, 63, 0],
      [1, -1, 0],
      [5, -1, 0],
    ],
  },
  {
    what: "the pages at the edges of the halves",
    cache: "8000000180000001",
    scav: "100000000",
    asked: [
      [2, 31, 1],
      [1, 0, 0],
      [1, 63, 0],
      [1, -1, 0],
    ],
  },
  {
    what: "single pages with gaps",
    cache: "80000a5",
    scav: "a0",
    asked: [
      [2, -1, 0],
      [1, 0, 0],
      [1, 2, 0],
      [1, 5, 1],
      [1, 7, 1],
      [1, 27, 0],
      [1, -1, 0],
    ],
  },
  {
    what: "two pages at the bottom",
    cache: "3",
    scav: "8000000000000000",
    asked: [
      [2, 0, 0],
      [2, -1, 0],
      [1, -1, 0],
    ],
  },
  {
    what: "two pages at the top",
    cache: "c000000000000000",
    scav: "c000000000000000",
    asked: [
      [3, -1, 0],
      [2, 62, 2],
      [1, -1, 0],
    ],
  },
  {
    what: "pairs of pages with gaps",
    cache: "199980000000",
    scav: "180180000000",
    asked: [
      [2, 31, 2],
      [2, 35, 0],
      [2, 39, 0],
      [2, 43, 2],
      [2, -1, 0],
    ],
  },
  {
    what: "50 pages from page 10 on",
    cache: "0ffffffffffffc00",
    scav: "1f000000",
    asked: [
      [51, -1, 0],
      [50, 10, 5],
      [1, -1, 0],
    ],
  },
  {
    what: "50 of 64 pages, the rest after that",
    cache: "f".repeat(16),
    scav: "ff00000000",
    asked: [
      [50, 0, 8],
      [50, -1, 0],
      [14, 50, 0],
      [1, -1, 0],
    ],
  },
  {
    what: "all 64 pages",
    cache: "f".repeat(16),
    scav: "f".repeat(16),
    asked: [
      [65, -1, 0],
      [64, 0, 64],
      [1, -1, 0],
    ],
  },
  {
    what: "requests of all sizes",
    cache: "f".repeat(16),
    scav: "f".repeat(16),
    asked: [
      [3, 0, 3],
      [9, 3, 9],
      [1, 12, 1],
      [20, 13, 20],
      [60, -1, 0],
      [30, 33, 30],
      [2, -1, 0],
      [1, 63, 1],
      [1, -1, 0],
    ],
  },
];

/** A cache that has been emptied by hand is given back: the pages free and scavenged then, counted from its first page. */
export const flush: readonly {what: string; first: number; cache: string; scav: string}[] = [
  {what: "an empty cache", first: 64, cache: "0", scav: "0"},
  {what: "a full cache", first: 0, cache: "f".repeat(16), scav: "f".repeat(16)},
  {what: "a cache with the upper half", first: 448, cache: "ffffffff00000000", scav: "0"},
  {
    what: "a cache with pages here and there",
    first: 128,
    cache: "8f00a0017e8003c5",
    scav: "8200a00112800041",
  },
];

/** Chunks, the caches that are taken one after the other, and the chunks after that. `block` is [chunk, first page]. */
export const allocToCache: readonly {
  what: string;
  alloc: Chunks;
  scav?: Chunks;
  caches: readonly {block: readonly [number, number] | null; cache: string; scav: string}[];
  after: Chunks;
  afterScav?: Chunks;
}[] = [
  {
    what: "everything is free",
    alloc: {0: []},
    scav: {
      0: [
        [2, 2],
        [64, 64],
      ],
    },
    caches: [
      {block: [0, 0], cache: "f".repeat(16), scav: "c"},
      {block: [0, 64], cache: "f".repeat(16), scav: "f".repeat(16)},
      {block: [0, 128], cache: "f".repeat(16), scav: "0"},
    ],
    after: {0: [[0, 192]]},
  },
  {
    what: "the third chunk is the first with a free page",
    alloc: {0: [[0, 512]], 1: [[0, 512]], 2: [[0, 448]]},
    caches: [{block: [2, 448], cache: "f".repeat(16), scav: "0"}],
    after: {0: [[0, 512]], 1: [[0, 512]], 2: [[0, 512]]},
  },
  {
    what: "the next chunk is far away",
    alloc: {0: [[0, 512]], 200: []},
    scav: {200: [[60, 10]]},
    caches: [{block: [200, 0], cache: "f".repeat(16), scav: "f".padEnd(16, "0")}],
    after: {0: [[0, 512]], 200: [[0, 64]]},
    afterScav: {200: [[64, 6]]},
  },
  {
    what: "a block with one free page, then one with half",
    alloc: {
      0: [
        [0, 40],
        [41, 23],
        [64, 32],
      ],
    },
    scav: {
      0: [
        [40, 1],
        [100, 3],
      ],
    },
    caches: [
      {block: [0, 0], cache: "10000000000", scav: "10000000000"},
      {block: [0, 64], cache: "ffffffff00000000", scav: "7000000000"},
    ],
    after: {0: [[0, 128]]},
  },
  {
    what: "nothing is free",
    alloc: {0: [[0, 512]]},
    caches: [
      {block: null, cache: "0", scav: "0"},
      {block: null, cache: "0", scav: "0"},
    ],
    after: {0: [[0, 512]]},
  },
  {
    what: "pages of the block that are allocated keep what their bits say",
    alloc: {
      0: [
        [3, 2],
        [20, 1],
      ],
    },
    scav: {
      0: [
        [0, 8],
        [20, 3],
      ],
    },
    caches: [{block: [0, 0], cache: "ffffffffffefffe7", scav: "6000e7"}],
    after: {0: [[0, 64]]},
  },
  {
    what: "the last page of a chunk whose summary ends a page of memory, then a chunk four terabytes away",
    alloc: {511: [[0, 511]], 1048576: [[1, 511]]},
    caches: [
      {block: [511, 448], cache: "8000000000000000", scav: "0"},
      {block: [1048576, 0], cache: "1", scav: "0"},
      {block: null, cache: "0", scav: "0"},
    ],
    after: {511: [[0, 512]], 1048576: [[0, 512]]},
  },
];
