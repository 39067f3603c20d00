// The arena hints: the list that the loop leaves, the place of a hint in the address space, and its bytes.

import type {Runtime} from "../../src/runtime/index.js";
import {numberParam, setParams} from "../address.js";
import {controls, figure, note, numberField, table} from "../blocks.js";
import {count, hex, plural} from "../format.js";
import {type Element, h, live, type Markup, toHtml} from "../markup.js";
import {cell, defaultStart, defaults, nameOf, releaseOf, type Started, startWith} from "./start.js";
import {drawZoom} from "./zoom.js";

/** How the heap of a start may grow. */
export function growthOf(started: Started): {release: string; growth: "hints" | "reservation" | "none"} {
  const release = releaseOf(started);
  return {release: release.name, growth: release.growth(started.rt.config)};
}

/** The start that the loop of hints runs in: the page's own, or linux/amd64 where there is no such loop. */
export function loopStart(started: Started): Started {
  const {release, growth} = growthOf(started);
  return growth === "hints" ? started : startWith({...defaults, release});
}

/** The addresses of the hints, in the order in which the heap tries them. */
export function hintsOf(rt: Runtime): number[] {
  const addresses: number[] = [];
  for (let hint = rt.mheap_.arenaHints; hint !== null; hint = hint.next) addresses.push(hint.addr);
  return addresses;
}

/** The addresses of the hints for user arenas, in the same order. */
export function userHintsOf(rt: Runtime): number[] {
  const addresses: number[] = [];
  for (let hint = rt.mheap_.userArena.arenaHints; hint !== null; hint = hint.next) addresses.push(hint.addr);
  return addresses;
}

/** What a start does that has no loop of hints. */
function otherWay(page: Started): string {
  const hints = hintsOf(page.rt);
  if (hints.length === 0) return "makes no hint, since memory can only grow upwards there";
  const users = userHintsOf(page.rt).length > 0 ? ", and the same for user arenas" : "";
  return `takes the other branch and makes one hint, ${hex(hints[0]!)}${users}`;
}

/** The list when `made` hints have been made: each goes to the front, so it is the last part of the final list. */
export function listAfter(addresses: readonly number[], made: number): readonly number[] {
  return addresses.slice(addresses.length - made);
}

/** A pointer as it lies in memory, and whether a text could hold these bytes. */
export interface Bytes {
  readonly bytes: readonly number[];
  readonly isUtf8: boolean;
}

/** The bytes of a pointer on a platform. */
export function bytesOf(rt: Runtime, address: number): Bytes {
  const {PtrSize, BigEndian} = rt.config.arch;
  const little = Array.from({length: PtrSize}, (_, i) => Math.floor(address / 256 ** i) % 256);
  const bytes = BigEndian ? little.reverse() : little;
  return {bytes, isUtf8: decodes(bytes)};
}

function decodes(bytes: readonly number[]): boolean {
  try {
    new TextDecoder("utf-8", {fatal: true}).decode(Uint8Array.from(bytes));
    return true;
  } catch {
    return false;
  }
}

function drawBytes(rt: Runtime, addresses: readonly number[]): Element {
  const order = rt.config.arch.BigEndian ? "big-endian" : "little-endian";
  const others: [number, string][] = [
    [0x4000000000, "the hint on arm64"],
    [0x2020202020, "in part, five spaces"],
  ];
  const rows: [number, string][] = [
    ...addresses.slice(0, 2).map((a, i): [number, string] => [a, `hint ${i + 1}`]),
    ...(rt.config.arch.PtrSize === 8 ? others.filter(([a]) => a !== addresses[0]) : []),
  ];
  return table({
    caption: `Pointers as they lie in memory (${order}), and whether a text in UTF-8 can hold these bytes.`,
    head: ["address", "bytes", "in UTF-8", "what it is"],
    rows: rows.map(([address, what]) => {
      const {bytes, isUtf8} = bytesOf(rt, address);
      return [
        h("code", null, hex(address)),
        h("code", null, bytes.map(b => b.toString(16).padStart(2, "0")).join(" ")),
        isUtf8 ? "could be text" : h("b", null, "never"),
        what,
      ];
    }),
  });
}

