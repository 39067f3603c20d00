// Looking for free pages by hand: one chunk at a time, and how many pages that makes.

import {numberParam, setParams} from "../address.js";
import {button, choice, controls, drawing, figure, numberField} from "../blocks.js";
import {bytes, count, percent, plural} from "../format.js";
import {type Element, h, live, toHtml} from "../markup.js";
import {drawRuns, freeInWords, key, runsOf} from "./bits.js";
import {byLoop, chunkCount, chunkPages, heapBytes, pageCount, start, terabyte} from "./heap.js";

/** What can be asked for, in pages. */
export const requests = [1, 2, 5, 12, 40, 600, 2000];

/** What the page opens with. */
export const firstRequest = 5;

export interface State {
  readonly npages: number;
  /** The chunk that is looked at, from the start of the heap. */
  readonly chunk: number;
  /** Chunks that the reader has looked at. */
  readonly seen: ReadonlySet<number>;
  readonly loop: boolean;
}

const heap = terabyte();

function said({npages, chunk, seen, loop}: State): string {
  const pages = seen.size * chunkPages;
  const ci = heap.chunkIndex(start) + chunk;
  const fits = heap.leaves.max(ci) >= npages;
  const here = `Chunk ${count(chunk)} of ${count(chunkCount)} has ${freeInWords(runsHere(chunk))}.${fits ? ` ${plural(npages, "page")} fit.` : ""}`;
  const looked = ` You have looked at ${plural(seen.size, "chunk")}, ${count(pages)} of ${plural(pageCount, "page")}.`;
  if (!loop) return here + looked;
  const {looked: n, found} = byLoop(npages);
  return `${here}${looked} A loop over the pages looks at ${count(n)} of them, ${percent(n, pageCount)}, ${found ? "and has found the first place" : "and has found none"}.`;
}

function runsHere(chunk: number) {
  const ci = heap.chunkIndex(start) + chunk;
  // A chunk that was never made stands for one without a free page.
  return runsOf(heap.leaves.max(ci) === 0 ? null : heap.chunkOf(ci));
}

export function draw(state: State, set: ((state: State) => void) | null): Element {
  const {npages, chunk, seen} = state;
  const go = (to: number) => {
    const next = (to + chunkCount) % chunkCount;
    set?.({...state, chunk: next, seen: new Set([...seen, next])});
  };
  const runs = runsHere(chunk);
  return h(
    "div",
    {class: "cell"},
    set !== null &&
      controls(
        "Look for pages by hand",
        choice(
          "find",
          `${npages}`,
          requests.map(n => [`${n}`, plural(n, "page")]),
          n => set({npages: Number(n), chunk: 0, seen: new Set([0]), loop: false}),
        ),
        button("previous chunk", () => go(chunk - 1)),
        button("next chunk", () => go(chunk + 1)),
        numberField("chunk", chunk, {min: 0, max: chunkCount - 1}, go),
        button("let a loop do it", () => set({...state, loop: true})),
      ),
    figure(
      `A heap of ${bytes(heapBytes)}, seen through a window of one chunk: ${chunkPages} pages in rows of 64. You look for ${plural(npages, "free page")} in a row.`,
      drawing(
        `Chunk ${count(chunk)}: ${freeInWords(runs)}; all others are in use.`,
        8 * 16,
        drawRuns(runs, 64, 16),
      ),
      key(["span-object", "span-free"]),
      h("p", {class: "small", role: "status"}, said(state)),
    ),
  );
}

const opening: State = {npages: firstRequest, chunk: 0, seen: new Set([0]), loop: false};

/** The hunt. */
export function hunt(): HTMLElement {
  const asked = numberParam("find", firstRequest, 1, 1e6);
  const npages = requests.includes(asked) ? asked : firstRequest;
  const chunk = numberParam("chunk", 0, 0, chunkCount - 1);
  return live<State>({...opening, npages, chunk, seen: new Set([chunk])}, (state, set) =>
    draw(state, next => {
      setParams({
        find: next.npages === firstRequest ? null : next.npages,
        chunk: next.chunk === 0 ? null : next.chunk,
      });
      set(next);
    }),
  );
}

/** The first chunk in print, and what a loop would do. */
export const fallback = () =>
  toHtml(draw({...opening, chunk: 158_783, seen: new Set([158_783]), loop: true}, null));
