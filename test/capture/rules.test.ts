import {describe, expect, test} from "vitest";
import {chunk, ruleFor, rules} from "../../src/capture/rules.js";

const moment = {release: "go1.12", phase: "mallocinit"};
const verdict = (path: string) => ruleFor(path, moment)?.verdict;

describe("a pattern", () => {
  test("matches part by part, a star any one part", () => {
    expect(verdict("fixallocs.spanalloc.chunk")).toBe("address");
    expect(verdict("fixallocs.chunk")).toBeUndefined();
    expect(verdict("fixallocs.a.b.chunk")).toBeUndefined();
    expect(verdict("fixallocs.spanalloc.chunks")).toBeUndefined();
  });

  test("ends anywhere below two stars, and not at them", () => {
    expect(verdict("firstmoduledata.end")).toBe("unmodelled");
    expect(verdict("firstmoduledata.a.b")).toBe("unmodelled");
    expect(verdict("firstmoduledata")).toBeUndefined();
    expect(verdict("firstmoduledatax.end")).toBeUndefined();
  });

  test("matches a whole path only", () => {
    expect(verdict("ncpu")).toBe("unmodelled");
    expect(verdict("ncpu.x")).toBeUndefined();
    expect(verdict("x.ncpu")).toBeUndefined();
  });
});

describe("the list", () => {
  test("gives a reason for every exception", () => {
    for (const {pattern, rule} of rules()) expect(rule.why.length, pattern).toBeGreaterThan(20);
  });

  test("measures no distance from an address that is itself measured", () => {
    for (const {rule} of rules())
      if (rule.verdict === "distance")
        expect(ruleFor(rule.from!, moment)?.verdict, rule.from).toBe("ignored");
    expect(ruleFor(chunk, moment)?.verdict).toBe("ignored");
  });

  test("covers in mallocinit what captures/README.md calls varying there, and no more", () => {
    for (const path of [
      "fixallocs.cachealloc.chunk",
      "m0_mcache.address",
      "m0_mcache_now.address",
      "mheap_scalars.arenaHints",
      "persistentalloc.globalAlloc.base",
      "persistentalloc.persistentChunks.0",
    ])
      expect(["ignored", "address", "distance"], path).toContain(verdict(path));
    for (const path of [
      "fixallocs.cachealloc.nchunk",
      "m0_mcache.fields.next_sample",
      "arenaHints.addr.0",
      "persistentalloc.globalAlloc.off",
      "stats.memstats.other_sys",
      "arena.next",
      "central.count",
      "allspans.len",
      "constants.pageSize",
      "at",
    ])
      expect(verdict(path), path).toBeUndefined();
  });
});
