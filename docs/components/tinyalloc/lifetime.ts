// A block lives as long as one of its objects can be reached: the same objects, after a collection.

import {param, setParams} from "../address.js";
import {controls, figure, note, textField} from "../blocks.js";
import {count, plural} from "../format.js";
import {type Element, h, live, toHtml} from "../markup.js";
import {firstRelease} from "../release.js";
import {keep as parseKeep} from "../smallalloc/parse.js";
import {blockSize, drawBlock} from "./draw.js";
import {defaults, type Inputs} from "./inputs.js";
import {fresh, runSizes, survive} from "./run.js";

/** What a collection leaves of a list of objects. Sizes are in bytes. */
export interface Left {
  /** For each block, whether it is still allocated. */
  readonly alive: readonly boolean[];
  /** Bytes of objects that can be reached, and of the blocks that are kept for them. */
  readonly reachable: number;
  readonly held: number;
}

/** Allocates, and collects with the objects reachable that `keep` names by number, from 1. */
export function collectSizes(list: Inputs, keep: (n: number) => boolean, release?: string): Left {
  const run = runSizes(list, fresh(release));
  const alive = survive(run, keep);
  return {
    alive,
    reachable: run.placed.filter(p => keep(p.n)).reduce((sum, p) => sum + p.size, 0),
    held: blockSize * alive.filter(a => a).length,
  };
}

function draw(inputs: Inputs, release: string, text: string, set: ((text: string) => void) | null): Element {
  const parsed = parseKeep(text);
  const keep = "value" in parsed ? parsed.value : () => true;
  const {blocks} = runSizes(inputs, fresh(release));
  const {alive, reachable, held} = collectSizes(inputs, keep, release);
  return h(
    "div",
    {class: "cell"},
    set !== null && [
      controls("Which objects can be reached", textField("reachable", text, set, {size: 14})),
      h("div", {role: "status"}, "fault" in parsed && note(parsed.fault, ". The figure keeps all.")),
    ],
    figure(
      h(
        "span",
        {role: "status"},
        `After a collection: ${plural(reachable, "byte")} can be reached. Blocks that are kept for them: ${count(alive.filter(a => a).length)} of ${count(blocks.length)}, with ${count(held)} bytes.`,
      ),
      h(
        "div",
        {class: "blocks16"},
        ...blocks.map((block, i) =>
          drawBlock(block, {
            name: `block ${i}: ${alive[i] ? "kept" : "free"}`,
            look: p => (keep(p.n) ? "used" : "dead"),
            offset: null,
          }),
        ),
      ),
    ),
  );
}

const opening = "1";

/** The blocks after a collection, for a cell. */
export function lifetime(inputs: Inputs, release: string): HTMLElement {
  return live(param("reachable") ?? opening, (text, set) =>
    draw(inputs, release, text, next => {
      setParams({reachable: next === opening || !("value" in parseKeep(next)) ? null : next});
      set(next);
    }),
  );
}

/** The same in print. */
export const fallback = () => toHtml(draw(defaults, firstRelease, opening, null));
