// BySize: objects and bytes in each size class, and what the 61 rows leave out.

import {box, controls, drawing, note, table, tick} from "../blocks.js";
import {plural} from "../format.js";
import {type Element, h, live, type Markup, toHtml} from "../markup.js";
import {openingReadings, type Readings} from "./panel.js";
import type {Rest} from "./play.js";
import {exact, integer, type Reading, signed, size} from "./reading.js";

/** A row of the table. Sizes are in bytes. */
export interface Row {
  readonly size: bigint;
  readonly mallocs: bigint;
  readonly frees: bigint;
  readonly live: bigint;
  readonly bytes: bigint;
  /** Mallocs since the reading before; null without one. */
  readonly more: bigint | null;
}

/** The most rows that are drawn: Go has 61. */
const most = 100;

/** The rows, of all sizes or of those that had an object. */
export function rowsOf(before: Reading | null, {bySize}: Reading, all: boolean): Row[] {
  return (bySize ?? []).slice(0, most).flatMap(({size, mallocs, frees}, i) => {
    if (!all && mallocs === 0n && frees === 0n) return [];
    const old = before?.bySize?.[i];
    const more = old?.size === size ? mallocs - old.mallocs : null;
    return [{size, mallocs, frees, live: mallocs - frees, bytes: size * (mallocs - frees), more}];
  });
}

/** Objects that Mallocs counts and no row does; null if the reading does not say. */
export function leftOut(reading: Reading): bigint | null {
  const mallocs = integer(reading, "Mallocs");
  if (mallocs === null || reading.bySize === null) return null;
  return reading.bySize.reduce((left, row) => left - row.mallocs, mallocs);
}

function drawBar(bytes: bigint, largest: bigint): Markup {
  const width = largest === 0n ? 0 : Number((bytes * 1000n) / largest) / 10;
  return h(
    "div",
    {class: "chunk"},
    drawing(
      `${size(bytes)} in live objects`,
      14,
      box({x: 0, y: 0, width: Math.max(0, width), height: 14}, "used", ""),
    ),
  );
}

function drawRest(reading: Reading, rest: Rest | null): Markup {
  const left = leftOut(reading);
  if (left === null) return null;
  const parts =
    rest === null
      ? "large objects, tiny ones that joined a block, and those of larger classes"
      : `${plural(rest.tiny, "tiny object")} that joined a block, ${plural(rest.large, "large one")}, and ${rest.above} of larger classes`;
  return h(
    "p",
    {class: "small"},
    `Of ${exact(integer(reading, "Mallocs")!)} Mallocs, ${exact(left)} are in no row: ${parts}.`,
  );
}

/** Draws the table. */
export function drawBySize(
  {before, now}: {readonly before: Reading | null; readonly now: Reading},
  rest: Rest | null,
  all: boolean,
): Markup {
  if (now.bySize === null) return note("The reading has no BySize.");
  const rows = rowsOf(before, now, all);
  const largest = rows.reduce((max, row) => (row.bytes > max ? row.bytes : max), 0n);
  const changes = rows.some(row => row.more !== null);
  return [
    table({
      caption: `BySize: ${rows.length} of ${plural(now.bySize.length, "row")}. Bytes are those of live objects, drawn to one scale.`,
      head: ["Size", "#Mallocs", ...(changes ? ["#change"] : []), "#Frees", "#live", "#bytes", "to scale"],
      rows: rows.map(row => [
        exact(row.size),
        exact(row.mallocs),
        ...(changes ? [row.more === null ? "" : row.more === 0n ? "" : h("b", null, signed(row.more))] : []),
        exact(row.frees),
        exact(row.live),
        exact(row.bytes),
        drawBar(row.bytes, largest),
      ]),
    }),
    now.bySize.length > most && note(`Only the first ${most} rows are shown: Go has 61.`),
    drawRest(now, rest),
  ];
}

/** The table with a box to show all rows, for a cell. */
export function bySize(readings: Readings): HTMLElement {
  return live(false, (all, set) => drawCell(readings, all, set));
}

function drawCell(readings: Readings, all: boolean, set: ((all: boolean) => void) | null): Element {
  return h(
    "div",
    {class: "cell"},
    set !== null && controls("Rows", tick("also classes without an object", all, set)),
    drawBySize(readings, readings.rest, all),
  );
}

/** The same in print. */
export const fallback = () => toHtml(drawCell(openingReadings(), false, null));
