// The heap as a map on three scales: the address space of the process, the arenas in it, and the pages of a window
// that the reader moves. Each strip is a part of the one above.

import {numberParam, setParams} from "../address.js";
import {button, choice, controls, drawing, figure, pct, table} from "../blocks.js";
import {bytes, count, hex, plural} from "../format.js";
import {type Element, h, live, type Markup, toHtml} from "../markup.js";
import {heapStart, rel} from "./happened.js";
import type {World} from "./heap.js";
import {openingWorld} from "./lab.js";
import {key, kinds, label, type Piece, pieces} from "./spans.js";

/** The part of the heap that the lowest strip shows: its first page, counted from the heap's start, and its length. */
export interface Window {
  readonly at: number;
  readonly pages: number;
}

/** The map of a heap. Addresses are in bytes. */
export interface HeapMap {
  /** The addresses that the process can use: from 0 to here. */
  readonly limit: number;
  readonly hints: readonly number[];
  /** Start of the first arena, end of the last, and the length of one. */
  readonly start: number;
  readonly end: number;
  readonly arena: number;
  readonly arenas: number;
  readonly page: number;
  readonly pieces: readonly Piece[];
  readonly window: Window;
}

/** The map of a heap, with a window that lies inside it. */
export function mapOf(world: World, window: Window): HeapMap {
  const {rt} = world;
  const {mheap_, mem} = rt;
  const {heapArenaBytes, _PageSize} = rt.constants;
  const indexes = mheap_.allArenas.elems;
  const start = heapStart(world);
  const end = mheap_.arenaBase(Math.max(...indexes)) + heapArenaBytes;
  const total = (end - start) / _PageSize;
  const pages = Math.min(Math.max(1, window.pages), total);
  const hints: number[] = [];
  for (let hint = mheap_.arenaHints; hint !== null; hint = hint.next) hints.push(hint.addr);
  const idAt = (address: number) =>
    world.objects.find(o => o.address === address && o.state !== "gone")?.id ?? 0;
  return {
    limit: 2 ** Math.ceil(Math.log2(mem.bounds.limit)),
    hints,
    start,
    end,
    arena: heapArenaBytes,
    arenas: indexes.length,
    page: _PageSize,
    pieces: pieces(rt, idAt),
    window: {at: Math.min(Math.max(0, window.at), total - pages), pages},
  };
}

/** A part of a strip: where it begins and how long it is, as parts of the strip's length. */
function inside(piece: Piece, from: number, to: number, page: number): {x: number; width: number} | null {
  const start = Math.max(piece.base, from);
  const end = Math.min(piece.base + piece.npages * page, to);
  return end <= start ? null : {x: (start - from) / (to - from), width: (end - start) / (to - from)};
}

const heights = {space: 22, arenas: 26, pages: 46};
const gap = 40;

/** Draws spans side by side. `open` is called with the span that a reader clicks on. */
export function drawSpans(
  list: readonly Piece[],
  {from, to, page, y, height}: {from: number; to: number; page: number; y: number; height: number},
  open: ((piece: Piece) => void) | null,
): Markup[] {
  return list.map(piece => {
    const part = inside(piece, from, to, page);
    if (part === null) return null;
    // A character is about 7 pixels wide, and the drawing 300 or more.
    const text = height < 30 ? "" : label(piece, Math.floor((part.width * 300) / 7) - 1);
    return h(
      "svg",
      {
        x: pct(part.x, 1),
        y,
        width: pct(Math.max(part.width, 0.002), 1),
        height,
        class: open === null ? null : "clickable",
        onclick: open === null ? null : () => open(piece),
      },
      h("rect", {class: `span span-${piece.kind}`, width: "100%", height: "100%"}),
      text !== "" && h("text", {class: `on-span-${piece.kind}`, x: 5, y: height / 2 + 4}, text),
      h("title", null, `${label(piece, 99)}: ${kinds[piece.kind]}, at ${hex(piece.base)}`),
    );
  });
}

function lens(from: number, to: number, y: number): Markup {
  return [
    h("line", {class: "lens", x1: pct(from, 1), x2: 0, y1: y, y2: y + gap}),
    h("line", {class: "lens", x1: pct(to, 1), x2: "100%", y1: y, y2: y + gap}),
  ];
}

const scale = (y: number, left: string, right: string): Markup => [
  h("text", {class: "tick start", x: 0, y: y + 14}, left),
  h("text", {class: "tick end", x: "100%", y: y + 14}, right),
];

