import fc from "fast-check";
import {describe, expect, test} from "vitest";
import {boot} from "../../src/runtime/index.js";
import type {mTreap, treapNode} from "../../src/runtime/mgclarge.js";
import {mspan} from "../../src/runtime/mspan.js";
import {thrownBy} from "./fixtures.js";
import {treapNodes} from "./recount.js";

/** A treap whose priorities are as given, one after the other, by rigging the generator; or random ones. */
function fresh() {
  const rt = boot({until: "mallocinit"});
  rt.m0.fastrand = [1597334677, 1];
  return {rt, t: rt.mheap_.scav};
}

function span(base: number, npages: number): mspan {
  const s = new mspan(base);
  s.init(base, npages);
  return s;
}

/** Inserts spans of the given lengths, one after the other in memory. */
function filled(...lengths: number[]) {
  const {rt, t} = fresh();
  let base = 0x10000;
  const spans = lengths.map(n => {
    const s = span(base, n);
    base += 8192 * n;
    t.insert(s);
    return s;
  });
  return {rt, t, spans};
}

const complaintsOf = (t: mTreap) => {
  const out: string[] = [];
  treapNodes(t, (wrong, what) => wrong && out.push(what));
  return out;
};
const forwards = (t: mTreap) => {
  const out: mspan[] = [];
  for (let n = t.start(); n !== null; n = n.succ()) out.push(n.spanKey!);
  return out;
};
const backwards = (t: mTreap) => {
  const out: mspan[] = [];
  for (let n = t.end(); n !== null; n = n.pred()) out.unshift(n.spanKey!);
  return out;
};

describe("the order", () => {
  test("is by length, and by address among spans of one length", () => {
    const {t, spans} = filled(5, 3, 5, 4, 3);
    const [a, b, c, d, e] = spans;
    expect(forwards(t)).toEqual([b, e, d, a, c]);
    expect(backwards(t)).toEqual([b, e, d, a, c]);
  });

  test("of an empty treap has no start and no end", () => {
    const {t} = fresh();
    expect([t.start(), t.end(), t.find(1)]).toEqual([null, null, null]);
  });
});

describe("find", () => {
  const {t, spans} = filled(5, 3, 5, 4, 3);

  test.each([
    [1, 1],
    [3, 1],
    [4, 3],
    [5, 0],
  ])("%i pages: the smallest span that is large enough, the lowest of those", (npages, which) => {
    expect(t.find(npages)!.spanKey).toBe(spans[which]);
  });

  test("none is large enough", () => {
    expect(t.find(6)).toBeNull();
  });

  test("takes nothing out", () => {
    t.find(1);
    expect(forwards(t)).toHaveLength(5);
  });
});

describe("insert", () => {
  test("takes a node of 48 bytes, with the length and a random priority", () => {
    const {rt, t} = fresh();
    t.insert(span(0x10000, 7));
    expect(rt.mheap_.treapalloc.inuse).toBe(48);
    const {npagesKey, priority, parent} = t.treap!;
    expect([npagesKey, parent]).toEqual([7, null]);
    expect(priority).toBeGreaterThan(0);
  });

  test("moves a node up as long as its parent's priority is greater", () => {
    const {t} = filled(...Array.from({length: 200}, (_, i) => ((i * 37) % 50) + 1));
    expect(complaintsOf(t)).toEqual([]);
    const depth = (n: treapNode | null): number =>
      n === null ? 0 : 1 + Math.max(depth(n.left), depth(n.right));
    // A list would be 200 deep; a random search tree of 200 nodes is about 2 ln 200 deep on average.
    expect(depth(t.treap)).toBeLessThan(40);
  });

  test("throws for a span that is in", () => {
    const {t, spans} = filled(5, 3, 4);
    for (const s of spans)
      expect(thrownBy(() => t.insert(s)).message).toBe("inserting span already in treap");
    expect(forwards(t)).toHaveLength(3);
  });
});

describe("removal", () => {
  test("of a span gives its node back, and leaves all others in order", () => {
    const {rt, t, spans} = filled(5, 3, 5, 4, 3);
    t.removeSpan(spans[0]!);
    expect(forwards(t)).toEqual([spans[1], spans[4], spans[3], spans[2]]);
    expect(rt.mheap_.treapalloc.inuse).toBe(4 * 48);
    expect(complaintsOf(t)).toEqual([]);
  });

  test("of the last one leaves an empty treap", () => {
    const {t, spans} = filled(5);
    t.removeSpan(spans[0]!);
    expect(t.treap).toBeNull();
  });

  test("throws for a span whose length has changed since", () => {
    const {t, spans} = filled(5);
    spans[0]!.npages = 6;
    expect(thrownBy(() => t.removeNode(t.treap!)).message).toBe("span and treap node npages do not match");
  });

  test("throws when a node does not hang where it says", () => {
    const {t} = filled(5, 3, 4, 9, 1, 7);
    const leaf = treapNodes(t, () => {}).find(n => n.left === null && n.right === null && n.parent !== null)!;
    const stranger = treapNodes(t, () => {}).find(n => n !== leaf && n !== leaf.parent)!;
    if (stranger.left === leaf || stranger.right === leaf) expect.fail("not a stranger");
    leaf.parent = stranger;
    expect(thrownBy(() => t.removeNode(leaf)).message).toBe("treap insert finds a broken treap");
  });
});

describe("rotation", () => {
  test("to the left and back to the right leaves the tree as it was", () => {
    const {t} = filled(5, 3, 4, 9, 1, 7, 2);
    const before = forwards(t);
    const x = treapNodes(t, () => {}).find(n => n.right !== null)!;
    const y = x.right!;
    const links = () => treapNodes(t, () => {}).map(n => [n.left, n.right, n.parent]);
    const shape = links();
    t.rotateLeft(x);
    expect([x.parent, y.left, forwards(t)]).toEqual([y, x, before]);
    t.rotateRight(y);
    expect(links()).toEqual(shape);
  });
});

test("any sequence of insert, remove and find does what a sorted list does", () => {
  const step = fc.tuple(fc.constantFrom("insert", "remove", "find"), fc.nat(30));
  fc.assert(
    fc.property(fc.array(step, {maxLength: 120}), steps => {
      const {rt, t} = fresh();
      let list: mspan[] = [];
      let base = 0x10000;
      for (const [what, n] of steps) {
        if (what === "insert") {
          const s = span((base += 8192 * 40), n + 1);
          t.insert(s);
          list.push(s);
          list.sort((a, b) => a.npages - b.npages || a.base() - b.base());
        } else if (what === "remove" && list.length > 0) {
          const s = list[n % list.length]!;
          t.removeSpan(s);
          list = list.filter(each => each !== s);
        } else {
          expect(t.find(n + 1)?.spanKey).toBe(list.find(s => s.npages >= n + 1));
        }
      }
      expect(forwards(t)).toEqual(list);
      expect(complaintsOf(t)).toEqual([]);
      expect(rt.mheap_.treapalloc.inuse).toBe(48 * list.length);
    }),
  );
});
