// The small heap of the page: what was done to it, and what each step looked at and changed.

import {emptyPageAlloc} from "../../src/capture/pagealloc.js";
import {scavenge} from "../../src/runtime/mgcscavenge.js";
import type {pageAlloc} from "../../src/runtime/mpagealloc.js";
import {chunkPages, pageSize, start} from "./heap.js";

/** Chunks in the heap. */
export const labChunks = 4;
export const labPages = labChunks * chunkPages;

/** A step: pages are allocated, a piece is freed, pages are scavenged. */
export type Op =
  | {readonly kind: "a"; readonly n: number}
  | {readonly kind: "f"; readonly id: number}
  | {readonly kind: "s"; readonly n: number};

/** Pages that the reader holds. */
export interface Piece {
  readonly id: number;
  /** From the start of the heap. */
  readonly page: number;
  readonly npages: number;
}

/** What the last step did, by level from the root: entries that were read, computed anew, and changed by that. */
export interface Done {
  readonly read: readonly number[];
  readonly computed: readonly number[];
  readonly changed: readonly number[];
  /** The piece that came or went. */
  readonly piece: Piece | null;
  /** Pages that were scavenged: by this step, or before it of what it took. */
  readonly scavenged: number;
}

export interface Lab {
  readonly p: pageAlloc;
  readonly ops: readonly Op[];
  readonly pieces: readonly Piece[];
  readonly done: Done | null;
}

/** The most steps that a story has. */
export const mostSteps = 60;

/** Plays a story. Steps that make no sense are left out and named. */
export function play(ops: readonly Op[]): Lab {
  const p = emptyPageAlloc();
  p.grow(start, labPages * pageSize);
  let pieces: Piece[] = [];
  let done: Done | null = null;
  let id = 0;
  for (const op of ops) {
    const watch = watched(p);
    let piece: Piece | null = null;
    let scavenged = 0;
    if (op.kind === "a") {
      const [addr, scav] = p.alloc(op.n);
      scavenged = scav / pageSize;
      if (addr !== 0) {
        piece = {id: ++id, page: (addr - start) / pageSize, npages: op.n};
        pieces = [...pieces, piece];
      }
    } else if (op.kind === "f") {
      piece = pieces.find(each => each.id === op.id) ?? null;
      if (piece !== null) p.free(start + piece.page * pageSize, piece.npages, false);
      pieces = pieces.filter(each => each !== piece);
    } else {
      scavenged = scavenge(p, op.n * pageSize) / pageSize;
    }
    done = {...watch(), piece, scavenged};
  }
  return {p, ops, pieces, done};
}

/** Counts what a step does to the summaries; the function that it returns ends that. */
function watched(p: pageAlloc): () => Pick<Done, "read" | "computed" | "changed"> {
  const zeros = () => p.summary.map(() => 0);
  const [read, computed, changed] = [zeros(), zeros(), zeros()];
  for (const [l, sums] of p.summary.entries()) {
    const [max, set] = [sums.max.bind(sums), sums.set.bind(sums)];
    sums.max = i => {
      read[l]!++;
      return max(i);
    };
    sums.set = (i, sum) => {
      computed[l]!++;
      const differs = set(i, sum);
      if (differs) changed[l]!++;
      return differs;
    };
  }
  return () => {
    for (const sums of p.summary) for (const name of ["max", "set"]) Reflect.deleteProperty(sums, name);
    return {read, computed, changed};
  };
}

/** Reads a story as it stands in an address: "a5_f1_s64". */
export function readOps(text: string): {ops: Op[]; faults: string[]} {
  const ops: Op[] = [];
  const faults: string[] = [];
  const known = new Set<number>();
  let id = 0;
  for (const part of text.split("_").filter(each => each !== "")) {
    const [, kind, digits] = /^([afs])(\d{1,4})$/.exec(part) ?? [];
    const n = Number(digits);
    const fits = kind === "f" ? known.has(n) : n >= 1 && n <= labPages;
    if (kind === undefined || !fits || ops.length === mostSteps) {
      faults.push(`“${part}” in the address is no step of this heap; it is left out`);
      continue;
    }
    if (kind === "f") {
      known.delete(n);
      ops.push({kind, id: n});
    } else {
      ops.push({kind: kind as "a" | "s", n});
      // Whether there is room is known once it is played: only then does the piece get a number.
      if (kind === "a" && play(ops).done!.piece !== null) known.add(++id);
    }
  }
  return {ops, faults};
}

export const writeOps = (ops: readonly Op[]) =>
  ops.map(op => `${op.kind}${op.kind === "f" ? op.id : op.n}`).join("_");
