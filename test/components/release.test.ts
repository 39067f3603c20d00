import {expect, test} from "vitest";
import {stories} from "/components/mstats/panel.js";
import {play} from "/components/mstats/play.js";
import {readSteps} from "/components/mstats/steps.js";
import {firstRelease, fullReleases, readRelease} from "/components/release.js";
import {countsOf} from "/components/tinyalloc/counted.js";
import {collectSizes} from "/components/tinyalloc/lifetime.js";
import {fresh, runSizes} from "/components/tinyalloc/run.js";

test("pages offer the releases that allocate, and open with the first", () => {
  expect(fullReleases).toEqual(["go1.12", "go1.19"]);
  expect(readRelease(null)).toEqual({release: firstRelease, fault: null});
  expect(readRelease("go1.19")).toEqual({release: "go1.19", fault: null});
});

test.each([
  ["go1.27", "go1.27 is modelled up to mallocinit only"],
  ["go2", "go2 is not modelled"],
])("%s in the address gets the first release and a sentence", (asked, why) => {
  const {release, fault} = readRelease(asked);
  expect(release).toBe("go1.12");
  expect(fault).toContain(why);
});

test("tiny objects lie in blocks alike in both releases, and are counted alike", () => {
  const list = [1, 2, 4, 8, 3, 14, 12, 9, 6];
  const [a, b] = fullReleases.map(release => runSizes(list, fresh(release)));
  const shape = (run: typeof a) => run!.placed.map(({block, offset, came}) => [block, offset, came]);
  expect(shape(b)).toEqual(shape(a));
  const [c, d] = fullReleases.map(release => countsOf(list, release));
  expect(d!.after).toEqual(c!.after);
  expect(d!.collected.HeapObjects).toBe(0);
  const keep = (n: number) => n === 1;
  expect(collectSizes(list, keep, "go1.19")).toEqual(collectSizes(list, keep, "go1.12"));
});

test.each(stories.map(([steps]) => steps))(
  "7.8's story %s runs on go1.19 too, and its sums come out",
  text => {
    const {now, thrown} = play(readSteps(text).steps, "go1.19");
    expect(thrown).toBeNull();
    const of = (name: string) => Number(now!.scalars.get(name)!);
    expect(of("HeapSys")).toBe(of("HeapIdle") + of("HeapInuse"));
    expect(of("HeapObjects")).toBe(of("Mallocs") - of("Frees"));
    const parts = ["HeapSys", "StackSys", "MSpanSys", "MCacheSys", "BuckHashSys", "GCSys", "OtherSys"];
    expect(of("Sys")).toBe(parts.reduce((sum, name) => sum + of(name), 0));
  },
);
