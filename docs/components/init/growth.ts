// How a struct has grown over the releases: a bar for each release, to one scale, and its fields carried from bar to bar.

import {param, setParams} from "../address.js";
import {choice, controls, drawing, figure, pct, table} from "../blocks.js";
import {count, plural} from "../format.js";
import {type Element, h, live, type Markup, toHtml} from "../markup.js";
import {type Booted, booted, type FieldAt, fieldsOf, names, sizeOf} from "./between.js";

/** A struct of one release. Sizes and offsets are in bytes. */
export interface Column {
  readonly release: string;
  readonly size: number;
  readonly fields: readonly (FieldAt & {
    readonly name: string;
    /** Whether the release before has no such field, and whether the next one has none. */
    readonly added: boolean;
    readonly leaves: boolean;
  })[];
}

/** A struct in each release that has it. */
export function columnsOf(struct: string, all: readonly Booted[]): Column[] {
  const having = all.filter(b => sizeOf(b, struct) !== null);
  return having.map((b, i) => {
    const [before, after] = [having[i - 1], having[i + 1]].map(other => other && fieldsOf(other, struct));
    const fields = [...fieldsOf(b, struct)].map(([name, at]) => ({
      name,
      ...at,
      added: before !== undefined && !before.has(name),
      leaves: after !== undefined && !after.has(name),
    }));
    return {release: b.release, size: sizeOf(b, struct)!, fields};
  });
}

/** What happened from release to release, in words. */
export function story(struct: string, columns: readonly Column[]): string {
  const parts = columns.map(({release, size, fields}, i) => {
    const added = fields.filter(f => f.added).map(f => f.name);
    const gone = columns[i - 1]?.fields.filter(f => f.leaves).map(f => f.name) ?? [];
    const list = (what: string, names: string[]) =>
      names.length === 0 ? "" : `, ${what} ${names.join(", ")}`;
    return `${release}: ${plural(size, "byte")}, ${plural(fields.length, "field")}${list("new", added)}${list("gone", gone)}`;
  });
  return `${struct}, release by release. ${parts.join(". ")}.`;
}

const [barHeight, gap, labelHeight] = [26, 30, 18];
const step = barHeight + gap + labelHeight;

function drawBars(
  struct: string,
  columns: readonly Column[],
  picked: string | null,
  pick: ((field: string) => void) | null,
): Element {
  const whole = Math.max(...columns.map(c => c.size));
  const top = (i: number) => i * step + labelHeight;
  const height = columns.length * step - gap + 22;
  const kindOf = ({name, added, leaves}: Column["fields"][0]) =>
    name === picked ? "picked" : added ? "new" : leaves ? "leaving" : "kept";
  const ticks = [0, 0.25, 0.5, 0.75, 1];
  return drawing(
    story(struct, columns),
    height,
    h(
      "svg",
      {
        x: 0,
        y: 0,
        width: "100%",
        height: height - 22,
        viewBox: `0 0 1000 ${height - 22}`,
        preserveAspectRatio: "none",
      },
      columns.slice(1).map((column, i) =>
        column.fields.flatMap(f => {
          const old = columns[i]!.fields.find(each => each.name === f.name);
          if (old === undefined) return [];
          const x = (bytes: number) => +((bytes / whole) * 1000).toFixed(2);
          const [y0, y1] = [top(i) + barHeight, top(i + 1)];
          const corners = [
            [x(old.offset), y0],
            [x(old.offset + old.size), y0],
            [x(f.offset + f.size), y1],
            [x(f.offset), y1],
          ];
          return [
            h("polygon", {
              class: f.name === picked ? "carried picked" : "carried",
              points: corners.join(" "),
            }),
          ];
        }),
      ),
    ),
    columns.map(({release, size, fields}, i) => [
      h("text", {class: "tick start", x: 0, y: top(i) - 5}, `${release}: ${count(size)} B`),
      h("rect", {class: "box padding", x: 0, y: top(i), width: pct(size, whole), height: barHeight}),
      fields.map(f =>
        h(
          "rect",
          {
            class: `box grown ${kindOf(f)}`,
            x: pct(f.offset, whole),
            y: top(i),
            width: pct(f.size, whole),
            height: barHeight,
            onclick: pick === null ? null : () => pick(f.name),
          },
          h("title", null, `${f.name}, ${f.type}: ${plural(f.size, "byte")} at ${count(f.offset)}`),
        ),
      ),
    ]),
    ticks.map(part =>
      h(
        "text",
        {
          class: part === 0 ? "tick start" : part === 1 ? "tick end" : "tick",
          x: `${100 * part}%`,
          y: height - 4,
        },
        `${count(Math.round(part * whole))}${part === 1 ? " B" : ""}`,
      ),
    ),
  );
}

