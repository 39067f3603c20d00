// Asking for more than there is: what the runtime prints before it gives up, and what is left of the heap.

import {boot, mallocgc, Throw} from "../../src/runtime/index.js";
import {param, setParams} from "../address.js";
import {button, choice, controls, figure, note, table, textField} from "../blocks.js";
import {count, hex, power} from "../format.js";
import {type Element, h, live, toHtml} from "../markup.js";
import {stderr} from "./happened.js";
import {largestSmall, size} from "./sizes.js";

const MiB = 2 ** 20;

/** What the system does with requests that are too large for it. */
export const systems = {
  roomy: "maps up to 2 GiB at once",
  addresses: "refuses more than 256 MiB of addresses at once, as under ulimit -v",
  memory: "reserves addresses, but maps no more than 256 MiB, as under strict overcommit",
} as const;
export type System = keyof typeof systems;

/** The same in a word or two, for a choice. */
const short: readonly [System, string][] = [
  ["roomy", "room"],
  ["addresses", "no addresses"],
  ["memory", "no memory"],
];

/** A request. */
export interface Request {
  readonly goarch: "amd64" | "386";
  readonly system: System;
  /** Bytes. */
  readonly size: number;
}

/** What came of it. */
export interface Outcome {
  /** 0 if nothing was allocated. */
  readonly address: number;
  readonly thrown: Throw | null;
  /** Requests to the system that this took. */
  readonly requests: number;
  /** Hints before and after. */
  readonly hints: readonly [number, number];
  readonly heapSys: readonly [number, number];
  /** The largest size that make and new let through to the allocator. */
  readonly maxAlloc: number;
}

/** Boots a process and asks it for memory. */
export function ask({goarch, system, size}: Request): Outcome {
  const most = system === "roomy" ? 2048 * MiB : 256 * MiB;
  const limits = system !== "memory" && {refuse: (_: number, n: number) => n > most};
  const rt = boot({goarch, ...limits});
  if (system === "memory") {
    const change = rt.mem.change.bind(rt.mem);
    rt.mem.change = (addr, n, state, stat) => n <= most && change(addr, n, state, stat);
  }
  const hints = () => {
    let n = 0;
    for (let hint = rt.mheap_.arenaHints; hint !== null; hint = hint.next) n++;
    return n;
  };
  const before = {hints: hints(), sys: rt.memstats.heap_sys, requests: rt.mem.requests};
  let address = 0;
  let thrown: Throw | null = null;
  try {
    address = mallocgc(rt, size, null);
  } catch (error) {
    if (!(error instanceof Throw)) throw error;
    thrown = error;
  }
  return {
    address,
    thrown,
    requests: rt.mem.requests - before.requests,
    hints: [before.hints, hints()],
    heapSys: [before.sys, rt.memstats.heap_sys],
    maxAlloc: rt.constants.maxAlloc,
  };
}

/** Sizes worth trying, by platform. */
const presets = {
  amd64: ["100 MiB", "1 GiB", "3 GiB", "2^47", "2^64-4096"],
  386: ["100 MiB", "1 GiB", "3 GiB", "2^32-4096"],
} as const;

interface State {
  readonly goarch: "amd64" | "386";
  readonly system: System;
  readonly text: string;
}

function draw(state: State, set: ((state: State) => void) | null): Element {
  const {goarch, system, text} = state;
  const read = size(text);
  const outcome =
    "value" in read && read.value > largestSmall ? ask({goarch, system, size: read.value}) : null;
  return h(
    "div",
    {class: "cell"},
    set !== null &&
      controls(
        "A request that may be too large",
        textField("size", text, typed => set({...state, text: typed}), {class: "size"}),
        presets[goarch].map(preset => button(preset, () => set({...state, text: preset}))),
        choice(
          "platform",
          goarch,
          [
            ["amd64", "linux/amd64"],
            ["386", "linux/386"],
          ],
          value => set({...state, goarch: value as "amd64" | "386"}),
        ),
        choice("the system has", system, short, value => set({...state, system: value as System})),
      ),
    "fault" in read
      ? note(read.fault, ".")
      : outcome === null
        ? note(
            `“${text}” is ${count(read.value)} bytes, which is no large object: it takes ${count(largestSmall + 1)} at least.`,
          )
        : drawOutcome(state, read.value, outcome),
  );
}

function drawOutcome({goarch, system}: State, n: number, outcome: Outcome): Element {
  const {address, thrown, requests, hints, heapSys, maxAlloc} = outcome;
  return figure(
    [h("code", null, `mallocgc(${BigInt(n)})`), ` on linux/${goarch}, where the system ${systems[system]}.`],
    h("pre", {class: "stderr", role: "status"}, thrown === null ? `${hex(address)}` : stderr(thrown)),
    n > maxAlloc &&
      h(
        "p",
        {class: "small"},
        "A Go program does not get that far: ",
        h("code", null, "make"),
        ` panics for more than ${power(maxAlloc)} bytes, before it asks the allocator.`,
      ),
    table({
      caption: "The process before and after.",
      head: ["", "#before", "#after"],
      rows: [
        [h("code", null, "heap_sys"), ...heapSys.map(count)],
        ["hints to try", ...hints.map(count)],
        ["requests to the system", "0", count(requests)],
      ],
    }),
  );
}

const first: State = {goarch: "amd64", system: "addresses", text: "1 GiB"};

/** The request, which the reader sets. */
export function toomuch(): HTMLElement {
  const system = (Object.keys(systems) as System[]).find(s => s === param("system")) ?? first.system;
  const goarch = param("arch") === "386" ? "386" : "amd64";
  return live<State>({goarch, system, text: param("much") ?? first.text}, (state, set) =>
    draw(state, next => {
      setParams({
        arch: next.goarch === first.goarch ? null : next.goarch,
        system: next.system === first.system ? null : next.system,
        much: next.text === first.text ? null : next.text,
      });
      set(next);
    }),
  );
}

/** The same in print: refused addresses, refused memory, and a size that does not fit into a word. */
export function fallback(): string {
  const cases: State[] = [first, {...first, system: "memory"}, {...first, text: "2^64-4096"}];
  return toHtml(cases.map(state => draw(state, null)));
}
