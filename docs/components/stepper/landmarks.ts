// A run on paper: its calls in order, with the step at which each begins and what it changes.
//
// It is made when the book is built, by stepping through the routine as a reader would.

import {Player} from "../../src/replay/player.js";
import {unpackTable} from "../../src/replay/table.js";
import type {Runtime} from "../../src/runtime/index.js";
import {table} from "../blocks.js";
import {count, plural} from "../format.js";
import {h, toHtml} from "../markup.js";
import type {Model, Routine} from "./run.js";
import {goName} from "./sentence.js";
import {type Change, changes, type State, show, stateOf} from "./state.js";

/** What builds a page: it reads files under docs. */
interface Reader {
  text(path: string): string;
}

/** A call and what it did. */
export interface Landmark {
  readonly k: number;
  readonly depth: number;
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly changed: readonly Change[];
}

/** The first call of each function down to `deepest`, with what changed until it returned. */
export async function landmarks(reader: Reader, routine: Routine, deepest = 4): Promise<Landmark[]> {
  const source = Buffer.from(reader.text("stepping/model.js")).toString("base64");
  const model: Model = await import(/* @vite-ignore */ `data:text/javascript;base64,${source}`);
  const player = new Player<Runtime, State>({
    program: {...model, table: unpackTable(model.table)},
    prepare: () => routine.prepare(model),
    run: rt => routine.run(model, rt),
    look: stateOf,
  });
  const seen = new Set<string>();
  return player
    .calls(deepest)
    .filter(({fn}) => !seen.has(fn.name) && seen.add(fn.name))
    .map(({k, depth, fn}) => {
      const changed = changes(player.at(k).view, player.at(player.out(k)).view);
      return {k, depth, name: goName(fn), file: fn.file, line: player.step(k)!.line, changed};
    });
}

/** The landmarks as a table in HTML, for a page's fallback: the calls that change something, unless none does. */
export async function landmarkTable(reader: Reader, routine: Routine): Promise<string> {
  const all = await landmarks(reader, routine);
  const telling = all.filter(({changed}) => changed.length > 0);
  const shown = telling.length > 0 ? telling : all;
  const left = all.length - shown.length;
  const rows = shown.map(({k, depth, name, line, changed}) => [
    h("code", null, `${"\u2003".repeat(depth)}${name}`),
    count(k),
    count(line),
    summary(changed),
  ]);
  return toHtml(
    table({
      caption: `The run of ${routine.name}, call by call${left === 0 ? "" : `. Left out: ${plural(left, "call")} that change nothing shown here`}`,
      head: ["Call", "#Step", "#Line", "Changes until it returns"],
      rows,
    }),
  );
}

function summary(all: readonly Change[]): string {
  if (all.length === 0) return "nothing that is shown";
  const told = all.slice(0, 2).map(({name, before, after}) => `${name}: ${show(before)} to ${show(after)}`);
  return told.join("; ") + (all.length > 2 ? `; and ${count(all.length - 2)} more` : "");
}
