// Why 16 bytes: what blocks of other sizes would save at best, waste at worst, and hold on to on a mix.

import {boot} from "../../src/runtime/index.js";
import {numberParam, setParams} from "../address.js";
import {controls, figure, table} from "../blocks.js";
import {count} from "../format.js";
import {type Element, h, live, toHtml} from "../markup.js";
import {held, ownBlock, pack} from "./pack.js";
import {shuffled} from "./sizes.js";

/** The block sizes that are looked at, in bytes; 0 stands for no combining. */
export const blockSizes = [0, 8, 16, 32, 64] as const;

/** What a block size can do. Factors are against giving each object a block of its size class. */
export interface Extremes {
  readonly blockSize: number;
  /** The largest number of objects in a block: all of one byte. */
  readonly objects: number;
  /** How many times less memory it takes at best. */
  readonly best: number;
  /** How many times more it holds at worst: one object of those in a block is left. */
  readonly worst: number;
}

/** Works the extremes of a block size out by packing the objects that make them. */
export function extremesOf(blockSize: number): Extremes {
  const {sizeclasses} = boot();
  const least = ownBlock(sizeclasses, 1);
  if (blockSize === 0) return {blockSize, objects: 1, best: 1, worst: 1};
  const ones = Array<number>(blockSize).fill(1);
  const {blocks} = pack(ones, blockSize);
  const alone = held(sizeclasses, ones, blockSize, i => i === 0);
  return {
    blockSize,
    objects: ones.length / blocks,
    best: (ones.length * least) / (blocks * blockSize),
    worst: alone / least,
  };
}

/** The mix on which block sizes are compared: 200 of each size from 1 to 15 in random order. */
export const mix: readonly number[] = shuffled(Array.from({length: 3000}, (_, i) => (i % 15) + 1));

/** Bytes held by block size when every `k`-th object can be reached. */
export function heldBySize(k: number): number[] {
  const {sizeclasses} = boot();
  return blockSizes.map(size => held(sizeclasses, mix, size, i => i % k === 0));
}

const times = (factor: number, what: string) => (factor === 1 ? "the same" : `${factor}× ${what}`);
const name = (size: number) => (size === 0 ? "none" : `${size} bytes`);

const nameLeast = (i: number) => (blockSizes[i] === 0 ? "the size class of each" : name(blockSizes[i]!));

function draw(k: number, set: ((k: number) => void) | null): Element {
  const now = heldBySize(k);
  const all = heldBySize(1);
  const least = Math.min(...now);
  return h(
    "div",
    {class: "cell"},
    set !== null &&
      controls(
        "How many survive",
        h(
          "label",
          {class: "range"},
          `one object in ${k} can be reached `,
          h("input", {
            type: "range",
            min: 1,
            max: 32,
            step: 1,
            value: k,
            oninput: event => set((event.target as HTMLInputElement).valueAsNumber),
          }),
        ),
      ),
    figure(
      h(
        "span",
        {role: "status"},
        `${count(mix.length)} objects of 1 to 15 bytes, of which one in ${k} can be reached. The least is held with blocks of ${nameLeast(now.indexOf(least))}.`,
      ),
      table({
        caption: "Blocks of other sizes. Best and worst are against a block of its own for each object.",
        head: ["block", "#objects at most", "#best", "#worst", "#held if all live", `#held if 1 in ${k}`],
        rows: blockSizes.map((size, i) => {
          const {objects, best, worst} = extremesOf(size);
          const here = count(now[i]!);
          return [
            size === 16 ? h("b", null, `${name(size)} (Go)`) : name(size),
            count(objects),
            times(best, "less"),
            times(worst, "more"),
            count(all[i]!),
            now[i] === least ? h("b", null, here) : here,
          ];
        }),
      }),
    ),
  );
}

const opening = 4;

/** The comparison of block sizes, with the share of survivors that the reader sets. */
export function blocksize(): HTMLElement {
  return live(numberParam("survivors", opening, 1, 32), (k, set) =>
    draw(k, next => {
      setParams({survivors: next === opening ? null : next});
      set(next);
    }),
  );
}

/** The same in print. */
export const fallback = () => toHtml(draw(opening, null));
