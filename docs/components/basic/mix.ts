// A mix of sizes, as a reader writes it: `16 24p*3 400*0.5`, where p is for pointers and * says how often.

import type {Parsed} from "../smallalloc/parse.js";

/** One size of a mix. */
export interface Part {
  /** In bytes. */
  readonly size: number;
  readonly scan: boolean;
  /** How often it comes, in relation to the others. */
  readonly weight: number;
}

/** The largest size that a mix may have, and how many sizes. */
export const limits = {size: 2 ** 20, parts: 40};

/** Mixes to begin with. They show one thing each and claim to be nobody's program. */
export const mixes: readonly (readonly [name: string, mix: string])[] = [
  [
    "many small, few large",
    "8*4 16p*8 24p*8 32*6 48p*6 64p*4 96p*3 128*2 256p*2 512 1024p 4096*0.3 40000*0.05",
  ],
  ["one size", "48p"],
  ["tiny only", "1*2 2 4*3 5 8*4 11 15"],
  ["sizes that fit badly", "17 33p 65 129p 257 513p 1025 2049 4097 8193p 20481 30000"],
  ["large only", "40000*20 100000*4 1000000*0.1"],
];

/** Reads a mix. A fault names the part that makes no sense. */
export function parseMix(text: string): Parsed<readonly Part[]> {
  const words = text.split(/[\s,]+/).filter(word => word !== "");
  if (words.length === 0) return {fault: "the mix is empty: write sizes, like 16 24p*3"};
  if (words.length > limits.parts)
    return {fault: `the mix has ${words.length} sizes: up to ${limits.parts} are possible`};
  const parts: Part[] = [];
  for (const word of words) {
    const [, digits, scan, weight = "1"] = /^(\d+)(p?)(?:\*(\d+(?:\.\d+)?))?$/.exec(word) ?? [];
    const [size, share] = [Number(digits), Number(weight)];
    if (digits === undefined) return {fault: `“${word}” in the mix is no size: write 24, 24p or 24p*3`};
    if (size < 1 || size > limits.size)
      return {
        fault: `“${word}” in the mix: a size is from 1 to ${limits.size.toLocaleString("en-US")} bytes`,
      };
    if (share === 0) return {fault: `“${word}” in the mix never comes: a weight is more than 0`};
    parts.push({size, scan: scan === "p", weight: share});
  }
  return {value: parts};
}

/** The mean size of a mix, in bytes. */
export function meanSize(mix: readonly Part[]): number {
  const weights = mix.reduce((sum, p) => sum + p.weight, 0);
  return mix.reduce((sum, p) => sum + p.size * p.weight, 0) / weights;
}

/**
 * A generator of numbers from 0 up to 1, the same ones each time: what is drawn must not depend on the browser.
 * xorshift by Marsaglia, with 32 bits.
 */
export function chance(seed: number): () => number {
  let x = seed;
  return () => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return (x >>> 0) / 2 ** 32;
  };
}

/** Draws parts of a mix, each as often as its weight says. */
export function drawFrom(mix: readonly Part[], next: () => number): () => Part {
  const sums: number[] = [];
  let total = 0;
  for (const {weight} of mix) sums.push((total += weight));
  return () => {
    const at = next() * total;
    return mix[sums.findIndex(sum => at < sum)] ?? mix[mix.length - 1]!;
  };
}
