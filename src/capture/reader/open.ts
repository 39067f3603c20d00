// Opens a recording as its bytes arrive, in either form, and keeps of a large heap only the columns of its spans.
//
// go-heap-state/1 is one JSON value, go-heap-state/2 lines. The shapes of the schema are held against both, row by row;
// what the heap is built from is checked again where it is used. Whatever is wrong becomes a Fault.

import type {Json, Phase, Recording} from "../format.js";
import {cellShapes, checkRow} from "../schema/check.js";
import {
  Collector,
  check,
  type Entry,
  isLines,
  LineReader,
  pathName,
  RecordingError,
  recordingShape,
  schemas,
  shapeAt,
  spansShape,
} from "../schema/index.js";
import type {Shape} from "../schema/shape.js";
import {checkSchema, heapOf, sourceOf} from "./build.js";
import {Fault, type Place} from "./fault.js";
import type {Heap, OpenedRecording} from "./heap.js";
import {JsonReader, type Sink, type Step, type Value} from "./json.js";
import {noSpans, SpanRows} from "./spans.js";

/** The most items of lists that are kept as they stand. A chunk is one, and stands for 4 MiB of heap. */
const mostItems = 4_000_000;

/** Phases that the model boots to. They have few spans, which are kept as rows, too, so that they can be compared. */
const booted = new Set(["mallocinit", "procresize"]);
const mostBootRows = 2000;

/** What a phase's spans have come to so far. */
interface Rows {
  readonly spans: SpanRows;
  readonly names: readonly string[];
  readonly cells: readonly Shape[];
  /** The rows themselves, of a phase that the model boots to. */
  readonly kept: Value[];
}

/** An opened recording, and the recording itself without the rows of large phases. */
export interface Read {
  readonly opened: OpenedRecording;
  readonly recording: Recording;
}

/** Reads a recording from bytes that are pushed. Throws Faults. */
export class RecordingReader {
  readonly #start: Uint8Array[] = [];
  #startLength = 0;
  #form: Form | null = null;

  /** Reads more bytes. */
  push(chunk: Uint8Array): void {
    if (this.#form !== null) {
      this.#form.push(chunk);
      return;
    }
    this.#start.push(chunk);
    this.#startLength += chunk.length;
    if (this.#startLength >= 4096) this.#begin();
  }

  /** Says that the file is over, and returns what was in it. */
  end(): Read {
    if (this.#form === null) this.#begin();
    return this.#form!.end();
  }

  /** How many spans there are so far. */
  get spans(): number {
    return this.#form?.spans ?? 0;
  }

  #begin(): void {
    const start = new TextDecoder().decode(
      this.#start[0]!.length > 4096 ? this.#start[0]!.subarray(0, 4096) : joined(this.#start),
    );
    this.#form = isLines(start) ? new Lines() : new Whole();
    for (const chunk of this.#start) this.#form.push(chunk);
    this.#start.length = 0;
  }
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(chunks.reduce((sum, c) => sum + c.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}

interface Form {
  readonly spans: number;
  push(chunk: Uint8Array): void;
  end(): Read;
}

/** The spans of all phases. */
class Phases {
  readonly #phases = new Map<string, Rows>();

  get length(): number {
    let sum = 0;
    for (const {spans} of this.#phases.values()) sum += spans.length;
    return sum;
  }

  begin(phase: string, columns: unknown): Rows {
    if (!Array.isArray(columns) || !columns.every(name => typeof name === "string")) {
      throw new Fault("the rows of the spans come before the names of their columns");
    }
    const rows = {
      spans: new SpanRows(columns),
      names: columns,
      cells: cellShapes(columns, spansShape.columns),
      kept: [],
    };
    this.#phases.set(phase, rows);
    return rows;
  }

  of(phase: string): Rows | undefined {
    return this.#phases.get(phase);
  }

  /** Takes a row. The Fault of a bad one has its path inside the row. */
  add(rows: Rows, phase: string, row: Value): void {
    rows.spans.add(row);
    if (booted.has(phase) && rows.kept.length < mostBootRows) rows.kept.push(row);
  }

  /** Builds the heaps of a recording that was checked. */
  read(recording: Recording): Read {
    const source = sourceOf(recording as unknown as Value);
    const heaps: Heap[] = Object.entries(recording.phases).map(([name, phase]) => {
      const rows = this.#phases.get(name);
      const heap = heapOf(source, name, phase as Value, rows?.spans.done() ?? noSpans());
      if (rows !== undefined && rows.kept.length === heap.spans.length) {
        (phase.allspans as Record<string, Value>).rows = rows.kept;
      }
      return heap;
    });
    if (heaps.length === 0) throw new Fault("the recording has no phase: it holds no heap", "phases");
    return {opened: {source, heaps}, recording};
  }
}

const at = (path: readonly Step[], ...pattern: readonly string[]) =>
  path.length === pattern.length &&
  pattern.every((name, i) => (name === "#" ? typeof path[i] === "number" : name === "*" || name === path[i]));

/** Lists that are checked and not kept: nothing here asks for them, and they have an item for each span. */
const dropped: readonly (readonly string[])[] = [["arenas", "list", "#", "spans_runs"]];

/** go-heap-state/1. */
class Whole implements Form {
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

/** go-heap-state/2. */
class Lines implements Form {
  readonly #decoder = new TextDecoder("utf-8", {fatal: true});
  readonly #reader = new LineReader();
  readonly #collector = new Collector();
  readonly #phases = new Phases();
  #items = 0;
  #line = 0;

  get spans(): number {
    return this.#phases.length;
  }

  push(chunk: Uint8Array): void {
    this.#take(() => this.#decoder.decode(chunk, {stream: true}));
  }

  end(): Read {
    this.#take(() => this.#decoder.decode());
    return this.#guarded(() => {
      this.#reader.finish();
      return this.#phases.read(this.#collector.recording());
    });
  }

  #take(decode: () => string): void {
    this.#guarded(() => {
      for (const entry of this.#reader.read(decode())) {
        this.#line++;
        this.#entry(entry);
      }
    });
  }

  /** Makes Faults of what the reader of lines throws. */
  #guarded<T>(run: () => T): T {
    try {
      return run();
    } catch (error) {
      const place: Place | null = this.#line > 0 ? {line: this.#line + 1, column: null, byte: null} : null;
      if (error instanceof RecordingError) {
        const message = error.message.replace(/^line \d+: /, "");
        throw new Fault(
          message,
          "",
          error.line === undefined ? null : {line: error.line, column: null, byte: null},
        );
      }
      if (error instanceof Fault)
        throw error.place === null ? new Fault(error.message, error.path, place) : error;
      if (error instanceof TypeError && /decode|encoded/i.test(error.message)) {
        throw new Fault("the file is not UTF-8", "", place);
      }
      throw error;
    }
  }

