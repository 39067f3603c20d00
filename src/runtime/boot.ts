// Starting a simulated runtime: which options there are, and what they are when nothing is said.

import type {Configuration} from "../releases/index.js";
import {archs, configure, oses, release, releases} from "../releases/index.js";
import type {Refusal} from "./addressspace.js";
import {schedinit} from "./proc.js";
import {type Machine, Runtime} from "./runtime.js";
import {round} from "./stubs.js";

/** What `boot` takes. Sizes and addresses are in bytes. */
export interface BootOptions {
  release?: string;
  goos?: string;
  goarch?: string;
  /** Number of Ps. */
  gomaxprocs?: number;
  /** What the kernel says a page is. Any number is taken here: mallocinit checks it. */
  physPageSize?: number;
  /** What the kernel says a huge page is, 0 for none. go1.12 does not ask, but mappings that large are aligned to it. */
  physHugePageSize?: number;
  /** End of the data segment. Without it, the first page after the program. */
  brk?: number;
  /** The routine of schedinit after whose return to stop. */
  until?: "mallocinit" | "procresize";
  /** First address after the program's data: 32-bit platforms place the heap after it. */
  programEnd?: number;
  /** Whether the program is built with -race. */
  race?: boolean;
  /** Whether the heap's place is left to chance, as go1.26 and later do. Earlier releases cannot. */
  randomizeHeapBase?: boolean;
  /** The 64 random bits that decide it then. */
  heapRandSeed?: bigint;
  /** Bits of a user address: on riscv64 it depends on the kernel and decides where the heap is tried. */
  vmaBits?: 39 | 48 | 57;
  /** What the CPU's tick counter reads when the random generator is seeded. */
  cputicks?: number;
  /** Bytes of the program's data with pointers: initialized, and not. Without it, those of an empty program. */
  program?: {readonly data: number; readonly bss: number};
  /** Arguments of the program, its own name first. */
  args?: readonly string[];
  /** Environment of the program. Without it, GOMAXPROCS alone is set. */
  env?: readonly string[];
  /** Says no to a request for address space. */
  refuse?: Refusal;
}

/**
 * Boots a runtime and returns its state after the phase asked for.
 *
 * Throws `Throw` where Go's runtime gives up, and RangeError for an option that makes no sense.
 */
export function boot(options: BootOptions = {}): Runtime {
  const rt = load(options);
  start(rt, options);
  return rt;
}

/**
 * A runtime whose program is loaded and whose first instruction has not run: for those who want to watch it start,
 * or to look at it after it threw.
 */
export function load(options: BootOptions = {}): Runtime {
  check(options);
  const config = configure(
    release(options.release ?? "go1.12"),
    options.goos ?? "linux",
    options.goarch ?? "amd64",
  );
  const {racePlatforms, name, randomizesHeapBase} = config.release;
  if (options.until === "procresize" && config.release.schedinit === null) {
    throw new RangeError(
      `until: "procresize" is not modelled for ${name}; the model of it ends at "mallocinit"`,
    );
  }
  if (options.randomizeHeapBase && !(randomizesHeapBase && config.constants._64bit)) {
    throw new RangeError(
      `randomizeHeapBase: true makes no sense for ${name} on ${config.goos}/${config.goarch}; go1.26 was the first to randomize, on 64-bit systems`,
    );
  }
  const platform = `${config.goos}/${config.goarch}`;
  if (options.race && !racePlatforms.includes(platform)) {
    throw new RangeError(
      `race: true makes no sense on ${platform}; the race detector of ${name} runs on ${racePlatforms.join(", ")}`,
    );
  }
  return new Runtime(config, machineOf(config, options));
}

/**
 * Starts a loaded runtime, and stops it after the phase asked for: without one, where the model of the release ends.
 * Throws `Throw` where Go's runtime gives up; what was done until then stays.
 */
export function start(rt: Runtime, {until, gomaxprocs = 1}: BootOptions = {}): void {
  const last = rt.config.release.schedinit === null ? "mallocinit" : "procresize";
  schedinit(rt, gomaxprocs, until ?? last);
}

function machineOf(config: Configuration, options: BootOptions): Machine {
  const physPageSize = options.physPageSize ?? config.arch.pageSizes[0]!;
  const empty = config.release.emptyProgram;
  const program = empty[`${config.goos}/${config.goarch}`] ?? empty["linux/amd64"]!;
  const {data, bss} = options.program ?? program;
  const programEnd = options.programEnd ?? program.end;
  const env = options.env ?? [`GOMAXPROCS=${options.gomaxprocs ?? 1}`];
  const brk = options.brk ?? round(programEnd, Math.max(physPageSize, config.constants.minPhysPageSize));
  return {
    physPageSize,
    physHugePageSize: config.os.alignsHugePages ? (options.physHugePageSize ?? hugePageSize(config)) : 0,
    programEnd,
    program: {data, bss, args: options.args ?? ["probe"], env},
    brk: config.os.hasBrk ? brk : 0,
    ncpu: 1,
    race: options.race ?? false,
    cputicks: options.cputicks ?? 0,
    vmaBits: options.vmaBits ?? 48,
    // The race detector decides where the heap lies, and chance does not.
    heapRandSeed: options.randomizeHeapBase && !options.race ? (options.heapRandSeed ?? anySeed) : null,
    refuse: options.refuse,
  };
}

/** The bits where none are given: those of the golden ratio, which look like chance and are always the same. */
const anySeed = 0x9e3779b97f4a7c15n;

/** What most kernels say where a release asks them; where none does, what Go assumes of the processor. */
function hugePageSize({release, arch}: Configuration): number {
  return release.mallocinitSteps.includes("physHugePageSize") ? 2 * 2 ** 20 : arch.HugePageSize;
}

/** Throws RangeError for a value that no machine and no program could have. */
function check(options: BootOptions): void {
  const {until, gomaxprocs, goos, goarch} = options;
  oneOf("release", options.release, Object.keys(releases));
  oneOf("goos", goos, Object.keys(oses));
  oneOf("goarch", goarch, Object.keys(archs));
  oneOf("until", until, ["mallocinit", "procresize"]);
  whole("gomaxprocs", gomaxprocs, 1, 1024);
  whole("physPageSize", options.physPageSize, 0, 2 ** 30);
  whole("physHugePageSize", options.physHugePageSize, 0, 2 ** 40);
  whole("brk", options.brk, 0, 2 ** 47);
  whole("programEnd", options.programEnd, 0, 2 ** 47);
  whole("cputicks", options.cputicks, 0, Number.MAX_SAFE_INTEGER);
  if (options.vmaBits !== undefined && ![39, 48, 57].includes(options.vmaBits)) {
    throw new RangeError(`vmaBits must be 39, 48 or 57, not ${options.vmaBits}`);
  }
}

function oneOf(name: string, value: string | undefined, accepted: readonly string[]): void {
  if (value === undefined || accepted.includes(value)) return;
  throw new RangeError(`${name} ${JSON.stringify(value)} is not known; accepted: ${accepted.join(", ")}`);
}

function whole(name: string, value: number | undefined, least: number, most: number): void {
  if (value === undefined || (Number.isInteger(value) && value >= least && value <= most)) return;
  throw new RangeError(`${name} must be a whole number from ${least} to ${most}, not ${value}`);
}
