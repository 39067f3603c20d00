// How fast the page allocator finds pages in a heap of 1 TB that is fully grown, and how much memory it takes for that.

import {execFileSync} from "node:child_process";
import {join} from "node:path";
import {allocToCache} from "../../src/runtime/mpagecache.ts";
import {chunkBytes, emptyPageAlloc, pageBase} from "../runtime/pages.ts";
import {spread, table} from "./support/figures.ts";

const TiB = 2 ** 40;
const chunks = TiB / chunkBytes;
const rounds = 15;

const p = emptyPageAlloc();
p.grow(pageBase(0, 0), TiB);

/** Nanoseconds of the processor's time that an operation takes, for each round: a busy machine does not show. */
function time(n: number, op: (i: number) => void): number[] {
  return Array.from({length: rounds}, () => {
    const start = process.cpuUsage();
    for (let i = 0; i < n; i++) op(i);
    return (process.cpuUsage(start).user * 1000) / n;
  });
}

const lines = [["in a heap of 1 TiB", "ns: median [least-most]"]];
const row = (name: string, times: number[]) => lines.push([name, spread(times)]);

row(
  "alloc and free of one page, the heap empty",
  time(100_000, () => p.free(p.alloc(1)[0], 1, false)),
);
row(
  "alloc of one page, one after the other",
  time(100_000, () => void p.alloc(1)),
);
row(
  "allocToCache, and flush",
  time(10_000, () => allocToCache(p).flush(p)),
);

// All full, but for the last chunk; and a single page at the start, so that a search begins there.
const full = emptyPageAlloc();
full.grow(pageBase(0, 0), TiB);
full.alloc((chunks - 1) * 512);
full.free(pageBase(0, 5), 1, false);
const last = pageBase(chunks - 1, 0);
row(
  "alloc and free of 512 pages in the last hole",
  time(20_000, () => {
    const [addr] = full.alloc(512);
    if (addr !== last) throw new Error(`found ${addr}, not the last hole at ${last}`);
    full.free(addr, 512, true);
  }),
);
row(
  "search for 513 pages that finds nothing",
  time(2000, () => {
    if (full.alloc(513)[0] !== 0) throw new Error("there is no such run");
  }),
);
// Every other page of 1 TB allocated: each summary has something free, and none has two pages.
const comb = emptyPageAlloc();
comb.grow(pageBase(0, 0), TiB);
comb.alloc(chunks * 512);
for (let c = 0; c < chunks; c += 1) comb.free(pageBase(c, 7), 1, true);
row(
  "search for 2 pages where each chunk has one",
  time(2000, () => {
    if (comb.alloc(2)[0] !== 0) throw new Error("there is no such run");
  }),
);
table(lines);

const child = join(import.meta.dirname, "support", "pages.ts");
const args = ["--expose-gc", "--import", "tsx", child];
const memory = JSON.parse(execFileSync(process.execPath, args, {encoding: "utf8"})) as {
  ms: number;
  empty: number;
  small: number;
  taken: number;
};
const MiB = (bytes: number) => `${(bytes / 2 ** 20).toFixed(2)} MiB`;
console.log(
  `memory: ${MiB(memory.empty)} without a chunk, ${MiB(memory.small)} with one, ${MiB(memory.taken)} with 1 TiB`,
);
console.log(`grown by 1 TiB in ${memory.ms.toFixed(0)} ms`);
