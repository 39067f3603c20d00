// The page allocator, step by step against go1.19.8's: growth, page caches and scavenging too, and everything it holds.
//
// PAGES names another recording, made with other inputs (recorders/ says how):
//
//     PAGES=amd64:pages.jsonl npx vitest run --project model test/conformance/pages-steps.test.ts

import {readFileSync} from "node:fs";
import {expect, test} from "vitest";
import {comparePageWalks, type PageWalk, parsePageWalks} from "../../src/capture/pagesteps.js";

const own = process.env.PAGES?.split(":", 2) as [goarch: string, path: string] | undefined;
const files: [goarch: string, path: string | URL][] = own
  ? [own]
  : ["amd64", "386"].map(arch => [
      arch,
      new URL(`../../docs/data/vectors/pages-${arch}.jsonl`, import.meta.url),
    ]);
const read = (path: string | URL) => parsePageWalks(readFileSync(path, "utf8"));

/** How much there is to compare. */
const sizes: Record<string, {walks: number; steps: number; fields: number}> = {
  amd64: {walks: 43, steps: 3900, fields: 14144},
  "386": {walks: 20, steps: 1200, fields: 4518},
};

test.each(files)(
  "every step on %s has the recorded outcome, and so has everything that is left",
  (goarch, path) => {
    const walks = read(path);
    const {equal, differing} = comparePageWalks(walks, goarch);
    expect(differing).toEqual([]);
    const steps = walks.reduce((n, {ops}) => n + ops.length, 0);
    const compared = {walks: walks.length, steps, fields: equal.length};
    if (own) console.log(compared);
    else expect(compared).toEqual(sizes[goarch]);
  },
  120_000,
);

test("an outcome that is not the recorded one is found, and so is a summary", () => {
  const [first] = read(files[0]![1]);
  const at = first!.ops.findIndex(({op}) => op === "alloc");
  const ops = first!.ops.map((step, i) => (i === at ? {...step, scav: 1} : step)) as PageWalk["ops"];
  const [chunk] = Object.keys(first!.end);
  const end = {...first!.end, [chunk!]: {...first!.end[chunk!]!, sums: []}};
  const {differing} = comparePageWalks([{...first!, ops, end}], files[0]![0]);
  expect(differing.map(({path}) => path)).toEqual([`0.alloc.${at}.scav`, `0.end.${chunk}.sums`]);
});
