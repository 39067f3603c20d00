// What changed between two recordings of the same moment: one that is committed, and one that was made just now.
//
// Both are held against each other leaf by leaf, by the rules that hold the model against a recording. So what varies
// from run to run is ignored here, too, and what describes the machine or the program is left aside. The process is
// recorded several times: a leaf that differs between two of them varies by itself, as the start of go1.27's heap does,
// whatever the rules say of it.

import {join} from "../capture/account.js";
import {compare, type Difference, leaves} from "../capture/compare.js";
import type {Recording} from "../capture/format.js";
import {type BootPhase, phaseWithConstants} from "../capture/recordings.js";
import {compareLayouts} from "../capture/structs.js";

/** The moments that are recorded again. What follows depends on how far other threads got. */
export const moments: readonly BootPhase[] = ["mallocinit", "procresize"];

/** What came of holding a new recording against a committed one. */
export interface Changes {
  readonly equal: number;
  /** Leaves that the rules leave aside: those that vary between two runs, and those on machine and program. */
  readonly aside: number;
  /** Leaves that varied between the runs of now, without a rule. */
  readonly varying: number;
  readonly changed: readonly Difference[];
}

/**
 * Holds new recordings of one program against a committed one: the first is compared, the others tell what varies. Paths
 * begin with the moment, or with "types".
 */
export function changesBetween(runs: readonly Recording[], committed: Recording): Changes {
  const now = runs[0]!;
  const where = {release: `go${committed.release}`};
  const parts = moments.map(phase => {
    const result = compare(phaseWithConstants(now, phase), phaseWithConstants(committed, phase), {
      ...where,
      phase,
    });
    return named(phase, result);
  });
  parts.push(named("types", compareLayouts(now.types, committed.types)));
  const {equal, differing, ignored, unmodelled} = join(parts);
  const moving = new Set(runs.slice(1).flatMap(again => movingPaths(now, again)));
  const changed = differing.filter(({path}) => !moving.has(path));
  return {
    equal: equal.length,
    aside: ignored.length + unmodelled.length,
    varying: differing.length - changed.length,
    changed,
  };
}

/** Paths of leaves that are not the same in two recordings of one program. */
function movingPaths(now: Recording, again: Recording): string[] {
  return moments.flatMap(phase => {
    const [a, b] = [now, again].map(recording => leaves(recording.phases[phase] ?? {}));
    return [...new Set([...a!.keys(), ...b!.keys()])]
      .filter(path => JSON.stringify(a!.get(path)) !== JSON.stringify(b!.get(path)))
      .map(path => `${phase}.${path}`);
  });
}

function named(part: string, {equal, differing, ignored, unmodelled}: ReturnType<typeof compare>) {
  const path = (p: string) => `${part}.${p}`;
  return {
    equal: equal.map(path),
    differing: differing.map(d => ({...d, path: path(d.path)})),
    ignored: ignored.map(e => ({...e, path: path(e.path)})),
    unmodelled: unmodelled.map(e => ({...e, path: path(e.path)})),
  };
}

/** Which committed recording a new one is held against, and whether it is of the very same release. */
export interface Choice {
  readonly file: string;
  readonly recording: Recording;
  readonly same: "patch" | "minor" | "older";
  /** The GOEXPERIMENT that its program was built with, or "". */
  readonly experiment: string;
}

/** A committed recording and its file. */
export interface Committed {
  readonly file: string;
  readonly recording: Recording;
}

/**
 * The committed recordings to hold a toolchain against, on one platform: those of its release if there are any, else
 * those of the newest release before it. Emulated ones are left out, and with them those of other page sizes.
 */
export function choose(
  all: readonly Committed[],
  {version, goos, goarch}: {version: string; goos: string; goarch: string},
): Choice[] {
  const own = all.filter(({recording: r}) => r.goos === goos && r.goarch === goarch && r.runner === "native");
  const [minor, patch] = numbers(version);
  const minors = own.map(({recording}) => numbers(recording.go_version)[0]).filter(m => m <= minor);
  if (minors.length === 0) return [];
  const nearest = Math.max(...minors);
  return own
    .filter(({recording}) => numbers(recording.go_version)[0] === nearest)
    .map(each => {
      const [, itsPatch] = numbers(each.recording.go_version);
      const experiment = /-p\d+-(\w+)\.json$/.exec(each.file)?.[1] ?? "";
      return {...each, experiment, same: nearest < minor ? "older" : itsPatch === patch ? "patch" : "minor"};
    });
}

/** 19 and 8 of "go1.19.8". A release without a patch has patch 0. */
export function numbers(version: string): [minor: number, patch: number] {
  const [, minor, patch] = /^go1\.(\d+)(?:\.(\d+))?/.exec(version) ?? [];
  if (minor === undefined)
    throw new RangeError(`${JSON.stringify(version)} is no version of Go such as go1.19.8`);
  return [Number(minor), Number(patch ?? 0)];
}

/** A report for people: a line for the sum, one for each kind of leaf that changed, the first `most` of them. */
export function report(title: string, {equal, aside, varying, changed}: Changes, most = 40): string {
  const value = (v: unknown) => (v === undefined ? "nothing" : JSON.stringify(v));
  // Elements of one list are of one kind; that its first changed tells enough of a hundred.
  const kinds = new Map<string, Difference[]>();
  for (const each of changed) {
    const kind = each.path.replace(/\.\d+(?=\.|$)/g, ".*");
    kinds.set(kind, [...(kinds.get(kind) ?? []), each]);
  }
  const lines = [...kinds.values()].slice(0, most).map(([first, ...others]) => {
    const {path, captured, simulated} = first!;
    const more = others.length === 0 ? "" : ` (and ${others.length} more of its list)`;
    return `    ${path}: ${value(captured)} -> ${value(simulated)}${more}`;
  });
  if (kinds.size > most) lines.push(`    and ${kinds.size - most} more kinds`);
  const moving = varying === 0 ? "" : `, ${varying} vary from run to run`;
  const sum = `${changed.length === 0 ? "nothing changed" : `${changed.length} changed`}, ${equal} equal, ${aside} not compared${moving}`;
  return [`${title}: ${sum}`, ...lines].join("\n");
}
