// What fills an arena, in pieces of equal length: the most common kind of page in each.

import type {Heap} from "../../src/capture/reader/heap.js";
import {firstAt, state} from "../../src/capture/reader/spans.js";

/** Kinds of pages. A span of small objects is sparse if less than half of its slots are in use. */
export const kinds = ["full", "sparse", "large", "stacks", "kept", "returned", "unused"] as const;

/** A kind of page. */
export type Kind = (typeof kinds)[number];

/** What the kinds are, in words. */
export const kindNames: Readonly<Record<Kind, string>> = {
  full: "small objects, half full or more",
  sparse: "small objects, less than half full",
  large: "a large object",
  stacks: "stacks and the collector’s work",
  kept: "free",
  returned: "free, returned to the system",
  unused: "not in use yet",
};

/** Pieces of one kind that lie side by side. */
export interface Run {
  readonly kind: Kind;
  readonly from: number;
  readonly to: number;
}

/** What lies between two addresses. */
export interface Mapped {
  readonly start: number;
  readonly end: number;
  /** Runs of pieces, from 0 to the number of pieces. */
  readonly runs: readonly Run[];
  /** Bytes of each kind. */
  readonly bytes: Readonly<Record<Kind, number>>;
}

/** Maps the addresses from `start` to `end` in `pieces` of equal length. */
export function mapped(heap: Heap, start: number, end: number, pieces: number): Mapped {
  const {spans, free, source} = heap;
  const {pageSize} = source;
  const length = (end - start) / pieces;
  const covered = kinds.map(() => new Float64Array(pieces));
  const bytes = Object.fromEntries(kinds.map(kind => [kind, 0])) as Record<Kind, number>;
  const add = (kind: Kind, from: number, to: number) => {
    const [a, b] = [Math.max(from, start), Math.min(to, end)];
    if (b <= a) return;
    bytes[kind] += b - a;
    const sums = covered[kinds.indexOf(kind)]!;
    const last = Math.min(pieces - 1, Math.floor((b - start - 1) / length));
    for (let i = Math.floor((a - start) / length); i <= last; i++) {
      const low = start + i * length;
      sums[i]! += Math.min(b, low + length) - Math.max(a, low);
    }
  };
  // A span may begin in the arena before.
  for (let i = Math.max(0, firstAt(spans, start) - 1); i < spans.length && spans.base[i]! < end; i++) {
    const s = spans.state[i];
    if (s !== state.inUse && s !== state.manual) continue;
    const base = spans.base[i]!;
    const kind =
      s === state.manual
        ? "stacks"
        : spans.spanclass[i]! < 2
          ? "large"
          : 2 * spans.allocCount[i]! >= spans.nelems[i]!
            ? "full"
            : "sparse";
    add(kind, base, base + spans.npages[i]! * pageSize);
  }
  for (let i = firstRun(free.start, free.length, start); i < free.length && free.start[i]! < end; i++) {
    const base = free.start[i]!;
    const size = free.pages[i]! * pageSize;
    // Which pages of a run are returned is not kept: the run counts as what most of it is.
    add(2 * free.returned[i]! > free.pages[i]! ? "returned" : "kept", base, base + size);
  }
  const used = kinds.reduce((sum, kind) => sum + bytes[kind], 0);
  bytes.unused = Math.max(0, end - start - used);
  const runs: Run[] = [];
  for (let i = 0; i < pieces; i++) {
    const kind = winner(covered, i, length);
    const last = runs.at(-1);
    if (last?.kind === kind) runs[runs.length - 1] = {...last, to: i + 1};
    else runs.push({kind, from: i, to: i + 1});
  }
  return {start, end, runs, bytes};
}

function winner(covered: readonly Float64Array[], i: number, length: number): Kind {
  let [best, most, all] = ["unused" as Kind, 0, 0];
  kinds.forEach((kind, k) => {
    const n = covered[k]![i]!;
    all += n;
    if (n > most) [best, most] = [kind, n];
  });
  return length - all > most ? "unused" : best;
}

/** The run of free pages that reaches beyond an address, or the first behind it. */
function firstRun(starts: Float64Array, length: number, address: number): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (starts[middle]! < address) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}
