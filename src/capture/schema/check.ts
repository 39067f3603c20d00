// Holding a value against a shape. The first thing that is wrong is found, named by its path.
//
// What is checked may come from anywhere: text that is no recording, a file cut short, one made to do harm. So nothing
// is taken on trust, not even that an object has the fields that its type says, and work is bounded by the text's length.

import type {Field, Shape, Struct, Table} from "./shape.js";

/** The place of a value: names of fields and indices of lists. */
export type Path = readonly (string | number)[];

/** What is wrong with a value. */
export interface Fault {
  readonly path: Path;
  readonly message: string;
}

/** Levels of objects and lists in a field that no shape describes. */
const maxDepth = 16;
/** Characters of a text. The longest that is recorded is the name of a type. */
const maxText = 4096;

const hexadecimal = /^0x[0-9a-f]{1,16}$/;
const wide = /^-?0x[0-9a-f]{1,16}$/;
/** Of what has no place of its own. */
const nowhere: Path = [];

/** The first fault of a value, or undefined if there is none. */
export function check(value: unknown, shape: Shape, path: Path = nowhere): Fault | undefined {
  switch (shape.is) {
    case "integer":
      return isInteger(value) ? undefined : fault(path, value, `a whole number (${shape.unit})`);
    case "address":
      return isAddress(value) ? undefined : fault(path, value, `an address such as "0xc000000000"`);
    case "flag":
      return typeof value === "boolean" ? undefined : fault(path, value, "true or false");
    case "scalar":
      return isScalar(value) ? undefined : fault(path, value, "a single value");
    case "text":
      if (!isText(value)) return fault(path, value, `a text of at most ${maxText} characters`);
      if (shape.among !== undefined && !shape.among.includes(value)) {
        return fault(path, value, shape.among.map(each => JSON.stringify(each)).join(" or "));
      }
      return undefined;
    case "nullable":
      return value === null ? undefined : check(value, shape.of, path);
    case "list":
      return checkEach(value, shape.of, path);
    case "tuple": {
      if (!Array.isArray(value) || value.length !== shape.of.length) {
        return fault(
          path,
          value,
          `a list of ${shape.of.length}: ${shape.of.map(([name]) => name).join(", ")}`,
        );
      }
      return first(shape.of, ([, of], i) => check(value[i], of, [...path, i]));
    }
    case "table":
      return checkTable(value, shape, path);
    case "struct":
      return checkStruct(value, shape, path);
  }
}

function checkEach(value: unknown, of: Shape, path: Path): Fault | undefined {
  if (!Array.isArray(value)) return fault(path, value, "a list");
  return first(value, (each, i) => check(each, of, [...path, i]));
}

function checkStruct(value: unknown, {fields, others}: Struct, path: Path): Fault | undefined {
  if (!isObject(value)) return fault(path, value, "an object");
  for (const [name, field] of Object.entries(fields)) {
    const found = checkField(value, name, field, path);
    if (found) return found;
  }
  for (const [name, each] of Object.entries(value)) {
    if (Object.hasOwn(fields, name)) continue;
    const at = [...path, name];
    const found = checkName(name, path) ?? (others ? check(each, others.shape, at) : checkHarmless(each, at));
    if (found) return found;
  }
  return undefined;
}

function checkField(value: object, name: string, {shape, optional}: Field, path: Path): Fault | undefined {
  if (Object.hasOwn(value, name))
    return check((value as Record<string, unknown>)[name], shape, [...path, name]);
  return optional ? undefined : {path, message: `has no field ${name}`};
}

function checkTable(value: unknown, {columns, fields}: Table, path: Path): Fault | undefined {
  const found = checkStruct(value, {is: "struct", fields}, path);
  if (found) return found;
  const {columns: names, rows} = value as {columns?: unknown; rows?: unknown};
  const unnamed = checkColumns(names, path);
  if (unnamed) return unnamed;
  if (!Array.isArray(rows)) return fault([...path, "rows"], rows, "a list of rows");
  const cells = cellShapes(names as string[], columns);
  const lacking = rows.length > 0 ? missingColumn(names as string[], columns, path) : undefined;
  if (lacking) return lacking;
  return first(rows, (row, i) => checkRow(row, names as string[], cells, [...path, "rows", i]));
}

