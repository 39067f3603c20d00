// What recordings took: the figures that `npm run bench -- recorder` printed, as docs/data/recorder.json keeps them.

import {table} from "../blocks.js";
import {bytes, count} from "../format.js";
import {h, toHtml} from "../markup.js";

/** Reads a file under docs. */
interface Reader {
  text(path: string): string;
}

interface Measured {
  readonly machine: string;
  readonly runs: readonly {
    readonly go: string;
    readonly objects: number;
    /** Resident memory of the process, in bytes. */
    readonly resident: number;
    readonly spans: number;
    readonly seconds: number;
    /** Most resident memory of recorder and gdb together, in bytes. */
    readonly memory: number;
    /** Size of the file, in bytes. */
    readonly file: number;
  }[];
}

const read = (reader: Reader) => JSON.parse(reader.text("data/recorder.json")) as Measured;

/** A row for each process that was recorded. */
export function measured(reader: Reader): string {
  const {machine, runs} = read(reader);
  return toHtml(
    h(
      "div",
      {class: "cell"},
      table({
        caption: `Recording a running process with objects of 4,096 bytes: the memory of the process, and that of recorder and gdb together. ${machine}`,
        head: ["release", "#objects", "#process", "#spans", "#seconds", "#recorder", "#file"],
        rows: runs.map(run => [
          run.go,
          count(run.objects),
          bytes(run.resident),
          count(run.spans),
          run.seconds.toFixed(1),
          bytes(run.memory),
          bytes(run.file),
        ]),
      }),
    ),
  );
}

/** The largest of the figures, for the text. */
export function values(reader: Reader): Record<string, string> {
  const {runs} = read(reader);
  const largest = runs.reduce((a, b) => (a.resident > b.resident ? a : b));
  return {
    resident: bytes(largest.resident),
    spans: count(largest.spans),
    seconds: Math.max(...runs.map(run => run.seconds)).toFixed(1),
    memory: bytes(Math.max(...runs.map(run => run.memory))),
  };
}
