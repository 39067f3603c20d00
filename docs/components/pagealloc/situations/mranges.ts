// Situations of a set of address ranges. Ranges are [base, limit].

/** A range of addresses. */
export type Range = readonly [base: number, limit: number];

/** Steps of one walk: what is added, and the set after it. */
export const add: readonly {what: string; range: Range; after: readonly Range[]}[] = [
  {what: "the first range", range: [600, 700], after: [[600, 700]]},
  {what: "one that begins where it ends", range: [700, 900], after: [[600, 900]]},
  {
    what: "one apart from it",
    range: [2000, 3000],
    after: [
      [600, 900],
      [2000, 3000],
    ],
  },
  {
    what: "one that ends where the second begins",
    range: [1500, 2000],
    after: [
      [600, 900],
      [1500, 3000],
    ],
  },
  {what: "one that fills the gap", range: [900, 1500], after: [[600, 3000]]},
  {
    what: "one below all",
    range: [100, 200],
    after: [
      [100, 200],
      [600, 3000],
    ],
  },
  {
    what: "one between",
    range: [300, 400],
    after: [
      [100, 200],
      [300, 400],
      [600, 3000],
    ],
  },
];

const few: readonly Range[] = [
  [10, 20],
  [30, 40],
  [50, 60],
];
const many: readonly Range[] = Array.from({length: 90}, (_, i) => [100 + 10 * i, 106 + 10 * i] as const);

/** A set, an address, and the index of the first range that begins after it. */
export const findSucc: readonly {what: string; ranges: readonly Range[]; addr: number; index: number}[] = [
  {what: "an empty set", ranges: [], addr: 12, index: 0},
  {what: "below the only range", ranges: [[14, 16]], addr: 3, index: 0},
  {what: "the base of the only range", ranges: [[14, 16]], addr: 14, index: 1},
  {what: "the limit of the only range", ranges: [[14, 16]], addr: 16, index: 1},
  {what: "above the only range", ranges: [[14, 16]], addr: 99, index: 1},
  {what: "below three", ranges: few, addr: 9, index: 0},
  {what: "above three", ranges: few, addr: 61, index: 3},
  {what: "between the first and the second of three", ranges: few, addr: 25, index: 1},
  {what: "inside the second of three", ranges: few, addr: 35, index: 2},
  {what: "address 0, where a range begins there", ranges: [[0, 8]], addr: 0, index: 1},
  {
    what: "the greatest address of the greatest range",
    ranges: [[2 ** 47 - 8192, 2 ** 47]],
    addr: 2 ** 47 - 1,
    index: 1,
  },
  {what: "below many", ranges: many, addr: 50, index: 0},
  {what: "above many", ranges: many, addr: 5000, index: 90},
  {what: "between two of many, low", ranges: many, addr: 117, index: 2},
  {what: "between two of many, high", ranges: many, addr: 898, index: 80},
  {what: "inside one of many, low", ranges: many, addr: 132, index: 4},
  {what: "inside one of many, high", ranges: many, addr: 941, index: 85},
  {what: "inside the one in the middle of many", ranges: many, addr: 550, index: 46},
];

/** Two ranges, and what is left of the first when the second is cut off: null if it would fall into two. */
export const subtract: readonly {what: string; from: Range; cut: Range; left: Range | null}[] = [
  {what: "the same range", from: [10, 20], cut: [10, 20], left: [0, 0]},
  {what: "a wider range", from: [10, 20], cut: [5, 25], left: [0, 0]},
  {what: "the lower end", from: [10, 20], cut: [5, 12], left: [12, 20]},
  {what: "the upper end", from: [10, 20], cut: [18, 25], left: [10, 18]},
  {what: "a range beside it", from: [10, 20], cut: [20, 25], left: [10, 20]},
  {what: "a range inside it", from: [10, 20], cut: [12, 18], left: null},
];

/** A set, an address from which on everything goes, and what is left. */
export const removeGreaterEqual: readonly {
  what: string;
  ranges: readonly Range[];
  addr: number;
  left: readonly Range[];
}[] = [
  {what: "below all ranges", ranges: few, addr: 5, left: []},
  {what: "the base of the first", ranges: few, addr: 10, left: []},
  {
    what: "inside the second",
    ranges: few,
    addr: 35,
    left: [
      [10, 20],
      [30, 35],
    ],
  },
  {what: "the base of the second", ranges: few, addr: 30, left: [[10, 20]]},
  {
    what: "between two",
    ranges: few,
    addr: 45,
    left: [
      [10, 20],
      [30, 40],
    ],
  },
  {what: "above all", ranges: few, addr: 99, left: few},
];

/** A set, how many bytes to take from its end, what is taken, and what is left. */
export const removeLast: readonly {
  what: string;
  ranges: readonly Range[];
  bytes: number;
  taken: Range;
  left: readonly Range[];
}[] = [
  {what: "of an empty set", ranges: [], bytes: 8, taken: [0, 0], left: []},
  {
    what: "less than the last range",
    ranges: few,
    bytes: 4,
    taken: [56, 60],
    left: [
      [10, 20],
      [30, 40],
      [50, 56],
    ],
  },
  {
    what: "all of the last range",
    ranges: few,
    bytes: 10,
    taken: [50, 60],
    left: [
      [10, 20],
      [30, 40],
    ],
  },
  {
    what: "more than the last range",
    ranges: few,
    bytes: 25,
    taken: [50, 60],
    left: [
      [10, 20],
      [30, 40],
    ],
  },
];
