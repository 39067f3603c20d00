// Growing: what the heap asks of the system when no free span is long enough, and what it gives back for it.

import {boot, collect, mallocgc, type Runtime} from "../../src/runtime/index.js";
import {isFree} from "../../src/runtime/mbitmap.js";
import {sweepone} from "../../src/runtime/mgcsweep.js";
import {mSpanInUse} from "../../src/runtime/mspan.js";
import {numberParam, param, setParams} from "../address.js";
import {choice, controls, drawing, figure, numberField, pct, table} from "../blocks.js";
import {bytes, count, hex, plural} from "../format.js";
import {type Element, h, live, type Markup, toHtml} from "../markup.js";
import {drawSpans} from "./map.js";
import {key, label, type Piece, pieces} from "./spans.js";
import {type Event, type Stats, statsOf, trace} from "./trace.js";

const MiB = 2 ** 20;

/** What is asked for: an object that became garbage below one that stays, and then one that must find room. */
export interface Request {
  readonly goarch: "amd64" | "386";
  /** Size of the object that was freed, in MiB; 0 for none. */
  readonly freed: number;
  /** Size of the object behind it, which stays. */
  readonly kept: number;
  /** Size of the object that is allocated, in MiB. */
  readonly ask: number;
}

/** The heap at one moment. */
export interface Moment {
  readonly pieces: readonly Piece[];
  readonly arenas: number;
  readonly stats: Stats;
  /** The first hint. */
  readonly hint: number;
}

/** The heap before and after, and what was asked of the system in between. */
export interface Growth {
  readonly before: Moment;
  readonly after: Moment;
  readonly events: readonly Event[];
  /** First address of the heap, and the bytes of an arena and of a page. */
  readonly start: number;
  readonly arena: number;
  readonly page: number;
}

/** Makes a hole and an object behind it, then allocates another. */
export function grow({goarch, freed, kept, ask}: Request): Growth {
  const rt = boot({goarch});
  const {mheap_} = rt;
  const roots = objects(rt);
  if (freed > 0) mallocgc(rt, freed * MiB, null);
  if (kept > 0) roots.push(mallocgc(rt, kept * MiB, null));
  collect(rt, roots);
  while (sweepone(rt) !== -1);
  let big = 0;
  const moment = (): Moment => ({
    pieces: pieces(rt, address => (address === big ? 2 : address === roots.at(-1) ? 1 : 0)),
    arenas: mheap_.allArenas.len,
    stats: statsOf(rt),
    hint: mheap_.arenaHints?.addr ?? 0,
  });
  const before = moment();
  const {events} = trace(rt, () => {
    big = mallocgc(rt, ask * MiB, null);
  });
  const start = mheap_.arenaBase(Math.min(...mheap_.allArenas.elems));
  const {heapArenaBytes: arena, _PageSize: page} = rt.constants;
  return {before, after: moment(), events, start, arena, page};
}

function objects(rt: Runtime): number[] {
  const found: number[] = [];
  for (const s of rt.mheap_.allspans.elems) {
    if (s.state !== mSpanInUse) continue;
    for (let i = 0; i < s.nelems; i++) if (!isFree(s, i)) found.push(s.base() + i * s.elemsize);
  }
  return found;
}

/** Requests to the system; those of one kind and about one size that follow on one another are one row. */
export function folded(
  events: readonly Event[],
): {call: string; times: number; size: number; addr: number}[] {
  const rows: {call: string; times: number; size: number; addr: number}[] = [];
  for (const e of events) {
    if (e.kind !== "system") continue;
    const last = rows.at(-1);
    const alike = last?.call === e.call && last.size / last.times < 2 * e.size && e.size < MiB;
    if (last !== undefined && alike) {
      last.times++;
      last.size += e.size;
    } else rows.push({call: e.call, times: 1, size: e.size, addr: e.addr});
  }
  return rows;
}

