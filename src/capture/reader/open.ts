// Opens a recording as its bytes arrive, in either form, and keeps of a large heap only the columns of its spans.
//
// The shapes of the schema are held against both forms, row by row; what the heap is built from is checked again where it is
// used. Whatever is wrong becomes a Fault.

import {isLines} from "../schema/index.js";
import {Lines} from "./lines.js";
import type {Form, Read} from "./phases.js";
import {Whole} from "./whole.js";

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

/** Chunks of a stream as one. */
export function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(chunks.reduce((sum, c) => sum + c.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}
