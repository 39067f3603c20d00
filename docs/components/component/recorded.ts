// What was compared for this page, by component, and what later releases changed: made at build time.

import {compareRecording, parseRecording, type Recording} from "../../src/capture/index.js";
import {go1_12} from "../../src/releases/go1.12.js";
import {boot} from "../../src/runtime/index.js";
import {table} from "../blocks.js";
import {bytes, count, plural} from "../format.js";
import {h, type Markup, toHtml} from "../markup.js";
import {run as runLinear} from "./linear.js";
import {fill, opening as persistentOpening, readRequests} from "./persistent.js";
import {run as runSlots} from "./slots.js";

/** Reads files under docs. */
export interface Reader {
  list(folder: string): string[];
  text(path: string): string;
}

const folder = "data/captures/heap";

/** The parts of a recording that belong to the components of this page, by the beginning of their paths. */
export const components: Readonly<Record<string, readonly string[]>> = {
  fixalloc: ["fixallocs"],
  persistentalloc: ["persistentalloc"],
  linearAlloc: ["heapArenaAlloc", "arena"],
  mcache: ["m0_mcache", "m0_mcache_now", "allp"],
  "system calls, by their statistics": ["stats"],
};

/** How many fields of a component are equal, and so on. */
export interface Counts {
  readonly equal: number;
  readonly differing: number;
  readonly ignored: number;
  readonly unmodelled: number;
}

/** Compares all recordings of the release, in both phases, component by component. */
export function compared({list, text}: Reader): {recordings: number; counts: Map<string, Counts>} {
  const files = list(folder).filter(file => file.includes("-go1.12."));
  const counts = new Map<string, Counts>(
    Object.keys(components).map(name => [name, {equal: 0, differing: 0, ignored: 0, unmodelled: 0}]),
  );
  for (const file of files) {
    const recording = parseRecording(text(`${folder}/${file}`));
    for (const phase of ["mallocinit", "procresize"] as const) {
      const comparison = compareRecording(recording, phase);
      for (const [name, groups] of Object.entries(components)) {
        const mine = (path: string) => groups.includes(path.split(".", 1)[0]!);
        const before = counts.get(name)!;
        counts.set(name, {
          equal: before.equal + comparison.equal.filter(mine).length,
          differing: before.differing + comparison.differing.filter(d => mine(d.path)).length,
          ignored: before.ignored + comparison.ignored.filter(d => mine(d.path)).length,
          unmodelled: before.unmodelled + comparison.unmodelled.filter(d => mine(d.path)).length,
        });
      }
    }
  }
  return {recordings: files.length, counts};
}

const total = (counts: Iterable<Counts>): Counts =>
  [...counts].reduce(
    (a, b) => ({
      equal: a.equal + b.equal,
      differing: a.differing + b.differing,
      ignored: a.ignored + b.ignored,
      unmodelled: a.unmodelled + b.unmodelled,
    }),
    {equal: 0, differing: 0, ignored: 0, unmodelled: 0},
  );

const none = (n: number) => (n === 0 ? "none" : count(n));

/** The numbers in the page's text. */
export function values(read: Reader): Record<string, string> {
  const rt = boot();
  const {constants} = rt;
  const {recordings, counts} = compared(read);
  const sum = total(counts.values());
  const filling = fill(readRequests(persistentOpening));
  const is386 = boot({goarch: "386"});
  const corner = runLinear([{size: constants.minPhysPageSize + 1, align: 8}]);
  return {
    tag: go1_12.tag,
    recordings: count(recordings),
    equal: count(sum.equal),
    differing: none(sum.differing),
    ignored: count(sum.ignored),
    unmodelled: none(sum.unmodelled),
    chunk: bytes(constants.persistentChunkSize),
    maxBlock: count(64 * 1024),
    fixchunk: bytes(constants._FixAllocChunk),
    left: count(filling.lost),
    slots: count(constants.numSpanClasses),
    mcache: plural(rt.sizeof("mcache"), "byte"),
    mspan: plural(rt.sizeof("mspan"), "byte"),
    heapArena: bytes(rt.sizeof("heapArena")),
    filled: count(runSlots([]).filled.length),
    reserved386: bytes(is386.mheap_.arena.end - is386.mheap_.arena.next),
    mapped386: bytes(is386.memstats.heap_sys + is386.memstats.stacks_inuse),
    meta386: bytes(is386.mheap_.heapArenaAlloc.end - is386.mheap_.heapArenaAlloc.next),
    cornerSize: count(constants.minPhysPageSize + 1),
    cornerMapped: count(corner.mapped),
  };
}

