// Summaries: what is known of the free pages of a region without looking at its bits.
//
// Three numbers are enough to find room for any request: the free pages at the region's start, those at its end, and the
// longest run of them anywhere in it. Two neighbors' summaries make the summary of both.
// Go packs the three into one word of 64 bits. Here they are three numbers, and pack says what the word would be.

/**
 * A summary of a region. All three are numbers of pages. They are all 0 if nothing is free, and none is 0 at the end
 * where a run of that many pages reaches.
 *
 * @go runtime/mpagealloc.go pallocSum go1.19.8
 */
export class pallocSum {
  readonly start: number;
  readonly max: number;
  readonly end: number;

  constructor(start: number, max: number, end: number) {
    this.start = start;
    this.max = max;
    this.end = end;
  }
}

/**
 * A summary as the word that Go keeps: `end`, `max` and `start` in `logMaxPackedValue` bits each. 2^logMaxPackedValue
 * itself, which takes a bit more, can only be all three of them at once: that is the topmost bit alone.
 *
 * @go runtime/mpagealloc.go packPallocSum go1.19.8
 */
export function packPallocSum({start, max, end}: pallocSum, logMaxPackedValue: number): bigint {
  if (max === 2 ** logMaxPackedValue) return 1n << 63n;
  const bits = BigInt(logMaxPackedValue);
  return BigInt(start) | (BigInt(max) << bits) | (BigInt(end) << (2n * bits));
}

/**
 * The summary that a word stands for.
 *
 * @go runtime/mpagealloc.go pallocSum.unpack go1.19.8
 */
export function unpackPallocSum(packed: bigint, logMaxPackedValue: number): pallocSum {
  const most = 2 ** logMaxPackedValue;
  if (packed >> 63n === 1n) return new pallocSum(most, most, most);
  const field = (i: number) => Number((packed >> BigInt(i * logMaxPackedValue)) & BigInt(most - 1));
  return new pallocSum(field(0), field(1), field(2));
}

/** Summaries that are always made and mapped together, as a block of the level below has at most 8 entries. */
const leastBlock = 8;

/**
 * The summaries of one level of the tree, by index. An entry that nobody has set is 0, 0, 0.
 *
 * Go reserves addresses for all entries and maps memory for those of regions that the heap has reached. So here: `array`
 * is where Go's would lie, and entries come in blocks that are made when one of them is set.
 */
export class pallocSums {
  /** Address of the level's entries. */
  array = 0;
  /** One past the highest entry that the heap has reached. */
  len = 0;
  /** Number of entries. */
  readonly cap: number;
  readonly #blockEntries: number;
  /** Blocks per entry: an exact power of two. */
  readonly #perEntry: number;
  /** Three numbers an entry. */
  readonly #blocks: (Int32Array | null)[];

  /** `bits`: log2 of the number of entries. Half of them choose the block. */
  constructor(bits: number) {
    this.cap = 2 ** bits;
    this.#blockEntries = Math.max(leastBlock, 2 ** Math.ceil(bits / 2));
    this.#perEntry = 1 / this.#blockEntries;
    this.#blocks = Array(Math.ceil(this.cap / this.#blockEntries)).fill(null);
  }

  /** The block of an entry, or null if no entry of it was ever set. */
  block(i: number): Int32Array | null {
    return this.#blocks[this.#blockOf(i)]!;
  }

  /** Where in its block an entry is. */
  at(i: number): number {
    return (i - this.#blockOf(i) * this.#blockEntries) * 3;
  }

  /** The number of an entry's block. A remainder would take longer: of float64s it is not a machine instruction. */
  #blockOf(i: number): number {
    return (i * this.#perEntry) | 0;
  }

  start(i: number): number {
    return this.block(i)?.[this.at(i)] ?? 0;
  }

  max(i: number): number {
    return this.block(i)?.[this.at(i) + 1] ?? 0;
  }

  end(i: number): number {
    return this.block(i)?.[this.at(i) + 2] ?? 0;
  }

  get(i: number): pallocSum {
    return new pallocSum(this.start(i), this.max(i), this.end(i));
  }

  /** Sets an entry. Returns whether that changed it. */
  set(i: number, {start, max, end}: pallocSum): boolean {
    const block = (this.#blocks[this.#blockOf(i)] ??= new Int32Array(3 * this.#blockEntries));
    const at = this.at(i);
    if (block[at] === start && block[at + 1] === max && block[at + 2] === end) return false;
    block[at] = start;
    block[at + 1] = max;
    block[at + 2] = end;
    return true;
  }
}

/** The summary of a region without a free page. */
export const nothingFree = new pallocSum(0, 0, 0);

/**
 * The summary of the neighboring regions [lo, hi) of a level, of `pages` pages each: what belongs to one entry of the
 * level above.
 *
 * @go runtime/mpagealloc.go mergeSummaries go1.19.8
 */
export function mergeSummaries(sums: pallocSums, lo: number, hi: number, pages: number): pallocSum {
  const block = sums.block(lo);
  if (block === null) return nothingFree;
  let at = sums.at(lo);
  let start = block[at]!;
  let max = block[at + 1]!;
  let end = block[at + 2]!;
  for (let n = 1; n < hi - lo; n++) {
    at += 3;
    const [si, mi, ei] = [block[at]!, block[at + 1]!, block[at + 2]!];
    // Only where everything before is free does the run at the start go on.
    if (start === n * pages) start += si;
    // The run across the boundary may be the longest.
    max = Math.max(max, end + si, mi);
    end = ei === pages ? end + pages : ei;
  }
  return new pallocSum(start, max, end);
}
