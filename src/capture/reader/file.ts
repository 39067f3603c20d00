// Opens a file of any kind, piece by piece, and says how far it is. Used in a worker, and in tests without one.

import {release} from "../../releases/index.js";
import type {Comparison} from "../compare.js";
import {type BootPhase, compareRecording} from "../recordings.js";
import {Fault} from "./fault.js";
import type {OpenedRecording} from "./heap.js";
import {isGzip, kindOf, startBytes} from "./kinds.js";
import {type Log, LogReader, limits} from "./logs.js";
import {joined, RecordingReader} from "./open.js";
import {isWhole, type Read} from "./phases.js";

/** What the model says of the boot of a recorded process. */
export interface ModelSays {
  readonly phases: readonly {
    readonly phase: BootPhase;
    readonly comparison: Comparison | null;
    readonly why: string;
  }[];
  /** Why there is no comparison at all; empty if there is one. */
  readonly why: string;
}

/** A file that was opened. The text of a MemStats is read where it is shown. */
export type Opened =
  | {readonly kind: "recording"; readonly recording: OpenedRecording; readonly model: ModelSays}
  | {readonly kind: "memstats"; readonly text: string}
  | {readonly kind: "log"; readonly log: Log};

/** How far the reading is: bytes of the file, and spans that were found. */
export interface Progress {
  readonly read: number;
  readonly of: number | null;
  readonly spans: number;
}

/** The most bytes of a file once unpacked, and of a MemStats. */
export const mostBytes = 4 * 2 ** 30;
const mostMemStats = 2_000_000;

/** Opens a file. `bytes` is what is in it, in pieces; `size` how much that is, if it is known. Throws a Fault. */
export async function openFile(
  bytes: ReadableStream<Uint8Array>,
  size: number | null,
  tell: (progress: Progress) => void = () => {},
): Promise<Opened> {
  let [read, unpacked] = [0, 0];
  const counted = bytes.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        read += chunk.length;
        controller.enqueue(chunk);
      },
    }),
  );
  const pieces = inflated(counted);
  const start: Uint8Array[] = [];
  let reader: Reader | null = null;
  let length = 0;
  for await (const chunk of pieces) {
    unpacked += chunk.length;
    if (unpacked > mostBytes) throw new Fault("the file holds more than 4 GiB");
    if (reader !== null) reader.push(chunk);
    else {
      start.push(chunk);
      length += chunk.length;
      if (length >= startBytes) reader = begin(start);
    }
    tell({read, of: size, spans: reader?.spans ?? 0});
  }
  reader ??= begin(start);
  return reader.end();
}

/** The bytes of a file, unpacked if it is packed. */
async function* inflated(bytes: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const source = bytes.getReader();
  const first: Uint8Array[] = [];
  let length = 0;
  while (length < 2) {
    const {done, value} = await source.read();
    if (done) break;
    first.push(value);
    length += value.length;
  }
  if (!isGzip(joined(first))) {
    yield* first;
    for (let next = await source.read(); !next.done; next = await source.read()) yield next.value;
    return;
  }
  const packed = new ReadableStream<BufferSource>({
    start: controller => {
      for (const chunk of first) controller.enqueue(chunk as BufferSource);
    },
    pull: async controller => {
      const {done, value} = await source.read();
      if (done) controller.close();
      else controller.enqueue(value as BufferSource);
    },
  });
  const unpacked = packed.pipeThrough(new DecompressionStream("gzip")).getReader();
  try {
    for (let next = await unpacked.read(); !next.done; next = await unpacked.read())
      yield next.value as Uint8Array;
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw new Fault("the file is packed with gzip, and broken or cut off");
  }
}

/** Takes the bytes of a file of one kind. */
interface Reader {
  readonly spans: number;
  push(chunk: Uint8Array): void;
  end(): Opened;
}

function begin(start: readonly Uint8Array[]): Reader {
  const all = joined(start);
  const readers = {recording: readRecording, memstats: readMemStats, log: readLog};
  const reader = readers[kindOf(all)]();
  reader.push(all);
  return reader;
}

function readRecording(): Reader {
  const reader = new RecordingReader();
  return {
    get spans() {
      return reader.spans;
    },
    push: chunk => reader.push(chunk),
    end: () => {
      const read = reader.end();
      return {kind: "recording", recording: read.opened, model: askModel(read)};
    },
  };
}

function readMemStats(): Reader {
  const chunks: Uint8Array[] = [];
  let length = 0;
  return {
    spans: 0,
    push: chunk => {
      length += chunk.length;
      if (length > mostMemStats) throw new Fault("a text of MemStats has at most 2,000,000 bytes");
      chunks.push(chunk);
    },
    end: () => ({kind: "memstats", text: new TextDecoder().decode(joined(chunks))}),
  };
}

function readLog(): Reader {
  const reader = new LogReader();
  const decoder = new TextDecoder();
  let length = 0;
  return {
    spans: 0,
    push: chunk => {
      length += chunk.length;
      if (length > limits.text)
        throw new Fault("a log has at most 256 MiB here: cut out the part that matters");
      reader.push(decoder.decode(chunk, {stream: true}));
    },
    end: () => ({kind: "log", log: reader.end()}),
  };
}

/** Boots the model as the recorded process was booted, and holds it against the phases that both have. */
function askModel({recording, opened}: Read): ModelSays {
  const {source} = opened;
  try {
    release(source.release);
  } catch (error) {
    return {phases: [], why: (error as Error).message};
  }
  const phases = (["mallocinit", "procresize"] as const)
    .filter(phase => isWhole(recording.phases[phase]))
    .map(phase => {
      try {
        return {phase, comparison: compareRecording(recording, phase), why: ""};
      } catch (error) {
        // The model throws what Go throws, and refuses platforms that it does not have.
        return {phase, comparison: null, why: (error as Error).message};
      }
    });
  const why =
    phases.length > 0
      ? ""
      : "the recording has neither the phase mallocinit nor procresize, which are the moments that the model boots to";
  return {phases, why};
}
