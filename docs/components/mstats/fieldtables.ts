// All fields of a reading, group by group: value, change since the reading before, meaning, and where it is counted.

import {table} from "../blocks.js";
import {type Element, h, type Markup, toDom, toHtml} from "../markup.js";
import {type Field, type Group, groups, type Place, type Unit} from "./fields.js";
import {openingReadings, type Readings} from "./panel.js";
import {changeOf, type Reading, signed, written} from "./reading.js";

/** A row of a table: what a reading says of a field. */
export interface Row {
  readonly field: Field;
  /** null: the reading does not have the field. */
  readonly value: {readonly value: string; readonly words: string} | null;
  readonly change: bigint | null;
}

/** The rows of a group. */
export function rowsOf({fields}: Group, before: Reading | null, now: Reading): Row[] {
  return fields.map(field => ({
    field,
    value: written(now, field),
    change: changeOf(before, now, field.name),
  }));
}

/** What the tables are about: the model, which leaves fields out, or a program, in which all of them count. */
type About = "model" | "program";

function drawPlace({name, file, page}: Place): Markup {
  const id = `listing-${name.replaceAll(".", "-")}`;
  const code = h("code", null, name);
  if (page === "here") return h("a", {href: `#${id}`}, code);
  if (page === "init") return [h("a", {href: `./init.html#${id}`}, code), " (7.3)"];
  return [code, ` (${file})`];
}

/** What a field means, in a row of its own below its value: a phone has no room for it beside. */
function drawMeaning({meaning, where, still}: Field, about: About, columns: number): Element {
  return h(
    "td",
    {class: "meaning", colspan: columns},
    meaning,
    about === "model" &&
      where.length > 0 && [
        h("span", {class: "muted"}, " Counted in "),
        where.map((place, i) => [i > 0 && h("span", {class: "muted"}, ", "), drawPlace(place)]),
        h("span", {class: "muted"}, "."),
      ],
    about === "model" && still !== null && [" ", h("i", {class: "still"}, still)],
  );
}

function drawValue({value, field}: Row, about: About): Markup {
  if (value === null) return h("span", {class: "muted"}, "not there");
  const still = about === "model" && field.still?.startsWith("Not modelled") === true;
  if (still) return h("span", {class: "muted"}, "not modelled");
  return [value.words !== "" && h("span", {class: "muted"}, `${value.words} · `), value.value];
}

function drawChange(change: bigint | null): Markup {
  if (change === null) return "";
  return change === 0n ? h("span", {class: "muted"}, "±0") : h("b", null, signed(change));
}

/** Units in words. */
const units: Readonly<Record<Unit, string>> = {
  bytes: "bytes",
  count: "a number",
  ns: "nanoseconds",
  time: "nanoseconds since 1970",
  fraction: "from 0 to 1",
  flag: "true or false",
  list: "an array",
};

/** The groups to draw: what a program did not say is left out. */
function tablesOf(before: Reading | null, now: Reading, about: About): {title: string; rows: Row[]}[] {
  return groups
    .map(group => ({
      title: group.title,
      rows: rowsOf(group, before, now).filter(row => about === "model" || row.value !== null),
    }))
    .filter(({rows}) => rows.length > 0);
}

/** Draws the tables. Without a reading before there is no column for changes. */
export function drawFields(before: Reading | null, now: Reading, about: About): Element {
  const head = ["field", "#value", ...(before === null ? [] : ["#change"])];
  return h(
    "div",
    {class: "cell fields"},
    tablesOf(before, now, about).map(({title, rows}) =>
      table({
        caption: h("b", null, title),
        head,
        rows: rows.flatMap(row => [
          [
            [h("code", null, row.field.name), h("span", {class: "unit"}, ` ${units[row.field.unit]}`)],
            drawValue(row, about),
            ...(before === null ? [] : [drawChange(row.change)]),
          ],
          [drawMeaning(row.field, about, head.length)],
        ]),
      }),
    ),
  );
}

/** The tables for the model, for a cell. */
export const fieldTables = ({before, now}: Readings) => toDom(drawFields(before, now, "model"));

/** The same in print. */
export function fallback(): string {
  const {before, now} = openingReadings();
  return toHtml(drawFields(before, now, "model"));
}
