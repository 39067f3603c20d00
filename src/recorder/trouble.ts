// What can go wrong, and what to do about it. Whatever ends a recording is a Trouble of one of these kinds.

/** For each kind the exit code. They are documented: they do not change. */
const exitCodes = {
  usage: 2,
  "gdb-missing": 3,
  "gdb-without-python": 3,
  "gdb-unsuitable": 3,
  "no-program": 4,
  "no-elf": 4,
  "other-system": 4,
  "not-go": 4,
  "no-dwarf": 4,
  ptrace: 5,
  traced: 5,
  gone: 6,
  ended: 6,
  "no-place": 2,
  write: 7,
  "disk-full": 7,
  "not-linux": 1,
  lost: 1,
} as const;

export type Kind = keyof typeof exitCodes;

/** What to do, by kind. */
const remedies: Readonly<Record<Kind, string>> = {
  usage: "open-hood record --help lists the options.",
  "gdb-missing": "Install it (apt install gdb, dnf install gdb, apk add gdb), or name one with --gdb PATH.",
  "gdb-without-python":
    "Install a gdb with Python (Debian: gdb instead of gdb-minimal), or name one with --gdb PATH.",
  "gdb-unsuitable":
    "gdb 8.1 or later with Python 3.6 or later is needed. Install a newer one, or name one with --gdb PATH.",
  "no-program": "Give the path of a program, such as ./server.",
  "no-elf": "Give the program itself, not a script that starts it or its source: go build makes one.",
  "other-system": "Record it on a Linux machine of its architecture.",
  "not-go":
    "The recorder knows Go's runtime only. If a Go program was named, it was stripped of all that tells so: build it without -ldflags=-s.",
  "no-dwarf":
    "Build it without -ldflags=-w and -ldflags=-s, and do not strip it. go run and go test strip too: use go build, go test -c.",
  ptrace: "",
  traced: "Only one debugger can be attached to a process: end the other one.",
  gone: "Look for the number again: pgrep -l NAME lists processes.",
  ended: "Choose an earlier moment: --at main, or a line that the program comes to.",
  "no-place":
    "Give a line that has code, in a file of the program: FILE:LINE, such as server.go:42. FILE may be the end of a path.",
  write: "Name another file with --out FILE.",
  "disk-full":
    "Free space, or name a file on another disk with --out FILE. A name that ends in .gz takes about a tenth.",
  "not-linux":
    "Record on Linux, for example in a container with --cap-add=SYS_PTRACE. The file can be opened anywhere.",
  lost: "Please report this with the program's Go version, the version of gdb and this message.",
};

/** The end of a recording: what happened and what to do. */
export class Trouble extends Error {
  override readonly name = "Trouble";
  readonly kind: Kind;
  readonly remedy: string;

  constructor(kind: Kind, message: string, remedy: string = remedies[kind]) {
    super(message);
    this.kind = kind;
    this.remedy = remedy;
  }

  get exitCode(): number {
    return exitCodes[this.kind];
  }
}

/** What the system says of tracing. */
export interface TraceRules {
  /** kernel.yama.ptrace_scope; undefined if the kernel has no Yama. */
  readonly yama?: number | undefined;
  /** Whether the recorder may trace processes of others (CAP_SYS_PTRACE). */
  readonly capable: boolean;
  readonly container: boolean;
  /** Users of the recorder and of the process to attach to. */
  readonly uid: number;
  readonly targetUid?: number | undefined;
}

/** Why tracing is refused, most likely, and what to do. */
export function ptraceRefused(said: string, rules: TraceRules): Trouble {
  const {yama, capable, container, uid, targetUid} = rules;
  const remedy = [];
  if (targetUid !== undefined && targetUid !== uid && !capable) {
    remedy.push(
      `The process belongs to user ${targetUid}, the recorder runs as ${uid}: run it as that user, or with sudo.`,
    );
  }
  if (yama === 3)
    remedy.push("kernel.yama.ptrace_scope is 3: no tracing until the machine is started again.");
  else if (yama === 2 && !capable) remedy.push("kernel.yama.ptrace_scope is 2: run the recorder with sudo.");
  else if (yama === 1 && targetUid !== undefined && !capable) {
    remedy.push(
      "kernel.yama.ptrace_scope is 1, so only a parent may trace: run the recorder with sudo, start the program with it instead of --pid, or allow it with sudo sysctl kernel.yama.ptrace_scope=0.",
    );
  }
  if (container) {
    remedy.push(
      "This is a container: start it with --cap-add=SYS_PTRACE (Docker, Podman), or with SYS_PTRACE among securityContext.capabilities.add (Kubernetes).",
    );
  }
  if (remedy.length === 0)
    remedy.push("A security module (seccomp, SELinux, AppArmor) may forbid it: see the system's log.");
  return new Trouble("ptrace", `the system does not allow tracing the process: ${said}`, remedy.join("\n"));
}

/** A trouble that the part inside the debugger reports. */
export function fromDebugger(kind: string, about: string, rules: TraceRules): Trouble {
  const said = about.replace(/\s+/g, " ").trim();
  if (/already traced/.test(said))
    return new Trouble("traced", `another debugger is attached to the process: ${said}`);
  if (/No such process/.test(said)) return new Trouble("gone", `the process is gone: ${said}`);
  if (
    /not permitted|[Cc]ould not (attach|trace)|Permission denied/.test(said) &&
    (kind === "attach" || kind === "start")
  ) {
    return ptraceRefused(said, rules);
  }
  switch (kind) {
    case "not-go":
      return new Trouble("not-go", `the program has no Go runtime that can be read: ${said}`);
    case "place":
      return new Trouble("no-place", `the program cannot be stopped there: ${said}`);
    case "ended":
      return new Trouble("ended", `the program ${said} before it came to the moment`);
    case "start":
      return new Trouble("no-program", `the program cannot be started: ${said}`);
    case "attach":
      return new Trouble("gone", `gdb cannot attach to the process: ${said}`);
    default:
      return new Trouble("lost", `gdb cannot go on: ${said}`);
  }
}

/** A trouble of a file operation. */
export function fromWriting(error: NodeJS.ErrnoException, file: string): Trouble {
  if (error.code === "ENOSPC" || error.code === "EDQUOT")
    return new Trouble("disk-full", `the disk is full: ${file} cannot be written`);
  if (error.code === "EFBIG")
    return new Trouble("disk-full", `${file} grows beyond the limit for files (ulimit -f)`);
  return new Trouble("write", `${file} cannot be written: ${error.message}`);
}
