// The input of the page: the sizes of the objects, in the order in which they are asked for.

import {param, setParams} from "../address.js";
import {button, controls, note, textField} from "../blocks.js";
import {type Element, h, live} from "../markup.js";
import {sizes, writeSizes} from "./sizes.js";

/** Sizes in bytes, from 1 to 15. */
export type Inputs = readonly number[];

/** What the page opens with: alignment, a block that is full, and both ends of the replacement rule. */
export const defaults: Inputs = [1, 2, 4, 8, 3, 14, 12, 9, 6];

/** How many objects the page draws. */
export const most = 120;

interface State {
  readonly inputs: Inputs;
  readonly text: string;
  readonly fault: string | null;
}

/** Reads the sizes from a text; if it makes no sense, it stays in the field and is explained. */
export function readSizes(text: string): State {
  const parsed = sizes(text, most);
  if ("value" in parsed) return {inputs: parsed.value, text, fault: null};
  return {inputs: defaults, text, fault: parsed.fault};
}

function draw(state: State, set: (state: State) => void): Element {
  const {inputs, text, fault} = state;
  const type = (typed: string) => {
    const next = readSizes(typed);
    // A fault leaves the page as it is.
    set(next.fault === null ? next : {...next, inputs});
  };
  const add = (size: number) => type(writeSizes([...inputs, size]));
  return h(
    "div",
    {class: "inputs"},
    controls(
      "Inputs of this page",
      textField("sizes", text, type, {size: 30, class: "long"}),
      ...[1, 2, 4, 8, 12, 15].map(n =>
        button(`+ ${n}`, () => inputs.length < most && add(n), {"aria-label": `one more of ${n} bytes`}),
      ),
      button("undo", () => inputs.length > 1 && type(writeSizes(inputs.slice(0, -1))), {
        "aria-disabled": `${inputs.length === 1}`,
      }),
      button("start again", () => type(writeSizes(defaults))),
    ),
    h("div", {role: "status"}, fault !== null && note(fault, ". The page keeps the sizes from before.")),
  );
}

/** The sizes as an element with a value, for Framework's `view`. The address of the page follows them. */
export function inputsView(): HTMLElement & {value: Inputs} {
  const read = readSizes(param("sizes") ?? writeSizes(defaults));
  const node = live(read, (state, setState) =>
    draw(state, next => {
      setState(next);
      if (next.inputs === node.value) return;
      const text = writeSizes(next.inputs);
      setParams({sizes: text === writeSizes(defaults) ? null : text.replaceAll(" ", "")});
      node.value = next.inputs;
      node.dispatchEvent(new Event("input"));
    }),
  ) as HTMLElement & {value: Inputs};
  // Events of the controls stay inside: Framework listens on the element itself, once per change.
  node.addEventListener("input", event => event.target !== node && event.stopImmediatePropagation());
  node.value = read.inputs;
  return node;
}
