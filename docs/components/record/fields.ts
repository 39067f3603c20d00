// The fields of a recording, out of the shapes that check them: what the page says is what a reader of files enforces.

import {
  endShape,
  type Field,
  headerShape,
  phaseShape,
  recordingShape,
  type Shape,
} from "../../../src/capture/schema/index.js";
import {table} from "../blocks.js";
import {type Element, h, type Markup, toHtml} from "../markup.js";

/** A row: the field's path, what it is, what it means. */
export interface Row {
  readonly path: string;
  readonly kind: string;
  readonly doc: string;
  readonly optional: boolean;
}

/** What a value is, in a few words. */
export function kindOf(shape: Shape): string {
  switch (shape.is) {
    case "integer":
      return shape.unit === "count" ? "count" : shape.unit === "code" ? "number" : shape.unit;
    case "flag":
      return "true or false";
    case "scalar":
      return "a value";
    case "nullable":
      return `${kindOf(shape.of)}, or null`;
    case "list":
      return `list of ${kindOf(shape.of)}`;
    case "tuple":
      return `[${shape.of.map(([name, of]) => (kindOf(of) === name ? name : `${name}: ${kindOf(of)}`)).join(", ")}]`;
    case "struct":
      return shape.others && Object.keys(shape.fields).length === 0
        ? `${kindOf(shape.others.shape)} by name`
        : "object";
    default:
      return shape.is;
  }
}

/** The fields below a shape, each after what it lies in. */
export function rowsOf(shape: Shape, path = ""): Row[] {
  switch (shape.is) {
    case "nullable":
      return rowsOf(shape.of, path);
    case "list":
      return rowsOf(shape.of, `${path}[]`);
    case "struct":
      return [
        ...fieldsOf(shape.fields, path),
        ...(shape.others ? rowsOf(shape.others.shape, `${path}.*`) : []),
      ];
    case "table":
      return [...fieldsOf(shape.columns, `${path}.rows[]`), ...fieldsOf(shape.fields, path)];
    default:
      return [];
  }
}

function fieldsOf(fields: Readonly<Record<string, Field>>, path: string): Row[] {
  return Object.entries(fields).flatMap(([name, {shape, doc, optional}]) => {
    const own = path === "" ? name : `${path}.${name}`;
    return [{path: own, kind: kindOf(shape), doc, optional}, ...rowsOf(shape, own)];
  });
}

function rowsTable(caption: Markup, rows: readonly Row[]): Element {
  return table({
    caption,
    head: ["field", "what it is", "what it means"],
    rows: rows.map(({path, kind, doc, optional}) => [
      h("code", null, path),
      optional ? `${kind}; may be missing` : kind,
      doc,
    ]),
  });
}

const printed = (...parts: Markup[]) => toHtml(h("div", {class: "cell"}, ...parts));

/** The first and the last line, and what stands beside the moments. */
export function general(): string {
  const beside = Object.entries(recordingShape.fields).filter(
    ([name]) => !(name in headerShape.fields) && name !== "phases",
  );
  return printed(
    rowsTable("The first line", rowsOf(headerShape)),
    rowsTable("What holds for all moments", fieldsOf(Object.fromEntries(beside), "")),
    rowsTable("The last line", rowsOf(endShape, "end")),
  );
}

/** A moment, part by part. */
export function moment(): string {
  const parts = Object.entries(phaseShape.fields);
  const single = parts.filter(([, {shape}]) => rowsOf(shape).length === 0);
  return printed(
    rowsTable("Single values of a moment", fieldsOf(Object.fromEntries(single), "")),
    ...parts
      .filter(part => !single.includes(part))
      .map(([name, {shape, doc}]) =>
        h(
          "details",
          null,
          h("summary", null, h("code", null, name), ` ${doc}`),
          rowsTable(h("code", null, name), rowsOf(shape, name)),
        ),
      ),
  );
}
