// What the build reads out of recordings: comparisons, the example, later releases, and the numbers of the text.
// Browsers get the results, as docs/data/mstats.json and as fallbacks.

import {type AllocFile, parseRecording, type Recording} from "../../src/capture/index.js";
import {go1_12} from "../../src/releases/go1.12.js";
import {bytes, count, plural} from "../format.js";
import {h, toHtml} from "../markup.js";
import {exampleOf, type Result, resultOf} from "./compared.js";
import {fields} from "./fields.js";
import {worstCase} from "./flush.js";
import {identities} from "./identities.js";
import {openingReadings, spans} from "./panel.js";
import {printExample} from "./paste.js";
import {play} from "./play.js";
import {changeOf, integer} from "./reading.js";
import {drawResults, total} from "./replays.js";
import {drawSince, type Since} from "./since.js";
import {readSteps} from "./steps.js";

/** Reads files under docs. */
export interface Reader {
  list(folder: string): string[];
  text(path: string): string;
}

const folder = "data/captures/alloc";

/** Replays every script of every recording of the release. */
export function replayAll({list, text}: Reader): Result[] {
  return list(folder)
    .filter(file => file.includes("-go1.12."))
    .sort()
    .flatMap(file => {
      const parsed = JSON.parse(text(`${folder}/${file}`)) as AllocFile;
      return Object.keys(parsed.scripts).map(script => resultOf(file, parsed, script));
    });
}

/** The example that the page offers, and the process and script that it comes from. */
const exampleFile = "linux-amd64-go1.12.17.json";
const exampleScript = "fill";

/** The example. */
export function example({text}: Reader): string {
  return exampleOf(JSON.parse(text(`${folder}/${exampleFile}`)) as AllocFile, exampleScript);
}

/** Reads a release out of its recording. */
export function sinceOf(recording: Recording): Since {
  const {types, go_version, phases} = recording;
  const {memstats = {}, gcController = {}} = phases.procresize!.stats as Record<
    string,
    Record<string, number>
  >;
  const old = "heap_inuse" in memstats;
  const [inuse, released] = old
    ? [memstats.heap_inuse!, memstats.heap_released ?? 0]
    : [gcController.heapInUse!, gcController.heapReleased ?? 0];
  return {
    version: go_version,
    mstats: (types.layout.mstats ?? []).map(([field]) => field).filter(field => field !== "_"),
    centralCounts: (types.layout.mcentral ?? []).some(([field]) => field === "nmalloc"),
    inuse,
    idle: old ? memstats.heap_idle! : (gcController.heapFree ?? 0) + released,
    released,
  };
}

/** The releases in order, from recordings of linux/amd64 with one P. */
export function sinceAll({list, text}: Reader): Since[] {
  const minor = (version: string) => Number(/^go1\.(\d+)/.exec(version)?.[1]);
  return list("data/captures/heap")
    .filter(file => /^linux-amd64-go[\d.]+-p1\.json$/.test(file))
    .map(file => sinceOf(parseRecording(text(`data/captures/heap/${file}`))))
    .sort((a, b) => minor(a.version) - minor(b.version));
}

/** The numbers of the text. */
export function values(read: Reader): Record<string, string> {
  const results = replayAll(read);
  const sum = total(results);
  const {now} = openingReadings();
  const worst = worstCase();
  const three = play(readSteps(spans).steps);
  const recorded = recordedFields(read);
  const none = (n: number) => (n === 0 ? "none" : count(n));
  return {
    tag: go1_12.tag,
    scripts: count(results.length),
    allocations: count(sum.allocations),
    equal: count(sum.equal),
    differing: none(sum.differing),
    ignored: none(sum.ignored),
    unmodelled: none(sum.unmodelled),
    fields: count(fields.length),
    compared: count(Object.keys(recorded).length),
    still: count(fields.filter(f => f.still?.startsWith("Not modelled")).length),
    rules: count(identities.length),
    heapSys: bytes(Number(integer(now, "HeapSys"))),
    heapInuse: bytes(Number(integer(now, "HeapInuse"))),
    threeAlloc: count(Number(changeOf(three.before, three.now!, "HeapAlloc"))),
    threeInuse: count(Number(changeOf(three.before, three.now!, "HeapInuse"))),
    slots: plural(worst.slots, "span"),
    aheadObjects: count(worst.objects),
    aheadBytes: bytes(worst.bytes),
    movedFields: count(movedFields(read).moved.length),
    unmovedFields: movedFields(read).unmoved.join(", "),
    mostObjects: count(worst.most),
    exampleScript,
    exampleSys: bytes(recorded.Sys as number),
    exampleAlloc: bytes(recorded.HeapAlloc as number),
  };
}

/** The fields of MemStats that a script's recording has. */
function recordedFields({text}: Reader) {
  const file = JSON.parse(text(`${folder}/${exampleFile}`)) as AllocFile;
  return file.scripts[exampleScript]!.MemStats_after;
}

/** The fields that some script moves, and those that no script does, in any recording of the release. */
export function movedFields({list, text}: Reader): {moved: string[]; unmoved: string[]} {
  const deltas = list(folder)
    .filter(file => file.includes("-go1.12."))
    .flatMap(file => Object.values((JSON.parse(text(`${folder}/${file}`)) as AllocFile).scripts))
    .map(script => script.MemStats_delta);
  const moves = (name: string) =>
    deltas.some(delta => {
      const change = delta[name];
      return Array.isArray(change) ? change.length > 0 : change !== 0;
    });
  const names = Object.keys(deltas[0] ?? {});
  return {moved: names.filter(moves), unmoved: names.filter(name => !moves(name))};
}

/** The table of scripts, in print. */
export const replays = (read: Reader) =>
  toHtml(
    h(
      "div",
      {class: "cell replays"},
      drawResults(replayAll(read), r => r.platform),
    ),
  );

/** The views of the example, in print. */
export const pasted = (read: Reader) => printExample(example(read));

/** What later releases changed, in print. */
export const since = (read: Reader) => toHtml(drawSince(sinceAll(read)));
