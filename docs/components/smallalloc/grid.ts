// The spans of a class through allocations and collections: bitmaps, lists, and the holes that are used again.

import {param, setParams} from "../address.js";
import {button, controls, figure, note, table, textField} from "../blocks.js";
import {count, hex, plural} from "../format.js";
import {type Element, h, live, type Markup, toHtml} from "../markup.js";
import {defaults, type Inputs} from "./inputs.js";
import {keep as parseKeep, ranges, whole} from "./parse.js";
import {census, drawGrid, drawKey, type Keeping, type Picture, pictureOf, places} from "./spans.js";
import {type Event, limits, listsOf, type Op, play, readOps, type World, writeOps} from "./story.js";

/** What the page opens with: two spans and a part of a third, of which every third object survives. */
export const opening = "a400_kevery~3";

interface State {
  readonly ops: readonly Op[];
  /** What stands in the fields. */
  readonly n: string;
  readonly keep: string;
  /** The span that is shown, by its number; null for the one in use. */
  readonly span: number | null;
}

/** The span to show when the reader has chosen none: the one in the mcache, or the last. */
export function shownSpan({bases}: World, pictures: readonly Picture[]): number {
  const cached = pictures.findIndex(p => p.list === "mcache");
  return cached >= 0 ? cached : bases.length - 1;
}

/** What an op did, in a sentence. */
export function tell(
  {op, fast, slow, refills, flushed, sweptSpan, found}: Event,
  ordinal: (base: number) => number,
): string {
  const first = flushed && op.kind !== "flush" ? "The P flushed its mcache first. " : "";
  if (op.kind === "collect")
    return `${first}Collection: marks are set on the objects that can be reached (${op.keep || "none"}), and sg goes up by 2. Nothing is swept yet.`;
  if (op.kind === "flush")
    return flushed
      ? "The P flushes its mcache: its span is swept on the way to the mcentral."
      : "The P gives its span back to the mcentral.";
  if (op.kind === "sweep") {
    if (sweptSpan !== null) return `A sweeper took span ${ordinal(sweptSpan)} and swept it.`;
    return found ? "A sweeper swept a span of another class." : "There is no span left to sweep.";
  }
  const ways = refills.slice(0, 3).map(r => {
    const n = ordinal(r.base);
    const free = `${count(r.free)} free`;
    if (r.from === "grow") return `span ${n} is new (${free})`;
    const swept =
      r.swept === 0 ? "" : r.swept === 1 ? ", swept on the way" : `, after sweeping ${r.swept} spans`;
    return `span ${n} from ${r.from}${swept} (${free})`;
  });
  if (refills.length > 3) ways.push(`${refills.length - 3} more`);
  return `${first}${plural(op.n, "allocation")}: ${count(fast)} by nextFreeFast, ${count(slow)} by nextFree. ${
    refills.length === 0 ? "No refill." : `${plural(refills.length, "refill")}: ${ways.join("; ")}.`
  }`;
}

function drawList(
  pictures: readonly Picture[],
  shown: number,
  show: ((span: number) => void) | null,
): Element {
  const most = 12;
  const from = Math.max(0, Math.min(shown - 6, pictures.length - most));
  return table({
    caption: [
      `The spans of the class, by number. `,
      pictures.length > most && `Of ${count(pictures.length)}, ${most} around the chosen one are shown.`,
    ],
    head: ["span", "place", "sweepgen", "#allocCount", "#freeindex", "#free"],
    rows: pictures
      .slice(from, from + most)
      .map(p => [
        show === null
          ? `span ${p.ordinal}`
          : button(`span ${p.ordinal}`, () => show(p.ordinal), {"aria-pressed": `${p.ordinal === shown}`}),
        places[p.list],
        p.sweep === null ? "–" : `${p.sweepgen} = ${p.sweep}`,
        p.cells.length === 0 ? "–" : count(p.allocCount),
        p.cells.length === 0 ? "–" : count(p.freeindex),
        p.cells.length === 0 ? "–" : count(census(p.cells).free),
      ]),
  });
}

