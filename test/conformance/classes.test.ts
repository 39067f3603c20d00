// The tables of size classes that programs of nine releases hold, against the generator.
//
// Releases that ship the same tables are one group of the recording. What differs between groups is a rule, read off
// Go's mksizeclasses.go: go1.13 asks that dividing be exact just behind a span, too; go1.16 adds a class of 24 bytes
// and multiplies by a reciprocal of 32 bits.

import {readFileSync} from "node:fs";
import {describe, expect, test} from "vitest";
import {configure, release, type SizeClassRule} from "../../src/releases/index.js";
import {makeSizeClasses} from "../../src/runtime/sizeclasses.js";

interface Tables {
  readonly class_to_size: number[];
  readonly class_to_allocnpages: number[];
  /** Until go1.15 four columns; since then the multiplier alone. */
  readonly class_to_divmagic: {columns: string[]; rows: number[][]} | number[];
  readonly size_to_class8: number[];
  readonly size_to_class128: number[];
}

const path = new URL("../../docs/data/captures/class-tables.json", import.meta.url);
const {tables} = JSON.parse(readFileSync(path, "utf8")) as {tables: {releases: string[]; values: Tables}[]};

const rules: Readonly<Record<string, SizeClassRule>> = {
  "go1.12.17": release("go1.12").sizeClassRule,
  "go1.15.15": release("go1.15").sizeClassRule,
  "go1.19.8": release("go1.19").sizeClassRule,
};
const {constants} = configure(release("go1.12"), "linux", "amd64");

test("there is one rule for each group of releases", () => {
  expect(tables.map(({releases}) => releases.filter(name => name in rules))).toEqual(
    Object.keys(rules).map(name => [name]),
  );
  expect(tables.flatMap(({releases}) => releases)).toHaveLength(9);
});

describe.each(Object.entries(rules))("the rule of %s generates", (name, rule) => {
  const {values} = tables.find(({releases}) => releases.includes(name))!;
  const made = makeSizeClasses(constants, rule);

  test.each(["class_to_size", "class_to_allocnpages", "size_to_class8", "size_to_class128"] as const)(
    "%s, every entry",
    table => {
      expect(values[table].length).toBeGreaterThan(66);
      expect(made[table]).toEqual(values[table]);
    },
  );

  test("class_to_divmagic, every entry", () => {
    const {class_to_divmagic: recorded} = values;
    const mine = made.class_to_divmagic;
    if (Array.isArray(recorded)) expect(mine.map(({mul}) => mul)).toEqual(recorded);
    else expect(mine.map(d => [d.shift, d.shift2, d.mul, d.baseMask])).toEqual(recorded.rows);
  });

  test("a division that is exact for every offset", () => {
    let wrong = 0;
    made.class_to_size.forEach((size, i) => {
      const {shift, shift2, mul} = made.class_to_divmagic[i]!;
      const end = made.class_to_allocnpages[i]! * constants._PageSize;
      for (let n = 0; n < end; n++)
        if (Math.floor((Math.floor(n / 2 ** shift) * mul) / 2 ** shift2) !== Math.floor(n / size)) wrong++;
    });
    expect(wrong).toBe(0);
  });
});

test("of the other groups, no rule generates the divisions", () => {
  for (const [name, rule] of Object.entries(rules))
    for (const {releases, values} of tables) {
      const {class_to_divmagic: recorded} = values;
      const theirs = Array.isArray(recorded) ? recorded : recorded.rows.map(([, , mul]) => mul);
      const mine = makeSizeClasses(constants, rule).class_to_divmagic.map(({mul}) => mul);
      expect(JSON.stringify(mine) === JSON.stringify(theirs), name).toBe(releases.includes(name));
    }
});
