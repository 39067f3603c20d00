// Lists of sizes as readers write them: `1, 2, 8x3`.

import type {Parsed} from "../smallalloc/parse.js";

/** The sizes that the tiny allocator takes, in bytes. */
export const [smallest, largest] = [1, 15];

/** Reads sizes from 1 to 15, separated by commas or blanks; `8x3` stands for three of 8. At most `most` of them. */
export function sizes(text: string, most: number): Parsed<readonly number[]> {
  const out: number[] = [];
  for (const part of text.split(/[\s,]+/).filter(p => p !== "")) {
    const [, digits, times] = /^(\d+)(?:[x×*](\d+))?$/.exec(part) ?? [];
    const size = Number(digits);
    if (digits === undefined) return {fault: `“${part}” is no size: write 1, 2, 8x3`};
    if (size < smallest || size > largest)
      return {
        fault: `${size} bytes are not tiny: write sizes from ${smallest} to ${largest}${size >= 16 ? "; larger objects get a block of their own" : ""}`,
      };
    const n = Number(times ?? 1);
    if (out.length + n > most)
      return {fault: `“${part}” makes more than ${most.toLocaleString("en-US")} objects: write fewer`};
    for (let i = 0; i < n; i++) out.push(size);
  }
  return out.length === 0 ? {fault: "there is no size: write one, such as 8"} : {value: out};
}

/** The text for a list: runs of one size become `8x3`. */
export function writeSizes(list: readonly number[]): string {
  const runs: [size: number, n: number][] = [];
  for (const size of list) {
    const last = runs.at(-1);
    if (last?.[0] === size) last[1]++;
    else runs.push([size, 1]);
  }
  return runs.map(([size, n]) => (n === 1 ? `${size}` : `${size}x${n}`)).join(", ");
}

/** Puts a list into a random order, which is always the same for the same list (Fisher–Yates with an LCG). */
export function shuffled(list: readonly number[]): number[] {
  const out = [...list];
  let state = 1;
  for (let i = out.length - 1; i > 0; i--) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const j = Math.floor((state / 2 ** 32) * (i + 1));
    [out[i], out[j]] = [out[j]!, out[i]!];
  }
  return out;
}
