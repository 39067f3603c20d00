// A workload: cycles of allocations with a collection behind each, and how often each level had to be asked.
//
// Nothing is timed. What a level costs is counted: how many allocations came to it, and what it handed out.

import {boot, collect, type Runtime} from "../../src/runtime/index.js";
import {acquirep, releasep} from "../../src/runtime/proc.js";
import {chance, drawFrom, meanSize, type Part} from "./mix.js";
import {askedSize, type Counts, levels, none, observe} from "./observe.js";
import {allObjects, kindOf} from "./way.js";

/** What the reader sets. */
export interface Workload {
  readonly mix: readonly Part[];
  /** Allocations in all, divided evenly among the cycles. */
  readonly n: number;
  readonly cycles: number;
  /** How many of the live objects a collection finds unreachable, in percent. */
  readonly freed: number;
  /** GOMAXPROCS: each allocation is made on one of the Ps, drawn by chance. */
  readonly ps: number;
}

/** What a workload may come to. */
export const limits = {n: 200_000, cycles: 50, ps: 64, live: 2 ** 30};

/** One cycle, up to the collection. Sizes are in bytes. */
export interface Cycle {
  readonly counts: Counts;
  /** Objects that were live when the collection began, and after it. */
  readonly live: number;
  readonly left: number;
  /** Address space that the heap has obtained, and what is in spans. */
  readonly heapSys: number;
  readonly heapInuse: number;
}

/** What came of a workload. */
export interface Outcome {
  readonly counts: Counts;
  readonly cycles: readonly Cycle[];
  /** Allocations of small and tiny objects: those that have an mcache to go to. */
  readonly cacheable: number;
  /** Spans that mcentrals gave to mcaches, and how many of them were new. */
  readonly refills: number;
  readonly grown: number;
  /** Free objects in the spans that mcentrals gave out. */
  readonly handed: number;
  /** Spans that mheap handed out for one large object. */
  readonly large: number;
  /** Requests to the system. */
  readonly requests: number;
  /** Bytes that were asked for, and those of the blocks that were taken for them. */
  readonly asked: number;
  readonly blocks: number;
  /** Before the last collection: spans that the mcaches hold, and the bytes in their free objects. */
  readonly cachedSpans: number;
  readonly cachedFree: number;
  /** Live bytes of blocks with pointers and without, before the last collection. */
  readonly scan: number;
  readonly noscan: number;
}

/** Why a workload is too much for a page, or null if it is not. */
export function tooMuch({mix, n, cycles, freed}: Workload): string | null {
  const share = freed / 100;
  const perCycle = (n / cycles) * meanSize(mix);
  const cyclesLive = share === 0 ? cycles : Math.min(cycles, (1 - (1 - share) ** cycles) / share);
  const live = perCycle * cyclesLive;
  if (live <= limits.live) return null;
  const mib = (bytes: number) => `${Math.round(bytes / 2 ** 20).toLocaleString("en-US")} MiB`;
  return `about ${mib(live)} would be live at once, and this page takes up to ${mib(limits.live)}: fewer allocations, smaller sizes or more freed`;
}

/** An object that the program can reach. */
interface Live {
  readonly address: number;
  readonly block: number;
  readonly scan: boolean;
  /** Whether others may lie in the same block. */
  readonly tiny: boolean;
}

/** Runs a workload. The same one always comes out the same. */
export function run({mix, n, cycles, freed, ps}: Workload): Outcome {
  const rt = boot({gomaxprocs: ps});
  rt.MemProfileRate = 0;
  const roots = allObjects(rt);
  const observer = observe(rt);
  // The Ps have chances of their own, so that the same sizes come in the same order on any number of them.
  const [next, place] = [chance(1), chance(2)];
  const draw = drawFrom(mix, next);
  const sizes = blockSizes(rt, mix);
  const {_MaxSmallSize, _TinySize} = rt.constants;

  const sum = {cacheable: 0, refills: 0, grown: 0, handed: 0, large: 0, requests: 0, asked: 0, blocks: 0};
  const counts = none();
  const done: Cycle[] = [];
  let live: Live[] = [];
  let cached = {cachedSpans: 0, cachedFree: 0, scan: 0, noscan: 0};

  for (let cycle = 0; cycle < cycles; cycle++) {
    const own = none();
    const end = Math.floor((n * (cycle + 1)) / cycles) - Math.floor((n * cycle) / cycles);
    for (let i = 0; i < end; i++) {
      if (ps > 1) moveTo(rt, Math.floor(place() * ps));
      const part = draw();
      const {address, level, refill, requests} = observer.allocate(part.size, part.scan);
      own[level]++;
      const block = sizes.get(part)!;
      live.push({address, block, scan: part.scan, tiny: !part.scan && part.size < _TinySize});
      sum.asked += askedSize(rt, part.size, part.scan);
      if (level !== "tiny") sum.blocks += block;
      sum.requests += requests.length;
      if (part.size > _MaxSmallSize) sum.large++;
      else sum.cacheable++;
      if (refill === null) continue;
      sum.refills++;
      sum.handed += refill.free;
      if (refill.grown) sum.grown++;
    }
    for (const level of levels) counts[level] += own[level];
    cached = {...cachesOf(rt), ...bytesOf(live)};
    const before = live.length;
    live = live.filter(() => next() * 100 >= freed);
    const {heap_sys, stacks_inuse, heap_inuse} = rt.memstats;
    done.push({
      counts: own,
      live: before,
      left: live.length,
      heapSys: heap_sys + stacks_inuse,
      heapInuse: heap_inuse,
    });
    collect(rt, [...roots, ...live.map(o => o.address)]);
  }
  return {...sum, ...cached, counts, cycles: done};
}

/** Bytes in the block that each part of a mix gets; for a tiny object, those of a new tiny block. */
function blockSizes(rt: Runtime, mix: readonly Part[]): Map<Part, number> {
  const {_PageSize} = rt.constants;
  return new Map(
    mix.map(part => {
      const asked = askedSize(rt, part.size, part.scan);
      const {kind, spanclass} = kindOf(rt, asked, part.scan);
      const block =
        kind === "large"
          ? Math.ceil(asked / _PageSize) * _PageSize
          : rt.sizeclasses.class_to_size[spanclass >> 1]!;
      return [part, block];
    }),
  );
}

/** The running thread lets go of its P and takes another, as the scheduler makes it do. */
function moveTo(rt: Runtime, id: number): void {
  const {m0} = rt;
  if (m0.p!.id === id) return;
  releasep(m0);
  acquirep(rt, m0, rt.allp[id]!);
}

function cachesOf(rt: Runtime): {cachedSpans: number; cachedFree: number} {
  let [cachedSpans, cachedFree] = [0, 0];
  for (const {mcache} of rt.allp) {
    for (const s of mcache!.alloc) {
      if (s === rt.emptymspan) continue;
      cachedSpans++;
      cachedFree += (s.nelems - s.allocCount) * s.elemsize;
    }
  }
  return {cachedSpans, cachedFree};
}

function bytesOf(live: readonly Live[]): {scan: number; noscan: number} {
  let [scan, noscan] = [0, 0];
  const shared = new Set<number>();
  for (const o of live) {
    if (o.tiny) {
      const base = o.address - (o.address % o.block);
      if (shared.has(base)) continue;
      shared.add(base);
    }
    if (o.scan) scan += o.block;
    else noscan += o.block;
  }
  return {scan, noscan};
}
