// Both contenders of duel.ts side by side: the two heaps to one scale, and the numbers.

import {numberParam, param, setParams} from "../address.js";
import {choice, controls, drawing, figure, numberField, pct, table} from "../blocks.js";
import {bytes, count, percent, plural} from "../format.js";
import {type Element, h, live, type Markup, toHtml} from "../markup.js";
import {compare, mixes, names, type Result, type Workload} from "./duel.js";

const row = 58;

function drawHeaps(results: readonly Result[]): Element {
  const most = Math.max(...results.map(r => r.extent));
  const alt = results.map(
    r =>
      `${r.name}, ${names[r.name]}: the heap spreads over ${plural(r.extent, "page")}, with ${plural(r.holes, "hole")} between spans in the end, ${count(r.holePages)} pages in all`,
  );
  return drawing(
    `${alt.join("; ")}.`,
    results.length * row + 16,
    results.map((r, i): Markup => {
      const y = i * row;
      return [
        h("text", {class: "tick start", x: 0, y: y + 12}, `${r.name}: ${names[r.name]}`),
        h("rect", {class: "span span-free", x: 0, y: y + 18, width: pct(r.extent, most), height: 30}),
        ...joined(r.spans).map(([first, n]) =>
          h("rect", {class: "span-object", x: pct(first, most), y: y + 18, width: pct(n, most), height: 30}),
        ),
      ];
    }),
    h("text", {class: "tick start", x: 0, y: results.length * row + 10}, "start of the heap"),
    h("text", {class: "tick end", x: "100%", y: results.length * row + 10}, plural(most, "page")),
  );
}

/** Spans that touch become one: fewer rectangles, and the same picture. */
export function joined(spans: Result["spans"]): [number, number][] {
  const out: [number, number][] = [];
  for (const [first, n] of spans) {
    const last = out.at(-1);
    if (last !== undefined && last[0] + last[1] === first) last[1] += n;
    else out.push([first, n]);
  }
  return out;
}

function draw(workload: Workload, set: ((workload: Workload) => void) | null): Element {
  const results = compare(workload);
  const line = (what: string, value: (r: Result) => string) => [what, ...results.map(value)];
  return h(
    "div",
    {class: "cell"},
    set !== null &&
      controls(
        "The workload",
        choice("sizes", workload.mix, Object.entries(mixes), mix =>
          set({...workload, mix: mix as Workload["mix"]}),
        ),
        choice(
          "kept",
          `${workload.live}`,
          lives.map(n => [`${n}`, plural(n, "page")]),
          n => set({...workload, live: Number(n)}),
        ),
        numberField("seed", workload.seed, {min: 0, max: 1e6}, seed => set({...workload, seed})),
      ),
    figure(
      `Two heaps after the same ${count(results[0]!.allocations)} allocations (${mixes[workload.mix]}), with everything freed that is not kept. Filled: in use in the end.`,
      drawHeaps(results),
    ),
    table({
      caption:
        "The same in numbers. A hole lies between two spans in use. What a search looks at are nodes of treaps, or entries of summaries.",
      head: ["", ...results.map(r => `#${r.name}`)],
      rows: [
        line("spread over, in pages", r => count(r.extent)),
        line("more than in use at the peak", r => percent(r.extent - r.peak, r.peak)),
        line("holes in the end", r => count(r.holes)),
        line("pages in them", r => count(r.holePages)),
        line("pages in the longest", r => count(r.longest)),
        line("looked at for an allocation that found room", r => r.looked.toFixed(1)),
        line("and chunks searched", r => (r.name === "go1.12" ? "–" : r.chunks.toFixed(2))),
        line("searches that found none", r => count(r.failed)),
        line("looked at by one of these", r => count(Math.round(r.lookedInVain))),
        line("served by the P’s cache", r => (r.name === "go1.12" ? "–" : percent(r.cached, r.allocations))),
        line("books of free pages in the end", r => bytes(r.books)),
      ],
    }),
  );
}

const lives = [400, 2000, 8000];

/** The workload that the page opens with. */
export const first: Workload = {mix: "even", live: 2000, seed: 1};

/** The two on a workload that the reader chooses. */
export function duel(): HTMLElement {
  const mix = (Object.keys(mixes) as Workload["mix"][]).find(m => m === param("mix")) ?? first.mix;
  const kept = lives.find(n => `${n}` === param("kept")) ?? first.live;
  return live<Workload>({mix, live: kept, seed: numberParam("random", first.seed, 0, 1e6)}, (workload, set) =>
    draw(workload, next => {
      setParams({
        mix: next.mix === first.mix ? null : next.mix,
        kept: next.live === first.live ? null : next.live,
        random: next.seed === first.seed ? null : next.seed,
      });
      set(next);
    }),
  );
}

/** The same in print. */
export const fallback = () => toHtml(draw(first, null));
