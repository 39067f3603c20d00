import {describe, expect, test} from "vitest";
import {load, Throw} from "../../src/runtime/index.js";
import {testdefersizes} from "../../src/runtime/panic.js";
import {loadWith, thrownBy} from "./fixtures.js";

describe("a throw", () => {
  test("carries the runtime's message and what was printed before it", () => {
    const rt = load();
    rt.print("first");
    const thrown = new Throw(rt, "bad thing");
    rt.print("later");
    expect(thrown).toMatchObject({name: "Throw", message: "bad thing", printed: ["first"]});
  });

  test("is an Error, so that it has a stack", () => {
    expect(new Throw(load(), "bad thing")).toBeInstanceOf(Error);
  });
});

describe("testdefersizes", () => {
  test("passes on every platform", () => {
    for (const platform of load().config.release.platforms) {
      const [goos, goarch] = platform.split("/");
      expect(() => testdefersizes(load({goos: goos!, goarch: goarch!})), platform).not.toThrow();
    }
  });

  test("fails where defers of one pool would come from two size classes", () => {
    // A header has 48 bytes. With classes of 56 and 64 bytes, arguments of 8 and of 9 bytes, both of pool 1, differ.
    const rt = loadWith({release: {sizeClassRule: {align16From: 64}}});
    const thrown = thrownBy(() => testdefersizes(rt));
    expect(thrown.message).toBe("bad defer size class");
    expect(thrown.printed).toEqual(["bad defer size class: i=9 siz=64 defersc=1"]);
  });

  test("counts what rounding the header up leaves over as room for arguments", () => {
    // On 386 a header has 28 bytes, rounded up to 32: the first 4 bytes cost nothing, 5 to 12 bytes end in a class
    // of 40, and 13 bytes do not.
    const rt = loadWith({release: {sizeClassRule: {align16From: 64}}}, {goarch: "386"});
    expect(thrownBy(() => testdefersizes(rt)).printed).toEqual([
      "bad defer size class: i=13 siz=48 defersc=1",
    ]);
  });
});
