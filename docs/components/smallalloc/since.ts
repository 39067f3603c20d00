// What later releases changed for small objects: read out of recordings and class tables of each release.

import {parseRecording} from "../../src/capture/index.js";
import {table} from "../blocks.js";
import {count} from "../format.js";
import {toHtml} from "../markup.js";
import type {Read} from "./compared.js";

/** What is known of a release. */
export interface Since {
  readonly version: string;
  readonly classes: readonly number[];
  /** Names of the fields of structs. */
  readonly fields: Readonly<Record<string, readonly string[]>>;
}

/** The tables of the file of class tables: which releases share one, and the sizes in it. */
interface ClassTables {
  readonly tables: readonly {
    readonly releases: readonly string[];
    readonly values: {readonly class_to_size: number[]};
  }[];
}

/** The releases in order. */
export function sinceAll({list, text}: Read): Since[] {
  const {tables} = JSON.parse(text("data/captures/class-tables.json")) as ClassTables;
  return list("data/captures/heap")
    .filter(file => /^linux-amd64-go[\d.]+-p1\.json$/.test(file))
    .map(file => {
      const {go_version, types} = parseRecording(text(`data/captures/heap/${file}`));
      const classes = tables.find(t => t.releases.includes(go_version))?.values.class_to_size ?? [];
      const fields = Object.fromEntries(
        ["mspan", "mcentral", "heapArena"].map(name => [
          name,
          (types.layout[name] ?? []).map(([field]) => field),
        ]),
      );
      return {version: go_version, classes, fields};
    })
    .sort((a, b) => Number(a.version.split(".")[1]) - Number(b.version.split(".")[1]));
}

/** Lines of the table: what each is about, and what each release has. */
export function lines(all: readonly Since[]): [what: string, ...values: string[]][] {
  const line = (what: string, value: (s: Since) => string): [string, ...string[]] => [
    what,
    ...all.map(value),
  ];
  const has = (struct: string, names: readonly string[]) => (s: Since) =>
    names.filter(name => s.fields[struct]?.includes(name)).join(", ") || "–";
  return [
    line("size classes", s => count(s.classes.length)),
    line("the smallest", s => s.classes.slice(1, 6).join(", ")),
    line("mspan: to divide by elemsize", has("mspan", ["divShift", "divShift2", "divMul", "baseMask"])),
    line("mspan: free index for the collector", has("mspan", ["freeIndexForScan"])),
    line("mcentral: lists or sets", has("mcentral", ["nonempty", "empty", "partial", "full"])),
    line("mcentral: a lock for both", has("mcentral", ["lock"])),
    line("mcentral: a count of objects", has("mcentral", ["nmalloc"])),
    line("heapArena: the heap bitmap", has("heapArena", ["bitmap", "noMorePtrs"])),
  ];
}

/** The table, in print. */
export function fallback(read: Read): string {
  const all = sinceAll(read);
  return toHtml(
    table({
      caption:
        "Fields and size classes, as recordings of real processes on linux/amd64 have them. 1.15 was on its way from lists to sets and has both.",
      head: ["", ...all.map(s => s.version)],
      rows: lines(all),
    }),
  );
}
