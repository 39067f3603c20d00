// What combining saves on a mix of sizes: blocks, bytes and objects, with it and without.

import {param, setParams} from "../address.js";
import {choice, controls, drawing, figure, note, pct, table, textField, tick} from "../blocks.js";
import {count, percent, plural} from "../format.js";
import {type Element, h, live, toHtml} from "../markup.js";
import {firstRelease} from "../release.js";
import type {Read} from "../smallalloc/compared.js";
import {held, pack} from "./pack.js";
import {type Recorded, recordedSizes} from "./recorded.js";
import {fresh, runSizes} from "./run.js";
import {shuffled, sizes} from "./sizes.js";

/** What a way of allocating costs. */
export interface Cost {
  readonly what: string;
  readonly blocks: number;
  readonly bytes: number;
}

/** What a mix costs, way by way. The first is Go's; the last two are rules that Go does not have. */
export interface Savings {
  readonly objects: number;
  /** Bytes asked for. */
  readonly asked: number;
  readonly costs: readonly Cost[];
}

/** Allocates a list on the model, and works out what it would cost otherwise. */
export function savingsOf(list: readonly number[], release?: string): Savings {
  const rt = fresh(release);
  const {sizeclasses} = rt;
  const {blocks} = runSizes(list, rt);
  const all = () => true;
  const other = (rule: Parameters<typeof pack>[2]) => {
    const n = pack(list, 16, rule).blocks;
    return {blocks: n, bytes: 16 * n};
  };
  return {
    objects: list.length,
    asked: list.reduce((a, b) => a + b, 0),
    costs: [
      {what: "as Go does it", blocks: blocks.length, bytes: 16 * blocks.length},
      {what: "each by itself", blocks: list.length, bytes: held(sizeclasses, list, 0, all)},
      {what: "always on with the new block", ...other("always the new")},
      {what: "for ever on with the first", ...other("always the old")},
    ],
  };
}

/** How many objects a mix that the reader writes can have. */
const most = 20_000;

const mixes = (recorded: Recorded): Readonly<Record<string, {text: string; list: readonly number[]}>> => ({
  tiny: {text: "tiny, recorded", list: recorded.tiny},
  "tiny-fill": {text: "tiny-fill, recorded", list: recorded["tiny-fill"]},
  even: {text: "1 to 15", list: Array.from({length: 1500}, (_, i) => (i % 15) + 1)},
  numbers: {text: "1, 2, 4, 8", list: [1, 2, 4, 8].flatMap(n => Array(250).fill(n))},
  strings: {text: "3 to 12", list: Array.from({length: 1000}, (_, i) => 3 + (i % 10))},
});

const own = "own";

function draw(
  recorded: Recorded,
  release: string,
  {mix, text, shuffle}: State,
  set: ((state: State) => void) | null,
): Element {
  const known = mixes(recorded);
  const parsed = sizes(text, most);
  const list = mix !== own ? known[mix]!.list : "value" in parsed ? parsed.value : [8];
  const {objects, asked, costs} = savingsOf(shuffle ? shuffled(list) : list, release);
  const largest = Math.max(asked, ...costs.map(c => c.bytes));
  const bars: [string, number][] = [
    ["asked for", asked],
    ...costs.map((c): [string, number] => [c.what, c.bytes]),
  ];
  const [go, plain] = [costs[0]!, costs[1]!];
  return h(
    "div",
    {class: "cell"},
    set !== null && [
      controls(
        "Mix of sizes",
        choice(
          "mix",
          mix,
          [...Object.entries(known).map(([id, m]) => [id, m.text] as const), [own, "my own"] as const],
          id => set({mix: id, text, shuffle}),
        ),
        mix === own && textField("sizes", text, typed => set({mix, text: typed, shuffle}), {size: 24}),
        tick("in random order", shuffle, on => set({mix, text, shuffle: on})),
      ),
      h("div", {role: "status"}, mix === own && "fault" in parsed && note(parsed.fault, ".")),
    ],
    figure(
      h(
        "span",
        {role: "status"},
        `${plural(objects, "object")}. Combining takes ${count(go.bytes)} bytes instead of ${count(plain.bytes)}: `,
        h(
          "b",
          null,
          go.bytes <= plain.bytes
            ? `${percent(plain.bytes - go.bytes, plain.bytes)} less`
            : `${percent(go.bytes - plain.bytes, plain.bytes)} more`,
        ),
        `, and ${plural(go.blocks, "block")} instead of ${count(plain.blocks)}.`,
      ),
      drawing(
        `Bars of bytes: ${bars.map(([what, n]) => `${what} ${count(n)}`).join("; ")}.`,
        bars.length * 40,
        ...bars.flatMap(([what, n], i) => [
          h("text", {x: 0, y: i * 40 + 13}, `${what}: ${count(n)} bytes`),
          h("rect", {
            class: i === 1 ? "bar" : "strip",
            x: 0,
            y: i * 40 + 18,
            width: pct(n, largest),
            height: 14,
          }),
        ]),
      ),
      table({
        caption: "What the mix costs, way by way.",
        head: ["way", "#blocks", "#bytes", "#per byte asked for"],
        rows: costs.map(c => [c.what, count(c.blocks), count(c.bytes), (c.bytes / asked).toFixed(2)]),
      }),
    ),
  );
}

interface State {
  readonly mix: string;
  /** The reader's own mix, as it stands in the field. */
  readonly text: string;
  readonly shuffle: boolean;
}

const opening: State = {mix: "tiny", text: "1x400, 2x100, 4x200, 8x300", shuffle: false};

/** The savings, with a mix that the reader sets. */
export function savings(recorded: Recorded, release: string): HTMLElement {
  const asked = param("mix") ?? opening.mix;
  const mix = asked === own || asked in mixes(recorded) ? asked : opening.mix;
  const first = {mix, text: param("own") ?? opening.text, shuffle: param("order") === "random"};
  return live<State>(first, (state, set) =>
    draw(recorded, release, state, next => {
      const valid = next.mix === own && "value" in sizes(next.text, most);
      setParams({
        mix: next.mix === opening.mix ? null : next.mix,
        own: valid ? next.text.replaceAll(" ", "") : null,
        order: next.shuffle ? "random" : null,
      });
      set(next);
    }),
  );
}

/** The same in print: the recorded scripts, and an even mix. */
export function fallback(read: Read): string {
  const recorded = recordedSizes(read);
  const known = mixes(recorded);
  return toHtml([
    draw(recorded, firstRelease, opening, null),
    table({
      caption: "Other mixes, in random order.",
      head: ["mix", "#objects", "#blocks", "#bytes combined", "#bytes each by itself"],
      rows: Object.values(known).map(({text, list}) => {
        const {objects, costs} = savingsOf(shuffled(list));
        return [
          text,
          count(objects),
          count(costs[0]!.blocks),
          count(costs[0]!.bytes),
          count(costs[1]!.bytes),
        ];
      }),
    }),
  ]);
}
