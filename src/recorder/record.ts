// `open-hood record`: from the command line to the file.

import {basename} from "node:path";
import {type DebuggerEvent, type Request, runDebugger} from "./debugger.js";
import {parseOptions, type RecordOptions, usage} from "./options.js";
import {Output} from "./output.js";
import {findTarget, type Target, traceRules} from "./target.js";
import {fromDebugger, Trouble} from "./trouble.js";

/** Where the recorder says how it goes: standard error, so that the program has standard output for itself. */
export interface Terminal {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

/** Releases of go1 that the recorder was tried with. Others are recorded as far as DWARF describes them. */
const tried = {first: 12, last: 27};

const signals = {SIGINT: 2, SIGTERM: 15, SIGHUP: 1} as const;

/** Runs the command. Returns the exit code. */
export async function record(words: readonly string[], version: string, terminal: Terminal): Promise<number> {
  const abort = new AbortController();
  let stopped = 0;
  const handlers = Object.entries(signals).map(([name, number]) => {
    const handler = () => {
      stopped ||= 128 + number;
      abort.abort();
    };
    process.on(name, handler);
    return () => process.off(name, handler);
  });
  try {
    const options = parseOptions(words);
    if (options.help) {
      process.stdout.write(usage);
      return 0;
    }
    await recordWith(options, version, options.quiet ? {write: () => {}} : terminal, abort.signal);
    return 0;
  } catch (error) {
    if (stopped > 0) {
      terminal.write("open-hood: interrupted; no file is written\n");
      return stopped;
    }
    if (!(error instanceof Trouble)) throw error;
    terminal.write(`open-hood: ${error.message}\n${error.remedy}\n`);
    return error.exitCode;
  } finally {
    for (const off of handlers) off();
  }
}

async function recordWith(
  options: RecordOptions,
  version: string,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<void> {
  if (process.platform !== "linux")
    throw new Trouble("not-linux", `the recorder runs on Linux, not on ${process.platform}`);
  const target = findTarget(options);
  const output = await Output.create(options.out ?? defaultName(target, options));
  const report = new Report(terminal);
  const started = performance.now();
  let trouble: Trouble | undefined;
  let done = false;
  const event = (event: DebuggerEvent) => {
    if (event.event === "trouble") trouble = fromDebugger(event.kind, event.about, traceRules(options.pid));
    else if (event.event === "done") done = true;
    else report.event(event);
  };
  try {
    const lines = (data: Uint8Array) => output.write(data);
    const said = await runDebugger(options.gdb, requestOf(options, target, version), {lines, event}, signal);
    signal.throwIfAborted();
    if (trouble) throw trouble;
    if (!done) throw new Trouble("lost", `gdb ended before the recording did: ${said.trim().slice(-500)}`);
    await output.complete();
  } catch (error) {
    report.clear();
    await output.discard();
    throw error;
  }
  const seconds = (performance.now() - started) / 1000;
  report.finish(
    `${output.file}: ${size(output.written)}${output.written < output.bytes ? `, ${size(output.bytes)} unpacked` : ""}, in ${seconds.toFixed(1)} s`,
  );
}

function requestOf({pid, command, at}: RecordOptions, target: Target, version: string): Request {
  const {program, name, environment, executable, gomaxprocs} = target;
  const {goarch, pie, cgo} = executable;
  const recorder = `open-hood ${version}`;
  return {
    program,
    args: command.slice(1),
    environment,
    pid,
    at,
    goarch,
    recorder,
    about: {name, pie, cgo},
    gomaxprocs,
  };
}

/** PROGRAM-MOMENT.heap.jsonl.gz, in the current folder. */
function defaultName({name}: Target, {at, pid}: RecordOptions): string {
  const moment = at.length > 0 ? basename(at.at(-1)!).replace(":", "-") : String(pid);
  return `${name}-${moment}.heap.jsonl.gz`;
}

function size(bytes: number): string {
  if (bytes < 1e6) return `${Math.max(1, Math.round(bytes / 1e3))} kB`;
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** Says how far it is: on a terminal in one line that changes, otherwise only what is worth keeping. */
class Report {
  private readonly terminal: Terminal;
  private shown = false;

  constructor(terminal: Terminal) {
    this.terminal = terminal;
  }

  event(event: DebuggerEvent): void {
    if (event.event === "version") this.version(event.version);
    else if (event.event === "omitted") this.line(`left out: ${event.path.join(".")} (${event.why})`);
    else if (event.event === "progress" && this.terminal.isTTY) {
      this.terminal.write(`\r\x1b[Krecording: ${event.done} of ${event.total} ${event.what}`);
      this.shown = true;
    }
  }

  finish(text: string): void {
    this.line(text);
  }

  clear(): void {
    if (this.shown) this.terminal.write("\r\x1b[K");
    this.shown = false;
  }

  private version(version: string): void {
    const minor = Number(/go1\.(\d+)/.exec(version)?.[1] ?? Number.NaN);
    if (minor >= tried.first && minor <= tried.last) return;
    this.line(
      `${version} is not among the releases that the recorder was tried with (go1.${tried.first} to go1.${tried.last}): what DWARF describes is recorded`,
    );
  }

  private line(text: string): void {
    this.clear();
    this.terminal.write(`${text}\n`);
  }
}
