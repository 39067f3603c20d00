// What becomes of a broken recording. Anything but a Fault or finite sums is an error of the reader.

import {checksOf} from "../../../src/capture/reader/checks.ts";
import {Fault} from "../../../src/capture/reader/fault.ts";
import {fragmentsOf} from "../../../src/capture/reader/fragments.ts";
import {memStatsOf} from "../../../src/capture/reader/memstats.ts";
import {sumsOf} from "../../../src/capture/reader/sums.ts";
import {mutate} from "./mutate.ts";
import {readText} from "./support.ts";

/** Opens the mutation of that number. Throws what the reader should not have thrown. */
export function outcome(text: string, seed: number): "opened" | "refused" {
  const broken = mutate(text, seed);
  try {
    for (const heap of readText(broken, 1 + (seed % 5000)).opened.heaps) {
      const sums = sumsOf(heap);
      const numbers = [
        sums.sys,
        sums.retained,
        sums.sparseBytes,
        fragmentsOf(heap.free).pages,
        ...Object.values(sums.parts),
        ...checksOf(heap, sums).flatMap(c => [c.added, c.counted]),
        ...Object.values(memStatsOf(heap, sums)).map(Number),
      ];
      if (!numbers.every(Number.isFinite)) throw new Error(`mutation ${seed} has a sum that is no number`);
    }
    return "opened";
  } catch (error) {
    if (error instanceof Fault && error.message !== "") return "refused";
    throw new Error(`mutation ${seed}: ${(error as Error).stack}`);
  }
}
