// Situations of one chunk's bitmap. Runs are [first page, pages]; a chunk has 512 pages.

/** A run of pages. */
export type Run = readonly [first: number, pages: number];

/** Setting a range, and the words of 64 bits that are not zero then, by number, as hexadecimal. */
export const allocRange: readonly {what: string; run: Run; words: Readonly<Record<number, string>>}[] = [
  {what: "the first page alone", run: [0, 1], words: {0: "1"}},
  {what: "the last page alone", run: [511, 1], words: {7: "8000000000000000"}},
  {what: "pages inside a word", run: [195, 4], words: {3: "78"}},
  {what: "two whole words", run: [320, 128], words: {5: "f".repeat(16), 6: "f".repeat(16)}},
  {
    what: "from the first page into a word",
    run: [0, 130],
    words: {0: "f".repeat(16), 1: "f".repeat(16), 2: "3"},
  },
  {
    what: "from inside a word to the last page",
    run: [382, 130],
    words: {5: `c${"0".repeat(15)}`, 6: "f".repeat(16), 7: "f".repeat(16)},
  },
  {
    what: "all pages",
    run: [0, 512],
    words: Object.fromEntries(Array.from({length: 8}, (_, i) => [i, "f".repeat(16)])),
  },
];

/** Ones, and how many of them a range has: [first page, pages, ones]. */
export const popcntRange: readonly {
  what: string;
  ones: readonly Run[];
  counts: readonly [number, number, number][];
}[] = [
  {
    what: "no page",
    ones: [],
    counts: [
      [0, 1, 0],
      [7, 9, 0],
      [100, 300, 0],
      [0, 512, 0],
    ],
  },
  {
    what: "every page",
    ones: [[0, 512]],
    counts: [
      [0, 1, 1],
      [7, 9, 9],
      [100, 300, 300],
      [0, 512, 512],
    ],
  },
  {
    what: "the upper half",
    ones: [[256, 256]],
    counts: [
      [255, 1, 0],
      [256, 1, 1],
      [255, 2, 1],
      [0, 256, 0],
      [0, 257, 1],
      [200, 200, 144],
      [0, 512, 256],
    ],
  },
  {
    what: "up to a page inside a word",
    ones: [[0, 77]],
    counts: [
      [76, 1, 1],
      [77, 1, 0],
      [76, 2, 1],
      [60, 40, 17],
      [64, 64, 13],
      [128, 384, 0],
      [0, 512, 77],
    ],
  },
  {
    what: "here and there",
    ones: [
      [2, 1],
      [4, 3],
      [9, 1],
      [31, 2],
      [60, 10],
      [95, 2],
      [127, 2],
      [300, 1],
    ],
    counts: [
      [0, 10, 5],
      [0, 64, 11],
      [30, 64, 12],
      [64, 64, 9],
      [0, 128, 20],
      [1, 128, 21],
      [0, 512, 22],
    ],
  },
];

/** The free pages, and the summary of them: [start, max, end]. */
export const summarize: readonly {
  what: string;
  free: readonly Run[];
  sum: readonly [number, number, number];
}[] = [
  {what: "nothing is free", free: [], sum: [0, 0, 0]},
  {what: "pages at the start", free: [[0, 17]], sum: [17, 17, 0]},
  {what: "pages at the end", free: [[480, 32]], sum: [0, 32, 32]},
  {
    what: "pages at both ends",
    free: [
      [0, 9],
      [498, 14],
    ],
    sum: [9, 14, 14],
  },
  {
    what: "pages at both ends, and more of them between",
    free: [
      [0, 3],
      [70, 200],
      [510, 2],
    ],
    sum: [3, 200, 2],
  },
  {
    what: "runs that touch no end, the longest in the middle",
    free: [
      [5, 30],
      [100, 140],
      [400, 60],
    ],
    sum: [0, 140, 0],
  },
  {
    what: "two longest runs",
    free: [
      [20, 1],
      [65, 6],
      [200, 6],
    ],
    sum: [0, 6, 0],
  },
  {what: "one page inside a word", free: [[33, 1]], sum: [0, 1, 0]},
  {
    what: "a run across two words",
    free: [
      [60, 8],
      [130, 7],
    ],
    sum: [0, 8, 0],
  },
  {
    what: "short runs of growing length in one word",
    free: [
      [1, 1],
      [4, 2],
      [9, 3],
      [16, 4],
      [24, 5],
    ],
    sum: [0, 5, 0],
  },
  {
    what: "the longest run of all that fit inside a word of 32, and a shorter one across two",
    free: [
      [33, 30],
      [83, 26],
    ],
    sum: [0, 30, 0],
  },
  {what: "everything is free", free: [[0, 512]], sum: [512, 512, 512]},
];

