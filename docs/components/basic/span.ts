// A span of the class that a size gets: its objects, and the tail behind them.

import type {Runtime} from "../../src/runtime/index.js";
import {box, drawing, figure} from "../blocks.js";
import {bytes, count, percent, plural} from "../format.js";
import type {SizeClass} from "../init/centrals.js";
import {type Element, h} from "../markup.js";
import {smallClasses} from "./classes.js";

/** What becomes of the bytes of a span whose objects all have one size. */
export interface Fill {
  readonly sizeclass: SizeClass;
  /** Bytes that were asked for, unused in the blocks, and behind the last block. */
  readonly asked: number;
  readonly unused: number;
  readonly tail: number;
}

/** Fills a span with objects of a size; null for a size that has no class. */
export function fillOf(rt: Runtime, size: number): Fill | null {
  const sizeclass = smallClasses(rt).find(c => c.size >= size);
  if (sizeclass === undefined) return null;
  const {objects, tail} = sizeclass;
  return {sizeclass, asked: objects * size, unused: objects * (sizeclass.size - size), tail};
}

/** The number of objects up to which each of them is drawn. */
const most = 64;

function drawObjects({sizeclass, asked}: Fill): Element {
  const {size, objects, span} = sizeclass;
  const each = (100 * size) / span;
  const used = (100 * asked) / objects / span;
  return drawing(
    `The ${plural(objects, "object")} side by side, each with its unused end, and the tail behind them.`,
    34,
    box({x: 0, y: 2, width: 100, height: 30}, "padding", ""),
    Array.from({length: objects}, (_, i) => [
      box({x: i * each, y: 2, width: each, height: 30}, "free", ""),
      h("rect", {
        class: "bar",
        x: `${+(i * each).toFixed(4)}%`,
        y: 3,
        width: `${+used.toFixed(4)}%`,
        height: 28,
      }),
    ]),
  );
}

/** Draws the span, to scale: where its bytes go, and its objects if there is room for them. */
export function drawSpan(rt: Runtime, size: number): Element | null {
  const fill = fillOf(rt, size);
  if (fill === null) return null;
  const {sizeclass: c, asked, unused, tail} = fill;
  const part = (n: number) => (100 * n) / c.span;
  const words = `${plural(asked, "byte")} asked for, ${count(unused)} unused in the blocks, ${count(tail)} behind the last: ${percent(unused + tail, c.span)} of the span is lost.`;
  return figure(
    [
      `A span of size class ${c.sizeclass}, full of such objects: ${plural(c.npages, "page")}, ${bytes(c.span)}, ${plural(c.objects, "object")}. `,
      words,
    ],
    drawing(
      `A bar of ${bytes(c.span)}: ${words}`,
      34,
      box({x: 0, y: 2, width: part(asked), height: 30}, "used", "asked for"),
      box(
        {x: part(asked), y: 2, width: part(unused), height: 30},
        "free",
        unused > c.span / 20 ? "unused" : "",
      ),
      box(
        {x: part(asked + unused), y: 2, width: part(tail), height: 30},
        "padding",
        tail > c.span / 20 ? "tail" : "",
      ),
    ),
    c.objects <= most && drawObjects(fill),
  );
}
