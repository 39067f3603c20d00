// What mallocinit makes sure of, by release.

import {describe, expect, test} from "vitest";
import {load, type Runtime} from "../../src/runtime/index.js";
import {mallocinitSteps} from "../../src/runtime/malloc_checks.js";
import {loadWith, thrownBy, throwOfStart} from "./fixtures.js";

const later = ["go1.15", "go1.19", "go1.24", "go1.27"];
const all = ["go1.12", ...later];

describe.each(all)("%s", release => {
  test("takes no page size but a power of two from the least on", () => {
    const message = (physPageSize: number) => throwOfStart(load({release, physPageSize})).message;
    expect(message(0)).toBe("failed to get system page size");
    expect([2048, 5000].map(message)).toEqual(["bad system page size", "bad system page size"]);
  });
});

describe.each(later)("%s", release => {
  test("takes no page of more than 512 KiB", () => {
    const thrown = throwOfStart(load({release, physPageSize: 2 ** 20}));
    expect(thrown.message).toBe("bad system page size");
    expect(thrown.printed.at(-1)).toBe(
      "system page size (1048576) is larger than maximum page size (524288)",
    );
  });

  test("throws for a huge page that is no power of two, before it looks whether it is too large", () => {
    const thrown = throwOfStart(load({release, physHugePageSize: 3 * 2 ** 30}));
    expect(thrown.message).toBe("bad system huge page size");
    expect(thrown.printed.at(-1)).toBe("system huge page size (3221225472) must be a power of 2");
  });

  test("does without huge pages that are too large, and otherwise notes which power of two they are", () => {
    const checked = (physHugePageSize: number) => {
      const rt = load({release, physHugePageSize});
      mallocinitSteps.physHugePageSize(rt);
      return [rt.physHugePageSize, rt.physHugePageShift];
    };
    expect(checked(2 ** 21)).toEqual([2 ** 21, 21]);
    expect(checked(2 ** 40)).toEqual([0, 0]);
    expect(checked(0)).toEqual([0, 0]);
  });

  test.each(["pagesPerSpanRoot", "pagesPerReclaimerChunk"] as const)(
    "throws if %s divides no arena",
    name => {
      const thrown = throwOfStart(loadWith({constants: {[name]: 500}}, {release}));
      expect(thrown.message).toBe(`bad ${name}`);
      expect(thrown.printed.at(-1)).toBe(`pagesPerArena (8192) is not divisible by ${name} (500)`);
    },
  );
});

test("a bitmap that is no power of two is called by the name that the release has for it", () => {
  const broken = {heapArenaBitmapBytes: 3000, heapArenaBitmapWords: 3000};
  const message = (release: string) => throwOfStart(loadWith({constants: broken}, {release})).message;
  for (const release of ["go1.12", "go1.15", "go1.19"])
    expect(message(release)).toBe("heapArenaBitmapBytes not a power of 2");
  for (const release of ["go1.24", "go1.27"])
    expect(message(release)).toBe("heapArenaBitmapWords not a power of 2");
});

describe.each(["go1.24", "go1.27"])("the limit for objects without a header in %s", release => {
  const message = (constants: object, change: (rt: Runtime) => void = () => {}) => {
    const rt = loadWith({constants}, {release});
    change(rt);
    return thrownBy(() => mallocinitSteps.mallocHeader(rt)).message;
  };

  test("is the size of a class", () => {
    expect(message({minSizeForMallocHeader: 500})).toBe(
      "min size of malloc header is not a size class boundary",
    );
  });

  test("is reached by classes whose spans have one page", () => {
    const twoPages = (rt: Runtime) => {
      const last = rt.sizeclasses.class_to_size.indexOf(512);
      (rt.sizeclasses.class_to_allocnpages as number[])[last] = 2;
    };
    expect(message({}, twoPages)).toBe(
      "expected all size classes up to min size for malloc header to fit in one-page spans",
    );
  });

  test("leaves room in a word for all bits of an object", () => {
    expect(message({minSizeForMallocHeader: 1024})).toBe(
      "max pointer/scan bitmap size for headerless objects is too large",
    );
  });
});

test("go1.24 wants 10 bits for a tag, go1.27 wants 16", () => {
  const message = (release: string, bits: number) =>
    throwOfStart(loadWith({constants: {tagBits: bits, taggedPointerBits: bits}}, {release})).message;
  expect(message("go1.24", 9)).toBe("taggedPointerBits too small");
  expect(message("go1.27", 15)).toBe("tagBits too small");
  for (const [release, bits] of [
    ["go1.24", 10],
    ["go1.27", 16],
  ] as const) {
    const rt = loadWith({constants: {tagBits: bits, taggedPointerBits: bits}}, {release});
    expect(() => mallocinitSteps[release === "go1.24" ? "taggedPointerBits" : "tagBits"](rt)).not.toThrow();
  }
});
