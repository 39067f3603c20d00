// What the build reads out of the recordings. Browsers do not load this: they get the results, as docs/data/init.json
// and as fallbacks.

import {compareRecording, compareTypes, parseRecording, type Recording} from "../../src/capture/index.js";
import {releases} from "../../src/releases/index.js";
import {count} from "../format.js";
import {toHtml} from "../markup.js";
import type {Summary} from "./compared.js";
import {countsOf, drawTable, names, recordedValues, rows} from "./recordings.js";
import {firstCache} from "./sampling.js";
import {drawSince, type Since} from "./since.js";
import {defaultStart, defaults} from "./start.js";
import {type Values, valuesOf} from "./values.js";

/** Reads files under docs. */
export interface Reader {
  list(folder: string): string[];
  text(path: string): string;
}

const folder = "data/captures/heap";

/** Compares all of a recording, given as text. Without the paths, so that it can be kept. */
export function summarize(file: string, text: string): Summary {
  const recording = parseRecording(text);
  const release = releases[`go${recording.release}`]!;
  const {goos, goarch, go_version, runner, gomaxprocs_env} = recording;
  return {
    file,
    release: release.name,
    platform: `${goos}/${goarch}`,
    version: go_version,
    page: recording.phases.mallocinit!.physPageSize as number,
    procs: gomaxprocs_env,
    runner,
    phases: {
      mallocinit: countsOf(compareRecording(recording, "mallocinit")),
      // The model of some releases does not go on to it.
      ...(release.schedinit !== null && {
        procresize: countsOf(compareRecording(recording, "procresize")),
      }),
    },
    types: countsOf(compareTypes(recording)),
  };
}

/** The summaries of all recordings. */
export function summarizeAll({list, text}: Reader): Summary[] {
  return list(folder)
    .filter(file => file.endsWith(".json"))
    .sort()
    .map(file => summarize(file, text(`${folder}/${file}`)));
}

/** The structs whose sizes are shown. */
const structs = [
  "mspan",
  "mcache",
  "mcentral",
  "mheap",
  "heapArena",
  "arenaHint",
  "special",
  "specialfinalizer",
  "fixalloc",
];

/** The structs whose fields are followed from release to release. */
const followed = ["mspan", "mcache", "mcentral", "heapArena", "arenaHint"];

/** Reads a release out of its recording. */
export function sinceOf(recording: Recording): Since {
  const phase = recording.phases.mallocinit! as unknown as {
    fixallocs: Record<string, unknown>;
    central: {count: number; stride: number};
    arenaHints: {count: number; addr: string[]};
    stats: {memstats?: Record<string, unknown>} & Record<string, unknown>;
    m0_mcache: {fields: Record<string, number>};
  };
  const {fields} = phase.m0_mcache;
  const {memstats} = phase.stats;
  return {
    version: recording.go_version,
    fixallocs: Object.keys(phase.fixallocs),
    sizes: Object.fromEntries(structs.map(name => [name, recording.types.sizeof[name] ?? null])),
    centrals: phase.central.count,
    stride: phase.central.stride,
    hints: phase.arenaHints.count,
    first: phase.arenaHints.addr[0] ?? "",
    last: phase.arenaHints.addr.at(-1) ?? "",
    stats: Object.fromEntries(
      Object.entries(memstats ?? {}).filter((e): e is [string, number] => typeof e[1] === "number"),
    ),
    next_sample: fields.next_sample ?? fields.nextSample ?? null,
    fields: Object.fromEntries(
      followed.map(name => [
        name,
        (recording.types.layout[name] ?? []).map(([field]) => field).filter(field => field !== "_"),
      ]),
    ),
  };
}

/** The releases in order, read from recordings of linux/amd64 with one P. */
export function sinceAll({list, text}: Reader): Since[] {
  return list(folder)
    .filter(file => /^linux-amd64-go[\d.]+-p1\.json$/.test(file))
    .map(file => sinceOf(parseRecording(text(`${folder}/${file}`))))
    .sort((a, b) => minor(a.version) - minor(b.version));
}

const minor = (version: string) => Number(/^go1\.(\d+)/.exec(version)?.[1]);

/** The summaries of the release that the page opens with. */
const ofDefault = (read: Reader) => summarizeAll(read).filter(s => s.release === defaults.release);

/** All values, for the inputs that the page opens with. */
export function values(read: Reader): Values {
  const started = defaultStart();
  return {
    ...valuesOf(started),
    // What the text says of go1.12, whatever the inputs are.
    sample: count(firstCache(started).next_sample),
    ...recordedValues(ofDefault(read)),
  };
}

/** The table of recordings in print. Framework knows a file of the site by the link's `download`. */
export function recordings(read: Reader): string {
  const address = (file: string) => `/${folder}/${file}`;
  return toHtml(drawTable(rows(ofDefault(read)), address, {action: row => names[row.part], open: false}));
}

/** The tables of later releases in print. */
export const since = (read: Reader) => toHtml(drawSince(sinceAll(read)));
