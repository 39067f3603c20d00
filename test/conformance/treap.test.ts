// The treap of free spans, against what go1.12.17's own treap answered to the same questions.

import {readFileSync} from "node:fs";
import {describe, expect, test} from "vitest";
import {boot} from "../../src/runtime/index.js";
import {mSpanFree, type mspan} from "../../src/runtime/mspan.js";
import {treapNodes} from "../runtime/recount.js";

interface Row {
  readonly op: "insert" | "erase" | "find" | "span";
  readonly base?: string;
  readonly pages: number;
  readonly got?: string;
  readonly gotPages?: number;
}

const path = new URL("../../docs/data/vectors/treap.jsonl", import.meta.url);
const cases = readFileSync(path, "utf8")
  .trimEnd()
  .split("\n")
  .map(line => JSON.parse(line) as {ops: Row[]; order: Row[]});

/** A treap and the spans in it, by address. */
function treap(cputicks: number) {
  const rt = boot({until: "mallocinit", cputicks});
  rt.m0.fastrand = [1, cputicks];
  const spans = new Map<string, mspan>();
  const t = rt.mheap_.free;
  return {
    rt,
    t,
    insert(base: string, pages: number) {
      const s = rt.mheap_.spanalloc.alloc();
      s.init(Number(base), pages);
      s.state = mSpanFree;
      spans.set(base, s);
      t.insert(s);
    },
    /** As the recorder did: the node that find answers is the one that is erased. */
    erase(base: string, pages: number) {
      const s = spans.get(base)!;
      expect(s.npages).toBe(pages);
      t.removeSpan(s);
      spans.delete(base);
      rt.mheap_.spanalloc.free(s);
    },
    find(pages: number) {
      const s = t.find(pages)?.spanKey ?? null;
      return {got: s === null ? "0x0" : `0x${s.base().toString(16)}`, gotPages: s?.npages};
    },
    order() {
      const out: Row[] = [];
      for (let node = t.start(); node !== null; node = node.succ()) {
        const s = node.spanKey!;
        out.push({op: "span", base: `0x${s.base().toString(16)}`, pages: s.npages});
      }
      return out;
    },
  };
}

test("the vectors have 40 cases with 2353 operations, of which 718 ask for a span", () => {
  expect(cases).toHaveLength(40);
  const ops = cases.flatMap(each => each.ops);
  expect([ops.length, ops.filter(({op}) => op === "find").length]).toEqual([2353, 718]);
});

// The priorities are random: with any seed the answers must be the same.
describe.each([1, 3345061322])("with priorities seeded by %i", seed => {
  test("every span that is found is the recorded one, and the order at the end is, too", () => {
    let asked = 0;
    for (const {ops, order} of cases) {
      const t = treap(seed);
      for (const {op, base, pages, got, gotPages} of ops) {
        if (op === "insert") t.insert(base!, pages);
        else if (op === "erase") t.erase(base!, pages);
        else {
          expect(t.find(pages)).toEqual({got, gotPages});
          asked++;
        }
      }
      expect(t.order()).toEqual(order);
      const complaints: string[] = [];
      treapNodes(t.t, (wrong, what) => wrong && complaints.push(what));
      expect(complaints).toEqual([]);
    }
    expect(asked).toBe(718);
  });

  test("walking back gives the same order, reversed", () => {
    for (const {ops, order} of cases) {
      const t = treap(seed);
      for (const {op, base, pages} of ops) {
        if (op === "insert") t.insert(base!, pages);
        if (op === "erase") t.erase(base!, pages);
      }
      const back: string[] = [];
      for (let n = t.t.end(); n !== null; n = n.pred()) back.unshift(`0x${n.spanKey!.base().toString(16)}`);
      expect(back).toEqual(order.map(({base}) => base));
    }
  });
});
