// Situations of the page allocator. Chunks are counted from one of them; runs are [first page, pages] of its 512.

import type {Run} from "./mpallocbits.js";

/** Runs by chunk. */
export type Chunks = Readonly<Record<number, readonly Run[]>>;

/** Four terabytes, as a number of chunks. */
const far = 0x100000;

/** Chunks that the heap grows by, one after the other, and the ranges of chunks in use then: [first, end]. */
export const grow: readonly {
  what: string;
  chunks: readonly number[];
  inUse: readonly (readonly [number, number])[];
}[] = [
  {what: "one chunk", chunks: [0], inUse: [[0, 1]]},
  {what: "two neighbors", chunks: [0, 1], inUse: [[0, 2]]},
  {what: "six neighbors", chunks: [0, 1, 2, 3, 4, 5], inUse: [[0, 6]]},
  {what: "neighbors from the highest down", chunks: [3, 2, 1, 0], inUse: [[0, 4]]},
  {
    what: "every other chunk",
    chunks: [0, 2, 4],
    inUse: [
      [0, 1],
      [2, 3],
      [4, 5],
    ],
  },
  {what: "the chunk between two", chunks: [0, 2, 1], inUse: [[0, 3]]},
  {
    what: "neighbors, a gap, and one more",
    chunks: [0, 1, 2, 7],
    inUse: [
      [0, 3],
      [7, 8],
    ],
  },
  {
    what: "gaps that summaries of higher levels span",
    chunks: [0, 1, 20, 100, 700],
    inUse: [
      [0, 2],
      [20, 21],
      [100, 101],
      [700, 701],
    ],
  },
  {
    what: "more gaps than the list of ranges has room for, twice over",
    chunks: Array.from({length: 35}, (_, i) => 2 * i),
    inUse: Array.from({length: 35}, (_, i) => [2 * i, 2 * i + 1] as const),
  },
  {
    what: "a gap of four terabytes",
    chunks: [0, far],
    inUse: [
      [0, 1],
      [far, far + 1],
    ],
  },
];

/** What is asked: pages; the answer: [chunk, first page], or null for no room; and how many of them were scavenged. */
export type Ask = readonly [pages: number, at: readonly [number, number] | null, scav: number];

