// The five states of sweepgen: one span of the model, and each number that the model writes into its sweepgen.

import {sweep} from "../../src/runtime/mgcsweep.js";
import type {mspan} from "../../src/runtime/mspan.js";
import {param, setParams} from "../address.js";
import {button, controls, figure, table} from "../blocks.js";
import {type Element, h, live, toHtml} from "../markup.js";
import {defaults} from "./inputs.js";
import {type SweepState, sweepStateOf} from "./spans.js";
import {begin, run} from "./story.js";

/** What can happen to the span. */
export const acts = ["collect", "take", "give back", "claim", "sweep"] as const;
export type Act = (typeof acts)[number];

/** What an act is, and the states in which it can happen to the span. */
const meaning: Readonly<Record<Act, {readonly text: string; readonly from: readonly SweepState[]}>> = {
  collect: {text: "a collection ends marking: sg goes up by 2", from: ["sg", "sg + 3"]},
  take: {text: "an mcache takes the span (cacheSpan, refill)", from: ["sg", "sg − 2"]},
  "give back": {text: "the mcache gives it back (uncacheSpan)", from: ["sg + 3", "sg + 1"]},
  claim: {text: "a sweeper claims it (one atomic swap)", from: ["sg − 2"]},
  sweep: {text: "the sweeper sweeps it", from: ["sg − 1"]},
};

/** An act and the states that the span went through, the one before it first. */
export interface Passage {
  readonly act: Act;
  readonly states: readonly SweepState[];
  /** The span's sweepgen and the heap's, after it. */
  readonly sweepgen: number;
  readonly sg: number;
}

/** A span's history: where it began, and what happened. */
export interface History {
  readonly start: SweepState;
  readonly now: SweepState;
  readonly sweepgen: number;
  readonly sg: number;
  readonly passages: readonly Passage[];
}

/** Whether an act can happen to a span in a state. */
export const can = (act: Act, state: SweepState) => meaning[act].from.includes(state);

/** Plays acts on a span that an mcache has and that ten objects live in. Acts that cannot happen are skipped. */
export function historyOf(list: readonly Act[]): History {
  const world = begin(defaults);
  const {rt, way} = world;
  run(world, {kind: "allocate", n: 10});
  const s = rt.m0.mcache!.alloc[way.spanclass]!;
  const state = () => sweepStateOf(s, rt.mheap_.sweepgen)!;
  const seen: SweepState[] = [];
  watchSweepgen(s, () => seen.push(state()));
  const passages: Passage[] = [];
  const start = state();
  for (const act of list) {
    const before = state();
    if (!can(act, before)) continue;
    seen.length = 0;
    if (act === "collect") run(world, {kind: "collect", keep: "all"});
    else if (act === "take") run(world, {kind: "allocate", n: 1});
    else if (act === "give back") run(world, {kind: "flush"});
    else if (act === "claim") s.sweepgen = rt.mheap_.sweepgen - 1;
    else sweep(rt, s, false);
    const path = [before, ...seen, state()].filter((each, i, all) => each !== all[i - 1]);
    passages.push({act, states: path, sweepgen: s.sweepgen, sg: rt.mheap_.sweepgen});
  }
  return {start, now: state(), sweepgen: s.sweepgen, sg: rt.mheap_.sweepgen, passages};
}

/** Calls `wrote` after each assignment to the span's sweepgen. */
function watchSweepgen(s: mspan, wrote: () => void): void {
  let value = s.sweepgen;
  Object.defineProperty(s, "sweepgen", {
    get: () => value,
    set: (n: number) => {
      value = n;
      wrote();
    },
  });
}

/** Where the states stand in the drawing, and what they mean. */
const nodes: Readonly<Record<SweepState, {x: number; y: number; text: string}>> = {
  sg: {x: 80, y: 40, text: "swept"},
  "sg + 3": {x: 280, y: 40, text: "swept, then cached"},
  "sg − 2": {x: 62, y: 230, text: "needs sweeping"},
  "sg − 1": {x: 180, y: 160, text: "being swept"},
  "sg + 1": {x: 296, y: 230, text: "cached, not swept"},
};

/** The arrows: from, to, what happens, and where its name stands. */
const arrows: readonly (readonly [SweepState, SweepState, string, number, number])[] = [
  ["sg", "sg + 3", "take", 180, 24],
  ["sg + 3", "sg", "give back", 180, 66],
  ["sg", "sg − 2", "collect", 36, 135],
  ["sg + 3", "sg + 1", "collect", 322, 135],
  ["sg − 2", "sg − 1", "claim", 104, 184],
  ["sg + 1", "sg − 1", "give back", 196, 207],
  ["sg − 1", "sg", "sweep", 146, 104],
];

