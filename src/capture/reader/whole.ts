// Reads go-heap-state/1: one JSON value, whose long lists are checked item by item and not kept.

import type {Recording} from "../format.js";
import {checkRow} from "../schema/check.js";
import {check, pathName, recordingShape, schemas, shapeAt} from "../schema/index.js";
import type {Shape} from "../schema/shape.js";
import {checkSchema} from "./build.js";
import {Fault} from "./fault.js";
import {JsonReader, type Sink} from "./json.js";
import {at, booted, type Form, Phases, type Read} from "./phases.js";
import type {Step, Value} from "./value.js";

/** Lists that are checked and not kept: nothing here asks for them, and they have an item for each span. */
const dropped: readonly (readonly string[])[] = [["arenas", "list", "#", "spans_runs"]];

/** go-heap-state/1. */
export class Whole implements Form {
  readonly #phases = new Phases();
  #value: Value | undefined;
  readonly #reader = new JsonReader({
    value: (value, index) => {
      if (index > 0) this.#reader.fail("a second value follows the first; a recording is one object");
      this.#value = value;
    },
    rows: (path, siblings) => this.#sink(path, siblings),
  });

  get spans(): number {
    return this.#phases.length;
  }

  #sink(path: readonly Step[], siblings: Value): Sink | null {
    if (path[0] !== "phases" || typeof path[1] !== "string") return null;
    const phase = path[1];
    if (at(path, "phases", "*", "allspans", "rows")) {
      const columns = (siblings as Record<string, Value>).columns;
      const rows = this.#locating(() => this.#phases.begin(phase, columns));
      return row =>
        this.#locating(() => {
          const found = checkRow(row, rows.names, rows.cells, []);
          if (found) throw new Fault(found.message, pathName(found.path));
          this.#phases.add(rows, phase, row);
        });
    }
    const rest = path.slice(2);
    if (
      !booted.has(phase) &&
      (at(rest, "allspans", "row_index") || dropped.some(pattern => at(rest, ...pattern)))
    ) {
      const shape = shapeOf(rest);
      return item =>
        this.#locating(() => {
          const found = shape && check(item, shape);
          if (found) throw new Fault(found.message, pathName(found.path));
        });
    }
    return null;
  }

  /** Does something, and adds the place to what it throws. */
  #locating<T>(run: () => T): T {
    try {
      return run();
    } catch (error) {
      if (!(error instanceof Fault) || error.place !== null) throw error;
      const inside = error.path === "" || error.path.startsWith("[") ? error.path : `.${error.path}`;
      throw new Fault(error.message, pathName(this.#reader.path) + inside, this.#reader.place);
    }
  }

  push(chunk: Uint8Array): void {
    this.#reader.push(chunk);
  }

  end(): Read {
    this.#reader.end();
    const value = this.#value!;
    const schema =
      typeof value === "object" && value !== null && !Array.isArray(value) ? value.schema : undefined;
    checkSchema(schema, schemas);
    if (schema !== "go-heap-state/1")
      throw new Fault("go-heap-state/2 is made of lines; this is a single value", "schema");
    const found = check(value, recordingShape);
    if (found) throw new Fault(found.message, pathName(found.path));
    return this.#phases.read(value as unknown as Recording);
  }
}

/** The shape of an item of a list of a phase. */
function shapeOf(path: readonly Step[]): Shape | null {
  const names = path.filter(step => typeof step === "string");
  let shape: Shape | "rows" | undefined = shapeAt(["phases", "main", ...names.slice(0, 2)]);
  for (const name of names.slice(2)) {
    if (typeof shape !== "object" || shape.is !== "list" || shape.of.is !== "struct") return null;
    shape = shape.of.fields[name]?.shape;
  }
  return typeof shape === "object" && shape.is === "list" ? shape.of : null;
}
