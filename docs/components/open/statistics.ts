// The statistics of a recorded process: what ReadMemStats would have said, and whether spans and counters agree.

import {agrees, type Check, checksOf} from "../../src/capture/reader/checks.js";
import {memStatsOf} from "../../src/capture/reader/memstats.js";
import {table} from "../blocks.js";
import {count, plural} from "../format.js";
import {type Element, h, toDom} from "../markup.js";
import {drawBySize} from "../mstats/bysize.js";
import {drawFields} from "../mstats/fieldtables.js";
import {drawChecks} from "../mstats/identities.js";
import {readPasted} from "../mstats/pasted.js";
import {drawPauses} from "../mstats/pauses.js";
import type {Reading, Scalar} from "../mstats/reading.js";
import {drawSums} from "../mstats/sums.js";
import type {Session, Side} from "./session.js";
import {withHeap} from "./summary.js";

/** What ReadMemStats would have said, in the form of section 7.8. */
export function readingOf({heap, sums}: Side): Reading {
  const scalars = new Map<string, Scalar>();
  for (const [name, value] of Object.entries(memStatsOf(heap, sums))) {
    if (typeof value === "boolean" || name === "GCCPUFraction") scalars.set(name, value);
    // A counter that a broken recording has below zero or beyond any is left out.
    else if (Number.isInteger(value) && value >= 0) scalars.set(name, BigInt(value));
  }
  return {scalars, pauseNs: null, pauseEnd: null, bySize: null};
}

/** The comparison of what was added up here with what the runtime has counted. */
export function drawAgreement(checks: readonly Check[]): Element {
  const wrong = checks.filter(c => !agrees(c)).length;
  return table({
    caption: `Added up from the spans and free pages, beside the counters of the runtime: ${plural(checks.length - wrong, "sum agrees", "sums agree")}${wrong > 0 ? `, ${plural(wrong, "does", "do")} not` : ""}.`,
    head: ["what", "counter", "#added up", "#counted", "verdict"],
    rows: checks.map(c => [
      c.name,
      h("code", null, c.counter),
      count(c.added),
      count(c.counted),
      agrees(c)
        ? h("span", {class: "verdict"}, "✓ the same")
        : h("b", {class: "differs"}, `✗ ${count(c.added - c.counted)}`),
    ]),
  });
}

/** The statistics as markup. */
export function drawStatistics(now: Side, before: Side | null): Element {
  const reading = readingOf(now);
  return h(
    "div",
    {class: "cell"},
    drawSums(reading),
    drawFields(before && readingOf(before), reading, "program"),
    drawChecks(reading),
    drawAgreement(checksOf(now.heap, now.sums)),
  );
}

/** The statistics, for a cell. */
export const statistics = (session: Session) =>
  withHeap(session, (now, before) => toDom(drawStatistics(now, before)));

/** A MemStats that is open, with the views of section 7.8. */
export function drawMemStats({name, text}: {readonly name: string; readonly text: string}): Element {
  const {now, before, faults, readings} = readPasted(text);
  return h(
    "div",
    {class: "cell"},
    h(
      "p",
      {class: "small"},
      h("b", null, name),
      now === null
        ? " cannot be read as a MemStats."
        : `: ${plural(readings, "reading")}${before === null ? "" : "; the last is shown, with what changed since the one before"}.`,
    ),
    faults.length > 0 &&
      h(
        "ul",
        {class: "list"},
        ...faults.map(f =>
          h(
            "li",
            null,
            `line ${f.line}, column ${f.column} ${f.path.slice(0, 100)}: found ${f.found}, expected ${f.expected}`,
          ),
        ),
      ),
    now !== null && [
      drawSums(now),
      drawChecks(now),
      now.pauseNs !== null && drawPauses(now),
      drawFields(before, now, "program"),
      now.bySize !== null && drawBySize({before, now}, null, false),
    ],
  );
}
