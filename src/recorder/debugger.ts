// Running gdb with the recorder's part inside it, and reading what that says.
//
// gdb gets the request on its standard input and writes the recording to descriptor 3, with events among the lines. The
// program's own input and output are descriptors 4 to 6, so that nothing of it is mixed with the recording. gdb is
// a session of its own: Ctrl-C reaches the recorder, which lets gdb leave the process in order.

import {type ChildProcess, spawn} from "node:child_process";
import type {Readable, Writable} from "node:stream";
import {fileURLToPath} from "node:url";
import {Trouble} from "./trouble.js";

/** What is to be recorded, in the words of gdb/main.py. */
export interface Request {
  readonly program: string;
  readonly args: readonly string[];
  /** Environment of the program. */
  readonly environment: Readonly<Record<string, string>>;
  readonly pid: number;
  readonly at: readonly string[];
  readonly goarch: string;
  readonly recorder: string;
  readonly about: {readonly name: string; readonly pie: boolean; readonly cgo: boolean};
  readonly gomaxprocs: number;
}

/** What gdb/channel.py says beside the recording. */
export type DebuggerEvent =
  | {readonly event: "hello"; readonly gdb: string; readonly python: string}
  | {readonly event: "opened"; readonly pid: number}
  | {readonly event: "version"; readonly version: string}
  | {readonly event: "progress"; readonly what: string; readonly done: number; readonly total: number}
  | {readonly event: "omitted"; readonly path: readonly string[]; readonly why: string}
  | {readonly event: "trouble"; readonly kind: string; readonly about: string}
  | {readonly event: "done"};

export interface Listener {
  /** Lines of the recording. */
  lines(data: Uint8Array): Promise<void>;
  event(event: DebuggerEvent): void;
}

/** Milliseconds that gdb has to leave the process in order. */
const patience = 5000;
const newline = 10;
const mark = "!".charCodeAt(0);

const script = () => fileURLToPath(new URL("./gdb/main.py", import.meta.url));

/** Runs gdb to its end and returns the last that it said. Aborting lets it detach, or end what it started. */
export async function runDebugger(
  gdb: string,
  request: Request,
  listener: Listener,
  signal: AbortSignal,
): Promise<string> {
  const child = spawn(gdb, ["-nx", "-batch", "-iex", "set auto-load no", "-x", script()], {
    stdio: ["pipe", "pipe", "pipe", "pipe", 0, 1, 2],
    // The shell that gdb starts the program with is a plain one, whatever the user's is.
    env: {...request.environment, SHELL: "/bin/sh"},
    detached: true,
  });
  const ended = new Promise<void>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", () => resolve());
  });
  ended.catch(() => {});
  const stop = () => end(child);
  signal.addEventListener("abort", stop);
  const said = collect(child);
  let greeted = false;
  try {
    const input = child.stdin as Writable;
    input.on("error", () => {}); // gdb may be gone before it has read; that is noticed below
    input.end(JSON.stringify(request));
    await listen(child.stdio[3] as Readable, listener, () => (greeted = true));
    await ended;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT")
      throw new Trouble("gdb-missing", `there is no debugger: ${gdb}`);
    if ((error as NodeJS.ErrnoException).syscall?.startsWith("spawn")) {
      throw new Trouble("gdb-unsuitable", `${gdb} cannot be started: ${(error as Error).message}`);
    }
    throw error;
  } finally {
    signal.removeEventListener("abort", stop);
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
      end(child);
      await ended;
    }
  }
  if (!greeted && !signal.aborted) throw unsuitable(gdb, said());
  return said();
}

/** Why a gdb that ended without a word did so. */
function unsuitable(gdb: string, said: string): Trouble {
  if (/Python scripting is not supported/i.test(said))
    return new Trouble("gdb-without-python", `${gdb} has no Python`);
  return new Trouble(
    "gdb-unsuitable",
    `${gdb} does not run the recorder: ${said.trim().slice(-500) || "it says nothing"}`,
  );
}

function collect(child: ChildProcess): () => string {
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (data: Buffer) => (text = (text + data.toString()).slice(-4000)));
  }
  return () => text;
}

function end(child: ChildProcess): void {
  child.kill("SIGTERM");
  const last = setTimeout(() => child.kill("SIGKILL"), patience);
  child.once("close", () => clearTimeout(last));
}

/** Tells events from lines. Lines are passed on as they come, in pieces that end with a line. */
async function listen(stream: Readable, listener: Listener, greeted: () => void): Promise<void> {
  let rest: Uint8Array = new Uint8Array(0);
  for await (const piece of stream) {
    const data: Uint8Array = rest.length > 0 ? Buffer.concat([rest, piece]) : piece;
    let from = 0;
    let lines = 0;
    for (let to = data.indexOf(newline); to >= 0; to = data.indexOf(newline, from)) {
      if (data[from] === mark) {
        if (lines < from) await listener.lines(data.subarray(lines, from));
        lines = to + 1;
        const event = JSON.parse(Buffer.from(data.subarray(from + 1, to)).toString()) as DebuggerEvent;
        if (event.event === "hello") greeted();
        listener.event(event);
      }
      from = to + 1;
    }
    if (lines < from) await listener.lines(data.subarray(lines, from));
    rest = data.subarray(from);
  }
}
