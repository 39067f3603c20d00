// The panel of a stepper: listing with the current line, calls, locals, what has changed, and the controls.

import type {Moment} from "../../src/replay/player.js";
import {type Element, h, type Markup} from "../markup.js";
import type {Loaded, Seen} from "./run.js";
import {changesOf, goName, local, place, sentence} from "./sentence.js";
import {type Change, show} from "./state.js";

/** Where the reader is, and what is to be said besides. */
export interface Position {
  readonly k: number;
  readonly note: string | null;
  /** The field whose next change is looked for. */
  readonly field: string;
  readonly help: boolean;
}

/** What the controls do. */
export interface Moves {
  go(k: number): void;
  forward(): void;
  back(): void;
  over(back: boolean): void;
  out(back: boolean): void;
  change(): void;
  line(file: string, line: number): void;
  field(name: string): void;
  help(): void;
  close(): void;
}

/** Keys and what they do, in the order in which the help lists them. */
export const keys: readonly (readonly [keys: readonly string[], does: string, move: (m: Moves) => void])[] = [
  [["ArrowRight", "s"], "one step forward, into calls", m => m.forward()],
  [["ArrowLeft", "b"], "one step back", m => m.back()],
  [["n", "ArrowDown"], "over the call, to the next line", m => m.over(false)],
  [["N", "ArrowUp"], "over the call, backwards", m => m.over(true)],
  [["o"], "out of the call", m => m.out(false)],
  [["O"], "out of the call, backwards", m => m.out(true)],
  [["c"], "to the next change of the chosen field", m => m.change()],
  [["Home"], "to the first step", m => m.go(1)],
  [["End"], "to the end", m => m.go(Number.POSITIVE_INFINITY)],
  [["?"], "show or hide these keys", m => m.help()],
  [["Escape"], "close", m => m.close()],
];

/** Draws the panel at a position. */
export function panel(loaded: Loaded, title: string, position: Position, moves: Moves): Element {
  const {k, note, help} = position;
  const moment = loaded.at(k);
  const before = k > 1 ? loaded.at(k - 1) : null;
  const changed = changesOf(before, moment);
  return h(
    "section",
    {class: "stepper", "aria-label": `Step through ${title}`, tabindex: -1},
    toolbar(loaded, position, moves),
    slider(loaded, moment, moves),
    h("p", {class: "stepper-sentence", role: "status", "aria-live": "polite"}, sentence(before, moment)),
    note !== null && h("p", {class: "remark"}, note),
    help && helpTable(),
    h(
      "div",
      {class: "stepper-body"},
      source(loaded, moment, moves),
      h("div", {class: "stepper-side"}, calls(moment, moves), locals(moment), changeTable(changed)),
    ),
    h("div", {class: "stepper-views"}, ...moment.view.views),
    loaded.player.thrown !== null &&
      moment.step === null &&
      h("p", {class: "remark"}, `It ends with: ${loaded.player.thrown.message}`),
  );
}

function toolbar(loaded: Loaded, {k, field}: Position, moves: Moves): Element {
  const act = (label: string, key: string, does: () => void, off = false) =>
    h("button", {type: "button", onclick: does, title: `Key ${key}`, disabled: off}, label);
  const [first, last] = [k === 1, k === loaded.length + 1];
  return h(
    "div",
    {class: "stepper-tools", role: "toolbar", "aria-label": "Steps"},
    act("Back", "←", moves.back, first),
    act("Forward", "→", moves.forward, last),
    act("Over", "n", () => moves.over(false), last),
    act("Out", "o", () => moves.out(false), last),
    h(
      "label",
      {class: "stepper-field"},
      "Field ",
      h("input", {
        type: "text",
        value: field,
        list: "stepper-fields",
        spellcheck: "false",
        autocomplete: "off",
        oninput: (e: Event) => moves.field((e.target as HTMLInputElement).value),
      }),
    ),
    act("Next change", "c", moves.change, last),
    act("Keys", "?", moves.help),
    act("Close", "Escape", moves.close),
  );
}

/** The fields to choose from. It never changes, so it stands apart from what is drawn anew at every step. */
export function fieldList(loaded: Loaded): Element {
  return h("datalist", {id: "stepper-fields"}, ...loaded.fields.map(name => h("option", {value: name})));
}

