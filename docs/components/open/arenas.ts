// The arenas of a heap, drawn one below the other, and what fills one of them, chunk by chunk and span by span.

import type {Heap} from "../../src/capture/reader/heap.js";
import {numberParam, setParams} from "../address.js";
import {button, choice, controls, drawing, figure, numberField} from "../blocks.js";
import {bytes, count, hex, plural} from "../format.js";
import {type Element, h, live, type Markup, toDom} from "../markup.js";
import {kindNames, kinds, type Mapped, mapped} from "./mapped.js";
import {section} from "./parts.js";
import type {Session, Side} from "./session.js";
import {type Order, orders, spanTable} from "./spanlist.js";
import {withHeap} from "./summary.js";

const pieces = 512;
const rowHeight = 18;
const perPage = 32;

/** What the map shows: the arenas from one on, and one of them enlarged, by its number from 1; 0 for none. */
interface State {
  readonly first: number;
  readonly chosen: number;
  readonly order: Order;
}

/** One strip. Horizontal positions are pieces, which the strip stretches to its width. */
function drawStrip({runs}: Mapped, y: number, height: number): Element {
  const paths = kinds.map(kind => {
    const d = runs
      .filter(run => run.kind === kind)
      .map(({from, to}) => `M${from} 0H${to}V1H${from}Z`)
      .join("");
    return d !== "" && h("path", {class: `map-${kind}`, d});
  });
  return h(
    "svg",
    {x: 0, y, width: "100%", height, viewBox: `0 0 ${pieces} 1`, preserveAspectRatio: "none"},
    paths,
    h("rect", {class: "map-frame", x: 0, y: 0, width: pieces, height: 1}),
  );
}

const inWords = ({bytes: n}: Mapped) =>
  kinds
    .filter(kind => n[kind] > 0)
    .map(kind => `${bytes(n[kind])} ${kindNames[kind]}`)
    .join(", ");

/** The kinds that are there, with their looks. */
function drawKey(maps: readonly Mapped[]): Element {
  const present = kinds.filter(kind => maps.some(m => m.bytes[kind] > 0));
  return h(
    "p",
    {class: "small key-line"},
    ...present.map(kind => [h("span", {class: `swatch map-${kind}`}), ` ${kindNames[kind]} `]),
  );
}

/** The arenas from `first` on. */
export function drawArenas(
  {arenas}: Heap,
  maps: readonly Mapped[],
  first: number,
  open: ((n: number) => void) | null,
): Element {
  const total = arenas.reduce((sum, a) => sum + a.end - a.start, 0);
  const alt = maps.map((m, i) => `Arena ${first + i + 1} at ${hex(m.start)}: ${inWords(m)}`).join(". ");
  return figure(
    [
      h("b", null, `${plural(arenas.length, "arena")}, ${bytes(total)} of addresses.`),
      ` Each strip is one arena of ${bytes(arenas[0]!.end - arenas[0]!.start)}, from its first address (left) to its last. ${maps.length < arenas.length ? `${count(first + 1)} to ${count(first + maps.length)} are shown.` : ""}`,
    ],
    drawing(
      `${alt}.`,
      maps.length * rowHeight + 18,
      maps.map((m, i) => [
        drawStrip(m, i * rowHeight, rowHeight - 3),
        open !== null &&
          h(
            "rect",
            {
              class: "clickable clear",
              x: 0,
              y: i * rowHeight,
              width: "100%",
              height: rowHeight,
              onclick: () => open(first + i + 1),
            },
            h("title", null, `arena ${first + i + 1}, ${hex(m.start)}: ${inWords(m)}`),
          ),
      ]),
      h("text", {class: "tick start", x: 0, y: maps.length * rowHeight + 13}, hex(maps[0]!.start)),
      h("text", {class: "tick end", x: "100%", y: maps.length * rowHeight + 13}, `${hex(maps.at(-1)!.end)}`),
    ),
    drawKey(maps),
  );
}

