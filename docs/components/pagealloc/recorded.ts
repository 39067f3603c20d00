// What was compared for this page, and what releases changed: made at build time, by the code that the tests run.

import {type Account, isCompared, type Totals, totals} from "../../../src/capture/account.js";
import {parseRecording} from "../../src/capture/index.js";
import {go1_19} from "../../src/releases/go1.19.js";
import {boot} from "../../src/runtime/index.js";
import {scavenge} from "../../src/runtime/mgcscavenge.js";
import {freeManual} from "../../src/runtime/mheap_grow.js";
import {allocManual} from "../../src/runtime/mheap_span.js";
import {pageCachePages} from "../../src/runtime/mpagecache.js";
import {table} from "../blocks.js";
import {accountsOf, type Reader} from "../checked/read.js";
import {bytes, count, percent, plural, power} from "../format.js";
import {h, type Markup, toHtml} from "../markup.js";
import {compare} from "./duel.js";
import {first as workload} from "./duelview.js";
import {byLoop, heapBytes, pageCount, terabyte} from "./heap.js";
import {firstRequest} from "./hunt.js";
import {search} from "./search.js";
import {first as ofTerabyte, shapeOf} from "./shape.js";
import {situations} from "./situations.js";

/** The files of vectors about pages. */
const vectors = ["pagealloc", "pages-amd64", "pages-386"].map(name => `vectors/${name}.jsonl`);

/** What came of the files of vectors. */
function vectorAccounts(reader: Reader): Account[] {
  return accountsOf(reader).filter(({file}) => vectors.includes(file));
}

/** The group `pages` of one moment of the recordings of one release. */
export interface Group extends Omit<Totals, "notCompared"> {
  readonly release: string;
  readonly moment: string;
  readonly recordings: number;
}

/** The group `pages`, release by release and moment by moment. Only what was compared is in it. */
export function groups(reader: Reader): Group[] {
  const found = new Map<string, {-readonly [K in keyof Group]: Group[K]}>();
  for (const {kind, release, parts} of accountsOf(reader)) {
    if (kind !== "heap" || release === null) continue;
    for (const {name, result} of parts) {
      if (!isCompared(result) || name === "types") continue;
      const own = (paths: readonly string[]) => paths.filter(path => path.startsWith("pages.")).length;
      const pathsOf = (leaves: readonly {path: string}[]) => leaves.map(({path}) => path);
      const equal = own(result.equal);
      if (equal === 0) continue;
      const key = `${release} ${name}`;
      const zero = {release, moment: name, recordings: 0, equal: 0, differing: 0, ignored: 0, unmodelled: 0};
      const sum = found.get(key) ?? zero;
      found.set(key, sum);
      sum.recordings++;
      sum.equal += equal;
      sum.differing += own(pathsOf(result.differing));
      sum.ignored += own(pathsOf(result.ignored));
      sum.unmodelled += own(pathsOf(result.unmodelled));
    }
  }
  return [...found.values()].sort((a, b) =>
    `${a.release} ${a.moment}`.localeCompare(`${b.release} ${b.moment}`, "en", {numeric: true}),
  );
}

/** What scavenging does to the counters of a heap: pages that are freed, and then all returned. */
export function released(): {freed: number; released: number} {
  const rt = boot({release: "go1.19"});
  const s = allocManual(rt.mheap_, 300, "spanAllocStack")!;
  const freed = s.npages * rt.constants._PageSize;
  freeManual(rt.mheap_, s, "spanAllocStack");
  const before = rt.gcController.heapReleased;
  scavenge(rt.mheap_.pages!, Number.POSITIVE_INFINITY);
  return {freed, released: rt.gcController.heapReleased - before};
}

const none = (n: number) => (n === 0 ? "none" : count(n));

/** The numbers in the page's text. */
export function values(reader: Reader): Record<string, string> {
  const ofVectors = totals(vectorAccounts(reader).flatMap(({parts}) => parts));
  const ofGroups = groups(reader);
  const sum = (field: "equal" | "differing" | "unmodelled" | "ignored") =>
    ofGroups.reduce((n, group) => n + group[field], 0);
  const heap = terabyte();
  const found = search(heap, firstRequest);
  const nothing = search(heap, 2000);
  const loop = byLoop(firstRequest);
  const shape = shapeOf(ofTerabyte);
  const small = shapeOf({platform: "linux/386", log: 30});
  const [treap, pages] = compare(workload) as [ReturnType<typeof compare>[0], ReturnType<typeof compare>[0]];
  const [, tiny] = compare({...workload, mix: "tiny"});
  const scavenged = released();
  return {
    tag: go1_19.tag,
    vectorsEqual: count(ofVectors.equal),
    vectorsDiffering: none(ofVectors.differing),
    groupsEqual: count(sum("equal")),
    groupsDiffering: none(sum("differing")),
    groupsIgnored: count(sum("ignored")),
    groupsUnmodelled: count(sum("unmodelled")),
    situations: count(situations.reduce((n, file) => n + file.situations, 0)),
    request: count(firstRequest),
    heap: bytes(heapBytes),
    pages: count(pageCount),
    page: count(heap.pageSize),
    chunkPages: count(heap.pallocChunkBytes / heap.pageSize),
    chunkBytes: bytes(heap.pallocChunkBytes),
    loopPages: count(loop.looked),
    looked: count(found.looked),
    foundLevels: count(found.steps.length),
    inVain: count(nothing.looked),
    levels: count(shape.levels.length),
    levels32: count(small.levels.length),
    rootBits: count(Math.log2(shape.levels[0]!.entries)),
    rootEntry: bytes(shape.levels[0]!.stands),
    rootEntryPages: power(shape.levels[0]!.pages),
    addrBits: count(shape.addrBits),
    chunkBits: count(Math.log2(heap.pallocChunkBytes)),
    packedBits: count(heap.logMaxPackedValue),
    packedMost: power(shape.maxPacked),
    reserved: bytes(shape.reserved),
    mapped: bytes(shape.mapped),
    mapped32: bytes(small.mapped),
    pageCache: count(pageCachePages),
    quarter: count(pageCachePages / 4),
    freed: bytes(scavenged.freed),
    released: bytes(scavenged.released),
    workload: count(pages.allocations),
    treapMore: percent(treap.extent - treap.peak, treap.peak),
    pagesMore: percent(pages.extent - pages.peak, pages.peak),
    treapLooked: treap.looked.toFixed(1),
    pagesLooked: pages.looked.toFixed(1),
    pagesFailed: plural(pages.failed, "search", "searches"),
    pagesInVain: count(Math.round(pages.lookedInVain)),
    cached: percent(tiny!.cached, tiny!.allocations),
    treapBooks: bytes(treap.books),
    pagesBooks: bytes(pages.books),
  };
}

