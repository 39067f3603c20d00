import {expect, test} from "vitest";
import {load} from "../../src/runtime/index.js";
import {mcentral} from "../../src/runtime/mcentral.js";
import {mspan} from "../../src/runtime/mspan.js";

test("init notes the span class", () => {
  const c = new mcentral(load());
  c.init(133);
  expect(c.spanclass).toBe(133);
});

test("init empties both lists", () => {
  const c = new mcentral(load());
  c.nonempty.first = c.nonempty.last = new mspan(1);
  c.empty.first = c.empty.last = new mspan(2);
  c.init(2);
  for (const list of [c.nonempty, c.empty]) expect([list.first, list.last]).toEqual([null, null]);
});

test("nothing was handed out", () => {
  const c = new mcentral(load());
  c.init(2);
  expect(c.nmalloc).toBe(0);
});
