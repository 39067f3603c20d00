// How tiny objects are counted: what ReadMemStats says before, after, and once they are garbage.

import {collect, type MemStats, ReadMemStats} from "../../src/runtime/index.js";
import {sweepone} from "../../src/runtime/mgcsweep.js";
import {table} from "../blocks.js";
import {count} from "../format.js";
import {type Element, h, toDom, toHtml} from "../markup.js";
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
export function countsOf(list: Inputs): Counts {
  const rt = fresh();
  const before = fields(ReadMemStats(rt));
  const others = everything(rt);
  runSizes(list, rt);
  const tinyallocs = rt.m0.mcache!.local_tinyallocs;
  const after = minus(fields(ReadMemStats(rt)), before);
  collect(rt, others);
  while (sweepone(rt) !== -1);
  return {tinyallocs, after, collected: minus(fields(ReadMemStats(rt)), before)};
}

const lines: readonly (readonly [name: keyof Counted, shown: string, meaning: string])[] = [
  ["Mallocs", "Mallocs", "blocks, and local_tinyallocs on top"],
  ["Frees", "Frees", "blocks that were swept, and local_tinyallocs on top"],
  ["HeapObjects", "HeapObjects", "the difference of the two: blocks"],
  ["HeapAlloc", "HeapAlloc", "bytes in blocks"],
  ["mallocs16", "BySize[16].Mallocs", "blocks"],
  ["frees16", "BySize[16].Frees", "blocks"],
];

function draw(inputs: Inputs): Element {
  const {tinyallocs, after, collected} = countsOf(inputs);
  return h(
    "div",
    {class: "cell"},
    table({
      caption: `${count(inputs.length)} objects are allocated; ${count(tinyallocs)} of them share a block that was there, which is what local_tinyallocs counts.`,
      head: ["MemStats", "#change", "#and when all is garbage, swept", "what it counts"],
      rows: lines.map(([name, shown, meaning]) => [
        h("code", null, shown),
        count(after[name]),
        count(collected[name]),
        meaning,
      ]),
    }),
  );
}

/** The statistics, for a cell. */
export const counted = (inputs: Inputs) => toDom(draw(inputs));

/** The same in print. */
export const fallback = () => toHtml(draw(defaults));
