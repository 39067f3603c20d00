// Classes of spans by name, and the same class in two heaps.

import {type ClassSums, emptySums} from "../../src/capture/reader/sums.js";
import {count} from "../format.js";

/** The name of a class: "48 B, with pointers". */
export function className({
  spanclass,
  size,
  noscan,
}: Pick<ClassSums, "spanclass" | "size" | "noscan">): string {
  return `${spanclass < 2 ? "large" : `${count(size)} B`}, ${noscan ? "no pointers" : "pointers"}`;
}

/** The same class in two heaps; a class goes by its size and kind, since releases number them differently. */
export function pairs(
  now: readonly ClassSums[],
  before: readonly ClassSums[],
): {now: ClassSums; before: ClassSums | null}[] {
  const old = new Map(before.map(c => [classKey(c), c]));
  const here = new Set(now.map(classKey));
  return [
    ...now.map(c => ({now: c, before: old.get(classKey(c)) ?? null})),
    ...before
      .filter(c => !here.has(classKey(c)))
      .map(c => ({now: emptySums(c.spanclass, c.size), before: c})),
  ];
}

/** A class as the address has it: "64p" with pointers, "64n" without; "largep", "largen". */
export const classKey = ({
  spanclass,
  size,
  noscan,
}: Pick<ClassSums, "spanclass" | "size" | "noscan">): string =>
  `${spanclass < 2 ? "large" : size}${noscan ? "n" : "p"}`;
