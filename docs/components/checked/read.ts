// Read at build time: the account of everything that was recorded, and the sums of it. Browsers do not load this.

import {
  type Account,
  accounts,
  isCompared,
  type Part,
  type Totals,
  totals,
} from "../../../src/capture/account.js";
import {count, plural} from "../format.js";

/** Reads files under docs. */
export interface Reader {
  list(folder: string): string[];
  text(path: string): string;
}

const made = new WeakMap<Reader, Account[]>();

/** The account, made once for each reader. */
export function accountsOf(reader: Reader): Account[] {
  const known = made.get(reader);
  if (known) return known;
  const all = accounts({
    list: folder => reader.list(`data/${folder}`),
    text: path => reader.text(`data/${path}`),
  });
  made.set(reader, all);
  return all;
}

/** All parts of some accounts. */
export const partsOf = (all: readonly Account[]): Part[] => all.flatMap(({parts}) => parts);

/** "go1.12" of "go1.12.17". */
export const minorOf = (tag: string) => /^go1\.\d+/.exec(tag)?.[0] ?? tag;

/** Tags of the releases that were recorded, oldest first. */
export function recordedReleases(all: readonly Account[]): string[] {
  const tags = new Set(all.flatMap(({release}) => release ?? []));
  return [...tags].sort((a, b) => a.localeCompare(b, "en", {numeric: true}));
}

/** A reason, and the leaves that it holds for. */
export interface Reason {
  readonly why: string;
  readonly leaves: number;
  /** Files in which it is given. */
  readonly files: number;
  /** Paths with `*` for indices, each once. */
  readonly shapes: readonly string[];
}

/** The reasons of one list, those for most leaves first. */
export function reasonsOf(all: readonly Account[], list: "ignored" | "unmodelled"): Reason[] {
  const found = new Map<string, {leaves: number; files: Set<string>; shapes: Set<string>}>();
  for (const {file, parts} of all) {
    for (const {result} of parts) {
      if (!isCompared(result)) continue;
      for (const {path, why} of result[list]) {
        const entry = found.get(why) ?? {leaves: 0, files: new Set(), shapes: new Set()};
        found.set(why, entry);
        entry.leaves++;
        entry.files.add(file);
        entry.shapes.add(path.replace(/\.\d+(?=\.|$)/g, ".*"));
      }
    }
  }
  return [...found]
    .map(([why, e]) => ({why, leaves: e.leaves, files: e.files.size, shapes: [...e.shapes].sort()}))
    .sort((a, b) => b.leaves - a.leaves);
}

/** "a, b and c". */
const listed = (names: readonly string[]) =>
  names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;

/** Which releases are compared at which moments, in words. */
export function reach(all: readonly Account[]): string {
  const byMoments = new Map<string, string[]>();
  const heaps = all.filter(({kind}) => kind === "heap");
  for (const tag of recordedReleases(heaps)) {
    const parts = partsOf(heaps.filter(({release}) => release === tag));
    const names = parts.filter(({name, result}) => name !== "types" && isCompared(result)).map(p => p.name);
    const moments = listed([...new Set(names)].map(name => `at the return of ${name}`));
    byMoments.set(moments, [...(byMoments.get(moments) ?? []), tag]);
  }
  const sentences = [...byMoments].map(([moments, tags]) => {
    const verb = tags.length === 1 ? "is" : "are";
    return `${listed(tags)} ${verb} ${moments === "" ? "not compared" : `compared ${moments}`}.`;
  });
  return sentences.join(" ");
}

/** What is compared by leaves. Files that nothing reads are counted in lines, so they stay out of sums. */
export const counted = (all: readonly Account[]) => all.filter(({kind}) => kind !== "other");

/** The numbers of the text. */
export function values(reader: Reader): Record<string, string> {
  const all = accountsOf(reader);
  const heaps = all.filter(({kind}) => kind === "heap");
  const sum: Totals = totals(partsOf(counted(all)));
  const none = (n: number) => (n === 0 ? "none" : count(n));
  const recorded = recordedReleases(all);
  return {
    files: plural(counted(all).length, "file"),
    uncounted: plural(all.length - counted(all).length, "file"),
    processes: count(heaps.length),
    platforms: plural(new Set(heaps.map(({platform}) => platform)).size, "platform"),
    recorded: plural(recorded.length, "release"),
    equal: count(sum.equal),
    differing: none(sum.differing),
    ignored: count(sum.ignored),
    unmodelled: count(sum.unmodelled),
    notCompared: none(sum.notCompared),
    reach: reach(all),
    native: count(heaps.filter(({runner}) => runner === "native").length),
    emulated: count(heaps.filter(({runner}) => runner !== "native").length),
  };
}
