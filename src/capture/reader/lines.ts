// Reads go-heap-state/2: lines, which the reader of the schema checks one by one.

import type {Json} from "../format.js";
import {Collector, type Entry, LineReader, pathName, RecordingError} from "../schema/index.js";
import {Fault, type Place} from "./fault.js";
import {at, booted, type Form, Phases, type Read, type Rows} from "./phases.js";

/** The most values that are kept as they stand, rows of spans aside. Bits of pages take a few for each 4 MiB of heap. */
const mostValues = 16_000_000;

/** How many values a value is made of. */
function countOf(value: Json): number {
  if (typeof value !== "object" || value === null) return 1;
  let n = 1;
  for (const each of Array.isArray(value) ? value : Object.values(value)) n += countOf(each);
  return n;
}

/** go-heap-state/2. */
export class Lines implements Form {
  readonly #decoder = new TextDecoder("utf-8", {fatal: true});
  readonly #reader = new LineReader();
  readonly #collector = new Collector();
  readonly #phases = new Phases();
  #values = 0;
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
      if (phase !== undefined && !booted.has(phase) && at(path.slice(2), "arenas", "list")) {
        this.#keep({path, append: entry.append.map(withoutRuns)});
        return;
      }
    }
    this.#keep(entry);
  }

  #keep(entry: Extract<Entry, {path: unknown}>): void {
    this.#values += countOf("value" in entry ? entry.value : (entry.append as Json[]));
    if (this.#values > mostValues) {
      throw new Fault(`more than ${mostValues.toLocaleString("en-US")} values outside of the rows of spans`);
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
