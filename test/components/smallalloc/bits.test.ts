import {expect, test} from "vitest";
import {divisions, lookUp} from "/components/smallalloc/findobject.js";
import {bitsOf, scanned, words} from "/components/smallalloc/heapbits.js";
import {readInputs} from "/components/smallalloc/inputs.js";
import {wayOf} from "/components/smallalloc/sizeclass.js";
import {type Act, historyOf} from "/components/smallalloc/sweepgen.js";
import {boot} from "../../../docs/src/runtime/index.js";

test("a size finds its class by the table for its range", () => {
  const rt = boot();
  expect(wayOf(rt, {size: 1016, scan: false})).toMatchObject({
    table: "size_to_class8",
    index: 127,
    elemsize: 1024,
  });
  expect(wayOf(rt, {size: 1025, scan: false})).toMatchObject({
    table: "size_to_class128",
    index: 1,
    elemsize: 1152,
  });
  expect(wayOf(rt, {size: 32768, scan: true})).toMatchObject({elemsize: 32768, nelems: 1, tail: 0});
});

test("with pointers a size is a multiple of 8, and below 16 without them the block is a tiny one", () => {
  const rt = boot();
  expect(wayOf(rt, {size: 3, scan: true})).toMatchObject({size: 8, elemsize: 8, tiny: false, spanclass: 2});
  expect(wayOf(rt, {size: 3, scan: false})).toMatchObject({size: 3, elemsize: 16, tiny: true, spanclass: 5});
});

test("a size in the address that makes no sense stays in the field and the default is shown", () => {
  expect(readInputs(new URLSearchParams("size=99999&scan=1"))).toEqual({
    inputs: {size: 48, scan: true},
    text: "99999",
    fault: expect.stringContaining("“99999”"),
  });
});

test("sweepgen goes through the states that mheap.go describes", () => {
  const acts: Act[] = ["collect", "give back", "collect", "claim", "sweep", "take", "give back"];
  expect(historyOf(acts).passages.map(p => p.states.join(" → "))).toEqual([
    "sg + 3 → sg + 1",
    "sg + 1 → sg − 1 → sg",
    "sg → sg − 2",
    "sg − 2 → sg − 1",
    "sg − 1 → sg",
    "sg → sg + 3",
    "sg + 3 → sg",
  ]);
});

test("an act that cannot happen in a state is left out", () => {
  expect(historyOf(["claim", "sweep"]).passages).toEqual([]);
});

test("pointer bits are those of the type, scan bits end with its last pointer", () => {
  const {words: found, block} = bitsOf("p..p.", 1);
  expect(block).toBe(48);
  expect(found.map(w => w.pointer)).toEqual([true, false, false, true, false, false]);
  // The second word's scan bit is the collector's own.
  expect(found.map(w => w.scan)).toEqual([true, false, true, true, false, false]);
  expect(scanned(found)).toBe(4);
});

test("pointers first spare the collector the rest", () => {
  expect(scanned(bitsOf("p......", 1).words)).toBe(2);
  expect(scanned(bitsOf("......p", 1).words)).toBe(7);
});

test("a span of single pointers has all of its bits set", () => {
  expect(bitsOf("p", 1).bytes).toEqual([0xff]);
});

test("the words of a type are p and ., and a fault says what was wrong", () => {
  expect(words("P.p")).toEqual({value: "p.p"});
  expect(words("p,p")).toEqual({fault: expect.stringContaining("“,”")});
  expect(words("p".repeat(33))).toEqual({fault: expect.stringContaining("33")});
});

test("every offset of every class is divided exactly", () => {
  const {classes, offsets, wrong} = divisions(boot());
  expect({classes, wrong}).toEqual({classes: 66, wrong: 0});
  expect(offsets % 8192).toBe(0);
});

test("an address that is in no object is told why", () => {
  const rt = boot();
  const {startAddr, limit} = rt.m0.mcache!.alloc.find(s => s.elemsize === 384)!;
  expect(lookUp(rt, startAddr + 400)).toMatchObject({miss: null, steps: {index: 1, base: startAddr + 384}});
  // 21 objects of 384 bytes leave 128 of 8192.
  expect(limit - startAddr).toBe(8064);
  expect(lookUp(rt, limit).miss).toBe("behind the last object");
  expect(lookUp(rt, 4096).miss).toBe("no arena");
  const stack = rt.mheap_.allspans.elems.find(s => s.state === 2)!;
  expect(lookUp(rt, stack.base()).miss).toBe("stack");
  const free = rt.mheap_.allspans.elems.find(s => s.state === 3)!;
  expect(lookUp(rt, free.base()).miss).toBe("free span");
});
