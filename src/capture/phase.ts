// The state of a Runtime in the form of a phase of a recording (go-heap-state/1).
//
// A group of the phase is a function here, under the group's name. Groups that the model has nothing to say
// about are absent: the comparison lists them as not modelled.

import type {mcache} from "../runtime/mcache.js";
import type {fixalloc, fixed} from "../runtime/mfixalloc.js";
import type {mTreap} from "../runtime/mgclarge.js";
import type {arenaHint} from "../runtime/mheap.js";
import type {mspan} from "../runtime/mspan.js";
import type {SysStat} from "../runtime/mstats.js";
import type {Runtime} from "../runtime/runtime.js";
import {centralOf} from "./central.js";
import {constantsOf} from "./constants.js";
import {hex, type Json, type JsonObject, type Phase} from "./format.js";
import {pagesOf} from "./pages.js";
import {scalars} from "./scalars.js";

const moments = {
  "": "before runtime.mallocinit",
  mallocinit: "return of runtime.mallocinit",
  procresize: "return of runtime.procresize, called by runtime.schedinit",
} as const;

/** The model's state as a phase. */
export function phaseOf(rt: Runtime): Phase {
  const {mheap_} = rt;
  return {
    at: moments[rt.phase],
    threads: 1,
    physPageSize: rt.physPageSize,
    gomaxprocs: rt.gomaxprocs,
    newprocs: 0,
    ...groupsOfRelease(rt),
    m0_mcache_now: m0McacheNow(rt),
    m0_mcache: mcacheOf(rt, rt.m0mcache),
    fixallocs: fixallocs(rt),
    arenaHints: arenaHints(mheap_.arenaHints),
    arenaHint_node_step: hintNodeStep(mheap_.arenaHints),
    heapArenaAlloc: linearAlloc(rt, mheap_.heapArenaAlloc),
    arena: linearAlloc(rt, mheap_.arena),
    sweepgen: mheap_.sweepgen,
    central: centralOf(rt),
    mheap_scalars: mheapScalars(rt),
    persistentalloc: {
      globalAlloc: {base: hex(rt.globalAlloc.base), off: rt.globalAlloc.off},
      persistentChunks: rt.persistentChunks.map(hex),
    },
    gcBitsArenas: gcBitsArenas(rt),
    allspans: allspans(rt),
    arenas: arenas(rt),
    stacks: {stackpool: Array.from({length: rt.constants._NumStackOrders}, () => [])},
    allp: {len: rt.allp.length, cap: rt.allpArray.length, list: rt.allp.map(pp => pOf(rt, pp))},
    stats: stats(rt),
    constants: constantsOf(rt.config),
  };
}

/** Groups that are there in some releases only. */
function groupsOfRelease(rt: Runtime): JsonObject {
  const {mheap_} = rt;
  const {release, layouts} = rt.config;
  const mheapHas = (field: string) => layouts.of("mheap").fields.some(f => f.name === field);
  return {
    ...(release.mallocinitSteps.includes("physHugePageSize") ? {physHugePageSize: rt.physHugePageSize} : {}),
    ...(mheapHas("curArena")
      ? {curArena: {base: hex(mheap_.curArena.base), end: hex(mheap_.curArena.end)}}
      : {}),
    ...(release.userArenas ? {"userArena.arenaHints": arenaHints(mheap_.userArena.arenaHints)} : {}),
    ...(mheap_.pages === null
      ? {freelists: {free_treap: treap(mheap_.free), scav_treap: treap(mheap_.scav)}}
      : {pages: pagesOf(mheap_.pages)}),
  };
}

function m0McacheNow(rt: Runtime): JsonObject {
  const {firstMcache} = rt.config.release;
  // A variable of its own is emptied once the mcache belongs to a P.
  const given = firstMcache === "mcache0" && rt.m0.p !== null;
  return {via: firstMcache, address: hex(given ? 0 : (rt.m0.mcache?.address ?? 0))};
}