/** Every field that some release has, in the order in which they came. */
function rowsOf(columns: readonly Column[]): Markup[][] {
  const all = [...new Set(columns.flatMap(c => c.fields.map(f => f.name)))];
  return all.map(name => [
    h("code", null, name),
    ...columns.map(({fields}): Markup => {
      const f = fields.find(each => each.name === name);
      if (f === undefined) return h("span", {class: "muted"}, "–");
      const text = `${count(f.size)} B at ${count(f.offset)}`;
      return f.added ? h("b", null, `${text}, new`) : text;
    }),
  ]);
}

/** Where a field lies in each release that has it, in a sentence. */
function fieldStory(name: string, columns: readonly Column[]): Markup {
  const places = columns.flatMap(({release, fields}) => {
    const f = fields.find(each => each.name === name);
    return f === undefined ? [] : [`${release}: ${f.type}, ${plural(f.size, "byte")} at ${count(f.offset)}`];
  });
  return [h("code", null, name), ` – ${places.join("; ")}.`];
}

interface State {
  readonly struct: string;
  readonly on: string;
  readonly field: string | null;
}

const structs = ["mspan", "mcache"] as const;
const platforms = [
  ["linux/amd64", "64-bit (amd64)"],
  ["linux/386", "32-bit (386)"],
] as const;

function draw(state: State, set: ((state: State) => void) | null): Element {
  const {struct, on, field} = state;
  const columns = columnsOf(
    struct,
    names.map(name => booted(name, on)),
  );
  const fields = [...new Set(columns.flatMap(c => c.fields.map(f => f.name)))];
  const picked = field !== null && fields.includes(field) ? field : null;
  const key = (kind: string, text: string) => [h("span", {class: `key grown-${kind}`}, text), " "];
  return h(
    "div",
    {class: "cell"},
    set !== null &&
      controls(
        "Struct to follow",
        choice(
          "struct",
          struct,
          structs.map(s => [s, s]),
          s => set({...state, struct: s, field: null}),
        ),
        choice("on", on, platforms, p => set({...state, on: p})),
        choice("field", picked ?? "", [["", "none"], ...fields.map(f => [f, f] as const)], f =>
          set({...state, field: f === "" ? null : f}),
        ),
      ),
    figure(
      [
        h("code", null, struct),
        ` on ${on} in ${plural(columns.length, "release")}, to scale in bytes. `,
        key("new", "new in this release"),
        key("leaving", "gone in the next"),
        key("kept", "there before and after"),
        key("padding", "alignment"),
      ],
      drawBars(struct, columns, picked, set === null ? null : name => set({...state, field: name})),
      h(
        "p",
        {class: "small", role: "status"},
        picked === null ? "Pick a field to see where it went." : fieldStory(picked, columns),
      ),
    ),
    h(
      "details",
      {open: set === null},
      h("summary", null, `the fields of ${struct} as a table`),
      table({
        caption: `The fields of ${struct} on ${on}: size and offset in bytes, by release.`,
        head: ["field", ...columns.map(c => c.release)],
        rows: rowsOf(columns),
      }),
    ),
  );
}

const opened: State = {struct: "mspan", on: "linux/amd64", field: null};

/** The figure, with a struct, a word size and a field to pick. */
export function growth(): HTMLElement {
  const pick = (name: string, accepted: readonly string[], otherwise: string) =>
    accepted.includes(param(name) ?? "") ? param(name)! : otherwise;
  const first = {
    struct: pick("grown", structs, opened.struct),
    on: pick("word", ["linux/386"], opened.on),
    field: param("follow"),
  };
  return live<State>(first, (state, set) =>
    draw(state, next => {
      setParams({
        grown: next.struct === opened.struct ? null : next.struct,
        word: next.on === opened.on ? null : next.on,
        follow: next.field,
      });
      set(next);
    }),
  );
}

/** Both structs in print. */
export const fallback = () => toHtml(structs.map(struct => draw({...opened, struct}, null)));
