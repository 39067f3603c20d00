// The spans of a heap in columns: a million of them take 60 MB, and go from a worker to the page without a copy.

import {described, Fault} from "./fault.js";
import type {Value} from "./value.js";

/** States of a span. A free span is one only up to go1.13, where free pages are spans. */
export const state = {dead: 0, inUse: 1, manual: 2, free: 3} as const;

/** Bits of `flags`. */
export const flag = {needzero: 1, scavenged: 2, specials: 4, userArena: 8} as const;

/** Spans by column, in the order of their addresses. Sizes are in bytes, lengths in pages. */
export interface Spans {
  readonly length: number;
  readonly base: Float64Array;
  readonly npages: Uint32Array;
  readonly elemsize: Float64Array;
  readonly nelems: Uint32Array;
  readonly allocCount: Uint32Array;
  readonly freeindex: Uint32Array;
  readonly sweepgen: Uint32Array;
  readonly spanclass: Uint8Array;
  readonly state: Uint8Array;
  readonly flags: Uint8Array;
}

/** The most spans that are read: of one page each, 64 GiB of heap. */
export const mostSpans = 8_000_000;

type Column = Exclude<keyof Spans, "length">;

const arrays: {readonly [C in Column]: (n: number) => Spans[C]} = {
  base: n => new Float64Array(n),
  npages: n => new Uint32Array(n),
  elemsize: n => new Float64Array(n),
  nelems: n => new Uint32Array(n),
  allocCount: n => new Uint32Array(n),
  freeindex: n => new Uint32Array(n),
  sweepgen: n => new Uint32Array(n),
  spanclass: n => new Uint8Array(n),
  state: n => new Uint8Array(n),
  flags: n => new Uint8Array(n),
};

const names = Object.keys(arrays) as Column[];

function make(capacity: number): Record<Column, Float64Array | Uint32Array | Uint8Array> {
  return Object.fromEntries(names.map(name => [name, arrays[name](capacity)])) as never;
}

/** The greatest value of a column. */
const greatest: Readonly<Record<string, number>> = {
  npages: 2 ** 32 - 1,
  elemsize: 2 ** 47,
  nelems: 2 ** 32 - 1,
  allocCount: 2 ** 32 - 1,
  freeindex: 2 ** 32 - 1,
  sweepgen: 2 ** 32 - 1,
  spanclass: 255,
  state: 3,
};

const flags: Readonly<Record<string, number>> = {
  needzero: flag.needzero,
  scavenged: flag.scavenged,
  specials: flag.specials,
  isUserArenaChunk: flag.userArena,
};

/** Columns without which a row says nothing. */
const needed = ["base", "npages", "state", "spanclass", "elemsize", "nelems", "allocCount"];

/** Takes rows of spans under the names of their columns, and checks each cell that is used. */
export class SpanRows {
  readonly #columns: readonly string[];
  /** For each cell of a row: the column that takes it, or the flag; null for what is not used. */
  readonly #takers: readonly ({column: Column; most: number} | {bit: number} | null)[];
  #capacity = 1024;
  #arrays = make(1024);
  #length = 0;

  constructor(columns: readonly string[]) {
    const twice = columns.find((name, i) => columns.indexOf(name) !== i);
    if (twice !== undefined) throw new Fault(`the column ${twice} is there twice`);
    this.#columns = columns;
    this.#takers = columns.map(name => {
      if (Object.hasOwn(flags, name)) return {bit: flags[name]!};
      const column = names.find(n => n === name && n !== "flags");
      return column === undefined ? null : {column, most: greatest[name] ?? 0};
    });
  }

  get length(): number {
    return this.#length;
  }

  /** Takes one row. Throws a Fault whose path is that of the cell in the row. */
  add(row: Value): void {
    if (!Array.isArray(row) || row.length !== this.#columns.length) {
      throw new Fault(
        `found ${described(row)}, expected an array of ${this.#columns.length}, one for each column`,
      );
    }
    if (this.#length === 0) {
      const without = needed.filter(name => !this.#columns.includes(name));
      if (without.length > 0) throw new Fault(`the columns of the spans lack ${without.join(", ")}`);
    }
    if (this.#length === mostSpans) throw new Fault(`more than ${mostSpans.toLocaleString("en-US")} spans`);
    if (this.#length === this.#capacity) this.#grow();
    const at = this.#length++;
    let bits = 0;
    for (let i = 0; i < row.length; i++) {
      const taker = this.#takers[i]!;
      const cell = row[i]!;
      if (taker === null) continue;
      if ("bit" in taker) {
        if (cell === true || cell === 1) bits |= taker.bit;
        else if (cell !== false && cell !== 0 && cell !== null) this.#fail(i, cell, "true or false");
      } else if (taker.column === "base") {
        const address = typeof cell === "string" && /^0x[0-9a-f]{1,13}$/.test(cell) ? Number(cell) : -1;
        if (address < 0) this.#fail(i, cell, 'an address such as "0xc000000000"');
        this.#arrays.base[at] = address;
      } else {
        const right = typeof cell === "number" && Number.isInteger(cell) && cell >= 0 && cell <= taker.most;
        if (!right && cell !== null) this.#fail(i, cell, `a whole number from 0 to ${taker.most}`);
        this.#arrays[taker.column][at] = cell as number;
      }
    }
    this.#arrays.flags[at] = bits;
  }

  #fail(cell: number, value: Value, expected: string): never {
    throw new Fault(`found ${described(value)}, expected ${expected}`, `[${cell}] (${this.#columns[cell]})`);
  }

  #grow(): void {
    this.#capacity *= 2;
    const larger = make(this.#capacity);
    for (const name of names) larger[name].set(this.#arrays[name] as never);
    this.#arrays = larger;
  }

  /** The spans by address. */
  done(): Spans {
    const n = this.#length;
    const {base} = this.#arrays;
    let sorted = true;
    for (let i = 1; i < n && sorted; i++) sorted = base[i - 1]! <= base[i]!;
    const out = make(sorted ? 0 : n);
    if (sorted) for (const name of names) out[name] = this.#arrays[name].slice(0, n);
    else {
      const order = Uint32Array.from({length: n}, (_, i) => i).sort((a, b) => base[a]! - base[b]!);
      for (const name of names) {
        const from = this.#arrays[name];
        const to = out[name];
        for (let i = 0; i < n; i++) to[i] = from[order[i]!]!;
      }
    }
    return {length: n, ...out} as unknown as Spans;
  }
}

/** No spans. */
export const noSpans = (): Spans => ({length: 0, ...make(0)}) as unknown as Spans;

/** The index of the first span at or above an address. */
export function firstAt({base, length}: Spans, address: number): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (base[middle]! < address) low = middle + 1;
    else high = middle;
  }
  return low;
}
