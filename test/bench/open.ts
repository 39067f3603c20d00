// How long it takes to open a recording of 100 MB, and what becomes of 10,000 broken ones.
//
// The goal is 10 s in a browser on a small machine; Node runs the same code in the same engine.

import {openFile} from "../../src/capture/reader/file.ts";
import {sumsOf} from "../../src/capture/reader/sums.ts";
import {linesOf, readRecording} from "../../src/capture/schema/index.ts";
import {outcome} from "../capture/reader/fuzz.ts";
import {textOf} from "../capture/reader/support.ts";
import {table} from "./support/figures.ts";
import {grown} from "./support/grown.ts";

const rows = [["form", "spans", "MB", "read, s", "sums, s", "MB/s"]];
for (const form of ["one value", "lines"] as const) {
  const spans = 740_000;
  const chunks = [...grown(spans, form)].map(text => new TextEncoder().encode(text));
  const size = chunks.reduce((sum, c) => sum + c.length, 0);
  let next = 0;
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      const chunk = chunks[next++];
      if (chunk === undefined) controller.close();
      else controller.enqueue(chunk);
    },
  });
  const begun = performance.now();
  const opened = await openFile(stream, size);
  const read = performance.now();
  if (opened.kind !== "recording") throw new Error("the grown recording is none");
  const heap = opened.recording.heaps[0]!;
  sumsOf(heap);
  const summed = performance.now();
  rows.push([
    form,
    String(heap.spans.length),
    (size / 1e6).toFixed(1),
    ((read - begun) / 1000).toFixed(2),
    ((summed - read) / 1000).toFixed(2),
    (size / 1e3 / (read - begun)).toFixed(0),
  ]);
}
table(rows);

const forms = {
  "one value": textOf("linux-386-go1.12.17-p1.json"),
  lines: [...linesOf(readRecording(textOf("linux-amd64-go1.27.3-p1.json")), 5)].join(""),
};
const broken = [["broken recordings", "opened", "refused", "anything else", "slowest, ms"]];
for (const [form, text] of Object.entries(forms)) {
  const outcomes = {opened: 0, refused: 0};
  let slowest = 0;
  for (let seed = 0; seed < 5000; seed++) {
    const begun = performance.now();
    // Throws for anything else.
    outcomes[outcome(text, seed)]++;
    slowest = Math.max(slowest, performance.now() - begun);
  }
  broken.push([form, String(outcomes.opened), String(outcomes.refused), "0", slowest.toFixed(0)]);
}
table(broken);
