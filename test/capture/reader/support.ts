// Recordings for the tests of the reader, and ways to feed them to it.

import {readdirSync, readFileSync} from "node:fs";
import {RecordingReader} from "../../../src/capture/reader/open.ts";
import type {Read} from "../../../src/capture/reader/phases.ts";

/** The folder of the committed recordings. */
export const heaps = "docs/data/captures/heap/";

/** The names of all recordings. */
export const names = readdirSync(heaps).filter(name => name.endsWith(".json"));

/** The text of a recording. */
export const textOf = (name: string) => readFileSync(heaps + name, "utf8");

/** Reads a recording whose bytes arrive in pieces of `size`. */
export function readText(text: string, size = 65536): Read {
  const bytes = new TextEncoder().encode(text);
  const reader = new RecordingReader();
  for (let i = 0; i < bytes.length; i += size) reader.push(bytes.subarray(i, i + size));
  return reader.end();
}

/** A stream of pieces, as a file gives it. */
export function streamOf(text: string | Uint8Array, size = 4096): ReadableStream<Uint8Array> {
  const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) controller.close();
      else controller.enqueue(bytes.slice(at, at + size));
      at += size;
    },
  });
}

/** A small generator of numbers from 0 to 1, the same each time (mulberry32). */
export function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