/** What was compared, in print. */
export function comparison(read: Reader): string {
  const {recordings, counts} = compared(read);
  return toHtml(
    table({
      caption: `Fields of ${recordings} recordings of go1.12.17 processes, at the return of mallocinit and of procresize, by component.`,
      head: ["component", "#equal", "#differing", "#ignored", "#not modelled"],
      rows: [...counts].map(([name, c]) => [
        name,
        count(c.equal),
        c.differing === 0 ? "0" : h("b", {class: "differs"}, count(c.differing)),
        count(c.ignored),
        count(c.unmodelled),
      ]),
    }),
  );
}

/** What a recording of a release says of the components. */
export interface Since {
  readonly version: string;
  readonly fixallocs: number;
  readonly chunk: number;
  /** Bytes of a chunk for arenaHints that were taken when the first record was: what fits whole, or all. */
  readonly hintChunk: number;
  readonly linear: readonly string[];
  readonly persistent: readonly string[];
  readonly stat: string;
  readonly mcache: number;
  readonly gone: readonly string[];
}

function sinceOf({go_version, types, constants, phases}: Recording): Since {
  const fixallocs = phases.procresize!.fixallocs as unknown as Record<
    string,
    {nchunk: number; inuse: number; size: number}
  >;
  const fields = (name: string) => (types.layout[name] ?? []).map(([field]) => field).filter(f => f !== "_");
  const hints = fixallocs.arenaHintAlloc!;
  return {
    version: go_version,
    fixallocs: Object.keys(fixallocs).length,
    chunk: Number(constants.persistentChunkSize),
    hintChunk: hints.nchunk + hints.inuse,
    linear: fields("linearAlloc"),
    persistent: fields("persistentAlloc"),
    stat: (types.layout.fixalloc ?? []).find(([f]) => f === "stat")?.[1].replace("runtime.", "") ?? "",
    mcache: types.sizeof.mcache ?? 0,
    gone: ["local_largefree", "local_nsmallfree"].filter(f => fields("mcache").includes(f)),
  };
}

/** The releases in order, read from recordings of linux/amd64 with one P. */
export function sinceAll({list, text}: Reader): Since[] {
  return list(folder)
    .filter(file => /^linux-amd64-go[\d.]+-p1\.json$/.test(file))
    .map(file => sinceOf(parseRecording(text(`${folder}/${file}`))))
    .sort((a, b) => Number(a.version.split(".")[1]) - Number(b.version.split(".")[1]));
}

/** The table of later releases, in print. */
export function since(read: Reader): string {
  const all = sinceAll(read);
  const line = (what: Markup, value: (s: Since) => string) => [
    what,
    ...all.map(s => h("code", null, value(s))),
  ];
  return toHtml(
    table({
      caption: "The components in recordings of real processes on linux/amd64.",
      head: ["", ...all.map(s => s.version)],
      rows: [
        line("fixallocs of mheap", s => count(s.fixallocs)),
        line("type of a fixalloc’s stat", s => s.stat),
        line("bytes of a chunk that records can have (arenaHint)", s => count(s.hintChunk)),
        line("bytes in a chunk of persistentalloc", s => count(s.chunk)),
        line("fields of persistentAlloc", s => s.persistent.join(", ")),
        line("fields of linearAlloc", s => s.linear.join(", ")),
        line("bytes in an mcache", s => count(s.mcache)),
        line("mcache counts what was freed", s => (s.gone.length > 0 ? "yes" : "no")),
      ],
    }),
  );
}
