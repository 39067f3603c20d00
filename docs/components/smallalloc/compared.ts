// Recorded scripts of allocations, replayed on the model: how many addresses and fields came out the same. The page is
// built with it; browsers load it when a reader asks for a replay.

import {type AllocFile, type Replay, replayScript} from "../../src/capture/index.js";
import {table} from "../blocks.js";
import {count} from "../format.js";
import {type Element, h, type Markup, toHtml} from "../markup.js";
import {fullReleases} from "../release.js";
import {smallScripts} from "./scripts.js";

/** What came of one script of one file. */
export interface Result {
  /** Name of the file in docs/data/captures/alloc. */
  readonly file: string;
  /** Release and platform of the process. */
  readonly platform: string;
  readonly script: string;
  readonly allocations: number;
  /** Allocations whose address is the recorded one. */
  readonly same: number;
  readonly equal: number;
  readonly differing: number;
  readonly ignored: number;
  readonly unmodelled: number;
}

/** What the scripts do, in words. */
const about: Readonly<Record<string, string>> = {
  "classes-noscan": "three objects each of sizes from 8 to 32,768, without pointers",
  "classes-scan": "the same with pointers",
  rounding: "sizes just above one class and just below the next",
  fill: "spans of five sizes, filled one after another",
  tiny: "all sizes from 1 to 15, up, down and mixed",
  "tiny-fill": "sizes 9 to 15 in turn",
  "large-noscan": "sizes from 32,769 bytes up, without pointers",
};

/** Replays one script. */
export function resultOf(file: string, parsed: AllocFile, script: string): Result {
  const {ops, mismatches, state} = replayScript(parsed, script);
  return {
    file,
    platform: `go${parsed.release}, ${parsed.goos}/${parsed.goarch}`,
    script,
    allocations: ops.length,
    same: ops.length - mismatches,
    equal: state.equal.length,
    differing: state.differing.length,
    ignored: state.ignored.length,
    unmodelled: state.unmodelled.length,
  };
}

/** Reads a file under docs. */
export type Read = {readonly list: (folder: string) => string[]; readonly text: (path: string) => string};

/** Replays scripts of all recordings of releases in which the model allocates; a file that lacks one is passed over. */
export function replayAll({list, text}: Read, scripts: readonly string[]): Result[] {
  return list("data/captures/alloc")
    .filter(file => fullReleases.some(release => file.includes(`-${release}.`)))
    .sort(byRelease)
    .flatMap(file => {
      const parsed = JSON.parse(text(`data/captures/alloc/${file}`)) as AllocFile;
      return scripts.filter(script => script in parsed.scripts).map(script => resultOf(file, parsed, script));
    });
}

/** By release, and amd64 before 386. */
function byRelease(a: string, b: string): number {
  const key = (file: string) => file.slice(file.indexOf("-go"));
  return key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : a < b ? 1 : -1;
}

/** Sums over results. */
export function totals(results: readonly Result[]): Omit<Result, "file" | "platform" | "script"> {
  const sum = (field: "allocations" | "same" | "equal" | "differing" | "ignored" | "unmodelled") =>
    results.reduce((n, r) => n + r[field], 0);
  return {
    allocations: sum("allocations"),
    same: sum("same"),
    equal: sum("equal"),
    differing: sum("differing"),
    ignored: sum("ignored"),
    unmodelled: sum("unmodelled"),
  };
}

/** The sums as the text of a page has them. */
export function wordsOf(results: readonly Result[]) {
  const sum = totals(results);
  return {
    replays: count(results.length),
    allocations: count(sum.allocations),
    same: sum.same === sum.allocations ? "all" : count(sum.same),
    equal: count(sum.equal),
    differing: sum.differing === 0 ? "none" : count(sum.differing),
    ignored: count(sum.ignored),
    unmodelled: sum.unmodelled === 0 ? "none" : count(sum.unmodelled),
  };
}

/** The table of results, script by script. */
export function drawResults(results: readonly Result[]): Element {
  const names = [...new Set(results.map(r => r.script))];
  const head = [
    "process",
    "#calls",
    "#same address",
    "#fields equal",
    "#differing",
    "#ignored",
    "#not modelled",
  ];
  return table({
    caption:
      "Scripts of allocations that ran in real processes, replayed on the model when this page was built. Fields are those of the allocator’s state and of MemStats after the script.",
    head,
    rows: names.flatMap(name => [
      [
        h(
          "th",
          {scope: "rowgroup", colspan: head.length, class: "script"},
          h("code", null, name),
          h("span", {class: "muted"}, ` ${about[name] ?? ""}`),
        ),
      ],
      ...results.filter(r => r.script === name).map(drawResult),
    ]),
  });
}

function drawResult(r: Result): Markup[] {
  return [
    r.platform,
    count(r.allocations),
    r.same === r.allocations ? count(r.same) : h("b", {class: "differs"}, count(r.same)),
    count(r.equal),
    r.differing === 0 ? "0" : h("b", {class: "differs"}, count(r.differing)),
    count(r.ignored),
    count(r.unmodelled),
  ];
}

/** Replays one script of a recording as it was read. */
export const replayText = (text: string, script: string): Replay =>
  replayScript(JSON.parse(text) as AllocFile, script);

/** The results in print. */
export const fallback = (read: Read) => toHtml(drawResults(replayAll(read, smallScripts)));
