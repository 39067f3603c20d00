// The 32-bit branch: what mallocinit reserves, what it falls back to when the system refuses, and what 4 GiB look like
// afterwards.

import {watch} from "../../src/replay/events.js";
import {type BootOptions, load, type Region, type Runtime} from "../../src/runtime/index.js";
import {param, setParams} from "../address.js";
import {controls, drawing, figure, note, pct, table, tick} from "../blocks.js";
import {bytes, hex} from "../format.js";
import {type Element, h, live, toHtml} from "../markup.js";
import {growthOf} from "./hints.js";
import {cell, defaultStart, nameOf, platformOf, type Started} from "./start.js";

const MiB = 2 ** 20;

/** The reservations that can be told to fail: for the heap, by their size in MiB, and for the metadata. */
export const refusals = ["meta", "512", "256", "128"] as const;
export type RefusalName = (typeof refusals)[number];

/** A request for address space and what came of it. */
export interface Request {
  readonly purpose: string;
  readonly hint: number;
  readonly size: number;
  /** 0 if it was refused. */
  readonly granted: number;
}

/** A start with reservations that may fail. */
export interface Branch {
  readonly rt: Runtime;
  readonly platform: string;
  readonly requests: readonly Request[];
}

/** The options of the page if they lead into the 32-bit branch, and linux/386 otherwise. */
export function branchOptions(started: Started): BootOptions {
  const {release, growth} = growthOf(started);
  if (growth === "reservation") return started.options;
  return {release, goos: "linux", goarch: "386", physPageSize: 4096};
}

/** Starts with some reservations refused. */
export function branch(started: Started, refused: readonly RefusalName[]): Branch {
  const options = branchOptions(started);
  const meta = metadataBytes(options);
  const nameOf = (hint: number, size: number): RefusalName | null => {
    if (hint === 0) return size === meta ? "meta" : null;
    // The request is larger by one arena, so that an aligned part of the size asked for lies in it.
    return (
      refusals.slice(1).find(name => size >= Number(name) * MiB && size <= (Number(name) + 64) * MiB) ?? null
    );
  };
  const refuse = (hint: number, size: number) => {
    const name = nameOf(hint, size);
    return name !== null && refused.includes(name);
  };
  const {rt, events} = watch({...options, refuse, until: "mallocinit"});
  const requests = events.flatMap(({what, request}) => {
    if (what !== "mmap" || request === undefined) return [];
    const name = nameOf(request.hint, request.size);
    const purpose =
      name === "meta"
        ? "metadata of all arenas"
        : name === null
          ? rt.persistentChunks.includes(request.granted)
            ? "chunk of persistentalloc"
            : "summaries of the page allocator"
          : `heap of ${name} MiB`;
    return [{...request, purpose}];
  });
  return {rt, platform: `${options.goos}/${options.goarch}`, requests};
}

/** Bytes of metadata for all arenas that a platform can have. */
export function metadataBytes(options: BootOptions): number {
  const rt = load(options);
  return 2 ** rt.constants.arenaBits * rt.sizeof("heapArena");
}

const height = 46;

/** What the regions are, by what lies where. */
function kindOf(rt: Runtime, {start, end}: Region): {kind: string; label: string} {
  const {arena, heapArenaAlloc} = rt.mheap_;
  if (start <= arena.next && arena.next < end) return {kind: "reserved heap", label: "heap, reserved"};
  if (start <= heapArenaAlloc.next && heapArenaAlloc.next < end)
    return {kind: "reserved meta", label: "metadata, reserved"};
  if (rt.persistentChunks.includes(start)) return {kind: "ready chunk", label: "chunk"};
  const summaries = rt.mheap_.pages?.summary[0]?.array ?? -1;
  if (start <= summaries && summaries < end) return {kind: "ready chunk", label: "summaries"};
  return {kind: "ready program", label: "program"};
}

