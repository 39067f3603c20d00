import {readdirSync, readFileSync} from "node:fs";
import {expect, test} from "vitest";
import {replayAll, totals} from "/components/smallalloc/compared.js";
import {smallScripts} from "/components/smallalloc/scripts.js";
import {lines, sinceAll} from "/components/smallalloc/since.js";
import {tinyScripts} from "/components/tinyalloc/recorded.js";

const read = {
  list: (folder: string) => readdirSync(`docs/${folder}`),
  text: (path: string) => readFileSync(`docs/${path}`, "utf8"),
};

test("every recorded script of both pages comes out as in the real process, of both releases, on both platforms", () => {
  const results = replayAll(read, [...smallScripts, ...tinyScripts]);
  expect(new Set(results.map(r => r.platform)).size).toBe(4);
  expect(results).toHaveLength(4 * 6);
  for (const r of results) expect(r).toMatchObject({same: r.allocations, differing: 0, unmodelled: 0});
  expect(totals(results).ignored).toBeLessThanOrEqual(2 * results.length);
});

test("what later releases changed is read from their recordings", () => {
  const all = sinceAll(read);
  expect(all[0]).toMatchObject({version: "go1.12.17"});
  const [, first, ...later] = lines(all).find(([what]) => what === "the smallest")!;
  expect(first).toBe("8, 16, 32, 48, 64");
  expect(later.at(-1)).toBe("8, 16, 24, 32, 48");
});
