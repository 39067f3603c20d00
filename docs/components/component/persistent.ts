// persistentalloc at work: requests of some size and alignment, the chunks that they fill, and who is charged.

import {load, type Runtime, Throw} from "../../src/runtime/index.js";
import {persistentalloc} from "../../src/runtime/malloc.js";
import type {SysStat} from "../../src/runtime/mstats.js";

/** Statistics that a caller can name. */
export const stats = [
  "other_sys",
  "gc_sys",
  "mspan_sys",
  "buckhash_sys",
] as const satisfies readonly SysStat[];
export type Stat = (typeof stats)[number];

/** A request. Sizes are in bytes. */
export interface Request {
  readonly size: number;
  readonly align: number;
  readonly stat: Stat;
}

/** What came of a request. */
export interface Piece extends Request {
  readonly address: number;
  /** Index of the chunk, the oldest first; -1 for what came from the system by itself. */
  readonly chunk: number;
  /** Distance from the start of the chunk. */
  readonly offset: number;
  /** Bytes left out before it so that it is aligned; for a new chunk, those behind its first word. */
  readonly gap: number;
  readonly thrown: Throw | null;
}

/** All requests, and where the memory for them came from. */
export interface Filling {
  readonly rt: Runtime;
  readonly pieces: readonly Piece[];
  /** Addresses of the chunks, oldest first; bytes in each; bytes taken of the last. */
  readonly chunks: readonly number[];
  readonly chunkSize: number;
  readonly off: number;
  /** Bytes left over at the end of chunks that are no longer used. */
  readonly lost: number;
}

/** Makes requests one after the other, on a runtime that has not allocated before. Nothing happens after a throw. */
export function fill(requests: readonly Request[]): Filling {
  const rt = load();
  const pieces: Piece[] = [];
  const chunkSize = rt.constants.persistentChunkSize;
  let lost = 0;
  for (const request of requests) {
    const before = rt.globalAlloc.off;
    const chunksBefore = rt.persistentChunks.length;
    try {
      const address = persistentalloc(rt, request.size, request.align, request.stat);
      const base = rt.globalAlloc.base;
      const inside = base !== 0 && address >= base && address < base + chunkSize;
      const fresh = rt.persistentChunks.length > chunksBefore;
      if (fresh && chunksBefore > 0) lost += chunkSize - before;
      const offset = inside ? address - base : 0;
      pieces.push({
        ...request,
        address,
        chunk: inside ? rt.persistentChunks.length - 1 : -1,
        offset,
        gap: inside ? offset - (fresh ? rt.config.arch.PtrSize : before) : 0,
        thrown: null,
      });
    } catch (error) {
      if (!(error instanceof Throw)) throw error;
      pieces.push({...request, address: 0, chunk: -1, offset: 0, gap: 0, thrown: error});
      break;
    }
  }
  return {
    rt,
    pieces,
    chunks: [...rt.persistentChunks].reverse(),
    chunkSize,
    off: rt.globalAlloc.off,
    lost: Math.max(0, lost),
  };
}

/** Requests as they stand in an address: `16384.0m_100.64`. */
export const writeRequests = (list: readonly Request[]) =>
  list.map(r => `${r.size}.${r.align}${r.stat === "other_sys" ? "" : r.stat[0]}`).join("_");

/** Reads requests from an address; what makes no sense is left out. */
export function readRequests(text: string): Request[] {
  return text
    .split("_")
    .flatMap(part => {
      const [, size, align, letter] = /^(\d+)\.(\d+)([gmb]?)$/.exec(part) ?? [];
      if (size === undefined || Number(size) > 2 ** 30 || Number(align) > 2 ** 20) return [];
      const stat = stats.find(s => letter !== "" && s[0] === letter) ?? "other_sys";
      return [{size: Number(size), align: Number(align), stat}];
    })
    .slice(0, 60);
}

/** What the page opens with: two chunks of fixallocs, something aligned, something large, and too much for the rest. */
export const opening = "16384.0m_24.0_16384.0_100.64b_4096.4096g_40000.0g_60000.0g_65535.0_65536.0g_65535.0";
