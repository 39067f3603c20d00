// What a program prints with GODEBUG=schedtrace=N, and with scheddetail=1.
//
// A moment is one line that begins with SCHED; with details, a line follows for each P, M and G. What stands there is names and
// values, which differ by release (go1.21 writes nil for -1 and true for 1, and adds needspinning), so they are read
// as such and not by their places.

import type {BadLine} from "./gctrace.js";

/** A P, M or G at a moment: its number, and its fields by name. A number for nobody is null. */
export interface Detail {
  readonly kind: "P" | "M" | "G";
  readonly id: number;
  readonly fields: Readonly<Record<string, string | number | boolean | null>>;
}

/** The scheduler at one moment. */
export interface Moment {
  readonly line: number;
  /** Milliseconds since the first line. */
  readonly at: number;
  /** gomaxprocs, idleprocs, threads … */
  readonly fields: Readonly<Record<string, string | number | boolean | null>>;
  /** Goroutines in the queue of each P; empty with details, where each P has its runqsize. */
  readonly queues: readonly number[];
  /** How often each P has scheduled; empty in releases that do not say it on one line. */
  readonly ticks: readonly number[];
  readonly details: readonly Detail[];
}

const head = /(?:^|[^\w])SCHED (\d+)ms: (.*)$/;
const detail = /^\s{2}([PMG])(\d+): (.*)$/;
/** The beginning of a field. Its value runs up to the next, since a reason to wait may have spaces. */
const name = /(?:^| +)([a-z]\w*)=/gi;

function fieldValue(text: string): string | number | boolean | null {
  const trimmed = text.trim();
  if (trimmed === "nil" || trimmed === "-1") return null;
  if (trimmed === "true" || trimmed === "false") return trimmed === "true";
  const number = Number(trimmed);
  return trimmed !== "" && Number.isSafeInteger(number) ? number : trimmed;
}

function fieldsOf(text: string): Record<string, string | number | boolean | null> {
  const fields: Record<string, string | number | boolean | null> = Object.create(null);
  const found = [...text.matchAll(name)];
  found.forEach((each, i) => {
    const value = text.slice(each.index + each[0].length, found[i + 1]?.index);
    fields[each[1]!] = fieldValue(value);
  });
  return fields;
}

const listIn = (text: string): number[] =>
  text
    .trim()
    .split(/\s+/)
    .filter(part => part !== "")
    .map(Number);

/** Reads lines of a trace of the scheduler, one after the other. */
export class SchedTrace {
  readonly moments: Moment[] = [];
  readonly bad: BadLine[] = [];

  /** Reads a line; false if it is none of the scheduler's. */
  read(text: string, line: number): boolean {
    const found = head.exec(text);
    if (found !== null) return this.#moment(found, text, line);
    const each = detail.exec(text);
    const last = this.moments.at(-1);
    if (each === null || last === undefined) return false;
    const [, kind, id, rest] = each;
    const fields = fieldsOf(rest!);
    // The status of a goroutine has the reason to wait behind it: 4(chan receive).
    const [, status, reason] = /^(\d+)\((.*)\)$/.exec(String(fields.status ?? "")) ?? [];
    if (status !== undefined) Object.assign(fields, {status: Number(status), reason});
    (last.details as Detail[]).push({kind: kind as Detail["kind"], id: Number(id), fields});
    return true;
  }

  #moment([, at, rest]: RegExpExecArray, text: string, line: number): boolean {
    const bad = (why: string) => {
      this.bad.push({line, text: text.slice(0, 200), why});
      return true;
    };
    const [, names, queues, ticks] =
      /^([^[]*)(?:\[([^\]]*)\])?(?: *schedticks=\[([^\]]*)\])?\s*$/.exec(rest!) ?? [];
    if (names === undefined) return bad("it is no whole line of schedtrace");
    const fields = fieldsOf(names);
    if (typeof fields.gomaxprocs !== "number") return bad("it does not say gomaxprocs");
    const lists = [queues ?? "", ticks ?? ""].map(listIn);
    if (lists.flat().some(n => !Number.isSafeInteger(n))) return bad("a length of a queue is no number");
    this.moments.push({line, at: Number(at), fields, queues: lists[0]!, ticks: lists[1]!, details: []});
    return true;
  }
}
