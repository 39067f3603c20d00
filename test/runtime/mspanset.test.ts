import {describe, expect, test} from "vitest";
import {boot, type Runtime} from "../../src/runtime/index.js";
import {mspan} from "../../src/runtime/mspan.js";
import {spanSet, spanSetBlockEntries, spanSetInitSpineCap} from "../../src/runtime/mspanset.js";
import {thrownBy} from "./fixtures.js";

const fresh = () => {
  const rt = boot({release: "go1.19"});
  rt.spanSetBlockPool.length = 0;
  return {rt, set: new spanSet(rt)};
};
const spans = (n: number) => Array.from({length: n}, (_, i) => new mspan(i));
const fill = (set: spanSet, n: number) => {
  for (const s of spans(n)) set.push(s);
};
const drain = (set: spanSet) => {
  let n = 0;
  while (set.pop() !== null) n++;
  return n;
};
/** What was charged while `action` ran. */
function chargedBy(rt: Runtime, action: () => void): number {
  const before = rt.memstats.gcMiscSys;
  action();
  return rt.memstats.gcMiscSys - before;
}

describe("a set of spans", () => {
  test("gives them back in the order in which they were put in, over the ends of blocks", () => {
    const {set} = fresh();
    const all = spans(2 * spanSetBlockEntries + 3);
    for (const s of all) set.push(s);
    expect(all.map(() => set.pop())).toEqual(all);
    expect(set.pop()).toBeNull();
    expect([set.head, set.tail]).toEqual([all.length, all.length]);
  });

  test("charges a spine and a block for the first span, and a block for each 512 after", () => {
    const {rt, set} = fresh();
    const block = rt.sizeof("spanSetBlock");
    expect(chargedBy(rt, () => fill(set, 1))).toBe(spanSetInitSpineCap * 8 + block);
    expect(chargedBy(rt, () => fill(set, spanSetBlockEntries - 1))).toBe(0);
    expect(chargedBy(rt, () => fill(set, 1))).toBe(block);
  });

  test("doubles its spine when that is full, and lets the old one lie", () => {
    const {rt, set} = fresh();
    fill(set, spanSetInitSpineCap * spanSetBlockEntries);
    const {spineAddress} = set;
    expect(set.spineCap).toBe(spanSetInitSpineCap);
    const more = chargedBy(rt, () => fill(set, 1));
    expect(more).toBe(2 * spanSetInitSpineCap * 8 + rt.sizeof("spanSetBlock"));
    expect([set.spineCap, set.spineLen]).toEqual([2 * spanSetInitSpineCap, spanSetInitSpineCap + 1]);
    expect(set.spineAddress).not.toBe(spineAddress);
    expect(drain(set)).toBe(spanSetInitSpineCap * spanSetBlockEntries + 1);
  });

  test("gives a block to the pool with its last span, and another set takes it for free", () => {
    const {rt, set} = fresh();
    fill(set, spanSetBlockEntries);
    for (let i = 1; i < spanSetBlockEntries; i++) set.pop();
    expect(rt.spanSetBlockPool).toHaveLength(0);
    set.pop();
    expect(rt.spanSetBlockPool.map(b => b.popped)).toEqual([0]);
    const other = new spanSet(rt);
    expect(chargedBy(rt, () => fill(other, 1))).toBe(spanSetInitSpineCap * 8);
    expect(rt.spanSetBlockPool).toHaveLength(0);
  });
});

describe("a reset", () => {
  test("gives back the block in which head and tail meet, and keeps the spine", () => {
    const {rt, set} = fresh();
    fill(set, spanSetBlockEntries + 5);
    drain(set);
    set.reset();
    expect([set.head, set.tail, set.spineLen, set.spineCap]).toEqual([0, 0, 0, spanSetInitSpineCap]);
    expect(rt.spanSetBlockPool).toHaveLength(2);
    expect(chargedBy(rt, () => fill(set, 1))).toBe(0);
  });

  test("of a set that was never used, or whose last block is gone, frees nothing", () => {
    const {rt, set} = fresh();
    set.reset();
    fill(set, spanSetBlockEntries);
    drain(set);
    set.reset();
    expect(rt.spanSetBlockPool).toHaveLength(1);
  });

  test("throws if there are spans", () => {
    const {set} = fresh();
    fill(set, 3);
    set.pop();
    const thrown = thrownBy(() => set.reset());
    expect(thrown.message).toBe("attempt to clear non-empty span set");
    expect(thrown.printed.at(-1)).toBe("head = 1, tail = 3");
  });

  test.each([
    [0, "span set block with unpopped elements found in reset"],
    [spanSetBlockEntries, "fully empty unfreed span set block found in reset"],
  ])("throws if the last block says that %i spans were taken out", (popped, message) => {
    const {set} = fresh();
    fill(set, 1);
    set.pop();
    set.spine[0]!.popped = popped;
    expect(thrownBy(() => set.reset()).message).toBe(message);
  });
});