/** Where the model has fields of later releases under the name that go1.12 gave them. */
export const mcacheAliases: Readonly<Record<string, string>> = {
  nextSample: "next_sample",
  scanAlloc: "local_scan",
  tinyAllocs: "local_tinyallocs",
};

function mcacheOf(rt: Runtime, c: mcache | null): Json {
  if (c === null) return null;
  const cached: Json[] = [];
  c.alloc.forEach((s, i) => {
    if (s !== rt.emptymspan) cached.push([i, hex(s.startAddr)]);
  });
  return {
    address: hex(c.address),
    alloc_len: c.alloc.length,
    all_alloc_empty: cached.length === 0,
    cached,
    fields: scalars(rt.config.layouts, "mcache", c, {
      skip: ["alloc", "reusableNoscan", "local_nsmallfree"],
      aliases: mcacheAliases,
    }),
  };
}

function fixallocs(rt: Runtime): JsonObject {
  const {mheap_} = rt;
  const out: JsonObject = {};
  for (const {name, type, offset} of rt.config.layouts.of("mheap").fields) {
    if (type !== "fixalloc") continue;
    const f = mheap_.fixallocs[name]!;
    const recorded = name === "spanalloc" && f.first !== null;
    out[name] = {
      offset,
      size: f.size,
      first: recorded ? "runtime.recordspan" : null,
      arg: recorded ? "runtime.mheap_" : null,
      list: hex(f.list?.address ?? 0),
      list_len: listLength(f),
      chunk: hex(f.chunk),
      nchunk: f.nchunk,
      ...(rt.config.release.wholeRecords ? {nalloc: f.nalloc} : {}),
      inuse: f.inuse,
      ...charged(rt, f.stat),
      zero: f.zero,
    };
  }
  return out;
}

/** The counter that a fixalloc's chunks are charged to, and what it reads. */
function charged({memstats}: Runtime, stat: SysStat): JsonObject {
  if (stat === null || stat === "heapReleased") return {stat: null};
  return {stat: `memstats.${stat}`, stat_value: memstats[stat]};
}

function listLength(f: fixalloc<fixed>): number {
  let n = 0;
  for (let p: fixed | null = f.list; p !== null; p = p.mlink) n++;
  return n;
}

function arenaHints(first: arenaHint | null): JsonObject {
  const hints: arenaHint[] = [];
  for (let h = first; h !== null; h = h.next) hints.push(h);
  return {
    count: hints.length,
    addr: hints.map(h => hex(h.addr)),
    any_down: hints.some(h => h.down),
    down_at: hints.flatMap((h, i) => (h.down ? [i] : [])),
  };
}

function hintNodeStep(first: arenaHint | null): number | null {
  return first?.next ? first.address - first.next.address : null;
}

function linearAlloc(rt: Runtime, l: {next: number; mapped: number; end: number}): JsonObject {
  const fields = Object.entries(scalars(rt.config.layouts, "linearAlloc", l));
  return Object.fromEntries(
    fields.map(([name, value]) => [name, typeof value === "number" ? hex(value) : value]),
  );
}

function gcBitsArenas(rt: Runtime): JsonObject {
  const {gcBitsArenas: ages} = rt;
  const out: JsonObject = {};
  for (const age of ["free", "next", "current", "previous"] as const) {
    const arena = ages[age];
    out[age] = arena === null ? null : {address: hex(arena.address), free: arena.free};
  }
  return out;
}

/** The spans of a treap in its order. */
function treap(t: mTreap): Json[] {
  const out: Json[] = [];
  for (let node = t.start(); node !== null; node = node.succ()) {
    const {base, npages} = {base: hex(node.spanKey!.base()), npages: node.spanKey!.npages};
    out.push({base, npages, root: node.parent === null, npagesKey: node.npagesKey});
  }
  return out;
}

/** What other groups of a phase show. */
const notScalars = ["central", "pages", "arenas", "nsmallfree", "free", "scav", "heapArenaAlloc", "arena"];

