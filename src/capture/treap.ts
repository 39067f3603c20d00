// Recorded questions to go1.12.17's own treap, asked of the model's: every answer, and the order in the end.

import {boot} from "../runtime/index.js";
import {mSpanFree, type mspan} from "../runtime/mspan.js";
import type {Comparison} from "./compare.js";
import {hex} from "./format.js";

/** A call that was recorded. Addresses are hexadecimal; a search that found nothing has "0x0". */
export interface Call {
  readonly op: "insert" | "erase" | "find" | "span";
  readonly base?: string;
  readonly pages: number;
  readonly got?: string;
  readonly gotPages?: number;
}

/** One treap's life: the calls, and the spans that are in it in the end, in order. */
export interface Case {
  readonly ops: readonly Call[];
  readonly order: readonly Call[];
}

/** What came of all cases. */
export interface Answers {
  readonly cases: number;
  readonly calls: number;
  readonly finds: number;
  /** Searches that answered the recorded span. */
  readonly same: number;
  /** Spans in the treaps in the end, and those at the recorded place in order. */
  readonly spans: number;
  readonly inPlace: number;
}

/** Reads the file of vectors: one case a line. */
export const parseVectors = (text: string): Case[] =>
  text
    .trimEnd()
    .split("\n")
    .map(line => JSON.parse(line) as Case);

/** Asks the model's treap, and sums up. `seed` decides the priorities; the answers do not depend on it. */
export function answer(cases: readonly Case[], seed = 1): Answers {
  const {equal} = compareTreap(cases, seed);
  const count = (name: string) => equal.filter(path => path.includes(`.${name}.`)).length;
  const calls = cases.flatMap(({ops}) => ops);
  return {
    cases: cases.length,
    calls: calls.length,
    finds: calls.filter(({op}) => op === "find").length,
    same: count("find"),
    spans: cases.reduce((n, {order}) => n + order.length, 0),
    inPlace: count("order"),
  };
}

/**
 * Every answer and every place in the order at the end, held against the recorded ones. A path is the number of the
 * case, what is compared, and the number of the call or place.
 */
export function compareTreap(cases: readonly Case[], seed = 1): Comparison {
  const result: Comparison = {equal: [], differing: [], ignored: [], unmodelled: []};
  const judge = (path: string, mine: mspan | null | undefined, base: string, pages: number | undefined) => {
    const simulated = mine ? `${hex(mine.base())}, ${mine.npages} pages` : "none";
    const captured = Number(base) === 0 ? "none" : `${hex(Number(base))}, ${pages} pages`;
    if (simulated === captured) result.equal.push(path);
    else result.differing.push({path, simulated, captured});
  };
  for (const [n, {ops, order}] of cases.entries()) {
    const rt = boot({until: "mallocinit"});
    rt.m0.fastrand = [1, seed];
    const treap = rt.mheap_.free;
    const spans = new Map<string, mspan>();
    for (const [i, {op, base, pages, got, gotPages}] of ops.entries()) {
      if (op === "insert") {
        const s = rt.mheap_.spanalloc.alloc();
        s.init(Number(base), pages);
        s.state = mSpanFree;
        spans.set(base!, s);
        treap.insert(s);
      } else if (op === "erase") {
        treap.removeSpan(spans.get(base!)!);
      } else {
        judge(`${n}.find.${i}`, treap.find(pages)?.spanKey, got!, gotPages);
      }
    }
    let t = treap.start();
    for (const [i, {base, pages}] of order.entries()) {
      judge(`${n}.order.${i}`, t?.spanKey, base!, pages);
      t = t?.succ() ?? null;
    }
  }
  return result;
}
