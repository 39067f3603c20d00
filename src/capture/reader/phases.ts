// The phases of a recording while it is read: the rows of their spans go to columns at once, and are not kept.

import type {Json, Phase, Recording} from "../format.js";
import {cellShapes} from "../schema/check.js";
import {spansShape} from "../schema/index.js";
import type {Shape} from "../schema/shape.js";
import {heapOf, sourceOf} from "./build.js";
import {Fault} from "./fault.js";
import type {Heap, OpenedRecording} from "./heap.js";
import {noSpans, SpanRows} from "./spans.js";
import type {Step, Value} from "./value.js";

/** Phases that the model boots to. They have few spans, which are kept as rows, too, so that they can be compared. */
export const booted = new Set(["mallocinit", "procresize"]);
const mostBootRows = 2000;
/** A recorder stops a process at a few moments. */
const mostPhases = 100;

/** What a phase's spans have come to so far. */
export interface Rows {
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

/** One of the two forms that a recording comes in. */
export interface Form {
  readonly spans: number;
  push(chunk: Uint8Array): void;
  end(): Read;
}

/** The spans of all phases. */
export class Phases {
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
    if (this.#phases.size === mostPhases && !this.#phases.has(phase))
      throw new Fault(`more than ${mostPhases} phases`);
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

/** Whether a path is as a pattern says: `*` stands for any step, `#` for an index. */
export const at = (path: readonly Step[], ...pattern: readonly string[]) =>
  path.length === pattern.length &&
  pattern.every((name, i) => (name === "#" ? typeof path[i] === "number" : name === "*" || name === path[i]));

/** Whether a phase can be compared with the model: its rows were kept. */
export const isWhole = (phase: Phase | undefined): boolean => {
  const spans = phase?.allspans as {rows?: Json[]; len?: number; uninitialised?: number} | undefined;
  return spans?.rows !== undefined && spans.rows.length + (spans.uninitialised ?? 0) === spans.len;
};
