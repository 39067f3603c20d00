// The account: everything that was recorded, and what came of holding the model against it.
//
// Tests and the page "How this book is checked" read this one account, so what the page says is what the tests saw.
// It finds the files by itself. A file that nothing compares is in it as well, with the reason; so is a release that
// the model does not have, and a comparison that could not be made. Constants belong to the release, and are compared at
// every moment of a recording.

import {releases} from "../releases/index.js";
import {compareTables, type Group, parseClassTables, tablesOf} from "./classes.js";
import {type Comparison, leaves} from "./compare.js";
import {parseRecording, type Recording} from "./format.js";
import {comparePageAlloc, parsePageCases} from "./pagealloc.js";
import {comparePageWalks, parsePageWalks} from "./pagesteps.js";
import {type BootPhase, compareRecording} from "./recordings.js";
import {replayScript} from "./replay.js";
import type {AllocFile} from "./script.js";
import {compareTypes} from "./structs.js";
import {compareTreap, parseVectors} from "./treap.js";

/** Reads files under docs/data. */
export interface Reader {
  list(folder: string): string[];
  text(path: string): string;
}

/** Leaves that nothing was held against. */
export interface NotCompared {
  readonly leaves: number;
  readonly why: string;
}

/** A part of a file that is compared as a whole: a moment, a script, a table. */
export interface Part {
  readonly name: string;
  /** What came of it, or why nothing did. */
  readonly result: Comparison | NotCompared;
}

/** What a file records. */
export type Kind = "heap" | "scripts" | "tables" | "vectors" | "other";

/** A file and its parts. */
export interface Account {
  /** Path under docs/data. */
  readonly file: string;
  readonly kind: Kind;
  /** Tag of the release that was recorded, where a file is of one: "go1.12.17". */
  readonly release: string | null;
  readonly platform: string | null;
  /** How the process ran: "native", or the emulator. */
  readonly runner: string | null;
  /** What sets the process apart from others of its release and platform. */
  readonly variant: string | null;
  readonly parts: readonly Part[];
}

/** Whether a part was compared. */
export const isCompared = (result: Part["result"]): result is Comparison => "equal" in result;

/** The folders under docs/data that hold what was recorded. */
const folders = ["captures", "vectors"];

/** The accounts of all files, sorted by path. */
export function accounts(read: Reader): Account[] {
  return folders.flatMap(folder => filesIn(folder, read)).map(file => accountOf(file, read.text(file)));
}

function filesIn(folder: string, read: Reader): string[] {
  return [...read.list(folder)].sort().flatMap(name => {
    const path = `${folder}/${name}`;
    if (name === "PROVENANCE.txt") return [];
    return name.includes(".") ? [path] : filesIn(path, read);
  });
}

/** The account of one file. */
export function accountOf(file: string, text: string): Account {
  const none = {release: null, platform: null, runner: null, variant: null};
  if (/^captures\/heap\/.*\.json$/.test(file)) return heapAccount(file, parseRecording(text));
  if (/^captures\/alloc\/.*\.json$/.test(file)) return scriptAccount(file, JSON.parse(text) as AllocFile);
  if (file === "captures/class-tables.json") {
    return {file, kind: "tables", ...none, parts: parseClassTables(text).flatMap(tableParts)};
  }
  if (file.startsWith("vectors/")) return {file, kind: "vectors", ...none, parts: [vectorPart(file, text)]};
  return {file, kind: "other", ...none, parts: [{name: "whole file", result: otherFile(file, text)}]};
}

const moments: readonly BootPhase[] = ["mallocinit", "procresize"];

/** Compares; if the model has no such release, ends before the moment that is needed, or stops, says so instead. */
function attempt(
  release: string,
  leaves: number,
  make: () => Comparison,
  moment?: BootPhase,
): Part["result"] {
  if (!Object.hasOwn(releases, release)) return {leaves, why: `The model does not have ${release}.`};
  if (moment === "procresize" && releases[release]!.schedinit === null)
    return {leaves, why: `The model of ${release} ends before this moment.`};
  try {
    return make();
  } catch (error) {
    return {leaves, why: `The model stops: ${(error as Error).message}.`};
  }
}

function heapAccount(file: string, recording: Recording): Account {
  const release = `go${recording.release}`;
  const constants = leaves(recording.constants).size;
  const parts = Object.entries(recording.phases).map(([name, phase]): Part => {
    const count = leaves(phase).size + constants;
    const moment = moments.find(each => each === name);
    if (moment === undefined) {
      const why = "The model stops before this moment, when other threads run; how far they got varies.";
      return {name, result: {leaves: count - constants, why}};
    }
    const result = attempt(release, count, () => compareRecording(recording, moment), moment);
    return {name, result};
  });
  const {sizeof, layout} = recording.types;
  const rows = Object.values(layout).reduce((sum, each) => sum + each.length, 0);
  const count = Object.keys(sizeof).length + rows;
  parts.push({name: "types", result: attempt(release, count, () => compareTypes(recording))});
  return {
    file,
    kind: "heap",
    release: recording.go_version,
    platform: `${recording.goos}/${recording.goarch}`,
    runner: recording.runner,
    variant: /-(p\d+(?:-.*)?)\.json$/.exec(file)?.[1] ?? null,
    parts,
  };
}

