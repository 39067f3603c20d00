// How tiny objects are counted: what ReadMemStats says before, after, and once they are garbage.

import {collect, type MemStats, ReadMemStats} from "../../src/runtime/index.js";
import {table} from "../blocks.js";
import {count} from "../format.js";
import {type Element, h, toDom, toHtml} from "../markup.js";
import {firstRelease} from "../release.js";
import {defaults, type Inputs} from "./inputs.js";
import {everything, fresh, runSizes} from "./run.js";

/** The fields of MemStats that tiny objects move. */
export interface Counted {
  readonly Mallocs: number;
  readonly Frees: number;
  readonly HeapObjects: number;
  readonly HeapAlloc: number;
  /** Mallocs and Frees of BySize for blocks of 16 bytes. */
  readonly mallocs16: number;
  readonly frees16: number;
}

/** What has changed in MemStats since before the objects were allocated. */
export interface Counts {
  readonly tinyallocs: number;
  readonly after: Counted;
  /** The same when nothing of it can be reached any more, collected and swept. */
  readonly collected: Counted;
}

function fields({Mallocs, Frees, HeapObjects, HeapAlloc, BySize}: MemStats): Counted {
  const row = BySize.find(r => r.Size === 16)!;
  return {Mallocs, Frees, HeapObjects, HeapAlloc, mallocs16: row.Mallocs, frees16: row.Frees};
}

function minus(a: Counted, b: Counted): Counted {
  const names = Object.keys(a) as (keyof Counted)[];
  return Object.fromEntries(names.map(name => [name, a[name] - b[name]])) as unknown as Counted;
}

/** Reads the statistics before, after and at the end. */
export function countsOf(list: Inputs, release?: string): Counts {
  const rt = fresh(release);
  const before = fields(ReadMemStats(rt));
  const others = everything(rt);
  runSizes(list, rt);
  const tinyallocs = rt.m0.mcache!.local_tinyallocs;
  const after = minus(fields(ReadMemStats(rt)), before);
  collect(rt, others);
  while (rt.parts.sweepone(rt) !== -1);
  return {tinyallocs, after, collected: minus(fields(ReadMemStats(rt)), before)};
}

const linesOf = (
  counter: string,
): readonly (readonly [name: keyof Counted, shown: string, meaning: string])[] => [
  ["Mallocs", "Mallocs", `blocks, and ${counter} on top`],
  ["Frees", "Frees", `blocks that were swept, and ${counter} on top`],
  ["HeapObjects", "HeapObjects", "the difference of the two: blocks"],
  ["HeapAlloc", "HeapAlloc", "bytes in blocks"],
  ["mallocs16", "BySize[16].Mallocs", "blocks"],
  ["frees16", "BySize[16].Frees", "blocks"],
];

function draw(inputs: Inputs, release: string): Element {
  const {tinyallocs, after, collected} = countsOf(inputs, release);
  const counter = release === firstRelease ? "local_tinyallocs" : "tinyAllocs";
  return h(
    "div",
    {class: "cell"},
    table({
      caption: `${count(inputs.length)} objects are allocated; ${count(tinyallocs)} of them share a block that was there, which is what ${counter} of the mcache counts.`,
      head: ["MemStats", "#change", "#and when all is garbage, swept", "what it counts"],
      rows: linesOf(counter).map(([name, shown, meaning]) => [
        h("code", null, shown),
        count(after[name]),
        count(collected[name]),
        meaning,
      ]),
    }),
  );
}

/** The statistics, for a cell. */
export const counted = (inputs: Inputs, release: string) => toDom(draw(inputs, release));

/** The same in print. */
export const fallback = () => toHtml(draw(defaults, firstRelease));
