// What a program prints with GODEBUG=gctrace=1, and with the traces of the scavenger and the pacer beside it.
//
// A line of the collector says for one cycle what it cost and what it found. The form has changed with the releases: go1.18
// adds stacks and globals to the goal, go1.27 may say that the cycle looks for leaked goroutines. Whatever else stands
// in the text, such as what the program prints, is counted and left alone.

import {Fault} from "./fault.js";

/** A cycle of the collector. Times are in milliseconds unless their name says otherwise, sizes in MB of 2^20 bytes. */
export interface Cycle {
  readonly line: number;
  readonly number: number;
  /** Seconds since the program started. */
  readonly at: number;
  /** Percent of CPU time that collecting took since then. */
  readonly percent: number;
  /** The world is stopped, then objects are marked while the program runs, then it is stopped again. */
  readonly clock: {
    readonly sweepTermination: number;
    readonly mark: number;
    readonly markTermination: number;
  };
  readonly cpu: {
    readonly sweepTermination: number;
    readonly assist: number;
    readonly background: number;
    readonly idle: number;
    readonly markTermination: number;
  };
  /** The heap when the cycle began, when marking was done, and what of it was found alive. */
  readonly heap: {readonly before: number; readonly after: number; readonly live: number};
  readonly goal: number;
  /** null before go1.18. */
  readonly stacks: number | null;
  readonly globals: number | null;
  readonly procs: number;
  /** Asked for by the program, with runtime.GC. */
  readonly forced: boolean;
  /** Looked for leaked goroutines. */
  readonly leaks: boolean;
}

/** What the scavenger has returned, in KiB: since the last line, and in all. */
export interface Scavenge {
  readonly line: number;
  readonly work: number;
  /** The part of it that the background scavenger did not do; null before releases that say so. */
  readonly eager: number | null;
  readonly released: number;
  readonly utilization: number;
  readonly forced: boolean;
}

/** What go1.12 and earlier print each time they look for pages to return: MB of 2^20 bytes. */
export interface Scvg {
  readonly line: number;
  readonly inuse: number;
  readonly idle: number;
  readonly sys: number;
  readonly released: number;
  readonly consumed: number;
}

/** Lines of the pacer, by what they say; "returned" is what scvg has returned just now. */
export interface Pacing {
  readonly line: number;
  readonly kind: "assist ratio" | "cycle" | "sweep done" | "returned";
  readonly text: string;
}

/** A line that begins like one of the runtime's and cannot be read, and why. */
export interface BadLine {
  readonly line: number;
  readonly text: string;
  readonly why: string;
}

const n = "(\\d+(?:\\.\\d+)?)";
const whole = "(\\d+)";

const cycle = new RegExp(
  `gc ${whole} @${n}s ${whole}%( \\(checking for goroutine leaks\\))?: ` +
    `${n}\\+${n}\\+${n} ms clock, ${n}\\+${n}/${n}/${n}\\+${n} ms cpu, ` +
    `${whole}->${whole}->${whole} MB, ${whole} MB goal, (?:${whole} MB stacks, ${whole} MB globals, )?${whole} P( \\(forced\\))?`,
);

/** go1.11 and 1.12, 1.13 to 1.17, 1.18 to 1.20, and since. */
const scavenges: readonly [RegExp, (m: readonly number[]) => Omit<Scavenge, "line" | "forced">][] = [
  [
    new RegExp(`scav ${whole} ${whole} KiB work, ${whole} KiB total, ${whole}% util`),
    ([, work, released, utilization]) => ({
      work: work!,
      eager: null,
      released: released!,
      utilization: utilization!,
    }),
  ],
  [
    new RegExp(`scav ${whole} KiB work, ${whole} KiB total, ${whole}% util`),
    ([work, released, utilization]) => ({
      work: work!,
      eager: null,
      released: released!,
      utilization: utilization!,
    }),
  ],
  [
    new RegExp(
      `scav ${whole} KiB work \\(bg\\), ${whole} KiB work \\(eager\\), ${whole} KiB now, ${whole}% util`,
    ),
    ([work, eager, released, utilization]) => ({
      work: work!,
      eager: eager!,
      released: released!,
      utilization: utilization!,
    }),
  ],
];

