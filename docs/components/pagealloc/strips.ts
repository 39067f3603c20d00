// A search through the summaries as a drawing: a strip of entries for each level, and the part of it that the strip below
// shows in full.

import type {pageAlloc} from "../../src/runtime/mpagealloc.js";
import {drawing, pct} from "../blocks.js";
import {bytes, count, plural} from "../format.js";
import {type Element, h, type Markup} from "../markup.js";
import {chunkCount, start} from "./heap.js";
import type {Step} from "./search.js";

/** Entries of a level that are shown: of the root, those of the heap. */
export function shown(p: pageAlloc, {level, first, entries}: Pick<Step, "level" | "first" | "entries">) {
  if (level > 0) return {from: first, n: entries};
  const from = p.offAddrToLevelIndex(0, start);
  return {from, n: Math.ceil((chunkCount * p.pallocChunkBytes) / p.entryBytes[0]!)};
}

/** The entry, counted from the block's first, in which a run across entries begins. */
export const crossing = (p: pageAlloc, {level, base}: Step) => Math.floor(base / p.entryPages[level]!);

/** What a level found, in words. Entries count from the first that is shown. */
export function found(p: pageAlloc, step: Step): string {
  const {from} = shown(p, step);
  if (step.inside >= 0) return `entry ${step.inside - from} has room inside`;
  if (step.base < 0) return "no entry has room";
  const j = step.first + crossing(p, step) - from;
  const pages = p.entryPages[step.level]!;
  const whole = step.base % pages === 0;
  return whole ? `room begins with entry ${j}` : `room begins in entry ${j} and goes on in the next`;
}

const strip = 34;
const gap = 34;

/** Draws the levels that a search has asked so far. */
export function strips(p: pageAlloc, steps: readonly Step[]): Element {
  const alt = steps
    .map(step => `Level ${step.level}, entries of ${bytes(p.entryBytes[step.level]!)}: ${found(p, step)}`)
    .join("; ");
  return drawing(
    `${alt}.`,
    steps.length * (strip + gap),
    steps.map((step, k) => level(p, step, k, steps)),
  );
}

function level(p: pageAlloc, step: Step, k: number, steps: readonly Step[]): Markup[] {
  const {from, n} = shown(p, step);
  const y = k * (strip + gap) + 16;
  const sums = p.summary[step.level]!;
  const across = step.base >= 0 ? step.first + crossing(p, step) : -1;
  const picked = (i: number) =>
    i === step.inside ||
    i === across ||
    (across >= 0 && i === across + 1 && step.base % p.entryPages[step.level]! > 0);
  const boxes = Array.from({length: n}, (_, j) => {
    const i = from + j;
    const max = sums.max(i);
    return h(
      "rect",
      {
        class: `span ${max > 0 ? "span-free" : "span-object"}${picked(i) ? " sum-picked" : ""}`,
        x: pct(j, n),
        y,
        width: pct(1, n),
        height: strip - 8,
      },
      h("title", null, `entry ${j}: ${sums.start(i)}, ${max}, ${sums.end(i)}`),
    );
  });
  const labels =
    n > 8
      ? []
      : Array.from({length: n}, (_, j) => {
          const max = sums.max(from + j);
          const attrs = {x: pct(j + 0.5, n), y: y + 18, "text-anchor": "middle"};
          return h("text", {...attrs, class: max > 0 ? null : "on-span-object"}, count(max));
        });
  const label = `level ${step.level}: ${n === 8 ? "8 entries" : plural(n, "entry", "entries")} of ${bytes(p.entryBytes[step.level]!)}`;
  const lens =
    k + 1 < steps.length
      ? [
          [step.inside - from, 0],
          [step.inside - from + 1, 1],
        ].map(([j, side]) =>
          h("line", {
            class: "lens",
            x1: pct(j!, n),
            x2: `${side! * 100}%`,
            y1: y + strip - 8,
            y2: y + strip + gap,
          }),
        )
      : [];
  return [lens, boxes, labels, h("text", {class: "tick start", x: 0, y: y - 4}, label)];
}
