// The spans of the heap in the order of addresses, and what each of them is.

import type {Runtime} from "../../src/runtime/index.js";
import {mSpanFree, mSpanInUse, mSpanManual, type mspan} from "../../src/runtime/mspan.js";
import {plural} from "../format.js";
import {type Element, h} from "../markup.js";

/** What a span is. "garbage" is a large object that was found unreachable and is not swept yet. */
export type Kind = "object" | "garbage" | "small" | "stack" | "free" | "returned";

/** A span. Sizes are in pages. */
export interface Piece {
  readonly base: number;
  readonly npages: number;
  readonly kind: Kind;
  /** Number of the reader's object in it, or 0. */
  readonly id: number;
}

/** What each kind is, in words. */
export const kinds: Readonly<Record<Kind, string>> = {
  object: "a large object",
  garbage: "unreachable, not swept yet",
  small: "a span of small objects",
  stack: "a stack",
  free: "free",
  returned: "free, returned to the system",
};

function kindOf(rt: Runtime, s: mspan): Kind {
  if (s.state === mSpanFree) return s.scavenged ? "returned" : "free";
  if (s.state === mSpanManual) return "stack";
  if (s.spanclass >> 1 !== 0) return "small";
  return s.sweepgen === rt.mheap_.sweepgen - 2 && !hasMark(s) ? "garbage" : "object";
}

const hasMark = (s: mspan) => (s.gcmarkBits![s.gcmarkBitsAt]! & 1) !== 0;

/** All spans that are in use or free, by address. `idAt` names the object at an address. */
export function pieces(rt: Runtime, idAt: (address: number) => number = () => 0): Piece[] {
  return rt.mheap_.allspans.elems
    .filter(s => s.state === mSpanFree || s.state === mSpanInUse || s.state === mSpanManual)
    .map(s => {
      const kind = kindOf(rt, s);
      const mine = kind === "object" || kind === "garbage";
      return {base: s.base(), npages: s.npages, kind, id: mine ? idAt(s.base()) : 0};
    })
    .sort((a, b) => a.base - b.base);
}

/** What fits into a drawn span as its label, the shorter the narrower. `room` is in characters. */
export function label({kind, id, npages}: Piece, room: number): string {
  const name = id > 0 ? `${id}` : kind === "object" ? "object" : kind === "returned" ? "returned" : kind;
  const full = id > 0 ? `object ${id}` : name;
  return (
    [`${full}, ${plural(npages, "page")}`, full, id > 0 ? name : ""].find(text => text.length <= room) ?? ""
  );
}

/** A line that explains the looks. */
export function key(present: readonly Kind[] = Object.keys(kinds) as Kind[]): Element {
  return h(
    "p",
    {class: "small key-line"},
    ...present.map(kind => [h("span", {class: `swatch span-${kind}`}), ` ${kinds[kind]} `]),
  );
}
