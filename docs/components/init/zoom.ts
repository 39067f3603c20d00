// A place in the address space, on a scale that shows both all of it and one arena: strips, each a part of the one above.

import type {Runtime} from "../../src/runtime/index.js";
import {drawing, pct} from "../blocks.js";
import {bytes, hex, plural, power} from "../format.js";
import {type Element, h} from "../markup.js";

/** A part of the address space, each level a part of the one before it. */
export interface Level {
  readonly start: number;
  readonly size: number;
  /** Places of hints in it, as parts of its size. */
  readonly hints: readonly number[];
  /** Memory that is taken in it: where from and how long, as parts of its size. */
  readonly taken: readonly {readonly at: number; readonly size: number; readonly state: string}[];
}

const levels = 4;

/** Zooms from the whole address space to the arena at `target`, each time by about the same factor. */
export function zoom(rt: Runtime, hints: readonly number[], target: number): Level[] {
  const {limit} = rt.mem.bounds;
  const most = Math.ceil(Math.log2(Math.max(limit, target + 1)));
  const least = Math.log2(rt.constants.heapArenaBytes);
  return Array.from({length: levels}, (_, i) => {
    const size = 2 ** Math.round(most - ((most - least) * i) / (levels - 1));
    const start = Math.floor(target / size) * size;
    const inside = (address: number) => address >= start && address < start + size;
    return {
      start,
      size,
      hints: [...new Set(hints)].filter(inside).map(address => (address - start) / size),
      taken: rt.mem.regions
        .filter(r => r.end > start && r.start < start + size)
        .map(r => {
          const from = Math.max(r.start, start);
          return {
            at: (from - start) / size,
            size: (Math.min(r.end, start + size) - from) / size,
            state: r.state,
          };
        }),
    };
  });
}

const stripHeight = 30;
const gap = 44;

/** Strips, one under the other, each a part of the one above. */
export function drawZoom(rt: Runtime, hints: readonly number[], target: number): Element {
  const strips = zoom(rt, hints, target);
  const alt = `The address space in ${levels} strips, each a part of the one above: ${strips
    .map(s => `${bytes(s.size)} from ${hex(s.start)} with ${plural(s.hints.length, "hint")}`)
    .join("; ")}.`;
  return drawing(
    alt,
    levels * (stripHeight + gap) - 12,
    strips.map((strip, i) => {
      const y = i * (stripHeight + gap) + 2;
      const next = strips[i + 1];
      const from = next ? (next.start - strip.start) / strip.size : 0;
      const to = next ? from + next.size / strip.size : 0;
      const arena = i === levels - 1;
      return [
        h("rect", {class: arena ? "strip arena" : "strip", x: 0, y, width: "100%", height: stripHeight}),
        strip.taken.map(({at, size, state}) =>
          h("rect", {
            class: `taken ${state}`,
            x: pct(at, 1),
            y,
            width: pct(Math.max(size, 0.003), 1),
            height: stripHeight,
          }),
        ),
        strip.hints.map(at =>
          h("line", {class: "hint", x1: pct(at, 1), x2: pct(at, 1), y1: y, y2: y + stripHeight}),
        ),
        next && [
          h("line", {class: "lens", x1: pct(from, 1), x2: 0, y1: y + stripHeight, y2: y + stripHeight + gap}),
          h("line", {
            class: "lens",
            x1: pct(to, 1),
            x2: "100%",
            y1: y + stripHeight,
            y2: y + stripHeight + gap,
          }),
        ],
        h("text", {class: "tick start", x: 0, y: y + stripHeight + 14}, hex(strip.start)),
        h(
          "text",
          {class: "tick end", x: "100%", y: y + stripHeight + 14},
          `${arena ? "one arena: " : ""}${bytes(strip.size)} = ${power(strip.size)}`,
        ),
      ].filter(part => part !== undefined);
    }),
  );
}