function drawMap({rt, platform}: Branch): Element {
  const whole = 2 ** Math.ceil(Math.log2(rt.mem.bounds.limit));
  const hint = rt.mheap_.arenaHints!.addr;
  const parts = rt.mem.regions.map(r => ({...r, ...kindOf(rt, r)}));
  const alt = `The ${bytes(whole)} of addresses on ${platform}: ${parts
    .map(p => `${p.label} from ${hex(p.start)}, ${bytes(p.end - p.start)}`)
    .join("; ")}; the hint is ${hex(hint)}.`;
  const quarters = [0, 1, 2, 3, 4];
  return drawing(
    alt,
    height + 60,
    h("rect", {class: "strip", x: 0, y: 20, width: "100%", height}),
    parts.map(({start, end, kind, label}) => [
      h("rect", {
        class: `taken ${kind}`,
        x: pct(start, whole),
        y: 20,
        width: pct(Math.max(end - start, whole / 300), whole),
        height,
      }),
      h(
        "text",
        {
          class: start > whole / 2 ? "tick end" : "tick start",
          x: pct(start > whole / 2 ? end : start, whole),
          y: kind.endsWith("meta") ? height + 40 : 14,
        },
        kind === "ready chunk" || kind === "ready program" ? "" : `${label}, ${bytes(end - start)}`,
      ),
    ]),
    h("line", {class: "hint", x1: pct(hint, whole), x2: pct(hint, whole), y1: 20, y2: 20 + height}),
    h(
      "text",
      {
        class: hint > whole / 2 ? "tick end" : "tick start",
        x: pct(hint, whole),
        y: 20 + height / 2 + 4,
        dx: 5,
      },
      "hint",
    ),
    quarters.map(i =>
      h(
        "text",
        {class: i === 0 ? "tick start" : i === 4 ? "tick end" : "tick", x: `${25 * i}%`, y: height + 56},
        i === 0 ? "0" : bytes((whole * i) / 4),
      ),
    ),
  );
}

/** Draws the addresses and the requests, with some of them refused. */
export function draw(
  started: Started,
  refused: readonly RefusalName[],
  set: ((r: RefusalName[]) => void) | null,
): Element {
  const outcome = branch(started, refused);
  const {arena, heapArenaAlloc, arenaHints} = outcome.rt.mheap_;
  const own = outcome.platform === platformOf(started);
  return cell(
    started,
    !own && note(`${nameOf(started)} does not come here. This cell runs ${outcome.platform}.`),
    set !== null &&
      controls(
        "Reservations that the system refuses",
        "refuse: ",
        ...refusals.map(name =>
          tick(name === "meta" ? "metadata" : `${name} MiB`, refused.includes(name), on =>
            set(refusals.filter(r => (r === name ? on : refused.includes(r)))),
          ),
        ),
      ),
    figure(`The addresses of a process on ${outcome.platform} after mallocinit, to scale.`, drawMap(outcome)),
    table({
      caption: "What is asked of the system, in order.",
      head: ["for", "asks for", "at", "gets"],
      rows: outcome.requests.map(({purpose, hint, size, granted}) => [
        purpose,
        bytes(size),
        hint === 0 ? "anywhere" : h("code", null, hex(hint)),
        granted === 0 ? h("b", {class: "refused"}, "refused") : h("code", null, hex(granted)),
      ]),
    }),
    h(
      "p",
      {class: "small", role: "status"},
      arena.end === 0
        ? "No reservation for the heap: it starts at the hint, and each arena is asked for by itself. "
        : `The heap has ${bytes(arena.end - arena.next)}. `,
      heapArenaAlloc.end === 0
        ? "No reservation for metadata: each arena brings its own. "
        : `Metadata has ${bytes(heapArenaAlloc.end - heapArenaAlloc.next)}. `,
      `The one hint is ${hex(arenaHints!.addr)}${arena.end === 0 ? "" : ", right behind the heap"}.`,
    ),
  );
}

/** The branch, with boxes to tick for what the system refuses. */
export function reserve32(started: Started): HTMLElement {
  const asked = (param("refuse") ?? "").split(",");
  const first = refusals.filter(name => asked.includes(name));
  return live<readonly RefusalName[]>(first, (refused, set) =>
    draw(started, refused, next => {
      setParams({refuse: next.length === 0 ? null : next.join(",")});
      set(next);
    }),
  );
}

/** The same in print, as it goes and with the largest reservation refused. */
export function fallback(): string {
  const started = defaultStart();
  return toHtml([draw(started, [], null), draw(started, ["512"], null)]);
}
