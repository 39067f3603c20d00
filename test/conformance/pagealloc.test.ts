// The page allocator, against what go1.19.8's own page allocator answered to the same questions.

import {readFileSync} from "node:fs";
import {expect, test} from "vitest";
import {comparePageAlloc, parsePageCases} from "../../src/capture/pagealloc.js";

// VECTORS names other recordings of the same kind to compare with.
const path = process.env.VECTORS ?? new URL("../../docs/data/vectors/pagealloc.jsonl", import.meta.url);
const cases = parsePageCases(readFileSync(path, "utf8"));

test("every answer is the recorded one, and so are the pages that are allocated in the end", () => {
  const {equal, differing} = comparePageAlloc(cases);
  expect(differing).toEqual([]);
  const compared = {alloc: 0, cache: 0, end: 0};
  for (const path of equal) compared[path.split(".")[1] as keyof typeof compared]++;
  const frees = cases.flatMap(({ops}) => ops).filter(({op}) => op === "free").length;
  // Of one's own recordings there are as many as there are.
  if (!process.env.VECTORS)
    expect({...compared, frees}).toEqual({alloc: 1459, cache: 398, end: 222, frees: 543});
});

test("go1.15, which has no index of what can be scavenged, gives the same answers", () => {
  const {equal, differing} = comparePageAlloc(cases, {release: "go1.15"});
  expect([equal.length, differing]).toEqual([1459 + 398 + 222, []]);
});

test("an answer that is not the recorded one is found, and so is a page", () => {
  const [first, ...others] = cases;
  const asked = first!.ops.findIndex(({op}) => op === "alloc");
  const ops = first!.ops.map((call, i) => (i === asked ? {...call, got: "0x2000"} : call));
  const [chunk] = Object.keys(first!.end);
  const end = {...first!.end, [chunk!]: [[511, 1] as const]};
  const {differing} = comparePageAlloc([{...first!, ops, end}, ...others]);
  expect(differing.map(({path}) => path)).toEqual([`0.alloc.${asked}`, `0.end.${chunk}`]);
});
