// The cost of each level over a workload: bars on a scale of powers of ten, cycle by cycle, and what follows.

import {param, setParams} from "../address.js";
import {choice, controls, drawing, figure, note, table, textField} from "../blocks.js";
import {bytes, count, percent, plural} from "../format.js";
import {type Element, h, live, type Markup, toHtml} from "../markup.js";
import {type Fields, names, opening, read} from "./fields.js";
import {mixes} from "./mix.js";
import {type Counts, levelNames, levels} from "./observe.js";
import {type Outcome, run, type Workload} from "./workload.js";

/** How many of the whole, in words: "one in 40", or in percent where that says more. */
export function oneIn(part: number, whole: number): string {
  if (part === 0) return "none";
  return 3 * part > whole ? percent(part, whole) : `one in ${count(Math.round(whole / part))}`;
}

const sum = (counts: Counts) => levels.reduce((n, level) => n + counts[level], 0);
const rowHeight = 34;

function drawBars(counts: Counts): Element {
  const all = sum(counts);
  const decades = Math.max(1, Math.ceil(Math.log10(all + 1)));
  // One allocation is worth a little length too, so that it can be seen.
  const at = (n: number) => (n === 0 ? 0 : (100 * (Math.log10(n) + 0.15)) / (decades + 0.15));
  const height = levels.length * rowHeight;
  const words = levels.map(level => `${levelNames[level]} ${count(counts[level])}`);
  const ticks = Array.from({length: decades + 1}, (_, i) => i);
  return drawing(
    `Of ${plural(all, "allocation")} this many ended at each level: ${words.join(", ")}.`,
    height + 22,
    ticks.map(i =>
      h("line", {class: "lens", x1: `${at(10 ** i)}%`, x2: `${at(10 ** i)}%`, y1: 0, y2: height}),
    ),
    levels.map((level, i) => [
      h("rect", {
        class: "bar",
        x: 0,
        y: i * rowHeight + 17,
        width: `${at(counts[level]).toFixed(3)}%`,
        height: 12,
      }),
      h(
        "text",
        {class: "over", x: 0, y: i * rowHeight + 13},
        `${levelNames[level]}: ${count(counts[level])}, ${oneIn(counts[level], all)}`,
      ),
    ]),
    h("line", {class: "axis", x1: 0, x2: "100%", y1: height, y2: height}),
    ticks.map(i =>
      h(
        "text",
        {class: i === decades ? "tick end" : "tick", x: `${at(10 ** i).toFixed(3)}%`, y: height + 17},
        i < 4 ? count(10 ** i) : `${count(10 ** (i - 3))}k`,
      ),
    ),
  );
}

function drawCycles({cycles}: Outcome): Element {
  return table({
    caption:
      "Cycle by cycle: where allocations ended. When the collection began: live objects, those that were kept, bytes in spans, and bytes of the heap’s arenas.",
    head: ["cycle", ...levels.map(l => `#${l}`), "#live", "#kept", "#in spans", "#heap"],
    rows: cycles.map((c, i) => [
      i + 1,
      ...levels.map(level => count(c.counts[level])),
      count(c.live),
      count(c.left),
      bytes(c.heapInuse),
      bytes(c.heapSys),
    ]),
  });
}

/** What one answer of a level was worth, level by level. */
export function worths({counts, cacheable, refills, grown, handed, large, requests}: Outcome): {
  readonly level: string;
  readonly asked: number;
  readonly of: number;
  readonly gave: string;
  readonly without: string;
}[] {
  const all = sum(counts);
  const spans = grown + large;
  return [
    {
      level: "mcache",
      asked: cacheable,
      of: all,
      gave: "one object, without a lock",
      without: `${plural(cacheable, "allocation")} would lock an mcentral, instead of ${count(refills)}`,
    },
    {
      level: "mcentral",
      asked: refills,
      of: all,
      gave: refills === 0 ? "–" : `one span, with ${(handed / refills).toFixed(1)} free objects on average`,
      without: `${plural(refills, "refill")} would lock the mheap, instead of ${count(grown)}`,
    },
    {
      level: "mheap",
      asked: spans,
      of: all,
      gave: "one run of pages",
      without: `${plural(spans, "span")} would be asked of the system, which got ${plural(requests, "request")}`,
    },
    {
      level: "system",
      asked: counts.system,
      of: all,
      gave: `${plural(requests, "request")} in all`,
      without: "–",
    },
  ];
}

