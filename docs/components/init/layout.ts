// A struct in memory, to scale: each row is the same number of bytes, each field lies at its offset.

import type {Layout} from "../../src/releases/index.js";
import {box, drawing, figure, table} from "../blocks.js";
import {count, plural} from "../format.js";
import {type Element, h} from "../markup.js";

/** A stretch of a row: a field or a part of one, or bytes that alignment leaves unused. */
export interface Piece {
  /** null for padding. */
  readonly field: string | null;
  /** Offset in the struct and length, in bytes. */
  readonly offset: number;
  readonly size: number;
  /** Whether the field begins here. */
  readonly begins: boolean;
}

/** The bytes of a row: as few as keep a struct below 28 rows. */
export function rowBytes(size: number): number {
  return [16, 32, 64, 128, 256, 512].find(n => size / n <= 28) ?? 2 ** Math.ceil(Math.log2(size / 28));
}

/** Cuts a struct into rows of `width` bytes. Every byte of the struct is in exactly one piece. */
export function rowsOf({size, fields}: Pick<Layout, "size" | "fields">, width: number): Piece[][] {
  const rows: Piece[][] = Array.from({length: Math.ceil(size / width)}, () => []);
  const put = (field: string | null, from: number, to: number) => {
    for (let at = from; at < to; ) {
      const end = Math.min(to, (Math.floor(at / width) + 1) * width);
      rows[Math.floor(at / width)]!.push({field, offset: at, size: end - at, begins: at === from});
      at = end;
    }
  };
  let end = 0;
  for (const field of fields) {
    put(null, end, field.offset);
    put(field.name, field.offset, field.offset + field.size);
    end = field.offset + field.size;
  }
  put(null, end, size);
  return rows;
}

const rowHeight = 24;

/** Draws a struct. `mark` names the field that a free record's link overwrites. */
export function drawLayout(name: string, layout: Layout, mark?: string): Element {
  const width = rowBytes(layout.size);
  const rows = rowsOf(layout, width);
  const padding = rows.flat().reduce((sum, p) => sum + (p.field === null ? p.size : 0), 0);
  const alt = `${name}, ${plural(layout.size, "byte")}: ${layout.fields
    .map(f => `${f.name} at ${f.offset}, ${plural(f.size, "byte")}`)
    .join("; ")}.`;
  return figure(
    [
      h("code", null, name),
      `: ${plural(layout.size, "byte")}, ${plural(width, "byte")} to a row`,
      padding > 0 && `, of which ${count(padding)} are padding (hatched)`,
      mark !== undefined && [". The link of a free record lies over ", h("code", null, mark)],
      ".",
    ],
    h(
      "div",
      {class: "scroll", tabindex: 0, role: "group", "aria-label": `Drawing: the fields of ${name}`},
      h(
        "div",
        {class: "layout"},
        drawing(
          alt,
          rows.length * rowHeight,
          rows.map((row, i) => [
            h("text", {x: "3em", y: i * rowHeight + 16, class: "offset"}, i * width),
            h(
              "svg",
              {x: "3.6em", y: i * rowHeight, width: "85%", height: rowHeight, overflow: "hidden"},
              row.map(({field, offset, size, begins}) =>
                box(
                  {
                    x: ((offset % width) / width) * 100,
                    y: 0,
                    width: (size / width) * 100,
                    height: rowHeight - 3,
                  },
                  field === null ? "padding" : field === mark ? "warn" : "field",
                  field === null || (!begins && offset % (4 * width) !== 0) ? "" : field,
                ),
              ),
            ),
          ]),
        ),
      ),
    ),
    h(
      "details",
      null,
      h("summary", null, "the fields as a table"),
      table({
        caption: `The fields of ${name}.`,
        head: ["field", "type", "#offset", "#bytes"],
        rows: layout.fields.map(f => [
          h("code", null, f.name),
          h("code", null, f.type),
          count(f.offset),
          count(f.size),
        ]),
      }),
    ),
  );
}
