// A routine that can be stepped through: the model with probes, loaded when a reader first asks for it.

import {type Run, shortHash} from "../../src/replay/link.js";
import {type Call, type Moment, Player, type Program} from "../../src/replay/player.js";
import type {Fn, Step} from "../../src/replay/table.js";
import {unpackTable} from "../../src/replay/table.js";
import type {Runtime} from "../../src/runtime/index.js";
import type {Element} from "../markup.js";
import {type State, stateOf} from "./state.js";
import type * as Stepping from "./types/model.js";

/** The model with probes. Routines must use it and not the one that the page imports. */
export type Model = typeof Stepping;

/** The file that says which version of the rewritten model there is, as Framework hands it to a cell. */
export interface Index {
  readonly href: string;
  json<T>(): Promise<T>;
}

/** What a page offers to step through. */
export interface Routine {
  /** A name for the link and for readers: "mallocinit". */
  readonly name: string;
  /** Makes the runtime that the routine works on. */
  prepare(model: Model): Runtime;
  run(model: Model, rt: Runtime): void;
  /** Views of the page that show the runtime while it stands still. */
  views?(rt: Runtime): readonly Element[];
}

/** What is looked at when the routine stands still. */
export interface Seen {
  readonly state: State;
  readonly views: readonly Element[];
}

/** A loaded routine. */
export interface Loaded extends Run {
  readonly player: Player<Runtime, Seen>;
  /** The lines of a source, once they are there. */
  lines(file: string): readonly string[];
  /** Loads the source that step k is in; null if it is there. */
  need(k: number): Promise<void> | null;
  /** Loads all sources that the run comes by. */
  needAll(): Promise<unknown>;
  at(k: number): Moment<Seen>;
  /** The first call of each function, in order, at most 60: the marks of the slider. */
  readonly landmarks: readonly Call[];
  /** Names of fields to choose from. */
  readonly fields: readonly string[];
}

/** Loads the model and runs the routine once. Throws StepLimit if it does not end. */
export async function loadRoutine(routine: Routine, index: Index): Promise<Loaded> {
  const {version} = await index.json<{version: string}>();
  const address = (name: string) =>
    `${index.href.replace(/_file\/.*$/, "")}_file/stepping/${name}?v=${version}`;
  const model = (await import(address("model.js"))) as Model;
  const program: Program = {...model, table: unpackTable(model.table)};
  const player = new Player<Runtime, Seen>({
    program,
    prepare: () => routine.prepare(model),
    run: rt => routine.run(model, rt),
    look: rt => ({state: stateOf(rt), views: routine.views?.(rt) ?? []}),
  });
  const texts = new Map<string, readonly string[]>();
  const read = async (file: string) => {
    const response = await fetch(address(file.replace(/^.*\/(.*)\.ts$/, "$1.txt")));
    if (!response.ok) throw new Error(`${file} cannot be loaded: ${response.status} ${response.statusText}`);
    texts.set(file, (await response.text()).split("\n"));
  };
  const fn = (k: number): Fn | null => {
    const step = player.step(k);
    return step === null ? null : program.table.functions[step.fn]!;
  };
  // Each step is drawn with the one before it, which the reader has just seen.
  const recent = new Map<number, Moment<Seen>>();
  const at = (k: number) => {
    const moment = recent.get(k) ?? player.at(k);
    recent.delete(k);
    recent.set(k, moment);
    if (recent.size > 4) recent.delete(recent.keys().next().value!);
    return moment;
  };
  return {
    player,
    length: player.length,
    step: (k: number): Step | null => player.step(k),
    fn,
    hash: k => {
      const [step, file] = [player.step(k), fn(k)?.file];
      if (step === null || file === undefined) return "";
      return shortHash((texts.get(file) ?? []).slice(step.line - 1, step.endLine).join(" "));
    },
    lines: file => texts.get(file) ?? [],
    need: k => {
      const file = fn(k)?.file;
      return file === undefined || texts.has(file) ? null : read(file);
    },
    needAll: () => Promise.all([...new Set(player.calls().map(call => call.fn.file))].map(read)),
    at,
    landmarks: landmarksOf(player),
    fields: Object.keys(at(player.length + 1).view.state).filter(name => !/\[\d\d/.test(name)),
  };
}

function landmarksOf(player: Player<Runtime, Seen>): Call[] {
  const seen = new Set<string>();
  return player
    .calls(6)
    .filter(({fn}) => !seen.has(fn.name) && seen.add(fn.name))
    .slice(0, 60);
}
