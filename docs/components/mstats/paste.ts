// The reader's own MemStats: pasted as JSON, explained with the views of the model's.

import {button, controls, note} from "../blocks.js";
import {plural} from "../format.js";
import {type Element, h, live, type Markup, toHtml} from "../markup.js";
import {drawBySize} from "./bysize.js";
import {fields} from "./fields.js";
import {drawFields} from "./fieldtables.js";
import {drawChecks} from "./identities.js";
import {visible} from "./json.js";
import {type Fault, maxLength, type Pasted, readPasted} from "./pasted.js";
import {drawPauses} from "./pauses.js";
import {written} from "./reading.js";
import {drawSums} from "./sums.js";

interface State {
  readonly text: string;
  readonly pasted: Pasted;
  /** A text of the reader's that something else has taken the place of. */
  readonly aside: string | null;
}

const names = (list: readonly string[], most = 12): Markup => [
  list.slice(0, most).map((name, i) => [i > 0 && ", ", h("code", null, visible(name))]),
  list.length > most && ` and ${list.length - most} more`,
];

/** Draws a fault, with the text around its place. */
function drawFault(
  {line, column, path, found, expected, at, end}: Fault,
  text: string,
  go: (fault: Fault) => void,
) {
  const fault = {line, column, path, found, expected, at, end};
  const stop = Math.max(end, at + 1);
  const before = text.slice(Math.max(0, at - 24), at);
  return h(
    "li",
    null,
    button(`line ${line}, column ${column}`, () => go(fault), {class: "place"}),
    path !== "" && [" ", h("code", null, visible(path, 60))],
    `: found ${found}, expected ${expected}.`,
    text.length <= maxLength &&
      h(
        "div",
        {class: "excerpt"},
        h(
          "code",
          null,
          at > 24 && "…",
          visible(before),
          h("mark", null, at < text.length ? visible(text.slice(at, Math.min(stop, at + 40))) : "␃"),
          visible(text.slice(Math.min(stop, at + 40), stop + 16), 16),
        ),
      ),
  );
}

/** What is wrong with the text, and what it has and has not. */
function drawVerdict({pasted, text}: State, go: (fault: Fault) => void): Markup {
  const {faults, more, now, readings, missing, extra, before} = pasted;
  if (text.trim() === "") return h("p", {class: "small muted"}, "Nothing is pasted yet.");
  return [
    faults.length > 0 && [
      note(
        now === null
          ? "This text cannot be read as a MemStats. It stays as it is; nothing was lost."
          : "Some values cannot be read. The others are explained below.",
      ),
      h("ul", {class: "list faults"}, ...faults.map(fault => drawFault(fault, text, go))),
      more > 0 && h("p", {class: "small"}, `And ${plural(more, "more fault")}.`),
    ],
    now !== null && [
      h(
        "p",
        {class: "small"},
        `${fields.filter(f => written(now, f) !== null).length} of ${fields.length} fields read.`,
        readings > 1 &&
          ` The text has ${plural(readings, "reading")}: below is the last${before === null ? "" : ", with what changed since the one before"}.`,
      ),
      missing.length > 0 && h("p", {class: "small"}, "Not in the text: ", names(missing), "."),
      extra.length > 0 &&
        h("p", {class: "small"}, "Not fields of MemStats, and left alone: ", names(extra), "."),
    ],
  ];
}

/** The views of a reading. */
function drawReading({now, before}: Pasted): Markup {
  if (now === null || (now.scalars.size === 0 && now.bySize === null && now.pauseNs === null)) return null;
  return [
    drawSums(now),
    drawChecks(now),
    now.pauseNs !== null && drawPauses(now),
    drawFields(before, now, "program"),
    now.bySize !== null && drawBySize({before, now}, null, false),
  ];
}

/**
 * The field with its views, for a cell. `example` is a recorded MemStats. The text lives in the element alone: it is
 * sent nowhere, and only the reader changes it.
 */
export function paste(example: string): HTMLElement {
  const first: State = {text: "", pasted: readPasted(""), aside: null};
  const node: HTMLElement = live(first, (state, set) => {
    const area = () => node.querySelector("textarea")!;
    const put = (text: string, aside: string | null) => {
      area().value = text;
      set({text, pasted: readPasted(text), aside});
    };
    const go = ({at, end}: Fault) => {
      area().focus();
      area().setSelectionRange(at, Math.max(end, at + 1));
    };
    const {text, aside} = state;
    const mine = text !== "" && text !== example ? text : null;
    return h(
      "div",
      {class: "cell paste"},
      h(
        "label",
        null,
        "JSON of runtime.MemStats",
        h("textarea", {
          rows: 8,
          spellcheck: "false",
          autocomplete: "off",
          placeholder: '{"Alloc":38888,"TotalAlloc":38888,"Sys":69666816, …}',
          oninput: (event: Event) => {
            const typed = (event.target as HTMLTextAreaElement).value;
            set({text: typed, pasted: readPasted(typed), aside});
          },
        }),
      ),
      controls(
        "Examples",
        button("show a recorded example", () => put(example, mine ?? aside)),
        aside !== null && button("put my text back", () => put(aside, mine)),
        text !== "" && button("clear", () => put("", mine ?? aside)),
      ),
      h("div", {role: "status"}, drawVerdict(state, go)),
      drawReading(state.pasted),
    );
  });
  return node;
}

/** The views of the example, in print. */
export function drawExample(example: string): Element {
  const pasted = readPasted(example);
  return h(
    "div",
    {class: "cell"},
    h(
      "p",
      {class: "small"},
      "With scripts, this is a field for the JSON of your own program. Here is a recorded one:",
    ),
    pasted.now !== null && [drawSums(pasted.now), drawChecks(pasted.now)],
  );
}

/** The same as HTML. */
export const printExample = (example: string) => toHtml(drawExample(example));
