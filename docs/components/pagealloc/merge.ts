// Two chunks and the summary of both: the reader frees words of 64 pages, the model counts.

import {pageRuntime} from "../../src/capture/pagealloc.js";
import type {PagedConstants} from "../../src/releases/index.js";
import {pallocData} from "../../src/runtime/mpallocbits.js";
import {mergeSummaries, packPallocSum, type pallocSum, pallocSums} from "../../src/runtime/pallocsum.js";
import {param, setParams} from "../address.js";
import {button, controls, drawing, figure, table} from "../blocks.js";
import {count, plural} from "../format.js";
import {type Element, h, live, type Markup, toHtml} from "../markup.js";
import {drawRuns, key, type Run, runsOf} from "./bits.js";

/** Words of a chunk, and pages in a word and in a chunk. */
const words = 8;
const wordPages = 64;
const chunkPages = words * wordPages;

const {logMaxPackedValue} = pageRuntime().constants as PagedConstants;

/** Which words are free: "1" free, "0" in use, the left chunk's eight first. */
export type Pattern = string;

export interface Merged {
  readonly left: pallocSum;
  readonly right: pallocSum;
  readonly parent: pallocSum;
  readonly runs: readonly Run[];
}

/** Summarizes two chunks, and merges. */
export function merged(pattern: Pattern): Merged {
  const chunks = [0, 1].map(side => {
    const chunk = new pallocData();
    for (let i = 0; i < words; i++)
      if (pattern[side * words + i] === "0") chunk.allocRange(i * wordPages, wordPages);
    return chunk;
  });
  const sums = new pallocSums(1);
  for (const [i, chunk] of chunks.entries()) sums.set(i, chunk.summarize());
  const runs = chunks.flatMap((chunk, side) =>
    runsOf(chunk).map(run => ({...run, first: run.first + side * chunkPages})),
  );
  return {left: sums.get(0), right: sums.get(1), parent: mergeSummaries(sums, 0, 2, chunkPages), runs};
}

/** How the parent's numbers come about, in words. */
export function why({left, right, parent}: Merged): string[] {
  const start =
    left.start === chunkPages
      ? `start: the left chunk is all free, so the run goes on: ${left.start} + ${right.start} = ${parent.start}.`
      : `start: that of the left chunk, ${parent.start}.`;
  const across = left.end + right.start;
  const max = `max: the largest of ${left.max}, ${right.max}, and ${left.end} + ${right.start} = ${across} across the middle: ${parent.max}.`;
  const end =
    right.end === chunkPages
      ? `end: the right chunk is all free, so the run reaches back: ${right.end} + ${left.end} = ${parent.end}.`
      : `end: that of the right chunk, ${parent.end}.`;
  return [start, max, end];
}

function draw(pattern: Pattern, set: ((pattern: Pattern) => void) | null): Element {
  const result = merged(pattern);
  const {left, right, parent, runs} = result;
  const toggle = (i: number) =>
    set?.([...pattern].map((c, j) => (j === i ? (c === "1" ? "0" : "1") : c)).join(""));
  const side = (name: string, from: number): Markup =>
    h(
      "div",
      {class: "wordkeys", role: "group", "aria-label": `${name} chunk`},
      ...Array.from({length: words}, (_, i) =>
        button(`${i}`, () => toggle(from + i), {
          "aria-pressed": `${pattern[from + i] === "1"}`,
          "aria-label": `word ${i} of the ${name} chunk is free`,
        }),
      ),
    );
  const row = (name: string, sum: pallocSum) => [
    name,
    count(sum.start),
    count(sum.max),
    count(sum.end),
    h("code", null, `0x${packPallocSum(sum, logMaxPackedValue).toString(16)}`),
  ];
  const alt = runs
    .map(r => `${plural(r.npages, "page")} ${r.state === "span-object" ? "in use" : "free"}`)
    .join(", ");
  return h(
    "div",
    {class: "cell"},
    figure(
      `Two chunks of ${chunkPages} pages.${set === null ? "" : " Each button is a word of 64 pages: press it to free the word or to use it."}`,
      drawing(
        `From left to right: ${alt}.`,
        34,
        drawRuns(runs, 2 * chunkPages, 28),
        h("line", {class: "border", x1: "50%", x2: "50%", y1: 0, y2: 34}),
      ),
      set !== null &&
        h(
          "form",
          {
            class: "controls wordpair",
            "aria-label": "Words that are free",
            onsubmit: e => e.preventDefault(),
          },
          side("left", 0),
          side("right", words),
        ),
      key(["span-object", "span-free"]),
      h(
        "div",
        {role: "status"},
        h("ul", {class: "small list"}, ...why(result).map(line => h("li", null, line))),
      ),
    ),
    table({
      caption: `The summaries, in pages, and the word that Go packs each into: end, max and start in ${logMaxPackedValue} bits each.`,
      head: ["", "#start", "#max", "#end", "packed"],
      rows: [row("left", left), row("right", right), row("both", parent)],
    }),
    set !== null &&
      controls(
        "Examples",
        button("all free", () => set("1".repeat(16))),
        button("none free", () => set("0".repeat(16))),
        button("left all free", () => set("1111111110010000")),
        button("a run across", () => set(first)),
      ),
  );
}

/** What the page opens with: the longest run lies across the middle. */
export const first: Pattern = "1000011111100100";

/** Merging, with chunks that the reader paints. */
export function merge(): HTMLElement {
  const asked = param("words");
  return live<Pattern>(asked !== null && /^[01]{16}$/.test(asked) ? asked : first, (pattern, set) =>
    draw(pattern, next => {
      setParams({words: next === first ? null : next});
      set(next);
    }),
  );
}

/** The same in print. */
export const fallback = () => toHtml(draw(first, null));