/** Lines that begin like one of a trace. A program's own output may stand before it, without a line break. */
const begins = /(gc \d+ @|(?<!\w)(?:scav \d+ |pacer: |scvg-?\d*: ))/;

/** Reads one line of a trace of the collector, or null if it is none. */
export function readTraceLine(text: string, line: number): Cycle | Scavenge | Scvg | Pacing | BadLine | null {
  const start = begins.exec(text);
  if (start === null) return null;
  const bad = (why: string): BadLine => ({line, text: text.slice(0, 200), why});
  try {
    switch (start[1]!.slice(0, 3)) {
      case "gc ":
        return readCycle(text, line) ?? bad("it is no whole line of gctrace: a part is missing or changed");
      case "sca":
        return readScavenge(text, line) ?? bad("it is no whole line of scavtrace");
      case "scv":
        return readScvg(text, line) ?? bad("it is no whole line of scvg");
      default:
        return readPacing(text.slice(start.index), line);
    }
  } catch (error) {
    if (error instanceof Fault) return bad(error.message);
    throw error;
  }
}

function numbers(found: readonly (string | undefined)[]): number[] {
  return found.map(text => {
    const value = Number(text);
    if (text !== undefined && !(value <= Number.MAX_SAFE_INTEGER))
      throw new Fault(`${text.slice(0, 30)} is too large`);
    return value;
  });
}

function readCycle(text: string, line: number): Cycle | null {
  const found = cycle.exec(text);
  if (found === null) return null;
  const [, number, at, percent, leaks, ...rest] = found;
  const [t1, t2, t3, c1, c2, c3, c4, c5, before, after, live, goal, stacks, globals, procs] = numbers(
    rest.slice(0, 15),
  );
  const [num, seconds, share] = numbers([number, at, percent]);
  return {
    line,
    number: num!,
    at: seconds!,
    percent: share!,
    clock: {sweepTermination: t1!, mark: t2!, markTermination: t3!},
    cpu: {sweepTermination: c1!, assist: c2!, background: c3!, idle: c4!, markTermination: c5!},
    heap: {before: before!, after: after!, live: live!},
    goal: goal!,
    stacks: rest[12] === undefined ? null : stacks!,
    globals: rest[13] === undefined ? null : globals!,
    procs: procs!,
    forced: rest[15] !== undefined,
    leaks: leaks !== undefined,
  };
}

function readScavenge(text: string, line: number): Scavenge | null {
  for (const [form, read] of scavenges) {
    const found = form.exec(text);
    if (found !== null) return {line, ...read(numbers(found.slice(1))), forced: text.includes("(forced)")};
  }
  return null;
}

const scvg = new RegExp(
  `scvg-?\\d*: (?:inuse: ${whole}, idle: ${whole}, sys: ${whole}, released: ${whole}, consumed: ${whole} \\(MB\\)|${whole} MB released)`,
);

function readScvg(text: string, line: number): Scvg | Pacing | null {
  const found = scvg.exec(text);
  if (found === null) return null;
  const [inuse, idle, sys, released, consumed, now] = found
    .slice(1)
    .map(part => (part === undefined ? null : numbers([part])[0]!));
  if (now !== null) return {line, kind: "returned", text: `${now} MB released`};
  return {line, inuse: inuse!, idle: idle!, sys: sys!, released: released!, consumed: consumed!};
}

function readPacing(text: string, line: number): Pacing {
  const kind = text.startsWith("pacer: assist")
    ? "assist ratio"
    : text.startsWith("pacer: sweep")
      ? "sweep done"
      : "cycle";
  return {line, kind, text: text.slice(0, 400)};
}
