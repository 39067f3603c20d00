// From a size to the block that it gets: the steps of the size classes, and the part of each block that stays unused.

import {boot, type Runtime} from "../../src/runtime/index.js";
import {roundupsize} from "../../src/runtime/msize.js";
import {param, setParams} from "../address.js";
import {choice, controls, drawing, figure, note, pct, textField} from "../blocks.js";
import {bytes, count, percent, plural} from "../format.js";
import {type Element, h, live, type Markup, toHtml} from "../markup.js";
import {firstRelease} from "../release.js";
import {whole} from "../smallalloc/parse.js";
import {drawSpan} from "./span.js";

/** A range of sizes that get the same block. Sizes are in bytes. */
export interface Step {
  readonly from: number;
  readonly to: number;
  readonly block: number;
}

/** The steps up to a size. Above the largest class they are pages. */
export function stepsUpTo(rt: Runtime, end: number): Step[] {
  const steps: Step[] = [];
  for (let from = 1; from <= end; ) {
    const block = roundupsize(rt, from);
    steps.push({from, to: Math.min(block, end), block});
    from = block + 1;
  }
  return steps;
}

/** What a size gets, and what of it stays unused. */
export function roundingOf(rt: Runtime, size: number): {block: number; unused: number; share: number} {
  const block = roundupsize(rt, size);
  return {block, unused: block - size, share: (block - size) / block};
}

const zooms = [128, 1024, 8192, 32768, 131072];
const steps = 170;
const saw = 90;

function drawSteps(rt: Runtime, size: number, end: number): Element {
  const all = stepsUpTo(rt, end);
  const y = (block: number) => +(steps * (1 - Math.min(1, block / end))).toFixed(2);
  const {block, unused, share} = roundingOf(rt, size);
  const top = steps + 34;
  const worst = Math.max(...all.map(s => (s.block - s.from) / s.block));
  const wasteAt = (part: number) => +(top + saw * (1 - part)).toFixed(2);
  const inside = size <= end;
  const x = pct(size, end);
  const alt = `Sizes up to ${bytes(end)} and the blocks that they get: ${plural(all.length, "step")}. ${count(size)} bytes get a block of ${count(block)}; ${percent(unused, block)} of it is unused. The largest unused part in this range is ${percent(worst, 1)}.`;
  return drawing(
    alt,
    top + saw + 24,
    h("text", {x: 0, y: 12}, `block, to ${bytes(end)}`),
    h("line", {class: "lens", x1: 0, x2: "100%", y1: steps, y2: 0}),
    all.map(s => [
      h("line", {
        class: "curve",
        x1: pct(s.from - 1, end),
        x2: pct(s.to, end),
        y1: y(s.block),
        y2: y(s.block),
      }),
    ]),
    h("line", {class: "axis", x1: 0, x2: "100%", y1: steps, y2: steps}),
    h("text", {x: 0, y: top - 8}, "part of the block that is unused, to 100%"),
    all.map(s =>
      h("line", {
        class: "hint",
        x1: pct(s.from, end),
        x2: pct(s.to, end),
        y1: wasteAt((s.block - s.from) / s.block),
        y2: wasteAt((s.block - s.to) / s.block),
      }),
    ),
    h("line", {class: "axis", x1: 0, x2: "100%", y1: top + saw, y2: top + saw}),
    inside && [
      h("line", {class: "axis", x1: x, x2: x, y1: 0, y2: top + saw}),
      h("circle", {class: "mark", cx: x, cy: y(block), r: 5}),
      h("circle", {class: "mark", cx: x, cy: wasteAt(share), r: 5}),
    ],
    [0, 0.25, 0.5, 0.75, 1].map(part =>
      h(
        "text",
        {
          class: part === 0 ? "tick start" : part === 1 ? "tick end" : "tick",
          x: `${100 * part}%`,
          y: top + saw + 17,
        },
        bytes(end * part),
      ),
    ),
  );
}

interface State {
  readonly size: number;
  readonly text: string;
  readonly fault: string | null;
  readonly zoom: number;
}

const largest = 2 ** 30;

function sentence(rt: Runtime, size: number): Markup {
  const {block, unused, share} = roundingOf(rt, size);
  const {_TinySize: tiny, _MaxSmallSize: small} = rt.constants;
  const pages = block / rt.constants._PageSize;
  const what =
    size > small
      ? `a span of ${plural(pages, "page")}, ${count(block)} bytes`
      : `a block of ${count(block)} bytes`;
  return [
    h("b", null, `${plural(size, "byte")} ${size === 1 ? "gets" : "get"} ${what}. `),
    unused === 0 ? "Nothing is unused." : `${plural(unused, "byte")} (${percent(share, 1)}) stay unused.`,
    size < tiny && ` Without pointers it would share a block of ${tiny} bytes instead.`,
  ];
}

function draw(release: string, state: State, set: ((state: State) => void) | null): Element {
  const rt = boot({release, until: "mallocinit"});
  const {size, text, fault, zoom} = state;
  return h(
    "div",
    {class: "cell"},
    set !== null &&
      controls(
        "Size and range",
        textField(
          "size in bytes",
          text,
          typed => {
            const parsed = whole(typed, 1, largest, "size in bytes");
            if ("fault" in parsed) set({...state, text: typed, fault: parsed.fault});
            else set({...state, size: parsed.value, text: typed, fault: null});
          },
          {inputmode: "numeric", size: 10},
        ),
        choice(
          "show sizes to",
          `${zoom}`,
          zooms.map(z => [`${z}`, bytes(z)]),
          z => set({...state, zoom: Number(z)}),
        ),
      ),
    h("div", {role: "status"}, fault !== null && note(fault, `. The figure shows ${count(size)}.`)),
    figure(
      [
        sentence(rt, size),
        ` Classes of ${release}. Above: the block by size; the dashed line would be a perfect fit. Below: the part that is unused.`,
      ],
      drawSteps(rt, size, zoom),
    ),
    drawSpan(rt, size),
  );
}

const opening: State = {size: 33, text: "33", fault: null, zoom: 128};

/** The steps, for the size in the address. */
export function rounding(release: string): HTMLElement {
  const text = param("size") ?? opening.text;
  const parsed = whole(text, 1, largest, "size in bytes");
  const zoom = Number(param("to"));
  const first: State = {
    size: "value" in parsed ? parsed.value : opening.size,
    text,
    fault: "fault" in parsed ? parsed.fault : null,
    zoom: zooms.includes(zoom) ? zoom : opening.zoom,
  };
  return live(first, (state, set) =>
    draw(release, state, next => {
      setParams({
        size: next.text === opening.text ? null : next.text,
        to: next.zoom === opening.zoom ? null : next.zoom,
      });
      set(next);
    }),
  );
}

/** The same in print. */
export const fallback = () => toHtml(draw(firstRelease, opening, null));