function draw(inputs: Inputs, state: State, set: ((state: State) => void) | null): Element {
  const world = play(inputs, state.ops);
  const pictures = world.bases.map((_, i) => pictureOf(world, i));
  const shown = Math.min(state.span ?? shownSpan(world, pictures), pictures.length - 1);
  const picture = pictures[shown];
  const last = world.events.at(-1);
  return h(
    "div",
    {class: "cell"},
    set !== null && drawControls(state, set),
    last !== undefined &&
      h(
        "p",
        {class: "small", role: "status"},
        tell(last, base => world.bases.indexOf(base)),
      ),
    pictures.length > 0 && drawOrder(world),
    pictures.length > 0 && drawList(pictures, shown, set && (span => set({...state, span}))),
    picture !== undefined &&
      figure(
        [
          h("b", null, `Span ${shown}`),
          ` at ${hex(picture.base)}, ${places[picture.list]}. `,
          picture.cells.length > 0 && [
            "allocCache ",
            h("code", null, picture.allocCache),
            `, sg ${world.rt.mheap_.sweepgen}.`,
          ],
        ],
        drawGrid(picture, set && keepingOf(state, pictures, set)),
        drawKey(set !== null),
      ),
  );
}

/** Both lists of the mcentral, in their order. */
function drawOrder(world: World): Element {
  const {nonempty, empty} = listsOf(world);
  const shown = 12;
  const text = (list: readonly number[]) =>
    list.length === 0
      ? "no span"
      : list
          .slice(0, shown)
          .map(n => `span ${n}`)
          .join(", ") + (list.length > shown ? ` and ${list.length - shown} more` : "");
  return h(
    "p",
    {class: "small"},
    `The mcentral of span class ${world.way.spanclass}. On `,
    h("code", null, "nonempty"),
    `: ${text(nonempty)}. On `,
    h("code", null, "empty"),
    `: ${text(empty)}.`,
  );
}

/** What the field says of each object, and a click that changes it. */
function keepingOf(state: State, pictures: readonly Picture[], set: (state: State) => void): Keeping {
  const parsed = parseKeep(state.keep);
  const keep = "value" in parsed ? parsed.value : () => false;
  const toggle = (number: number) => {
    const allocated = pictures.flatMap(({first, cells}) =>
      cells.filter(({kind}) => kind === "new" || kind === "survivor").map(({index}) => first + index),
    );
    set({...state, keep: ranges(allocated.filter(n => keep(n) !== (n === number)))});
  };
  return {keep, toggle};
}

function drawControls(state: State, set: (state: State) => void): Markup {
  const {ops, n, keep} = state;
  const number = whole(n, 1, limits.allocate, "number of objects");
  const kept = parseKeep(keep);
  const more = (op: Op) => ops.length < limits.ops && set({...state, ops: [...ops, op], span: null});
  const faults = [
    "fault" in number && number.fault,
    "fault" in kept && kept.fault,
    ops.length >= limits.ops &&
      `${limits.ops} steps are as many as the address can hold: undo some or start again`,
  ];
  const allocate = (n: number) => more({kind: "allocate", n});
  return [
    controls(
      "Allocate",
      textField("allocate", n, text => set({...state, n: text}), {size: 5, inputmode: "numeric"}),
      button("allocate these", () => "value" in number && allocate(number.value), {
        "aria-disabled": `${"fault" in number}`,
      }),
      button("allocate 1", () => allocate(1)),
    ),
    controls(
      "Collect",
      textField("reachable", keep, text => set({...state, keep: text}), {size: 14}),
      button("collect", () => "value" in kept && more({kind: "collect", keep}), {
        "aria-disabled": `${"fault" in kept}`,
      }),
      button("flush the mcache", () => more({kind: "flush"})),
      button("sweep one span", () => more({kind: "sweep"})),
      button("undo", () => ops.length > 0 && set({...state, ops: ops.slice(0, -1), span: null}), {
        "aria-disabled": `${ops.length === 0}`,
      }),
      button("start again", () => set({...state, ops: [], span: null})),
    ),
    h("div", {role: "status"}, ...faults.map(fault => fault !== false && note(fault, "."))),
  ];
}

/** The spans of a class, for a reader to allocate from and to collect. */
export function grid(inputs: Inputs): HTMLElement {
  const ops = readOps(param("ops") ?? opening);
  return live<State>({ops, n: "100", keep: "every 3", span: null}, (state, set) =>
    draw(inputs, state, next => {
      const text = writeOps(next.ops);
      setParams({ops: text === opening ? null : text === "" ? "none" : text});
      set(next);
    }),
  );
}

/** The same in print: after the collection, and after the allocations that follow it. */
export function fallback(): string {
  const state = {n: "", keep: "", span: null};
  return toHtml([
    draw(defaults, {...state, ops: readOps(opening)}, null),
    draw(defaults, {...state, ops: readOps(`${opening}_a30`)}, null),
  ]);
}
