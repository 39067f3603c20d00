// What the inputs of the page lead to: a runtime to look at, and what to say when there is none.
//
// Every cell draws from one Started. If the inputs make mallocinit throw, `thrown` says so and `rt` is a runtime that
// differs in the page size alone, so that each cell still has something to show, with a note.

import {archs, configure, type ReleaseData, releases} from "../../src/releases/index.js";
import {type Watched, watch} from "../../src/replay/events.js";
import {type BootOptions, load, type Runtime, type Throw} from "../../src/runtime/index.js";
import {note} from "../blocks.js";
import {type Element, h, type Markup} from "../markup.js";

/** What a reader chooses at the top of the page. */
export interface Inputs {
  /** Name of the release: "go1.12". */
  readonly release: string;
  readonly goos: string;
  readonly goarch: string;
  /** Physical page size in bytes. */
  readonly page: number;
  /** GOMAXPROCS. */
  readonly procs: number;
  readonly race: boolean;
  /** A number that the 64 random bits are made from which decide where the heap lies; null where they do not. */
  readonly random: number | null;
}

/** A start of the runtime, watched. */
export interface Started {
  readonly inputs: Inputs;
  /** The options that `rt` was booted with. */
  readonly options: BootOptions;
  /** The runtime when mallocinit has returned. */
  readonly rt: Runtime;
  readonly events: Watched["events"];
  /** What mallocinit threw for the page size that was chosen. */
  readonly thrown: Throw | null;
  /** What does not go as the inputs ask, in sentences. */
  readonly notes: readonly string[];
}

/** The releases to choose from, oldest first. */
export const releaseNames: readonly string[] = Object.keys(releases);

/** The platforms of a release, as GOOS/GOARCH. */
export function platformsOf(release: string): readonly string[] {
  return releases[release]!.platforms;
}

/** Whether a release can leave the heap's place to chance on a platform. */
export function canRandomize({release, goos, goarch}: Pick<Inputs, "release" | "goos" | "goarch">): boolean {
  const data = releases[release]!;
  return data.randomizesHeapBase && configure(data, goos, goarch).constants._64bit === 1;
}

/** What the page opens with. */
export const defaults: Inputs = {
  release: "go1.12",
  goos: "linux",
  goarch: "amd64",
  page: 4096,
  procs: 1,
  race: false,
  random: null,
};

/** The page sizes that a processor is known to run with, the usual one first. */
export function pageSizes(goarch: string): readonly number[] {
  return archs[goarch as keyof typeof archs].pageSizes;
}

/** Starts the runtime as the inputs say. */
export function startWith(inputs: Inputs): Started {
  const {release, goos, goarch, page, procs, race, random} = inputs;
  const notes: string[] = [];
  let options: BootOptions = {release, goos, goarch, physPageSize: page, gomaxprocs: procs, race};
  if (random !== null && canRandomize(inputs)) {
    options = {...options, randomizeHeapBase: true, heapRandSeed: bitsOf(random)};
  }
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
  return {inputs, options, rt, events, thrown, notes};
}

/**
 * 64 bits that look like chance. Go takes the upper ones, so small numbers must reach them: hence a product with the
 * bits of the golden ratio.
 */
function bitsOf(random: number): bigint {
  return BigInt.asUintN(64, BigInt(random) * 0x9e3779b97f4a7c15n);
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

/** The release of a start. */
export function releaseOf({rt}: Pick<Started, "rt">): ReleaseData {
  return rt.config.release;
}

/** The release and the platform, as captions say it: "go1.12 on linux/amd64". */
export function nameOf(started: Started): string {
  return `${releaseOf(started).name} on ${platformOf(started)}`;
}

/** The start that the page opens with, for what is printed at build time. */
export function defaultStart(): Started {
  return startWith(defaults);
}