interface State {
  /** Which hint to look at, from 1. */
  readonly hint: number;
  /** How many have been made, for the list. */
  readonly made: number;
}

/** Draws the list, the place of a hint, and its bytes. */
export function draw(page: Started, state: State, set: ((state: State) => void) | null): Element {
  const started = loopStart(page);
  const {rt} = started;
  const all = hintsOf(rt);
  const users = userHintsOf(rt);
  const target = all[state.hint - 1]!;
  const list = listAfter(all, state.made);
  const {limit} = rt.mem.bounds;
  const beyond = all.filter(a => a >= limit).length;
  const head: Markup[] = list.slice(0, 4).map((a, i) => [i > 0 && " → ", h("code", null, hex(a))]);
  return cell(
    page,
    started !== page && note(`${nameOf(page)} ${otherWay(page)}. This cell runs ${nameOf(started)}.`),
    figure(
      `mheap_.arenaHints of ${nameOf(started)}: the list when ${plural(state.made, "hint")} of ${count(all.length)} ${state.made === 1 ? "is" : "are"} made.`,
      set !== null &&
        all.length > 1 &&
        controls(
          "Hints made",
          h("input", {
            type: "range",
            min: 1,
            max: all.length,
            value: state.made,
            "aria-label": "hints made",
            oninput: event => set({...state, made: (event.target as HTMLInputElement).valueAsNumber}),
          }),
        ),
      h(
        "p",
        {class: "list", role: "status"},
        "first to try: ",
        head,
        list.length > 4 && [` → ${count(list.length - 5)} more → `, h("code", null, hex(list.at(-1)!))],
      ),
      users.length > 0 &&
        h(
          "p",
          {class: "small"},
          `The same loop makes ${plural(users.length, "hint")} for user arenas, which a program frees by hand: from `,
          h("code", null, hex(users[0]!)),
          " to ",
          h("code", null, hex(users.at(-1)!)),
          ".",
        ),
      started.options.randomizeHeapBase === true &&
        h(
          "p",
          {class: "small"},
          started.options.race
            ? "With the race detector, chance has no say: the heap lies where the detector expects it."
            : "Chance decides these addresses. Another random number at the top of the page makes others. What counts up from hint to hint is one byte; from ff it goes on at 00.",
        ),
    ),
    figure(
      `Where hint ${state.hint} lies: four strips, each a part of the one above, from the whole address space to one arena. Lines are hints; blocks are memory that is taken.`,
      set !== null &&
        all.length > 1 &&
        controls(
          "Hint to look at",
          numberField("hint", state.hint, {min: 1, max: all.length}, hint => set({...state, hint})),
        ),
      drawZoom(rt, all, target),
      new Set(all).size < all.length &&
        h(
          "p",
          {class: "small"},
          `The ${count(all.length)} hints have ${plural(new Set(all).size, "address", "addresses")}: some are in the list more than once. The loop ORs a number that counts up with the base, and here the two have bits in common.`,
        ),
      beyond > 0 &&
        h(
          "p",
          {class: "small"},
          `In ${nameOf(started)} a process has addresses below ${hex(limit)}, so that ${count(beyond)} of the ${plural(all.length, "hint")} can never be granted.`,
        ),
    ),
    drawBytes(rt, all),
  );
}

/** The hints, for a reader to look through. */
export function hints(started: Started): HTMLElement {
  const {length} = hintsOf(loopStart(started).rt);
  const first = {hint: numberParam("hint", 1, 1, length), made: length};
  return live<State>(first, (state, set) =>
    draw(started, state, next => {
      setParams({hint: next.hint === 1 ? null : next.hint});
      set(next);
    }),
  );
}

/** The same in print. */
export const fallback = () => {
  const started = defaultStart();
  return toHtml(draw(started, {hint: 1, made: hintsOf(started.rt).length}, null));
};
