// What is open on the page: up to two recordings, a log, a MemStats; and which moments are looked at.
//
// The first recording is the one before, the second the one now. A recording of several moments can be compared with
// itself. Views get sides: a heap with its sums and the name of its file.

import type {ModelSays, Opened} from "../../src/capture/reader/file.js";
import type {Heap, OpenedRecording} from "../../src/capture/reader/heap.js";
import type {Log} from "../../src/capture/reader/logs.js";
import {type Sums, sumsOf} from "../../src/capture/reader/sums.js";

/** An open recording. */
export interface RecordingFile {
  readonly name: string;
  readonly recording: OpenedRecording;
  readonly model: ModelSays;
  /** Whether it came with the book. */
  readonly example: boolean;
}

/** A moment of an open recording: the file by its place among the open ones, and the phase by its name. */
export interface Pick {
  readonly file: number;
  readonly phase: string;
}

/** A heap to look at. */
export interface Side {
  readonly name: string;
  readonly heap: Heap;
  readonly sums: Sums;
  readonly model: ModelSays;
}

/** Everything that is open. */
export interface Session {
  readonly files: readonly RecordingFile[];
  readonly now: Pick | null;
  readonly before: Pick | null;
  readonly log: {readonly name: string; readonly log: Log} | null;
  readonly memstats: {readonly name: string; readonly text: string} | null;
}

export const nothing: Session = {files: [], now: null, before: null, log: null, memstats: null};

/** The moment of a recording that says most: the last in which there are spans. */
export function lastPhase({heaps}: OpenedRecording): string {
  return ([...heaps].reverse().find(h => h.spans.length > 0) ?? heaps.at(-1)!).phase;
}

/** The session once another file is open. A recording of the reader's makes the last one the one before. */
export function withFile(session: Session, name: string, opened: Opened, example = false): Session {
  if (opened.kind === "log") return {...session, log: {name, log: opened.log}};
  if (opened.kind === "memstats") return {...session, memstats: {name, text: opened.text}};
  const {recording, model} = opened;
  const kept = session.files.filter(f => !f.example).slice(-1);
  const files = [...kept, {name, recording, model, example}];
  const now = {file: files.length - 1, phase: lastPhase(recording)};
  const before = kept.length === 0 ? null : {file: 0, phase: phaseIn(kept[0]!, session.now?.phase)};
  return {...session, files, now, before};
}

/** A phase of a file: the one of that name, or the last. */
function phaseIn({recording}: RecordingFile, phase: string | undefined): string {
  return recording.heaps.find(h => h.phase === phase)?.phase ?? lastPhase(recording);
}

/** The session without the recording before; the other one is alone. */
export function closedBefore(session: Session): Session {
  const {files, now} = session;
  if (files.length < 2 || now === null) return {...session, before: null};
  return {...session, files: [files[now.file]!], now: {...now, file: 0}, before: null};
}

/** The session with both sides exchanged. */
export const swapped = (session: Session): Session => ({
  ...session,
  now: session.before ?? session.now,
  before: session.before && session.now,
});

const sums = new WeakMap<Heap, Sums>();

/** The sums of a heap, which are added up once. */
export function sumsOnce(heap: Heap): Sums {
  const known = sums.get(heap) ?? sumsOf(heap);
  sums.set(heap, known);
  return known;
}

/** The heap that a pick names. */
export function sideOf({files}: Session, pick: Pick | null): Side | null {
  const file = pick === null ? undefined : files[pick.file];
  const heap = file?.recording.heaps.find(h => h.phase === pick!.phase);
  if (file === undefined || heap === undefined) return null;
  return {name: file.name, heap, sums: sumsOnce(heap), model: file.model};
}

/** Both sides. */
export const sidesOf = (session: Session): {now: Side | null; before: Side | null} => ({
  now: sideOf(session, session.now),
  before: sideOf(session, session.before),
});

/** A pick as the address has it: "0/main". */
export const writePick = ({file, phase}: Pick): string => `${file}/${phase}`;

/** Reads a pick, if the session has what it names. */
export function readPick(text: string | null, session: Session): Pick | null {
  const [, file, phase] = /^([01])\/(.{1,200})$/.exec(text ?? "") ?? [];
  if (file === undefined) return null;
  const pick = {file: Number(file), phase: phase!};
  return sideOf(session, pick) === null ? null : pick;
}

/** All moments that can be looked at, with a text for each. */
export function moments({files}: Session): {pick: Pick; text: string}[] {
  return files.flatMap((file, i) =>
    file.recording.heaps.map(heap => ({
      pick: {file: i, phase: heap.phase},
      text: files.length > 1 ? `${i === 0 ? "first" : "second"}: ${heap.phase}` : heap.phase,
    })),
  );
}

/**
 * The address of a file beside the site, from a parameter of the page's address. null, with the reason, for any other: nothing is
 * loaded from elsewhere.
 */
export function besideSite(file: string, page: string): {url: string} | {fault: string} {
  let url: URL;
  try {
    url = new URL(file, page);
  } catch {
    return {fault: "it is no address"};
  }
  const here = new URL(page);
  if (url.origin !== here.origin || !/^https?:$/.test(url.protocol)) {
    return {
      fault: `it lies elsewhere (${url.origin === "null" ? url.protocol : url.origin}); only files beside this site are opened`,
    };
  }
  url.hash = "";
  return {url: url.href};
}