function mheapScalars(rt: Runtime): JsonObject {
  const h = rt.mheap_;
  const {layouts, release} = rt.config;
  // Copies of allArenas' header, taken when sweeping or marking began.
  const none = {array: 0, len: 0, cap: 0};
  const copies = {
    sweepArenas: h.sweepArenas.length === 0 ? none : h.allArenas,
    markArenas: h.markArenas.length === 0 ? none : h.allArenas,
  };
  const locks = {lock: {key: 0}, speciallock: {key: 0}};
  const sweepSpans = h.sweepSpans.map(buf => ({
    spineLock: {key: 0},
    spine: buf.spine,
    spineLen: buf.spineLen,
    spineCap: buf.spineCap,
    index: buf.index,
  }));
  const value = {...h, ...copies, ...locks, sweepSpans, heapArenas: h.allArenas, unused: null};
  return scalars(layouts, "mheap", value, {
    skip: [...notScalars, ...release.fixallocs.map(([field]) => field), "immortalWeakHandles"],
  });
}

/** The columns of a span's row, with the field's own name, and how the value is written. */
const spanColumns: readonly (readonly [string, (s: mspan, rt: Runtime) => Json])[] = [
  ["base", s => hex(s.startAddr)],
  ["npages", s => s.npages],
  ["spanclass", s => s.spanclass],
  ["elemsize", s => s.elemsize],
  ["nelems", s => s.nelems],
  ["allocCount", s => s.allocCount],
  ["freeindex", s => s.freeindex],
  ["sweepgen", s => s.sweepgen],
  ["needzero", s => s.needzero],
  ["scavenged", s => s.scavenged],
  ["divMul", s => s.divMul],
  ["baseMask", s => s.baseMask],
  ["divShift", s => s.divShift],
  ["divShift2", s => s.divShift2],
  ["limit", s => hex(s.limit)],
  ["allocCache", s => allocCache(s)],
  ["freeIndexForScan", s => s.freeIndexForScan],
  ["unusedsince", s => s.unusedsince],
  ["state", s => s.state],
  ["allocBits", s => s.allocBits !== null],
  ["gcmarkBits", s => s.gcmarkBits !== null],
  ["specials", s => s.specials !== null],
];

/** allocCache as one hexadecimal number. */
export function allocCache(s: mspan): string {
  return hex64(s.allocCacheHi, s.allocCacheLo);
}

function hex64(hi: number, lo: number): string {
  return `0x${((BigInt(hi >>> 0) << 32n) | BigInt(lo >>> 0)).toString(16)}`;
}

function allspans(rt: Runtime): JsonObject {
  const {len, cap, elems} = rt.mheap_.allspans;
  const isLive = (s: mspan) => s.npages !== 0 || s.startAddr !== 0;
  const has = new Set(["base", ...rt.config.layouts.of("mspan").fields.map(f => f.name)]);
  const columns = spanColumns.filter(([name]) => has.has(name));
  return {
    len,
    cap,
    columns: elems.length === 0 ? ["base"] : columns.map(([name]) => name),
    rows: elems.filter(isLive).map(s => columns.map(([, value]) => value(s, rt))),
    row_index: elems.flatMap((s, i) => (isLive(s) ? [i] : [])),
    uninitialised: elems.filter(s => !isLive(s)).length,
  };
}

function arenas(rt: Runtime): JsonObject {
  const {mheap_} = rt;
  const {arenaBaseOffset, heapArenaBytes} = rt.constants;
  const {len, cap, elems} = mheap_.allArenas;
  const has = (name: string) => rt.config.layouts.of("heapArena").fields.some(f => f.name === name);
  // The recorder has the constant negated, as the later releases do.
  const base = arenaBaseOffset === 0 ? "0x0" : `0x${(2n ** 64n - BigInt(arenaBaseOffset)).toString(16)}`;
  const list = elems.map(index => {
    const start = mheap_.arenaBase(index);
    const ha = mheap_.arenaOf(start)!;
    return {
      index,
      start: hex(start),
      end: hex(start + heapArenaBytes),
      heapArena: hex(ha.address),
      spans_runs: runs(ha.spans).map(([at, n, s]) => [at, n, s === null ? null : hex(s.base())]),
      pageInUse: nonzero(ha.pageInUse),
      pageMarks: nonzero(ha.pageMarks),
      ...(has("pageSpecials") ? {pageSpecials: nonzero(ha.pageSpecials)} : {}),
      ...(has("zeroedBase") ? {zeroedBase: ha.zeroedBase} : {}),
    };
  });
  const field = rt.config.layouts.of("mheap").fields.some(f => f.name === "heapArenas")
    ? "heapArenas"
    : "allArenas";
  return {source: {field, len, cap}, base_offset: base, list};
}