const numbers = (row: {equal: number; differing: number}): Markup[] => [
  count(row.equal),
  row.differing === 0 ? "0" : h("b", {class: "differs"}, count(row.differing)),
];

/** The tables of comparisons, in print. */
export function compared(reader: Reader): string {
  const parts = vectorAccounts(reader);
  return toHtml([
    table({
      caption:
        "Calls of Go’s own page allocator, made again by the model. The cases of pagealloc.jsonl were answered by go1.15.15 and go1.19.8, alike; the others are go1.19.8’s, step by step, with growth and scavenging.",
      head: ["file", "what it has", "#answers equal", "#differing"],
      rows: parts.map(({file, parts: own}) => [
        h("a", {href: `/data/${file}`, download: file.split("/").at(-1)}, file),
        own.map(({name}) => name).join(", "),
        ...numbers(totals(own)),
      ]),
    }),
    table({
      caption:
        "The page allocator’s own fields in recordings of processes: release by release, and how far the model of the release goes.",
      head: [
        "release",
        "when it had returned",
        "#recordings",
        "#equal",
        "#differing",
        "#ignored",
        "#not modelled",
      ],
      rows: groups(reader).map(row => [
        row.release,
        h("code", null, row.moment),
        count(row.recordings),
        ...numbers(row),
        count(row.ignored),
        count(row.unmodelled),
      ]),
    }),
  ]);
}

/** The situations that are tried, in print. */
export const tried = () =>
  toHtml(
    table({
      caption:
        "Situations that the tests of the model put the allocator into, by the file of Go’s runtime whose own tests try such situations. The cases are this book’s.",
      head: ["file", "#situations", "what they are about"],
      rows: situations.map(({file, tables, situations: n}) => [
        h("code", null, file),
        count(n),
        h("span", {class: "names"}, tables.map(t => `${t.of} (${t.situations})`).join(", ")),
      ]),
    }),
  );

/** What a recording says of a release's page allocator when mallocinit has returned. */
export interface Since {
  readonly version: string;
  readonly size: number;
  readonly fields: readonly string[];
  /** Fields of the scavenger, without those of its index. */
  readonly scav: readonly string[];
  /** Entries of the index of chunks; null where there is none. */
  readonly index: number | null;
}

/** Reads each release out of its recording, oldest first. */
export function sinceAll({list, text}: Reader): Since[] {
  return list("data/captures/heap")
    .filter(file => /^linux-amd64-go[\d.]+-p1\.json$/.test(file))
    .flatMap(file => {
      const {go_version, types, phases} = parseRecording(text(`data/captures/heap/${file}`));
      const {pages} = phases.mallocinit as unknown as {pages?: {fields: Record<string, unknown>}};
      if (pages === undefined) return [];
      const index = pages.fields["scav.index.chunks.len"];
      return {
        version: go_version,
        size: types.sizeof.pageAlloc!,
        fields: types.layout.pageAlloc!.map(([name]) => name).filter(name => name !== "_"),
        scav: Object.keys(pages.fields)
          .filter(name => /^scav\.(?!index\.chunks|inUse\.)/.test(name))
          .map(name => name.replace(/^scav\./, "").replace(/\.a$/, "")),
        index: typeof index === "number" ? index : null,
      };
    })
    .sort((a, b) => a.version.localeCompare(b.version, "en", {numeric: true}));
}

/** The table of releases, in print. */
export function since(reader: Reader): string {
  const all = sinceAll(reader);
  const codes = (names: readonly string[]): Markup =>
    names.length === 0 ? "–" : names.map((n, i) => [i > 0 && ", ", h("code", null, n)]);
  const added = (s: Since, i: number, of: "fields" | "scav") =>
    s[of].filter(name => (i === 0 ? of === "scav" : !all[i - 1]![of].includes(name)));
  const gone = (i: number, of: "fields" | "scav") =>
    i === 0 ? [] : all[i - 1]![of].filter(name => !all[i]![of].includes(name));
  return toHtml(
    table({
      caption:
        "pageAlloc as recordings of real processes on linux/amd64 have it. The first row lists all of what the scavenger keeps, the others what came and went.",
      head: ["release", "#bytes", "new fields", "new for the scavenger", "gone", "#length of index"],
      rows: all.map((s, i) => [
        s.version,
        count(s.size),
        h("span", {class: "names"}, codes(added(s, i, "fields"))),
        h("span", {class: "names"}, codes(added(s, i, "scav"))),
        h("span", {class: "names"}, codes([...gone(i, "fields"), ...gone(i, "scav")])),
        s.index === null ? "–" : count(s.index),
      ]),
    }),
  );
}
