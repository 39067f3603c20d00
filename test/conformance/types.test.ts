// The structs and constants of each release, against what the recorded programs' DWARF says of them.
//
// Nothing is left out: every size, every field and every constant that a recording has is compared.

import {describe, expect, test} from "vitest";
import {constantsOf} from "../../src/capture/constants.js";
import type {Types} from "../../src/capture/format.js";
import {typesOf} from "../../src/capture/index.js";
import {configure, release, releases} from "../../src/releases/index.js";
import {recording, recordingsOf} from "../capture/sample.js";

/** What both say, row by row. A struct that the model lacks has rows of the recording alone. */
function rows({sizeof, layout}: Types): Map<string, string> {
  const out = new Map<string, string>();
  for (const [name, size] of Object.entries(sizeof)) out.set(`sizeof ${name}`, String(size));
  for (const [name, fields] of Object.entries(layout))
    fields.forEach((row, i) => {
      out.set(`${name}, field ${i}`, row.join(" "));
    });
  return out;
}

describe.each(Object.keys(releases))("%s", name => {
  const names = recordingsOf(name.replace("go", ""));

  test("has recordings", () => {
    expect(names.length).toBeGreaterThan(3);
  });

  describe.each(names)("as recorded in %s:", each => {
    const captured = recording(each);
    const {goos, goarch} = captured;
    const mine = rows(typesOf(name, goos, goarch));
    const theirs = rows(captured.types);
    const constants = constantsOf(configure(release(name), goos, goarch));

    test(`${theirs.size} sizes and fields are the same`, () => {
      const differing = [...theirs].filter(([key, value]) => mine.get(key) !== value);
      expect(differing.map(([key, value]) => `${key}: ${mine.get(key)}, recorded ${value}`)).toEqual([]);
      expect(theirs.size).toBeGreaterThan(190);
    });

    test("no struct has fields that the recorded one has not", () => {
      for (const struct of Object.keys(captured.types.layout)) {
        const count = (of: Map<string, string>) =>
          [...of.keys()].filter(key => key.startsWith(`${struct}, `)).length;
        expect(count(mine), struct).toBe(count(theirs));
      }
    });

    test(`${Object.keys(captured.constants).length} constants are the same`, () => {
      const recorded = Object.keys(captured.constants);
      expect(recorded.length).toBeGreaterThan(40);
      expect(Object.fromEntries(recorded.map(key => [key, constants[key]]))).toEqual(captured.constants);
    });
  });
});
