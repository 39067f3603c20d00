// Draws the levels of one allocation: the objects of the span, the lists of the mcentral, the pages of the arena, and
// what went to the system.

import {isFree} from "../../src/runtime/mbitmap.js";
import {mSpanFree, mSpanInUse, type mSpanList, type mspan} from "../../src/runtime/mspan.js";
import {box, drawing, pct} from "../blocks.js";
import {bytes, count, hex, percent, plural} from "../format.js";
import {type Element, h, type Markup} from "../markup.js";
import {type Card, cardsOf, purposeOf} from "./ladder.js";
import type {Detail} from "./way.js";

/** A run of pages in the window that is drawn. */
export interface Run {
  /** First page from the arena's start, and length in pages. */
  readonly first: number;
  readonly pages: number;
  readonly kind: "in use" | "stack" | "new";
}

/** The pages of the arena in which an object lies, as far as they are used. */
export function pagesOf({rt, answer}: Detail): {readonly window: number; readonly runs: readonly Run[]} {
  const {mheap_, constants} = rt;
  const arena = mheap_.arenaBase(mheap_.arenaIndex(answer.address));
  const page = (address: number) => (address - arena) / constants._PageSize;
  const runs: Run[] = [];
  for (const s of mheap_.allspans.elems) {
    const first = Math.max(0, page(s.base()));
    const end = Math.min(constants.pagesPerArena, page(s.base()) + s.npages);
    if (s.state === 0 || s.state === mSpanFree || end <= first) continue;
    const holds = s.base() <= answer.address && answer.address < s.base() + s.npages * constants._PageSize;
    runs.push({
      first,
      pages: end - first,
      kind: holds ? "new" : s.state === mSpanInUse ? "in use" : "stack",
    });
  }
  runs.sort((a, b) => a.first - b.first);
  const last = Math.max(...runs.map(r => r.first + r.pages));
  const window = Math.min(constants.pagesPerArena, Math.max(32, 2 ** Math.ceil(Math.log2(last))));
  return {window, runs};
}

/** The objects of a span that are in use, as runs: the first of each, and how many there are. */
export function objectsInUse(s: mspan): [first: number, n: number][] {
  const runs: [number, number][] = [];
  for (let i = 0; i < s.nelems; i++) {
    if (isFree(s, i)) continue;
    const last = runs.at(-1);
    if (last !== undefined && last[0] + last[1] === i) last[1]++;
    else runs.push([i, 1]);
  }
  return runs;
}

function drawSpan({after, before, answer, kind, asked, rt, spanclass}: Detail): Markup {
  if (kind === "large") return null;
  if (answer.level === "tiny") return drawTiny(after.tinyoffset - asked, asked, rt.constants._TinySize);
  const {nelems, freeindex, span} = after;
  const taken = freeindex - 1;
  const inUse = after.allocCount - 1;
  const alt = `The span at ${hex(span)} has ${plural(nelems, "object")}. Before this allocation ${count(inUse)} were in use; now ${count(after.allocCount)} are. Object ${count(taken)} is the one handed out.`;
  const share = 100 / nelems;
  const fresh = before.span !== span;
  return [
    drawing(
      alt,
      26,
      box({x: 0, y: 1, width: 100, height: 24}, "free", ""),
      objectsInUse(rt.m0.mcache!.alloc[spanclass]!).map(([first, n]) =>
        h("rect", {class: "bar", x: pct(first, nelems), y: 1, width: pct(n, nelems), height: 24}),
      ),
      h("rect", {class: "mark", x: pct(taken, nelems), y: 1, width: `${Math.max(share, 0.6)}%`, height: 24}),
    ),
    h(
      "p",
      {class: "small muted"},
      `${fresh ? "The span that was fetched" : "The span in the slot"}: ${plural(nelems, "object")}, ${count(after.allocCount)} in use (${percent(after.allocCount, nelems)}).`,
    ),
  ];
}

function drawTiny(before: number, size: number, block: number): Markup {
  const part = (n: number) => (100 * n) / block;
  return [
    drawing(
      `A block of ${block} bytes. ${plural(before, "byte")} were passed already; the object takes the next ${count(size)}; ${count(block - before - size)} are left.`,
      26,
      box({x: 0, y: 1, width: 100, height: 24}, "free", ""),
      box({x: 0, y: 1, width: part(before), height: 24}, "used", ""),
      h("rect", {class: "mark", x: `${part(before)}%`, y: 1, width: `${part(size)}%`, height: 24}),
    ),
    h(
      "p",
      {class: "small muted"},
      `The tiny block: ${count(before + size)} of ${block} bytes are passed, the object among them.`,
    ),
  ];
}

