// What is to be recorded: the program that will be started, or the process that runs. Looked at before gdb is, because
// most of what can be wrong can be seen in the file.

import {accessSync, constants, existsSync, readFileSync, readlinkSync, statSync} from "node:fs";
import {basename, delimiter, join, resolve} from "node:path";
import {type Executable, readExecutable} from "./elf.js";
import type {RecordOptions} from "./options.js";
import {ptraceRefused, type TraceRules, Trouble} from "./trouble.js";

export interface Target {
  readonly program: string;
  readonly executable: Executable;
  readonly name: string;
  readonly environment: Readonly<Record<string, string>>;
  /** GOMAXPROCS in the environment; 0 if it is not set or cannot be read. */
  readonly gomaxprocs: number;
}

/** GOARCH of this machine, by Node's names; programs of the others need not run here. */
const natively: Readonly<Record<string, readonly string[]>> = {
  x64: ["amd64", "386"],
  ia32: ["386"],
  arm64: ["arm64", "arm"],
  arm: ["arm"],
  ppc64: ["ppc64le", "ppc64"],
  s390x: ["s390x"],
  riscv64: ["riscv64"],
  loong64: ["loong64"],
  mips: ["mips"],
  mipsel: ["mipsle"],
};

/** Finds and checks the target. Throws a Trouble. */
export function findTarget(options: RecordOptions): Target {
  return options.pid === 0 ? programTarget(options) : processTarget(options.pid);
}

function programTarget({command, env, clearEnv}: RecordOptions): Target {
  const environment: Record<string, string> = {};
  for (const [name, value] of clearEnv ? [] : Object.entries(process.env)) environment[name] = value!;
  for (const each of env) environment[each.slice(0, each.indexOf("="))] = each.slice(each.indexOf("=") + 1);
  const program = findProgram(command[0]!);
  return {
    program,
    executable: checked(program, program),
    name: basename(program),
    environment,
    gomaxprocs: procs(environment.GOMAXPROCS),
  };
}

/** The file of a command, as a shell finds it. */
function findProgram(name: string): string {
  const candidates = name.includes("/")
    ? [resolve(name)]
    : (process.env.PATH ?? "").split(delimiter).map(folder => join(folder || ".", name));
  const found = candidates.find(file => existsSync(file) && !statSync(file).isDirectory());
  if (found === undefined) throw new Trouble("no-program", `there is no program ${name}`);
  try {
    accessSync(found, constants.X_OK | constants.R_OK);
  } catch {
    throw new Trouble("no-program", `${found} cannot be executed`, `Allow it: chmod +rx ${name}`);
  }
  return found;
}

function processTarget(pid: number): Target {
  const proc = `/proc/${pid}`;
  if (!existsSync(proc)) throw new Trouble("gone", `there is no process ${pid}`);
  let program: string;
  try {
    program = readlinkSync(`${proc}/exe`);
  } catch (error) {
    const {code} = error as NodeJS.ErrnoException;
    if (code === "EACCES" || code === "EPERM")
      throw ptraceRefused(`${proc}/exe cannot be read`, traceRules(pid));
    throw new Trouble(
      "gone",
      `process ${pid} has no program any more: it has ended, or belongs to the kernel`,
    );
  }
  const tracer = /^TracerPid:\s*(\d+)/m.exec(read(`${proc}/status`))?.[1] ?? "0";
  if (tracer !== "0")
    throw new Trouble("traced", `another debugger, process ${tracer}, is attached to process ${pid}`);
  const environment = read(`${proc}/environ`);
  return {
    program,
    executable: checked(`${proc}/exe`, program),
    name: basename(program).replace(/ \(deleted\)$/, ""),
    environment: {},
    gomaxprocs: procs(/(?:^|\0)GOMAXPROCS=([^\0]*)/.exec(environment)?.[1]),
  };
}

function checked(file: string, name: string): Executable {
  let executable: Executable | undefined;
  try {
    executable = readExecutable(file);
  } catch (error) {
    throw new Trouble("no-program", `${name} cannot be read: ${(error as Error).message}`);
  }
  if (executable === undefined) throw new Trouble("no-elf", `${name} is no Linux executable`);
  const {goarch, go, dwarf, debugLink, linux} = executable;
  if (!linux || !(natively[process.arch] ?? [goarch]).includes(goarch)) {
    throw new Trouble(
      "other-system",
      `${name} is built for ${goarch}${linux ? "" : " of another system"}; this machine is ${process.arch}`,
    );
  }
  if (!go) throw new Trouble("not-go", `${name} is no Go program`);
  if (!dwarf && !debugLink)
    throw new Trouble("no-dwarf", `${name} has no DWARF, which says how Go's runtime is laid out`);
  return executable;
}

function procs(value: string | undefined): number {
  const n = Number(value);
  return Number.isSafeInteger(n) && n > 0 ? n : 0;
}

function read(file: string): string {
  try {
    return readFileSync(file, "latin1");
  } catch {
    return "";
  }
}

/** What decides whether a process can be traced. */
export function traceRules(pid: number): TraceRules {
  const status = read("/proc/self/status");
  const capabilities = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)/m.exec(status)?.[1] ?? "0"}`);
  const yama = read("/proc/sys/kernel/yama/ptrace_scope").trim();
  const target = /^Uid:\s*(\d+)/m.exec(pid === 0 ? "" : read(`/proc/${pid}/status`))?.[1];
  return {
    yama: yama === "" ? undefined : Number(yama),
    capable: (capabilities & (1n << 19n)) !== 0n, // CAP_SYS_PTRACE
    container:
      existsSync("/.dockerenv") ||
      existsSync("/run/.containerenv") ||
      read("/proc/1/environ").includes("container="),
    uid: process.getuid?.() ?? 0,
    targetUid: target === undefined ? undefined : Number(target),
  };
}
