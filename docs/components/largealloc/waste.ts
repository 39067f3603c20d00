// What rounding up costs: small sizes go up to a size class, large ones to whole pages.

import {boot, type Runtime} from "../../src/runtime/index.js";
import {param, setParams} from "../address.js";
import {button, controls, drawing, figure, note, pct, textField} from "../blocks.js";
import {bytes, count, percent, plural} from "../format.js";
import {type Element, h, live, toHtml} from "../markup.js";
import {largestSmall, size} from "./sizes.js";

/** What a size becomes. */
export interface Rounded {
  readonly size: number;
  /** Bytes that the object takes. */
  readonly takes: number;
  readonly unused: number;
  /** Pages of its own; 0 for a small object, which shares a span. */
  readonly pages: number;
}

/** Rounds a size up as the allocator does. */
export function roundedSize(rt: Runtime, size: number): Rounded {
  const {_PageSize} = rt.constants;
  const {class_to_size} = rt.sizeclasses;
  if (size <= largestSmall) {
    const takes = class_to_size.find(c => c >= size)!;
    return {size, takes, unused: takes - size, pages: 0};
  }
  const pages = Math.ceil(size / _PageSize);
  return {size, takes: pages * _PageSize, unused: pages * _PageSize - size, pages};
}

/** A tooth of the curve: sizes above `from`, up to `to`, all take `to` bytes. */
export interface Tooth {
  readonly from: number;
  readonly to: number;
}

/** The teeth between two sizes: by size class as far as there are classes, then by page; or by page throughout. */
export function teeth(rt: Runtime, least: number, most: number, byPage: boolean): Tooth[] {
  const {_PageSize} = rt.constants;
  const ends = byPage ? [] : [...rt.sizeclasses.class_to_size].filter(c => c > least);
  for (let end = _PageSize; end <= most; end += _PageSize) if (byPage || end > largestSmall) ends.push(end);
  return ends
    .filter(end => end > least && end <= most)
    .map((to, i, all) => ({from: all[i - 1] ?? least, to}));
}

const least = 8192;
const most = 2 ** 18;
const height = 170;
const top = 0.5;

const x = (n: number) => Math.log2(n / least) / Math.log2(most / least);
const y = (share: number) => height * (1 - share / top);

function curve(list: readonly Tooth[], kind: string): Element {
  const points = list.flatMap(({from, to}) => [
    [from, (to - from - 1) / to],
    [to, 0],
  ]);
  return h("polyline", {
    class: kind,
    points: points.map(([n, share]) => `${(1000 * x(n!)).toFixed(2)},${y(share!).toFixed(2)}`).join(" "),
  });
}

function drawCurve(rt: Runtime, {size: n, takes, unused}: Rounded): Element {
  const worst = roundedSize(rt, largestSmall + 1);
  const alt = `Unused part of what an object takes, for sizes from ${bytes(least)} to ${bytes(most)}. Up to ${bytes(largestSmall)} size classes keep it low; at ${count(worst.size)} bytes it jumps to ${percent(worst.unused, worst.takes)} and its peaks then fall with every page. By whole pages throughout, the first peak would be nearly 50%.`;
  const marks = [8, 16, 32, 64, 128, 256].map(k => k * 1024);
  return drawing(
    alt,
    height + 26,
    [0, 0.1, 0.2, 0.3, 0.4, 0.5].map(share => [
      h("line", {class: "grid", x1: 0, x2: "100%", y1: y(share), y2: y(share)}),
      share > 0 &&
        share < top &&
        h("text", {class: "tick end", x: "100%", y: y(share) - 3}, `${100 * share}%`),
    ]),
    h(
      "svg",
      {width: "100%", height, viewBox: `0 0 1000 ${height}`, preserveAspectRatio: "none"},
      curve(teeth(rt, least, 4 * least, true), "tooth pages"),
      curve(teeth(rt, least, most, false), "tooth"),
    ),
    h("line", {class: "hint", x1: pct(x(largestSmall), 1), x2: pct(x(largestSmall), 1), y1: 0, y2: height}),
    n >= least && n <= most && h("circle", {class: "mark", cx: pct(x(n), 1), cy: y(unused / takes), r: 5}),
    marks.map((n, i) =>
      h(
        "text",
        {
          class: i === 0 ? "tick start" : i === marks.length - 1 ? "tick end" : "tick",
          x: pct(x(n), 1),
          y: height + 18,
        },
        bytes(n),
      ),
    ),
  );
}

function draw(text: string, set: ((text: string) => void) | null): Element {
  const rt = boot();
  const read = size(text);
  const fault =
    "fault" in read
      ? read.fault
      : read.value === 0
        ? `“${text}” is nothing: objects of size 0 take no memory`
        : null;
  const rounded =
    fault === null && "value" in read ? roundedSize(rt, read.value) : roundedSize(rt, largestSmall + 1);
  const {size: n, takes, unused, pages} = rounded;
  return h(
    "div",
    {class: "cell"},
    set !== null &&
      controls(
        "A size",
        textField("size", text, set, {class: "size"}),
        ["32768", "32769", "40960", "100000", "1 MiB + 1"].map(s =>
          button(s, () => set(s === "1 MiB + 1" ? "1048577" : s)),
        ),
      ),
    fault !== null && note(fault, "."),
    figure(
      "The part of an object’s memory that is not used, by the size that is asked for. The scale of sizes is logarithmic; the upright line is where large objects begin; dashed: if whole pages were used below it, too.",
      drawCurve(rt, rounded),
      h(
        "p",
        {class: "small", role: "status"},
        pages > 0
          ? `${plural(n, "byte")} take ${plural(pages, "page")}, ${plural(takes, "byte")}: `
          : `${plural(n, "byte")} take an object of ${plural(takes, "byte")} in a span of small objects: `,
        `${count(unused)} or ${percent(unused, takes)} of it ${unused === 1 ? "is" : "are"} unused.`,
      ),
    ),
  );
}

/** What rounding costs, for a size that the reader chooses. */
export function waste(): HTMLElement {
  const first = `${largestSmall + 1}`;
  return live(param("waste") ?? first, (text, set) =>
    draw(text, next => {
      setParams({waste: next === first ? null : next});
      set(next);
    }),
  );
}

/** The same in print. */
export const fallback = () => toHtml(draw(`${largestSmall + 1}`, null));
