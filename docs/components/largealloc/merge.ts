// Freeing a span between two others: with which neighbors it becomes one, for each state that they can be in.

import {boot, collect, mallocgc, type Runtime} from "../../src/runtime/index.js";
import {isFree} from "../../src/runtime/mbitmap.js";
import {sweepone} from "../../src/runtime/mgcsweep.js";
import {scavengeAll} from "../../src/runtime/mheap_free.js";
import {mSpanInUse} from "../../src/runtime/mspan.js";
import {param, setParams} from "../address.js";
import {choice, controls, drawing, figure} from "../blocks.js";
import {count, plural} from "../format.js";
import {type Element, h, live, type Markup, toHtml} from "../markup.js";
import {drawSpans} from "./map.js";
import {key, label, type Piece, pieces} from "./spans.js";

/** What a neighbor can be. */
export const states = ["in use", "free", "returned"] as const;
export type State = (typeof states)[number];

/** The neighbors of the span that is freed: the one at lower addresses, and the one at higher. */
export interface Neighbors {
  readonly left: State;
  readonly right: State;
}

/** The heap at one moment, as far as it concerns the three spans. */
export interface Moment {
  readonly pieces: readonly Piece[];
  /** Nodes in the two treaps, and bytes returned to the system. */
  readonly free: number;
  readonly scav: number;
  readonly released: number;
}

/** What happened: with the middle in use, after it was freed, and after all free pages were returned. */
export interface Story {
  readonly before: Moment;
  readonly freed: Moment;
  readonly returned: Moment;
  /** First address of the left span and end of the right one. */
  readonly from: number;
  readonly to: number;
  readonly page: number;
}

/** In pages; objects of 5 pages and more are large. */
const lengths = [6, 5, 9];

/** Plays a case on a heap in which nothing else is free. */
export function play({left, right}: Neighbors): Story {
  const rt = boot();
  const {_PageSize} = rt.constants;
  const [a, b, c] = lengths.map(n => mallocgc(rt, n * _PageSize, null)) as [number, number, number];
  // The rest of the arena is taken, so that the three spans have no other free neighbor.
  mallocgc(rt, rt.mheap_.free.end()!.npagesKey * _PageSize, null);
  for (const [address, state] of [
    [a, left],
    [c, right],
  ] as const)
    if (state === "returned") free(rt, address);
  scavengeAll(rt.mheap_, Number.MAX_SAFE_INTEGER, 0);
  for (const [address, state] of [
    [a, left],
    [c, right],
  ] as const)
    if (state === "free") free(rt, address);

  const to = c + lengths[2]! * _PageSize;
  const moment = (): Moment => ({
    pieces: pieces(rt, address => [a, b, c].indexOf(address) + 1).filter(p => p.base >= a && p.base < to),
    free: size(rt, "free"),
    scav: size(rt, "scav"),
    released: rt.memstats.heap_released,
  });
  const before = moment();
  free(rt, b);
  const freed = moment();
  scavengeAll(rt.mheap_, Number.MAX_SAFE_INTEGER, 0);
  return {before, freed, returned: moment(), from: a, to, page: _PageSize};
}

/** Collects with all reachable but one object, and sweeps. */
function free(rt: Runtime, address: number): void {
  const found: number[] = [];
  for (const s of rt.mheap_.allspans.elems) {
    if (s.state !== mSpanInUse || s.base() === address) continue;
    for (let i = 0; i < s.nelems; i++) if (!isFree(s, i)) found.push(s.base() + i * s.elemsize);
  }
  collect(rt, found);
  while (sweepone(rt) !== -1);
}

function size(rt: Runtime, name: "free" | "scav"): number {
  let n = 0;
  for (let t = rt.mheap_[name].start(); t !== null; t = t.succ()) n++;
  return n;
}

function drawMoment(
  title: string,
  {pieces: list, free, scav, released}: Moment,
  {from, to, page}: Story,
): Markup {
  const alt = `${title}: ${list.map(p => label(p, 99)).join(", ")}.`;
  return [
    h(
      "p",
      {class: "small"},
      h("b", null, title),
      ` Treap free: ${plural(free, "node")}; treap scav: ${plural(scav, "node")}; heap_released: ${count(released)}.`,
    ),
    drawing(alt, 40, drawSpans(list, {from, to, page, y: 0, height: 38}, null)),
  ];
}

function outcome({left, right}: Neighbors): string {
  const merged = [left === "free" && "left", right === "free" && "right"].filter(Boolean).join(" and the ");
  const apart = [left === "returned" && "left", right === "returned" && "right"]
    .filter(Boolean)
    .join(" and the ");
  const first = merged === "" ? "Span 2 stays by itself" : `Span 2 has become one with the ${merged}`;
  const second = apart === "" ? "" : `; it stays apart from the ${apart}, whose pages the system has`;
  return `${first}${second}.`;
}

function draw(neighbors: Neighbors, set: ((neighbors: Neighbors) => void) | null): Element {
  const story = play(neighbors);
  const options = states.map((s): [string, string] => [s, s]);
  return h(
    "div",
    {class: "cell"},
    set !== null &&
      controls(
        "Neighbors of the span that is freed",
        choice("left neighbor", neighbors.left, options, s => set({...neighbors, left: s as State})),
        choice("right neighbor", neighbors.right, options, s => set({...neighbors, right: s as State})),
      ),
    figure(
      "Three spans side by side. The one in the middle is freed; then all free pages are returned to the system.",
      drawMoment("Before.", story.before, story),
      drawMoment("Span 2 is freed.", story.freed, story),
      h("p", {class: "small", role: "status"}, outcome(neighbors)),
      drawMoment("All free pages are returned.", story.returned, story),
      key(["object", "free", "returned"]),
    ),
  );
}

/** The case that the page opens with, and that is printed. */
export const first: Neighbors = {left: "free", right: "returned"};

/** Freeing, with neighbors that the reader chooses. */
export function merge(): HTMLElement {
  const asked = (param("neighbors") ?? "").replaceAll("-", " ").split(",");
  const [left, right] = asked.map(s => states.find(state => state === s));
  return live<Neighbors>(left && right ? {left, right} : first, (neighbors, set) =>
    draw(neighbors, next => {
      const same = next.left === first.left && next.right === first.right;
      setParams({neighbors: same ? null : `${next.left},${next.right}`.replaceAll(" ", "-")});
      set(next);
    }),
  );
}

/** The same in print. */
export const fallback = () => toHtml(draw(first, null));
