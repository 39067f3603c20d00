import fc from "fast-check";
import {expect, test} from "vitest";
import {extremesOf, heldBySize} from "/components/tinyalloc/blocksize.js";
import {countsOf} from "/components/tinyalloc/counted.js";
import {readSizes} from "/components/tinyalloc/inputs.js";
import {collectSizes} from "/components/tinyalloc/lifetime.js";
import {held, pack} from "/components/tinyalloc/pack.js";
import {outcomes} from "/components/tinyalloc/rule.js";
import {runSizes} from "/components/tinyalloc/run.js";
import {savingsOf} from "/components/tinyalloc/savings.js";
import {shuffled, sizes, writeSizes} from "/components/tinyalloc/sizes.js";
import {boot} from "../../../docs/src/runtime/index.js";

const where = (list: number[]) => runSizes(list).placed.map(p => `${p.block}+${p.offset}`);
const anySizes = fc.array(fc.integer({min: 1, max: 15}), {minLength: 1, maxLength: 150});

test("objects are aligned by what their size could hold", () => {
  expect(where([1, 2, 1, 4])).toEqual(["0+0", "0+2", "0+4", "0+8"]);
  expect(where([1, 8])).toEqual(["0+0", "0+8"]);
  expect(where([1, 3, 5, 7])).toEqual(["0+0", "0+1", "0+4", "0+9"]);
});

test("an object that does not fit leaves the mcache with the block that has more room", () => {
  // 14 does not fit behind 3; 12, aligned to 4, still does.
  expect(where([3, 14, 12])).toEqual(["0+0", "1+0", "0+4"]);
  // 7 does not fit behind 12, and leaves more room: 9 goes behind it.
  expect(where([12, 7, 9])).toEqual(["0+0", "1+0", "1+7"]);
  // With equal room the old block stays.
  expect(runSizes([9, 9]).current).toBe(0);
});

test("the map has a fit wherever aligned offset and size come to at most 16", () => {
  const map = outcomes();
  expect(map.map(row => row.length)).toEqual(Array(15).fill(17));
  expect(map[11]![4]).toBe("fits");
  expect(map[11]![5]).toBe("old");
  expect(map[11]![13]).toBe("new");
  expect(map[7]![9]).toBe("new");
});

test("the page's arithmetic puts every object into the block that the model does", () => {
  fc.assert(
    fc.property(anySizes, list => {
      expect(pack(list, 16).blockOf).toEqual(runSizes(list).placed.map(p => p.block));
    }),
    {numRuns: 40},
  );
});

test("what a collection leaves is what the page's arithmetic says", () => {
  const {sizeclasses} = boot();
  fc.assert(
    fc.property(anySizes, fc.integer({min: 1, max: 9}), (list, k) => {
      const left = collectSizes(list, n => n % k === 0);
      expect(left.held).toBe(held(sizeclasses, list, 16, i => (i + 1) % k === 0));
    }),
    {numRuns: 25},
  );
});

test("no two objects of a block overlap", () => {
  fc.assert(
    fc.property(anySizes, list => {
      for (const {objects} of runSizes(list).blocks) {
        for (const [i, p] of objects.slice(1).entries()) {
          const before = objects[i]!;
          expect(p.offset).toBe(before.offset + before.size + p.padding);
        }
        expect(Math.max(...objects.map(p => p.offset + p.size))).toBeLessThanOrEqual(16);
      }
    }),
    {numRuns: 40},
  );
});

test("a block is kept while one of its objects can be reached", () => {
  expect(collectSizes([8, 8, 8, 8], n => n === 3)).toEqual({alive: [false, true], reachable: 8, held: 16});
  expect(collectSizes([8, 8, 8, 8], () => false).held).toBe(0);
});

test("Mallocs counts objects, HeapObjects counts blocks, and Frees is ahead by the difference", () => {
  const {tinyallocs, after, collected} = countsOf([8, 8, 8, 8, 8]);
  expect(tinyallocs).toBe(2);
  expect(after).toEqual({Mallocs: 5, Frees: 2, HeapObjects: 3, HeapAlloc: 48, mallocs16: 3, frees16: 0});
  expect(collected).toEqual({Mallocs: 5, Frees: 5, HeapObjects: 0, HeapAlloc: 0, mallocs16: 3, frees16: 3});
});

test("without combining an object takes 8 or 16 bytes", () => {
  const {asked, costs} = savingsOf([1, 8, 9, 15]);
  expect(asked).toBe(33);
  // 1 and 8 share a block; 9 and 15 cannot.
  expect(costs.map(c => c.bytes).slice(0, 2)).toEqual([48, 8 + 8 + 16 + 16]);
});

test("a larger block saves no more at best, and holds more at worst", () => {
  expect([8, 16, 32, 64].map(size => extremesOf(size).best)).toEqual([8, 8, 8, 8]);
  expect([8, 16, 32, 64].map(size => extremesOf(size).worst)).toEqual([1, 2, 4, 8]);
  // 200 each: 1 to 8 take 8 bytes, 9 to 15 take 16.
  expect(heldBySize(1)[0]).toBe(200 * (8 * 8 + 7 * 16));
});

test("sizes are read with repetitions, and a fault names the part", () => {
  expect(sizes("1, 8x3 2", 10)).toEqual({value: [1, 8, 8, 8, 2]});
  expect(sizes("16", 10)).toEqual({fault: expect.stringMatching(/16 bytes are not tiny.*1 to 15/)});
  expect(sizes("8x11", 10)).toEqual({fault: expect.stringContaining("“8x11”")});
  expect(sizes("a", 10)).toEqual({fault: expect.stringContaining("“a”")});
  expect(sizes(" ", 10)).toHaveProperty("fault");
  expect(writeSizes([1, 8, 8, 8, 2])).toBe("1, 8x3, 2");
});

test("a fault in the field keeps what was typed", () => {
  expect(readSizes("1, 99")).toMatchObject({text: "1, 99", fault: expect.stringContaining("99")});
});

test("a shuffled list has the same sizes, in the same order each time", () => {
  const list = Array.from({length: 100}, (_, i) => i);
  expect(shuffled(list)).toEqual(shuffled(list));
  expect(shuffled(list)).not.toEqual(list);
  expect(shuffled(list).sort((a, b) => a - b)).toEqual(list);
});
