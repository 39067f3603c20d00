// What a check with newer toolchains reports, and what it says where it cannot be made.

import {chmodSync, mkdtempSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {afterEach, beforeEach, describe, expect, test} from "vitest";
import type {Recording} from "../../src/capture/format.js";
import {changesBetween, choose, numbers, report} from "../../src/upgrade/changes.js";
import {main, toolchain} from "../../src/upgrade/main.js";
import {recording, recordingsOf} from "../capture/sample.js";

const committed = recording("linux-amd64-go1.12.17-p1");

/** A copy in which one value of a phase is another. */
function altered(path: string, value: unknown, of: Recording = committed): Recording {
  const copy = structuredClone(of);
  const names = path.split(".");
  const parent = names.slice(0, -1).reduce<object>((object, name) => Reflect.get(object, name), copy);
  Reflect.set(parent, names.at(-1)!, value);
  return copy;
}

describe("between two recordings of the same release", () => {
  test("nothing changed when all is the same, and what the rules leave aside is counted", () => {
    const {equal, aside, varying, changed} = changesBetween([committed, committed], committed);
    expect([varying, changed]).toEqual([0, []]);
    expect(equal).toBeGreaterThan(1300);
    expect(aside).toBeGreaterThan(0);
  });

  test("a leaf that changed is named with its moment, with what it was and what it is", () => {
    const now = altered("phases.procresize.fixallocs.spanalloc.size", 160);
    expect(changesBetween([now, now], committed).changed).toEqual([
      {path: "procresize.fixallocs.spanalloc.size", captured: 144, simulated: 160},
    ]);
  });

  test("a struct that grew is named", () => {
    const now = altered("types.sizeof.mspan", 160);
    const {changed} = changesBetween([now, now], committed);
    expect(changed.map(({path}) => path)).toEqual(["types.sizeof.mspan"]);
  });

  test("a leaf that differs between two runs of now has not changed: it varies", () => {
    const [now, again] = [7, 9].map(n => altered("phases.mallocinit.sweepgen", n));
    expect(changesBetween([now!, again!], committed)).toMatchObject({varying: 1, changed: []});
    expect(changesBetween([now!, now!], committed)).toMatchObject({varying: 0, changed: [{captured: 0}]});
    expect(changesBetween([now!, now!, again!], committed)).toMatchObject({varying: 1, changed: []});
  });

  test("where the system placed the first chunk does not count", () => {
    const now = altered("phases.mallocinit.persistentalloc.globalAlloc.base", "0x7f0000000000");
    expect(changesBetween([now, now], committed).changed.map(({path}) => path)).not.toContain(
      "mallocinit.persistentalloc.globalAlloc.base",
    );
  });
});

describe("a toolchain is held against", () => {
  const all = ["1.12", "1.19", "1.27"]
    .flatMap(recordingsOf)
    .map(name => ({file: `${name}.json`, recording: recording(name)}));
  const chosen = (version: string, goarch = "amd64") =>
    choose(all, {version, goos: "linux", goarch}).map(({file, same, experiment}) =>
      [file.replace(/^linux-|\.json$/g, ""), same, experiment].join(" ").trim(),
    );

  test("the native recordings of its own release", () => {
    expect(chosen("go1.19.8")).toEqual(["amd64-go1.19.8-p1 patch", "amd64-go1.19.8-p4 patch"]);
    expect(chosen("go1.12.17", "arm64")).toEqual([]);
  });

  test("those of another patch of it, if there are no others", () => {
    expect(chosen("go1.19.13", "386")).toEqual(["386-go1.19.8-p1 minor"]);
  });

  test("those of the newest release before it, if there are none of its own", () => {
    expect(chosen("go1.22.12")).toEqual(["amd64-go1.19.8-p1 older", "amd64-go1.19.8-p4 older"]);
    expect(chosen("go1.11.13")).toEqual([]);
  });

  test("those of an experiment, with a program that is built with it", () => {
    expect(chosen("go1.27.3")).toContain(
      "amd64-go1.27.3-p1-norandomizedheapbase64 patch norandomizedheapbase64",
    );
  });

  test("by its numbers, which a release candidate has, too", () => {
    expect(["go1.19.8", "go1.20", "go1.28rc1"].map(numbers)).toEqual([
      [19, 8],
      [20, 0],
      [28, 0],
    ]);
    expect(() => numbers("devel")).toThrow(`"devel" is no version of Go such as go1.19.8`);
  });
});

describe("the report", () => {
  const leaf = (path: string) => ({path, captured: 1, simulated: undefined});

  test("has a line for the sum and one for each kind of change, up to a number, and says how many more there are", () => {
    const names = Array.from({length: 50}, (_, i) => leaf(`p.${"x".repeat(i + 1)}`));
    const lines = report("against x", {equal: 3, aside: 2, varying: 1, changed: names}, 40).split("\n");
    expect(lines[0]).toBe("against x: 50 changed, 3 equal, 2 not compared, 1 vary from run to run");
    expect(lines[1]).toBe("    p.x: 1 -> nothing");
    expect(lines).toHaveLength(42);
    expect(lines.at(-1)).toBe("    and 10 more kinds");
  });

  test("gives one line to the elements of a list", () => {
    const changed = [
      leaf("hints.addr.64"),
      leaf("hints.addr.65"),
      leaf("hints.addr.66"),
      leaf("hints.count"),
    ];
    expect(report("x", {equal: 0, aside: 0, varying: 0, changed}).split("\n").slice(1)).toEqual([
      "    hints.addr.64: 1 -> nothing (and 2 more of its list)",
      "    hints.count: 1 -> nothing",
    ]);
  });

  test("says that nothing changed", () => {
    expect(report("x", {equal: 3, aside: 0, varying: 0, changed: []})).toBe(
      "x: nothing changed, 3 equal, 0 not compared",
    );
  });
});

describe("the command", () => {
  let folder: string;
  const {PATH} = process.env;
  const said: string[] = [];
  const run = (...words: string[]) => main(words, text => said.push(text));
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "open-hood-upgrade-test-"));
    said.length = 0;
  });
  afterEach(() => {
    process.env.PATH = PATH;
    rmSync(folder, {recursive: true});
  });

  /** Puts a program on a PATH that has nothing else. */
  function program(name: string, prints: string): string {
    const file = join(folder, name);
    writeFileSync(file, `#!/bin/sh\necho "${prints}"\n`);
    chmodSync(file, 0o755);
    process.env.PATH = folder;
    return file;
  }

  test("with an unknown option shows its usage", () => {
    expect(run("--god")).toBe(2);
    expect(said.join("\n")).toContain("usage: npm run upgrade:check");
  });

  test("without gdb says so, and how to get it", () => {
    process.env.PATH = folder;
    expect(run()).toBe(3);
    expect(said.join("\n")).toMatch(/no gdb on PATH.*apt install gdb/);
  });

  test("without Go says so, and how to name one", () => {
    program("gdb", "GNU gdb 13");
    expect(run()).toBe(3);
    expect(said.join("\n")).toMatch(
      /"go" is no Go toolchain that runs here \(ENOENT\).*--go \/usr\/lib\/go-1.19/,
    );
  });

  test("takes what the go command says of itself, and refuses what is none", () => {
    const go = program("go", "go version go1.28rc2 linux/arm64");
    expect(toolchain(go)).toEqual({go, version: "go1.28rc2", goos: "linux", goarch: "arm64"});
    const other = program("other", "usage: other");
    expect(() => toolchain(other)).toThrow(/other" is no Go toolchain that runs here \(usage: other\)/);
  });

  test("on another system than linux says that recordings are made on linux", () => {
    program("gdb", "GNU gdb 13");
    const go = program("go", "go version go1.19.8 darwin/arm64");
    expect(run("--go", go)).toBe(3);
    expect(said.join("\n")).toContain("recordings are made on linux; this toolchain is for darwin");
  });
});
