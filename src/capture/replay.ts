// Replaying a recorded script of allocations on the model.
//
// The model is put into the state recorded before the script, allocates what the script did, and is compared with
// the state recorded after it: every address, every field, every statistic.

import {type BootOptions, mallocgc, type Runtime} from "../runtime/index.js";
import {type MemStats, ReadMemStats} from "../runtime/memstats.js";
import {typeOf} from "../runtime/type.js";
import {type Comparison, compare} from "./compare.js";
import {type Json, type JsonObject, num, type Phase} from "./format.js";
import {phaseOf} from "./phase.js";
import {restore} from "./restore.js";
import type {AllocFile} from "./script.js";

/** What came of one allocation: addresses count from the heap's start, null lies outside the heap. */
export interface ReplayedOp {
  readonly size: number;
  readonly scan: boolean;
  readonly rel: number | null;
  readonly expected: number | null;
}

/** What came of a script. */
export interface Replay {
  readonly ops: ReplayedOp[];
  /** Number of allocations whose address is not the recorded one. */
  readonly mismatches: number;
  /** The state afterwards, and MemStats, against the recorded ones. */
  readonly state: Comparison;
}

/** Replays a script of a parsed file. Throws RangeError for a script that the file does not have. */
export function replayScript(file: AllocFile, name: string): Replay {
  const script = Object.hasOwn(file.scripts, name) ? file.scripts[name] : undefined;
  if (!script)
    throw new RangeError(`no script ${name}; the file has ${Object.keys(file.scripts).join(", ")}`);
  const heapStart = Number(script.heap_start);
  const rt = restore(optionsOf(file), script.state_before, heapStart);
  rt.MemProfileRate = 0;
  const pointer = typeOf(rt, "*int");
  const ops = script.ops.map(([size, scan, expected]) => {
    const at = mallocgc(rt, size, scan ? pointer : null);
    const rel = at === rt.zerobase ? null : at - heapStart;
    return {size, scan: scan === 1, rel, expected};
  });
  const after = stateOf(rt, heapStart);
  const stats = memStatsOf(ReadMemStats(rt));
  // Where it is near 2^63, MemStats has it rounded to a float64.
  if (rt.mheap_.pages !== null) stats.NextGC = big(rt.gcController.heapGoal());
  const simulated = {...after, MemStats_after: stats, MemStats_delta: delta(script.MemStats_before, stats)};
  const {state_after, MemStats_after, MemStats_delta} = script;
  const captured = {...state_after, MemStats_after, MemStats_delta} as unknown as Phase;
  return {
    ops,
    mismatches: ops.filter(op => op.rel !== op.expected).length,
    state: compare(simulated, captured, {release: `go${file.release}`, phase: "script"}),
  };
}

function optionsOf({release, goos, goarch}: AllocFile): BootOptions {
  return {release: `go${release}`, goos, goarch, physPageSize: 4096};
}

/** The state in the form of `state_after`. */
function stateOf(rt: Runtime, heapStart: number): Phase {
  const phase = phaseOf(rt) as Record<string, JsonObject>;
  const rel = (address: Json) => Number(address) - heapStart;
  const {allspans, mheap_} = {allspans: phase.allspans!, mheap_: rt.mheap_};
  const rows = (allspans.rows as Json[][]).map(([base, ...rest]) => [rel(base!), ...rest]);
  const columns = ["rel", ...(allspans.columns as string[]).slice(1)];
  const {cached, fields} = (phase.allp!.list as JsonObject[])[0]!.mcache as {
    cached: Json[][];
    fields: JsonObject;
  };
  const {tiny, ...others} = fields;
  const {"by_size.size": _sizes, ...stats} = phase.stats as {memstats: JsonObject} & JsonObject;
  const out: Phase = {
    allspans: {len: allspans.len!, uninitialised: allspans.uninitialised!, ...only(columns, rows)},
    fixallocs: Object.fromEntries(
      Object.entries(phase.fixallocs!).map(([name, f]) => [name, fixallocRow(f as JsonObject)]),
    ),
    mcache_P0: {
      cached: cached.map(([spc, base]) => [spc!, rel(base!)]),
      tiny_rel: tiny === "0x0" ? null : rel(tiny!),
      fields: Object.fromEntries(Object.entries(others).filter(([name]) => !name.endsWith(".list"))),
    },
    central_not_empty: (phase.central!.not_empty as JsonObject[]).map(c => ({
      ...c,
      ...(c.nonempty ? {nonempty: (c.nonempty as Json[]).map(rel)} : {}),
      ...(c.empty ? {empty: (c.empty as Json[]).map(rel)} : {}),
    })),
    arenaHints_first: (phase.arenaHints!.addr as Json[]).slice(0, 3),
    arenas: (phase.arenas!.list as JsonObject[]).map(a => [a.start!, a.end!]),
    persistentalloc_off: rt.globalAlloc.off,
    P0_palloc: rt.allp[0]!.palloc.off,
    sweepgen: mheap_.sweepgen,
    stats: {...stats, memstats: withoutCollector(stats.memstats)},
    ...(mheap_.pages === null ? freelists(phase.freelists!, rel) : pageState(phase, rel)),
  };
  if (mheap_.arena.end !== 0) Object.assign(out, {heapArenaAlloc: phase.heapArenaAlloc, arena: phase.arena});
  return out;
}

