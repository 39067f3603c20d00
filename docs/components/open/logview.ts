// Logs of the collector and of the scheduler: each cycle to scale, and as rows.

import type {Cycle} from "../../src/capture/reader/gctrace.js";
import type {Log} from "../../src/capture/reader/logs.js";
import type {Moment} from "../../src/capture/reader/schedtrace.js";
import {drawing, figure, note, table} from "../blocks.js";
import {count, plural} from "../format.js";
import {type Element, h, type Markup, toDom} from "../markup.js";
import {section} from "./parts.js";
import type {Session} from "./session.js";
import {drawMemStats} from "./statistics.js";
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
      ` The column ends at what the heap had when marking was done; the dark part was found alive; the line is the goal. ${shown.length < cycles.length ? `The last ${count(shown.length)} of ${count(cycles.length)} cycles.` : ""}`,
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
    [h("b", null, "How long the world was stopped."), ` ${words}. Dark: before marking; light: after it.`],
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

function cycleTable(cycles: readonly Cycle[]): HTMLElement {
  return longTable({
    label: `Cycles of the collector, ${count(cycles.length)} in all`,
    head: [
      "cycle",
      "#at",
      "#CPU",
      "#stop",
      "#mark",
      "#stop ",
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

/** Goroutines that wait to run, and Ps without work, at each moment. */
export function drawSched(moments: readonly Moment[]): Element {
  const number = (v: unknown) => (typeof v === "number" ? v : 0);
  const waiting = (m: Moment) => {
    const own = m.details.filter(d => d.kind === "P").reduce((sum, d) => sum + number(d.fields.runqsize), 0);
    return number(m.fields.runqueue) + own + m.queues.reduce((a, b) => a + b, 0);
  };
  const rows = moments.slice(0, 1000);
  const names = [...new Set(rows.flatMap(m => Object.keys(m.fields)))].slice(0, 20);
  const busiest = moments.reduce((a, b) => (waiting(b) > waiting(a) ? b : a));
  return h(
    "div",
    null,
    h(
      "p",
      {class: "small"},
      `${plural(moments.length, "moment")} of the scheduler. At most ${plural(waiting(busiest), "goroutine")} waited for a P, at ${count(busiest.at)} ms.`,
    ),
    table({
      caption: `The scheduler at each moment${rows.length < moments.length ? `; the first ${count(rows.length)} of ${count(moments.length)}` : ""}.`,
      head: ["at", "#waiting", ...names.map(n => `#${n}`), "queues of the Ps"],
      rows: rows.map(m => [
        `${count(m.at)} ms`,
        count(waiting(m)),
        ...names.map(n => String(m.fields[n] ?? "–")),
        m.queues.length > 0
          ? m.queues.join(" ")
          : m.details
              .filter(d => d.kind === "P")
              .map(d => d.fields.runqsize)
              .join(" "),
      ]),
    }),
    drawGoroutines(moments),
  );
}

/** Why goroutines wait, at the last moment that says it. */
function drawGoroutines(moments: readonly Moment[]): Markup {
  const last = [...moments].reverse().find(m => m.details.some(d => d.kind === "G"));
  if (last === undefined) return null;
  const reasons = new Map<string, number>();
  for (const d of last.details) {
    if (d.kind !== "G") continue;
    const reason = String(d.fields.reason ?? "") || `status ${d.fields.status}`;
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  const sorted = [...reasons].sort((a, b) => b[1] - a[1]).slice(0, 30);
  return table({
    caption: `What the goroutines were doing at ${count(last.at)} ms. A goroutine that runs again shows what it last waited for.`,
    head: ["reason to wait", "#goroutines"],
    rows: sorted.map(([reason, n]) => [reason, count(n)]),
  });
}

/** A log with all that is in it. */
export function logView({name, log}: {readonly name: string; readonly log: Log}): HTMLElement {
  const {cycles, scavenges, scvgs, pacing, moments, bad, badLines, lines, others} = log;
  const node = toDom(
    h(
      "div",
      {class: "cell"},
      h(
        "p",
        {class: "small"},
        h("b", null, name),
        `: ${plural(lines, "line")}; ${plural(cycles.length, "cycle")} of the collector, ${plural(moments.length, "moment")} of the scheduler, ${plural(scavenges.length + scvgs.length, "line")} of the scavenger and ${plural(pacing.length, "line")} of the pacer. ${plural(others, "line is something", "lines are something")} else.`,
      ),
      badLines > 0 && [
        note(`${plural(badLines, "line looks", "lines look")} like the runtime’s and cannot be read.`),
        h(
          "ul",
          {class: "list"},
          ...bad.map(b =>
            h("li", null, `line ${count(b.line)}: ${b.why}: `, h("code", null, b.text.slice(0, 80))),
          ),
        ),
      ],
      cycles.length > 0 && [cycleWords(cycles), drawHeap(cycles), drawStops(cycles)],
      moments.length > 0 && drawSched(moments),
      scavenges.length > 0 && drawScavenges(log),
      scvgs.length > 0 && drawScvgs(log),
    ),
  );
  if (cycles.length > 0) node.append(cycleTable(cycles));
  return node;
}

function drawScavenges({scavenges}: Log): Element {
  const last = scavenges.at(-1)!;
  const work = scavenges.reduce((sum, s) => sum + s.work + (s.eager ?? 0), 0);
  return h(
    "p",
    {class: "small"},
    `The scavenger returned ${count(work)} KiB; at the end ${count(last.released)} KiB were with the system, and ${last.utilization}% of what was kept was in use. More in `,
    section("largealloc#giving-pages-back"),
    ".",
  );
}

/** Logs and a MemStats that are open, for a cell. */
export function logs(session: Session): HTMLElement {
  const node = toDom(h("div", null));
  if (session.log !== null) node.append(logView(session.log));
  if (session.memstats !== null) node.append(toDom(drawMemStats(session.memstats)));
  if (session.log === null && session.memstats === null) {
    node.append(toDom(h("p", {class: "small muted"}, "No log and no MemStats are open.")));
  }
  return node;
}

function drawScvgs({scvgs}: Log): Element {
  return table({
    caption: `The scavenger of go1.12 and earlier, in MB${scvgs.length > 100 ? `; the last 100 of ${count(scvgs.length)} lines` : ""}.`,
    head: ["line", "#in use", "#idle", "#sys", "#released", "#consumed"],
    rows: scvgs
      .slice(-100)
      .map(s => [
        count(s.line),
        count(s.inuse),
        count(s.idle),
        count(s.sys),
        count(s.released),
        count(s.consumed),
      ]),
  });
}
