// The command line of `open-hood record`.

import {parseArgs} from "node:util";
import {Trouble} from "./trouble.js";

/** What is to be recorded. */
export interface RecordOptions {
  /** Moments: mallocinit, procresize, main, or a place such as server.go:42. None when attaching: now. */
  readonly at: readonly string[];
  /** The process to attach to; 0 if a program is to be started. */
  readonly pid: number;
  /** The program and its arguments; empty if attaching. */
  readonly command: readonly string[];
  /** The file to write; compressed if its name ends in .gz. */
  readonly out: string | undefined;
  /** Environment of the program: variables to set, and whether it has no others. */
  readonly env: readonly string[];
  readonly clearEnv: boolean;
  /** The debugger. */
  readonly gdb: string;
  readonly quiet: boolean;
  readonly help: boolean;
}

export const usage = `Records the heap of a Go program, for the book to show it.

  open-hood record [options] [--] PROGRAM [ARGUMENT…]     starts a program, records, and ends it
  open-hood record [options] --pid N                      records a running process, which then goes on

Options
  --at MOMENT        when to record: mallocinit, procresize, main (the default) or FILE:LINE; may be given several times.
                     With --pid: FILE:LINE; if not given, at once
  --pid N            the process to record
  --out FILE         the file to write; compressed if its name ends in .gz (default: NAME-MOMENT.heap.jsonl.gz)
  --env NAME=VALUE   a variable for the program; may be given several times
  --clear-env        gives the program no other variables than those of --env
  --gdb PATH         the debugger (default: gdb)
  --quiet            says nothing but errors
  --help             prints this

Exit codes
  0  recorded                                  5  the system does not allow tracing
  2  the command line is wrong                 6  the process is gone, or ended before the moment
  3  no debugger, or one that is unsuitable    7  the file cannot be written
  4  the program cannot be recorded            1  anything else; 128 + N after signal N
`;

const boot = ["mallocinit", "procresize", "main"];

/** Reads the command line behind the word "record". Throws a Trouble that says what is wrong. */
export function parseOptions(words: readonly string[]): RecordOptions {
  const {values, positionals} = parsed(words);
  const pid = values.pid === undefined ? 0 : Number(values.pid);
  const options: RecordOptions = {
    at: values.at ?? (values.pid === undefined ? ["main"] : []),
    pid,
    command: positionals,
    out: values.out,
    env: values.env ?? [],
    clearEnv: values["clear-env"] ?? false,
    gdb: values.gdb ?? "gdb",
    quiet: values.quiet ?? false,
    help: values.help ?? false,
  };
  const wrong = options.help ? undefined : fault(options, values.pid);
  if (wrong !== undefined) throw new Trouble("usage", wrong);
  return options;
}

function parsed(words: readonly string[]) {
  const list = {type: "string", multiple: true} as const;
  const text = {type: "string"} as const;
  const flag = {type: "boolean"} as const;
  try {
    return parseArgs({
      args: ownWords(words),
      options: {
        at: list,
        pid: text,
        out: text,
        env: list,
        "clear-env": flag,
        gdb: text,
        quiet: flag,
        help: flag,
      },
      allowPositionals: true,
    });
  } catch (error) {
    throw new Trouble("usage", (error as Error).message);
  }
}

/** From the program on, words are the program's: a "--" in front of it keeps them from being read. */
function ownWords(words: readonly string[]): string[] {
  const withValue = new Set(["--at", "--pid", "--out", "--env", "--gdb"]);
  for (let i = 0; i < words.length; i++) {
    if (words[i] === "--") break;
    if (withValue.has(words[i]!)) i++;
    else if (!words[i]!.startsWith("-")) return [...words.slice(0, i), "--", ...words.slice(i)];
  }
  return [...words];
}

function fault({at, pid, command, env}: RecordOptions, givenPid: string | undefined): string | undefined {
  const unnamed = env.find(each => !/^[A-Za-z_]\w*=/.test(each));
  if (unnamed !== undefined) return `--env is ${JSON.stringify(unnamed)}; right would be NAME=VALUE`;
  if (command.some(each => each.includes("\n")))
    return "an argument of the program has a line break, which gdb cannot pass on";
  const place = at.find(each => !boot.includes(each) && !/^[^:\s][^\s]*:[1-9]\d*$/.test(each));
  if (place !== undefined) {
    return `--at is ${JSON.stringify(place)}; right would be mallocinit, procresize, main or FILE:LINE, such as server.go:42`;
  }
  if (new Set(at).size < at.length) return "--at names a moment twice";
  if (givenPid === undefined) return command.length === 0 ? "no program and no --pid is given" : undefined;
  if (!Number.isSafeInteger(pid) || pid <= 0)
    return `--pid is ${JSON.stringify(givenPid)}; right would be the number of a process`;
  if (command.length > 0) return `both --pid and a program are given: ${command[0]}`;
  if (env.length > 0) return "--env is for a program that is started, not for --pid";
  const past = at.find(each => boot.includes(each));
  if (past !== undefined)
    return `--at ${past} is past in a process that runs already; right would be FILE:LINE, or nothing for now`;
  return undefined;
}