/** Allocated pages; what is asked for again and again, and the first page of each answer, -1 for no room. */
export const alloc: readonly {
  what: string;
  allocated: readonly Run[];
  npages: number;
  found: readonly number[];
}[] = [
  {what: "1 page at a time, all free", allocated: [], npages: 1, found: [0, 1, 2, 3]},
  {what: "2 pages at a time, all free", allocated: [], npages: 2, found: [0, 2, 4]},
  {what: "7 pages at a time, all free", allocated: [], npages: 7, found: [0, 7, 14, 21]},
  {what: "a word of pages at a time, all free", allocated: [], npages: 64, found: [0, 64, 128]},
  {what: "one page more than a word, all free", allocated: [], npages: 65, found: [0, 65, 130]},
  {
    what: "64 pages where runs of 32 are free",
    allocated: [
      [32, 32],
      [96, 416],
    ],
    npages: 64,
    found: [-1],
  },
  {what: "1 page where none is free", allocated: [[0, 512]], npages: 1, found: [-1, -1]},
  {what: "2 pages where none is free", allocated: [[0, 512]], npages: 2, found: [-1]},
  {what: "7 pages where none is free", allocated: [[0, 512]], npages: 7, found: [-1]},
  {what: "65 pages where none is free", allocated: [[0, 512]], npages: 65, found: [-1]},
  {
    what: "1 page, and one is free",
    allocated: [
      [0, 300],
      [301, 211],
    ],
    npages: 1,
    found: [300, -1],
  },
  {
    what: "2 pages, and two are free",
    allocated: [
      [0, 127],
      [129, 383],
    ],
    npages: 2,
    found: [127, -1],
  },
  {
    what: "7 pages, and seven are free",
    allocated: [
      [0, 300],
      [307, 205],
    ],
    npages: 7,
    found: [300, -1],
  },
  {
    what: "65 pages, and as many are free",
    allocated: [
      [0, 210],
      [275, 237],
    ],
    npages: 65,
    found: [210, -1],
  },
  {
    what: "200 pages: a run of 150 is too short, the next is long enough",
    allocated: [
      [0, 100],
      [250, 1],
    ],
    npages: 200,
    found: [251, -1],
  },
];

/** Free pages before, the first pages of what is freed then, and free pages after. */
export const free: readonly {
  what: string;
  free: readonly Run[];
  npages: number;
  frees: readonly number[];
  after: readonly Run[];
}[] = [
  {
    what: "1 page next to free ones",
    free: [
      [0, 20],
      [64, 9],
    ],
    npages: 1,
    frees: [20],
    after: [
      [0, 21],
      [64, 9],
    ],
  },
  {what: "1 page at a time", free: [], npages: 1, frees: [5, 6, 7], after: [[5, 3]]},
  {what: "2 pages at a time", free: [], npages: 2, frees: [0, 2, 4, 6], after: [[0, 8]]},
  {what: "7 pages at a time", free: [], npages: 7, frees: [60, 67], after: [[60, 14]]},
  {
    what: "64 pages at a time",
    free: [],
    npages: 64,
    frees: [0, 128],
    after: [
      [0, 64],
      [128, 64],
    ],
  },
  {what: "65 pages at a time", free: [], npages: 65, frees: [0, 65, 130], after: [[0, 195]]},
];

/** A word of 64 bits, as hexadecimal; how many ones in a row; and where the lowest such are, 64 for nowhere. */
export const findBitRange64: readonly {what: string; word: string; n: number; at: number}[] = [
  {what: "any number in a word of ones", word: "f".repeat(16), n: 64, at: 0},
  {what: "one in a word of zeroes", word: "0", n: 1, at: 64},
  {what: "the topmost bit", word: "8000000000000000", n: 1, at: 63},
  {what: "two at the top, single ones below", word: "c000001000100001", n: 2, at: 62},
  {what: "two across the halves", word: "0000000180000000", n: 2, at: 31},
  {what: "the lower of two places", word: "e000000e00000000", n: 3, at: 33},
  {what: "the upper place, as the lower is too short", word: "e000000600000000", n: 3, at: 61},
  {what: "sixteen at the bottom", word: "ffff01ff0107ffff", n: 16, at: 0},
  {what: "sixteen across the halves", word: "000001fffe000003", n: 16, at: 25},
  {what: "sixteen where no run has more than fifteen", word: "7fff03fe01077fff", n: 16, at: 64},
  {what: "33, which no half has", word: "00ffffffff800000", n: 33, at: 23},
];