function drawMap(map: HeapMap, open: ((piece: Piece) => void) | null): Element {
  const {limit, hints, start, end, arena, arenas, page, window} = map;
  const from = start + window.at * page;
  const to = from + window.pages * page;
  const shown = map.pieces.filter(p => inside(p, from, to, page) !== null);
  const alt = `Three strips. The address space, ${bytes(limit)}, with ${plural(hints.length, "hint")}. The heap, ${plural(arenas, "arena")} of ${bytes(arena)} from ${hex(start)}. A window of ${plural(window.pages, "page")} from ${hex(from)}: ${shown
    .slice(0, 40)
    .map(p => label(p, 99))
    .join("; ")}${shown.length > 40 ? " and more" : ""}.`;
  const yArenas = heights.space + gap;
  const yPages = yArenas + heights.arenas + gap;
  const borders = Array.from({length: Math.min(64, (end - start) / arena - 1)}, (_, i) => (i + 1) * arena);
  return drawing(
    alt,
    yPages + heights.pages + 20,
    h("rect", {class: "strip", x: 0, y: 0, width: "100%", height: heights.space}),
    hints.map(a =>
      h("line", {class: "hint", x1: pct(a, limit), x2: pct(a, limit), y1: 0, y2: heights.space}),
    ),
    h("rect", {class: "mark", x: pct(start, limit), y: 0, width: 3, height: heights.space}),
    lens(start / limit, end / limit, heights.space),
    scale(heights.space, "0", `the process: ${bytes(limit)}`),
    drawSpans(map.pieces, {from: start, to: end, page, y: yArenas, height: heights.arenas}, open),
    borders.map(at =>
      h("line", {
        class: "border",
        x1: pct(at, end - start),
        x2: pct(at, end - start),
        y1: yArenas - 4,
        y2: yArenas + heights.arenas + 4,
      }),
    ),
    lens((from - start) / (end - start), (to - start) / (end - start), yArenas + heights.arenas),
    scale(yArenas + heights.arenas, hex(start), `${plural(arenas, "arena")}: ${bytes(end - start)}`),
    drawSpans(map.pieces, {from, to, page, y: yPages, height: heights.pages}, open),
    window.pages <= 80 &&
      Array.from({length: window.pages - 1}, (_, i) =>
        h("line", {
          class: "border",
          x1: pct(i + 1, window.pages),
          x2: pct(i + 1, window.pages),
          y1: yPages + heights.pages - 6,
          y2: yPages + heights.pages,
        }),
      ),
    scale(yPages + heights.pages, `+0x${(from - start).toString(16)}`, plural(window.pages, "page")),
  );
}

/** A window in which a span fills about a third. */
export const around = (map: HeapMap, {base, npages}: Piece): Window => ({
  at: (base - map.start) / map.page - npages,
  pages: Math.max(8, 3 * npages),
});

function draw(world: World, wanted: Window, set: ((window: Window) => void) | null): Element {
  const map = mapOf(world, wanted);
  const {at, pages} = map.window;
  const total = (map.end - map.start) / map.page;
  const move = (by: number) => set?.({at: Math.floor(at + by * pages), pages});
  const zoom = (factor: number) => {
    const next = Math.round(Math.min(total, Math.max(8, pages * factor)));
    set?.({at: Math.floor(at + (pages - next) / 2), pages: next});
  };
  const mine = map.pieces.filter(p => p.id > 0);
  const present = (Object.keys(kinds) as Piece["kind"][]).filter(k => map.pieces.some(p => p.kind === k));
  return h(
    "div",
    {class: "cell"},
    set !== null &&
      controls(
        "Part of the heap to show",
        button("zoom in", () => zoom(1 / 2)),
        button("zoom out", () => zoom(2)),
        button("←", () => move(-1 / 2), {"aria-label": "move to lower addresses"}),
        button("→", () => move(1 / 2), {"aria-label": "move to higher addresses"}),
        button("all of it", () => set({at: 0, pages: total})),
        mine.length > 0 &&
          choice(
            "go to",
            "",
            [["", "…"], ...mine.map((p): [string, string] => [`${p.id}`, `object ${p.id}`])],
            id => {
              const piece = mine.find(p => p.id === Number(id));
              if (piece !== undefined) set(around(map, piece));
            },
          ),
      ),
    figure(
      `The heap on three scales: the address space with its hints, the arenas, and ${plural(pages, "page")} of ${bytes(map.page)}.${set === null ? "" : " Click on a span to look at it."}`,
      drawMap(map, set === null ? null : piece => set(around(map, piece))),
      key(present),
    ),
    h(
      "details",
      null,
      h("summary", null, `all ${count(map.pieces.length)} spans`),
      table({
        caption: "Every span by address.",
        head: ["at", "#pages", "#bytes", "what it is"],
        rows: map.pieces.map(p => [
          h("code", null, rel(world, p.base)),
          count(p.npages),
          count(p.npages * map.page),
          p.id > 0 ? `object ${p.id}${p.kind === "garbage" ? `: ${kinds.garbage}` : ""}` : kinds[p.kind],
        ]),
      }),
    ),
  );
}

/** A window that shows what the story has touched: up to the end of the last object, in whole steps. */
export function firstWindow(world: World): Window {
  const {_PageSize} = world.rt.constants;
  const ends = world.objects.map(o => (o.address - heapStart(world)) / _PageSize + o.pages);
  return {at: 0, pages: Math.max(32, 2 ** Math.ceil(Math.log2(Math.max(1, ...ends) + 4)))};
}

/** The map, which the reader can move and zoom. */
export function map(world: World): HTMLElement {
  const first = firstWindow(world);
  const asked = {at: numberParam("at", -1, 0, 2 ** 40), pages: numberParam("pages", 0, 1, 2 ** 40)};
  return live<Window>(
    asked.pages > 0 ? {at: Math.max(0, asked.at), pages: asked.pages} : first,
    (window, set) =>
      draw(world, window, next => {
        const {at, pages} = mapOf(world, next).window;
        setParams({at, pages});
        set(next);
      }),
  );
}

/** The same in print. */
export function fallback(): string {
  const world = openingWorld();
  return toHtml(draw(world, firstWindow(world), null));
}