/** Spans that are drawn of a list, at most. */
const most = 32;

/** How high a span is filled; one object is to be seen, too. */
const filled = (s: mspan) =>
  +Math.max(s.allocCount === 0 ? 0 : 2.5, (18 * s.allocCount) / s.nelems).toFixed(2);

/** A list of an mcentral: a box for each span, filled as far as its objects are in use. */
function drawList(name: string, list: mSpanList, own: number): Markup {
  const spans: mspan[] = [];
  for (let s = list.first; s !== null; s = s.next) spans.push(s);
  const shown = spans.slice(0, most);
  const fills = shown.map(s => percent(s.allocCount, s.nelems));
  const rest = spans.length - shown.length;
  const alt = `The list ${name} has ${plural(spans.length, "span")}${fills.length > 0 ? `, in use to ${fills.join(", ")}` : ""}.`;
  return [
    h(
      "p",
      {class: "small muted"},
      `${name}: ${plural(spans.length, "span")}${rest > 0 ? `, ${most} drawn` : ""}`,
    ),
    spans.length > 0 &&
      drawing(
        alt,
        20,
        shown.map((s, i) => [
          h("rect", {class: "box free", x: pct(i, most), y: 1, width: pct(0.85, most), height: 18}),
          h("rect", {
            class: s.base() === own ? "mark" : "bar",
            x: pct(i, most),
            y: 19 - filled(s),
            width: pct(0.85, most),
            height: filled(s),
          }),
        ]),
      ),
  ];
}

function drawLists({rt, spanclass, after}: Detail): Markup {
  const {nonempty, empty} = rt.mheap_.lists[spanclass]!;
  return [drawList("nonempty", nonempty, after.span), drawList("empty", empty, after.span)];
}

function drawPages(detail: Detail): Markup {
  const {window, runs} = pagesOf(detail);
  const {pagesPerArena, _PageSize} = detail.rt.constants;
  const used = runs.reduce((n, r) => n + r.pages, 0);
  const own = runs.find(r => r.kind === "new");
  const alt = `The first ${plural(window, "page")} of the arena: ${count(used)} are in spans, among them ${plural(own?.pages ?? 0, "page")} from page ${count(own?.first ?? 0)} on for this object’s span.`;
  return [
    drawing(
      alt,
      26,
      box({x: 0, y: 1, width: 100, height: 24}, "free", ""),
      runs.map(({first, pages, kind}) =>
        h(
          "rect",
          {
            class: kind === "new" ? "mark" : kind === "stack" ? "box padding" : "box used",
            x: pct(first, window),
            y: 1,
            width: `${+Math.max(0.3, (100 * pages) / window).toFixed(4)}%`,
            height: 24,
          },
          h("title", null, `page ${count(first)}: ${plural(pages, "page")}, ${kind}`),
        ),
      ),
    ),
    h(
      "p",
      {class: "small muted"},
      `${window === pagesPerArena ? "The arena’s" : `The first ${count(window)} of the arena’s`} ${count(pagesPerArena)} pages of ${bytes(_PageSize)}.`,
    ),
  ];
}

function drawRequests({answer, rt}: Detail): Markup {
  if (answer.requests.length === 0) return null;
  return h(
    "ul",
    {class: "list"},
    ...answer.requests.map(r =>
      h(
        "li",
        null,
        h("span", {class: "request"}, r.call),
        ` ${bytes(r.size)}: ${purposeOf(rt, r)}${r.granted === 0 ? ", refused" : ""}`,
      ),
    ),
  );
}

function drawCard(card: Card, detail: Detail): Element {
  const drawn = {
    mcache: drawSpan,
    mcentral: drawLists,
    mheap: drawPages,
    system: drawRequests,
  }[card.level];
  const verdict = {answers: "● answers", "asks on": "↓ asks the next", "not asked": "○ not asked"}[card.role];
  return h(
    "li",
    {class: card.role.replace(" ", "-")},
    h("p", {class: "level"}, card.title, " ", h("span", {class: "role"}, verdict)),
    card.did !== "" && h("p", {class: "small"}, card.did),
    card.role !== "not asked" && drawn(detail),
    card.changes.length > 0 &&
      h(
        "p",
        {class: "small touched"},
        card.changes.map(({field, before, after}, i) => [
          i > 0 && "; ",
          `${field} ${before} → `,
          h("b", null, after),
        ]),
      ),
  );
}

/** The levels of an allocation, from the top. */
export function drawCards(detail: Detail): Element {
  return h("ol", {class: "way"}, ...cardsOf(detail).map(card => drawCard(card, detail)));
}
