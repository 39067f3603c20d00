// What lies between two releases, in what mallocinit leaves: computed from the data of both and from a boot of each.
//
// Names are compared letter for letter. A field that was renamed has gone and come.

import {releases} from "../../src/releases/index.js";
import {boot, type Runtime} from "../../src/runtime/index.js";
import {bytes, count, hex, plural} from "../format.js";
import {hintsOf} from "./hints.js";

/** A release that has booted up to the return of mallocinit. */
export interface Booted {
  readonly release: string;
  readonly tag: string;
  readonly rt: Runtime;
}

/** Something that both releases have or one of them. A side that has it not is null. */
export interface Pair<T> {
  readonly name: string;
  readonly before: T | null;
  readonly after: T | null;
}

/** A field of a struct. Offset and size are in bytes. */
export interface FieldAt {
  readonly offset: number;
  readonly size: number;
  readonly type: string;
}

/** A struct in both releases, and those of its fields that are not the same in both. */
export interface StructChange {
  readonly name: string;
  readonly size: Pair<number>;
  /** Fields that came, went, or have another type or size. */
  readonly fields: readonly Pair<FieldAt>[];
  /** Number of fields that only lie elsewhere. */
  readonly moved: number;
}

/** All that differs. */
export interface Between {
  readonly fixallocs: readonly Pair<string>[];
  readonly checks: readonly Pair<string>[];
  readonly figures: readonly Pair<string>[];
  readonly stats: readonly Pair<number>[];
  readonly structs: readonly StructChange[];
}

/** The names of all releases, oldest first. */
export const names: readonly string[] = Object.keys(releases);

/** The platforms that both releases have. */
export function shared(before: string, after: string): string[] {
  const there = releases[after]!.platforms;
  return releases[before]!.platforms.filter(platform => there.includes(platform));
}

/** Boots a release on a platform, given as GOOS/GOARCH, up to the return of mallocinit. */
export function booted(release: string, platform: string): Booted {
  const [goos, goarch] = platform.split("/") as [string, string];
  const rt = boot({release, goos, goarch, until: "mallocinit"});
  return {release, tag: releases[release]!.tag, rt};
}

/** Puts two lists together by name, in the order of the first and then of the second. */
export function pairs<T>(before: ReadonlyMap<string, T>, after: ReadonlyMap<string, T>): Pair<T>[] {
  return [...new Set([...before.keys(), ...after.keys()])].map(name => ({
    name,
    before: before.get(name) ?? null,
    after: after.get(name) ?? null,
  }));
}

const differ = <T>({before, after}: Pair<T>) => before !== after;

/** Compares what two releases leave. */
export function between(before: Booted, after: Booted): Between {
  const both = <T>(of: (b: Booted) => ReadonlyMap<string, T>) => pairs(of(before), of(after));
  return {
    fixallocs: both(fixallocsOf).filter(differ),
    checks: both(checksOf).filter(differ),
    figures: both(figuresOf).filter(differ),
    stats: both(statsOf).filter(differ),
    structs: structNames
      .map(name => structChange(name, before, after))
      .filter(({size, fields, moved}) => differ(size) || fields.length > 0 || moved > 0),
  };
}

function fixallocsOf({rt}: Booted): Map<string, string> {
  return new Map(
    rt.config.release.fixallocs.map(([field, record, stat]) => [
      field,
      `${record}, ${plural(rt.sizeof(record), "byte")}, ${stat}`,
    ]),
  );
}

/** What mallocinit looks at, in words. */
const checkNames = {
  tinySizeClass: "the class of tiny blocks has their size",
  deferSizes: "all defers of a pool have one size class",
  heapArenaBitmapBytes: "heapArenaBitmapBytes is a power of two",
  heapArenaBitmapWords: "heapArenaBitmapWords is a power of two",
  classSizes: "class sizes are copied into memstats",
  physPageSize: "the page size is there, large enough and a power of two",
  physHugePageSize: "the huge page size is a power of two",
  pagesPerSpanRoot: "an arena is a whole number of span roots",
  pagesPerReclaimerChunk: "an arena is a whole number of chunks to reclaim",
  mallocHeader: "objects without a header fill whole classes",
  taggedPointerBits: "taggedPointerBits is enough",
  tagBits: "tagBits is enough",
} as const;

