// The rules of fit.ts side by side: how far the heap spreads under each, to scale, and what a search costs.

import {numberParam, param, setParams} from "../address.js";
import {choice, controls, drawing, figure, numberField, pct, table} from "../blocks.js";
import {count, percent, plural} from "../format.js";
import {type Element, h, live, toHtml} from "../markup.js";
import {compare, type Mix, mixes, type Result, type Workload} from "./fit.js";

const row = 34;

function drawBars(results: readonly Result[]): Element {
  const most = Math.max(...results.map(r => r.extent));
  const alt = results
    .map(
      r =>
        `${r.rule} fit spreads over ${plural(r.extent, "page")}, of which at most ${count(r.peak)} were in use at one time`,
    )
    .join("; ");
  return drawing(
    `${alt}.`,
    results.length * row + 22,
    results.map((r, i) => [
      h("rect", {class: "span span-free", x: 0, y: i * row, width: pct(r.extent, most), height: row - 8}),
      h("rect", {class: "span span-object", x: 0, y: i * row, width: pct(r.peak, most), height: row - 8}),
      h("text", {class: "on-span-object", x: 5, y: i * row + 17}, `${r.rule} fit`),
      r.extent / most > 0.75 &&
        h(
          "text",
          {class: "at-end", x: pct(r.extent, most), dx: -5, y: i * row + 17},
          plural(r.extent, "page"),
        ),
      r.extent / most <= 0.75 &&
        h("text", {x: pct(r.extent, most), dx: 6, y: i * row + 17}, plural(r.extent, "page")),
    ]),
    h("text", {class: "tick start", x: 0, y: results.length * row + 12}, "start of the heap"),
  );
}

function draw(workload: Workload, set: ((workload: Workload) => void) | null): Element {
  const results = compare(workload);
  return h(
    "div",
    {class: "cell"},
    set !== null &&
      controls(
        "The workload",
        choice(
          "sizes",
          workload.mix,
          Object.keys(mixes).map(m => [m, m]),
          mix => set({...workload, mix: mix as Mix}),
        ),
        choice(
          "kept by a collection",
          `${workload.live}`,
          [400, 1000, 2000].map(n => [`${n}`, plural(n, "page")]),
          n => set({...workload, live: Number(n)}),
        ),
        numberField("seed", workload.seed, {min: 0, max: 1e6}, seed => set({...workload, seed})),
      ),
    figure(
      `How far the heap spreads after ${count(results[0]!.allocations)} allocations (${mixes[workload.mix]}) under three rules. Dark: the most pages that were in use at one time, which no rule can do without.`,
      drawBars(results),
    ),
    table({
      caption: "The same in numbers. Holes are free spans below the highest span in use, when all is over.",
      head: ["rule", "#spread", "#more than in use", "#holes", "#pages in them", "#longest", "#looked at"],
      rows: results.map(r => [
        `${r.rule} fit`,
        count(r.extent),
        percent(r.extent - r.peak, r.peak),
        count(r.holes),
        count(r.holePages),
        count(r.longest),
        r.looked.toFixed(1),
      ]),
    }),
  );
}

/** The workload that the page opens with. */
export const first: Workload = {mix: "even", live: 2000, seed: 1};

/** Three rules on a workload that the reader chooses. */
export function fit(): HTMLElement {
  const mix = (Object.keys(mixes) as Mix[]).find(m => m === param("mix")) ?? first.mix;
  const live_ = [400, 1000, 2000].find(n => `${n}` === param("kept")) ?? first.live;
  return live<Workload>(
    {mix, live: live_, seed: numberParam("random", first.seed, 0, 1e6)},
    (workload, set) =>
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
