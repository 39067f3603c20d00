// The worker of the page that opens files: takes a file or an address, and answers with progress, the result or a fault.

import {Fault, type Place} from "./fault.js";
import {type Opened, openFile, type Progress} from "./file.js";

/** What the page asks for: a file of the reader's, or a text, or an address in the site. */
export interface Request {
  readonly blob?: Blob;
  readonly url?: string;
}

/** What the worker answers. */
export type Answer =
  | {readonly is: "progress"; readonly progress: Progress}
  | {readonly is: "opened"; readonly opened: Opened; readonly bytes: number; readonly ms: number}
  | {readonly is: "fault"; readonly message: string; readonly path: string; readonly place: Place | null};

const scope = self as unknown as {
  onmessage: ((event: MessageEvent<Request>) => void) | null;
  postMessage(answer: Answer, transfer?: Transferable[]): void;
};

scope.onmessage = ({data}) => void answer(data);

async function answer(request: Request): Promise<void> {
  const begun = performance.now();
  let told = begun;
  let bytes = 0;
  try {
    const {stream, size} = await sourceOf(request);
    const opened = await openFile(stream, size, progress => {
      bytes = progress.read;
      const now = performance.now();
      if (now - told < 100) return;
      told = now;
      scope.postMessage({is: "progress", progress});
    });
    const ms = performance.now() - begun;
    scope.postMessage({is: "opened", opened, bytes, ms}, buffersOf(opened));
  } catch (error) {
    const fault = error instanceof Fault ? error : new Fault(messageOf(error));
    scope.postMessage({is: "fault", message: fault.message, path: fault.path, place: fault.place});
  }
}

/** A file can be too large for the machine, or vanish while it is read. */
function messageOf(error: unknown): string {
  if (error instanceof RangeError)
    return `the machine has not enough memory for this file (${error.message})`;
  return error instanceof Error
    ? `the file could not be read: ${error.message}`
    : "the file could not be read";
}

async function sourceOf({
  blob,
  url,
}: Request): Promise<{stream: ReadableStream<Uint8Array>; size: number | null}> {
  if (blob !== undefined) return {stream: blob.stream() as ReadableStream<Uint8Array>, size: blob.size};
  const response = await fetch(url!, {credentials: "omit", redirect: "error"});
  if (!response.ok || response.body === null)
    throw new Fault(`the server answers ${response.status} for ${url}`);
  const size = Number(response.headers.get("content-length"));
  return {stream: response.body, size: size > 0 ? size : null};
}

/** The columns of spans, which go to the page without a copy. */
function buffersOf(opened: Opened): Transferable[] {
  if (opened.kind !== "recording") return [];
  const columns = opened.recording.heaps.flatMap(({spans, free}) => [
    ...Object.values(spans),
    ...Object.values(free),
  ]);
  return columns.flatMap(column => (ArrayBuffer.isView(column) ? [column.buffer as ArrayBuffer] : []));
}
