// Tiny objects on the model: allocate sizes one by one, and see which blocks they come to lie in.

import {boot, collect, mallocgc, type Runtime} from "../../src/runtime/index.js";
import {findObject, isFree} from "../../src/runtime/mbitmap.js";
import {mSpanInUse} from "../../src/runtime/mspan.js";
import {firstRelease} from "../release.js";

/** One allocation. Sizes and offsets are in bytes. */
export interface Placed {
  /** Its number, from 1. */
  readonly n: number;
  readonly size: number;
  readonly at: number;
  /** The block that it lies in: its number, from 0, and where in it. */
  readonly block: number;
  readonly offset: number;
  /** Bytes left free before it, for alignment. */
  readonly padding: number;
  /** The mcache's tinyoffset when it was asked for; null if there was no block. */
  readonly tinyoffset: number | null;
  /** Whether it shares a block that was there, or got a new one; and then, whether the mcache goes on with that. */
  readonly came: "combined" | "new, kept" | "new, not kept";
}

/** A block and the objects in it. */
export interface Block {
  readonly base: number;
  readonly objects: readonly Placed[];
}

/** What came of a list of sizes. */
export interface Run {
  readonly rt: Runtime;
  readonly placed: readonly Placed[];
  readonly blocks: readonly Block[];
  /** Number of the block that the mcache goes on with, and how much of it is taken. */
  readonly current: number;
  readonly tinyoffset: number;
}

/** The alignment that mallocgc assumes for an object of a size: what any type of that size could need. */
export function alignmentOf(size: number): number {
  return size % 8 === 0 ? 8 : size % 4 === 0 ? 4 : size % 2 === 0 ? 2 : 1;
}

/** A runtime whose mcache has no block for tiny objects yet. */
export function fresh(release = firstRelease): Runtime {
  const rt = boot({release});
  rt.parts.releaseAll(rt, rt.m0.mcache!);
  return rt;
}

/** Allocates objects without pointers, one after the other. */
export function runSizes(list: readonly number[], rt: Runtime = fresh()): Run {
  const c = rt.m0.mcache!;
  const numbers = new Map<number, number>();
  const objects: Placed[][] = [];
  const bases: number[] = [];
  const placed = list.map((size, i): Placed => {
    const [tiny, tinyoffset] = [c.tiny, c.tinyoffset];
    const at = mallocgc(rt, size, null);
    const {base} = findObject(rt, at)!;
    const known = numbers.get(base);
    const block = known ?? bases.push(base) - 1;
    if (known === undefined) {
      numbers.set(base, block);
      objects.push([]);
    }
    const came = known !== undefined ? "combined" : c.tiny === base ? "new, kept" : "new, not kept";
    const offset = at - base;
    const padding = came === "combined" ? offset - tinyoffset : 0;
    const each = {
      n: i + 1,
      size,
      at,
      block,
      offset,
      padding,
      tinyoffset: tiny === 0 ? null : tinyoffset,
      came,
    } as const;
    objects[block]!.push(each);
    return each;
  });
  const blocks = bases.map((base, i) => ({base, objects: objects[i]!}));
  return {rt, placed, blocks, current: numbers.get(c.tiny) ?? -1, tinyoffset: c.tinyoffset};
}

/** Addresses of all objects of a runtime, block by block. */
export function everything(rt: Runtime): number[] {
  const found: number[] = [];
  for (const s of rt.mheap_.allspans.elems) {
    if (s.state !== mSpanInUse) continue;
    for (let i = 0; i < s.nelems; i++) if (!isFree(s, i)) found.push(s.base() + i * s.elemsize);
  }
  return found;
}

/**
 * Collects with only some of the objects reachable, and sweeps. Returns for each block whether it is still allocated.
 * What the runtime had allocated for itself stays.
 */
export function survive({rt, blocks, placed}: Run, reachable: (n: number) => boolean): boolean[] {
  const own = new Set(blocks.map(b => b.base));
  const others = everything(rt).filter(at => !own.has(at));
  collect(rt, [...others, ...placed.filter(p => reachable(p.n)).map(p => p.at)]);
  while (rt.parts.sweepone(rt) !== -1);
  return blocks.map(({base}) => {
    const found = findObject(rt, base);
    return found !== null && !isFree(found.s, found.objIndex);
  });
}
