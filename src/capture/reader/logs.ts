// Reads a log that may have lines of the collector and of the scheduler among others.

import {type BadLine, type Cycle, type Pacing, readTraceLine, type Scavenge, type Scvg} from "./gctrace.js";
import {type Moment, SchedTrace} from "./schedtrace.js";

/** What a log says. */
export interface Log {
  readonly cycles: readonly Cycle[];
  readonly scavenges: readonly Scavenge[];
  readonly scvgs: readonly Scvg[];
  readonly pacing: readonly Pacing[];
  readonly moments: readonly Moment[];
  /** Lines that look like the runtime's and cannot be read: the first of them, and how many there are. */
  readonly bad: readonly BadLine[];
  readonly badLines: number;
  readonly lines: number;
  /** Lines that are none of the above: what else was printed. */
  readonly others: number;
}

/** The longest line that is looked at, and the most cycles or moments that are kept. */
export const limits = {line: 4000, kept: 200_000, bad: 20, text: 256 * 2 ** 20};

/** Whether a text, of which the start is enough, has such a line. */
export const isLog = (start: string): boolean =>
  start.split("\n", 2000).some(line => isOf(line.slice(0, limits.line)));

const isOf = (line: string) => readTraceLine(line, 1) !== null || new SchedTrace().read(line, 1);

/** Reads a log from lines that are pushed. It never throws. */
export class LogReader {
  readonly #cycles: Cycle[] = [];
  readonly #scavenges: Scavenge[] = [];
  readonly #scvgs: Scvg[] = [];
  readonly #pacing: Pacing[] = [];
  readonly #sched = new SchedTrace();
  readonly #bad: BadLine[] = [];
  #badLines = 0;
  #lines = 0;
  #others = 0;
  #rest = "";

  /** Reads more text. */
  push(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop()!.slice(0, 2 * limits.line);
    for (const line of lines) this.#line(line);
  }

  /** Says that the log is over. */
  end(): Log {
    if (this.#rest !== "") this.#line(this.#rest);
    this.#rest = "";
    const bad = [...this.#bad, ...this.#sched.bad].sort((a, b) => a.line - b.line).slice(0, limits.bad);
    return {
      cycles: this.#cycles,
      scavenges: this.#scavenges,
      scvgs: this.#scvgs,
      pacing: this.#pacing,
      moments: this.#sched.moments,
      bad,
      badLines: this.#badLines + this.#sched.bad.length,
      lines: this.#lines,
      others: this.#others,
    };
  }

  #line(text: string): void {
    const line = ++this.#lines;
    const short = text.slice(0, limits.line).replace(/\r$/, "");
    const read = readTraceLine(short, line);
    if (read === null) {
      if (!this.#sched.read(short, line) && short.trim() !== "") this.#others++;
    } else if ("why" in read) {
      this.#badLines++;
      if (this.#bad.length < limits.bad) this.#bad.push(read);
    } else if ("clock" in read) keep(this.#cycles, read);
    else if ("consumed" in read) keep(this.#scvgs, read);
    else if ("work" in read) keep(this.#scavenges, read);
    else keep(this.#pacing, read);
  }
}

function keep<T>(list: T[], item: T): void {
  if (list.length < limits.kept) list.push(item);
}

/** Reads a whole log. */
export function readLog(text: string): Log {
  const reader = new LogReader();
  reader.push(text);
  return reader.end();
}
