// The page cache of a P: which requests it serves, and when the heap's lock is taken.

import {boot} from "../../src/runtime/index.js";
import {OnesCount64} from "../../src/runtime/intrinsics.js";
import {allocManual} from "../../src/runtime/mheap_span.js";
import {pageCachePages} from "../../src/runtime/mpagecache.js";
import {param, setParams} from "../address.js";
import {button, controls, drawing, figure, note, table, textField} from "../blocks.js";
import {count, plural} from "../format.js";
import {type Element, h, live, toHtml} from "../markup.js";
import {drawRuns, key, type Run} from "./bits.js";

/** A request, and where its pages came from. Pages count from the start of the heap. */
export interface Served {
  readonly npages: number;
  readonly page: number;
  /** "cache": without a lock. "filled": the cache was empty, and was filled. "heap": past the cache. */
  readonly from: "cache" | "filled" | "heap";
  /** First page and free pages of the cache afterwards. */
  readonly base: number;
  readonly left: number;
}

export interface Story {
  readonly served: readonly Served[];
  /** The 64 pages of the cache, in the end. */
  readonly runs: readonly Run[];
}

/** A P asks the heap of a process that has just started for spans. */
export function play(requests: readonly number[]): Story {
  const rt = boot({release: "go1.19"});
  const {mheap_, constants} = rt;
  const pp = rt.getg().m.p!;
  const start = mheap_.pages!.inUse.ranges.elems[0]!.base;
  const pageOf = (addr: number) => (addr - start) / constants._PageSize;
  const left = () => (pp.pcache === null ? 0 : OnesCount64(pp.pcache.cacheLo, pp.pcache.cacheHi));
  const served = requests.map((npages): Served => {
    const [before, cache] = [left(), pp.pcache];
    const s = allocManual(mheap_, npages, "spanAllocStack")!;
    const filled = pp.pcache !== cache;
    const from =
      filled && left() < pageCachePages && inCache(pageOf(s.base()))
        ? "filled"
        : left() < before && !filled
          ? "cache"
          : "heap";
    return {
      npages,
      page: pageOf(s.base()),
      from,
      base: pp.pcache === null ? 0 : pageOf(pp.pcache.base),
      left: left(),
    };
  });
  function inCache(page: number): boolean {
    const base = pageOf(pp.pcache!.base);
    return page >= base && page < base + pageCachePages;
  }
  const runs: {first: number; npages: number; state: Run["state"]}[] = [];
  for (let i = 0; i < pageCachePages; i++) {
    const word = i < 32 ? (pp.pcache?.cacheLo ?? 0) : (pp.pcache?.cacheHi ?? 0);
    const state = (word >>> (i & 31)) & 1 ? "span-free" : "span-object";
    const last = runs.at(-1);
    if (last?.state === state) last.npages++;
    else runs.push({first: i, npages: 1, state});
  }
  return {served, runs};
}

/** The most pages in one request, and the most requests. */
const limits = {pages: 512, requests: 30};

/** Requests as a reader writes them: numbers of pages. */
export function readRequests(text: string): {requests: number[]; fault: string | null} {
  const words = text.split(/[\s,]+/).filter(word => word !== "");
  const wrong = words.find(word => !/^\d+$/.test(word) || Number(word) < 1 || Number(word) > limits.pages);
  const fault =
    wrong !== undefined
      ? `“${wrong}” is no number of pages from 1 to ${limits.pages}`
      : words.length > limits.requests
        ? `There are ${words.length} requests, and at most ${limits.requests} are played`
        : null;
  return {requests: wrong === undefined ? words.slice(0, limits.requests).map(Number) : [], fault};
}

const from: Readonly<Record<Served["from"], string>> = {
  cache: "the cache; no lock",
  filled: "the cache, which was filled first under the lock",
  heap: "the page allocator, under the lock",
};

interface State {
  readonly text: string;
  readonly played: readonly number[];
}

function draw({text, played}: State, set: ((state: State) => void) | null): Element {
  const {requests, fault} = readRequests(text);
  const story = play(fault === null ? requests : played);
  const last = story.served.at(-1);
  const free = story.runs
    .filter(r => r.state === "span-free")
    .map(r => `${plural(r.npages, "page")} from page ${r.first} on`);
  const quiet = story.served.filter(s => s.from === "cache").length;
  return h(
    "div",
    {class: "cell"},
    set !== null &&
      controls(
        "Requests of a P",
        textField("pages asked for", text, typed => {
          const next = readRequests(typed);
          set({text: typed, played: next.fault === null ? next.requests : played});
        }),
        button("only small ones", () => set({text: "1 2 4 1 8 1 2 4 15 3", played: []})),
        button("mixed", () => set({text: first, played: []})),
      ),
    h("div", {role: "alert"}, fault !== null && note(fault, ".")),
    figure(
      `The ${pageCachePages} pages that the P’s cache looks after, when all is served${last ? `: they begin at page ${count(last.base)} of the heap` : ""}.`,
      drawing(
        `Free in the cache: ${free.join(", ") || "nothing"}.`,
        26,
        drawRuns(story.runs, pageCachePages, 24),
      ),
      key(["span-object", "span-free"]),
      h(
        "p",
        {class: "small", role: "status"},
        `${quiet} of ${plural(story.served.length, "request")} took no lock.`,
      ),
    ),
    table({
      caption: "The requests, in a process that has just started. Pages count from the start of the heap.",
      head: ["pages", "#at page", "served by", "#left in the cache"],
      rows: story.served.map(s => [count(s.npages), count(s.page), from[s.from], count(s.left)]),
    }),
  );
}

/** What the page opens with. */
export const first = "1 4 15 16 8 40 12 15 15 15 2";

/** The cache, with requests that the reader writes. */
export function cache(): HTMLElement {
  const text = (param("pages") ?? first).replaceAll("_", " ");
  const state = {text, played: readRequests(first).requests};
  return live<State>(state, (now, set) =>
    draw(now, next => {
      setParams({pages: next.text === first ? null : next.text.trim().replaceAll(/[\s,]+/g, "_")});
      set(next);
    }),
  );
}

/** The same in print. */
export const fallback = () => toHtml(draw({text: first, played: []}, null));
