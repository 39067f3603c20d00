// The sums drawn to scale: all memory by counter, the heap by the state of its pages, and objects by their fate.

import {box, drawing, figure} from "../blocks.js";
import {type Element, h, type Markup, toDom, toHtml} from "../markup.js";
import {openingReadings, type Readings} from "./panel.js";
import {exact, integer, type Reading, size} from "./reading.js";

/** A part of a bar. `kind` is its look. */
export interface Part {
  readonly label: string;
  readonly amount: bigint;
  readonly kind: "used" | "free" | "padding";
}

/** A bar: a whole and its parts. */
export interface Bar {
  readonly title: string;
  readonly unit: "bytes" | "count";
  readonly parts: readonly Part[];
}

/** A bar, or the names of the fields without which it cannot be drawn. */
export type MaybeBar = Bar | {readonly title: string; readonly missing: readonly string[]};

/** The bars. A part that would be below zero, in a reading that contradicts itself, is left out. */
export function barsOf(reading: Reading): MaybeBar[] {
  const bar = (
    title: string,
    unit: Bar["unit"],
    names: readonly string[],
    parts: (...values: bigint[]) => Part[],
  ): MaybeBar => {
    const values = names.map(name => integer(reading, name));
    const missing = names.filter((_, i) => values[i] === null);
    if (missing.length > 0) return {title, missing};
    return {title, unit, parts: parts(...(values as bigint[])).filter(p => p.amount > 0n)};
  };
  const part = (label: string, amount: bigint, kind: Part["kind"]): Part => ({label, amount, kind});
  const others = ["StackSys", "GCSys", "OtherSys", "MSpanSys", "MCacheSys", "BuckHashSys"];
  const kinds = ["used", "free", "padding", "used", "free", "padding"] as const;
  return [
    bar("Sys", "bytes", ["HeapSys", ...others], (heap, ...rest) => [
      part("HeapSys", heap!, "used"),
      part(
        "all others",
        rest.reduce((a, b) => a + b, 0n),
        "padding",
      ),
    ]),
    bar("HeapSys", "bytes", ["HeapInuse", "HeapIdle", "HeapReleased"], (inuse, idle, released) => [
      part("HeapInuse", inuse!, "used"),
      part("kept idle", idle! - released!, "free"),
      part("HeapReleased", released!, "padding"),
    ]),
    bar("HeapInuse", "bytes", ["HeapInuse", "HeapAlloc"], (inuse, alloc) => [
      part("HeapAlloc", alloc!, "used"),
      part("free blocks", inuse! - alloc!, "free"),
    ]),
    bar("All others in Sys", "bytes", others, (...rest) =>
      rest.map((amount, i) => part(others[i]!, amount, kinds[i]!)),
    ),
    bar("Mallocs", "count", ["HeapObjects", "Frees"], (objects, frees) => [
      part("HeapObjects", objects!, "used"),
      part("Frees", frees!, "padding"),
    ]),
  ];
}

const barHeight = 28;
const rowHeight = 74;

const amountOf = (unit: Bar["unit"], n: bigint) => (unit === "bytes" ? size(n) : exact(n));

/** The widths of parts in percent; a whole of 0 has no widths. */
export function widths(parts: readonly Part[]): number[] {
  const whole = parts.reduce((sum, p) => sum + p.amount, 0n);
  return parts.map(({amount}) => (whole === 0n ? 0 : Number((amount * 1_000_000n) / whole) / 10_000));
}

/** What fits into a part, in letters of about 7 pixels, on a phone whose drawings are 330 wide. */
function labelOf({label, amount}: Part, unit: Bar["unit"], width: number): string {
  const room = (width * 3.3 - 10) / 7;
  const whole = `${label} ${amountOf(unit, amount)}`;
  return whole.length <= room ? whole : label.length <= room ? label : "";
}

function drawBar({title, unit, parts}: Bar, y: number, below: Bar | undefined): Markup {
  const whole = parts.reduce((sum, p) => sum + p.amount, 0n);
  const all = widths(parts);
  let x = 0;
  return [
    h("text", {x: 0, y: y + 14}, `${title}: ${amountOf(unit, whole)}`),
    parts.length === 0 && box({x: 0, y: y + 20, width: 100, height: barHeight}, "free", "nothing"),
    parts.map((part, i) => {
      const width = all[i]!;
      const [from, to] = [x, x + width];
      x = to;
      const [y1, y2] = [y + 20 + barHeight, y + rowHeight + 20];
      return [
        box({x: from, y: y + 20, width, height: barHeight}, part.kind, labelOf(part, unit, width)),
        below?.title === part.label && [
          h("line", {class: "lens", x1: `${from}%`, x2: 0, y1, y2}),
          h("line", {class: "lens", x1: `${to}%`, x2: "100%", y1, y2}),
        ],
      ];
    }),
  ];
}

const isBar = (bar: MaybeBar): bar is Bar => "parts" in bar;

/** The bars in words. */
function alternative(bars: readonly MaybeBar[]): string {
  return bars
    .map(bar =>
      isBar(bar)
        ? `${bar.title}: ${bar.parts.map(p => `${p.label} ${amountOf(bar.unit, p.amount)}`).join(", ") || "nothing"}`
        : `${bar.title} cannot be drawn without ${bar.missing.join(", ")}`,
    )
    .join("; ")
    .concat(".");
}

/** Draws the bars, each to a scale of its own. */
export function drawSums(reading: Reading): Element {
  const bars = barsOf(reading);
  const drawn = bars.filter(isBar);
  return figure(
    [
      h("b", null, "The sums, to scale."),
      " The second bar is the first part of the first, enlarged; the third is the first part of the second.",
    ],
    drawn.length > 0 &&
      drawing(
        alternative(bars),
        drawn.length * rowHeight - 16,
        drawn.map((bar, i) => drawBar(bar, i * rowHeight, drawn[i + 1])),
      ),
    drawn.map(drawSmall),
    bars.map(
      bar =>
        !isBar(bar) &&
        h(
          "p",
          {class: "small muted"},
          `${bar.title} is not drawn: the reading has no ${bar.missing.join(", ")}.`,
        ),
    ),
  );
}

/** The parts of a bar as text, if one of them is too narrow for its label. */
function drawSmall({title, unit, parts}: Bar): Markup {
  const all = widths(parts);
  if (parts.every((part, i) => labelOf(part, unit, all[i]!).length > part.label.length)) return null;
  return h(
    "p",
    {class: "small muted"},
    `${title}: `,
    parts.map((p, i) => [i > 0 && ", ", `${p.label} ${amountOf(unit, p.amount)}`]),
    ".",
  );
}

/** The bars, for a cell. */
export const sums = ({now}: Readings) => toDom(h("div", {class: "cell"}, drawSums(now)));

/** The same in print. */
export const fallback = () => toHtml(h("div", {class: "cell"}, drawSums(openingReadings().now)));
