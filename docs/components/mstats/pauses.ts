// PauseNs and PauseEnd: two rings of 256, put in order.

import {box, drawing, figure, note} from "../blocks.js";
import {plural} from "../format.js";
import {type Element, h, type Markup} from "../markup.js";
import {duration, exact, integer, moment, type Reading} from "./reading.js";

/** A pause. */
export interface Pause {
  /** The collection that it belongs to, from 1. */
  readonly gc: bigint;
  readonly ns: bigint;
  /** When it ended, in nanoseconds since 1970; null if the reading does not say. */
  readonly end: bigint | null;
}

/** The pauses that the ring still has, in order; null if the reading does not have what it takes. */
export function pausesOf(reading: Reading): Pause[] | null {
  const {pauseNs, pauseEnd} = reading;
  const numGC = integer(reading, "NumGC");
  if (pauseNs === null || numGC === null || pauseNs.length === 0) return null;
  const length = BigInt(pauseNs.length);
  const kept = numGC < length ? numGC : length;
  return Array.from({length: Number(kept)}, (_, i) => {
    const gc = numGC - kept + BigInt(i) + 1n;
    const at = Number((gc - 1n) % length);
    return {gc, ns: pauseNs[at]!, end: pauseEnd?.[at] ?? null};
  });
}

/** The most bars that are drawn. */
const most = 256;
const height = 90;

/** Draws the pauses, or says why there are none. */
export function drawPauses(reading: Reading): Element | Markup {
  const pauses = pausesOf(reading)?.slice(-most);
  if (pauses === undefined) return note("Pauses cannot be shown without NumGC and PauseNs.");
  if (pauses.length === 0) return note("There was no collection yet, so there are no pauses.");
  const longest = pauses.reduce((a, b) => (b.ns > a.ns ? b : a));
  const last = pauses.at(-1)!;
  const width = 100 / pauses.length;
  const ends = last.end === null || last.end === 0n ? null : moment(last.end);
  const words = `The longest of the ${plural(pauses.length, "pause")} is ${duration(longest.ns)}, in collection ${exact(longest.gc)}; the latest is ${duration(last.ns)}${ends === null ? "" : `, over at ${ends}`}`;
  return figure(
    `Pauses from collection ${exact(pauses[0]!.gc)} to ${exact(last.gc)}, in order. ${words}.`,
    drawing(
      `${words}.`,
      height + 22,
      pauses.map(({ns}, i) => {
        const tall = longest.ns === 0n ? 0 : Number((ns * 1000n) / longest.ns) / 1000;
        const y = height * (1 - tall);
        return box({x: i * width, y, width: width * 0.86, height: Math.max(0.5, height - y)}, "used", "");
      }),
      h("line", {class: "axis", x1: 0, x2: "100%", y1: height, y2: height}),
      h("text", {class: "tick start", x: 0, y: height + 16}, `collection ${exact(pauses[0]!.gc)}`),
      pauses.length > 1 && h("text", {class: "tick end", x: "100%", y: height + 16}, exact(last.gc)),
      h("text", {class: "tick start", x: 0, y: 12}, duration(longest.ns)),
    ),
  );
}
