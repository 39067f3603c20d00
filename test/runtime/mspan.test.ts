import fc from "fast-check";
import {describe, expect, test} from "vitest";
import {load} from "../../src/runtime/index.js";
import {makeSpanClass, mSpanDead, mSpanInUse, mSpanList, mspan} from "../../src/runtime/mspan.js";
import {thrownBy} from "./fixtures.js";

const rt = load();

/** The spans of a list, from front to back; its links have to agree in both directions. */
function spans(list: mSpanList): mspan[] {
  const forward: mspan[] = [];
  for (let s = list.first; s !== null; s = s.next) forward.push(s);
  const backward: mspan[] = [];
  for (let s = list.last; s !== null; s = s.prev) backward.unshift(s);
  expect(backward).toEqual(forward);
  for (const s of forward) expect(s.list).toBe(list);
  return forward;
}

describe("a span record", () => {
  test("that is made the span of some pages keeps its sweepgen: it is not zeroed", () => {
    const s = new mspan(0x1000);
    Object.assign(s, {
      sweepgen: 4,
      nelems: 5,
      state: mSpanInUse,
      allocCount: 3,
      needzero: 1,
      scavenged: true,
      npages: 9,
    });
    s.init(0xc000000000, 2);
    expect(s).toMatchObject({
      startAddr: 0xc000000000,
      npages: 2,
      state: mSpanDead,
      allocCount: 0,
      needzero: 0,
    });
    expect(s.scavenged).toBe(false);
    // Whoever allocates the span sets these.
    expect(s).toMatchObject({sweepgen: 4, nelems: 5});
  });

  test("that is cleared is as a new one at its address", () => {
    const s = new mspan(0x1000);
    Object.assign(s, {next: new mspan(1), sweepgen: 4, allocCacheLo: 7, limit: 8, spanclass: 9});
    s.clear();
    expect(s).toEqual(new mspan(0x1000));
  });

  test("begins where its pages begin", () => {
    const s = new mspan(0x1000);
    s.init(0xc000002000, 1);
    expect(s.base()).toBe(0xc000002000);
  });
});

describe("a span class", () => {
  test("is the size class doubled, and odd without pointers", () => {
    expect([
      makeSpanClass(0, false),
      makeSpanClass(0, true),
      makeSpanClass(66, false),
      makeSpanClass(66, true),
    ]).toEqual([0, 1, 132, 133]);
  });
});

describe("a list of spans", () => {
  const [a, b, c] = [1, 2, 3].map(address => new mspan(address)) as [mspan, mspan, mspan];

  test("takes spans at its front and at its back", () => {
    const list = new mSpanList();
    list.insert(rt, b);
    list.insert(rt, a);
    list.insertBack(rt, c);
    expect(spans(list)).toEqual([a, b, c]);
    for (const s of [b, a, c]) list.remove(rt, s);
    expect(list.isEmpty()).toBe(true);
  });

  test("takes no span that is on a list, its own or another", () => {
    const [list, other] = [new mSpanList(), new mSpanList()];
    list.insert(rt, a);
    for (const l of [list, other]) {
      expect(thrownBy(() => l.insert(rt, a)).message).toBe("mSpanList.insert");
      expect(thrownBy(() => l.insertBack(rt, a)).message).toBe("mSpanList.insertBack");
    }
    list.remove(rt, a);
    other.insert(rt, a);
    other.remove(rt, a);
  });

  test("gives up no span that is not on it", () => {
    const [list, other] = [new mSpanList(), new mSpanList()];
    list.insert(rt, a);
    expect(thrownBy(() => other.remove(rt, a)).message).toBe("mSpanList.remove");
    expect(thrownBy(() => list.remove(rt, b)).message).toBe("mSpanList.remove");
    list.remove(rt, a);
  });

  test("refuses a span record that fixalloc holds: its next is the link to another free record", () => {
    const {mheap_} = load();
    mheap_.init();
    const [s, t] = [mheap_.spanalloc.alloc(), mheap_.spanalloc.alloc()];
    mheap_.spanalloc.free(t);
    mheap_.spanalloc.free(s);
    expect(thrownBy(() => new mSpanList().insert(rt, s)).message).toBe("mSpanList.insert");
  });

  test("agrees with an array under any sequence of insert, insertBack and remove", () => {
    const step = fc.tuple(fc.constantFrom("insert", "insertBack", "remove"), fc.nat({max: 7}));
    fc.assert(
      fc.property(fc.array(step, {maxLength: 60}), steps => {
        const all = Array.from({length: 8}, (_, i) => new mspan(i));
        const list = new mSpanList();
        let model: mspan[] = [];
        for (const [what, i] of steps) {
          const s = all[i]!;
          const on = model.includes(s);
          if (what === "remove" && on) {
            list.remove(rt, s);
            model = model.filter(each => each !== s);
            expect([s.next, s.prev, s.list]).toEqual([null, null, null]);
          } else if (what === "insert" && !on) {
            list.insert(rt, s);
            model.unshift(s);
          } else if (what === "insertBack" && !on) {
            list.insertBack(rt, s);
            model.push(s);
          }
          expect(spans(list).map(each => each.address)).toEqual(model.map(each => each.address));
        }
      }),
    );
  });
});
