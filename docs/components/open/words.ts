// A heap in words: where its memory is, and what changed from one to another. Each sentence is made from sums alone.

import type {Heap} from "../../src/capture/reader/heap.js";
import {counter, minor, partNames, type Sums, sparse} from "../../src/capture/reader/sums.js";
import {bytes, count, percent, plural} from "../format.js";
import {type Element, h, type Markup} from "../markup.js";
import {className, pairs} from "./classname.js";
import {parts} from "./parts.js";
import type {Side} from "./session.js";

/** A change for reading: "+1.5 MiB", "−300 B", "±0". */
export function change(by: number, write: (n: number) => string): string {
  return by === 0 ? "±0" : `${by > 0 ? "+" : "−"}${write(Math.abs(by))}`;
}

/** What the last collection found alive, in bytes; null before the first one, or where no counter says it. */
export function marked(heap: Heap): number | null {
  if (counter(heap, "memstats.numgc") === 0) return null;
  return heap.counters["gcController.heapMarked"] ?? heap.counters["memstats.heap_marked"] ?? null;
}

/** What there is to say of a heap, most important first. Each sentence is made from the sums alone. */
export function sentences({heap, sums}: Side): Markup[] {
  const {parts: p, sys, retained, classes, objects} = sums;
  const share = (n: number) => percent(n, retained);
  const say: Markup[] = [];
  say.push([
    `The process has obtained ${bytes(sys)} from the system. `,
    sys === retained
      ? "It has given nothing of it back, so what is left are "
      : `Behind ${bytes(sys - retained)} of it there is no memory any more, or none yet. What is left are `,
    h("b", null, bytes(retained)),
    ".",
    heap.rss !== null &&
      ` The system counts ${bytes(heap.rss)} as resident: with the program itself and what is not Go’s, and without what was never written to.`,
  ]);
  const meta = partNames.filter(name => parts[name].look === "meta").reduce((sum, name) => sum + p[name], 0);
  const ranked: [number, string][] = [
    [p.objects, `in ${plural(objects, "object")}`],
    [p.unused, "in free slots between objects"],
    [p.bitmaps + p.tails, "in ends of spans and their bitmaps"],
    [p.stacks, "in stacks"],
    [p.kept, "in free pages that were kept"],
    [p.work, "in the collector’s work"],
    [meta, "in the runtime’s own books"],
  ];
  ranked.sort((a, b) => b[0] - a[0]);
  say.push([
    "Of these, ",
    ranked
      .filter(([n]) => n > 0)
      .map(([n, what], i, all) => [
        i > 0 && (i === all.length - 1 ? " and " : ", "),
        i === 0 ? h("b", null, `${bytes(n)} (${share(n)}) is ${what}`) : `${bytes(n)} (${share(n)}) ${what}`,
      ]),
    ".",
  ]);
  const largest = [...classes].sort((a, b) => b.objectBytes - a.objectBytes)[0];
  if (largest !== undefined && largest.objects > 0) {
    say.push([
      "The class with most bytes is ",
      h("b", null, className(largest)),
      `: ${plural(largest.objects, "object")} take ${bytes(largest.objectBytes)}, ${percent(largest.objectBytes, p.objects)} of all objects. A recording has no types of objects: a heap profile says who allocated them.`,
    ]);
  }
  say.push(...aboutCollection(heap, sums));
  const emptiest = [...classes].sort((a, b) => sparse(b) - sparse(a))[0];
  if (emptiest !== undefined && sparse(emptiest) >= 0.05 * retained) {
    say.push(
      `Go does not move objects. Side by side they would need ${bytes(sums.sparseBytes)} less; most of that is in class ${className(emptiest)}, whose ${plural(emptiest.spans, "span")} have ${percent(emptiest.objects, emptiest.slots)} of their slots in use. Only new objects of the same class fill them.`,
    );
  }
  if (p.kept >= 0.2 * retained) {
    say.push([
      `The ${bytes(p.kept)} of free pages are memory that the program once used and does not use now. The scavenger returns it in the background; `,
      h("code", null, "debug.FreeOSMemory"),
      " does at once.",
    ]);
  }
  if (p.returned + p.untouched > 0) {
    say.push(
      `The ${bytes(p.returned + p.untouched)} that were returned or never used are only addresses. They cost no memory, though tools that show virtual size count them.`,
    );
  }
  return say;
}

function aboutCollection(heap: Heap, sums: Sums): Markup[] {
  const live = marked(heap);
  const {objects} = sums.parts;
  if (heap.gcphase === 1)
    return ["A collection was under way: objects are being marked, and none is freed until it is done."];
  if (live === null) {
    return counter(heap, "memstats.numgc") === 0
      ? ["No collection was done yet. So nobody knows which of the objects are garbage."]
      : [];
  }
  const cycles = counter(heap, "memstats.numgc");
  const since = objects - live;
  const out: Markup[] = [
    `${plural(cycles, "collection was", "collections were")} done. The last one found ${bytes(live)} of objects alive${since > 0 ? `; ${bytes(since)} were allocated since, and what of it is garbage the next one will find` : ""}.`,
  ];
  const percentOf = heap.counters["gcController.gcPercent"];
  const goal = heap.counters["gcController.gcPercentHeapGoal"] ?? heap.counters["memstats.next_gc"];
  if (goal !== undefined && goal < 2 ** 50) {
    out.push(
      `The next collection is to be done when the heap has ${bytes(goal)}${percentOf === undefined || minor(heap) < 18 ? "" : ` (GOGC=${percentOf})`}.`,
    );
  }
  if (sums.unsweptBytes > 0) {
    out.push(
      `The sweeper is not done: ${bytes(sums.unsweptBytes)} of objects are in spans that it has yet to visit, and some of them are garbage.`,
    );
  }
  return out;
}

/** What changed from one heap to another, in words. */
export function drawChange(now: Side, before: Side): Element {
  const by = now.sums.retained - before.sums.retained;
  const moved = partNames
    .filter(name => parts[name].look !== "returned")
    .map(name => ({name, by: now.sums.parts[name] - before.sums.parts[name]}))
    .filter(part => part.by !== 0)
    .sort((a, b) => Math.abs(b.by) - Math.abs(a.by));
  const objects = now.sums.objects - before.sums.objects;
  const grown = pairs(now.sums.classes, before.sums.classes)
    .map(({now, before}) => ({class: now, by: now.objectBytes - (before?.objectBytes ?? 0)}))
    .sort((a, b) => Math.abs(b.by) - Math.abs(a.by))[0];
  return h(
    "p",
    null,
    `From ${before.name}, ${before.heap.phase}, to ${now.name}, ${now.heap.phase}: `,
    h("b", null, by === 0 ? "as much memory" : `${bytes(Math.abs(by))} ${by > 0 ? "more" : "less"}`),
    moved.length > 0 && [
      ". Most of it is in ",
      moved
        .slice(0, 3)
        .map(({name, by}, i) => [i > 0 && ", ", `${parts[name].title} (${change(by, bytes)})`]),
    ],
    `. There ${Math.abs(objects) === 1 ? "is" : "are"} ${change(objects, count)} objects`,
    grown !== undefined &&
      grown.by !== 0 &&
      `; the class that changed most is ${className(grown.class)} (${change(grown.by, bytes)})`,
    ".",
  );
}