type Rel = (address: Json) => number;

function freelists(lists: JsonObject, rel: Rel): JsonObject {
  const entries = Object.entries(lists).map(([name, nodes]): [string, Json] => [
    name,
    (nodes as JsonObject[]).map(node => ({...node, base: rel(node.base!)})),
  ]);
  return {freelists: Object.fromEntries(entries)};
}

/** What there is besides in a heap with a page allocator. */
function pageState(phase: Record<string, JsonObject>, rel: Rel): JsonObject {
  const relOrNull = (address: Json) => (address === "0x0" ? null : rel(address));
  const {pcache, mspancache_len} = (phase.allp!.list as JsonObject[])[0]! as {
    pcache: JsonObject;
    mspancache_len: number;
  };
  const {fields, inUse, chunks} = phase.pages as unknown as {
    fields: JsonObject;
    inUse: Json[][];
    chunks: JsonObject[];
  };
  return {
    curArena: {base: relOrNull(phase.curArena!.base!), end: relOrNull(phase.curArena!.end!)},
    pages: {
      inUse: inUse.map(range => range.map(rel)),
      chunks: chunks.map(c => [rel(c.addr!), c.alloc_runs!, c.scavenged_runs!]),
      chunk_columns: ["rel", "alloc_runs", "scavenged_runs"],
      searchAddr: fields["searchAddr.a"]!,
    },
    P0_pcache: {...pcache, base: relOrNull(pcache.base!)},
    P0_mspancache_len: mspancache_len,
  };
}

/** The columns that a script's recording keeps. */
function only(columns: string[], rows: Json[][]): JsonObject {
  const kept = [
    "rel",
    "npages",
    "spanclass",
    "elemsize",
    "nelems",
    "state",
    "allocCount",
    "freeindex",
    "allocCache",
    "needzero",
    "scavenged",
  ];
  const present = kept.filter(name => columns.includes(name));
  return {columns: present, rows: rows.map(row => present.map(name => row[columns.indexOf(name)]!))};
}

function fixallocRow({size, nchunk, inuse, list_len, stat, stat_value}: JsonObject): JsonObject {
  return {
    size: size!,
    nchunk: nchunk!,
    inuse: inuse!,
    list_len: list_len!,
    stat: stat!,
    stat_value: stat_value!,
  };
}

/** A script's recording leaves out what the allocator does not touch. */
function withoutCollector(memstats: JsonObject): JsonObject {
  const left = /^(last_gc|pause|gc_cpu|numgc|enablegc|debuggc|triggerRatio)/;
  return Object.fromEntries(Object.entries(memstats).filter(([name]) => !left.test(name)));
}

/** The fields of MemStats that scripts record. */
function memStatsOf(m: MemStats): JsonObject {
  const {
    BySize,
    PauseTotalNs,
    PauseNs,
    PauseEnd,
    NumForcedGC,
    GCCPUFraction,
    EnableGC,
    DebugGC,
    LastGC,
    ...rest
  } = m;
  const numbers = Object.fromEntries(
    Object.entries(rest).map(([name, value]) => [name, num(value as number)]),
  );
  return {...numbers, BySize: BySize.map(({Size, Mallocs, Frees}) => [Size, Mallocs, Frees])};
}

/** A whole number of any size as a recording has it. */
function big(value: bigint): Json {
  return value >= 2n ** 53n ? `0x${value.toString(16)}` : Number(value);
}

function delta(before: JsonObject, after: JsonObject): JsonObject {
  const out: JsonObject = {};
  for (const [name, value] of Object.entries(after)) {
    if (name !== "BySize") out[name] = Number(BigInt(value as number) - BigInt(before[name] as number));
  }
  const rows = before.BySize as number[][];
  out.BySize = (after.BySize as number[][]).flatMap(([size, mallocs, frees], i) => {
    const [m, f] = [mallocs! - rows[i]![1]!, frees! - rows[i]![2]!];
    return m === 0 && f === 0 ? [] : [[size!, m, f]];
  });
  return out;
}