function drawMoment(title: string, {pieces: list, arenas}: Moment, growth: Growth): Markup {
  const {start, arena, page, after} = growth;
  const to = start + after.arenas * arena;
  const alt = `${title} ${plural(arenas, "arena")}: ${list
    .filter(p => p.npages > 64)
    .map(p => label(p, 99))
    .join(", ")}.`;
  const borders = Array.from({length: after.arenas - 1}, (_, i) => i + 1);
  return [
    h("p", {class: "small"}, h("b", null, title), ` ${plural(arenas, "arena")}, ${bytes(arenas * arena)}.`),
    drawing(
      alt,
      44,
      drawSpans(list, {from: start, to, page, y: 4, height: 34}, null),
      borders.map(i =>
        h("line", {class: "border", x1: pct(i, after.arenas), x2: pct(i, after.arenas), y1: 0, y2: 42}),
      ),
    ),
  ];
}

function draw(request: Request, set: ((request: Request) => void) | null): Element {
  const {freed, kept, ask, goarch} = request;
  const growth = grow(request);
  const {before, after, events, arena} = growth;
  const grew = after.arenas - before.arenas;
  const row = (name: keyof Stats) => [
    h("code", null, name),
    count(before.stats[name]),
    count(after.stats[name]),
  ];
  const returned = events.some(e => e.kind === "system" && e.call === "sysUnused");
  return h(
    "div",
    {class: "cell"},
    set !== null &&
      controls(
        "What the heap is asked for",
        choice(
          "platform",
          goarch,
          [
            ["amd64", "linux/amd64"],
            ["386", "linux/386"],
          ],
          value => set({...request, goarch: value as Request["goarch"]}),
        ),
        numberField("MiB freed", freed, {min: 0, max: 200}, n => set({...request, freed: n})),
        numberField("MiB kept", kept, {min: 0, max: 200}, n => set({...request, kept: n})),
        numberField("MiB to allocate", ask, {min: 1, max: 200}, n => set({...request, ask: n})),
      ),
    figure(
      `An object of ${ask} MiB on linux/${goarch}, where an arena has ${bytes(arena)}. Object 1 has ${kept} MiB; before it ${freed} MiB were freed.`,
      drawMoment("Before.", before, growth),
      drawMoment("After.", after, growth),
      key(["object", "free", "returned"]),
      h(
        "p",
        {class: "small", role: "status"},
        grew === 0
          ? "A free span was long enough: the heap did not grow. "
          : `The heap grew by ${plural(grew, "arena")}. The first hint is now ${hex(after.hint)}. `,
        returned ? "Free pages were returned to the system in exchange." : "Nothing was returned.",
      ),
    ),
    folded(events).length > 0 &&
      table({
        caption: "What was asked of the system, in order.",
        head: ["call", "#bytes", "at"],
        rows: folded(events).map(({call, times, size, addr}) => [
          [h("code", null, call), times > 1 && ` × ${count(times)}`],
          count(size),
          h("code", null, hex(addr)),
        ]),
      }),
    table({
      caption: "The heap’s statistics in bytes.",
      head: ["statistic", "#before", "#after"],
      rows: [row("heap_sys"), row("heap_inuse"), row("heap_idle"), row("heap_released")],
    }),
  );
}

/** What the page opens with: the free pages would do in sum, and no span of them does. */
export const first: Request = {goarch: "amd64", freed: 30, kept: 10, ask: 40};

/** Growing, with sizes that the reader chooses. */
export function growth(): HTMLElement {
  const asked: Request = {
    goarch: param("on") === "386" ? "386" : "amd64",
    freed: numberParam("freed", first.freed, 0, 200),
    kept: numberParam("stays", first.kept, 0, 200),
    ask: numberParam("ask", first.ask, 1, 200),
  };
  return live<Request>(asked, (request, set) =>
    draw(request, next => {
      setParams({
        on: next.goarch === first.goarch ? null : next.goarch,
        freed: next.freed === first.freed ? null : next.freed,
        stays: next.kept === first.kept ? null : next.kept,
        ask: next.ask === first.ask ? null : next.ask,
      });
      set(next);
    }),
  );
}

/** The same in print. */
export const fallback = () => toHtml(draw(first, null));
