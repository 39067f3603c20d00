// How broken up the free pages of a heap are: their runs by length.

import type {FreeRuns} from "./free.js";

/** Runs of `from` to less than twice as many pages. */
export interface RunBin {
  readonly from: number;
  runs: number;
  pages: number;
  returned: number;
}

/** The free pages of a heap. */
export interface Fragments {
  /** By powers of two, from 1 page to the longest run; empty bins are there. */
  readonly bins: readonly RunBin[];
  readonly runs: number;
  readonly pages: number;
  readonly returned: number;
  /** Pages of the longest run: an object of that size needs no more memory, a larger one does. */
  readonly longest: number;
}

/** Sorts runs of free pages by their length. */
export function fragmentsOf({length, pages, returned}: FreeRuns): Fragments {
  const bins: RunBin[] = [];
  let [all, gone, longest] = [0, 0, 0];
  for (let i = 0; i < length; i++) {
    const n = pages[i]!;
    const bin = Math.floor(Math.log2(n));
    while (bins.length <= bin) bins.push({from: 2 ** bins.length, runs: 0, pages: 0, returned: 0});
    bins[bin]!.runs++;
    bins[bin]!.pages += n;
    bins[bin]!.returned += returned[i]!;
    all += n;
    gone += returned[i]!;
    longest = Math.max(longest, n);
  }
  return {bins, runs: length, pages: all, returned: gone, longest};
}
