// The table of recordings: how much of each real process the model has, and the lists behind the numbers.

import type {Comparison} from "../../src/capture/index.js";
import {button, figure, note, table} from "../blocks.js";
import {count, plural} from "../format.js";
import {type Element, h, live, type Markup} from "../markup.js";
import type {Counts, Part, Summary} from "./compared.js";
import {nameOf, type Started} from "./start.js";
import type {Values} from "./values.js";

/** A row: a recording at one moment, or its structs. */
export interface Row {
  readonly summary: Summary;
  readonly part: Part;
  readonly counts: Counts;
}

/** The rows of the table. */
export function rows(summaries: readonly Summary[]): Row[] {
  return summaries.flatMap(summary => [
    ...moments.flatMap(part => {
      const counts = summary.phases[part];
      return counts === undefined ? [] : [{summary, part, counts}];
    }),
    {summary, part: "types" as const, counts: summary.types},
  ]);
}

const moments = ["mallocinit", "procresize"] as const;

/** What is compared, in words. */
export const names = {
  mallocinit: "state after mallocinit",
  procresize: "state after procresize",
  types: "layout of structs",
} as const satisfies Record<Part, string>;

/** Where a recording can be read: its address in the site. */
type Addresses = (file: string) => string;

interface State {
  readonly chosen: string | null;
  /** What a comparison in this browser came to, by row. */
  readonly fresh: Readonly<Record<string, Comparison>>;
  readonly fault: string | null;
}

const keyOf = (row: Row) => `${row.summary.file} ${row.part}`;

/** Draws the table. */
export function drawTable(
  all: readonly Row[],
  addresses: Addresses,
  {action, open}: {action: (row: Row) => Markup; open: boolean},
): Element {
  return table({
    caption: `The recordings of ${all[0]!.summary.release}, and what came of comparing the model with each.`,
    head: ["recording", "compared", "#equal", "#differing", "#ignored", "#not modelled"],
    rows: all.map(row =>
      [
        row.part === moments[0] &&
          h(
            "th",
            {scope: "rowgroup", rowspan: all.filter(({summary}) => summary === row.summary).length},
            drawName(row.summary, addresses, open),
          ),
        action(row),
        count(row.counts.equal),
        row.counts.differing === 0 ? "0" : h("b", {class: "differs"}, count(row.counts.differing)),
        count(row.counts.ignored),
        count(row.counts.unmodelled),
      ].filter(cell => cell !== false),
    ),
  });
}

/** The lengths of the four lists. */
export function countsOf({equal, differing, ignored, unmodelled}: Comparison): Counts {
  return {
    equal: equal.length,
    differing: differing.length,
    ignored: ignored.length,
    unmodelled: unmodelled.length,
  };
}

/** The sum of two counts. */
export function add(a: Counts, b: Counts): Counts {
  return {
    equal: a.equal + b.equal,
    differing: a.differing + b.differing,
    ignored: a.ignored + b.ignored,
    unmodelled: a.unmodelled + b.unmodelled,
  };
}

/** Everything that was compared when mallocinit had returned, over all recordings. */
export function total(all: readonly Summary[]): Counts {
  return all.map(s => s.phases.mallocinit).reduce(add, {equal: 0, differing: 0, ignored: 0, unmodelled: 0});
}

/** The numbers in the text that come from the recordings of a release. */
export function recordedValues(summaries: readonly Summary[]): Values {
  const fields = total(summaries);
  const types = summaries.map(s => s.types).reduce(add);
  return {
    recordings: count(summaries.length),
    equal: count(fields.equal),
    differing: fields.differing === 0 ? "none" : count(fields.differing),
    ignored: count(fields.ignored),
    unmodelled: count(fields.unmodelled),
    typesEqual: count(types.equal),
    typesDiffering: types.differing === 0 ? "none" : count(types.differing),
    typesUnmodelled: count(types.unmodelled),
  };
}

