// What the model says of the boot that was recorded: leaf by leaf, in the reader's browser.

import {note, table} from "../blocks.js";
import {count} from "../format.js";
import {type Element, h, type Markup, toDom} from "../markup.js";
import {section} from "./parts.js";
import type {Session, Side} from "./session.js";
import {withHeap} from "./summary.js";

const most = 200;

/** A list of leaves that opens. */
function drawList(title: string, items: readonly Markup[], open = false): Markup {
  if (items.length === 0) return null;
  return h(
    "details",
    {open},
    h("summary", null, `${count(items.length)} ${title}`),
    h("ul", {class: "paths"}, ...items.slice(0, most).map(item => h("li", null, item))),
    items.length > most && h("p", {class: "small"}, `and ${count(items.length - most)} more`),
  );
}

const value = (v: unknown) => h("code", null, v === undefined ? "nothing" : JSON.stringify(v).slice(0, 80));

/** The comparison as markup. */
export function drawModel({heap, model}: Side): Element {
  const {release, goos, goarch} = heap.source;
  return h(
    "div",
    {class: "cell"},
    model.why !== "" &&
      h("p", {class: "small"}, `${release} on ${goos}/${goarch} is not compared: ${model.why}.`),
    model.phases.length > 0 &&
      table({
        caption: `The model of ${release} was booted as this process was, and held against the recording.`,
        head: ["moment", "#equal", "#differing", "#ignored", "#not modelled"],
        rows: model.phases.map(({phase, comparison: c, why}) =>
          c === null
            ? [phase, h("td", {colspan: 4}, why)]
            : [
                phase,
                count(c.equal.length),
                c.differing.length === 0 ? "0" : h("b", {class: "differs"}, count(c.differing.length)),
                count(c.ignored.length),
                count(c.unmodelled.length),
              ],
        ),
      }),
    ...model.phases.flatMap(({phase, comparison: c}) =>
      c === null
        ? []
        : [
            c.differing.length > 0 &&
              note(
                `At ${phase} the model and this process differ. If addresses are randomized or the machine is an unusual one, that may be why.`,
              ),
            drawList(
              `differing at ${phase}`,
              c.differing.map(d => [
                h("code", null, d.path),
                " the model has ",
                value(d.simulated),
                ", the process ",
                value(d.captured),
              ]),
              true,
            ),
            drawList(
              `ignored at ${phase}, with the reason`,
              c.ignored.map(d => [h("code", null, d.path), ` ${d.why}`]),
            ),
          ],
    ),
    h("p", {class: "small"}, "How the boot goes, step by step: ", section("init#the-order-of-events"), "."),
  );
}

/** The comparison, for a cell. */
export const model = (session: Session) => withHeap(session, now => toDom(drawModel(now)));
