// Recorded scripts of allocations, replayed in the reader's browser.

import type {Comparison, Replay} from "../../src/capture/index.js";
import {button, choice, controls, figure, note, table} from "../blocks.js";
import {count, plural} from "../format.js";
import {type Element, h, live, type Markup} from "../markup.js";

/** The scripts that section 7.5 is about. */
export const smallScripts = ["classes-noscan", "classes-scan", "rounding", "fill"];

/** "linux-386-go1.19.8.json" as "go1.19.8, linux/386". */
function nameOf(file: string): string {
  const [platform, version] = file.replace(".json", "").split("-go");
  return `go${version}, ${platform!.replace("-", "/")}`;
}

interface State {
  readonly file: string;
  readonly script: string;
  readonly replay: Replay | null;
  readonly fault: string | null;
}

/** Replays in the reader's browser. `files` says where each recording can be read. */
export function scripts(files: ReadonlyMap<string, string>, names: readonly string[]): HTMLElement {
  const first = {file: [...files.keys()][0] ?? "", script: names[0] ?? "", replay: null, fault: null};
  return live<State>(first, (state, set) => {
    const again = async () => {
      try {
        const response = await fetch(files.get(state.file)!);
        if (!response.ok) throw new Error(`the server answers ${response.status}`);
        // Replaying takes a part of the program that the rest of the page does without.
        const {replayText} = await import("./compared.js");
        set({...state, replay: replayText(await response.text(), state.script), fault: null});
      } catch (error) {
        set({
          ...state,
          replay: null,
          fault: `${state.file} could not be replayed: ${(error as Error).message}`,
        });
      }
    };
    return h(
      "div",
      {class: "cell"},
      controls(
        "Replay a script here",
        choice(
          "recording",
          state.file,
          [...files.keys()].map(f => [f, nameOf(f)]),
          file => set({...state, file, replay: null}),
        ),
        choice(
          "script",
          state.script,
          names.map(n => [n, n]),
          script => set({...state, script, replay: null}),
        ),
        button("replay it here", () => void again()),
      ),
      h(
        "div",
        {role: "status"},
        state.fault !== null && note(state.fault, "."),
        state.replay !== null && drawReplay(state.replay),
      ),
    );
  });
}

function drawReplay({ops, mismatches, state}: Replay): Element {
  const place = (rel: number | null) => (rel === null ? "outside the heap" : `+${count(rel)}`);
  const shown = 40;
  return figure(
    `Replayed in your browser just now: ${plural(ops.length, "allocation")}, ${mismatches === 0 ? "every address as recorded" : `${count(mismatches)} at another address`}; ${plural(state.equal.length, "field")} equal, ${count(state.differing.length)} differing.`,
    drawExceptions(state),
    h(
      "details",
      null,
      h("summary", null, ops.length > shown ? `the first ${shown} allocations` : "the allocations"),
      table({
        caption: "Addresses count in bytes from the start of the heap.",
        head: ["#", "#size", "pointers", "#real process", "#model"],
        rows: ops
          .slice(0, shown)
          .map((op, i) => [
            i + 1,
            count(op.size),
            op.scan ? "yes" : "no",
            place(op.expected),
            op.rel === op.expected ? place(op.rel) : h("b", {class: "differs"}, place(op.rel)),
          ]),
      }),
    ),
  );
}

function drawExceptions({differing, ignored}: Comparison): Markup {
  return h(
    "ul",
    {class: "list"},
    ...differing.map(d => h("li", null, h("code", null, d.path), " differs")),
    ...ignored.map(({path, why}) => h("li", null, "ignored: ", h("code", null, path), `. ${why}`)),
  );
}
