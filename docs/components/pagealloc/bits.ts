// The pages of a chunk as a drawing: rows of 64, one row for each word of the bitmap.

import type {pallocData} from "../../src/runtime/mpallocbits.js";
import {pct} from "../blocks.js";
import {plural} from "../format.js";
import {type Element, h, type Markup} from "../markup.js";

/** What pages can be. */
export const states = {
  "span-object": "in use",
  "span-free": "free",
  "span-returned": "free, and scavenged",
} as const;
export type PageState = keyof typeof states;

/** A run of pages of one state. `first` counts from the start of what is drawn. */
export interface Run {
  readonly first: number;
  readonly npages: number;
  readonly state: PageState;
}

/** All pages of a chunk as runs; of a chunk that is not there, one run in use. */
export function runsOf(chunk: pallocData | null, pages = 512): Run[] {
  const runs: {first: number; npages: number; state: PageState}[] = [];
  for (let i = 0; i < pages; i++) {
    const free = chunk !== null && chunk.get(i) === 0;
    const state = !free ? "span-object" : chunk.scavenged.get(i) === 1 ? "span-returned" : "span-free";
    const last = runs.at(-1);
    if (last?.state === state) last.npages++;
    else runs.push({first: i, npages: 1, state});
  }
  return runs;
}

/** Cuts runs into rows. */
export function drawRuns(runs: readonly Run[], row: number, height: number, y = 0): Markup[] {
  return runs.flatMap(({first, npages, state}) => {
    const parts: Markup[] = [];
    for (let at = first; at < first + npages; ) {
      const end = Math.min(first + npages, (Math.floor(at / row) + 1) * row);
      const attrs = {x: pct(at % row, row), y: y + Math.floor(at / row) * height, width: pct(end - at, row)};
      parts.push(h("rect", {class: `span ${state}`, ...attrs, height: height - 2}));
      at = end;
    }
    return parts;
  });
}

/** The free runs in words: "3 pages from page 509 on". */
export function freeInWords(runs: readonly Run[], most = 6): string {
  const free = runs.filter(run => run.state !== "span-object");
  if (free.length === 0) return "no free page";
  const told = free.slice(0, most).map(({first, npages, state}) => {
    const how = state === "span-returned" ? " scavenged" : "";
    return `${plural(npages, `free${how} page`)} from page ${first} on`;
  });
  return told.join(", ") + (free.length > most ? `, and ${free.length - most} more runs` : "");
}

/** A line that explains the looks. */
export function key(present: readonly PageState[]): Element {
  const item = (state: PageState) => [h("span", {class: `swatch ${state}`}), ` ${states[state]} `];
  return h("p", {class: "small key-line"}, ...present.map(item));
}