export const alloc: readonly {
  what: string;
  alloc: Chunks;
  scav?: Chunks;
  asked: readonly Ask[];
  after: Chunks;
}[] = [
  {
    what: "1 page at a time, all free",
    alloc: {0: []},
    scav: {
      0: [
        [0, 1],
        [2, 1],
      ],
    },
    asked: [
      [1, [0, 0], 1],
      [1, [0, 1], 0],
      [1, [0, 2], 1],
      [1, [0, 3], 0],
    ],
    after: {0: [[0, 4]]},
  },
  {
    what: "2 pages at a time, all free",
    alloc: {0: []},
    scav: {0: [[1, 4]]},
    asked: [
      [2, [0, 0], 1],
      [2, [0, 2], 2],
      [2, [0, 4], 1],
      [2, [0, 6], 0],
    ],
    after: {0: [[0, 8]]},
  },
  {
    what: "5 pages at a time, all free",
    alloc: {0: []},
    scav: {
      0: [
        [0, 7],
        [14, 20],
      ],
    },
    asked: [
      [5, [0, 0], 5],
      [5, [0, 5], 2],
      [5, [0, 10], 1],
      [5, [0, 15], 5],
    ],
    after: {0: [[0, 20]]},
  },
  {
    what: "64 pages at a time, all free",
    alloc: {0: []},
    scav: {0: [[60, 70]]},
    asked: [
      [64, [0, 0], 4],
      [64, [0, 64], 64],
      [64, [0, 128], 2],
    ],
    after: {0: [[0, 192]]},
  },
  {
    what: "65 pages at a time, all free",
    alloc: {0: []},
    scav: {0: [[130, 2]]},
    asked: [
      [65, [0, 0], 0],
      [65, [0, 65], 0],
      [65, [0, 130], 2],
    ],
    after: {0: [[0, 195]]},
  },
  {
    what: "the only free page is the last of the third chunk",
    alloc: {0: [[0, 512]], 1: [[0, 512]], 2: [[0, 511]]},
    scav: {2: [[0, 512]]},
    asked: [
      [1, [2, 511], 1],
      [1, null, 0],
    ],
    after: {0: [[0, 512]], 1: [[0, 512]], 2: [[0, 512]]},
  },
  {
    what: "the only free pages are in a chunk far away",
    alloc: {0: [[0, 512]], 250: []},
    asked: [[1, [250, 0], 0]],
    after: {0: [[0, 512]], 250: [[0, 1]]},
  },
  {
    what: "2 pages, and one is the last of a chunk and one the first of the next",
    alloc: {0: [[0, 511]], 1: [[1, 511]]},
    scav: {0: [[511, 1]]},
    asked: [
      [2, [0, 511], 1],
      [1, null, 0],
    ],
    after: {0: [[0, 512]], 1: [[0, 512]]},
  },
  {
    what: "most of a chunk, and then what is left of it",
    alloc: {0: []},
    scav: {0: [[100, 1]]},
    asked: [
      [508, [0, 0], 1],
      [508, null, 0],
      [3, [0, 508], 0],
      [2, null, 0],
      [1, [0, 511], 0],
      [1, null, 0],
    ],
    after: {0: [[0, 512]]},
  },
  {
    what: "a whole chunk",
    alloc: {0: []},
    scav: {
      0: [
        [0, 1],
        [511, 1],
      ],
    },
    asked: [
      [512, [0, 0], 2],
      [512, null, 0],
      [1, null, 0],
    ],
    after: {0: [[0, 512]]},
  },
  {
    what: "as many pages as a chunk has, across two",
    alloc: {0: [[0, 200]], 1: [[200, 312]]},
    scav: {1: [[10, 50]]},
    asked: [
      [512, [0, 200], 50],
      [512, null, 0],
      [1, null, 0],
    ],
    after: {0: [[0, 512]], 1: [[0, 512]]},
  },
  {
    what: "one more than that",
    alloc: {0: [[0, 200]], 1: []},
    scav: {0: [[0, 512]], 1: [[0, 512]]},
    asked: [
      [513, [0, 200], 513],
      [512, null, 0],
      [1, [1, 201], 1],
    ],
    after: {0: [[0, 512]], 1: [[0, 202]]},
  },
  {
    what: "two whole chunks",
    alloc: {0: [], 1: []},
    asked: [
      [1024, [0, 0], 0],
      [1024, null, 0],
      [1, null, 0],
    ],
    after: {0: [[0, 512]], 1: [[0, 512]]},
  },
  {
    what: "two chunks in a row, which only those after a gap are",
    alloc: {0: [], 70: [], 71: []},
    scav: {0: [[0, 512]]},
    asked: [
      [1024, [70, 0], 0],
      [30, [0, 0], 30],
      [1, [0, 30], 1],
    ],
    after: {0: [[0, 31]], 70: [[0, 512]], 71: [[0, 512]]},
  },
  {
    what: "as many pages as two chunks have, across three",
    alloc: {0: [[0, 100]], 1: [], 2: [[100, 412]]},
    scav: {0: [[90, 20]], 1: [[9, 9]], 2: [[99, 50]]},
    asked: [
      [1024, [0, 100], 20],
      [1024, null, 0],
      [1, null, 0],
    ],
    after: {0: [[0, 512]], 1: [[0, 512]], 2: [[0, 512]]},
  },
  {
    what: "more than a chunk, where the first place is too small",
    alloc: {0: [[0, 512]], 1: [[0, 400]], 2: [[0, 400]], 3: []},
    scav: {1: [[300, 101]], 3: [[500, 5]]},
    asked: [
      [600, [2, 400], 0],
      [600, null, 0],
      [1, [1, 400], 1],
    ],
    after: {0: [[0, 512]], 1: [[0, 401]], 2: [[0, 512]], 3: [[0, 488]]},
  },
  {
    what: "seven chunks and a bit",
    alloc: {0: [], 1: [], 2: [], 3: [], 4: [], 5: [], 6: [], 7: []},
    scav: {
      0: [[9, 1]],
      3: [[70, 2]],
      7: [
        [2, 1],
        [6, 3],
      ],
    },
    asked: [
      [7 * 512 + 4, [0, 0], 4],
      [7 * 512 + 4, null, 0],
      [1, [7, 4], 0],
    ],
    after: {...Object.fromEntries(Array.from({length: 7}, (_, i) => [i, [[0, 512]]])), 7: [[0, 5]]},
  },
  {
    what: "a chunk whose summary ends a page of memory, then one four terabytes away",
    alloc: {511: [], [far]: []},
    asked: [
      [511, [511, 0], 0],
      [1, [511, 511], 0],
      [1, [far, 0], 0],
      [511, [far, 1], 0],
      [1, null, 0],
    ],
    after: {511: [[0, 512]], [far]: [[0, 512]]},
  },
  {
    what: "a search that goes past free pages which lie behind unmapped summaries",
    alloc: {
      0: [[0, 511]],
      [far + 0x503]: [
        [0, 500],
        [511, 1],
      ],
      [2 * far]: [],
    },
    asked: [
      [1, [0, 511], 0],
      [90, [2 * far, 0], 0],
      [11, [far + 0x503, 500], 0],
    ],
    after: {0: [[0, 512]], [far + 0x503]: [[0, 512]], [2 * far]: [[0, 90]]},
  },
];

