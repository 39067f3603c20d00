// What a file is, from its first bytes.

import {Fault, shown} from "./fault.js";
import {isLog} from "./logs.js";

/** What a reader can open. */
export type Kind = "recording" | "memstats" | "log";

/** Bytes from which the kind is told. */
export const startBytes = 65536;

/** Whether bytes are those of a gzip file. */
export const isGzip = (start: Uint8Array): boolean => start[0] === 0x1f && start[1] === 0x8b;

/** Tells what a file is. Throws a Fault, with what can be opened, for anything else. */
export function kindOf(start: Uint8Array): Kind {
  const text = new TextDecoder().decode(start.subarray(0, startBytes));
  if (/^\uFEFF?\s*$/.test(text)) throw new Fault("the file is empty");
  const wanted =
    "a recording (go-heap-state), the JSON of a runtime.MemStats, or a log with lines of gctrace or schedtrace";
  if (/^\uFEFF?\s*[[{]/.test(text)) {
    if (/"schema"\s*:/.test(text.slice(0, 8192))) return "recording";
    if (/"(?:HeapAlloc|HeapSys|TotalAlloc|Sys|Alloc|BySize|memstats)"\s*:/.test(text)) return "memstats";
    if (isLog(text)) return "log";
    throw new Fault(`this JSON has neither a "schema" nor a field of runtime.MemStats; expected ${wanted}`);
  }
  if (isLog(text)) return "log";
  // A log may begin with a program's own output, but not with bytes that are no text.
  const strange = /[^\t\n\v\f\r\x20-\uFFFF]/.exec(text) ?? /\uFFFD/.exec(text);
  const found =
    strange === null ? `a text that begins “${shown(text.trim(), 30)}”` : "bytes that are no text";
  throw new Fault(`found ${found}, expected ${wanted}`);
}
