// The size classes: which block sizes there are, and how many pages a span of each takes.
//
// Go ships this table as generated code; here the generator's rule runs. A class is as large as it can be
// without fitting fewer objects into its pages, and wastes at most an eighth of its span at the end.

import type {Constants, SizeClassRule} from "../releases/index.js";
import {isPowerOfTwo, roundDown} from "./stubs.js";

/** How to divide an offset in a span by the size of its objects without a division. */
export interface divMagic {
  readonly shift: number;
  readonly shift2: number;
  readonly mul: number;
  /** For sizes that are powers of two, the mask that leaves an object's base; otherwise 0. */
  readonly baseMask: number;
}

/** The tables of sizeclasses.go. Class 0 stands for objects too large for any class. */
export interface SizeClasses {
  /** Bytes in an object of the class. */
  readonly class_to_size: readonly number[];
  /** Pages in a span of the class. */
  readonly class_to_allocnpages: readonly number[];
  readonly class_to_divmagic: readonly divMagic[];
  /** Class by size in units of 8 bytes, rounded up, for sizes up to 1024 - 8. */
  readonly size_to_class8: readonly number[];
  /** Class by size beyond 1024 in units of 128 bytes, rounded up. */
  readonly size_to_class128: readonly number[];
}

interface sizeClass {
  size: number;
  npages: number;
}

/**
 * Generates the tables.
 *
 * @go runtime/mksizeclasses.go makeClasses go1.12.17
 */
export function makeSizeClasses(c: Constants, rule: SizeClassRule): SizeClasses {
  const classes = makeClasses(c, rule);
  const class_to_size = classes.map(({size}) => size);
  return {
    class_to_size,
    class_to_allocnpages: classes.map(({npages}) => npages),
    class_to_divmagic: classes.map(each => computeDivMagic(each, c._PageSize, rule)),
    size_to_class8: classesBySize(class_to_size, 0, c.smallSizeMax, c.smallSizeDiv),
    size_to_class128: classesBySize(class_to_size, c.smallSizeMax, c._MaxSmallSize, c.largeSizeDiv),
  };
}

function makeClasses(c: Constants, rule: SizeClassRule): sizeClass[] {
  const classes: sizeClass[] = [{size: 0, npages: 0}];
  let align = 8;
  for (let size = align; size <= c._MaxSmallSize; size += align) {
    // The larger the size, the coarser the steps, so that a step costs about an eighth.
    if (isPowerOfTwo(size)) {
      if (size >= 2048) align = 256;
      else if (size >= 128) align = size / 8;
      else if (size >= rule.align16From) align = 16;
    }
    const npages = spanPages(size, c._PageSize);
    const objects = Math.floor((npages * c._PageSize) / size);
    const last = classes[classes.length - 1]!;
    if (npages === last.npages && objects === Math.floor((npages * c._PageSize) / last.size)) {
      // The same number of objects in the same pages: the smaller class would gain nothing.
      last.size = size;
    } else {
      classes.push({size, npages});
    }
  }
  for (const each of classes.slice(1)) {
    const span = each.npages * c._PageSize;
    const largest = roundDown(Math.floor(span / Math.floor(span / each.size)), c.largeSizeDiv);
    each.size = Math.max(each.size, largest);
  }
  return classes;
}

/** The least number of pages of which at most an eighth is left over. */
function spanPages(size: number, pageSize: number): number {
  let span = pageSize;
  while (span % size > Math.floor(span / 8)) span += pageSize;
  return span / pageSize;
}

/**
 * Finds the shortest multiplication and shift that divide every offset of a span exactly; from go1.16 on, the one that
 * takes 32 bits for every size.
 *
 * Go tries each offset. The quotient is too large, if ever, first at the highest offset that leaves the
 * remainder d - 1, so that trying this one is enough.
 *
 * @go runtime/mksizeclasses.go computeDivMagic go1.12.17
 */
function computeDivMagic({size, npages}: sizeClass, pageSize: number, rule: SizeClassRule): divMagic {
  if (size === 0) return {shift: 0, shift2: 0, mul: 0, baseMask: 0};
  if (rule.division === "reciprocal") {
    return {shift: 0, shift2: 32, mul: Math.ceil(2 ** 32 / size), baseMask: 0};
  }
  const baseMask = isPowerOfTwo(size) ? 2 ** 16 - size : 0;
  let d = size;
  let max = npages * pageSize - (rule.division === "end" ? 0 : 1);
  let shift = 0;
  while (d % 2 === 0) {
    shift++;
    d /= 2;
    max = Math.floor(max / 2);
  }
  const worst = max < d - 1 ? max : roundDown(max + 1, d) - 1;
  for (let shift2 = 0; ; shift2++) {
    const mul = Math.ceil(2 ** shift2 / d);
    if (Math.floor((worst * mul) / 2 ** shift2) === Math.floor(worst / d))
      return {shift, shift2, mul, baseMask};
  }
}

/** For each size from `from` to `to` in steps of `step`, the first class that is large enough. */
function classesBySize(class_to_size: readonly number[], from: number, to: number, step: number): number[] {
  const table: number[] = [];
  for (let size = from; size <= to; size += step) table.push(class_to_size.findIndex(each => each >= size));
  return table;
}
