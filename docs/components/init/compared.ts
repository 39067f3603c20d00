// Holding the model against one recording: every field of two moments, and the layout of every struct.

import {
  type BootPhase,
  type Comparison,
  compareRecording,
  compareTypes,
  parseRecording,
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
  /** Name of the release, and the version that was recorded. */
  readonly release: string;
  readonly platform: string;
  readonly version: string;
  readonly page: number;
  readonly procs: number;
  /** How the process ran: "native" or under an emulator. */
  readonly runner: string;
  /** The moments that the model of the release gets to. */
  readonly phases: Readonly<Partial<Record<BootPhase, Counts>>> & {readonly mallocinit: Counts};
  readonly types: Counts;
}

/** What is compared: a moment, or the structs. */
export type Part = BootPhase | "types";

/** Compares one part of a recording, given as text. */
export function compareNow(text: string, part: Part): Comparison {
  const recording = parseRecording(text);
  return part === "types" ? compareTypes(recording) : compareRecording(recording, part);
}