/** Runs of the same value: index of the first, length, value. */
function runs<T>(values: readonly T[]): [at: number, n: number, value: T][] {
  const out: [number, number, T][] = [];
  values.forEach((value, i) => {
    const last = out[out.length - 1];
    if (last && last[2] === value) last[1]++;
    else out.push([i, 1, value]);
  });
  return out;
}

function nonzero(bytes: Uint8Array): Json[] {
  const out: Json[] = [];
  bytes.forEach((byte, i) => {
    if (byte !== 0) out.push([i, byte]);
  });
  return out;
}

function pOf(rt: Runtime, pp: Runtime["allp"][number]): JsonObject {
  return {
    id: pp.id,
    status: pp.status,
    mcache_is_m0s: pp.mcache !== null && pp.mcache === rt.m0mcache,
    mcache: mcacheOf(rt, pp.mcache),
    palloc: {base: hex(pp.palloc.base), off: pp.palloc.off},
    ...(rt.mheap_.pages === null ? {} : pageCacheOf(pp)),
  };
}

/** What a P keeps so that it need not take the heap's lock: free pages, and span records. */
function pageCacheOf({pcache, mspancache}: Runtime["allp"][number]): JsonObject {
  const {base = 0, cacheLo = 0, cacheHi = 0, scavLo = 0, scavHi = 0} = pcache ?? {};
  return {
    pcache: {base: hex(base), cache: hex64(cacheHi, cacheLo), scav: hex64(scavHi, scavLo)},
    mspancache_len: mspancache.length,
  };
}

function stats(rt: Runtime): JsonObject {
  const {layouts, release} = rt.config;
  const mstats = scalars(layouts, "mstats", rt.memstats, {
    skip: ["pause_ns", "pause_end", "by_size", "gcPauseDist", "heapStats"],
  });
  const {by_size} = rt.memstats;
  const bySize = {
    "by_size.size": by_size.map(({size}) => size),
    "by_size.nmalloc_nonzero": by_size.flatMap(({nmalloc}, i) => (nmalloc ? [[i, nmalloc]] : [])),
  };
  return {
    note: "fields whose value is zero are left out",
    memstats: nonzeroFields(mstats),
    ...(release.mallocinitSteps.includes("classSizes") ? bySize : {heapStats_sum: heapStatsSum(rt)}),
    gcController: gcController(rt),
  };
}

/** What all Ps have counted: of a list, the classes that are not 0. */
function heapStatsSum({memstats}: Runtime): JsonObject {
  return Object.fromEntries(
    Object.entries(memstats.heapStats).flatMap(([name, value]): [string, Json][] => {
      if (!Array.isArray(value)) return value === 0 ? [] : [[name, value]];
      const counted = value.flatMap((n, i) => (n === 0 ? [] : [[i, n]]));
      return counted.length === 0 ? [] : [[name, counted]];
    }),
  );
}

/** The pacer's fields; until go1.18 recordings have them among memstats. */
function gcController(rt: Runtime): JsonObject {
  const {layouts} = rt.config;
  const has = (name: string) => layouts.of("gcControllerState").fields.some(f => f.name === name);
  if (!layouts.names().includes("gcControllerState") || !has("mappedReady")) return {};
  return nonzeroFields(scalars(layouts, "gcControllerState", rt.gcController));
}

function nonzeroFields(fields: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== 0 && value !== false));
}
