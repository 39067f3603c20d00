// Recorded scripts of allocations for the tests, and lists of allocations of our own.

import {readdirSync, readFileSync} from "node:fs";
import type {AllocFile} from "../../src/capture/index.js";

const folder = new URL("../../docs/data/captures/alloc/", import.meta.url);

/** Names of the files of a release, without `.json`. */
export function scriptFilesOf(version: string): string[] {
  return readdirSync(folder)
    .filter(name => name.endsWith(`-go${version}.json`))
    .map(name => name.slice(0, -".json".length))
    .sort();
}

/** The file of that name. Each call reads it anew, so that a test may spoil it. */
export function scriptFile(name: string): AllocFile {
  return JSON.parse(readFileSync(new URL(`${name}.json`, folder), "utf8")) as AllocFile;
}

/** An allocation: bytes, and whether its type is a pointer. */
export type Allocation = readonly [size: number, scan: boolean];

const MiB = 2 ** 20;

/** Sizes around the largest class, the smallest span of its own, and arenas. */
const largeSizes = [
  32769,
  32776,
  36864,
  40000,
  40960,
  40961,
  49152,
  65536,
  65537,
  73728,
  100_000,
  131_072,
  262_144,
  524_288,
  MiB,
  MiB + 1,
  3 * MiB,
  4 * MiB,
  4 * MiB + 8192,
  10 * MiB,
];

/** Sizes from `from` to `to` in steps of 8, each with and without pointers. */
function around(from: number, to: number): Allocation[] {
  const out: Allocation[] = [];
  for (let size = from; size <= to; size += 8) out.push([size, true], [size, false]);
  return out;
}

/** The scripts of the recorder that lie here without a recording. */
export const further: Readonly<Record<string, readonly Allocation[]>> = {
  "tiny-and-scan": Array.from({length: 15}, (_, i) => [[i + 1, false] as const, [8, true] as const]).flat(),
  "large-scan": largeSizes.map(size => [Math.ceil(size / 8) * 8, true]),
  boundaries: [...around(496, 528), ...around(1008, 1032), ...around(32736, 32784)],
  mixed: mixed(600),
  "arena-growth": [
    ...Array(70).fill([MiB, false]),
    [100 * MiB, false],
    [MiB, false],
    [64, false],
  ] as Allocation[],
};

/** What a linear congruential generator chooses: three in eight tiny, three small, one medium, one up to 100,000. */
function mixed(n: number): Allocation[] {
  let x = 12345;
  return Array.from({length: n}, () => {
    x = (Math.imul(x, 1664525) + 1013904223) >>> 0;
    const kind = (x >>> 4) & 7;
    const range = kind < 3 ? 15 : kind < 6 ? 512 : kind < 7 ? 8192 : 100_000;
    const size = ((x >>> 8) % range) + 1;
    const scan = ((x >>> 30) & 1) === 1;
    return [scan ? Math.ceil(size / 8) * 8 : size, scan];
  });
}
