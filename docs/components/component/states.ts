// The four states of memory and the calls that lead from one to another, drawn.

import type {MemState} from "../../src/runtime/index.js";
import {plural} from "../format.js";
import {type Element, h, type Markup} from "../markup.js";
import {calls, type Machine, ways} from "./memory.js";

/** Where the states stand in the drawing, and what they mean. */
const nodes: Readonly<Record<MemState, {x: number; y: number; text: string}>> = {
  none: {x: 90, y: 36, text: "nobody’s"},
  reserved: {x: 90, y: 250, text: "addresses only"},
  ready: {x: 300, y: 36, text: "can be used"},
  prepared: {x: 300, y: 250, text: "contents may go"},
};

/** Where the name of each way stands. */
const labels: Readonly<Record<string, readonly [x: number, y: number, anchor: string]>> = {
  "none reserved": [74, 147, "end"],
  "reserved none": [106, 147, "start"],
  "reserved ready": [162, 206, "start"],
  "ready reserved": [228, 88, "end"],
  "none ready": [195, 62, "middle"],
  "ready none": [195, 19, "middle"],
  "ready prepared": [284, 147, "end"],
  "prepared ready": [316, 147, "start"],
  "prepared none": [238, 174, "start"],
};

const half = {w: 58, h: 21};

function arrow(from: MemState, to: MemState, passed: boolean): Markup {
  const [a, b] = [nodes[from], nodes[to]];
  const length = Math.hypot(b.x - a.x, b.y - a.y);
  const [ux, uy] = [(b.x - a.x) / length, (b.y - a.y) / length];
  // Ways there and back run side by side.
  const both = ways.some(w => w.from === to && w.to === from);
  const [dx, dy] = both ? [-uy * 9, ux * 9] : [0, 0];
  const reach = Math.min(half.w / Math.abs(ux || 1e-9), half.h / Math.abs(uy || 1e-9)) + 3;
  const end = {x: b.x + dx - ux * reach, y: b.y + dy - uy * reach};
  const back = {x: end.x - ux * 8, y: end.y - uy * 8};
  const tip = [
    [end.x, end.y],
    [back.x - uy * 4, back.y + ux * 4],
    [back.x + uy * 4, back.y - ux * 4],
  ];
  return [
    h("line", {
      class: passed ? "arrow passed" : "arrow",
      x1: a.x + dx + ux * reach,
      y1: a.y + dy + uy * reach,
      x2: back.x,
      y2: back.y,
    }),
    h("polygon", {
      class: passed ? "arrowhead passed" : "arrowhead",
      points: tip.map(([x, y]) => `${x!.toFixed(1)},${y!.toFixed(1)}`).join(" "),
    }),
  ];
}

/** Draws the states and the ways between them; those that the last call took are marked. */
export function drawStates({pages, done}: Machine): Element {
  const last = done.at(-1)?.passages ?? [];
  const passed = (from: MemState, to: MemState) => last.some(p => p.usual && p.from === from && p.to === to);
  const inState = (state: MemState) => pages.filter(p => p.state === state).length;
  const names = Object.keys(nodes) as MemState[];
  const alt = `Four states. ${ways.map(w => `${calls[w.letter]}: ${w.from} to ${w.to}`).join("; ")}. Now ${names
    .map(s => `${plural(inState(s), "page")} ${s}`)
    .join(", ")}.`;
  return h(
    "svg",
    {class: "drawing machine", viewBox: "0 0 380 275", role: "img", "aria-label": alt},
    ways.map(w => arrow(w.from, w.to, passed(w.from, w.to))),
    ways.map(w => {
      const [x, y, anchor] = labels[`${w.from} ${w.to}`]!;
      return h(
        "text",
        {x, y, "text-anchor": anchor, class: passed(w.from, w.to) ? "way passed" : "way"},
        calls[w.letter],
      );
    }),
    names.map(state => {
      const {x, y, text} = nodes[state];
      return [
        h("rect", {
          class: `box mem-${state}`,
          x: x - half.w,
          y: y - half.h,
          width: 2 * half.w,
          height: 2 * half.h,
          rx: 6,
        }),
        h("text", {x, y: y - 3, class: `middle on-mem-${state} name`}, `${state}: ${inState(state)}`),
        h("text", {x, y: y + 13, class: `middle on-mem-${state} small`}, text),
      ];
    }),
  );
}
