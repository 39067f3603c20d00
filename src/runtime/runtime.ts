// The whole state of one simulated Go runtime.
//
// What Go keeps in package variables (mheap_, memstats, allp, m0 …) are fields of a Runtime here, under Go's
// names. There is no other state: two Runtimes do not know of each other, and the same options always lead to
// the same state. Functions that Go calls with no receiver take the Runtime as their first argument.

import type {Configuration, Constants} from "../releases/index.js";
import {addressSpace, type Refusal} from "./addressspace.js";
import type {gcBitsArenas} from "./gcbits.js";
import {newPattern} from "./heapbits.js";
import {persistentAlloc} from "./malloc.js";
import type {mcache} from "./mcache.js";
import {gcControllerState} from "./mgcpacer.js";
import {sweepdata} from "./mgcsweep_active.js";
import {mheap} from "./mheap.js";
import {mspan} from "./mspan.js";
import type {spanSetBlock} from "./mspanset.js";
import {mstats} from "./mstats.js";
import {type Parts, parts} from "./parts.js";
import {type g, m, type p} from "./runtime2.js";
import {makeSizeClasses, type SizeClasses} from "./sizeclasses.js";

/** What starting up sees of the program. */
export interface Program {
  /** Bytes of data that the collector scans: initialized, and not. */
  readonly data: number;
  readonly bss: number;
  readonly args: readonly string[];
  readonly env: readonly string[];
}

/** What a Runtime is told of the machine and of the program that it runs in. Sizes and addresses are in bytes. */
export interface Machine {
  /** What the kernel says a page is. */
  readonly physPageSize: number;
  /** What the kernel says a huge page is; 0 if it has none. */
  readonly physHugePageSize: number;
  /** Processors that osinit counts. */
  readonly ncpu: number;
  /** First address after the program's data (firstmoduledata.end). */
  readonly programEnd: number;
  readonly program: Program;
  /** End of the data segment, or 0 where the system has none. */
  readonly brk: number;
  /** Whether the program was built with -race. */
  readonly race: boolean;
  /** What the CPU's tick counter reads when m0 seeds its random generator. */
  readonly cputicks: number;
  /** Bits of a user address that the kernel gives out, where a processor has several ways: 39, 48 or 57. */
  readonly vmaBits: number;
  /** The random bits that decide where the heap lies, or null if they do not. */
  readonly heapRandSeed: bigint | null;
  /** Says no to a request for address space, so that fallbacks can be seen. */
  readonly refuse?: Refusal | undefined;
}

/** One simulated runtime. */
export class Runtime {
  readonly config: Configuration;
  readonly machine: Machine;
  readonly constants: Constants;
  /** The size classes of this release. */
  readonly sizeclasses: SizeClasses;
  readonly goos: string;
  readonly goarch: string;
  readonly raceenabled: boolean;

  /** The operating system's side: which addresses are taken, and in which state their memory is. */
  readonly mem: addressSpace;
  physPageSize: number;
  /** What osinit found a huge page to be, 0 for none; and which power of two that is. */
  physHugePageSize: number;
  physHugePageShift = 0;
  readonly ncpu: number;
  readonly firstmoduledata: {readonly end: number};

  /** What the release's allocator is made of where releases differ in more than data. */
  readonly parts: Parts;
  readonly mheap_: mheap;
  readonly memstats: mstats;
  readonly gcController = new gcControllerState();
  /** Where sweeping stands, from go1.17 on. */
  readonly sweep = new sweepdata();
  /** How much memory the heap may retain, in bytes, before it is scavenged; ^uint64(0) for any. */
  readonly scavenge = {gcPercentGoal: 0, memoryLimitGoal: 0};
  /** Blocks of span sets that were used up. */
  readonly spanSetBlockPool: spanSetBlock[] = [];
  /** The persistentAlloc of everyone who has no P. */
  readonly globalAlloc = new persistentAlloc();
  /** Addresses of the chunks that persistentalloc has obtained, newest first. */
  readonly persistentChunks: number[] = [];
  /** The span without a free object that every empty slot of an mcache refers to. */
  readonly emptymspan: mspan;
  /** The arenas of mark and allocation bits, by age. */
  readonly gcBitsArenas: gcBitsArenas = {free: null, next: null, current: null, previous: null};
  /** The heap bitmap of the type that was allocated last. */
  readonly heapBitsPattern = newPattern();
  /** The address of all objects of size 0. */
  readonly zerobase: number;
  /** Mean distance in bytes between two allocations that the heap profile samples. */
  MemProfileRate: number;

  readonly m0: m;
  /** The mcache that mallocinit made for m0, wherever it has gone since. */
  m0mcache: mcache | null = null;
  gomaxprocs = 0;
  /** The Ps that may run, in the order of their ids. */
  allp: p[] = [];
  /** The array behind allp. It can be longer: a P that is no longer wanted stays in it. */
  readonly allpArray: (p | null)[] = [];

  /** Numbers that the list of strides has room for (stealOrder.coprimes). */
  coprimesCap = 0;

  /** The last routine of schedinit that has returned: "" before any has. */
  phase: "" | "mallocinit" | "procresize" = "";
  /** What the runtime has printed on standard error, line by line. */
  readonly printed: string[] = [];

  constructor(config: Configuration, machine: Machine) {
    this.config = config;
    this.machine = machine;
    this.constants = config.constants;
    this.sizeclasses = makeSizeClasses(config.constants, config.release.sizeClassRule);
    this.goos = config.goos;
    this.goarch = config.goarch;
    this.raceenabled = machine.race;
    this.physPageSize = machine.physPageSize;
    this.physHugePageSize = machine.physHugePageSize;
    this.MemProfileRate = config.release.memProfileRateAtStart;
    this.ncpu = machine.ncpu;
    this.zerobase = machine.programEnd - 8;
    this.firstmoduledata = {end: machine.programEnd};
    this.mem = new addressSpace(config, machine);
    this.memstats = new mstats(config.constants._NumSizeClasses);
    this.parts = parts[config.release.freePages];
    this.mheap_ = new mheap(this);
    this.emptymspan = new mspan(0);
    this.m0 = new m(0);
  }

  /** The goroutine that runs. During initialization it is always g0 of m0. */
  getg(): g {
    return this.m0.g0;
  }

  /** The CPU's tick counter. It stands still: nothing in the model depends on time. */
  cputicks(): number {
    return this.machine.cputicks;
  }

  /** The time, which never changes: just not 0, which would mean that none was noted. */
  nanotime(): number {
    return 1;
  }

  /** Writes a line to standard error, as print does in Go's runtime. */
  print(line: string): void {
    this.printed.push(line);
  }

  /** Bytes in a struct of this release on this platform: Go's unsafe.Sizeof. */
  sizeof(struct: string): number {
    return this.config.layouts.sizeof(struct);
  }
}
