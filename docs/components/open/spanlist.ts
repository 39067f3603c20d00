// The spans of a heap one by one: those of a class, or of an arena, in the order that the reader asks for.

import type {Heap} from "../../src/capture/reader/heap.js";
import {firstAt, type Spans, state} from "../../src/capture/reader/spans.js";
import {count, hex, percent} from "../format.js";
import {longTable} from "./virtual.js";

/** What spans are sorted by. */
export type Order = "address" | "free" | "used" | "pages";

/** The orders, in words. */
export const orders: readonly (readonly [Order, string])[] = [
  ["address", "address"],
  ["free", "emptiest first"],
  ["used", "fullest first"],
  ["pages", "longest first"],
];

/** Which spans to list: those of a span class, or between two addresses; all, if neither is given. */
export interface Wanted {
  readonly spanclass?: number;
  readonly start?: number;
  readonly end?: number;
}

/** The places of spans in their columns, by the order that is asked for. Dead records are left out. */
export function listOf({spans}: Heap, {spanclass, start, end}: Wanted, order: Order): Uint32Array {
  const from = start === undefined ? 0 : firstAt(spans, start);
  const to = end === undefined ? spans.length : firstAt(spans, end);
  const found = new Uint32Array(Math.max(0, to - from));
  let n = 0;
  for (let i = from; i < to; i++) {
    if (spans.state[i] === state.dead) continue;
    if (spanclass !== undefined && (spans.state[i] !== state.inUse || spans.spanclass[i] !== spanclass))
      continue;
    found[n++] = i;
  }
  const list = found.subarray(0, n);
  const used = (i: number) => (spans.nelems[i] === 0 ? 0 : spans.allocCount[i]! / spans.nelems[i]!);
  if (order === "free") list.sort((a, b) => used(a) - used(b) || a - b);
  else if (order === "used") list.sort((a, b) => used(b) - used(a) || a - b);
  else if (order === "pages") list.sort((a, b) => spans.npages[b]! - spans.npages[a]! || a - b);
  return list;
}

/** What sweepgen says of a span. */
export function sweepState(spans: Spans, i: number, sweepgen: number): string {
  if (spans.state[i] !== state.inUse) return "";
  const names: Readonly<Record<number, string>> = {
    [-2]: "to be swept",
    [-1]: "being swept",
    0: "swept",
    1: "cached, to be swept",
    3: "swept, cached",
  };
  return names[spans.sweepgen[i]! - sweepgen] ?? "–";
}

const stateNames = ["dead", "objects", "by hand", "free"];

/** The list as a table that scrolls. */
export function spanTable(heap: Heap, wanted: Wanted, order: Order, label: string): HTMLElement {
  const {spans, sweepgen} = heap;
  const list = listOf(heap, wanted, order);
  return longTable({
    label: `${label}, ${count(list.length)} in all`,
    head: ["address", "holds", "#pages", "#slot", "#slots", "#objects", "#in use", "sweeper"],
    length: list.length,
    row: at => {
      const i = list[at]!;
      const inUse = spans.state[i] === state.inUse;
      return [
        hex(spans.base[i]!),
        stateNames[spans.state[i]!] ?? "–",
        count(spans.npages[i]!),
        inUse ? count(spans.elemsize[i]!) : "",
        inUse ? count(spans.nelems[i]!) : "",
        inUse ? count(spans.allocCount[i]!) : "",
        inUse ? percent(Math.min(spans.allocCount[i]!, spans.nelems[i]!), Math.max(1, spans.nelems[i]!)) : "",
        sweepState(spans, i, sweepgen),
      ];
    },
  });
}