/** Which process a recording is of, and where to find it. */
function drawName(
  {file, platform, version, page, procs, runner}: Summary,
  addresses: Addresses,
  open: boolean,
): Markup {
  const href = addresses(file);
  return [
    platform,
    h(
      "div",
      {class: "small muted"},
      `${version}, pages of ${count(page)}, GOMAXPROCS=${procs}`,
      h("br", null),
      runner === "native" ? "native" : runner.split(" ")[0]!,
      h("br", null),
      open && [h("a", {href, "aria-label": `open ${file}`}, "open"), " · "],
      h("a", {href, download: file, "aria-label": `download ${file}`}, "download"),
    ),
  ];
}

function drawLists(comparison: Comparison): Markup {
  const {equal, differing, ignored, unmodelled} = comparison;
  const paths = (list: readonly Markup[]) =>
    h("ul", {class: "paths"}, ...list.map(item => h("li", null, item)));
  const reasons = (list: readonly {path: string; why: string}[]) =>
    paths(list.map(({path, why}) => [h("code", null, path), ` ${why}`]));
  const value = (v: unknown) => h("code", null, v === undefined ? "nothing" : JSON.stringify(v));
  return [
    differing.length > 0 &&
      h(
        "details",
        {open: true},
        h("summary", null, `${count(differing.length)} differing`),
        paths(
          differing.map(d => [
            h("code", null, d.path),
            " the model has ",
            value(d.simulated),
            ", the process ",
            value(d.captured),
          ]),
        ),
      ),
    h("details", {open: true}, h("summary", null, `${count(ignored.length)} ignored`), reasons(ignored)),
    h(
      "details",
      {open: true},
      h("summary", null, `${count(unmodelled.length)} not modelled`),
      reasons(unmodelled),
    ),
    h(
      "details",
      null,
      h("summary", null, `${count(equal.length)} equal`),
      paths(equal.map(path => h("code", null, path))),
    ),
  ];
}

/** Whether the platform of a start was recorded, in a sentence if it was not. */
export function notCompared(started: Started, summaries: readonly Summary[]): string | null {
  const {release, goos, goarch} = started.options;
  const own = summaries.some(s => s.release === release && s.platform === `${goos}/${goarch}`);
  return own
    ? null
    : `There is no recording of ${nameOf(started)}: what the cells show of it follows Go’s source, and is not compared`;
}

/** The table, with a button in each row that compares again in the reader's browser. */
export function recordings(
  started: Started,
  summaries: readonly Summary[],
  addresses: Addresses,
): HTMLElement {
  const all = rows(summaries.filter(s => s.release === started.options.release));
  const missing = notCompared(started, summaries);
  return live<State>({chosen: null, fresh: {}, fault: null}, (state, set) => {
    const again = async (row: Row) => {
      try {
        const response = await fetch(addresses(row.summary.file));
        if (!response.ok) throw new Error(`the server answers ${response.status}`);
        // Comparing takes a part of the program that the rest of the page does without.
        const {compareNow} = await import("./compared.js");
        const comparison = compareNow(await response.text(), row.part);
        set({chosen: keyOf(row), fresh: {...state.fresh, [keyOf(row)]: comparison}, fault: null});
      } catch (error) {
        set({...state, fault: `${row.summary.file} could not be compared: ${(error as Error).message}`});
      }
    };
    const chosen = all.find(row => keyOf(row) === state.chosen);
    const comparison = chosen && state.fresh[keyOf(chosen)];
    return h(
      "div",
      {class: "cell"},
      missing !== null && note(missing, "."),
      drawTable(
        all.map(row => {
          const fresh = state.fresh[keyOf(row)];
          return fresh ? {...row, counts: countsOf(fresh)} : row;
        }),
        addresses,
        {
          open: true,
          action: row =>
            button(names[row.part], () => void again(row), {
              class: "link",
              "aria-label": `compare ${row.summary.file}, ${names[row.part]}`,
              "aria-pressed": `${keyOf(row) === state.chosen}`,
            }),
        },
      ),
      h(
        "div",
        {role: "status"},
        state.fault !== null && note(state.fault, "."),
        chosen !== undefined &&
          comparison !== undefined &&
          figure(
            [
              h("b", null, chosen.summary.file),
              `, ${names[chosen.part]}: compared in your browser just now, ${plural(comparison.equal.length, "field")} equal.`,
            ],
            drawLists(comparison),
          ),
      ),
    );
  });
}
