// Free pages: how long their runs are, and how much of them went back to the system.

import {type Fragments, fragmentsOf} from "../../src/capture/reader/fragments.js";
import type {Heap} from "../../src/capture/reader/heap.js";
import {drawing, figure, note, table} from "../blocks.js";
import {bytes, count, percent, plural} from "../format.js";
import {type Element, h, type Markup, toDom} from "../markup.js";
import {section} from "./parts.js";
import type {Session, Side} from "./session.js";
import {withHeap} from "./summary.js";

const height = 120;

/** Draws the pages by the length of their runs; runs that are twice as long stand one to the right. */
function drawBins({bins, pages}: Fragments, page: number): Element {
  const most = Math.max(1, ...bins.map(b => b.pages));
  const width = 100 / Math.max(1, bins.length);
  const words = bins
    .filter(b => b.runs > 0)
    .map(
      b =>
        `${plural(b.runs, "run")} of ${count(b.from)} to ${plural(2 * b.from - 1, "page")} hold ${bytes(b.pages * page)}`,
    );
  const bar = (i: number, from: number, n: number, look: string) =>
    n > 0 &&
    h("rect", {
      class: `part part-${look}`,
      x: `${(i + 0.08) * width}%`,
      y: height - (height * (from + n)) / most,
      width: `${0.84 * width}%`,
      height: Math.max(1, (height * n) / most),
    });
  const every = Math.ceil(bins.length / 8);
  return drawing(
    `Free pages by the length of their runs, ${bytes(pages * page)} in all: ${words.join("; ")}.`,
    height + 42,
    h("text", {class: "tick start", x: 0, y: 11}, bytes(most * page)),
    h("line", {class: "grid", x1: 0, x2: "100%", y1: 0.5, y2: 0.5}),
    bins.map((b, i) => [
      bar(i, 0, b.returned, "returned"),
      bar(i, b.returned, b.pages - b.returned, "kept"),
      i % every === 0 &&
        h("text", {class: "tick", x: `${(i + 0.5) * width}%`, y: height + 16}, count(b.from)),
    ]),
    h("line", {class: "axis", x1: 0, x2: "100%", y1: height, y2: height}),
    h(
      "text",
      {class: "tick start", x: 0, y: height + 34},
      "pages in a run, from (each column is twice as long as the one before)",
    ),
  );
}

function drawWords({heap}: Side, {runs, pages, returned, longest}: Fragments): Markup {
  const page = heap.source.pageSize;
  if (pages === 0)
    return h("p", {class: "small"}, "There is no free page: the next span needs memory from the system.");
  return h(
    "p",
    {class: "small"},
    `${plural(pages, "page")} (${bytes(pages * page)}) are free, in ${plural(runs, "run")}; ${bytes(returned * page)} of them (${percent(returned, pages)}) are returned to the system. `,
    `The longest run has ${plural(longest, "page")}, ${bytes(longest * page)}: a larger object does not fit, though ${bytes(pages * page)} are free`,
    runs === 1 ? ". " : `; ${percent(pages - longest, pages)} of the free pages are outside of it. `,
    heap.free.cached > 0 && `${plural(heap.free.cached, "page")} are in the caches of Ps. `,
    heap.free.skipped > 0 &&
      `${plural(heap.free.skipped, "page")} before the first span are skipped, since the heap begins at a random address; they have no memory. `,
    "How pages are handed out: ",
    section("pagealloc"),
    "; with the treaps of go1.12 and go1.13: ",
    section("largealloc#taking-a-span-and-cutting-it"),
    ".",
  );
}

/** Free pages as markup. */
export function drawFree(now: Side, before: Side | null): Element {
  const sides = before === null ? [now] : [before, now];
  const fragments = sides.map(({heap}) => fragmentsOf(heap.free));
  const page = now.heap.source.pageSize;
  const rows = Math.max(...fragments.map(f => f.bins.length));
  return h(
    "div",
    {class: "cell"},
    drawWords(now, fragments.at(-1)!),
    now.heap.free.from === "gaps" &&
      note(
        "The recording lacks parts of the bitmaps of pages. Free is taken to be what lies between spans; how much of it is returned is not known.",
      ),
    ...fragments.map((f, i) =>
      f.pages === 0
        ? null
        : figure(
            [
              before !== null && h("b", null, i === 0 ? "Before. " : "Now. "),
              "Free pages by the length of their runs.",
            ],
            drawBins(f, page),
            h(
              "p",
              {class: "small key-line"},
              h("span", {class: "swatch part-kept"}),
              " kept ",
              h("span", {class: "swatch part-returned"}),
              " returned to the system",
            ),
          ),
    ),
    rows > 0 &&
      h(
        "details",
        null,
        h("summary", null, "the same as numbers"),
        table({
          caption: "Runs of free pages by their length.",
          head: [
            "pages",
            "#runs",
            "#bytes",
            "#returned",
            ...(before === null ? [] : ["#runs before", "#bytes before"]),
          ],
          rows: Array.from({length: rows}, (_, i) => {
            const from = 2 ** i;
            const bin = fragments.at(-1)!.bins[i];
            const old = before === null ? undefined : fragments[0]!.bins[i];
            return [
              from === 1 ? "1" : `${count(from)} to ${count(2 * from - 1)}`,
              count(bin?.runs ?? 0),
              bytes((bin?.pages ?? 0) * page),
              bytes((bin?.returned ?? 0) * page),
              ...(before === null ? [] : [count(old?.runs ?? 0), bytes((old?.pages ?? 0) * page)]),
            ];
          }),
        }),
      ),
  );
}

/** Free pages, for a cell. */
export const freePages = (session: Session) =>
  withHeap(session, (now, before) => toDom(drawFree(now, before)));

/** The hints of a heap: the first of them, and how far they are apart. */
export function drawHints({hints, arenas}: Heap): Element {
  const hex = (n: number) => `0x${n.toString(16)}`;
  const next = hints[0];
  const last = arenas.at(-1);
  return h(
    "div",
    {class: "cell"},
    h(
      "p",
      {class: "small"},
      next === undefined
        ? "No hint is left: the heap takes whatever addresses the system gives it. "
        : [
            `${plural(hints.length, "hint")}. The heap tries `,
            h("code", null, hex(next)),
            " first",
            last !== undefined && last.end === next
              ? ", right behind its last arena, so that the heap stays in one piece. "
              : last === undefined
                ? ". It has no arena yet. "
                : ", which does not touch its last arena. ",
          ],
      "What hints are for: ",
      section("init#where-the-heap-may-grow"),
      ".",
    ),
    hints.length > 1 &&
      h(
        "details",
        null,
        h("summary", null, `all ${count(hints.length)} hints`),
        table({
          caption: "Where the heap may grow, in the order in which it tries.",
          head: ["hint", "address", "from the one before"],
          rows: hints.slice(0, 300).map((a, i) => {
            const step = i === 0 ? 0 : a - hints[i - 1]!;
            return [
              String(i + 1),
              h("code", null, hex(a)),
              i === 0 ? "" : step < 0 ? `−${bytes(-step)}` : bytes(step),
            ];
          }),
        }),
      ),
  );
}

/** The hints, for a cell. */
export const hints = (session: Session) => withHeap(session, ({heap}) => toDom(drawHints(heap)));