function checksOf({rt}: Booted): Map<string, string> {
  const checks = rt.config.release.mallocinitSteps.map((step): [string, string] => [checkNames[step], "yes"]);
  const {maxPhysPageSize} = rt.constants;
  if (maxPhysPageSize !== undefined)
    checks.push([`the page size is at most ${count(maxPhysPageSize)} bytes`, "yes"]);
  return new Map(checks);
}

function figuresOf({rt}: Booted): Map<string, string> {
  const {release, layouts} = rt.config;
  const hints = hintsOf(rt);
  const users: number[] = [];
  for (let hint = rt.mheap_.userArena.arenaHints; hint !== null; hint = hint.next) users.push(hint.addr);
  const central = layouts.of("mheap").fields.find(f => f.name === "central")!;
  return new Map([
    [
      "free pages are kept in",
      release.freePages === "treaps" ? "two treaps of spans" : "bitmaps with summaries",
    ],
    ["mcentrals", `${rt.mheap_.central.length} with ${release.freePages === "treaps" ? "lists" : "sets"}`],
    ["from one mcentral to the next", bytes(central.size / rt.mheap_.central.length)],
    ["size classes", `${rt.constants._NumSizeClasses}`],
    ["hints for the heap", `${hints.length}`],
    ["first hint", hints.length === 0 ? "none" : hex(hints[0]!)],
    ["hints for user arenas", `${users.length}`],
    [
      "chunk of a fixalloc",
      release.wholeRecords ? "a whole number of records" : bytes(rt.constants._FixAllocChunk),
    ],
    ["first mcache is in", release.firstMcache],
    ["first sampling point", count(rt.m0mcache!.next_sample)],
    ["address space reserved and not mapped", `${count(reservedBytes(rt))} bytes`],
  ]);
}

/** Bytes that are reserved and no more. */
function reservedBytes(rt: Runtime): number {
  return rt.mem.regions.reduce((n, {start, end, state}) => n + (state === "reserved" ? end - start : 0), 0);
}

function statsOf({rt}: Booted): Map<string, number> {
  const stats = Object.entries(rt.memstats).filter(
    (e): e is [string, number] => typeof e[1] === "number" && e[1] !== 0,
  );
  return new Map(stats);
}

/** The structs that are followed. */
export const structNames = [
  "mspan",
  "mcache",
  "mcentral",
  "mheap",
  "heapArena",
  "fixalloc",
  "arenaHint",
  "linearAlloc",
  "special",
  "specialfinalizer",
  "pageAlloc",
  "spanSet",
] as const;

/** The fields of a struct by name; none in a release that has no such struct. */
export function fieldsOf({rt}: Booted, struct: string): ReadonlyMap<string, FieldAt> {
  const {layouts} = rt.config;
  if (!layouts.names().includes(struct)) return new Map();
  const named = layouts.of(struct).fields.filter(f => !f.name.startsWith("_"));
  return new Map(named.map(({name, offset, size, type}) => [name, {offset, size, type}]));
}

/** Bytes in a struct, or null in a release that has none of that name. */
export function sizeOf({rt}: Booted, struct: string): number | null {
  const {layouts} = rt.config;
  return layouts.names().includes(struct) ? layouts.sizeof(struct) : null;
}

function structChange(name: string, before: Booted, after: Booted): StructChange {
  const all = pairs(fieldsOf(before, name), fieldsOf(after, name));
  const same = ({before: b, after: a}: Pair<FieldAt>) =>
    b !== null && a !== null && b.type === a.type && b.size === a.size;
  return {
    name,
    size: {name, before: sizeOf(before, name), after: sizeOf(after, name)},
    fields: all.filter(pair => !same(pair)),
    moved: all.filter(pair => same(pair) && pair.before!.offset !== pair.after!.offset).length,
  };
}
