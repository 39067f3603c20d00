// A search for pages, level by level: which entries it looked at, and what it made of them.
//
// It is the model's own search. Level by level the model's routine is asked, and the method that reads an entry is
// watched meanwhile.

import type {pageAlloc} from "../../src/runtime/mpagealloc.js";
import {findInBlock, firstFree} from "../../src/runtime/mpagealloc_find.js";

/** What one level said. Indices are those of the level's entries; a base of -1 or an inside of -1 says: not there. */
export interface Step {
  readonly level: number;
  /** The first entry of the block, and the entries in it. */
  readonly first: number;
  readonly entries: number;
  /** The first entry that was looked at, and how many were. */
  readonly from: number;
  readonly looked: number;
  /** The entry that has room inside it. */
  readonly inside: number;
  /** The page, counted from the start of the block, from which there is room across entries. */
  readonly base: number;
}

/** A search. */
export interface Search {
  readonly npages: number;
  readonly steps: readonly Step[];
  /** Entries that were looked at on all levels. */
  readonly looked: number;
  /** The chunk whose bits were looked at, or -1: across entries, or in vain. */
  readonly chunk: number;
  /** Where there is room; 0: nowhere. */
  readonly addr: number;
}

/** Asks a level about the block that begins at `first`. */
export function ask(p: pageAlloc, level: number, first: number, npages: number, window: firstFree): Step {
  const sums = p.summary[level]!;
  const seen: number[] = [];
  const max = sums.max.bind(sums);
  Object.defineProperty(sums, "max", {
    value: (i: number) => {
      seen.push(i);
      return max(i);
    },
    configurable: true,
  });
  try {
    const {inside, base} = findInBlock(p, level, first, npages, window);
    const entries = p.entriesPerBlock[level]!;
    return {level, first, entries, from: seen[0] ?? first, looked: seen.length, inside, base};
  } finally {
    Reflect.deleteProperty(sums, "max");
  }
}

/** Searches for `npages` pages, as find does. */
export function search(p: pageAlloc, npages: number): Search {
  const window = new firstFree(p);
  const steps: Step[] = [];
  const done = (chunk: number, addr: number): Search => {
    const looked = steps.reduce((sum, step) => sum + step.looked, 0);
    return {npages, steps, looked, chunk, addr};
  };
  let i = 0;
  for (let level = 0; level < p.levels; level++) {
    const step = ask(p, level, i * p.entriesPerBlock[level]!, npages, window);
    steps.push(step);
    if (step.base >= 0) return done(-1, p.levelIndexToOffAddr(level, step.first) + step.base * p.pageSize);
    if (step.inside < 0) return done(-1, 0);
    i = step.inside;
  }
  return done(i, p.chunkBase(i) + p.chunkOf(i).find(npages, 0)[0] * p.pageSize);
}
