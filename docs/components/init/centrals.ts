// The mcentrals: one for each size class with pointers and one without, and what a span of the class holds.

import type {Runtime} from "../../src/runtime/index.js";
import {mcentral} from "../../src/runtime/mcentral.js";
import type {mcentralSets} from "../../src/runtime/mcentral_spanset.js";
import {numberParam, setParams} from "../address.js";
import {box, controls, drawing, figure, numberField, pct, table} from "../blocks.js";
import {bytes, count, percent, plural} from "../format.js";
import {type Element, h, live, toHtml} from "../markup.js";
import {cell, defaultStart, type Started} from "./start.js";

/** A size class. Sizes are in bytes. */
export interface SizeClass {
  readonly sizeclass: number;
  readonly size: number;
  readonly npages: number;
  readonly span: number;
  readonly objects: number;
  /** Bytes behind the last object. */
  readonly tail: number;
  /** The largest part of a span that can be wasted: objects of the least size that gets this class, and the tail. */
  readonly maxWaste: number;
}

/** The size classes. Class 0 stands for objects that get a span of their own. */
export function sizeClasses({sizeclasses, constants}: Runtime): SizeClass[] {
  const {class_to_size, class_to_allocnpages} = sizeclasses;
  return class_to_size.map((size, sizeclass) => {
    const npages = class_to_allocnpages[sizeclass]!;
    const span = npages * constants._PageSize;
    const objects = size === 0 ? 0 : Math.floor(span / size);
    const tail = span - objects * size;
    const least = (class_to_size[sizeclass - 1] ?? 0) + 1;
    const maxWaste = size === 0 ? 0 : ((size - least) * objects + tail) / span;
    return {sizeclass, size, npages, span, objects, tail, maxWaste};
  });
}

/** Bytes from one mcentral to the next in mheap.central, of which `padding` keep them on different cache lines. */
export function stride({config, constants}: Runtime): {stride: number; mcentral: number; padding: number} {
  const {size} = config.layouts.of("mheap").fields.find(f => f.name === "central")!;
  const stride = size / constants.numSpanClasses;
  const mcentral = config.layouts.sizeof("mcentral");
  return {stride, mcentral, padding: stride - mcentral};
}

const cellHeight = 30;

function drawGrid(
  classes: readonly SizeClass[],
  selected: number,
  select: ((spanclass: number) => void) | null,
): Element {
  const n = classes.length;
  const worst = Math.max(...classes.map(c => c.tail / (c.span || 1)));
  const alt = `${2 * n} mcentrals in two rows of ${n}: span classes with pointers above, without below. The stronger the color, the more of a span lies behind its last object, at most ${percent(worst, 1)}.`;
  return drawing(
    alt,
    2 * cellHeight + 4,
    [0, 1].map(noscan =>
      classes.map(({sizeclass, tail, span}) => {
        const spanclass = 2 * sizeclass + noscan;
        return h(
          "rect",
          {
            class: spanclass === selected ? "central selected" : "central",
            x: pct(sizeclass, n),
            y: 2 + noscan * cellHeight,
            width: `${+(92 / n).toFixed(4)}%`,
            height: cellHeight - 3,
            "fill-opacity": +(0.12 + 0.88 * (span === 0 ? 0 : tail / span / worst)).toFixed(3),
            onclick: select === null ? null : () => select(spanclass),
          },
          h("title", null, `span class ${spanclass}`),
        );
      }),
    ),
  );
}

function drawSpan({size, objects, span, tail}: SizeClass): Element {
  const alt = `A span of ${bytes(span)} with ${plural(objects, "object")} of ${plural(size, "byte")}; ${plural(tail, "byte")} behind the last.`;
  const each = (size / span) * 100;
  return drawing(
    alt,
    34,
    objects <= 128
      ? Array.from({length: objects}, (_, i) =>
          box({x: i * each, y: 2, width: each, height: 30}, "field", objects <= 4 ? `${count(size)} B` : ""),
        )
      : box(
          {x: 0, y: 2, width: each * objects, height: 30},
          "field",
          `${count(objects)} objects, too fine to draw`,
        ),
    box({x: each * objects, y: 2, width: 100 - each * objects, height: 30}, "padding", ""),
  );
}