/** Requests of one size until four chunks are full. */
export const exhaust: readonly {what: string; npages: number}[] = [
  1, 2, 3, 4, 5, 8, 16, 64, 1024, 1025, 2048, 2049,
].map(npages => ({what: `${npages} pages at a time until there is no room`, npages}));

/** What is freed: [chunk, first page], `npages` pages each. */
export const free: readonly {
  what: string;
  alloc: Chunks;
  npages: number;
  frees: readonly (readonly [number, number])[];
  after: Chunks;
}[] = [
  {
    what: "1 page at a time",
    alloc: {0: [[0, 512]]},
    npages: 1,
    frees: [
      [0, 0],
      [0, 1],
      [0, 2],
    ],
    after: {0: [[3, 509]]},
  },
  {
    what: "a page in each of three chunks",
    alloc: {0: [[0, 512]], 1: [[0, 512]], 2: [[0, 512]]},
    npages: 1,
    frees: [
      [0, 100],
      [1, 0],
      [2, 511],
    ],
    after: {
      0: [
        [0, 100],
        [101, 411],
      ],
      1: [[1, 511]],
      2: [[0, 511]],
    },
  },
  {
    what: "2 pages at a time",
    alloc: {0: [[0, 512]]},
    npages: 2,
    frees: [
      [0, 0],
      [0, 2],
      [0, 4],
    ],
    after: {0: [[6, 506]]},
  },
  {
    what: "2 pages across two chunks",
    alloc: {0: [[511, 1]], 1: [[0, 1]]},
    npages: 2,
    frees: [[0, 511]],
    after: {0: [], 1: []},
  },
  {
    what: "5 pages at a time",
    alloc: {0: [[0, 512]]},
    npages: 5,
    frees: [
      [0, 30],
      [0, 35],
    ],
    after: {
      0: [
        [0, 30],
        [40, 472],
      ],
    },
  },
  {
    what: "64 pages at a time",
    alloc: {0: [[0, 512]]},
    npages: 64,
    frees: [
      [0, 0],
      [0, 64],
    ],
    after: {0: [[128, 384]]},
  },
  {
    what: "65 pages at a time",
    alloc: {0: [[0, 512]]},
    npages: 65,
    frees: [
      [0, 0],
      [0, 65],
    ],
    after: {0: [[130, 382]]},
  },
  {what: "a whole chunk", alloc: {0: [[0, 512]]}, npages: 512, frees: [[0, 0]], after: {0: []}},
  {
    what: "as many as a chunk has, across two",
    alloc: {0: [[300, 212]], 1: [[0, 300]]},
    npages: 512,
    frees: [[0, 300]],
    after: {0: [], 1: []},
  },
  {
    what: "one more than that",
    alloc: {0: [[0, 512]], 1: [[0, 512]]},
    npages: 513,
    frees: [[0, 300]],
    after: {0: [[0, 300]], 1: [[301, 211]]},
  },
  {
    what: "two whole chunks",
    alloc: {0: [[0, 512]], 1: [[0, 512]]},
    npages: 1024,
    frees: [[0, 0]],
    after: {0: [], 1: []},
  },
  {
    what: "as many as two chunks have, across three",
    alloc: {0: [[0, 512]], 1: [[0, 512]], 2: [[0, 512]]},
    npages: 1024,
    frees: [[0, 300]],
    after: {0: [[0, 300]], 1: [], 2: [[300, 212]]},
  },
  {
    what: "seven chunks and a bit",
    alloc: Object.fromEntries(Array.from({length: 8}, (_, i) => [i, [[0, 512]]])),
    npages: 7 * 512 + 4,
    frees: [[0, 0]],
    after: {...Object.fromEntries(Array.from({length: 7}, (_, i) => [i, []])), 7: [[4, 508]]},
  },
];

/** What is allocated (positive) and freed again (negative) at the start of eight chunks. */
export const allocAndFree: readonly {what: string; chunks: number; steps: readonly number[]}[] = [
  {what: "all of it, and a page, in turn", chunks: 8, steps: [4096, -4096, 4096, -4096, 1, -1, 4096]},
  {what: "across more and more chunks", chunks: 8, steps: [1, -1, 500, -500, 520, -520, 2000, -2000, 4096]},
];
