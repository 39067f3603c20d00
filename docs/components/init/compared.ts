// Holding the model against one recording: every field of two moments, and the layout of every struct.

import {
  type BootPhase,
  type Comparison,
  compareRecording,
  parseRecording,
  type Recording,
  typesOf,
} from "../../src/capture/index.js";

/** How many leaves of a recording came out which way. */
export interface Counts {
  readonly equal: number;
  readonly differing: number;
  readonly ignored: number;
  readonly unmodelled: number;
}

/** What came of one recording. */
export interface Summary {
  /** Name of the file in docs/data/captures/heap. */
  readonly file: string;
  readonly platform: string;
  readonly version: string;
  readonly page: number;
  readonly procs: number;
  /** How the process ran: "native" or under an emulator. */
  readonly runner: string;
  readonly phases: Readonly<Record<BootPhase, Counts>>;
  readonly types: Counts;
}

/** What is compared: a moment, or the structs. */
export type Part = BootPhase | "types";

/** Compares one part of a recording, given as text. */
export function compareNow(text: string, part: Part): Comparison {
  const recording = parseRecording(text);
  return part === "types" ? compareTypes(recording) : compareRecording(recording, part);
}

/**
 * Compares sizes and layouts of structs as the debug information of the program has them. A struct's size is one
 * leaf; so is each row of its layout.
 */
export function compareTypes(recording: Recording): Comparison {
  const ours = typesOf(`go${recording.release}`, recording.goos, recording.goarch);
  const result: Comparison = {equal: [], differing: [], ignored: [], unmodelled: []};
  const why = "The model does not declare this struct.";
  const judge = (path: string, simulated: unknown, captured: unknown) => {
    if (JSON.stringify(simulated) === JSON.stringify(captured)) result.equal.push(path);
    else {
      const [a, b] = [simulated ?? null, captured ?? null] as never[];
      result.differing.push({path, simulated: a, captured: b});
    }
  };
  for (const [name, size] of Object.entries(recording.types.sizeof)) {
    if (name in ours.sizeof) judge(`sizeof.${name}`, ours.sizeof[name], size);
    else result.unmodelled.push({path: `sizeof.${name}`, why});
  }
  for (const [name, rows] of Object.entries(recording.types.layout)) {
    const mine = ours.layout[name];
    for (const [i, row] of rows.entries()) {
      if (mine === undefined) result.unmodelled.push({path: `layout.${name}.${row[0]}`, why});
      else judge(`layout.${name}.${row[0]}`, mine[i], row);
    }
  }
  return result;
}
