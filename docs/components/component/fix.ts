// fixalloc at work: records that are taken and given back, and the list that runs through their first words.
//
// The allocator is the model's. The records are this file's: they have words, so that one can see what a link overwrites
// and what zeroing clears.

import {load} from "../../src/runtime/index.js";
import {fixalloc, type fixed} from "../../src/runtime/mfixalloc.js";

/** A record of some words, as memory has it. */
export class Record implements fixed {
  readonly address: number;
  /** The words; null for one that has never been written, 0 for a zeroed one. A number is a link. */
  readonly words: (string | number | null)[];
  #link: fixed | null = null;

  constructor(address: number, words: number) {
    this.address = address;
    this.words = Array(words).fill(null);
  }

  get mlink(): fixed | null {
    return this.#link;
  }
  set mlink(link: fixed | null) {
    this.#link = link;
    this.words[0] = link?.address ?? 0;
  }

  clear(): void {
    this.#link = null;
    this.words.fill(0);
  }
}

/** What a reader does: take a record, or give the one with this number back (the first that was cut off is 1). */
export type Op = "alloc" | number;

/** A record as it is now. */
export interface Slot {
  readonly number: number;
  readonly address: number;
  readonly inUse: boolean;
  readonly words: readonly (string | number | null)[];
  /** Place on the list, from 1; 0 for a record in use. */
  readonly place: number;
}

/** A fixalloc after some steps. Sizes are in bytes. */
export interface Fix {
  readonly size: number;
  readonly chunk: number;
  readonly nchunk: number;
  readonly inuse: number;
  /** Numbers of the records on the list, the next to be handed out first. */
  readonly list: readonly number[];
  readonly slots: readonly Slot[];
  /** Records that a chunk has room for. */
  readonly fit: number;
  /** The record that the last step handed out, and what its words held then, before anyone wrote to it. */
  readonly last: {readonly number: number; readonly words: readonly (string | number | null)[]} | null;
  /** Times that `first` was called. */
  readonly firsts: number;
}

/** Words in a record of the page, and bytes in a word. */
export const words = 4;
export const word = 8;

/** Takes and gives back as told; whoever takes a record writes a letter of its own into every word. */
export function run(ops: readonly Op[], zero: boolean): Fix {
  const rt = load();
  const made: Record[] = [];
  let firsts = 0;
  const f = new fixalloc<Record>(rt, address => {
    const record = new Record(address, words);
    made.push(record);
    return record;
  });
  f.init(words * word, () => firsts++, "other_sys");
  f.zero = zero;
  const inUse = new Set<Record>();
  let last: Fix["last"] = null;
  let users = 0;
  for (const op of ops) {
    last = null;
    if (op === "alloc") {
      const record = f.alloc();
      inUse.add(record);
      last = {number: made.indexOf(record) + 1, words: [...record.words]};
      record.words.fill(letter(users++));
    } else {
      const record = made[op - 1];
      if (record === undefined || !inUse.delete(record)) continue;
      f.free(record);
    }
  }
  const list: number[] = [];
  for (let r = f.list; r !== null; r = r.mlink as Record | null) list.push(made.indexOf(r) + 1);
  const slots = made.map((record, i) => ({
    number: i + 1,
    address: record.address,
    inUse: inUse.has(record),
    words: [...record.words],
    place: list.indexOf(i + 1) + 1,
  }));
  const fit = Math.floor(rt.constants._FixAllocChunk / f.size);
  return {size: f.size, chunk: f.chunk, nchunk: f.nchunk, inuse: f.inuse, list, slots, fit, last, firsts};
}

/** What the n-th user writes: A, B, … Z, A1, … */
export function letter(n: number): string {
  const round = Math.floor(n / 26);
  return String.fromCharCode(65 + (n % 26)) + (round === 0 ? "" : `${round}`);
}

/** Ops as they stand in an address: `a_a_2_a`. */
export const writeOps = (ops: readonly Op[]) => ops.map(op => (op === "alloc" ? "a" : `${op}`)).join("_");

/** Reads ops from an address; giving back what nobody has is left out. */
export function readOps(text: string): Op[] {
  const ops: Op[] = [];
  for (const part of text.split("_")) {
    if (part === "a") ops.push("alloc");
    else if (/^\d+$/.test(part) && run(ops, true).slots[Number(part) - 1]?.inUse) ops.push(Number(part));
  }
  return ops.slice(0, 60);
}

/** What the page opens with: six records, of which three came back. */
export const opening = "a_a_a_a_a_a_2_5_3";
