// Sizes as readers write them: "100000", "100,000", "96 KiB", "5 pages", "2^47". A fault names what was typed.

import {bytes, count} from "../format.js";

/** A value, or a sentence about why there is none. */
export type Parsed<T> = {readonly value: T} | {readonly fault: string};

const units: Readonly<Record<string, number>> = {
  "": 1,
  b: 1,
  byte: 1,
  bytes: 1,
  k: 2 ** 10,
  kib: 2 ** 10,
  m: 2 ** 20,
  mib: 2 ** 20,
  g: 2 ** 30,
  gib: 2 ** 30,
  t: 2 ** 40,
  tib: 2 ** 40,
};

/** The largest object that is small. */
export const largestSmall = 32768;

/**
 * Reads a size in bytes. "2^64-4096" is understood too, since sizes near the end of the range are worth trying. `page`
 * is what a page has.
 */
export function size(text: string, page = 8192): Parsed<number> {
  const plain = text.trim().toLowerCase().replace(/[,_]/g, "");
  const [, base, exponent, minus] = /^(\d+)\^(\d+)(?:\s*[-−]\s*(\d+))?$/.exec(plain) ?? [];
  const [, digits, unit] = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/.exec(plain) ?? [];
  const factor = /^pages?$/.test(unit ?? "") ? page : units[unit ?? "none"];
  const n =
    base !== undefined
      ? Number(base) ** Number(exponent) - Number(minus ?? 0)
      : factor === undefined
        ? Number.NaN
        : Number(digits) * factor;
  if (Number.isInteger(n) && n >= 0) return {value: n};
  return {fault: `“${text}” is no size: write whole bytes, or like 96 KiB, 5 pages, 2^30`};
}

/** Reads the size of a large object. */
export function largeSize(text: string, most: number): Parsed<number> {
  const read = size(text);
  if ("fault" in read) return read;
  if (read.value <= largestSmall)
    return {
      fault: `“${text}” is ${bytes(read.value)}, and not large: large objects begin at ${count(largestSmall + 1)} bytes`,
    };
  if (read.value > most)
    return {
      fault: `“${text}” is ${bytes(read.value)}: here objects end at ${bytes(most)}; larger requests have a place further down`,
    };
  return read;
}
