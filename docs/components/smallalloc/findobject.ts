// From an address to the object that it lies in: the span by its page, the index by a shift and a multiplication.

import type {Runtime} from "../../src/runtime/index.js";
import {findObject, isFree, objIndex} from "../../src/runtime/mbitmap.js";
import {mSpanFree, mSpanManual, type mspan} from "../../src/runtime/mspan.js";
import {param, setParams} from "../address.js";
import {button, controls, figure, note, table, textField} from "../blocks.js";
import {count, hex, plural} from "../format.js";
import {type Element, h, live, toHtml} from "../markup.js";
import {defaults, type Inputs} from "./inputs.js";
import {address} from "./parse.js";
import {begin, run, type World} from "./story.js";

/** Why an address lies in no object. */
export type Miss = "no arena" | "no span" | "free span" | "stack" | "behind the last object";

/** What findObject makes of an address. */
export interface Lookup {
  readonly p: number;
  /** Number of the page in its arena. */
  readonly page: number;
  readonly miss: Miss | null;
  readonly s: mspan | null;
  /** The steps of objIndex; null if there is no object. */
  readonly steps: {
    readonly offset: number;
    readonly shifted: number;
    readonly product: number;
    readonly index: number;
    readonly base: number;
    readonly free: boolean;
  } | null;
}

/** Looks an address up, and says why if there is nothing. */
export function lookUp(rt: Runtime, p: number): Lookup {
  const {_PageSize, pagesPerArena} = rt.constants;
  const s = rt.mheap_.spanOf(p);
  const found = findObject(rt, p);
  const where = {p, page: Math.floor(p / _PageSize) % pagesPerArena, s};
  if (found === null) {
    const miss: Miss =
      rt.mheap_.arenaOf(p) === null
        ? "no arena"
        : s === null || p < s.base()
          ? "no span"
          : s.state === mSpanFree
            ? "free span"
            : s.state === mSpanManual
              ? "stack"
              : "behind the last object";
    return {...where, miss, steps: null};
  }
  const offset = p - found.s.base();
  const shifted = Math.floor(offset / 2 ** found.s.divShift);
  const product = shifted * found.s.divMul;
  const free = isFree(found.s, found.objIndex);
  return {
    ...where,
    miss: null,
    steps: {offset, shifted, product, index: found.objIndex, base: found.base, free},
  };
}

/** Offsets, over all size classes, at which objIndex was held against a division; and those where it differed. */
export function divisions(rt: Runtime): {classes: number; offsets: number; wrong: number} {
  const {class_to_size, class_to_allocnpages, class_to_divmagic} = rt.sizeclasses;
  let [offsets, wrong] = [0, 0];
  for (let c = 1; c < class_to_size.length; c++) {
    const span = {base: () => 0, divMagic: class_to_divmagic[c]!} as unknown as mspan;
    const bytes = class_to_allocnpages[c]! * rt.constants._PageSize;
    for (let p = 0; p < bytes; p++) {
      if (objIndex(span, p) !== Math.floor(p / class_to_size[c]!)) wrong++;
    }
    offsets += bytes;
  }
  return {classes: class_to_size.length - 1, offsets, wrong};
}

/** The reasons, in words. */
const reasons: Readonly<Record<Miss, string>> = {
  "no arena": "The heap has no arena there. The word that was looked at is no pointer into the heap.",
  "no span": "The page belongs to no span.",
  "free span": "The page belongs to a span that is free.",
  stack: "The page belongs to a stack: memory that the heap manages by hand, without objects.",
  "behind the last object": "The address lies in the span, but behind its last object.",
};

function drawLookup({p, page, s, steps, miss}: Lookup): Element {
  const rows: [string, string][] = [
    ["page in its arena", count(page)],
    [
      "spans[page]",
      s === null ? "nil" : `span at ${hex(s.base())}, objects of ${plural(s.elemsize, "byte")}`,
    ],
  ];
  if (steps !== null && s !== null) {
    rows.push(["p − base", count(steps.offset)], [`>> divShift, ${s.divShift}`, count(steps.shifted)]);
    if (s.baseMask === 0)
      rows.push(
        [`× divMul, ${count(s.divMul)}`, count(steps.product)],
        [`>> divShift2, ${s.divShift2}`, count(steps.index)],
      );
    rows.push(
      ["object", `${count(steps.index)} of ${count(s.nelems)}, ${steps.free ? "free" : "allocated"}`],
      ["its address", `${hex(steps.base)}, and p is ${plural(p - steps.base, "byte")} into it`],
    );
  }
  return table({
    caption: miss === null ? `The object that ${hex(p)} lies in.` : reasons[miss],
    head: ["step", "value"],
    rows: rows.map(([what, value]) => [h("code", null, what), value]),
  });
}

function prepare(inputs: Inputs): {world: World; s: mspan} {
  const world = begin(inputs);
  run(world, {kind: "allocate", n: 20});
  return {world, s: world.rt.m0.mcache!.alloc[world.way.spanclass]!};
}

function draw(
  {world, s}: ReturnType<typeof prepare>,
  text: string,
  set: ((text: string) => void) | null,
): Element {
  const parsed = address(text);
  const {rt} = world;
  const p = "value" in parsed ? parsed.value : s.base();
  const go = (n: number) => () => set?.(hex(n));
  const tail = s.limit < s.base() + s.npages * rt.constants._PageSize;
  return h(
    "div",
    {class: "cell"},
    set !== null && [
      controls(
        "Address to look up",
        textField("address", text, set, {size: 16}),
        button("− 1", go(Math.max(0, p - 1))),
        button("+ 1", go(p + 1)),
        button("+ 8", go(p + 8)),
        button("last byte of the span’s objects", go(s.limit - 1)),
        tail && button("one further", go(s.limit)),
        button("a stack", go(stackOf(rt))),
        button("a free page", go(rt.mheap_.allspans.elems.find(s => s.state === mSpanFree)?.base() ?? 0)),
        button("elsewhere", go(rt.zerobase)),
      ),
      h("div", {role: "status"}, "fault" in parsed && note(parsed.fault, `. The table shows ${hex(p)}.`)),
    ],
    figure(
      `20 objects of ${plural(s.elemsize, "byte")} were allocated; the span in use begins at ${hex(s.base())}.`,
      drawLookup(lookUp(rt, p)),
    ),
  );
}

const stackOf = (rt: Runtime) => rt.mheap_.allspans.elems.find(s => s.state === mSpanManual)?.base() ?? 0;

/** An address in the middle of the third object. */
const opening = ({s}: ReturnType<typeof prepare>) =>
  hex(s.base() + Math.min(2, s.nelems - 1) * s.elemsize + Math.floor(s.elemsize / 2));

/** Looking up an address, for a cell. */
export function findobject(inputs: Inputs): HTMLElement {
  const prepared = prepare(inputs);
  const first = opening(prepared);
  return live(param("p") ?? first, (text, set) =>
    draw(prepared, text, next => {
      setParams({p: next === first || !("value" in address(next)) ? null : next});
      set(next);
    }),
  );
}

/** The same in print: an address inside an object, and one behind the last. */
export function fallback(): string {
  const prepared = prepare(defaults);
  return toHtml([
    draw(prepared, opening(prepared), null),
    drawLookup(lookUp(prepared.world.rt, prepared.s.limit)),
  ]);
}
