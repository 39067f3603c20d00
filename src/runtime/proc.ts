// The start of the scheduler, as far as memory is concerned: schedinit and the making of Ps.

import type {SchedinitStep} from "../releases/index.js";
import {mallocinit, persistentalloc} from "./malloc.js";
import {mallocgc, newarray, newobject} from "./mallocgc.js";
import {allocmcache, freemcache, type mcache, prepareForSweep} from "./mcache.js";
import {roundupsize} from "./msize.js";
import {Throw} from "./panic.js";
import type {Runtime} from "./runtime.js";
import {_Pdead, _Pidle, _Prunning, type m, p} from "./runtime2.js";
import {stackalloc} from "./stack.js";
import {typeOf} from "./type.js";

/**
 * Starts the runtime up to the phase asked for. What of it neither allocates nor touches memory is left out.
 *
 * @go runtime/proc.go schedinit go1.12.17
 */
export function schedinit(rt: Runtime, procs: number, until: "mallocinit" | "procresize"): void {
  mallocinit(rt);
  rt.m0mcache = rt.m0.mcache;
  rt.phase = "mallocinit";
  if (until === "mallocinit") return;
  for (const step of rt.config.release.schedinit?.steps ?? []) schedinitSteps[step](rt);
  procresize(rt, procs);
  rt.phase = "procresize";
}

/** What a release's schedinit does in an order of its own. */
const schedinitSteps: Readonly<Record<SchedinitStep, (rt: Runtime) => void>> = {
  mcommoninit,
  cpuinit,
  modulesinit,
  goargs,
  goenvs,
  gcinit: rt => rt.parts.gcinit(rt),
};

/**
 * Seeds the random generator of m0, half of the state from the number of the thread, half from the CPU's clock; and
 * makes a goroutine with a stack of 32 KiB for signals.
 *
 * @go runtime/proc.go mcommoninit go1.12.17
 */
export function mcommoninit(rt: Runtime): void {
  const mp = rt.m0;
  const ticks = rt.cputicks();
  mp.fastrand = [(1597334677 * mp.id) >>> 0, ticks >>> 0];
  if (mp.fastrand[0] === 0 && mp.fastrand[1] === 0) mp.fastrand[1] = 1;
  malg(rt, 32 * 1024);
}

/**
 * Makes a goroutine with a stack.
 *
 * @go runtime/proc.go malg go1.12.17
 */
function malg(rt: Runtime, stacksize: number): number {
  const newg = newobject(rt, typeOf(rt, "g"));
  stackalloc(rt, 2 ** Math.ceil(Math.log2(rt.constants._StackSystem + stacksize)));
  return newg;
}

/**
 * Makes the list of optional features of the processor, so that GODEBUG can switch them off.
 *
 * @go internal/cpu/cpu.go option go1.12.17
 */
function cpuinit(rt: Runtime): void {
  const {layouts, release} = rt.config;
  const size = layouts.sizeof("cpu.option");
  let [len, cap] = [0, 0];
  for (const n of release.schedinit?.cpuOptions[rt.goarch] ?? []) {
    len += n;
    if (len <= cap) continue;
    // The first ones are a literal. Append then doubles, and takes all that the size class has room for.
    const bytes = cap === 0 ? n * size : roundupsize(rt, Math.max(len, 2 * cap) * size);
    mallocgc(rt, bytes, typeOf(rt, "cpu.option"));
    cap = Math.floor(bytes / size);
  }
}

/**
 * Makes the list of modules: this program, and nothing else. The masks that say where its data have pointers are
 * unpacked outside the heap, with a byte behind each that must not change.
 *
 * @go runtime/symtab.go modulesinit go1.12.17
 */
function modulesinit(rt: Runtime): void {
  const {PtrSize} = rt.config.arch;
  newobject(rt, typeOf(rt, "[]*moduledata"));
  // append makes room for what the size class has room for.
  mallocgc(rt, roundupsize(rt, PtrSize), typeOf(rt, "*moduledata"));
  for (const bytes of [rt.machine.program.data, rt.machine.program.bss]) {
    const mask = Math.floor((Math.floor(bytes / PtrSize) + 7) / 8);
    persistentalloc(rt, mask + 1, 1, "buckhash_sys");
    rt.gcController.addGlobals(bytes);
  }
}

