// Looking for pages with the summaries: the reader decides on each level where to go on, and the model's routine judges.

import type {pageAlloc} from "../../src/runtime/mpagealloc.js";
import {firstFree} from "../../src/runtime/mpagealloc_find.js";
import {button, choice, controls, figure, table} from "../blocks.js";
import {bytes, count, plural} from "../format.js";
import {type Element, h, live, type Markup, toHtml} from "../markup.js";
import {chunkPages, pageSize, start, terabyte} from "./heap.js";
import {firstRequest, requests} from "./hunt.js";
import {ask, type Search, type Step, search} from "./search.js";
import {crossing, found, shown, strips} from "./strips.js";

interface State {
  readonly npages: number;
  /** Levels that are done. */
  readonly done: number;
  /** Entries that the reader has judged. */
  readonly judged: number;
  readonly says: string;
}

const heap: pageAlloc = terabyte();

/** What is wrong with going on inside entry `i`; null if the search does so. */
export function judgeInside(p: pageAlloc, step: Step, i: number, npages: number): string | null {
  if (i === step.inside) return null;
  const {from} = shown(p, step);
  const max = p.summary[step.level]!.max(i);
  if (max < npages) {
    return `Entry ${i - from} has at most ${plural(max, "free page")} in a row inside: ${count(npages)} do not fit.`;
  }
  return `Entry ${i - from} has room, but so has a lower address. Go takes the lowest.`;
}

/** The same of the run that ends entry `i` and begins the next. */
export function judgeAcross(p: pageAlloc, step: Step, i: number, npages: number): string | null {
  const sums = p.summary[step.level]!;
  if (step.base >= 0 && i === step.first + crossing(p, step)) return null;
  const {from} = shown(p, step);
  const [a, b] = [sums.end(i), sums.start(i + 1)];
  const sum = `Entry ${i - from} ends in ${plural(a, "free page")}, and the next begins with ${count(b)}`;
  if (a + b < npages) return `${sum}: that is ${count(a + b)}, not ${count(npages)}.`;
  return `${sum}. That would do, but a lower address has room as well, and Go takes the lowest.`;
}

/** What came of a search, in a sentence. */
export function result(_p: pageAlloc, {npages, addr, chunk, looked, steps}: Search): string {
  const seen = `The model’s find looks at ${plural(looked, "entry", "entries")} on ${plural(steps.length, "level")}`;
  if (addr === 0) return `${seen}, all of the root from the start of the heap on: there is no such run.`;
  const page = (addr - start) / pageSize;
  const where = `page ${page % chunkPages} of chunk ${count(Math.floor(page / chunkPages))}`;
  const bits = chunk < 0 ? "and at no bit: the place follows from the numbers" : "and then into one chunk";
  return `${plural(npages, "page")} at ${where}. ${seen}, ${bits}.`;
}

function choices(p: pageAlloc, step: Step, state: State, set: (state: State) => void): Element {
  const {npages, done, judged} = state;
  const {from, n} = shown(p, step);
  const sums = p.summary[step.level]!;
  const answer = (fault: string | null, right: string) =>
    set({...state, judged: judged + 1, done: fault === null ? done + 1 : done, says: fault ?? right});
  const rows: Markup[][] = [];
  for (let i = from; i < from + n; i++) {
    if (sums.max(i) === 0) continue;
    const name = `entry ${i - from}`;
    rows.push([
      count(i - from),
      count(sums.start(i)),
      count(sums.max(i)),
      count(sums.end(i)),
      button("inside", () => answer(judgeInside(p, step, i, npages), `Right: inside ${name}.`), {
        "aria-label": `look inside ${name}`,
      }),
      button("across", () => answer(judgeAcross(p, step, i, npages), `Right: ${name} and the next.`), {
        "aria-label": `look across ${name} and the next`,
      }),
    ]);
  }
  const left = n - rows.length;
  return table({
    caption: `Level ${step.level}: where do you go on? An entry stands for ${bytes(p.entryBytes[step.level]!)}.${left > 0 ? ` ${plural(left, "entry", "entries")} without a free page ${left === 1 ? "is" : "are"} left out.` : ""}`,
    head: ["entry", "#start", "#max", "#end", "", ""],
    rows,
  });
}

function draw(state: State, set: ((state: State) => void) | null): Element {
  const {npages, done, judged, says} = state;
  const whole = search(heap, npages);
  const steps = whole.steps.slice(0, done);
  const next = whole.steps[done];
  const over = next === undefined;
  return h(
    "div",
    {class: "cell"},
    set !== null &&
      controls(
        "Search with the summaries",
        choice(
          "find",
          `${npages}`,
          requests.map(n => [`${n}`, plural(n, "page")]),
          n => set({npages: Number(n), done: 0, judged: 0, says: ""}),
        ),
        button(
          "let the model decide",
          () => over || set({...state, done: done + 1, says: found(heap, next)}),
          {
            "aria-disabled": `${over}`,
          },
        ),
        button("all of it", () => set({...state, done: whole.steps.length, says: ""})),
        button("start again", () => set({...state, done: 0, judged: 0, says: ""})),
      ),
    figure(
      `The way to ${plural(npages, "page")}. A box is an entry of a level, with its max; filled ones have no free page. The dotted lines lead to the block of eight below the entry.`,
      steps.length > 0 ? strips(heap, steps) : h("p", {class: "small"}, "No level has been asked yet."),
      h(
        "p",
        {class: "small", role: "status"},
        says !== "" && `${says} `,
        judged > 0 && `You have judged ${plural(judged, "entry", "entries")}. `,
        over && result(heap, whole),
      ),
    ),
    set !== null && !over && choices(heap, next, state, set),
    steps.length > 0 &&
      table({
        caption: "What each level was asked, and what it said. Entries count from the first that is drawn.",
        head: ["level", "an entry is", "#looked at", "found"],
        rows: steps.map(step => [
          count(step.level),
          bytes(heap.entryBytes[step.level]!),
          count(step.looked),
          found(heap, step),
        ]),
      }),
  );
}

/** The search, level by level. */
export const descend = (): HTMLElement =>
  live<State>({npages: firstRequest, done: 0, judged: 0, says: ""}, draw);

/** The whole way in print. */
export const fallback = () => toHtml(draw({npages: firstRequest, done: 9, judged: 0, says: ""}, null));

/** The first question that a level is asked; tests use it. */
export const firstStep = (p: pageAlloc, npages: number) => ask(p, 0, 0, npages, new firstFree(p));
