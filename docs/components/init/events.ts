// The order of events in mallocinit: which routine calls which, and what reaches the system.

import type {Event} from "../../src/replay/events.js";
import {figure} from "../blocks.js";
import {bytes, count, hex} from "../format.js";
import {type Element, h, type Markup, toDom, toHtml} from "../markup.js";
import {cell, defaultStart, nameOf, type Started} from "./start.js";

/** A step of the start: one event, or a run of events that differ in their number alone. */
export interface Step {
  /** `mheap_.central[i].init` for a run. */
  readonly what: string;
  /** How many events it stands for. */
  readonly times: number;
  /** What was asked of the system, and how it came out. */
  readonly request: string | null;
  /** Address of the first record that was handed out, if one was. */
  readonly result: number | null;
  readonly steps: readonly Step[];
}

/** Folds events into steps. `stateAt` tells what became of memory at an address. */
export function stepsOf(events: readonly Event[], stateAt: (address: number) => string): Step[] {
  const steps: Step[] = [];
  for (let i = 0; i < events.length; ) {
    const event = events[i]!;
    let end = i + 1;
    while (end < events.length && events[end]!.depth > event.depth) end++;
    const inside = stepsOf(events.slice(i + 1, end), stateAt);
    const what = event.what.replace(/\[\d+\]/, "[i]");
    const last = steps.at(-1);
    if (last?.what === what && event.request === undefined) {
      steps[steps.length - 1] = {...last, times: last.times + 1, steps: [...last.steps, ...inside]};
    } else {
      const request = event.request ? requestOf(event.request) : null;
      const name = event.request ? requestNameOf(event.what, stateAt(event.request.granted)) : what;
      steps.push({what: name, times: 1, request, result: event.result ?? null, steps: inside});
    }
    i = end;
  }
  return steps;
}

/** What Go calls a request. The system itself knows little more than mmap. */
function requestNameOf(what: string, state: string): string {
  if (what === "munmap") return "sysFree";
  if (what === "mmap fixed") return "sysMap";
  return state === "ready" ? "sysAlloc" : "sysReserve";
}

function requestOf({hint, size, granted}: NonNullable<Event["request"]>): string {
  const where = hint === 0 ? "anywhere" : `at ${hex(hint)}`;
  return `${bytes(size)} ${where}: ${granted === 0 ? "refused" : `gets ${hex(granted)}`}`;
}

/** Who calls what is listed, for the calls that need saying. */
const callers: Readonly<Record<string, string>> = {
  "mheap_.init": "the allocators of records, the central lists, and what keeps track of free pages",
  "mheap_.cachealloc.alloc": "allocmcache makes the first mcache; there is no chunk to cut it from yet",
  "mheap_.arenaHintAlloc.alloc": "one record for each hint",
  "mheap_.heapArenaAlloc.init": "room for the metadata of all arenas",
  "mheap_.arena.init": "room for the heap itself",
};

function drawStep({what, times, request, result, steps}: Step): Element {
  const line: Markup[] = [
    h("code", null, what),
    times > 1 && h("span", {class: "times"}, ` × ${count(times)}`),
    request !== null && h("span", {class: "request"}, ` ${request}`),
    request === null && callers[what] !== undefined && h("span", {class: "muted"}, ` ${callers[what]}`),
    result !== null && times === 1 && h("span", {class: "muted"}, ` → ${hex(result)}`),
  ];
  const kind = request === null ? null : "system";
  if (steps.length === 0) return h("li", {class: kind}, line);
  return h(
    "li",
    {class: kind},
    h("details", {open: true}, h("summary", null, line), h("ol", {class: "steps"}, ...steps.map(drawStep))),
  );
}

/** The steps of a start. */
export function stepsOfStart({rt, events}: Started): Step[] {
  return stepsOf(events, address => rt.mem.stateAt(address));
}

/** Draws the order of events. */
export function drawEvents(started: Started): Element {
  const requests = started.events.filter(e => e.request !== undefined).length;
  const drawn = figure(
    [
      `mallocinit of ${nameOf(started)}: ${count(started.events.length)} calls in order, of which `,
      h(
        "span",
        {class: "request"},
        requests === 1 ? "1 reaches the system" : `${count(requests)} reach the system`,
      ),
      ".",
    ],
    h("ol", {class: "steps"}, ...stepsOfStart(started).map(drawStep)),
  );
  return cell(started, drawn);
}

/** The order of events, for a cell. */
export const events = (started: Started) => toDom(drawEvents(started));

/** The same in print. */
export const fallback = () => toHtml(drawEvents(defaultStart()));
