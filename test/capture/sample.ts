// Recordings for the tests of the comparison, and ways to spoil them.

import {readdirSync, readFileSync} from "node:fs";
import {
  type Json,
  type JsonObject,
  type Phase,
  parseRecording,
  type Recording,
} from "../../src/capture/format.js";

const folder = new URL("../../docs/data/captures/heap/", import.meta.url);

/** Names of the recordings of a release, without `.json`. */
export function recordingsOf(version: string): string[] {
  return readdirSync(folder)
    .filter(name => name.endsWith(".json") && name.includes(`-go${version}.`))
    .map(name => name.slice(0, -".json".length))
    .sort();
}

/** The recording of that name. */
export function recording(name: string): Recording {
  return parseRecording(readFileSync(new URL(`${name}.json`, folder), "utf8"));
}

/** A path in a phase: keys of objects and indices of arrays. */
export type Path = readonly (string | number)[];

/** Paths of all leaves: of values that contain nothing. */
export function leafPaths(value: Json, path: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [path];
  const entries = Array.isArray(value) ? value.map((each, i) => [i, each] as const) : Object.entries(value);
  if (entries.length === 0) return [path];
  return entries.flatMap(([key, each]) => leafPaths(each, [...path, key]));
}

/** The value at a path. */
export function at(phase: Phase, path: Path): Json {
  return path.reduce<Json>((value, key) => (value as JsonObject)[key]!, phase);
}

/** A copy of a phase in which the value at a path is another. */
export function withValue(phase: Phase, path: Path, value: Json): Phase {
  const copy = structuredClone(phase);
  const parent = at(copy, path.slice(0, -1)) as JsonObject;
  parent[path[path.length - 1]!] = value;
  return copy;
}

/** A copy of a phase in which the value at a path is missing. */
export function without(phase: Phase, path: Path): Phase {
  const copy = structuredClone(phase);
  const parent = at(copy, path.slice(0, -1));
  const last = path[path.length - 1]!;
  if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else delete (parent as JsonObject)[last];
  return copy;
}

/** An address that lies `by` bytes further up. */
export function shifted(address: Json, by: bigint): string {
  return `0x${(BigInt(address as string) + by).toString(16)}`;
}
