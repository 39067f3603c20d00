// What was compared for this page, and what later releases keep free pages in: made at build time from recordings.

import {parseRecording} from "../../src/capture/index.js";
import {answer, parseVectors} from "../../src/capture/treap.js";
import {go1_12} from "../../src/releases/go1.12.js";
import {boot} from "../../src/runtime/index.js";
import {table} from "../blocks.js";
import {bytes, count, percent, plural} from "../format.js";
import {h, toHtml} from "../markup.js";
import {drawResults, type Read, replayAll, totals} from "../smallalloc/compared.js";
import {compare, mixes} from "./fit.js";
import {first as workload} from "./fitview.js";
import {grow, first as request} from "./growth.js";
import {openingWorld} from "./lab.js";
import {largestSmall} from "./sizes.js";
import {ask} from "./toomuch.js";
import {visits} from "./trace.js";
import {roundedSize} from "./waste.js";

/** The recorded script of this section. */
export const largeScripts = ["large-noscan"];

const all = (part: number, whole: number) => (part === whole ? "all" : count(part));
const none = (n: number) => (n === 0 ? "none" : count(n));

/** The numbers in the page's text. */
export function values(read: Read): Record<string, string> {
  const rt = boot();
  const {_PageSize, pagesPerArena, heapArenaBytes} = rt.constants;
  const results = replayAll(read, largeScripts);
  const sum = totals(results);
  const treap = answer(parseVectors(read.text("data/vectors/treap.jsonl")));
  const worst = roundedSize(rt, largestSmall + 1);
  const [best, firstFit, worstFit] = compare(workload);
  const growth = grow(request);
  const refused = ask({goarch: "amd64", system: "addresses", size: 2 ** 30});
  const last = openingWorld().rt.mheap_;
  return {
    tag: go1_12.tag,
    replays: count(results.length),
    allocations: count(sum.allocations),
    same: all(sum.same, sum.allocations),
    equal: count(sum.equal),
    differing: none(sum.differing),
    ignored: count(sum.ignored),
    unmodelled: none(sum.unmodelled),
    cases: count(treap.cases),
    calls: count(treap.calls),
    finds: count(treap.finds),
    findsSame: all(treap.same, treap.finds),
    spans: count(treap.spans),
    spansSame: all(treap.inPlace, treap.spans),
    smallest: count(largestSmall + 1),
    page: count(_PageSize),
    arena: bytes(heapArenaBytes),
    pagesPerArena: count(pagesPerArena),
    treapNode: plural(rt.sizeof("treapNode"), "byte"),
    mspan: plural(rt.sizeof("mspan"), "byte"),
    looked: count(visits(last.free, 20)),
    worstPages: plural(worst.pages, "page"),
    worstShare: percent(worst.unused, worst.takes),
    asked: plural(request.ask, "MiB", "MiB"),
    freed: plural(request.freed, "MiB", "MiB"),
    kept: plural(request.kept, "MiB", "MiB"),
    idle: bytes(growth.before.stats.heap_idle),
    grown: plural(growth.after.arenas - growth.before.arenas, "arena"),
    given: bytes(growth.after.stats.heap_released - growth.before.stats.heap_released),
    workloadSizes: mixes[workload.mix],
    workload: count(best!.allocations),
    bestMore: percent(best!.extent - best!.peak, best!.peak),
    firstMore: percent(firstFit!.extent - firstFit!.peak, firstFit!.peak),
    worstTimes: (worstFit!.extent / worstFit!.peak).toFixed(1),
    bestLooked: best!.looked.toFixed(0),
    firstLooked: firstFit!.looked.toFixed(0),
    hintsBefore: count(refused.hints[0]),
    hintsAfter: refused.hints[1] === 0 ? "none" : count(refused.hints[1]),
  };
}

/** The table of replayed scripts, in print. */
export const scripts = (read: Read) => toHtml(drawResults(replayAll(read, largeScripts)));

/** How a release keeps its free pages. Sizes are in bytes. */
export interface Since {
  readonly version: string;
  /** Type of the field of mheap that knows the free pages. */
  readonly keeps: string;
  /** Bytes in a node of the treap; null where there is none. */
  readonly node: number | null;
  /** Pages in a chunk of the bitmap, and levels of summaries; null where there are none. */
  readonly chunkPages: number | null;
  readonly levels: number | null;
  readonly cachePages: number | null;
  /** Of the first arena, the bytes that the heap has taken on when procresize has returned, and those of them returned. */
  readonly taken: number;
  readonly released: number;
}

/** Reads each release out of its recording. */
export function sinceAll({list, text}: Read): Since[] {
  return list("data/captures/heap")
    .filter(file => /^linux-amd64-go[\d.]+-p1\.json$/.test(file))
    .map(file => {
      const {go_version, types, phases, ...rest} = parseRecording(text(`data/captures/heap/${file}`));
      const phase = phases.procresize! as unknown as {
        stats: {memstats: Record<string, number>; heapStats_sum?: Record<string, number>};
      };
      const {constants = {}} = rest as {constants?: Record<string, number>};
      const fields = types.layout.mheap ?? [];
      const {memstats, heapStats_sum} = phase.stats;
      const type = fields.find(([name]) => name === "free" || name === "pages")?.[1] ?? "";
      return {
        version: go_version,
        keeps: type.replace("runtime.", ""),
        node: types.sizeof.treapNode ?? null,
        chunkPages: constants.pallocChunkPages ?? null,
        levels: constants.summaryLevels ?? null,
        cachePages: constants.pageCachePages ?? null,
        taken: heapStats_sum
          ? (heapStats_sum.committed ?? 0) + (heapStats_sum.released ?? 0)
          : (memstats.heap_sys ?? 0) + (memstats.stacks_inuse ?? 0),
        released: memstats.heap_released ?? heapStats_sum?.released ?? 0,
      };
    })
    .sort((a, b) => Number(a.version.split(".")[1]) - Number(b.version.split(".")[1]));
}

/** The table of later releases, in print. */
export function since(read: Read): string {
  const releases = sinceAll(read);
  const number = (n: number | null) => (n === null ? "–" : count(n));
  const line = (what: string, value: (s: Since) => string) => [what, ...releases.map(value)];
  return toHtml(
    table({
      caption: "How free pages are kept, as recordings of real processes on linux/amd64 have it.",
      head: ["", ...releases.map(s => s.version)],
      rows: [
        line("free pages are kept in", s => s.keeps),
        line("bytes in a node of the treap", s => number(s.node)),
        line("pages in a chunk of the bitmap", s => number(s.chunkPages)),
        line("levels of summaries", s => number(s.levels)),
        line("pages that a P caches", s => number(s.cachePages)),
        line("heap taken on at the start", s => bytes(s.taken)),
        line("of this, returned to the system", s => bytes(s.released)),
      ].map(([what, ...values]) => [what!, ...values.map(v => h("code", null, v!))]),
    }),
  );
}
