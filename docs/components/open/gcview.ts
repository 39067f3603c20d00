// The cycles of the collector in a log: the heap and the pauses to scale, and every field as rows.

import type {Cycle} from "../../src/capture/reader/gctrace.js";
import {drawing, figure} from "../blocks.js";
import {count, plural} from "../format.js";
import {type Element, h, type Markup} from "../markup.js";
import {section} from "./parts.js";
import {longTable} from "./virtual.js";

const height = 140;
/** The most cycles that are drawn as columns: the last ones. */
const most = 400;

/** A time in milliseconds: "0.12 ms". */
const ms = (n: number) =>
  n >= 1000
    ? `${(n / 1000).toFixed(2)} s`
    : `${n >= 10 ? n.toFixed(0) : n >= 1 ? n.toFixed(1) : n.toFixed(3)} ms`;

/** The heap before, after and alive, and the goal, for each cycle. */
export function drawHeap(cycles: readonly Cycle[]): Element {
  const shown = cycles.slice(-most);
  const top = Math.max(1, ...shown.map(c => Math.max(c.heap.before, c.heap.after, c.goal)));
  const width = 100 / shown.length;
  const y = (mb: number) => height - (height * mb) / top;
  const [first, last] = [shown[0]!, shown.at(-1)!];
  const peak = shown.reduce((a, b) => (b.heap.after > a.heap.after ? b : a));
  const alt = `The heap in ${plural(shown.length, "cycle")}, from cycle ${first.number} to ${last.number}. Alive after the first ${first.heap.live} MB, after the last ${last.heap.live} MB; largest ${peak.heap.after} MB in cycle ${peak.number}.`;
  return figure(
    [
      h("b", null, "The heap in each cycle."),
      ` A column ends at what the heap had when marking was done; its lower part was found alive; the line is the goal. ${shown.length < cycles.length ? `The last ${count(shown.length)} of ${count(cycles.length)} cycles.` : ""}`,
    ],
    drawing(
      alt,
      height + 22,
      h("text", {class: "tick start", x: 0, y: 11}, `${count(top)} MB`),
      h("line", {class: "grid", x1: 0, x2: "100%", y1: 0.5, y2: 0.5}),
      shown.map((c, i) => [
        h(
          "svg",
          {x: `${i * width}%`, y: 0, width: `${0.86 * width}%`, height, overflow: "visible"},
          h("rect", {
            class: "part part-unused",
            x: 0,
            y: y(c.heap.after),
            width: "100%",
            height: height - y(c.heap.after),
          }),
          h("rect", {
            class: "part part-objects",
            x: 0,
            y: y(c.heap.live),
            width: "100%",
            height: height - y(c.heap.live),
          }),
          h("line", {class: "goal", x1: 0, x2: "100%", y1: y(c.goal), y2: y(c.goal)}),
          h(
            "title",
            null,
            `cycle ${c.number}: ${c.heap.before} → ${c.heap.after} MB, ${c.heap.live} MB alive, goal ${c.goal} MB`,
          ),
        ),
      ]),
      h("line", {class: "axis", x1: 0, x2: "100%", y1: height, y2: height}),
      h("text", {class: "tick start", x: 0, y: height + 16}, `cycle ${first.number}, ${first.at} s`),
      shown.length > 1 &&
        h("text", {class: "tick end", x: "100%", y: height + 16}, `${last.number}, ${last.at} s`),
    ),
  );
}

const pauseOf = ({clock}: Cycle) => clock.sweepTermination + clock.markTermination;

