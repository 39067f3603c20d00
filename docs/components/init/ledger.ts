// Where every byte went: each chunk that mallocinit obtains, and each transfer from one counter to another.

import type {Runtime} from "../../src/runtime/index.js";
import {box, drawing, figure, table} from "../blocks.js";
import {bytes, count, plural} from "../format.js";
import {type Element, h, toDom, toHtml} from "../markup.js";
import {cell, defaultStart, nameOf, type Started} from "./start.js";

/** A part of persistentalloc's chunk. Offsets and sizes are in bytes. */
export interface Part {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
  /** Bytes of it that hold something. */
  readonly used: number;
  /** The counter that it is charged to. */
  readonly stat: string;
}

/** The parts of the one chunk, in the order of their offsets. */
export function parts({rt}: Pick<Started, "rt">): Part[] {
  const {base, off} = rt.globalAlloc;
  const {PtrSize} = rt.config.arch;
  const {persistentChunkSize} = rt.constants;
  const chunks = Object.entries(rt.mheap_.fixallocs)
    .filter(([, f]) => f.chunk !== 0)
    .map(([name, f]) => ({
      name,
      // No record has come back, so what is in use lies in front of the rest.
      offset: f.chunk - f.inuse - base,
      size: f.nalloc,
      used: f.inuse,
      stat: f.stat ?? "",
    }));
  const link = {name: "link to the chunk before", offset: 0, size: PtrSize, used: PtrSize, stat: "other_sys"};
  const rest = {
    name: "not handed out",
    offset: off,
    size: persistentChunkSize - off,
    used: 0,
    stat: "other_sys",
  };
  return withGaps([link, ...[...ranges(rt), ...chunks].sort((a, b) => a.offset - b.offset), rest]);
}

/** The array of address ranges that the page allocator begins with, where there is one. */
function ranges(rt: Runtime): Part[] {
  if (rt.mheap_.pages === null) return [];
  const {array, cap} = rt.mheap_.pages.inUse.ranges;
  const size = cap * rt.sizeof("addrRange");
  const stat = rt.config.release.gcMiscStat;
  return [{name: "pages.inUse.ranges", offset: array - rt.globalAlloc.base, size, used: 0, stat}];
}

/** Bytes between two parts are there for alignment. */
function withGaps(parts: readonly Part[]): Part[] {
  return parts.flatMap((part, i) => {
    const before = parts[i - 1];
    const end = before === undefined ? 0 : before.offset + before.size;
    if (end === part.offset) return [part];
    return [{name: "alignment", offset: end, size: part.offset - end, used: 0, stat: "other_sys"}, part];
  });
}

/** A line of the ledger: what it adds to each counter, and what each then has. */
export interface Entry {
  readonly what: string;
  readonly change: Readonly<Record<string, number>>;
  readonly balance: Readonly<Record<string, number>>;
}

/** The entries of the ledger, from the chunk and its parts. */
export function entries(started: Pick<Started, "rt" | "events">): Entry[] {
  const ledger: Entry[] = [];
  const post = (what: string, change: Record<string, number>) => {
    const balance = {...ledger.at(-1)?.balance};
    for (const [stat, n] of Object.entries(change)) balance[stat] = (balance[stat] ?? 0) + n;
    ledger.push({what, change, balance});
  };
  const {rt} = started;
  for (const {what, request} of started.events) {
    if (what !== "mmap" || request === undefined) continue;
    if (!rt.persistentChunks.includes(request.granted)) continue;
    post(`persistentalloc obtains a chunk of ${bytes(request.size)}`, {other_sys: request.size});
  }
  for (const {name, size, stat} of parts(started)) {
    const isChunk = name in rt.mheap_.fixallocs;
    if (!isChunk && stat === "other_sys") continue;
    const change: Record<string, number> =
      stat === "other_sys" ? {other_sys: 0} : {other_sys: -size, [stat]: size};
    post(isChunk ? `a chunk of ${bytes(size)} for ${name}` : `${bytes(size)} for ${name}`, change);
  }
  const mapped = rt.mheap_.pages?.summaryMappedReady ?? 0;
  if (mapped > 0)
    post(`the page allocator maps its summaries, ${bytes(mapped)}`, {[rt.config.release.gcMiscStat]: mapped});
  return ledger;
}