/** The whole run as a slider; calls of the outer levels are its marks. */
function slider(loaded: Loaded, moment: Moment<Seen>, moves: Moves): Element {
  const {k} = moment;
  const end = loaded.length + 1;
  const marks = loaded.landmarks;
  return h(
    "div",
    {class: "stepper-run"},
    h(
      "label",
      null,
      `Step ${k.toLocaleString("en-US")} of ${end.toLocaleString("en-US")} `,
      h("input", {
        type: "range",
        min: 1,
        max: end,
        value: k,
        list: "stepper-marks",
        "aria-valuetext": `step ${k}, ${place(moment)}`,
        oninput: (e: Event) => moves.go((e.target as HTMLInputElement).valueAsNumber),
      }),
    ),
    h("datalist", {id: "stepper-marks"}, ...marks.map(c => h("option", {value: c.k}))),
    h(
      "label",
      null,
      "Go to ",
      h(
        "select",
        {value: "", onchange: (e: Event) => moves.go(Number((e.target as HTMLSelectElement).value))},
        h("option", {value: ""}, "a call…"),
        ...marks.map(c =>
          h("option", {value: c.k}, `${"\u2003".repeat(c.depth)}${goName(c.fn)}, step ${c.k}`),
        ),
      ),
    ),
  );
}

function source(loaded: Loaded, {fn, step}: Moment<Seen>, moves: Moves): Element {
  if (fn === null || step === null) return h("p", {class: "stepper-source"}, "The routine has returned.");
  const lines = loaded.lines(fn.file).slice(fn.line - 1, fn.endLine);
  const indent = Math.min(...lines.filter(l => l.trim() !== "").map(l => /^ */.exec(l)![0].length));
  return h(
    "div",
    {
      class: "stepper-source",
      tabindex: 0,
      role: "group",
      "aria-label": `${goName(fn)}, current line ${step.line}`,
    },
    h("p", null, h("b", null, h("code", null, goName(fn))), ` ${fn.file}`),
    h(
      "ol",
      {start: fn.line},
      ...lines.map((text, i) => {
        const line = fn.line + i;
        const here = line >= step.line && line <= step.endLine;
        const current = line === step.line;
        return h(
          "li",
          {class: current ? "current" : here ? "within" : null, "aria-current": current ? "step" : null},
          h(
            "button",
            {
              type: "button",
              tabindex: -1,
              title: `Go to line ${line}`,
              onclick: () => moves.line(fn.file, line),
            },
            String(line),
          ),
          h("code", null, text.slice(indent) || " "),
        );
      }),
    ),
  );
}

function calls({stack}: Moment<Seen>, moves: Moves): Markup {
  return h(
    "div",
    null,
    h("h4", null, "Calls"),
    h(
      "ol",
      {class: "stepper-calls"},
      ...stack.map(frame =>
        h(
          "li",
          null,
          h(
            "button",
            {type: "button", onclick: () => moves.go(frame.k), title: `Go to step ${frame.k}`},
            goName(frame.fn),
          ),
          ` line ${frame.step.line}`,
        ),
      ),
    ),
  );
}

function locals({locals}: Moment<Seen>): Markup {
  if (locals.length === 0) return h("div", null, h("h4", null, "Locals"), h("p", null, "None."));
  return h(
    "div",
    null,
    h("h4", null, "Locals"),
    h(
      "dl",
      null,
      ...locals.flatMap(([name, value]) => [
        h("dt", null, h("code", null, name)),
        h("dd", null, local(value)),
      ]),
    ),
  );
}

function changeTable(all: readonly Change[]): Markup {
  const rows = all
    .slice(0, 24)
    .map(({name, before, after}) =>
      h(
        "tr",
        null,
        h("th", {scope: "row"}, h("code", null, name)),
        h("td", null, show(before)),
        h("td", null, h("mark", null, show(after))),
      ),
    );
  return h(
    "div",
    null,
    h("h4", null, "Changed by the last step"),
    all.length === 0
      ? h("p", null, "Nothing that is shown.")
      : h(
          "table",
          null,
          h(
            "thead",
            null,
            h(
              "tr",
              null,
              h("th", {scope: "col"}, "Field"),
              h("th", {scope: "col"}, "Before"),
              h("th", {scope: "col"}, "Now"),
            ),
          ),
          h("tbody", null, ...rows),
        ),
    all.length > 24 && h("p", null, `And ${all.length - 24} more.`),
  );
}

function helpTable(): Element {
  return h(
    "table",
    {class: "stepper-help"},
    h("caption", null, "Keys"),
    h(
      "tbody",
      null,
      ...keys.map(([names, does]) =>
        h("tr", null, h("th", {scope: "row"}, ...names.map(n => h("kbd", null, n))), h("td", null, does)),
      ),
    ),
  );
}