function drawWorths(outcome: Outcome): Element {
  return table({
    caption:
      "How many allocations came to each level, what one answer gave, and what the next level would face without it.",
    head: ["level", "#came", "#of all", "one answer gives", "without this level"],
    rows: worths(outcome).map(w => [
      w.level,
      count(w.asked),
      oneIn(w.asked, w.of),
      h("div", {class: "words"}, w.gave),
      h("div", {class: "words"}, w.without),
    ]),
  });
}

function drawRest({ps}: Workload, o: Outcome): Element {
  const live = o.scan + o.noscan;
  const item = (...text: Markup[]) => h("li", null, ...text);
  return h(
    "ul",
    {class: "list"},
    item(
      h("b", null, "Rounding: "),
      `${bytes(o.asked)} were asked for, and the blocks taken for them came to ${bytes(o.blocks)}; ${percent(o.blocks - o.asked, o.blocks)} of that is unused.`,
    ),
    item(
      h("b", null, "Caches: "),
      `before the last collection the ${ps === 1 ? "one mcache" : `${count(ps)} mcaches`} held ${plural(o.cachedSpans, "span")}, in which ${bytes(o.cachedFree)} of free objects waited for their P.`,
    ),
    item(
      h("b", null, "Pointers: "),
      `of ${bytes(live)} in live blocks the collector reads ${bytes(o.scan)}; ${bytes(o.noscan)} (${percent(o.noscan, live || 1)}) lie in noscan spans and are skipped unread.`,
    ),
  );
}

interface State {
  readonly fields: Fields;
  readonly faults: readonly string[];
  /** The last workload that made sense, and what came of it. */
  readonly workload: Workload;
  readonly outcome: Outcome;
}

function stateOf(fields: Fields, last: State | null): State {
  const {workload, faults} = read(fields);
  if (workload !== null) return {fields, faults, workload, outcome: run(workload)};
  const kept = last ?? stateOf(opening, null);
  return {fields, faults, workload: kept.workload, outcome: kept.outcome};
}

function drawForm({fields}: State, set: (fields: Fields) => void): Markup {
  const named = mixes.find(([, mix]) => mix === fields.mix);
  const number = (name: Exclude<keyof Fields, "mix">, label: string) =>
    textField(label, fields[name], text => set({...fields, [name]: text}), {inputmode: "numeric", size: 6});
  return [
    controls(
      "The mix of sizes",
      choice(
        "mix",
        named?.[0] ?? "own",
        [...mixes.map(([name]): [string, string] => [name, name]), ["own", "your own"]],
        name => set({...fields, mix: mixes.find(([n]) => n === name)?.[1] ?? fields.mix}),
      ),
      textField("sizes", fields.mix, mix => set({...fields, mix}), {class: "wide"}),
    ),
    controls(
      "The workload",
      number("n", "allocations"),
      number("cycles", "cycles"),
      number("freed", "% freed per cycle"),
      number("ps", "Ps"),
    ),
  ];
}

function draw(state: State, set: ((fields: Fields) => void) | null): Element {
  const {faults, workload, outcome} = state;
  const {n, cycles, freed, ps} = workload;
  const what = `${plural(n, "allocation")} in ${plural(cycles, "cycle")} on ${plural(ps, "P")}, ${freed}% freed by each collection`;
  return h(
    "div",
    {class: "cell"},
    set !== null && drawForm(state, set),
    h(
      "div",
      {role: "status"},
      ...faults.map((fault, i) =>
        note(fault, i < faults.length - 1 ? "." : ". What is shown is the last workload that made sense."),
      ),
    ),
    figure(
      [h("b", null, `${what}. `), "At which level they ended. Each line to the right is ten times as many."],
      drawBars(outcome.counts),
    ),
    drawWorths(outcome),
    drawRest(workload, outcome),
    drawCycles(outcome),
  );
}

/** The workload that the address says. */
export function cost(): HTMLElement {
  const fields: Record<keyof Fields, string> = {...opening};
  for (const name of names) fields[name] = param(name) ?? opening[name];
  return live(stateOf(fields, null), (state, set) =>
    draw(state, next => {
      setParams(
        Object.fromEntries(names.map(name => [name, next[name] === opening[name] ? null : next[name]])),
      );
      set(stateOf(next, state));
    }),
  );
}

/** What comes of the opening workload with some of its fields changed. */
export function outcomeWith(changes: Partial<Fields>): Outcome {
  return stateOf({...opening, ...changes}, null).outcome;
}

/** The same in print. */
export const fallback = () => toHtml(draw(stateOf(opening, null), null));
