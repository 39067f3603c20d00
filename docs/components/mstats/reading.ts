// What one call of ReadMemStats said, from the model or from a program, and how its values are written.
//
// Integers are bigints: a program's can be larger than a float64 holds exactly.

import type {MemStats} from "../../src/runtime/index.js";
import {bytes} from "../format.js";
import {type Field, fields} from "./fields.js";

/** The value of a field that is no list. */
export type Scalar = bigint | number | boolean;

/** A row of BySize. Size is in bytes. */
export interface SizeRow {
  readonly size: bigint;
  readonly mallocs: bigint;
  readonly frees: bigint;
}

/** A reading. What it does not have is missing from the map, or null. */
export interface Reading {
  /** GCCPUFraction is a number, EnableGC and DebugGC are booleans, all others bigints. */
  readonly scalars: ReadonlyMap<string, Scalar>;
  readonly pauseNs: readonly bigint[] | null;
  readonly pauseEnd: readonly bigint[] | null;
  readonly bySize: readonly SizeRow[] | null;
}

/** The greatest uint64. As NextGC it stands for never. */
export const never = 2n ** 64n - 1n;

/** The model's statistics as a reading. */
export function readingOf(m: MemStats): Reading {
  const scalars = new Map<string, Scalar>();
  for (const {name, unit} of fields) {
    const value = m[name as keyof MemStats];
    if (unit === "fraction" || typeof value === "boolean") scalars.set(name, value as number | boolean);
    else if (typeof value === "number") scalars.set(name, value === 2 ** 64 ? never : BigInt(value));
  }
  return {
    scalars,
    pauseNs: m.PauseNs.map(BigInt),
    pauseEnd: m.PauseEnd.map(BigInt),
    bySize: m.BySize.map(({Size, Mallocs, Frees}) => ({
      size: BigInt(Size),
      mallocs: BigInt(Mallocs),
      frees: BigInt(Frees),
    })),
  };
}

/** The value of an integer field, or null if the reading does not have it. */
export function integer(reading: Reading | null, name: string): bigint | null {
  const value = reading?.scalars.get(name);
  return typeof value === "bigint" ? value : null;
}

/** How much an integer field went up since another reading; null if that cannot be said. */
export function changeOf(before: Reading | null, now: Reading, name: string): bigint | null {
  const [a, b] = [integer(before, name), integer(now, name)];
  return a === null || b === null ? null : b - a;
}

/** The integer fields that changed, in the order of the groups. */
export function moved(before: Reading | null, now: Reading): {name: string; by: bigint}[] {
  return fields.flatMap(({name}) => {
    const by = changeOf(before, now, name);
    return by === null || by === 0n ? [] : [{name, by}];
  });
}

/** An integer with commas. */
export const exact = (n: bigint) => n.toLocaleString("en-US").replace("-", "−");

/** A change with its sign: "+1,600", "−8,192", "±0". */
export const signed = (n: bigint) => (n === 0n ? "±0" : n > 0n ? `+${exact(n)}` : exact(n));

/** A size for reading: "64.0 MiB". */
export const size = (n: bigint) => bytes(Number(n));

/** A duration: "92.8 µs". */
export function duration(ns: bigint): string {
  const n = Number(ns);
  if (n < 1e3) return `${n} ns`;
  if (n < 1e6) return `${(n / 1e3).toFixed(1)} µs`;
  if (n < 1e9) return `${(n / 1e6).toFixed(2)} ms`;
  return `${(n / 1e9).toFixed(2)} s`;
}

/** A moment in nanoseconds since 1970: "2026-11-23 06:08:17.569 UTC"; null if no calendar reaches so far. */
export function moment(ns: bigint): string | null {
  const ms = ns / 1_000_000n;
  return ms <= 8_640_000_000_000_000n
    ? new Date(Number(ms)).toISOString().replace("T", " ").replace("Z", " UTC")
    : null;
}

/** The value of a field as it stands in the reading, and in words where these say more. */
export function written(reading: Reading, {name, unit}: Field): {value: string; words: string} | null {
  if (unit === "list") return writtenList(reading, name);
  const value = reading.scalars.get(name);
  if (value === undefined) return null;
  if (typeof value !== "bigint") {
    const words = unit === "fraction" ? `${(100 * Number(value)).toFixed(2)}% of the CPU time` : "";
    return {value: String(value), words};
  }
  const words = {
    bytes: name === "NextGC" && value === never ? "never" : inUnits(value),
    ns: value >= 1000n ? duration(value) : "",
    time: value === 0n ? "never" : (moment(value) ?? ""),
    count: "",
    fraction: "",
    flag: "",
  }[unit];
  return {value: exact(value), words};
}

/** A size in a larger unit than bytes; nothing where its digits are as good. */
function inUnits(n: bigint): string {
  const words = size(n);
  return words.endsWith(" B") ? "" : words;
}

function writtenList(reading: Reading, name: string): {value: string; words: string} | null {
  const list = {PauseNs: reading.pauseNs, PauseEnd: reading.pauseEnd, BySize: reading.bySize}[name];
  if (!list) return null;
  const value = `${list.length} ${name === "BySize" ? "rows" : "values"}`;
  const filled = list.filter(each =>
    typeof each === "bigint" ? each !== 0n : each.mallocs !== 0n || each.frees !== 0n,
  );
  return {value, words: filled.length === 0 ? "all 0" : `${filled.length} not 0`};
}
