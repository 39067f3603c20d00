// What the inputs of the page lead to: a runtime to look at, and what to say when there is none.
//
// Every cell draws from one Started. If the inputs make mallocinit throw, `thrown` says so and `rt` is a runtime that
// differs in the page size alone, so that each cell still has something to show, with a note.

import {go1_12} from "../../src/releases/go1.12.js";
import {archs} from "../../src/releases/index.js";
import {type Watched, watch} from "../../src/replay/events.js";
import {type BootOptions, boot, load, type Runtime, type Throw} from "../../src/runtime/index.js";
import {note} from "../blocks.js";
import {type Element, h, type Markup} from "../markup.js";

/** What a reader chooses at the top of the page. */
export interface Inputs {
  readonly goos: string;
  readonly goarch: string;
  /** Physical page size in bytes. */
  readonly page: number;
  /** GOMAXPROCS. */
  readonly procs: number;
  readonly race: boolean;
}

/** A start of the runtime, watched. */
export interface Started {
  readonly inputs: Inputs;
  /** The options that `rt` was booted with. */
  readonly options: BootOptions;
  /** The runtime when mallocinit has returned. */
  readonly rt: Runtime;
  readonly events: Watched["events"];
  /** The same start, up to the return of procresize. */
  readonly resized: Runtime;
  /** What mallocinit threw for the page size that was chosen. */
  readonly thrown: Throw | null;
  /** What does not go as the inputs ask, in sentences. */
  readonly notes: readonly string[];
}

/** The platforms of the release, as GOOS/GOARCH. */
export const platforms: readonly string[] = go1_12.platforms;

/** The release, by the tag that was read. */
export const {tag} = go1_12;

/** What the page opens with. */
export const defaults: Inputs = {goos: "linux", goarch: "amd64", page: 4096, procs: 1, race: false};

/** The page sizes that a processor is known to run with, the usual one first. */
export function pageSizes(goarch: string): readonly number[] {
  return archs[goarch as keyof typeof archs].pageSizes;
}

/** Starts the runtime as the inputs say. */
export function startWith(inputs: Inputs): Started {
  const {goos, goarch, page, procs, race} = inputs;
  const notes: string[] = [];
  let options: BootOptions = {release: "go1.12", goos, goarch, physPageSize: page, gomaxprocs: procs, race};
  const refused = refusal(options);
  if (refused !== null) {
    notes.push(`The model refuses these inputs: ${refused}. What follows is without the race detector.`);
    options = {...options, race: false};
  }
  let watched = watch({...options, until: "mallocinit"});
  const {thrown} = watched;
  if (thrown !== null) {
    const usual = pageSizes(goarch)[0]!;
    notes.push(
      `With a page size of ${page}, mallocinit throws “${thrown.message}” and builds nothing. What follows is with ${usual}.`,
    );
    options = {...options, physPageSize: usual};
    watched = watch({...options, until: "mallocinit"});
  }
  const {rt, events} = watched;
  return {inputs, options, rt, events, resized: boot(options), thrown, notes};
}

/** Why the model does not even load such a program, or null if it does. */
function refusal(options: BootOptions): string | null {
  try {
    load(options);
    return null;
  } catch (error) {
    if (error instanceof RangeError) return error.message;
    throw error;
  }
}

/** A cell of the page: its parts, after what does not go as the inputs ask. */
export function cell(started: Started, ...parts: Markup[]): Element {
  return h("div", {class: "cell"}, ...started.notes.map(text => note(text)), ...parts);
}

/** The platform in Go's way of writing it: "linux/amd64". */
export function platformOf({options}: Started): string {
  return `${options.goos}/${options.goarch}`;
}

/** The start that the page opens with, for what is printed at build time. */
export function defaultStart(): Started {
  return startWith(defaults);
}
