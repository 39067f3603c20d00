// Read at build time: the tables of size classes that real programs hold, against the generator; and what later releases
// changed in them. Browsers do not load this.

import {compareTables, type Group, parseClassTables, type Tables} from "../../src/capture/classes.js";
import {boot} from "../../src/runtime/index.js";
import type {SizeClasses} from "../../src/runtime/sizeclasses.js";
import {table} from "../blocks.js";
import {count} from "../format.js";
import {type Element, h, toHtml} from "../markup.js";
import {type Read, replayAll, totals} from "../smallalloc/compared.js";

/** The groups of releases, oldest first. */
export function groupsOf({text}: Read): Group[] {
  return parseClassTables(text("data/captures/class-tables.json"));
}

/** How many entries of a table are equal. */
export interface TableResult {
  readonly name: keyof Tables;
  readonly equal: number;
  readonly differing: number;
}

/** Holds the tables that the generator makes against recorded ones, table by table. */
export function countTables(made: SizeClasses, recorded: Tables): TableResult[] {
  const {equal, differing} = compareTables(made, recorded);
  const of = (name: string, paths: readonly string[]) => paths.filter(p => p.startsWith(`${name}.`)).length;
  const wrong = differing.map(({path}) => path);
  return (Object.keys(recorded) as (keyof Tables)[]).map(name => ({
    name,
    equal: of(name, equal),
    differing: of(name, wrong),
  }));
}

/** The comparison of the release that the page models. */
export function compareOwn(read: Read): TableResult[] {
  const own = groupsOf(read).find(group => group.releases.includes("go1.12.17"));
  if (own === undefined) throw new RangeError("class-tables.json has no tables of go1.12.17");
  return countTables(boot().sizeclasses, own.values);
}

/** Sizes that get another block than in the release before. All in bytes. */
export interface Shift {
  readonly from: number;
  readonly to: number;
  readonly before: number;
  readonly now: number;
}

/** The block of a size: the smallest class that is large enough. */
const blockOf = ({class_to_size}: Tables, size: number) => class_to_size.find(block => block >= size)!;

/** Every size of a small object whose block differs between two groups, as ranges. */
export function shifts(before: Tables, now: Tables): Shift[] {
  const out: Shift[] = [];
  for (let size = 1; size <= 32768; size++) {
    const [a, b] = [blockOf(before, size), blockOf(now, size)];
    if (a === b) continue;
    const last = out.at(-1);
    if (last && last.to === size - 1 && last.before === a && last.now === b)
      out[out.length - 1] = {...last, to: size};
    else out.push({from: size, to: size, before: a, now: b});
  }
  return out;
}

function drawCompared(results: readonly TableResult[]): Element {
  return table({
    caption:
      "The tables of a real go1.12.17 program and those that the model’s generator makes, entry by entry.",
    head: ["table", "#equal", "#differing"],
    rows: results.map(r => [
      h("code", null, r.name),
      count(r.equal),
      r.differing === 0 ? "0" : h("b", {class: "differs"}, count(r.differing)),
    ]),
  });
}

function drawSince(groups: readonly Group[]): Element {
  return table({
    caption:
      "Size classes as programs of nine releases hold them. Releases on one line hold the same tables.",
    head: ["releases", "#classes", "new sizes", "another block than before", "how to divide by a size"],
    rows: groups.map(({releases, values}, i) => {
      const before = groups[i - 1]?.values;
      const fresh = before ? values.class_to_size.filter(s => !before.class_to_size.includes(s)) : [];
      const moved = before ? shifts(before, values) : [];
      const divide = "rows" in values.class_to_divmagic ? "four columns" : "one multiplier";
      const same =
        before && JSON.stringify(before.class_to_divmagic) === JSON.stringify(values.class_to_divmagic);
      return [
        releases.join(", "),
        count(values.class_to_size.length),
        fresh.length === 0 ? "–" : fresh.map(s => `${count(s)} B`).join(", "),
        moved.length === 0
          ? "–"
          : moved
              .map(
                m =>
                  `sizes ${count(m.from)} to ${count(m.to)}: ${count(m.now)} instead of ${count(m.before)}`,
              )
              .join("; "),
        same ? "–" : before ? `${divide}, other values` : divide,
      ];
    }),
  });
}

/** All scripts of allocations that were recorded, and what they allocate. */
const scriptsAbout = {
  "classes-noscan": "three objects of each size class, without pointers",
  "classes-scan": "the same with pointers",
  rounding: "sizes a byte above a class or a byte below one",
  fill: "several spans of one class, until they are full",
  tiny: "sizes from 1 to 15 bytes, up, down and mixed",
  "tiny-fill": "sizes 9 to 15 in turn: no two fit into one block",
  "large-noscan": "objects of more than 32 KiB",
  zero: "size 0, and one object of a byte between",
} as const;
export const allScripts = Object.keys(scriptsAbout);

/** A script on each platform that it was recorded on, summed up. */
function drawScripts(read: Read): Element {
  const all = replayAll(read, allScripts);
  return table({
    caption:
      "Scripts of allocations of real go1.12.17 processes, replayed on the model when this page was built. Each ran on linux/amd64 and on linux/386; the numbers are for both.",
    head: ["script", "allocates", "#objects", "#same address", "#fields equal", "#differing", "#ignored"],
    rows: Object.entries(scriptsAbout).map(([script, what]) => {
      const sum = totals(all.filter(r => r.script === script));
      return [
        h("code", null, script),
        h("div", {class: "words"}, what),
        count(sum.allocations),
        count(sum.same),
        count(sum.equal),
        sum.differing === 0 ? "0" : h("b", {class: "differs"}, count(sum.differing)),
        count(sum.ignored),
      ];
    }),
  });
}

const inCell = (...parts: Element[]) => toHtml(h("div", {class: "cell"}, ...parts));

/** The comparisons, printed. */
export const tables = (read: Read) => inCell(drawCompared(compareOwn(read)));
export const scripts = (read: Read) => inCell(drawScripts(read));

/** What later releases changed, printed. */
export const since = (read: Read) => inCell(drawSince(groupsOf(read)));
