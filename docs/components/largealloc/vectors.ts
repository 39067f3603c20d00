// Recorded questions to go1.12.17's own treap, asked of the model's: every answer, and the order in the end.

import {boot} from "../../src/runtime/index.js";
import {mSpanFree, type mspan} from "../../src/runtime/mspan.js";

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

/** Asks the model's treap. `seed` decides the priorities; the answers do not depend on it. */
export function answer(cases: readonly Case[], seed = 1): Answers {
  const sum = {cases: cases.length, calls: 0, finds: 0, same: 0, spans: 0, inPlace: 0};
  for (const {ops, order} of cases) {
    const rt = boot({until: "mallocinit"});
    rt.m0.fastrand = [1, seed];
    const treap = rt.mheap_.free;
    const spans = new Map<string, mspan>();
    for (const {op, base, pages, got, gotPages} of ops) {
      sum.calls++;
      if (op === "insert") {
        const s = rt.mheap_.spanalloc.alloc();
        s.init(Number(base), pages);
        s.state = mSpanFree;
        spans.set(base!, s);
        treap.insert(s);
      } else if (op === "erase") {
        treap.removeSpan(spans.get(base!)!);
      } else {
        const s = treap.find(pages)?.spanKey ?? null;
        sum.finds++;
        if ((s?.base() ?? 0) === Number(got) && s?.npages === gotPages) sum.same++;
      }
    }
    let t = treap.start();
    for (const {base, pages} of order) {
      sum.spans++;
      if (t !== null && t.spanKey!.base() === Number(base) && t.npagesKey === pages) sum.inPlace++;
      t = t?.succ() ?? null;
    }
  }
  return sum;
}
