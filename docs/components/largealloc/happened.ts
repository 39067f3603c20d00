// What the last step did, event by event, and what it moved in the statistics.

import {figure, table} from "../blocks.js";
import {bytes, count, hex, plural} from "../format.js";
import {type Element, h, type Markup, toDom, toHtml} from "../markup.js";
import type {World} from "./heap.js";
import {openingWorld, sentence} from "./lab.js";
import {type Event, stats, type Trace} from "./trace.js";

/** An address, counted from the start of the heap: "+0x12000". */
export const rel = (world: World, address: number) => `+0x${(address - heapStart(world)).toString(16)}`;

/** Where the heap's first arena begins. */
export function heapStart({rt}: World): number {
  return rt.mheap_.arenaBase(Math.min(...rt.mheap_.allArenas.elems));
}

const pages = (n: number) => plural(n, "page");
const code = (text: string) => h("code", null, text);

/** An event in words. */
export function describe(world: World, event: Event): Markup {
  switch (event.kind) {
    case "find": {
      const {treap, npages, visited, found} = event;
      if (visited === 0) return [code(`${treap}.find(${npages})`), ": this treap is empty"];
      const looked = `looks at ${plural(visited, "node")}`;
      if (found === null) return [code(`${treap}.find(${npages})`), `: ${looked}, and none is long enough`];
      return [
        code(`${treap}.find(${npages})`),
        `: ${looked} and answers ${pages(found.npages)} at ${rel(world, found.base)}`,
      ];
    }
    case "insert":
    case "remove": {
      const {kind, treap, base, npages, rotations} = event;
      return [
        code(`${treap}.${kind === "insert" ? "insert" : "removeNode"}`),
        `: ${pages(npages)} at ${rel(world, base)} ${kind === "insert" ? "go in" : "come out"}, ${plural(rotations, "rotation")}`,
      ];
    }
    case "record":
      return [
        code("spanalloc.alloc"),
        event.fresh ? ": a new span record" : ": a span record that was used before",
      ];
    case "recordBack":
      return [code("spanalloc.free"), ": two spans have become one, and a record comes back"];
    case "setSpans":
      return [
        code("setSpans"),
        `: ${plural(event.npages, "entry", "entries")} of the spans index, from ${rel(world, event.base)} on`,
      ];
    case "system":
      return h(
        "span",
        {class: "request"},
        code(event.call),
        `: ${bytes(event.size)} at ${event.addr === 0 ? "any address" : hex(event.addr)}${event.granted ? "" : ", refused"}`,
      );
  }
}

/** What moved in the statistics, as rows of a table: those that did. */
export function moved({
  before,
  after,
}: Trace): [name: string, before: number, change: number, after: number][] {
  return stats
    .filter(name => before[name] !== after[name])
    .map(name => [name, before[name], after[name] - before[name], after[name]]);
}

const signed = (n: number) => (n > 0 ? `+${count(n)}` : `−${count(-n)}`);

function draw(world: World): Element {
  const {last} = world;
  if (last === null)
    return h(
      "div",
      {class: "cell"},
      h("p", {class: "small"}, "Nothing has happened in this heap yet: allocate something."),
    );
  const rows = moved(last);
  return h(
    "div",
    {class: "cell"},
    figure(
      [h("b", null, "The last step, call by call. "), sentence(world)],
      last.swept > 0 && h("p", {class: "small"}, `${pages(last.swept)} were swept.`),
      last.events.length === 0
        ? h("p", {class: "small"}, "No treap, no span record and no request to the system was involved.")
        : h("ol", {class: "steps"}, ...last.events.map(event => h("li", null, describe(world, event)))),
      world.thrown !== null && h("pre", {class: "stderr"}, stderr(world.thrown)),
    ),
    rows.length > 0 &&
      table({
        caption: "What the step moved in memstats, in bytes.",
        head: ["statistic", "#before", "#change", "#after"],
        rows: rows.map(([name, before, change, after]) => [
          code(name),
          count(before),
          signed(change),
          count(after),
        ]),
      }),
  );
}

/** What Go prints when it gives up. */
export const stderr = ({printed, message}: {printed: readonly string[]; message: string}) =>
  [...printed, `fatal error: ${message}`].join("\n");

/** The last step. */
export const happened = (world: World): HTMLElement => toDom(draw(world));

/** The same in print. */
export const fallback = () => toHtml(draw(openingWorld()));
