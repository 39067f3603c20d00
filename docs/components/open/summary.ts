// Where the memory went, in words first, then to scale, then as a table.

import {type PartName, partNames} from "../../src/capture/reader/sums.js";
import {drawing, figure, note, table} from "../blocks.js";
import {bytes, percent} from "../format.js";
import {type Element, h, type Markup, toDom} from "../markup.js";
import {parts, section} from "./parts.js";
import {type Session, type Side, sidesOf} from "./session.js";
import {change, drawChange, sentences} from "./words.js";

/** A part with its bytes, for drawing. */
interface Drawn {
  readonly name: PartName;
  readonly bytes: number;
}

const barHeight = 34;

/** Draws the parts of one heap, on a scale that ends at `whole`. */
function drawBar(title: string, drawn: readonly Drawn[], whole: number, y: number): Markup {
  let x = 0;
  return [
    h("text", {x: 0, y: y + 13}, title),
    drawn.map(({name, bytes: n}) => {
      const from = x;
      x += n;
      const {title: label, look} = parts[name];
      const width = (100 * n) / whole;
      const text = `${label} ${bytes(n)}`;
      const room = (width * 3.3 - 10) / 7;
      return h(
        "svg",
        {
          x: `${((100 * from) / whole).toFixed(3)}%`,
          y: y + 19,
          width: `${width.toFixed(3)}%`,
          height: barHeight,
          overflow: "hidden",
        },
        h("rect", {class: `part part-${look}`, width: "100%", height: "100%"}),
        h(
          "text",
          {class: `on-part-${look}`, x: 5, y: 21},
          text.length <= room ? text : label.length <= room ? label : "",
        ),
        h("title", null, `${text}, ${percent(n, whole)}`),
      );
    }),
  ];
}

/** The parts of a heap, to scale. */
export function drawParts(sides: readonly Side[]): Element {
  const whole = Math.max(...sides.map(s => s.sums.sys), 1);
  const drawn = sides.map(({sums}) =>
    partNames.map(name => ({name, bytes: sums.parts[name]})).filter(part => part.bytes > 0),
  );
  const words = sides.map(
    (side, i) =>
      `${title(side, i, sides.length)}: ${drawn[i]!.map(d => `${parts[d.name].title} ${bytes(d.bytes)}`).join(", ")}`,
  );
  const looks = [...new Set(drawn.flat().map(d => parts[d.name].look))];
  const row = barHeight + 30;
  return figure(
    [h("b", null, "Where the memory is, to scale."), " Dotted parts are addresses with nothing behind them."],
    drawing(
      `${words.join(". ")}.`,
      sides.length * row,
      sides.map((side, i) => drawBar(title(side, i, sides.length), drawn[i]!, whole, i * row)),
    ),
    h(
      "p",
      {class: "small key-line"},
      ...looks.map(look => [h("span", {class: `swatch part-${look}`}), ` ${lookNames[look]} `]),
    ),
  );
}

const lookNames: Readonly<Record<string, string>> = {
  objects: "objects",
  unused: "free slots",
  tails: "ends and bitmaps of spans",
  stacks: "stacks",
  work: "work of the collector",
  kept: "free pages",
  returned: "returned or never used",
  meta: "the runtime’s books",
};

const title = ({name, heap, sums}: Side, i: number, of: number) =>
  `${of > 1 ? (i === 0 ? "before, " : "now, ") : ""}${name.slice(0, 40)}, ${heap.phase}: ${bytes(sums.sys)}`;

/** The parts as a table, with what changed. */
export function drawPartTable(now: Side, before: Side | null): Element {
  const rows = partNames.filter(name => now.sums.parts[name] !== 0 || (before?.sums.parts[name] ?? 0) !== 0);
  const more = (a: number, b: number | undefined) =>
    b === undefined ? [] : [a === b ? "±0" : h("b", null, change(a - b, bytes))];
  return table({
    caption: "Every byte is in one part.",
    head: ["part", "#bytes", ...(before ? ["#before", "#change"] : []), "#of all", "section"],
    rows: [
      ...rows.map(name => {
        const n = now.sums.parts[name];
        const old = before?.sums.parts[name];
        const text = parts[name];
        return [
          [h("span", {class: `swatch part-${text.look}`}), ` ${text.title}`],
          bytes(n),
          ...(old === undefined ? [] : [bytes(old)]),
          ...more(n, old),
          percent(n, Math.max(1, now.sums.sys)),
          section(text.where),
        ];
      }),
      [
        h("b", null, "all"),
        h("b", null, bytes(now.sums.sys)),
        ...(before ? [bytes(before.sums.sys)] : []),
        ...more(now.sums.sys, before?.sums.sys),
        "100%",
        section("mstats#charged-when-it-is-obtained"),
      ],
    ],
  });
}

/** The summary as markup. */
export function drawSummary(now: Side, before: Side | null): Element {
  return h(
    "div",
    {class: "cell summary"},
    h(
      "p",
      {class: "small muted"},
      `${now.heap.source.goVersion}, ${now.heap.source.goos}/${now.heap.source.goarch}, ${now.heap.at}.`,
    ),
    before !== null && drawChange(now, before),
    ...sentences(now).map(sentence => h("p", null, sentence)),
    now.heap.source.omitted.length > 0 &&
      note(
        "The recorder left out: ",
        now.heap.source.omitted.slice(0, 20).map(({path, why}) => [h("code", null, path), ` (${why}) `]),
      ),
    now.heap.oddities.length > 0 &&
      note(`The recording contradicts itself: ${now.heap.oddities.join("; ")}. Sums may be off by as much.`),
    drawParts(before ? [before, now] : [now]),
    drawPartTable(now, before),
    h(
      "details",
      null,
      h("summary", null, "what each part is"),
      h(
        "dl",
        {class: "small"},
        ...partNames.map(name => [
          h("dt", null, h("b", null, parts[name].title)),
          h("dd", null, parts[name].meaning),
        ]),
      ),
    ),
  );
}

/** What stands where a heap would: nothing is open, or something else. */
export function withHeap(
  session: Session,
  draw: (now: Side, before: Side | null) => HTMLElement,
): HTMLElement {
  const {now, before} = sidesOf(session);
  if (now !== null) return draw(now, before);
  return toDom(h("p", {class: "small muted"}, "No recording is open."));
}

/** The summary, for a cell. */
export const summary = (session: Session) =>
  withHeap(session, (now, before) => toDom(drawSummary(now, before)));
