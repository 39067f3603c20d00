// Holding a simulated state against a recorded one, leaf by leaf.
//
// A leaf is a value that is no container, or a container that is empty. Every leaf of the recording ends up in
// exactly one of four lists: equal, differing, ignored (it varies between runs of the real process) or
// unmodelled (the model has nothing to hold against it). Both of the latter carry the reason, and rules.ts is the
// one place where reasons are given. A leaf that only the model has differs too, unless recordings leave it out.

import {isHex, type Json, type JsonObject, type Phase} from "./format.js";
import {chunk, type Rule, ruleFor} from "./rules.js";

/** A leaf that is not the same. `undefined` stands for: not there. */
export interface Difference {
  readonly path: string;
  readonly simulated: Json | undefined;
  readonly captured: Json | undefined;
}

/** A leaf that was not compared, and why. */
export interface Exception {
  readonly path: string;
  readonly why: string;
}

/** What came of a comparison. */
export interface Comparison {
  readonly equal: string[];
  readonly differing: Difference[];
  readonly ignored: Exception[];
  readonly unmodelled: Exception[];
}

/** Groups in which a recording leaves out what its program's DWARF does not mention. */
const mayBeMissing = new Set(["constants"]);

/** Bytes in a chunk of persistentalloc. */
const chunkBytes = 256n * 1024n;

type Leaves = ReadonlyMap<string, Json>;

/** Compares the model's phase with a recorded one. */
export function compare(
  simulated: Phase,
  captured: Phase,
  where: {release: string; phase: string},
): Comparison {
  const result: Comparison = {equal: [], differing: [], ignored: [], unmodelled: []};
  const ours = leaves(simulated);
  const theirs = leaves(captured);
  for (const [path, value] of theirs) {
    const rule = ruleFor(path, where);
    const mine = ours.get(path);
    const verdict = judge(mine, value, rule, ours, theirs);
    if (verdict === "equal") result.equal.push(path);
    else if (verdict !== "differing") result[verdict].push({path, why: rule!.why});
    else if (mine === undefined && !(group(path) in simulated)) {
      result.unmodelled.push({path, why: `The model has no ${group(path)}.`});
    } else result.differing.push({path, simulated: mine, captured: value});
  }
  for (const [path, value] of ours) {
    if (theirs.has(path) || !(group(path) in captured) || mayBeMissing.has(group(path))) continue;
    if (ruleFor(path, where)?.verdict === "unmodelled") continue;
    if (isContainer(value) && hasBelow(theirs, path)) continue;
    result.differing.push({path, simulated: value, captured: undefined});
  }
  return result;
}

/** What becomes of one leaf. What is zero does not vary: it is compared whatever the rule says. */
function judge(
  mine: Json | undefined,
  value: Json,
  rule: Rule | undefined,
  ours: Leaves,
  theirs: Leaves,
): "equal" | "differing" | "ignored" | "unmodelled" {
  if (rule?.verdict === "unmodelled") return "unmodelled";
  if (mine === undefined) return "differing";
  if (rule?.verdict === "drawn") {
    if (ours.get(rule.from!) !== theirs.get(rule.from!)) return "ignored";
  } else if (rule?.verdict === "rounded") {
    return Number(mine) === Number(value) ? "equal" : "differing";
  } else if (rule !== undefined && rule.verdict !== "exact" && !isZero(mine) && !isZero(value)) {
    if (rule.verdict === "ignored") return "ignored";
    const from = rule.from ?? chunk;
    const a = distance(mine, ours.get(from));
    const b = distance(value, theirs.get(from));
    if (rule.verdict === "address" && outside(a) && outside(b)) return "ignored";
    return a !== null && a === b ? "equal" : "differing";
  }
  return JSON.stringify(mine) === JSON.stringify(value) ? "equal" : "differing";
}

function distance(address: Json, from: Json | undefined): bigint | null {
  return isHex(address) && isHex(from) ? BigInt(address) - BigInt(from) : null;
}

function outside(distanceFromChunk: bigint | null): boolean {
  return distanceFromChunk !== null && (distanceFromChunk < 0n || distanceFromChunk >= chunkBytes);
}

/** Nothing is there, which does not vary. */
function isZero(value: Json | undefined): boolean {
  return value === undefined || value === null || value === 0 || value === "0x0";
}

/** The first part of a path. */
export function group(path: string): string {
  return path.split(".", 1)[0]!;
}

function isContainer(value: Json): value is Json[] | JsonObject {
  return typeof value === "object" && value !== null;
}

function hasBelow(leaves: ReadonlyMap<string, Json>, path: string): boolean {
  for (const each of leaves.keys()) if (each.startsWith(`${path}.`)) return true;
  return false;
}

/**
 * The leaves of a value by path; the parts of a path are joined by dots. In a table, that is an object with
 * `columns` and `rows`, a cell goes by the name of its column.
 */
export function leaves(value: Json, path = "", out = new Map<string, Json>()): Map<string, Json> {
  const entries = isContainer(value) ? Object.entries(value) : [];
  if (entries.length === 0) out.set(path, value);
  const columns =
    isContainer(value) && !Array.isArray(value) && Array.isArray(value.rows) ? value.columns : undefined;
  for (const [key, each] of entries) {
    const below = path === "" ? key : `${path}.${key}`;
    leaves(key === "rows" && Array.isArray(columns) ? named(each, columns) : each, below, out);
  }
  return out;
}

function named(rows: Json, columns: readonly Json[]): Json {
  if (!Array.isArray(rows)) return rows;
  return rows.map(row =>
    Array.isArray(row) ? Object.fromEntries(row.map((cell, i) => [String(columns[i] ?? i), cell])) : row,
  );
}
