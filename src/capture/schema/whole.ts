// Recordings as one value: put together from lines, read from text of either version, and cut into lines.

import type {Json, JsonObject, Recording} from "../format.js";
import {check} from "./check.js";
import {type Entry, LineReader, type Place, RecordingError, shapeAt} from "./lines.js";
import {parts, recordingShape} from "./recording.js";

/** Puts the lines of a file together. All rows are kept: for a large heap, look at the entries one by one instead. */
export class Collector {
  private readonly value: JsonObject = {};

  add(entry: Entry): void {
    if ("header" in entry) Object.assign(this.value, entry.header);
    else if ("end" in entry) this.value.omitted = entry.end.omitted as unknown as Json;
    else if ("append" in entry) {
      const list = this.at(entry.path);
      if (!Array.isArray(list))
        throw new RecordingError(`${entry.path.join(".")} is appended to before it is there`);
      for (const each of entry.append) list.push(each);
    } else this.set(entry.path, entry.value);
  }

  /** The recording, once all entries are added. Throws a RecordingError if a part is missing. */
  recording(): Recording {
    const found = check(this.value, recordingShape);
    if (found) throw RecordingError.at(found);
    return this.value as unknown as Recording;
  }

  private at(path: Place): Json | undefined {
    let value: Json | undefined = this.value;
    for (const name of path) {
      if (typeof value !== "object" || value === null || Array.isArray(value) || !Object.hasOwn(value, name))
        return undefined;
      value = value[name];
    }
    return value;
  }

  private set(path: Place, value: Json): void {
    let object: JsonObject = this.value;
    for (const name of path.slice(0, -1)) {
      const below: Json = Object.hasOwn(object, name) ? object[name]! : (object[name] = {});
      if (typeof below !== "object" || below === null || Array.isArray(below)) {
        throw new RecordingError(`${path.join(".")} lies in something that is no object`);
      }
      object = below;
    }
    // The head of a table has no rows yet.
    object[path.at(-1)!] =
      shapeAt(path) !== "rows" && isTable(path) ? {...(value as JsonObject), rows: []} : value;
  }
}

function isTable(path: Place): boolean {
  const shape = shapeAt(path);
  return typeof shape === "object" && shape.is === "table";
}

/** Reads a recording of either version. Throws a RecordingError that names the place. */
export function readRecording(text: string): Recording {
  if (isLines(text)) {
    const reader = new LineReader();
    const collector = new Collector();
    for (const entry of reader.read(text)) collector.add(entry);
    reader.finish();
    return collector.recording();
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new RecordingError(`not a recording: ${(error as Error).message}`);
  }
  const found = check(value, recordingShape);
  if (found) throw RecordingError.at(found);
  return value as Recording;
}

/** Whether a text, of which the start is enough, is made of lines: go-heap-state/2. */
export function isLines(start: string): boolean {
  return /^\s*\{[^\n]*"schema"\s*:\s*"go-heap-state\/2"/.test(start.slice(0, 4096));
}

/** A recording cut into the lines of go-heap-state/2. `rowsPerLine` is for tests. */
export function* linesOf(recording: Recording, rowsPerLine = 500): Generator<string> {
  const {phases, omitted, ...rest} = recording as unknown as JsonObject & {
    phases: Record<string, JsonObject>;
  };
  let lines = 0;
  const line = (value: object) => {
    lines++;
    return `${JSON.stringify(value)}\n`;
  };
  const header = Object.entries(rest).filter(([name]) => !Object.hasOwn(parts, name));
  yield line({...Object.fromEntries(header), schema: "go-heap-state/2"});
  for (const name of Object.keys(parts)) {
    if (name in rest) yield line({path: [name], value: rest[name]});
  }
  for (const [moment, state] of Object.entries(phases)) {
    for (const [group, value] of Object.entries(state)) {
      const path = ["phases", moment, group];
      const lists = longLists[group] ?? [];
      if (lists.length === 0) {
        yield line({path, value});
        continue;
      }
      const head = Object.entries(value as JsonObject).map(([k, v]) => [k, lists.includes(k) ? [] : v]);
      yield line({path, value: Object.fromEntries(head.filter(([k]) => k !== "rows"))});
      for (const name of lists) {
        const all = (value as JsonObject)[name];
        for (let i = 0; Array.isArray(all) && i < all.length; i += rowsPerLine) {
          yield line({path: [...path, name], append: all.slice(i, i + rowsPerLine)});
        }
      }
    }
  }
  const before = lines;
  yield line({end: {lines: before, omitted: omitted ?? []}});
}

/** The lists of a phase that grow with the heap. */
const longLists: Readonly<Record<string, readonly string[]>> = {
  allspans: ["rows", "row_index"],
  arenas: ["list"],
  pages: ["chunks"],
};
