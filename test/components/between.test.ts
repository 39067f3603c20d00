// What lies between two releases: computed from both, and told apart by name.

import {describe, expect, test} from "vitest";
import {plain} from "../../docs/components/blocks.js";
import {between, booted, fieldsOf, names, shared} from "../../docs/components/init/between.js";
import {drawBetween, opened, sensible} from "../../docs/components/init/betweenview.js";
import {columnsOf, story} from "../../docs/components/init/growth.js";
import {recording} from "../capture/sample.js";

const amd64 = (release: string) => booted(release, "linux/amd64");
const sized = (name: string, struct: string) => recording(name).types.sizeof[struct];

describe("between a release and itself", () => {
  test.each(names)("%s: nothing differs", name => {
    const {fixallocs, checks, figures, stats, structs} = between(amd64(name), amd64(name));
    expect([fixallocs, checks, figures, stats, structs]).toEqual([[], [], [], [], []]);
    expect(
      plain(drawBetween({from: name, to: name, on: "linux/amd64"}, between(amd64(name), amd64(name)), [])),
    ).toMatch(/Nothing of what is followed here differs/);
  });
});

describe("between go1.12 and go1.27 on linux/amd64", () => {
  const found = between(amd64("go1.12"), amd64("go1.27"));
  const of = (list: readonly {name: string}[], name: string) => list.find(each => each.name === name);

  test("the treaps' fixalloc is gone, and there are nine new ones", () => {
    expect(of(found.fixallocs, "treapalloc")).toMatchObject({after: null});
    const recorded = (name: string) => Object.keys(recording(name).phases.mallocinit!.fixallocs as object);
    const before = recorded("linux-amd64-go1.12.17-p1");
    const added = recorded("linux-amd64-go1.27.3-p1").filter(name => !before.includes(name));
    expect(
      found.fixallocs
        .filter(f => f.before === null)
        .map(f => f.name)
        .sort(),
    ).toEqual(added.sort());
  });

  test("a struct has the sizes that both recordings have", () => {
    for (const {name, size} of found.structs) {
      const recorded = [sized("linux-amd64-go1.12.17-p1", name), sized("linux-amd64-go1.27.3-p1", name)];
      expect([size.before ?? undefined, size.after ?? undefined], name).toEqual(recorded);
    }
    expect(found.structs.length).toBeGreaterThan(6);
  });

  test("a field that was renamed has gone and come", () => {
    const {fields} = of(found.structs, "mcache") as (typeof found.structs)[0];
    expect(of(fields, "next_sample")).toMatchObject({after: null});
    expect(of(fields, "nextSample")).toMatchObject({before: null});
  });

  test("half of the hints are for user arenas", () => {
    expect(of(found.figures, "hints for the heap")).toMatchObject({before: "128", after: "64"});
    expect(of(found.figures, "hints for user arenas")).toMatchObject({before: "0", after: "64"});
  });

  test("gc_sys has another name, and is charged", () => {
    expect(of(found.stats, "gcMiscSys")).toMatchObject({before: null, after: 256});
  });

  test("what went in one direction comes in the other", () => {
    const back = between(amd64("go1.27"), amd64("go1.12"));
    const flipped = back.checks.map(({name, before, after}) => ({name, before: after, after: before}));
    const byName = (a: {name: string}, b: {name: string}) => (a.name < b.name ? -1 : 1);
    expect([...flipped].sort(byName)).toEqual([...found.checks].sort(byName));
  });
});

describe("a choice of releases", () => {
  test("falls back, part by part, to what the page opens with", () => {
    expect(sensible(null, null, null)).toEqual(opened);
    expect(sensible("go1.15", "go2", "plan9/amd64")).toEqual({
      from: "go1.15",
      to: "go1.27",
      on: "linux/amd64",
    });
    expect(sensible("go1.19", "go1.24", "linux/loong64").on).toBe("linux/loong64");
  });

  test("offers the platforms that both have", () => {
    expect(shared("go1.12", "go1.27")).not.toContain("linux/riscv64");
    expect(shared("go1.19", "go1.27")).toContain("linux/riscv64");
    for (const platform of shared("go1.12", "go1.27")) expect(() => booted("go1.27", platform)).not.toThrow();
  });
});

describe.each(["mspan", "mcache"])("%s over the releases", struct => {
  const columns = columnsOf(struct, names.map(amd64));

  test("has a column for each release, with the size that its recording has", () => {
    expect(columns.map(c => c.release)).toEqual(names);
    const files = ["1.12.17", "1.15.15", "1.19.8", "1.24.4", "1.27.3"].map(v => `linux-amd64-go${v}-p1`);
    expect(columns.map(c => c.size)).toEqual(files.map(file => sized(file, struct)));
  });

  test("a field is new where the release before has none of that name, and leaves where the next has none", () => {
    columns.forEach(({fields}, i) => {
      for (const f of fields) {
        const has = (release: string | undefined) =>
          release !== undefined && fieldsOf(amd64(release), struct).has(f.name);
        expect(f.added, f.name).toBe(i > 0 && !has(names[i - 1]));
        expect(f.leaves, f.name).toBe(i < names.length - 1 && !has(names[i + 1]));
      }
    });
  });

  test("is told in words: every size, and what came and went", () => {
    const words = story(struct, columns);
    for (const {release, size} of columns)
      expect(words).toContain(`${release}: ${size.toLocaleString("en")} bytes`);
    expect(words).toMatch(/new .*gone /s);
  });
});