function scriptAccount(file: string, parsed: AllocFile): Account {
  const tag = /-(go[\d.]+\d)\.json$/.exec(file)?.[1] ?? `go${parsed.release}`;
  const parts = Object.entries(parsed.scripts).map(([name, script]): Part => {
    const {state_after, MemStats_after, MemStats_delta} = script;
    const after = leaves({state_after, MemStats_after, MemStats_delta} as never).size;
    const make = () => {
      const {ops, state} = replayScript(parsed, name);
      const calls: Comparison = {equal: [], differing: [], ignored: [], unmodelled: []};
      for (const [i, {rel, expected}] of ops.entries()) {
        const path = `ops.${i}`;
        if (rel === expected) calls.equal.push(path);
        else calls.differing.push({path, simulated: rel, captured: expected});
      }
      return join([calls, state]);
    };
    return {name, result: attempt(`go${parsed.release}`, after + script.ops.length, make, "procresize")};
  });
  const platform = `${parsed.goos}/${parsed.goarch}`;
  return {file, kind: "scripts", release: tag, platform, runner: null, variant: null, parts};
}

/** For each release that ships a table: the table against the generator of that release. */
function tableParts({releases: tags, values}: Group): Part[] {
  const count = Object.values(values).reduce((n, each) => n + ("rows" in each ? each.rows : each).length, 0);
  return tags.map(tag => {
    const own = Object.values(releases).find(each => each.tag === tag);
    if (own !== undefined) return {name: tag, result: compareTables(tablesOf(own), values)};
    const twin = Object.values(releases).find(each => tags.includes(each.tag));
    const why = twin
      ? `The model does not have this release; its tables are those of ${twin.tag}.`
      : "The model has no release with these tables.";
    return {name: tag, result: {leaves: count, why}};
  });
}

/** What replays a file of vectors, by name. */
const replays: Readonly<Record<string, (text: string) => Comparison>> = {
  "vectors/pages-386.jsonl": text => comparePageWalks(parsePageWalks(text), "386"),
  "vectors/pages-amd64.jsonl": text => comparePageWalks(parsePageWalks(text), "amd64"),
  "vectors/pagealloc.jsonl": text => comparePageAlloc(parsePageCases(text)),
  "vectors/treap.jsonl": text => compareTreap(parseVectors(text)),
};

function vectorPart(file: string, text: string): Part {
  const replay = Object.hasOwn(replays, file) ? replays[file] : undefined;
  const cases = text.trimEnd().split("\n");
  const name = `${cases.length} cases`;
  if (replay !== undefined) return {name, result: replay(text)};
  return {
    name,
    result: {leaves: cases.length, why: "Nothing replays these cases on the model; counted are cases."},
  };
}

function otherFile(file: string, text: string): NotCompared {
  const lines = text.trimEnd().split("\n").length;
  const why = file.startsWith("captures/gclogs/")
    ? "A log of the collector, full of times; the model has no collector that runs by itself. Counted are lines."
    : file.endsWith("varying-fields.json")
      ? "A list of fields that vary between runs; the rules on what is ignored were written from it. Counted are lines."
      : "Nothing compares the model with this file. Counted are lines.";
  return {leaves: lines, why};
}

/** Several comparisons as one. */
export function join(comparisons: readonly Comparison[]): Comparison {
  return {
    equal: comparisons.flatMap(c => c.equal),
    differing: comparisons.flatMap(c => c.differing),
    ignored: comparisons.flatMap(c => c.ignored),
    unmodelled: comparisons.flatMap(c => c.unmodelled),
  };
}

/** How many leaves came out which way. */
export interface Totals {
  readonly equal: number;
  readonly differing: number;
  readonly ignored: number;
  readonly unmodelled: number;
  readonly notCompared: number;
}

/** Counts parts. */
export function totals(parts: readonly Part[]): Totals {
  const sum = {equal: 0, differing: 0, ignored: 0, unmodelled: 0, notCompared: 0};
  for (const {result} of parts) {
    if (!isCompared(result)) sum.notCompared += result.leaves;
    else {
      sum.equal += result.equal.length;
      sum.differing += result.differing.length;
      sum.ignored += result.ignored.length;
      sum.unmodelled += result.unmodelled.length;
    }
  }
  return sum;
}
