// Reading go-heap-state/2 line by line.
//
// A reader holds one line at a time. Each line is checked when it comes, before anybody sees it: an error names the
// line and the field. The first line must be the header and the last one the end, so a file that was cut short is noticed.

import type {Json} from "../format.js";
import {
  cellShapes,
  check,
  checkColumns,
  checkHarmless,
  checkName,
  checkRow,
  type Fault,
  missingColumn,
  pathName,
  quote,
} from "./check.js";
import {endShape, headerShape, parts} from "./recording.js";
import type {Shape, Table} from "./shape.js";

/** Where a value belongs in a recording: names of fields, at most this many. */
export type Place = readonly string[];
const maxPlace = 5;

/** Characters of a line. Recorders write far shorter ones. */
export const maxLine = 16 * 2 ** 20;

/** The first line. */
export interface Header {
  readonly [field: string]: Json;
}

/** The last line. */
export interface End {
  readonly lines: number;
  readonly omitted: readonly {readonly path: readonly string[]; readonly why: string}[];
}

/** One line of a file. */
export type Entry =
  | {readonly header: Header}
  | {readonly path: Place; readonly value: Json}
  | {readonly path: Place; readonly append: readonly Json[]}
  | {readonly end: End};

/** A text is no recording. The message names the place. */
export class RecordingError extends Error {
  override readonly name = "RecordingError";
  /** The line, counted from 1; undefined if the text is not made of lines. */
  readonly line: number | undefined;

  constructor(message: string, line?: number) {
    super(line === undefined ? message : `line ${line}: ${message}`);
    this.line = line;
  }

  static at({path, message}: Fault, line?: number): RecordingError {
    return new RecordingError(path.length > 0 ? `${pathName(path)} ${message}` : message, line);
  }
}

/** Turns text, which comes in pieces of any length, into checked entries. */
export class LineReader {
  private rest: string[] = [];
  private restLength = 0;
  private line = 0;
  private ended = false;
  /** Tables whose columns are known, by their place, and what is wrong with these as soon as there is a row. */
  private readonly tables = new Map<string, {names: string[]; cells: Shape[]; lacking: Fault | undefined}>();

  /** The entries that the piece completes. Throws a RecordingError. */
  *read(piece: string): Generator<Entry> {
    let from = 0;
    for (let to = piece.indexOf("\n"); to >= 0; to = piece.indexOf("\n", from)) {
      this.keep(piece.slice(from, to));
      from = to + 1;
      const line = this.rest.length === 1 ? this.rest[0]! : this.rest.join("");
      this.rest = [];
      this.restLength = 0;
      yield this.entry(line);
    }
    if (from < piece.length) this.keep(piece.slice(from));
  }

  /** To be called after the last piece. Throws if the file is cut short. */
  finish(): void {
    if (this.restLength > 0 || !this.ended) {
      throw new RecordingError("the file ends here, without its last line: it was cut short", this.line + 1);
    }
  }

  private keep(text: string): void {
    this.restLength += text.length;
    if (this.restLength > maxLine) {
      throw new RecordingError(`is longer than ${maxLine} characters`, this.line + 1);
    }
    if (text !== "") this.rest.push(text);
  }

  private entry(line = ""): Entry {
    this.line++;
    const fail = (message: string) => new RecordingError(message, this.line);
    if (this.ended) throw fail("there is something after the end");
    let parsed: unknown;
    try {
      parsed = JSON.parse(line);
    } catch (error) {
      throw fail(`is not JSON: ${(error as Error).message}`);
    }
    if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
      throw fail(`is ${quote(parsed)}; right would be an object`);
    }
    if (this.line === 1) return {header: this.checked(parsed, headerShape) as Header};
    if (Object.hasOwn(parsed, "end")) {
      const end = this.checked((parsed as {end: unknown}).end, endShape) as End;
      if (end.lines !== this.line - 1)
        throw fail(`the end counts ${end.lines} lines before it, not ${this.line - 1}`);
      this.ended = true;
      return {end};
    }
    return this.placed(parsed);
  }

  private placed(parsed: {path?: unknown; value?: Json; append?: unknown}): Entry {
    const {path, value, append} = parsed;
    if (!isPlace(path)) {
      throw new RecordingError(`path is ${quote(path)}; right would be 1 to ${maxPlace} names`, this.line);
    }
    const shape = shapeAt(path);
    if (append !== undefined) {
      if (!Array.isArray(append)) {
        throw new RecordingError(`append is ${quote(append)}; right would be a list`, this.line);
      }
      if (shape === "rows") this.checkRows(append, path);
      else this.checked(append, shape, path);
      return {path, append};
    }
    if (value === undefined) throw new RecordingError("has neither value nor append", this.line);
    if (shape === "rows") throw new RecordingError("rows are appended", this.line);
    if (shape?.is === "table") this.checkHead(value, shape, path);
    else this.checked(value, shape, path);
    return {path, value};
  }

  /** A table comes as its head first, with its columns and without rows. */
  private checkHead(value: unknown, shape: Table, path: Place): void {
    this.checked(value, {is: "struct", fields: shape.fields}, path);
    const {columns} = value as {columns?: unknown};
    const found = checkColumns(columns, path);
    if (found) throw RecordingError.at(found, this.line);
    const names = columns as string[];
    const cells = cellShapes(names, shape.columns);
    this.tables.set(JSON.stringify(path), {names, cells, lacking: missingColumn(names, shape.columns, path)});
  }

  private checkRows(rows: readonly unknown[], path: Place): void {
    const table = this.tables.get(JSON.stringify(path.slice(0, -1)));
    if (table === undefined) throw new RecordingError("rows come before their columns", this.line);
    for (let i = 0; i < rows.length; i++) {
      const found = table.lacking ?? checkRow(rows[i], table.names, table.cells, [...path, i]);
      if (found) throw RecordingError.at(found, this.line);
    }
  }

  /** The value, if it has the shape; where none is known, if it is harmless. */
  private checked(value: unknown, shape: Shape | undefined, path: Place = []): unknown {
    const found = shape === undefined ? checkHarmless(value, path) : check(value, shape, path);
    if (found) throw RecordingError.at(found, this.line);
    return value;
  }
}

function isPlace(path: unknown): path is Place {
  return (
    Array.isArray(path) &&
    path.length > 0 &&
    path.length <= maxPlace &&
    path.every(part => typeof part === "string" && checkName(part, []) === undefined)
  );
}

/** The shape of what belongs in a place; "rows" in that of a table's rows, undefined where none is known. */
export function shapeAt(path: Place): Shape | "rows" | undefined {
  let shape: Shape = {is: "struct", fields: parts};
  for (const name of path) {
    while (shape.is === "nullable") shape = shape.of;
    if (shape.is === "table") {
      if (name === "rows") return "rows";
      if (!Object.hasOwn(shape.fields, name)) return undefined;
      shape = shape.fields[name]!.shape;
    } else if (shape.is === "struct") {
      const field: {shape: Shape} | undefined = Object.hasOwn(shape.fields, name)
        ? shape.fields[name]
        : shape.others;
      if (field === undefined) return undefined;
      shape = field.shape;
    } else return undefined;
  }
  return shape;
}