/** One arena, cut into strips of a chunk of 4 MiB, or what it has. */
export function drawArena(heap: Heap, n: number): Element {
  const {start, end} = heap.arenas[n - 1]!;
  const strips = Math.min(16, Math.max(1, (end - start) / 2 ** 22));
  const length = (end - start) / strips;
  const maps = Array.from({length: strips}, (_, i) =>
    mapped(heap, start + i * length, start + (i + 1) * length, pieces),
  );
  const pages = length / pieces / heap.source.pageSize;
  return figure(
    [
      h("b", null, `Arena ${count(n)}, from ${hex(start)}.`),
      ` Each strip is ${bytes(length)}; a point is ${pages >= 1 ? plural(pages, "page") : "less than a page"}.`,
    ],
    drawing(
      `Arena ${n}: ${inWords(mapped(heap, start, end, 1))}.`,
      strips * 16 + 18,
      maps.map((m, i) => drawStrip(m, i * 16, 14)),
      h("text", {class: "tick start", x: 0, y: strips * 16 + 13}, hex(start + (strips - 1) * length)),
      h("text", {class: "tick end", x: "100%", y: strips * 16 + 13}, hex(end)),
    ),
  );
}

function draw({heap}: Side, state: State, set: ((state: State) => void) | null): Element {
  const {arenas} = heap;
  if (arenas.length === 0) return h("div", null, h("p", {class: "small"}, "The heap has no arena."));
  const first = Math.min(state.first, arenas.length - 1);
  const maps = arenas.slice(first, first + perPage).map(a => mapped(heap, a.start, a.end, pieces));
  const jumps = gapsOf(heap);
  return h(
    "div",
    null,
    drawArenas(heap, maps, first, set && (n => set({...state, chosen: n}))),
    jumps > 0 &&
      h(
        "p",
        {class: "small"},
        `The arenas do not touch each other at ${plural(jumps, "place")}: a hint could not be had there.`,
      ),
    set !== null &&
      controls(
        "Arenas to show",
        arenas.length > perPage && [
          button("← lower", () => set({...state, first: Math.max(0, first - perPage)})),
          button("higher →", () =>
            set({...state, first: first + perPage < arenas.length ? first + perPage : first}),
          ),
        ],
        numberField("enlarge arena", Math.max(1, state.chosen), {min: 1, max: arenas.length}, chosen =>
          set({...state, chosen}),
        ),
        button("enlarge", () => set({...state, chosen: Math.max(1, state.chosen)})),
        state.chosen > 0 && button("close it", () => set({...state, chosen: 0})),
      ),
    state.chosen > 0 && [
      drawArena(heap, state.chosen),
      set !== null &&
        controls(
          "Spans of the arena",
          choice("order of its spans", state.order, orders, order => set({...state, order: order as Order})),
        ),
    ],
    h(
      "p",
      {class: "small"},
      "What arenas, spans and pages are: ",
      section("largealloc#the-map-of-the-heap"),
      ".",
    ),
  );
}

/** How often an arena does not begin where the one before ends. */
export function gapsOf({arenas}: Pick<Heap, "arenas">): number {
  return arenas.filter((a, i) => i > 0 && a.start !== arenas[i - 1]!.end).length;
}

/** The map as markup, for print and for tests. */
export const drawMap = (now: Side): Markup => draw(now, {first: 0, chosen: 0, order: "address"}, null);

/** The map with the spans of the arena that is enlarged, for a cell. */
export const arenas = (session: Session) =>
  withHeap(session, now => {
    const list = toDom(h("div", {class: "spans"}));
    const {arenas} = now.heap;
    let listed = "";
    const relist = ({chosen, order}: State) => {
      const arena = arenas[chosen - 1];
      const key = `${chosen} ${order}`;
      if (key === listed) return;
      listed = key;
      if (arena === undefined) list.replaceChildren();
      else list.replaceChildren(spanTable(now.heap, arena, order, `Spans of arena ${chosen}`));
    };
    const state: State = {first: 0, chosen: numberParam("arena", 0, 0, arenas.length), order: "address"};
    const map = live<State>(state, (shown, set) =>
      draw(now, shown, next => {
        setParams({arena: next.chosen === 0 ? null : next.chosen});
        relist(next);
        set(next);
      }),
    );
    relist(state);
    const cell = toDom(h("div", {class: "cell"}));
    cell.append(map, list);
    return cell;
  });