/** The arguments: strings that stay where the kernel put them. @go runtime/runtime1.go goargs go1.12.17 */
function goargs(rt: Runtime): void {
  newarray(rt, typeOf(rt, "string"), rt.machine.program.args.length);
}

/** The environment: strings that are copied. @go runtime/runtime1.go goenvs_unix go1.12.17 */
function goenvs(rt: Runtime): void {
  const {env} = rt.machine.program;
  if (env.length === 0) return;
  newarray(rt, typeOf(rt, "string"), env.length);
  for (const each of env) mallocgc(rt, each.length, null);
}

/**
 * Changes the number of Ps to `nprocs`. The first P that ever is gets the mcache that m0 has had since
 * mallocinit; every other one gets a new mcache, and a P that goes gives its own back.
 *
 * @go runtime/proc.go procresize go1.12.17
 */
export function procresize(rt: Runtime, nprocs: number): void {
  const old = rt.gomaxprocs;
  if (old < 0 || nprocs <= 0) throw new Throw(rt, "procresize: invalid arg");

  if (nprocs > rt.allpArray.length) {
    newarray(rt, typeOf(rt, "*p"), nprocs);
    while (rt.allpArray.length < nprocs) rt.allpArray.push(null);
    // A bit for each P: one mask says who is idle, one who has timers.
    const maskWords = Math.ceil(nprocs / 32);
    if (rt.config.release.schedinit?.masksOfPs) for (let i = 0; i < 2; i++) mallocgc(rt, 4 * maskWords, null);
  }
  for (let i = 0; i < nprocs; i++) {
    const pp = (rt.allpArray[i] ??= newP(rt, i));
    if (pp.mcache === null) pp.mcache = old === 0 && i === 0 ? bootstrapMcache(rt) : allocmcache(rt);
  }
  for (const pp of rt.allp.slice(nprocs)) {
    freemcache(rt, pp.mcache!);
    pp.mcache = null;
    pp.status = _Pdead;
  }
  rt.allp = rt.allpArray.slice(0, nprocs) as p[];

  const {m} = rt.getg();
  if (m.p !== null && m.p.id < nprocs) {
    m.p.status = _Prunning;
    prepareForSweep(rt, m.p.mcache!);
  } else {
    releasep(m);
    acquirep(rt, m, rt.allp[0]!);
  }
  for (const pp of rt.allp) {
    if (pp !== m.p) pp.status = _Pidle;
  }
  resetStealOrder(rt, nprocs);
  rt.gomaxprocs = nprocs;
}

/** A P lies on the heap like any other object. */
function newP(rt: Runtime, id: number): p {
  newobject(rt, typeOf(rt, "p"));
  return new p(id);
}

/**
 * Lists the numbers that have no factor in common with `count`: the strides by which thieves walk over all Ps. The
 * list grows by append, and so by size classes.
 *
 * @go runtime/proc.go randomOrder.reset go1.12.17
 */
function resetStealOrder(rt: Runtime, count: number): void {
  const uint32 = 4;
  let len = 0;
  for (let i = 1; i <= count; i++) {
    if (gcd(i, count) !== 1) continue;
    if (++len <= rt.coprimesCap) continue;
    const bytes = roundupsize(rt, Math.max(len, 2 * rt.coprimesCap) * uint32);
    mallocgc(rt, bytes, null);
    rt.coprimesCap = bytes / uint32;
  }
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}

/** The mcache that m0 has had since mallocinit. From here on it belongs to a P. */
function bootstrapMcache(rt: Runtime): mcache {
  const {mcache} = rt.getg().m;
  if (mcache === null) throw new Throw(rt, "missing mcache?");
  return mcache;
}

/**
 * Parts an M from its P, and so from its mcache.
 *
 * @go runtime/proc.go releasep go1.12.17
 */
export function releasep(m: m): void {
  if (m.p !== null) m.p.m = null;
  m.p = null;
  m.mcache = null;
}

/**
 * Gives an M a P, and with it the P's mcache.
 *
 * @go runtime/proc.go acquirep go1.12.17
 */
export function acquirep(rt: Runtime, m: m, pp: p): void {
  m.mcache = pp.mcache;
  m.p = pp;
  pp.m = m;
  pp.status = _Prunning;
  prepareForSweep(rt, pp.mcache!);
}
