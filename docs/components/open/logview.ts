// A log that is open: what is in it, and what in it could not be read.

import type {Log} from "../../src/capture/reader/logs.js";
import {note, table} from "../blocks.js";
import {count, plural} from "../format.js";
import {type Element, h, toDom} from "../markup.js";
import {cycleTable, cycleWords, drawHeap, drawStops} from "./gcview.js";
import {section} from "./parts.js";
import {drawSched} from "./schedview.js";
import type {Session} from "./session.js";
import {drawMemStats} from "./statistics.js";

/** A log with all that is in it. */
export function logView({name, log}: {readonly name: string; readonly log: Log}): HTMLElement {
  const {cycles, scavenges, scvgs, pacing, moments, bad, badLines, lines, others} = log;
  const node = toDom(
    h(
      "div",
      {class: "cell"},
      h(
        "p",
        {class: "small"},
        h("b", null, name),
        `: ${plural(lines, "line")}`,
        [
          cycles.length > 0 && plural(cycles.length, "cycle of the collector", "cycles of the collector"),
          moments.length > 0 && plural(moments.length, "moment of the scheduler", "moments of the scheduler"),
          scavenges.length + scvgs.length > 0 &&
            plural(scavenges.length + scvgs.length, "line of the scavenger", "lines of the scavenger"),
          pacing.length > 0 && plural(pacing.length, "line of the pacer", "lines of the pacer"),
          others > 0 && plural(others, "line of something else", "lines of something else"),
        ].map(text => text !== false && `, ${text}`),
        ".",
      ),
      badLines > 0 && [
        note(`${plural(badLines, "line looks", "lines look")} like the runtime’s and cannot be read.`),
        h(
          "ul",
          {class: "list"},
          ...bad.map(b =>
            h("li", null, `line ${count(b.line)}: ${b.why}: `, h("code", null, b.text.slice(0, 80))),
          ),
        ),
      ],
      cycles.length > 0 && [cycleWords(cycles), drawHeap(cycles), drawStops(cycles)],
      moments.length > 0 && drawSched(moments),
      scavenges.length > 0 && drawScavenges(log),
      scvgs.length > 0 && drawScvgs(log),
    ),
  );
  if (cycles.length > 0) node.append(cycleTable(cycles));
  return node;
}

function drawScavenges({scavenges}: Log): Element {
  const last = scavenges.at(-1)!;
  const work = scavenges.reduce((sum, s) => sum + s.work + (s.eager ?? 0), 0);
  return h(
    "p",
    {class: "small"},
    `The scavenger returned ${count(work)} KiB; at the end ${count(last.released)} KiB were with the system, and ${last.utilization}% of what was kept was in use. More in `,
    section("largealloc#giving-pages-back"),
    ".",
  );
}

/** Logs and a MemStats that are open, for a cell. */
export function logs(session: Session): HTMLElement {
  const node = toDom(h("div", null));
  if (session.log !== null) node.append(logView(session.log));
  if (session.memstats !== null) node.append(toDom(drawMemStats(session.memstats)));
  if (session.log === null && session.memstats === null) {
    node.append(toDom(h("p", {class: "small muted"}, "No log and no MemStats are open.")));
  }
  return node;
}

function drawScvgs({scvgs}: Log): Element {
  return table({
    caption: `The scavenger of go1.12 and earlier, in MB${scvgs.length > 100 ? `; the last 100 of ${count(scvgs.length)} lines` : ""}.`,
    head: ["line", "#in use", "#idle", "#sys", "#released", "#consumed"],
    rows: scvgs
      .slice(-100)
      .map(s => [
        count(s.line),
        count(s.inuse),
        count(s.idle),
        count(s.sys),
        count(s.released),
        count(s.consumed),
      ]),
  });
}
