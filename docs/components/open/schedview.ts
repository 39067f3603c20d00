// The scheduler at each moment of a log, and what the goroutines wait for.

import type {Moment} from "../../src/capture/reader/schedtrace.js";
import {table} from "../blocks.js";
import {count, plural} from "../format.js";
import {type Element, h, type Markup} from "../markup.js";

/** Goroutines that wait to run, and Ps without work, at each moment. */
export function drawSched(moments: readonly Moment[]): Element {
  const number = (v: unknown) => (typeof v === "number" ? v : 0);
  const waiting = (m: Moment) => {
    const own = m.details.filter(d => d.kind === "P").reduce((sum, d) => sum + number(d.fields.runqsize), 0);
    return number(m.fields.runqueue) + own + m.queues.reduce((a, b) => a + b, 0);
  };
  const rows = moments.slice(0, 1000);
  const names = [...new Set(rows.flatMap(m => Object.keys(m.fields)))].slice(0, 20);
  const busiest = moments.reduce((a, b) => (waiting(b) > waiting(a) ? b : a));
  return h(
    "div",
    null,
    h(
      "p",
      {class: "small"},
      `${plural(moments.length, "moment")} of the scheduler. At most ${plural(waiting(busiest), "goroutine")} waited for a P, at ${count(busiest.at)} ms.`,
    ),
    table({
      caption: `The scheduler at each moment${rows.length < moments.length ? `; the first ${count(rows.length)} of ${count(moments.length)}` : ""}.`,
      head: ["#at", "#waiting", ...names.map(n => `#${n}`), "queues of the Ps"],
      rows: rows.map(m => [
        `${count(m.at)} ms`,
        count(waiting(m)),
        ...names.map(n => String(m.fields[n] ?? "–")),
        m.queues.length > 0
          ? m.queues.join(" ")
          : m.details
              .filter(d => d.kind === "P")
              .map(d => d.fields.runqsize)
              .join(" "),
      ]),
    }),
    drawGoroutines(moments),
  );
}

/** Why goroutines wait, at the last moment that says it. */
function drawGoroutines(moments: readonly Moment[]): Markup {
  const last = [...moments].reverse().find(m => m.details.some(d => d.kind === "G"));
  if (last === undefined) return null;
  const reasons = new Map<string, number>();
  for (const d of last.details) {
    if (d.kind !== "G") continue;
    const reason = String(d.fields.reason ?? "") || `status ${d.fields.status}`;
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  const sorted = [...reasons].sort((a, b) => b[1] - a[1]).slice(0, 30);
  return table({
    caption: `What the goroutines were doing at ${count(last.at)} ms. A goroutine that runs again shows what it last waited for.`,
    head: ["reason to wait", "#goroutines"],
    rows: sorted.map(([reason, n]) => [reason, count(n)]),
  });
}