/** Whether the names of a table's columns are such. */
export function checkColumns(names: unknown, path: Path): Fault | undefined {
  const at = [...path, "columns"];
  if (!Array.isArray(names)) return fault(at, names, "a list of names");
  if (names.length > 256 || new Set(names).size !== names.length) {
    return {path: at, message: `has ${names.length} names: at most 256 are right, each once`};
  }
  return first(names, (name, i) => (isText(name) ? checkName(name, at) : fault([...at, i], name, "a name")));
}

/** A table that has rows has all columns that are always there. */
export function missingColumn(
  names: readonly string[],
  columns: Table["columns"],
  path: Path,
): Fault | undefined {
  const missing = Object.entries(columns).find(([name, {optional}]) => !optional && !names.includes(name));
  return missing && {path: [...path, "columns"], message: `has no column ${missing[0]}`};
}

/** The shapes of a row's cells; a column that no shape describes has single values. */
export function cellShapes(names: readonly string[], columns: Table["columns"]): Shape[] {
  return names.map(name => (Object.hasOwn(columns, name) ? columns[name]!.shape : {is: "scalar"}));
}

/** A row of a table. A recording has hundreds of thousands, so paths are made for what is wrong only. */
export function checkRow(
  row: unknown,
  names: readonly string[],
  cells: readonly Shape[],
  path: Path,
): Fault | undefined {
  if (!Array.isArray(row) || row.length !== cells.length) {
    return fault(path, row, `a row of ${cells.length} cells`);
  }
  for (let i = 0; i < cells.length; i++) {
    const found = check(row[i], cells[i]!);
    if (found) return {path: [...path, names[i]!, ...found.path], message: found.message};
  }
  return undefined;
}

/** A value of which nothing is known must not be able to hurt those who pass it on. */
export function checkHarmless(value: unknown, path: Path, depth = 0): Fault | undefined {
  if (typeof value === "string") return isText(value) ? undefined : fault(path, value, "a shorter text");
  if (typeof value !== "object" || value === null) return undefined;
  if (depth === maxDepth) return {path, message: `is nested more than ${maxDepth} levels deep`};
  return first(
    Object.entries(value),
    ([name, each]) => checkName(name, path) ?? checkHarmless(each, [...path, name], depth + 1),
  );
}

/** A name that a script would take for something else. */
export function checkName(name: string, path: Path): Fault | undefined {
  if (name === "__proto__") return {path, message: "has a field __proto__, which no recording has"};
  return name.length > maxText ? {path, message: `has a name of ${name.length} characters`} : undefined;
}

function isInteger(value: unknown): boolean {
  if (typeof value === "number") return Number.isSafeInteger(value);
  return typeof value === "string" && wide.test(value);
}

function isAddress(value: unknown): boolean {
  return typeof value === "string" && hexadecimal.test(value);
}

function isScalar(value: unknown): boolean {
  if (value === null || typeof value === "boolean") return true;
  if (typeof value === "number") return Number.isFinite(value);
  return isText(value);
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value.length <= maxText;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function first<T>(
  items: readonly T[],
  find: (item: T, index: number) => Fault | undefined,
): Fault | undefined {
  for (let i = 0; i < items.length; i++) {
    const found = find(items[i]!, i);
    if (found) return found;
  }
  return undefined;
}

/** A fault that quotes the value. */
export function fault(path: Path, value: unknown, right: string): Fault {
  return {path, message: `is ${quote(value)}; right would be ${right}`};
}

/** A value in a few words, whatever it is. */
export function quote(value: unknown): string {
  if (value === undefined) return "missing";
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "object" && value !== null) return "an object";
  const shown = JSON.stringify(typeof value === "string" ? value.slice(0, 60) : value);
  return typeof value === "string" && value.length > 60 ? `${shown}…` : String(shown);
}

/** A path as people write it: phases.main.allspans.rows[3].npages */
export function pathName(path: Path): string {
  return path
    .map((part, i) => {
      if (typeof part === "number") return `[${part}]`;
      if (!/^\w+$/.test(part)) return `[${JSON.stringify(part.slice(0, 60))}]`;
      return i === 0 ? part : `.${part}`;
    })
    .join("");
}