function drawMachine({now, passages, sg, sweepgen}: History): Element {
  const last = passages.at(-1)?.states ?? [];
  const passed = (a: SweepState, b: SweepState) => last.some((s, i) => s === a && last[i + 1] === b);
  const alt = `Five states and seven arrows. ${arrows.map(([a, b, what]) => `${what}: ${a} to ${b}`).join("; ")}. The span is in ${now}.`;
  const half = {w: 56, h: 20};
  return h(
    "svg",
    {class: "drawing machine", viewBox: "0 0 360 270", role: "img", "aria-label": alt},
    ...arrows.map(([a, b, what, x, y]) => {
      const on = passed(a, b) ? " passed" : "";
      return h("g", null, drawArrow(a, b, half, on), h("text", {class: `tick${on}`, x, y}, what));
    }),
    ...(Object.keys(nodes) as SweepState[]).map(name => {
      const {x, y, text} = nodes[name];
      const on = name === now;
      return h(
        "g",
        null,
        h("rect", {
          class: `box ${on ? "used" : "free"}`,
          x: x - half.w,
          y: y - half.h,
          width: 2 * half.w,
          height: 2 * half.h,
          rx: 6,
        }),
        h(
          "text",
          {class: on ? "on-used" : null, x, y: y - 3, "text-anchor": "middle"},
          on ? `${name} (${sweepgen})` : name,
        ),
        h("text", {class: on ? "on-used small" : "small", x, y: y + 13, "text-anchor": "middle"}, text),
      );
    }),
    h("text", {class: "tick", x: 180, y: 262}, `sg = ${sg}`),
  );
}

/** An arrow from the edge of one box to that of another. Arrows between the same two stand apart. */
function drawArrow(a: SweepState, b: SweepState, half: {w: number; h: number}, on: string): Element {
  const [from, to] = [nodes[a], nodes[b]];
  const apart = a === "sg" && b === "sg + 3" ? -8 : a === "sg + 3" && b === "sg" ? 8 : 0;
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const out = Math.min((half.w + 3) / Math.abs(dx || 1e-9), (half.h + 3) / Math.abs(dy || 1e-9));
  const [x1, y1] = [Math.round(from.x + dx * out), Math.round(from.y + dy * out) + apart];
  const [x2, y2] = [Math.round(to.x - dx * out), Math.round(to.y - dy * out) + apart];
  const angle = Math.round((Math.atan2(dy, dx) * 180) / Math.PI);
  return h(
    "g",
    null,
    h("line", {class: `arrow${on}`, x1, y1, x2, y2}),
    h("path", {
      class: `arrowhead${on}`,
      d: "M1 0L-9 5V-5z",
      transform: `translate(${x2} ${y2}) rotate(${angle})`,
    }),
  );
}

function draw(list: readonly Act[], set: ((list: readonly Act[]) => void) | null): Element {
  const history = historyOf(list);
  const {now, passages} = history;
  const add = (act: Act) => () => can(act, now) && list.length < most && set?.([...list, act]);
  return h(
    "div",
    {class: "cell"},
    set !== null &&
      controls(
        "What happens to the span",
        ...acts.map(act =>
          button(act, add(act), {"aria-disabled": `${!can(act, now)}`, title: meaning[act].text}),
        ),
        button("undo", () => set(list.slice(0, -1)), {"aria-disabled": `${list.length === 0}`}),
      ),
    figure(
      h(
        "span",
        {role: "status"},
        "The span’s sweepgen, by its distance from the heap’s: it is ",
        h("b", null, now),
        `, ${nodes[now].text}.`,
        passages.length > 0 && ` The last step went ${passages.at(-1)!.states.join(" → ")}.`,
      ),
      drawMachine(history),
    ),
    set === null &&
      table({
        caption: "What each step wrote, as the model ran it.",
        head: ["step", "what it is", "states passed", "sweepgen", "sg"],
        rows: passages.map(p => [
          p.act,
          meaning[p.act].text,
          p.states.join(" → "),
          `${p.sweepgen}`,
          `${p.sg}`,
        ]),
      }),
  );
}

const most = 40;

/** The states of sweepgen, for a reader to walk through. */
export function sweepgen(): HTMLElement {
  const asked = (param("gen") ?? "").split(".").map(text => acts[Number(text)]);
  const first = param("gen") === null ? [] : asked.filter((act): act is Act => act !== undefined);
  return live<readonly Act[]>(first.slice(0, most), (list, set) =>
    draw(list, next => {
      setParams({gen: next.length === 0 ? null : next.map(act => acts.indexOf(act)).join(".")});
      set(next);
    }),
  );
}

/** The same in print: once around by each way. */
export const fallback = () =>
  toHtml(
    draw(["give back", "collect", "claim", "sweep", "take", "collect", "give back", "collect", "take"], null),
  );