/** How a part is drawn, by its counter. */
const kindOf = (stat: string) => (stat === "other_sys" ? "other" : "used");

function drawChunk(rt: Runtime, all: readonly Part[]): Element {
  const whole = rt.constants.persistentChunkSize;
  const handed = whole - all.at(-1)!.size;
  const x = (n: number, of: number) => (n / of) * 100;
  const alt = `The chunk of ${bytes(whole)}: ${all
    .map(p => `${p.name}, ${plural(p.size, "byte")}, charged to ${p.stat}`)
    .join("; ")}.`;
  const [top, bottom] = [20, 96];
  return drawing(
    alt,
    166,
    h("text", {class: "tick start", x: 0, y: 13}, `${bytes(whole)} from the system`),
    all.map(p =>
      box(
        {x: x(p.offset, whole), y: top, width: x(p.size, whole), height: 34},
        kindOf(p.stat),
        p.used === 0 && p.size > whole / 4 ? `${p.name}: ${count(p.size)} B` : "",
      ),
    ),
    h("line", {class: "lens", x1: 0, x2: 0, y1: top + 34, y2: bottom}),
    h("line", {class: "lens", x1: `${x(handed, whole)}%`, x2: "100%", y1: top + 34, y2: bottom}),
    h("text", {class: "tick end", x: "100%", y: bottom - 24}, `the first ${count(handed)} B`),
    all.slice(0, -1).map(p => [
      box(
        {x: x(p.offset, handed), y: bottom, width: x(p.size, handed), height: 40},
        kindOf(p.stat),
        p.size > 512 ? p.name : "",
      ),
      p.used > 0 &&
        p.used < p.size &&
        h("rect", {
          class: "mark",
          x: `${x(p.offset, handed)}%`,
          y: bottom + 30,
          width: `${x(p.used, handed)}%`,
          height: 8,
        }),
      p.size > 512 &&
        h(
          "text",
          {class: "tick start", x: `${x(p.offset, handed)}%`, y: bottom + 58},
          `${count(p.used)} B in use`,
        ),
    ]),
  );
}

/** Draws the chunk and the ledger. */
export function drawLedger(started: Started): Element {
  const {rt} = started;
  const all = entries(started);
  const stats = [...new Set(all.flatMap(e => Object.keys(e.change)))];
  const change = (e: Entry, stat: string) => {
    const n = e.change[stat];
    return n === undefined ? "" : n === 0 ? "±0" : n > 0 ? `+${count(n)}` : `−${count(-n)}`;
  };
  return cell(
    started,
    figure(
      [
        `The chunk of persistentalloc in ${nameOf(started)}, to scale; below, its beginning. `,
        h("span", {class: "key other"}, "charged to other_sys"),
        " ",
        h("span", {class: "key used"}, "to a counter of its own"),
        " ",
        h("span", {class: "key mark"}, "in use"),
      ],
      drawChunk(rt, parts(started)),
    ),
    table({
      caption: "The ledger: every change of a counter during mallocinit.",
      head: ["what happens", ...stats.map(s => `#${s}`)],
      rows: [
        ...all.map(e => [e.what, ...stats.map(s => change(e, s))]),
        [h("b", null, "in the end"), ...stats.map(s => h("b", null, count(rt.memstats[s as "other_sys"])))],
      ],
    }),
  );
}

/** The ledger, for a cell. */
export const ledger = (started: Started) => toDom(drawLedger(started));

/** The same in print. */
export const fallback = () => toHtml(drawLedger(defaultStart()));
