// The three kinds of objects, on a scale of sizes; and which kind a size of the reader's is.

import {boot, type Runtime} from "../../src/runtime/index.js";
import {box, drawing, figure, table} from "../blocks.js";
import {bytes, count} from "../format.js";
import {type Element, h, toHtml} from "../markup.js";

/** A kind of object: `from` and `to` are the least and the largest size in bytes; null has no end. */
export interface Kind {
  readonly kind: "tiny" | "small" | "large";
  readonly pointers: "yes" | "no";
  readonly from: number;
  readonly to: number | null;
}

/** The kinds, for objects without pointers and for those with. */
export function kinds({constants, config}: Runtime): Kind[] {
  const {_TinySize: tiny, _MaxSmallSize: small} = constants;
  const word = config.arch.PtrSize;
  return [
    {kind: "tiny", pointers: "no", from: 1, to: tiny - 1},
    {kind: "small", pointers: "no", from: tiny, to: small},
    {kind: "large", pointers: "no", from: small + 1, to: null},
    {kind: "small", pointers: "yes", from: word, to: small},
    {kind: "large", pointers: "yes", from: small + 1, to: null},
  ];
}

const shareOf: Readonly<Record<Kind["kind"], string>> = {
  tiny: "a part of a 16-byte block, behind other tiny objects",
  small: "a block of its size class, in a span that holds many",
  large: "a span of its own, as many pages as it needs",
};

const end = 2 ** 20;
const decades = [1, 16, 256, 4096, 65536];
const at = (size: number) => (100 * Math.log2(size)) / Math.log2(end);

function draw(rt: Runtime): Element {
  const all = kinds(rt);
  const fill = {tiny: "padding", small: "used", large: "free"} as const;
  const strip = (pointers: Kind["pointers"], y: number) => [
    h("text", {x: 0, y: y - 5}, pointers === "yes" ? "with pointers" : "without pointers"),
    all
      .filter(k => k.pointers === pointers)
      .map(({kind, from, to}) =>
        box({x: at(from), y, width: at(to === null ? end : to + 1) - at(from), height: 28}, fill[kind], kind),
      ),
  ];
  const words = all.map(
    ({kind, pointers, from, to}) =>
      `${kind} ${pointers === "yes" ? "with" : "without"} pointers: ${to === null ? `from ${count(from)}` : `${count(from)} to ${count(to)}`} bytes`,
  );
  return h(
    "div",
    {class: "cell"},
    figure(
      "Which kind an object is depends on its size and on whether it has pointers. Each mark on the scale is 16 times the one before.",
      drawing(
        `A scale of sizes. ${words.join("; ")}.`,
        124,
        strip("no", 18),
        strip("yes", 72),
        decades.map(size => [
          h("line", {class: "axis", x1: `${at(size)}%`, x2: `${at(size)}%`, y1: 100, y2: 105}),
          h("text", {class: size === 1 ? "tick start" : "tick", x: `${at(size)}%`, y: 120}, bytes(size)),
        ]),
      ),
    ),
    table({
      caption: "The same in numbers.",
      head: ["kind", "pointers", "#from", "#to", "gets"],
      rows: all.map(({kind, pointers, from, to}) => [
        kind,
        pointers,
        count(from),
        to === null ? "–" : count(to),
        h("div", {class: "words"}, shareOf[kind]),
      ]),
    }),
  );
}

/** The kinds, printed at build time: there is nothing to set. */
export const fallback = () => toHtml(draw(boot()));
