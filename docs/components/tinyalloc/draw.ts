// Blocks of 16 bytes, drawn to scale.

import {box, drawing} from "../blocks.js";
import {plural} from "../format.js";
import {type Element, h} from "../markup.js";
import type {Block, Placed} from "./run.js";

/** Bytes in a block. */
export const blockSize = 16;

/** How an object is drawn: as it is, as unreachable, or as the one that came last. */
export type Look = "used" | "dead" | "last";

/** Draws a block: its objects with their numbers, the padding before them, and what is free behind. */
export function drawBlock(
  {objects}: Block,
  {name, look, offset}: {name: string; look: (p: Placed) => Look; offset: number | null},
): Element {
  const wide = (bytes: number) => (100 * bytes) / blockSize;
  const end = Math.max(...objects.map(p => p.offset + p.size));
  const words = objects.map(
    p =>
      `${p.padding > 0 ? `${plural(p.padding, "byte")} of padding, ` : ""}object ${p.n} of ${plural(p.size, "byte")} at ${p.offset}`,
  );
  const alt = `${name}: ${words.join(", ")}; ${plural(blockSize - end, "byte")} free.${offset === null ? "" : ` The mcache goes on at ${offset}.`}`;
  return h(
    "div",
    {class: offset === null ? "block16" : "block16 current"},
    h("p", {class: "small"}, name, offset !== null && [" · tinyoffset ", h("b", null, `${offset}`)]),
    drawing(
      alt,
      32,
      box({x: 0, y: 1, width: 100, height: 26}, "free", ""),
      ...Array.from({length: 15}, (_, i) =>
        h("line", {class: "axis faint", x1: `${wide(i + 1)}%`, x2: `${wide(i + 1)}%`, y1: 1, y2: 27}),
      ),
      ...objects.flatMap(p => [
        p.padding > 0 &&
          box({x: wide(p.offset - p.padding), y: 1, width: wide(p.padding), height: 26}, "padding", ""),
        box({x: wide(p.offset), y: 1, width: wide(p.size), height: 26}, look(p), `${p.n}`),
      ]),
      offset !== null &&
        h("rect", {class: "mark", x: `${Math.min(wide(offset), 99)}%`, y: 27, width: 3, height: 5}),
    ),
  );
}
