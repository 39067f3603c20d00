// A span as a grid of its objects, each with its two bits; and where sweepgen says that the span stands.

import {isFree, isMarked} from "../../src/runtime/mbitmap.js";
import type {mspan} from "../../src/runtime/mspan.js";
import {count, plural} from "../format.js";
import {type Element, h, type Markup} from "../markup.js";
import {place, type World} from "./story.js";

/** What an object is: free, allocated, or allocated and found unreachable by a collection that is not swept yet. */
export type Kind = "free" | "new" | "survivor" | "garbage";

/** An object of a span and its bits. */
export interface Cell {
  readonly index: number;
  readonly kind: Kind;
  readonly allocBit: boolean;
  readonly markBit: boolean;
}

/** Sweepgen against the heap's, sg: the five states, and null for anything else. */
export type SweepState = "sg" | "sg − 2" | "sg − 1" | "sg + 1" | "sg + 3";

/** The state that a span's sweepgen puts it into. */
export function sweepStateOf(s: mspan, sg: number): SweepState | null {
  const states: Record<number, SweepState> = {
    0: "sg",
    [-2]: "sg − 2",
    [-1]: "sg − 1",
    1: "sg + 1",
    3: "sg + 3",
  };
  return states[s.sweepgen - sg] ?? null;
}

/** A span of a story. */
export interface Picture {
  /** Its number among the spans of the class, from 0; its objects are numbered from `first` on. */
  readonly ordinal: number;
  readonly first: number;
  readonly base: number;
  readonly list: "mcache" | "nonempty" | "empty" | "none";
  readonly sweep: SweepState | null;
  readonly sweepgen: number;
  readonly freeindex: number;
  readonly allocCount: number;
  readonly nelems: number;
  readonly allocCache: string;
  readonly cells: readonly Cell[];
}

/** A span as it is now. `cells` is empty for one that has gone back to the heap. */
export function pictureOf(world: World, ordinal: number): Picture {
  const {rt, way} = world;
  const base = world.bases[ordinal]!;
  const {s, list} = place(world, base);
  const first = ordinal * way.nelems;
  if (s === null)
    return {
      ordinal,
      first,
      base,
      list,
      sweep: null,
      sweepgen: 0,
      freeindex: 0,
      allocCount: 0,
      nelems: way.nelems,
      allocCache: "",
      cells: [],
    };
  const sweep = sweepStateOf(s, rt.mheap_.sweepgen);
  const unswept = sweep === "sg − 2" || sweep === "sg − 1" || sweep === "sg + 1";
  const cells = Array.from({length: s.nelems}, (_, index): Cell => {
    const allocBit = (s.allocBits![s.allocBitsAt + (index >> 3)]! & (1 << (index & 7))) !== 0;
    const markBit = isMarked(s, index);
    const kind = isFree(s, index)
      ? "free"
      : unswept
        ? markBit
          ? "survivor"
          : "garbage"
        : allocBit
          ? "survivor"
          : "new";
    return {index, kind, allocBit, markBit};
  });
  const half = (word: number) => (word >>> 0).toString(16).padStart(8, "0");
  const {sweepgen, freeindex, allocCount, nelems} = s;
  const allocCache = `0x${half(s.allocCacheHi)}${half(s.allocCacheLo)}`;
  return {ordinal, first, base, list, sweep, sweepgen, freeindex, allocCount, nelems, allocCache, cells};
}

/** How many objects are of each kind. */
export function census(cells: readonly Cell[]): Record<Kind, number> {
  const counts = {free: 0, new: 0, survivor: 0, garbage: 0};
  for (const {kind} of cells) counts[kind]++;
  return counts;
}

/** Where a span is, in words. */
export const places: Readonly<Record<Picture["list"], string>> = {
  mcache: "in the mcache (and on the list empty)",
  nonempty: "on the list nonempty",
  empty: "on the list empty",
  none: "gone back to the heap",
};

/** Groups of 64 objects are drawn one after another, but no more than this many. */
const groupsShown = 16;

/** What a reader may do with the objects: see which are kept, and click on one to change that. */
export interface Keeping {
  readonly keep: (number: number) => boolean;
  readonly toggle: (number: number) => void;
}

/** Draws the objects of a span: upper digit allocBits, lower digit gcmarkBits. */
export function drawGrid(p: Picture, keeping: Keeping | null): Element {
  const {free, new: fresh, survivor, garbage} = census(p.cells);
  const alt = `${plural(p.nelems, "object")}: ${count(survivor)} marked by the last collection, ${count(fresh)} allocated since, ${count(garbage)} unreachable and not swept, ${count(free)} free; freeindex is ${p.freeindex}.`;
  const groups: Markup[] = [];
  for (let from = 0; from < p.cells.length && from < 64 * groupsShown; from += 64) {
    const cells = p.cells.slice(from, from + 64);
    groups.push(
      h(
        "div",
        {class: "grouplabel"},
        `objects ${count(p.first + from)} to ${count(p.first + from + cells.length - 1)}`,
      ),
      h("div", {class: "group"}, ...cells.map(cell => drawCell(p, cell, keeping))),
    );
  }
  return h("div", {class: "grid64", role: "img", "aria-label": alt}, ...groups);
}

function drawCell(p: Picture, {index, kind, allocBit, markBit}: Cell, keeping: Keeping | null): Element {
  const number = p.first + index;
  const kept = keeping !== null && (kind === "new" || kind === "survivor") && keeping.keep(number);
  return h(
    "span",
    {
      class: `object ${kind}${index === p.freeindex ? " freeindex" : ""}${kept ? " kept" : ""}`,
      title: `object ${number}: ${kinds[kind]}${kept ? ", reachable" : ""}`,
      onclick: keeping === null || kind === "free" ? null : () => keeping.toggle(number),
    },
    h("b", null, allocBit ? "1" : "0"),
    h("i", null, markBit ? "1" : "0"),
  );
}

const kinds: Readonly<Record<Kind, string>> = {
  free: "free",
  new: "allocated since the span was swept",
  survivor: "marked by the last collection",
  garbage: "unreachable, not swept yet",
};

/** What the looks of the objects mean. */
export function drawKey(keeping: boolean): Element {
  const sample = (look: string, text: string) =>
    h("span", {class: "key-item"}, h("span", {class: `object sample ${look}`}), ` ${text}`);
  return h(
    "p",
    {class: "small"},
    ...(Object.keys(kinds) as Kind[]).map(kind => [sample(kind, kinds[kind]), " "]),
    sample("free freeindex", "freeindex"),
    " Upper digit: allocBits; lower digit: gcmarkBits. ",
    keeping && "Underlined: reachable, as the field above says. A click on an object changes that.",
  );
}
