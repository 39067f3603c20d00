// The 32 fields of runtime.MemStats: what each counts, in which unit, where the model counts it, and who moves it.

/** How a value is to be read. A `time` is in nanoseconds since 1970, `ns` is a duration. */
export type Unit = "bytes" | "count" | "ns" | "time" | "fraction" | "flag" | "list";

/** A function of the model, the file of src/runtime that it stands in, and the page that prints it, if one does. */
export interface Place {
  readonly name: string;
  readonly file: string;
  readonly page: "here" | "init" | null;
}

/** A field of MemStats. */
export interface Field {
  readonly name: string;
  readonly unit: Unit;
  readonly meaning: string;
  readonly where: readonly Place[];
  /** Why nothing on this page moves it; null if something does. */
  readonly still: string | null;
}

/** Fields that belong together. */
export interface Group {
  readonly title: string;
  readonly fields: readonly Field[];
}

const place = (name: string, file: string, page: Place["page"] = null): Place => ({name, file, page});
const update = place("updatememstats", "mstats.ts", "here");
const cacheSpan = place("mcentral.cacheSpan", "mcentral.ts", "here");
const sysInc = place("mSysStatInc", "mstats.ts", "here");
const taken = place("allocSpanLocked", "mheap_alloc.ts", "here");
const given = place("freeSpanLocked", "mheap_free.ts", "here");
const manual = place("allocManual", "mheap_alloc.ts", "here");
const record = place("fixalloc.alloc", "mfixalloc.ts", "init");
const persistent = place("persistentalloc", "malloc.ts", "init");
const sweep = place("sweep", "mgcsweep.ts");
const grow = place("heapSysAlloc", "mheap_alloc.ts");
const pacing = place("gcSetTriggerRatio", "mgc.ts", "here");

const field = (
  name: string,
  unit: Unit,
  meaning: string,
  where: readonly Place[],
  still: string | null = null,
): Field => ({name, unit, meaning, where, still});

const clock = "Not modelled: it is read from a clock.";

/** All fields, by group. */
export const groups: readonly Group[] = [
  {
    title: "Heap objects",
    fields: [
      field(
        "HeapAlloc",
        "bytes",
        "Bytes in blocks that hold an object. A block counts whole, whatever was asked for, and garbage counts until its span is swept.",
        [update],
      ),
      field("Alloc", "bytes", "The same as HeapAlloc, under its older name.", [update]),
      field("TotalAlloc", "bytes", "Bytes in all blocks ever allocated. It never goes down.", [update]),
      field(
        "Mallocs",
        "count",
        "Objects ever allocated. Tiny objects count one by one, though they share blocks.",
        [cacheSpan, update],
      ),
      field(
        "Frees",
        "count",
        "Objects ever freed. A tiny object that joins a block counts as freed at once: only the block can be freed later.",
        [sweep, update],
      ),
      field("HeapObjects", "count", "Objects not yet freed: Mallocs less Frees.", [update]),
      field(
        "Lookups",
        "count",
        "Pointers looked up by the runtime. Nothing counts them any more.",
        [],
        "go1.12 always says 0.",
      ),
    ],
  },
  {
    title: "Heap spans",
    fields: [
      field("HeapSys", "bytes", "Address space of the heap, less what is lent to stacks.", [
        grow,
        sysInc,
        manual,
      ]),
      field("HeapIdle", "bytes", "Bytes in free spans.", [taken, given]),
      field(
        "HeapInuse",
        "bytes",
        "Bytes in spans that hold objects. A span counts whole, be there one object in it.",
        [taken, given],
      ),
      field(
        "HeapReleased",
        "bytes",
        "Bytes of HeapIdle whose pages were returned to the system. The addresses stay with the heap.",
        [place("scavenge", "mheap_free.ts"), taken],
      ),
    ],
  },
  {
    title: "Stacks",
    fields: [
      field("StackInuse", "bytes", "Bytes in spans that the heap has lent to stacks.", [manual]),
      field("StackSys", "bytes", "StackInuse, and stacks that came from the system directly.", [
        place("ReadMemStats", "memstats.ts"),
      ]),
    ],
  },
  {
    title: "Off the heap, and the sum",
    fields: [
      field("MSpanInuse", "bytes", "Span records in use.", [record]),
      field("MSpanSys", "bytes", "Memory obtained for span records, in chunks.", [record, persistent]),
      field("MCacheInuse", "bytes", "mcaches in use, one for each P.", [record]),
      field("MCacheSys", "bytes", "Memory obtained for mcaches, in chunks.", [record, persistent]),
      field(
        "BuckHashSys",
        "bytes",
        "Tables of the profilers. go1.12 also charges the masks here that say where the program’s data has pointers.",
        [place("modulesinit", "proc.ts")],
        "Only start-up moves it: profiles are not modelled.",
      ),
      field(
        "GCSys",
        "bytes",
        "Metadata for the collector: bitmap and span table of each arena, mark bits, lists of spans to sweep.",
        [place("addArena", "mheap_alloc.ts"), place("newArena", "gcbits.ts")],
      ),
      field(
        "OtherSys",
        "bytes",
        "All that has no counter of its own: the list of all spans, treap nodes, hints, the unused end of chunks.",
        [persistent, place("recordspan", "mheap.ts")],
      ),
      field("Sys", "bytes", "All that was obtained from the system: the sum of the fields that end in Sys.", [
        update,
        sysInc,
      ]),
    ],
  },
  {
    title: "Collector",
    fields: [
      field(
        "NextGC",
        "bytes",
        "The heap size at which the next collection should be done. 2^64 − 1 stands for never, with GOGC=off.",
        [pacing],
      ),
      field("NumGC", "count", "Collections done.", [place("collect", "mgc.ts")]),
      field(
        "NumForcedGC",
        "count",
        "Those of them that the program asked for with runtime.GC.",
        [],
        "Not modelled: the model does not know who asks.",
      ),
      field("LastGC", "time", "When the last collection was done.", [], clock),
      field("PauseTotalNs", "ns", "How long the world was stopped for collections, in all.", [], clock),
      field(
        "PauseNs",
        "list",
        "The last 256 pauses, in nanoseconds. It is a ring: the latest is at index (NumGC + 255) % 256.",
        [],
        clock,
      ),
      field("PauseEnd", "list", "When each of these pauses was over.", [], clock),
      field(
        "GCCPUFraction",
        "fraction",
        "Share of the CPU time of all Ps that collecting took since the program started.",
        [],
        clock,
      ),
      field(
        "EnableGC",
        "flag",
        "Whether collections may start. It is true once the program runs, even with GOGC=off.",
        [],
        "Not modelled: gcenable sets it, after the part of start-up that the model has.",
      ),
      field("DebugGC", "flag", "Unused.", [], "go1.12 always says false."),
    ],
  },
  {
    title: "By size",
    fields: [
      field(
        "BySize",
        "list",
        "Mallocs and Frees for each of the first 61 size classes. Size is that of a block.",
        [update],
      ),
    ],
  },
];

/** All fields, in the order of the groups. */
export const fields: readonly Field[] = groups.flatMap(g => g.fields);

/** The field of that name. */
export function fieldOf(name: string): Field | undefined {
  return fields.find(f => f.name === name);
}
