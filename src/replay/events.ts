// What happens during a start, in order: which routines run, and what they ask the system for.
//
// The model's routines know nothing of this. Before the start, the methods of a loaded runtime's own objects are
// replaced by ones that note the call and go on; plain functions are not seen, the objects that they work on are.

import {type BootOptions, load, type Runtime, start, Throw} from "../runtime/index.js";

/** A call, or a request to the system. */
export interface Event {
  /** How many watched calls it happened inside of. */
  readonly depth: number;
  /** The routine, by Go's names: `mheap_.init`, `mheap_.spanalloc.alloc`, `sysReserve`. */
  readonly what: string;
  /**
   * For a request to the system, what was asked for, address (0: anywhere) and size in bytes; and the address that
   * it was granted at, 0 if it was refused.
   */
  readonly request?: {readonly hint: number; readonly size: number; readonly granted: number};
  /** For what hands out an address, the address. */
  readonly result?: number;
}

/** A start that was watched. */
export interface Watched {
  readonly rt: Runtime;
  readonly events: readonly Event[];
  /** What the runtime threw, if it did. */
  readonly thrown: Throw | null;
}

/** Boots as `boot` does and tells what happened. Throws RangeError only; what Go throws is returned. */
export function watch(options: BootOptions = {}): Watched {
  const rt = load(options);
  const events: {depth: number; what: string; request?: Event["request"]; result?: number}[] = [];
  let depth = 0;

  const wrap = (object: object, name: string, what: string, request = false) => {
    const target = object as Record<string, (...args: unknown[]) => unknown>;
    const original = target[name]!.bind(object);
    target[name] = (...args) => {
      const event: (typeof events)[number] = {depth: depth++, what};
      events.push(event);
      try {
        const result = original(...args);
        if (request) {
          const [hint, size] = args as [number, number];
          event.request = {
            hint,
            size,
            granted: typeof result === "number" ? result : result === false ? 0 : hint,
          };
        }
        const address = (result as {address?: number} | undefined)?.address;
        if (address !== undefined) event.result = address;
        return result;
      } finally {
        depth--;
      }
    };
  };

  const {mheap_, mem} = rt;
  wrap(mheap_, "init", "mheap_.init");
  for (const [name, field] of Object.entries(mheap_.fixallocs)) {
    wrap(field, "init", `mheap_.${name}.init`);
    wrap(field, "alloc", `mheap_.${name}.alloc`);
  }
  wrap(mheap_.heapArenaAlloc, "init", "mheap_.heapArenaAlloc.init");
  wrap(mheap_.arena, "init", "mheap_.arena.init");
  for (const [i, c] of mheap_.central.entries()) wrap(c, "init", `mheap_.central[${i}].init`);
  wrap(mem, "take", "mmap", true);
  wrap(mem, "change", "mmap fixed", true);
  wrap(mem, "release", "munmap", true);

  let thrown: Throw | null = null;
  try {
    start(rt, options);
  } catch (error) {
    if (!(error instanceof Throw)) throw error;
    thrown = error;
  }
  return {rt, events, thrown};
}
