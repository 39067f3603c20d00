// Blocks of 16 bytes filling up, object by object.

import {numberParam, setParams} from "../address.js";
import {button, controls, figure} from "../blocks.js";
import {count, plural} from "../format.js";
import {type Element, h, live, type Markup, toHtml} from "../markup.js";
import {firstRelease} from "../release.js";
import {blockSize, drawBlock} from "./draw.js";
import {defaults, type Inputs} from "./inputs.js";
import {alignmentOf, fresh, type Placed, runSizes} from "./run.js";

/** What happened to one object, in sentences. */
export function tell({size, tinyoffset, came}: Placed): string {
  const align = alignmentOf(size);
  const rule = `An object of ${plural(size, "byte")} is aligned to ${align}`;
  if (tinyoffset === null)
    return `${rule}. There is no block yet: a new one is taken, and the mcache goes on with it.`;
  const aligned = Math.ceil(tinyoffset / align) * align;
  const from =
    aligned === tinyoffset ? `offset ${tinyoffset} will do` : `offset ${tinyoffset} becomes ${aligned}`;
  const sum = `${aligned} + ${size} = ${aligned + size}`;
  if (came === "combined") return `${rule}: ${from}. ${sum}, which is at most ${blockSize}: it fits.`;
  const [left, fresh] = [blockSize - tinyoffset, blockSize - size];
  const taken = `${rule}: ${from}. ${sum}, which is more than ${blockSize}: a new block is taken.`;
  if (came === "new, kept")
    return `${taken} The new one will have ${plural(fresh, "byte")} left, the old one has ${left}: the mcache goes on with the new one.`;
  return `${taken} The old one has ${plural(left, "byte")} left, the new one will have ${fresh}: the mcache goes on with the old one.`;
}

function draw(inputs: Inputs, release: string, step: number, set: ((step: number) => void) | null): Element {
  const {placed, blocks, current, tinyoffset} = runSizes(inputs.slice(0, step), fresh(release));
  const last = placed.at(-1)!;
  const asked = placed.reduce((sum, p) => sum + p.size, 0);
  return h(
    "div",
    {class: "cell"},
    set !== null &&
      controls(
        "Objects of the list",
        button("← back", () => step > 1 && set(step - 1), {"aria-disabled": `${step === 1}`}),
        button("next →", () => step < inputs.length && set(step + 1), {
          "aria-disabled": `${step === inputs.length}`,
        }),
        button("all", () => set(inputs.length), {"aria-disabled": `${step === inputs.length}`}),
      ),
    figure(
      [
        h("b", null, `Object ${last.n} of ${inputs.length}`),
        `: ${plural(placed.length, "object")} of together ${plural(asked, "byte")} in ${plural(blocks.length, "block")}, which take ${count(blocks.length * blockSize)} bytes.`,
      ],
      h("p", {class: "small", role: "status"}, tell(last)),
      h(
        "div",
        {class: "blocks16"},
        ...blocks.map(
          (block, i): Markup =>
            drawBlock(block, {
              name: `block ${i}`,
              look: p => (p.n === last.n ? "last" : "used"),
              offset: i === current ? tinyoffset : null,
            }),
        ),
      ),
    ),
  );
}

/** The blocks, for a reader to fill step by step. */
export function filling(inputs: Inputs, release: string): HTMLElement {
  return live(numberParam("object", inputs.length, 1, inputs.length), (step, set) =>
    draw(inputs, release, step, next => {
      setParams({object: next === inputs.length ? null : next});
      set(next);
    }),
  );
}

/** The same in print: each object's sentence, and the blocks in the end. */
export function fallback(): string {
  const {placed} = runSizes(defaults);
  return toHtml([
    h("ol", {class: "list"}, ...placed.map(p => h("li", null, tell(p)))),
    draw(defaults, firstRelease, defaults.length, null),
  ]);
}
