// A recording of a large heap, made of a small one: its spans again and again, at other addresses.

import {readFileSync} from "node:fs";
import type {Json, JsonObject} from "../../../src/capture/format.ts";
import {linesOf, readRecording} from "../../../src/capture/schema/index.ts";

const pageSize = 8192;
const arenaBytes = 2 ** 26;

/** Text in pieces: a recording with `wanted` spans, in either form. Counters are those of the small heap. */
export function* grown(wanted: number, form: "one value" | "lines"): Generator<string> {
  const recording = readRecording(readFileSync("docs/data/open/leak-go1.27.jsonl", "utf8"));
  const phase = Object.values(recording.phases).at(-1)! as JsonObject;
  const spans = phase.allspans as {columns: string[]; rows: Json[][]};
  const {columns, rows} = spans;
  const [base, limit, npages] = ["base", "limit", "npages"].map(name => columns.indexOf(name)) as [
    number,
    number,
    number,
  ];
  const start = 0xc000000000;
  let at = start;
  const moved: Json[][] = [];
  for (let i = 0; i < wanted; i++) {
    const row = [...rows[i % rows.length]!];
    const used = Number(row[limit]) - Number(row[base]);
    row[base] = `0x${at.toString(16)}`;
    row[limit] = `0x${(at + Math.max(0, used)).toString(16)}`;
    at += (row[npages] as number) * pageSize;
    moved.push(row);
  }
  const arenas = Math.ceil((at - start) / arenaBytes);
  const list = Array.from({length: arenas}, (_, i) => ({
    index: i,
    start: `0x${(start + i * arenaBytes).toString(16)}`,
    end: `0x${(start + (i + 1) * arenaBytes).toString(16)}`,
    heapArena: "0x7f0000000000",
  }));
  const chunkBytes = 2 ** 22;
  const chunks = Array.from({length: Math.ceil((at - start) / chunkBytes)}, (_, i) => ({
    addr: `0x${(start + i * chunkBytes).toString(16)}`,
    chunk: i,
    alloc_runs: [[0, Math.min(512, (at - start) / pageSize - 512 * i)]],
    scavenged_runs: [],
  }));
  const inUse = [[`0x${start.toString(16)}`, `0x${(start + chunks.length * chunkBytes).toString(16)}`]];
  const big = {
    ...recording,
    phases: {
      large: {
        ...phase,
        allspans: {
          ...spans,
          rows: moved,
          row_index: moved.map((_, i) => i),
          len: moved.length,
          cap: moved.length,
          uninitialised: 0,
        },
        arenas: {...(phase.arenas as JsonObject), list},
        pages: {...(phase.pages as JsonObject), inUse, chunks},
        allp: {len: 0, cap: 0, list: []},
      },
    },
  };
  if (form === "lines") yield* linesOf(big as never);
  else yield* pieces({...big, schema: "go-heap-state/1"} as never, moved);
}

/** JSON in pieces: the rows of the spans, which would be too long for one text, come by themselves. */
function* pieces(value: JsonObject, rows: readonly Json[][]): Generator<string> {
  const mark = "@rows@";
  const text = JSON.stringify(value, (key, each) => (key === "rows" ? mark : each));
  const [before, after] = text.split(JSON.stringify(mark)) as [string, string];
  yield `${before}[`;
  for (let i = 0; i < rows.length; i += 1000) {
    yield (i > 0 ? "," : "") +
      rows
        .slice(i, i + 1000)
        .map(row => JSON.stringify(row))
        .join(",\n");
  }
  yield `]${after}`;
}
