// Scavenging a chunk, one run of pages at a time, from the highest down.

import {newPageAlloc, type run} from "../../src/capture/pagealloc.js";
import {scavengeOne} from "../../src/runtime/mgcscavenge.js";
import {numberParam, param, setParams} from "../address.js";
import {button, choice, controls, drawing, figure, numberField, table} from "../blocks.js";
import {bytes, count, plural} from "../format.js";
import {type Element, h, live, toHtml} from "../markup.js";
import {drawRuns, freeInWords, key, type Run, runsOf} from "./bits.js";
import {chunkPages, pageSize} from "./heap.js";

/** Pages in use of the chunk that is scavenged: [first, how many]. */
const chunks: Readonly<Record<string, readonly run[]>> = {
  "a long free run": [[0, 90]],
  "free pages in between": [
    [0, 21],
    [26, 75],
    [117, 100],
    [230, 3],
    [236, 150],
    [401, 90],
  ],
  "single pages": Array.from({length: 128}, (_, i): run => [4 * i, 3]),
};

/** Sizes of physical pages, and of huge pages, in bytes. */
const physPages = [4096, 16384, 65536];
const hugePages = [0, 2 ** 21];

export interface Asked {
  readonly chunk: string;
  readonly phys: number;
  readonly huge: number;
  /** Bytes that are wanted each time, in pages. */
  readonly pages: number;
  readonly times: number;
}

/** One run that was returned. */
export interface Returned {
  readonly page: number;
  readonly npages: number;
}

/** Scavenges as often as asked for. */
export function play({chunk, phys, huge, pages, times}: Asked): {runs: Run[]; returned: Returned[]} {
  const p = newPageAlloc({0: chunks[chunk]!}, {}, {physPageSize: phys, physHugePageSize: huge});
  const ci = p.start;
  const returned: Returned[] = [];
  for (let i = 0; i < times; i++) {
    const before = p.chunkOf(ci).scavenged.runs();
    const got = scavengeOne(p, ci, chunkPages - 1, pages * pageSize);
    if (got === 0) {
      returned.push({page: -1, npages: 0});
      break;
    }
    const was = new Set(before.flatMap(([first, n]) => Array.from({length: n}, (_, k) => first + k)));
    const data = p.chunkOf(ci).scavenged;
    let page = 0;
    while (data.get(page) === 0 || was.has(page)) page++;
    returned.push({page, npages: got / pageSize});
  }
  return {runs: runsOf(p.chunkOf(ci)), returned};
}

function draw(asked: Asked, set: ((asked: Asked) => void) | null): Element {
  const {runs, returned} = play(asked);
  const gone = returned.reduce((sum, r) => sum + r.npages, 0);
  const over = returned.at(-1)?.npages === 0;
  const sizes = (all: readonly number[]) =>
    all.map((n): [string, string] => [`${n}`, n === 0 ? "none" : bytes(n)]);
  return h(
    "div",
    {class: "cell"},
    set !== null &&
      controls(
        "Scavenge a chunk",
        choice(
          "chunk",
          asked.chunk,
          Object.keys(chunks).map(name => [name, name]),
          chunk => set({...asked, chunk, times: 1}),
        ),
        choice("physical pages", `${asked.phys}`, sizes(physPages), n =>
          set({...asked, phys: Number(n), times: 1}),
        ),
        choice("huge pages", `${asked.huge}`, sizes(hugePages), n =>
          set({...asked, huge: Number(n), times: 1}),
        ),
        numberField("pages wanted", asked.pages, {min: 1, max: chunkPages}, pages =>
          set({...asked, pages, times: 1}),
        ),
        button("once more", () => over || set({...asked, times: asked.times + 1}), {
          "aria-disabled": `${over}`,
        }),
        button("from the start", () => set({...asked, times: 1})),
      ),
    figure(
      `A chunk after ${plural(returned.length, "attempt")} to return ${plural(asked.pages, "page")} each, with physical pages of ${bytes(asked.phys)} and ${asked.huge === 0 ? "no huge pages" : `huge pages of ${bytes(asked.huge)}`}.`,
      drawing(`The chunk: ${freeInWords(runs)}; all others are in use.`, 8 * 16, drawRuns(runs, 64, 16)),
      key(["span-object", "span-free", "span-returned"]),
      h(
        "p",
        {class: "small", role: "status"},
        `${bytes(gone * pageSize)} are returned.`,
        over && " There is nothing left that can be: the chunk is taken out of the index.",
      ),
    ),
    table({
      caption: "What was returned, in order.",
      head: ["#attempt", "#first page", "#pages", "#bytes"],
      rows: returned.map((r, i) => [
        count(i + 1),
        r.npages === 0 ? "–" : count(r.page),
        count(r.npages),
        count(r.npages * pageSize),
      ]),
    }),
  );
}

/** What the page opens with: a few pages are wanted, and a huge page goes. */
export const first: Asked = {chunk: "a long free run", phys: 4096, huge: 2 ** 21, pages: 8, times: 2};

/** Scavenging, with a chunk and pages that the reader chooses. */
export function scav(): HTMLElement {
  const among = (all: readonly number[], name: string, otherwise: number) => {
    const n = numberParam(name, otherwise, 0, 2 ** 40);
    return all.includes(n) ? n : otherwise;
  };
  const asked: Asked = {
    chunk: Object.keys(chunks).find(name => name.replaceAll(" ", "-") === param("holes")) ?? first.chunk,
    phys: among(physPages, "phys", first.phys),
    huge: among(hugePages, "huge", first.huge),
    pages: numberParam("want", first.pages, 1, chunkPages),
    times: numberParam("times", first.times, 1, 600),
  };
  return live<Asked>(asked, (now, set) =>
    draw(now, next => {
      setParams({
        holes: next.chunk === first.chunk ? null : next.chunk.replaceAll(" ", "-"),
        phys: next.phys === first.phys ? null : next.phys,
        huge: next.huge === first.huge ? null : next.huge,
        want: next.pages === first.pages ? null : next.pages,
        times: next.times === first.times ? null : next.times,
      });
      set(next);
    }),
  );
}

/** The same in print. */
export const fallback = () => toHtml(draw(first, null));
