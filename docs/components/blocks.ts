// The blocks that views are made of: tables, figures with scale, notes and controls.

import {type Attribute, type Element, h, type Markup} from "./markup.js";

/**
 * A table: caption, column heads, rows. A head may be empty. A column whose head starts with `#` holds numbers and is set to the right. A
 * cell that is a `th` or `td` itself is taken as it is, so that it may span rows.
 */
export interface Table {
  readonly caption: Markup;
  readonly head: readonly string[];
  readonly rows: readonly (readonly Markup[])[];
}

/** Draws a table, in a place that scrolls if the page is narrower. The first cell of a row is its head. */
export function table({caption, head, rows}: Table): Element {
  const kind = head.map(name => (name.startsWith("#") ? "number" : null));
  return h(
    "div",
    {class: "scroll", tabindex: 0, role: "group", "aria-label": `Table: ${plain(caption)}`},
    h(
      "table",
      null,
      h("caption", null, h("span", {class: "caption"}, caption)),
      h(
        "thead",
        null,
        h(
          "tr",
          null,
          // A head without a word heads nothing: it is an empty cell.
          ...head.map((name, i) =>
            name === "" ? h("td", null) : h("th", {scope: "col", class: kind[i]}, name.replace(/^#/, "")),
          ),
        ),
      ),
      h(
        "tbody",
        null,
        ...rows.map(row =>
          h(
            "tr",
            null,
            ...row.map((cell, i) => {
              if (isCell(cell)) return cell;
              const column = head.length - row.length + i;
              return column === 0
                ? h("th", {scope: "row", class: kind[column]}, cell)
                : h("td", {class: kind[column]}, cell);
            }),
          ),
        ),
      ),
    ),
  );
}

const isCell = (markup: Markup): markup is Element =>
  typeof markup === "object" && markup !== null && "tag" in markup && /^t[hd]$/.test(markup.tag);

/** The text of markup, without elements. */
export function plain(markup: Markup): string {
  if (markup === null || markup === false) return "";
  if (typeof markup === "string" || typeof markup === "number") return String(markup);
  return "tag" in markup ? plain(markup.children) : markup.map(plain).join("");
}

/** A figure with its caption above. */
export function figure(caption: Markup, ...children: Markup[]): Element {
  return h("figure", {class: "cell"}, h("figcaption", null, caption), ...children);
}

/** A sentence that stands out: what went wrong, or what to know before reading on. */
export function note(...children: Markup[]): Element {
  return h("p", {class: "remark"}, ...children);
}

/**
 * A drawing `height` pixels high and as wide as its place. Horizontal positions are percentages, so that texts keep
 * their size on every screen; `alt` says in words what there is to see.
 */
export function drawing(alt: string, height: number, ...children: Markup[]): Element {
  return h("svg", {class: "drawing", width: "100%", height, role: "img", "aria-label": alt}, ...children);
}

/** Percentages with enough digits, and no more. */
export const pct = (part: number, whole: number) => `${+((100 * part) / whole).toFixed(4)}%`;

/** A rectangle with a label, which is cut off at its edges. x and width are percentages of the drawing. */
export function box(
  {x, y, width, height}: {x: number; y: number; width: number; height: number},
  kind: string,
  label: string,
  more: Readonly<Record<string, Attribute>> = {},
): Element {
  return h(
    "svg",
    {
      x: `${+x.toFixed(4)}%`,
      y,
      width: `${+Math.max(0, width).toFixed(4)}%`,
      height,
      overflow: "hidden",
      ...more,
    },
    h("rect", {class: `box ${kind}`, width: "100%", height: "100%"}),
    label !== "" && h("text", {x: 5, y: Math.min(16, height / 2 + 4.5), class: `on-${kind}`}, label),
    h("title", null, label),
  );
}

/** A button. */
export function button(
  label: Markup,
  onclick: () => void,
  more: Readonly<Record<string, Attribute>> = {},
): Element {
  return h("button", {type: "button", onclick, ...more}, label);
}

/** A field for a whole number, with its label. */
export function numberField(
  label: string,
  value: number,
  {min, max, step = 1}: {min: number; max: number; step?: number},
  set: (n: number) => void,
): Element {
  const oninput = (event: Event) => {
    const {value, valueAsNumber: n} = event.target as HTMLInputElement;
    if (value !== "" && Number.isInteger(n) && n >= min && n <= max) set(n);
  };
  return h("label", null, `${label} `, h("input", {type: "number", value, min, max, step, oninput}));
}

/** A field for text, with its label. What is typed stays, right or wrong: the caller says what is wrong with it. */
export function textField(
  label: string,
  value: string,
  set: (text: string) => void,
  more: Readonly<Record<string, Attribute>> = {},
): Element {
  const oninput = (event: Event) => set((event.target as HTMLInputElement).value);
  const attrs = {type: "text", value, spellcheck: "false", autocomplete: "off", oninput, ...more};
  return h("label", null, `${label} `, h("input", attrs));
}

/** A choice between values, with its label. */
export function choice(
  label: string,
  value: string,
  options: readonly (readonly [value: string, text: string])[],
  set: (value: string) => void,
): Element {
  return h(
    "label",
    null,
    `${label} `,
    h(
      "select",
      {value, onchange: event => set((event.target as HTMLSelectElement).value)},
      ...options.map(([v, text]) => h("option", {value: v, selected: v === value}, text)),
    ),
  );
}

/** A box to tick, with its label. */
export function tick(label: Markup, checked: boolean, set: (checked: boolean) => void): Element {
  const onchange = (event: Event) => set((event.target as HTMLInputElement).checked);
  return h("label", null, h("input", {type: "checkbox", checked, onchange}), " ", label);
}

/** A row of controls. It is a form so that paper leaves it out. */
export function controls(label: string, ...children: Markup[]): Element {
  return h("form", {class: "controls", "aria-label": label, onsubmit: e => e.preventDefault()}, ...children);
}
