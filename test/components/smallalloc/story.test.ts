import {expect, test} from "vitest";
import {census, pictureOf} from "/components/smallalloc/spans.js";
import {stepAt} from "/components/smallalloc/step.js";
import {type Op, play, readOps, writeOps} from "/components/smallalloc/story.js";

// 48 bytes: 170 objects in a span of 8 KiB, in groups of 64, 64 and 42.
const inputs = {size: 48, scan: false};
const allocate = (n: number): Op => ({kind: "allocate", n});
const collect = (keep: string): Op => ({kind: "collect", keep});
const [flush, sweep]: Op[] = [{kind: "flush"}, {kind: "sweep"}];

test("the slow path runs for the first object of a span and for the last of each full group", () => {
  const {events} = play(inputs, [allocate(170)]);
  // The first finds emptymspan; objects 63 and 127 end groups. Object 169 ends the span, which is no reason.
  expect(events[0]).toMatchObject({fast: 167, slow: 3});
  expect(events[0]!.refills).toEqual([{base: expect.any(Number), from: "grow", swept: 0, free: 170}]);
});

test("after a collection nothing is swept: unmarked objects are garbage, marked ones stay", () => {
  const world = play(inputs, [allocate(170), collect("every 3")]);
  const span = pictureOf(world, 0);
  expect(census(span.cells)).toEqual({free: 0, new: 0, survivor: 57, garbage: 113});
  expect(span.sweep).toBe("sg + 1");
});

test("sweeping makes mark bits allocation bits and clears the marks", () => {
  const world = play(inputs, [allocate(170), collect("every 3"), flush!]);
  const span = pictureOf(world, 0);
  expect(span.cells.map(c => c.allocBit)).toEqual(span.cells.map(c => c.index % 3 === 0));
  expect(span.cells.some(c => c.markBit)).toBe(false);
  expect(span).toMatchObject({list: "nonempty", sweep: "sg", freeindex: 0, allocCount: 57});
});

test("holes are used from the lowest address up", () => {
  const world = play(inputs, [allocate(170), collect("every 3"), allocate(4)]);
  const fresh = pictureOf(world, 0).cells.filter(c => c.kind === "new");
  expect(fresh.map(c => c.index)).toEqual([1, 2, 4, 5]);
});

test("a full span that a collection has emptied in part is found on empty and swept on the way", () => {
  // Span 0 is full when span 1 is taken. Nothing else has room once span 1 is full again.
  const world = play(inputs, [allocate(340), collect("1-339"), allocate(2)]);
  const refills = world.events[2]!.refills;
  expect(refills[0]).toMatchObject({base: world.bases[0], from: "empty", swept: 1, free: 1});
  expect(refills[1]).toMatchObject({from: "grow"});
});

test("a span without a marked object goes back to the heap", () => {
  const world = play(inputs, [allocate(171), collect("170"), ...Array<Op>(20).fill(sweep!)]);
  expect(pictureOf(world, 0)).toMatchObject({list: "none", cells: []});
  expect(pictureOf(world, 1).allocCount).toBe(1);
});

test("objects that the program's start has left in a class survive every collection", () => {
  const world = play({size: 32, scan: true}, [collect("none"), flush!, ...Array<Op>(20).fill(sweep!)]);
  const others = world.rt.mheap_.allspans.elems.filter(
    s => s.state === 1 && s.spanclass !== world.way.spanclass,
  );
  expect(others.length).toBeGreaterThan(0);
  expect(others.every(s => s.allocCount > 0)).toBe(true);
});

test("a story keeps through the address, and what makes no sense there is left out", () => {
  const ops = [allocate(400), collect("0-9, every 3"), flush!, sweep!];
  expect(readOps(writeOps(ops))).toEqual(ops);
  expect(readOps("a0_a99999_kx_q_a7")).toEqual([allocate(7)]);
});

test("nextFreeFast skips as many objects as there are zeroes below the lowest 1", () => {
  // Every third object was kept, 0 first: 1 and 2 are free, 3 is not, 4 is next.
  const steps = [1, 2, 3].map(n => stepAt(inputs, "thirds", n));
  expect(steps.map(s => s.index)).toEqual([1, 2, 4]);
  expect(steps.map(s => s.before.theBit)).toEqual([1, 0, 1]);
  expect(steps[0]!.after.bits.slice(0, 4)).toEqual([true, false, true, true]);
});

test("each of the three reasons to give up comes up, at the object where it must", () => {
  expect(stepAt(inputs, "new", 64)).toMatchObject({
    index: 63,
    before: {outcome: "end of a group"},
    refilled: false,
  });
  expect(stepAt(inputs, "new", 171)).toMatchObject({before: {outcome: "beyond the end"}, refilled: true});
  // With 0, 3, … 63 kept the cache is used up at 62; the next free one, 64, is in the next group.
  expect(stepAt(inputs, "thirds", 43)).toMatchObject({
    index: 64,
    before: {outcome: "no bit"},
    refilled: false,
  });
});
