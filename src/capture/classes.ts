// Holding the generator of size classes against the tables that real programs hold, entry by entry.

import {configure, type ReleaseData} from "../releases/index.js";
import {makeSizeClasses, type SizeClasses} from "../runtime/sizeclasses.js";
import type {Comparison} from "./compare.js";
import type {Json} from "./format.js";

/** The tables as a program holds them. */
export interface Tables {
  readonly class_to_size: readonly number[];
  readonly class_to_allocnpages: readonly number[];
  /** Four columns up to go1.15; since then the multiplier alone. */
  readonly class_to_divmagic: {readonly rows: readonly (readonly number[])[]} | readonly number[];
  readonly size_to_class8: readonly number[];
  readonly size_to_class128: readonly number[];
}

/** Releases that hold the same tables. */
export interface Group {
  readonly releases: readonly string[];
  readonly values: Tables;
}

/** Reads the recorded tables: groups of releases, oldest first. */
export const parseClassTables = (text: string): Group[] => (JSON.parse(text) as {tables: Group[]}).tables;

/** The tables that a release's generator makes. They are the same on every platform. */
export function tablesOf(release: ReleaseData): SizeClasses {
  const {goos, goarch} = {goos: "linux", goarch: "amd64"};
  return makeSizeClasses(configure(release, goos, goarch).constants, release.sizeClassRule);
}

/** Compares every entry of every table. A path is a table's name and an index. */
export function compareTables(made: SizeClasses, recorded: Tables): Comparison {
  const result: Comparison = {equal: [], differing: [], ignored: [], unmodelled: []};
  for (const name of Object.keys(recorded) as (keyof Tables)[]) {
    const value = recorded[name];
    const columns = "rows" in value;
    const theirs: readonly unknown[] = columns ? value.rows : value;
    const mine: readonly unknown[] =
      name !== "class_to_divmagic"
        ? made[name]
        : made[name].map(d => (columns ? [d.shift, d.shift2, d.mul, d.baseMask] : d.mul));
    for (let i = 0; i < Math.max(theirs.length, mine.length); i++) {
      const [simulated, captured] = [mine[i], theirs[i]] as Json[];
      const path = `${name}.${i}`;
      if (JSON.stringify(simulated) === JSON.stringify(captured)) result.equal.push(path);
      else result.differing.push({path, simulated, captured});
    }
  }
  return result;
}
