// The inputs of the page: how large the objects are, and whether they hold pointers.

import {setParams} from "../address.js";
import {controls, note, textField, tick} from "../blocks.js";
import {type Element, h, live} from "../markup.js";
import {whole} from "./parse.js";

/** What a reader chooses at the top of the page. Sizes are in bytes. */
export interface Inputs {
  readonly size: number;
  /** Whether the objects hold pointers. */
  readonly scan: boolean;
}

/** What the page opens with: 170 objects in a span, so that the last group of 64 is not full. */
export const defaults: Inputs = {size: 48, scan: false};

/** The largest size that is small. */
export const largest = 32768;

interface State {
  readonly inputs: Inputs;
  /** What stands in the field, right or wrong. */
  readonly text: string;
  readonly fault: string | null;
}

/** Reads the inputs from parameters of an address; what makes no sense stays in the field and is explained. */
export function readInputs(params: URLSearchParams): State {
  const text = params.get("size") ?? `${defaults.size}`;
  const size = whole(text, 1, largest, "size of a small object");
  return {
    inputs: {size: "value" in size ? size.value : defaults.size, scan: params.get("scan") === "1"},
    text,
    fault: "fault" in size ? size.fault : null,
  };
}

function draw({inputs, text, fault}: State, set: (state: State) => void): Element {
  return h(
    "div",
    {class: "inputs"},
    controls(
      "Inputs of this page",
      textField("object size in bytes", text, typed => {
        const size = whole(typed, 1, largest, "size of a small object");
        if ("value" in size) set({inputs: {...inputs, size: size.value}, text: typed, fault: null});
        else set({inputs, text: typed, fault: size.fault});
      }),
      tick("with pointers", inputs.scan, scan => set({inputs: {...inputs, scan}, text, fault})),
    ),
    h("div", {role: "status"}, fault !== null && note(fault, `. The page shows ${inputs.size}.`)),
  );
}

/** The inputs as an element with a value, for Framework's `view`. The address of the page follows them. */
export function inputsView(): HTMLElement & {value: Inputs} {
  const read = readInputs(new URLSearchParams(location.search));
  const node = live(read, (state, setState) =>
    draw(state, next => {
      setState(next);
      if (next.inputs.size === node.value.size && next.inputs.scan === node.value.scan) return;
      const {size, scan} = next.inputs;
      setParams({size: size === defaults.size ? null : size, scan: scan ? 1 : null});
      node.value = next.inputs;
      node.dispatchEvent(new Event("input"));
    }),
  ) as HTMLElement & {value: Inputs};
  // Events of the controls stay inside: Framework listens on the element itself, once per change.
  node.addEventListener("input", event => event.target !== node && event.stopImmediatePropagation());
  node.value = read.inputs;
  return node;
}
