// A table of any length: only the rows in sight are there, and the place scrolls as if all were.
//
// A browser cannot make an element of 20 million pixels. Beyond `tallest` the way of the scroll bar is shorter than that of the
// rows, and each pixel stands for more than one.

import {h, toDom} from "../markup.js";

/** The rows of a long table. */
export interface LongTable {
  readonly label: string;
  readonly head: readonly string[];
  readonly length: number;
  /** The cells of a row. The first is its head. */
  readonly row: (index: number) => readonly string[];
}

const rowHeight = 26;
const tallest = 8_000_000;

/** What of a table is in sight: the first row, how many rows there are, and pixels before and after them. */
export interface Window {
  readonly from: number;
  readonly rows: number;
  readonly before: number;
  readonly after: number;
}

/** Which rows are in sight when the place is scrolled down by `top` pixels. */
export function windowAt(length: number, top: number, height: number): Window {
  const wanted = Math.ceil(height / rowHeight) + 2;
  const whole = length * rowHeight;
  const drawn = Math.min(whole, tallest);
  const most = Math.max(0, length - wanted);
  // The end of the way is the end of the rows, however many pixels lie between.
  const share = drawn <= height ? 0 : Math.min(1, Math.max(0, top / (drawn - height)));
  const exact = whole <= tallest ? top / rowHeight : share * (length - height / rowHeight);
  const from = Math.min(most, Math.max(0, Math.floor(exact)));
  const rows = Math.min(length - from, wanted);
  const before = Math.max(0, Math.min(drawn - rows * rowHeight, whole <= tallest ? from * rowHeight : top));
  return {from, rows, before, after: Math.max(0, drawn - before - rows * rowHeight)};
}

/** Draws a long table, which scrolls in its own place. */
export function longTable({label, head, length, row}: LongTable): HTMLElement {
  const kind = head.map(name => (name.startsWith("#") ? "number" : null));
  const place = toDom(
    h(
      "div",
      {class: "scroll long", tabindex: 0, role: "group", "aria-label": label},
      h(
        "table",
        {"aria-rowcount": length + 1},
        h(
          "thead",
          null,
          h(
            "tr",
            {"aria-rowindex": 1},
            ...head.map((name, i) => h("th", {scope: "col", class: kind[i]}, name.replace(/^#/, ""))),
          ),
        ),
        h("tbody", null),
      ),
    ),
  );
  const body = place.querySelector("tbody")!;
  let shown = -1;
  const draw = () => {
    const {from, rows, before, after} = windowAt(length, place.scrollTop, place.clientHeight || 400);
    if (from === shown && length > rows) return;
    shown = from;
    const filler = (height: number) =>
      h(
        "tr",
        {class: "filler", "aria-hidden": "true"},
        h("td", {colspan: head.length, style: `height:${height}px`}),
      );
    const made = Array.from({length: rows}, (_, i) =>
      h(
        "tr",
        {"aria-rowindex": from + i + 2},
        ...row(from + i).map((cell, j) =>
          h(j === 0 ? "th" : "td", {scope: j === 0 ? "row" : null, class: kind[j]}, cell),
        ),
      ),
    );
    body.replaceChildren(...[filler(before), ...made, filler(after)].map(each => toDom(each)));
  };
  let waiting = false;
  place.addEventListener("scroll", () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      draw();
    });
  });
  draw();
  // Only once it is in the page does it know its height.
  requestAnimationFrame(draw);
  return place;
}
