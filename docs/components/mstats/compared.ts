// MemStats of the model against MemStats of real processes, after the same allocations.
//
// Browsers load this only when a reader asks for a comparison: it brings the code that reads recordings.

import {type AllocFile, type Replay, replayScript} from "../../src/capture/index.js";

/** A field of MemStats that was compared, after a script or as its change over the script. */
export interface Compared {
  /** "HeapAlloc" or "BySize.1.2". */
  readonly name: string;
  readonly of: "after" | "delta";
  readonly verdict: "equal" | "differing" | "ignored" | "unmodelled";
}

/** What came of one script. */
export interface Result {
  /** Name of the file in docs/data/captures/alloc. */
  readonly file: string;
  readonly platform: string;
  readonly script: string;
  readonly allocations: number;
  /** How many fields of MemStats came out which way. */
  readonly after: Counts;
  readonly delta: Counts;
}

/** Numbers of fields. */
export interface Counts {
  readonly equal: number;
  readonly differing: number;
  readonly ignored: number;
  readonly unmodelled: number;
}

/** The fields of MemStats in a comparison. */
export function fieldsOf({state}: Replay): Compared[] {
  const lists = {
    equal: state.equal,
    differing: state.differing.map(d => d.path),
    ignored: state.ignored.map(e => e.path),
    unmodelled: state.unmodelled.map(e => e.path),
  };
  return Object.entries(lists).flatMap(([verdict, paths]) =>
    paths.flatMap(path => {
      const [, of, name] = /^MemStats_(after|delta)\.(.*)$/.exec(path) ?? [];
      return name === undefined
        ? []
        : [{name, of: of as Compared["of"], verdict: verdict as Compared["verdict"]}];
    }),
  );
}

/** Counts fields by verdict. */
export function countsOf(fields: readonly Compared[]): Counts {
  const number = (verdict: Compared["verdict"]) => fields.filter(f => f.verdict === verdict).length;
  return {
    equal: number("equal"),
    differing: number("differing"),
    ignored: number("ignored"),
    unmodelled: number("unmodelled"),
  };
}

/** Replays a script and counts. */
export function resultOf(file: string, parsed: AllocFile, script: string): Result {
  const replay = replayScript(parsed, script);
  const fields = fieldsOf(replay);
  return {
    file,
    platform: `${parsed.goos}/${parsed.goarch}`,
    script,
    allocations: replay.ops.length,
    after: countsOf(fields.filter(f => f.of === "after")),
    delta: countsOf(fields.filter(f => f.of === "delta")),
  };
}

/** Replays a script of a recording, given as text. */
export function replayText(file: string, text: string, script: string): Result {
  return resultOf(file, JSON.parse(text) as AllocFile, script);
}

/** The example: a recorded MemStats as encoding/json would write it. The recording has no pauses and no times. */
export function exampleOf(file: AllocFile, script: string): string {
  const recorded = file.scripts[script]!.MemStats_after;
  const {BySize, ...scalars} = recorded;
  // A number from 2^53 on stands as a hexadecimal text in a recording.
  const entries = Object.entries(scalars).map(
    ([name, value]) => `  "${name}": ${BigInt(value as number | string)}`,
  );
  const rows = (BySize as number[][]).map(
    ([size, mallocs, frees]) => `    {"Size": ${size}, "Mallocs": ${mallocs}, "Frees": ${frees}}`,
  );
  return `{\n${entries.join(",\n")},\n  "BySize": [\n${rows.join(",\n")}\n  ]\n}\n`;
}
