// Asks the model's treap the recorded questions in the reader's browser, with priorities that the reader seeds.

import {type Answers, answer, parseVectors} from "../../src/capture/treap.js";
import {button, controls, note, numberField} from "../blocks.js";
import {count} from "../format.js";
import {h, live} from "../markup.js";

interface State {
  readonly seed: number;
  readonly answers: Answers | null;
  readonly fault: string | null;
}

/** A button that compares. `address` is where the recorded calls can be read. */
export function vectors(address: string): HTMLElement {
  return live<State>({seed: 1, answers: null, fault: null}, (state, set) => {
    const {seed, answers, fault} = state;
    const again = async () => {
      try {
        const response = await fetch(address);
        if (!response.ok) throw new Error(`the server answers ${response.status}`);
        set({seed, answers: answer(parseVectors(await response.text()), seed), fault: null});
      } catch (error) {
        set({
          seed,
          answers: null,
          fault: `The recorded calls could not be read: ${(error as Error).message}`,
        });
      }
    };
    return h(
      "div",
      {class: "cell"},
      controls(
        "Ask the treap here",
        numberField("seed of the priorities", seed, {min: 1, max: 1e6}, n =>
          set({seed: n, answers: null, fault: null}),
        ),
        button("ask the treap here", () => void again()),
      ),
      h(
        "div",
        {role: "status"},
        fault !== null && note(fault, "."),
        answers !== null &&
          h(
            "p",
            {class: "small"},
            `Asked in your browser just now, with seed ${seed}: ${count(answers.same)} of ${count(answers.finds)} searches answer the recorded span, and ${count(answers.inPlace)} of ${count(answers.spans)} spans are at the recorded place.`,
          ),
      ),
    );
  });
}
