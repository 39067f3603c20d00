// Recorded scripts of allocations, replayed on the model: how many addresses and fields came out the same.

import {type AllocFile, type Comparison, type Replay, replayScript} from "../../src/capture/index.js";
import {button, choice, controls, figure, note, table} from "../blocks.js";
import {count, plural} from "../format.js";
import {type Element, h, live, type Markup, toHtml} from "../markup.js";
import {fullReleases} from "../release.js";

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

/** "linux-386-go1.19.8.json" as "go1.19.8, linux/386". */
function nameOf(file: string): string {
  const [platform, version] = file.replace(".json", "").split("-go");
  return `go${version}, ${platform!.replace("-", "/")}`;
}

interface State {
  readonly file: string;
  readonly script: string;
  readonly replay: Replay | null;
  readonly fault: string | null;
}

/** Replays in the reader's browser. `files` says where each recording can be read. */
export function scripts(files: ReadonlyMap<string, string>, names: readonly string[]): HTMLElement {
  const first = {file: [...files.keys()][0] ?? "", script: names[0] ?? "", replay: null, fault: null};
  return live<State>(first, (state, set) => {
    const again = async () => {
      try {
        const response = await fetch(files.get(state.file)!);
        if (!response.ok) throw new Error(`the server answers ${response.status}`);
        const parsed = (await response.json()) as AllocFile;
        set({...state, replay: replayScript(parsed, state.script), fault: null});
      } catch (error) {
        set({
          ...state,
          replay: null,
          fault: `${state.file} could not be replayed: ${(error as Error).message}`,
        });
      }
    };
    return h(
      "div",
      {class: "cell"},
      controls(
        "Replay a script here",
        choice(
          "recording",
          state.file,
          [...files.keys()].map(f => [f, nameOf(f)]),
          file => set({...state, file, replay: null}),
        ),
        choice(
          "script",
          state.script,
          names.map(n => [n, n]),
          script => set({...state, script, replay: null}),
        ),
        button("replay it here", () => void again()),
      ),
      h(
        "div",
        {role: "status"},
        state.fault !== null && note(state.fault, "."),
        state.replay !== null && drawReplay(state.replay),
      ),
    );
  });
}

function drawReplay({ops, mismatches, state}: Replay): Element {
  const place = (rel: number | null) => (rel === null ? "outside the heap" : `+${count(rel)}`);
  const shown = 40;
  return figure(
    `Replayed in your browser just now: ${plural(ops.length, "allocation")}, ${mismatches === 0 ? "every address as recorded" : `${count(mismatches)} at another address`}; ${plural(state.equal.length, "field")} equal, ${count(state.differing.length)} differing.`,
    drawExceptions(state),
    h(
      "details",
      null,
      h("summary", null, ops.length > shown ? `the first ${shown} allocations` : "the allocations"),
      table({
        caption: "Addresses count in bytes from the start of the heap.",
        head: ["#", "#size", "pointers", "#real process", "#model"],
        rows: ops
          .slice(0, shown)
          .map((op, i) => [
            i + 1,
            count(op.size),
            op.scan ? "yes" : "no",
            place(op.expected),
            op.rel === op.expected ? place(op.rel) : h("b", {class: "differs"}, place(op.rel)),
          ]),
      }),
    ),
  );
}

function drawExceptions({differing, ignored}: Comparison): Markup {
  return h(
    "ul",
    {class: "list"},
    ...differing.map(d => h("li", null, h("code", null, d.path), " differs")),
    ...ignored.map(({path, why}) => h("li", null, "ignored: ", h("code", null, path), `. ${why}`)),
  );
}

/** The scripts that section 7.5 is about. */
export const smallScripts = ["classes-noscan", "classes-scan", "rounding", "fill"];

/** The results in print. */
export const fallback = (read: Read) => toHtml(drawResults(replayAll(read, smallScripts)));