  #entry(entry: Entry): void {
    if (!("path" in entry)) {
      this.#collector.add(entry);
      return;
    }
    const {path} = entry;
    const phase = path[0] === "phases" ? path[1] : undefined;
    if (phase !== undefined && "value" in entry && path.length === 3 && path[2] === "allspans") {
      this.#phases.begin(phase, (entry.value as {columns?: Json}).columns);
    }
    if ("append" in entry && phase !== undefined && at(path.slice(2), "allspans", "rows")) {
      const rows = this.#phases.of(phase);
      if (rows === undefined) throw new Fault("rows come before their columns", pathName(path));
      for (const row of entry.append) this.#row(rows, phase, row);
      return;
    }
    if ("append" in entry) {
      if (phase !== undefined && !booted.has(phase) && at(path.slice(2), "allspans", "row_index")) return;
      this.#items += entry.append.length;
      if (this.#items > mostItems)
        throw new Fault(`more than ${mostItems.toLocaleString("en-US")} items of lists`, pathName(path));
      if (phase !== undefined && !booted.has(phase) && at(path.slice(2), "arenas", "list")) {
        this.#collector.add({path, append: entry.append.map(withoutRuns)});
        return;
      }
    }
    this.#collector.add(entry);
  }

  #row(rows: Rows, phase: string, row: Json): void {
    try {
      this.#phases.add(rows, phase, row);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      throw new Fault(error.message, `phases.${phase}.allspans.rows[${rows.spans.length}]${error.path}`);
    }
  }
}

/** An arena without the list of its spans. */
function withoutRuns(arena: Json): Json {
  if (typeof arena !== "object" || arena === null || Array.isArray(arena)) return arena;
  const {spans_runs: _, ...rest} = arena;
  return rest;
}

/** Whether a phase can be compared with the model: its rows were kept. */
export const isWhole = (phase: Phase | undefined): boolean => {
  const spans = phase?.allspans as {rows?: Json[]; len?: number; uninitialised?: number} | undefined;
  return spans?.rows !== undefined && spans.rows.length + (spans.uninitialised ?? 0) === spans.len;
};
