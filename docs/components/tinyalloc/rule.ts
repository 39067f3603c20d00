// The replacement rule as a map: for each tinyoffset and each size, what mallocgc does.

import {newTinyBlock, tinyAlloc} from "../../src/runtime/mallocgc.js";
import {numberParam, setParams} from "../address.js";
import {controls, drawing, figure, numberField} from "../blocks.js";
import {plural} from "../format.js";
import {type Element, h, live, toHtml} from "../markup.js";
import {blockSize} from "./draw.js";
import {fresh} from "./run.js";
import {largest, smallest} from "./sizes.js";

/** What becomes of an object: it fits, or a new block is taken and the mcache goes on with the new or the old one. */
export type Outcome = "fits" | "new" | "old";

/** The outcome for each tinyoffset from 0 to 16 and each size from 1 to 15: `map[size - 1][tinyoffset]`. */
export function outcomes(): Outcome[][] {
  const rt = fresh();
  const c = rt.m0.mcache!;
  const rows: Outcome[][] = [];
  for (let size = smallest; size <= largest; size++) {
    const row: Outcome[] = [];
    for (let tinyoffset = 0; tinyoffset <= blockSize; tinyoffset++) {
      const block = 0xc000100000;
      c.tiny = block;
      c.tinyoffset = tinyoffset;
      if (tinyAlloc(c, size) !== 0) row.push("fits");
      else {
        newTinyBlock(rt, c, size);
        row.push(c.tiny === block ? "old" : "new");
      }
    }
    rows.push(row);
  }
  return rows;
}

const meaning: Readonly<Record<Outcome, string>> = {
  fits: "fits into the block",
  new: "new block, and the mcache goes on with the new one",
  old: "new block, but the mcache goes on with the old one",
};

const letters: Readonly<Record<Outcome, string>> = {fits: "", new: "n", old: "o"};
const looks: Readonly<Record<Outcome, string>> = {fits: "free", new: "used", old: "padding"};

interface State {
  readonly size: number;
  readonly tinyoffset: number;
}

function draw(state: State, set: ((state: State) => void) | null): Element {
  const map = outcomes();
  const {size, tinyoffset} = state;
  const outcome = map[size - 1]![tinyoffset]!;
  const [columns, high] = [blockSize + 2, 20];
  const x = (column: number) => `${+((100 * column) / columns).toFixed(3)}%`;
  const all = map.flat();
  const counts = (["fits", "new", "old"] as const).map(
    o => `${all.filter(a => a === o).length} ${meaning[o]}`,
  );
  const alt = `A map of ${all.length} cases, tinyoffset from 0 to ${blockSize} across, size from ${smallest} to ${largest} down: ${counts.join("; ")}.`;
  return h(
    "div",
    {class: "cell"},
    set !== null &&
      controls(
        "A case",
        numberField("tinyoffset", tinyoffset, {min: 0, max: blockSize}, n => set({size, tinyoffset: n})),
        numberField("size", size, {min: smallest, max: largest}, n => set({size: n, tinyoffset})),
      ),
    figure(
      h(
        "span",
        {role: "status"},
        `tinyoffset ${tinyoffset}, ${plural(size, "byte")}: `,
        h("b", null, meaning[outcome]),
        outcome === "fits"
          ? "."
          : `. ${blockSize - tinyoffset} bytes are left in the old one, ${blockSize - size} will be in the new one.`,
      ),
      drawing(
        alt,
        (largest + 2) * high,
        ...Array.from({length: blockSize + 1}, (_, o) =>
          h("text", {class: "tick", x: x(o + 1.5), y: 14}, `${o}`),
        ),
        ...map.flatMap((row, i) => [
          h("text", {class: "tick", x: x(0.5), y: (i + 1) * high + 15}, `${i + 1}`),
          ...row.map((o, offset) => {
            const chosen = i + 1 === size && offset === tinyoffset;
            return h(
              "g",
              {onclick: set === null ? null : () => set({size: i + 1, tinyoffset: offset})},
              h("rect", {
                class: `box ${looks[o]}${chosen ? " chosen" : ""}`,
                x: x(offset + 1),
                y: (i + 1) * high + 1,
                width: x(0.94),
                height: high - 2,
              }),
              letters[o] !== "" &&
                h(
                  "text",
                  {
                    class: `on-${looks[o]}`,
                    x: x(offset + 1.47),
                    y: (i + 1) * high + 14,
                    "text-anchor": "middle",
                  },
                  letters[o],
                ),
            );
          }),
        ]),
        h(
          "text",
          {class: "tick end", x: "100%", y: (largest + 2) * high - 4},
          "across: tinyoffset · down: size in bytes",
        ),
      ),
      h(
        "p",
        {class: "small"},
        "Empty: it fits. ",
        h("b", null, "n"),
        ": a new block, which is kept. ",
        h("b", null, "o"),
        ": a new block for this object alone, the old one is kept.",
      ),
    ),
  );
}

const opening: State = {size: 12, tinyoffset: 6};

/** The map, with a case that the reader picks. */
export function rule(): HTMLElement {
  const first = {
    size: numberParam("size", opening.size, smallest, largest),
    tinyoffset: numberParam("offset", opening.tinyoffset, 0, blockSize),
  };
  return live<State>(first, (state, set) =>
    draw(state, next => {
      setParams({
        size: next.size === opening.size ? null : next.size,
        offset: next.tinyoffset === opening.tinyoffset ? null : next.tinyoffset,
      });
      set(next);
    }),
  );
}

/** The same in print. */
export const fallback = () => toHtml(draw(opening, null));