/** Whether the mcentral of a span class has no span, in words. */
function stateOf(rt: Runtime, spanclass: number): string {
  const central = rt.mheap_.central[spanclass]!;
  if (central instanceof mcentral) {
    const {nonempty, empty} = central;
    return nonempty.first === null && empty.first === null ? "Both of its lists are empty." : "";
  }
  const {partial, full} = central as mcentralSets;
  const spans = [...partial, ...full].some(set => set.head !== set.tail);
  return spans ? "" : "All four of its sets are empty: with and without a free object, swept and unswept.";
}

/** Draws the mcentrals, and a span of one of them. */
export function draw(
  started: Started,
  spanclass: number,
  set: ((spanclass: number) => void) | null,
): Element {
  const {rt} = started;
  const classes = sizeClasses(rt);
  const each = classes[Math.floor(spanclass / 2)]!;
  const {central} = rt.mheap_;
  const scan = spanclass % 2 === 0 ? "objects with pointers" : "objects without pointers";
  return cell(
    started,
    figure(
      `The ${count(central.length)} mcentrals: a column for each size class, with pointers above, without below. The stronger the color, the more of a span lies behind its last object.`,
      drawGrid(classes, spanclass, set),
    ),
    set !== null &&
      controls(
        "Span class",
        numberField("span class", spanclass, {min: 0, max: central.length - 1}, set),
        h("input", {
          type: "range",
          min: 0,
          max: central.length - 1,
          step: 1,
          value: spanclass,
          "aria-label": "span class",
          oninput: event => set((event.target as HTMLInputElement).valueAsNumber),
        }),
      ),
    figure(
      h(
        "span",
        {role: "status"},
        `Span class ${spanclass}: size class ${each.sizeclass}, ${scan}. `,
        each.size === 0
          ? `It is for objects above ${bytes(rt.constants._MaxSmallSize)}, which get a span of their own. `
          : `${plural(each.npages, "page")}, ${plural(each.objects, "object")} of ${plural(each.size, "byte")}, ${plural(each.tail, "byte")} behind the last. A span can waste up to ${percent(each.maxWaste, 1)}. `,
        stateOf(rt, spanclass),
      ),
      each.size === 0 ? null : drawSpan(each),
    ),
    h("details", null, h("summary", null, "all size classes as a table"), classTable(classes)),
  );
}

function classTable(classes: readonly SizeClass[]): Element {
  return table({
    caption: "The size classes, as the generator’s rule makes them.",
    head: ["size class", "span classes", "#object", "#pages", "#span", "#objects", "#tail", "#max waste"],
    rows: classes.map(c => [
      c.sizeclass,
      `${2 * c.sizeclass}, ${2 * c.sizeclass + 1}`,
      c.size === 0 ? "large" : count(c.size),
      c.size === 0 ? "–" : c.npages,
      c.size === 0 ? "–" : count(c.span),
      c.size === 0 ? "–" : count(c.objects),
      c.size === 0 ? "–" : count(c.tail),
      c.size === 0 ? "–" : percent(c.maxWaste, 1),
    ]),
  });
}

const shown = 10;

/** The mcentrals, with one that the reader picks. */
export function centrals(started: Started): HTMLElement {
  const last = started.rt.mheap_.central.length - 1;
  return live(numberParam("class", shown, 0, last), (spanclass, set) =>
    draw(started, spanclass, n => {
      setParams({class: n === shown ? null : n});
      set(n);
    }),
  );
}

/** The same in print. */
export const fallback = () => toHtml(draw(defaultStart(), shown, null));
