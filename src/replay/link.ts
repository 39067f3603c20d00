// A step in the address of a page, and what becomes of it when the routine has changed since.
//
// A link names the step by its number and says what stands there: function, line within it, and a hash of the
// statement's text. If that is no longer so, the link leads to the nearest place that is alike, and says so.

import type {Fn, Step} from "./table.js";

/** A step as a link names it. */
export interface StepLink {
  readonly k: number;
  readonly fn: string;
  /** Lines from the function's first one. */
  readonly line: number;
  readonly hash: string;
}

/** Where a link leads. */
export interface Resolved {
  readonly k: number;
  /** Null if the link is up to date; otherwise what is not as it was. */
  readonly note: string | null;
}

/** What a resolver needs to know of a run. */
export interface Run {
  readonly length: number;
  step(k: number): Step | null;
  fn(k: number): Fn | null;
  hash(k: number): string;
}

/** The link to step k. After the last step it names the end. */
export function linkTo(run: Run, k: number): string {
  const [step, fn] = [run.step(k), run.fn(k)];
  if (step === null || fn === null) return `${k}.end`;
  return `${k}.${fn.name}.${step.line - fn.line}.${run.hash(k)}`;
}

/** Reads a link. Returns null for a text that is none. */
export function parseLink(text: string): StepLink | null {
  const end = /^(\d+)\.end$/.exec(text);
  if (end) return {k: Number(end[1]), fn: "", line: 0, hash: ""};
  const match = /^(\d+)\.([\w$.#]+)\.(\d+)\.([0-9a-z]{3})$/.exec(text);
  return match ? {k: Number(match[1]), fn: match[2]!, line: Number(match[3]), hash: match[4]!} : null;
}

/** Finds the step that a link means, or the nearest one that is like it. */
export function resolve(run: Run, link: StepLink): Resolved {
  const isThere = (k: number) => run.fn(k)?.name === link.fn;
  const isSame = (k: number) => isThere(k) && run.hash(k) === link.hash;
  if (link.fn === "" && link.k === run.length + 1) return {k: link.k, note: null};
  if (isSame(link.k)) return {k: link.k, note: null};
  const what = link.fn === "" ? "the end" : `${link.fn}`;
  const statement = nearest(run.length, link.k, isSame);
  if (statement !== null) {
    return {
      k: statement,
      note: `The run has changed since this link was made: the statement in ${what} is now at step ${statement}.`,
    };
  }
  const call = nearest(run.length, link.k, isThere);
  if (call !== null)
    return {
      k: call,
      note: `The statement that this link meant is gone from ${what}; step ${call} is the nearest there.`,
    };
  const k = Math.min(Math.max(1, link.k), run.length + 1);
  return {k, note: `This run does not come to ${what}, which this link meant; it opens at step ${k}.`};
}

/** The step nearest to `k` that is good, or null. */
function nearest(length: number, k: number, good: (k: number) => boolean): number | null {
  for (let away = 0; away <= Math.max(k, length); away++) {
    for (const candidate of [k - away, k + away]) {
      if (candidate >= 1 && candidate <= length && good(candidate)) return candidate;
    }
  }
  return null;
}

/** Three letters and digits for a text, white space aside (FNV-1a, folded). */
export function shortHash(text: string): string {
  let hash = 0x811c9dc5;
  for (const char of text.replace(/\s+/g, " ").trim())
    hash = Math.imul(hash ^ char.codePointAt(0)!, 0x01000193);
  return ((hash >>> 0) % 46656).toString(36).padStart(3, "0");
}
