// The table of recorded scripts: how many fields of MemStats came out the same, and a button to replay each.

import {button, note, table} from "../blocks.js";
import {count} from "../format.js";
import {type Element, h, live, type Markup} from "../markup.js";
import type {Counts, Result} from "./compared.js";

/** What a script allocates. */
const about: Readonly<Record<string, string>> = {
  "classes-noscan": "three objects of each class, no pointers",
  "classes-scan": "three objects of each class, with pointers",
  rounding: "sizes next to the limits of classes",
  tiny: "sizes from 1 to 16, mixed",
  "tiny-fill": "tiny objects, many spans of them",
  "large-noscan": "from 32 KiB to 10 MiB",
  fill: "spans filled to the last object",
  zero: "size 0 and size 1",
};

const sum = (a: Counts, b: Counts): Counts => ({
  equal: a.equal + b.equal,
  differing: a.differing + b.differing,
  ignored: a.ignored + b.ignored,
  unmodelled: a.unmodelled + b.unmodelled,
});

/** All fields of results. */
export function total(results: readonly Result[]): Counts & {allocations: number} {
  const none: Counts = {equal: 0, differing: 0, ignored: 0, unmodelled: 0};
  const counts = results.flatMap(r => [r.after, r.delta]).reduce(sum, none);
  return {...counts, allocations: results.reduce((n, r) => n + r.allocations, 0)};
}

/** Draws the table: for each script a row for each platform. */
export function drawResults(results: readonly Result[], action: (result: Result) => Markup): Element {
  const scripts = [...new Set(results.map(r => r.script))];
  return table({
    caption:
      "Recorded scripts of allocations, replayed on the model: fields of MemStats after the script, and their changes over it.",
    head: ["script", "platform", "#allocations", "#after: equal", "#change: equal", "#differing"],
    rows: scripts.flatMap(script => {
      const rows = results.filter(r => r.script === script);
      return rows.map((r, i) => {
        const differing = r.after.differing + r.delta.differing;
        return [
          ...(i > 0 ? [] : [drawName(script, rows.length)]),
          h("td", null, action(r)),
          count(r.allocations),
          count(r.after.equal),
          count(r.delta.equal),
          differing === 0 ? "0" : h("b", {class: "differs"}, count(differing)),
        ];
      });
    }),
  });
}

function drawName(script: string, rows: number): Element {
  const words = h("div", {class: "small muted"}, about[script] ?? "");
  return h("th", {scope: "rowgroup", rowspan: rows}, h("code", null, script), words);
}

interface State {
  readonly results: readonly Result[];
  /** Scripts that were replayed here, by file and name. */
  readonly replayed: readonly string[];
  readonly fault: string | null;
}

const keyOf = ({file, script}: Result) => `${file} ${script}`;

/** The table with a button in each row, for a cell. `addresses` says where each recording can be read. */
export function replays(results: readonly Result[], addresses: ReadonlyMap<string, string>): HTMLElement {
  // Answers may come in any order: each adds to what is there then.
  let latest: State = {results, replayed: [], fault: null};
  return live<State>(latest, (state, setState) => {
    const set = (next: State) => {
      latest = next;
      setState(next);
    };
    const again = async (result: Result) => {
      try {
        const response = await fetch(addresses.get(result.file) ?? "");
        if (!response.ok) throw new Error(`the server answers ${response.status}`);
        const {replayText} = await import("./compared.js");
        const fresh = replayText(result.file, await response.text(), result.script);
        set({
          results: latest.results.map(r => (keyOf(r) === keyOf(result) ? fresh : r)),
          replayed: [...latest.replayed, keyOf(result)],
          fault: null,
        });
      } catch (error) {
        set({...latest, fault: `${result.script} could not be replayed: ${(error as Error).message}`});
      }
    };
    const last = state.results.find(r => keyOf(r) === state.replayed.at(-1));
    return h(
      "div",
      {class: "cell replays"},
      drawResults(state.results, result =>
        button(
          `${result.platform}${state.replayed.includes(keyOf(result)) ? " ✓" : ""}`,
          () => void again(result),
          {
            class: "link",
            "aria-label": `replay ${result.script}, ${result.platform}`,
          },
        ),
      ),
      h(
        "p",
        {class: "small", role: "status"},
        last !== undefined &&
          `${last.script} on ${last.platform} was replayed in your browser just now: ${count(last.after.equal + last.delta.equal)} fields equal, ${count(last.after.differing + last.delta.differing)} differing.`,
      ),
      state.fault !== null && note(state.fault, "."),
    );
  });
}
