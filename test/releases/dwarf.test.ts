// Structs and constants on every platform that a release's own toolchain builds for and whose DWARF can be read: all of
// Linux, Windows and FreeBSD. dwarf.json says what was read and how; nothing in it comes from the model.

import {readFileSync} from "node:fs";
import {describe, expect, test} from "vitest";
import {constantsOf} from "../../src/capture/constants.js";
import {typesOf} from "../../src/capture/index.js";
import {configure, releases} from "../../src/releases/index.js";

type Value = number | string;

interface Facts {
  readonly platforms: readonly string[];
  /** What holds on every platform. */
  readonly same: Readonly<Record<string, Value>>;
  /** Values, each with the platforms that have it. */
  readonly varying: Readonly<Record<string, readonly (readonly [Value, readonly number[]])[]>>;
}

const {releases: facts} = JSON.parse(readFileSync(new URL("./dwarf.json", import.meta.url), "utf8")) as {
  releases: Record<string, Facts>;
};

/** What DWARF says on the platform of that number. */
function factsOf({same, varying}: Facts, platform: number): Record<string, Value> {
  const there = Object.entries(varying).flatMap(([name, values]) =>
    values.filter(([, platforms]) => platforms.includes(platform)).map(([value]) => [name, value] as const),
  );
  return {...same, ...Object.fromEntries(there)};
}

/** What the model says, by the same names. */
function modelOf(release: string, goos: string, goarch: string): Record<string, Value | undefined> {
  const {sizeof, layout} = typesOf(release, goos, goarch);
  return {
    ...constantsOf(configure(releases[release]!, goos, goarch)),
    ...Object.fromEntries(Object.entries(sizeof).map(([name, size]) => [`sizeof ${name}`, size])),
    ...Object.fromEntries(
      Object.entries(layout).map(([name, rows]) => [
        `layout ${name}`,
        rows.map(([, , offset, size]) => `${offset}+${size}`).join(" "),
      ]),
    ),
  };
}

describe.each(Object.values(releases).filter(({tag}) => tag in facts))("$tag", ({name, tag, platforms}) => {
  const each = facts[tag]!;

  test("every Linux platform of the model is among them", () => {
    expect(each.platforms).toEqual(
      expect.arrayContaining(platforms.filter(platform => platform.startsWith("linux/"))),
    );
  });

  test.each(each.platforms.map((platform, i) => [platform, i] as const))(
    "%s: all are the same",
    (platform, i) => {
      const [goos, goarch] = platform.split("/");
      const read = factsOf(each, i);
      const mine = modelOf(name, goos!, goarch!);
      expect(Object.keys(read).length).toBeGreaterThan(120);
      expect(Object.fromEntries(Object.keys(read).map(key => [key, mine[key]]))).toEqual(read);
    },
  );
});

test("four releases are compared, on 51 platforms of Linux and 23 others", () => {
  const platforms = Object.values(facts).flatMap(each => each.platforms);
  const linux = platforms.filter(platform => platform.startsWith("linux/"));
  expect([Object.keys(facts).length, linux.length, platforms.length - linux.length]).toEqual([4, 51, 23]);
});