/** How long the world was stopped in each cycle. */
export function drawStops(cycles: readonly Cycle[]): Element {
  const shown = cycles.slice(-most);
  const top = Math.max(1e-6, ...shown.map(pauseOf));
  const width = 100 / shown.length;
  const longest = shown.reduce((a, b) => (pauseOf(b) > pauseOf(a) ? b : a));
  const total = shown.reduce((sum, c) => sum + pauseOf(c), 0);
  const words = `The longest of ${plural(shown.length, "cycle")} stopped the world for ${ms(pauseOf(longest))}, in cycle ${longest.number}; all together for ${ms(total)}`;
  const tall = 70;
  return figure(
    [
      h("b", null, "How long the world was stopped."),
      ` ${words}. The lower part of a column is the stop before marking, the upper one the stop after it.`,
    ],
    drawing(
      `${words}.`,
      tall + 22,
      shown.map((c, i) => {
        const first = (tall * c.clock.sweepTermination) / top;
        const second = (tall * c.clock.markTermination) / top;
        const x = `${i * width}%`;
        return [
          h("rect", {
            class: "part part-objects",
            x,
            y: tall - first,
            width: `${0.86 * width}%`,
            height: first,
          }),
          h("rect", {
            class: "part part-unused",
            x,
            y: tall - first - second,
            width: `${0.86 * width}%`,
            height: second,
          }),
        ];
      }),
      h("text", {class: "tick start", x: 0, y: 11}, ms(top)),
      h("line", {class: "axis", x1: 0, x2: "100%", y1: tall, y2: tall}),
      h("text", {class: "tick start", x: 0, y: tall + 16}, `cycle ${shown[0]!.number}`),
      shown.length > 1 &&
        h("text", {class: "tick end", x: "100%", y: tall + 16}, String(shown.at(-1)!.number)),
    ),
  );
}

/** What the cycles say, in words. */
export function cycleWords(cycles: readonly Cycle[]): Markup {
  const [first, last] = [cycles[0]!, cycles.at(-1)!];
  const seconds = last.at - first.at;
  const over = cycles.filter(c => c.heap.after > c.goal).length;
  const forced = cycles.filter(c => c.forced).length;
  const live = last.heap.live - first.heap.live;
  return h(
    "p",
    {class: "small"},
    `${plural(cycles.length, "cycle")}${seconds > 0 ? ` in ${seconds.toFixed(2)} s, one every ${ms((1000 * seconds) / Math.max(1, cycles.length - 1))}` : ""}. `,
    `Collecting took ${last.percent}% of the CPU time. `,
    `What is found alive ${live === 0 ? "stays at" : live > 0 ? `grew by ${count(live)} MB to` : `fell by ${count(-live)} MB to`} ${count(last.heap.live)} MB. `,
    over > 0 &&
      `${plural(over, "cycle")} ended above the goal: the program allocated faster than objects were marked. `,
    forced > 0 && `${plural(forced, "cycle")} ${forced === 1 ? "was" : "were"} asked for by the program. `,
    "When a cycle begins: ",
    section("mstats#when-the-next-collection-comes"),
    ".",
  );
}

/** Every field of every cycle. */
export function cycleTable(cycles: readonly Cycle[]): HTMLElement {
  return longTable({
    label: `Cycles of the collector, ${count(cycles.length)} in all`,
    head: [
      "cycle",
      "#at",
      "#CPU",
      "#1st stop",
      "#mark",
      "#2nd stop",
      "#assists",
      "#background",
      "#idle",
      "#before",
      "#after",
      "#alive",
      "#goal",
      "#stacks",
      "#globals",
      "#P",
    ],
    length: cycles.length,
    row: i => {
      const c = cycles[i]!;
      return [
        `${c.number}${c.forced ? " (forced)" : ""}${c.leaks ? " (leaks)" : ""}`,
        `${c.at} s`,
        `${c.percent}%`,
        ms(c.clock.sweepTermination),
        ms(c.clock.mark),
        ms(c.clock.markTermination),
        ms(c.cpu.assist),
        ms(c.cpu.background),
        ms(c.cpu.idle),
        `${c.heap.before} MB`,
        `${c.heap.after} MB`,
        `${c.heap.live} MB`,
        `${c.goal} MB`,
        c.stacks === null ? "–" : `${c.stacks} MB`,
        c.globals === null ? "–" : `${c.globals} MB`,
        String(c.procs),
      ];
    },
  });
}
