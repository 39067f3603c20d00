// Where the memory went, in words first, then to scale, then as a table.

import type {Heap} from "../../src/capture/reader/heap.js";
import {
  type ClassSums,
  counter,
  emptySums,
  minor,
  type PartName,
  partNames,
  type Sums,
  sparse,
} from "../../src/capture/reader/sums.js";
import {drawing, figure, note, table} from "../blocks.js";
import {bytes, count, percent, plural} from "../format.js";
import {type Element, h, type Markup, toDom} from "../markup.js";
import {parts, section} from "./parts.js";
import {type Session, type Side, sidesOf} from "./session.js";

/** The name of a class: "48 B, with pointers". */
export function className({
  spanclass,
  size,
  noscan,
}: Pick<ClassSums, "spanclass" | "size" | "noscan">): string {
  return `${spanclass < 2 ? "large" : `${count(size)} B`}, ${noscan ? "no pointers" : "pointers"}`;
}

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

/** A part with its bytes, for drawing. */
interface Drawn {
  readonly name: PartName;
  readonly bytes: number;
}

const barHeight = 34;

/** Draws the parts of one heap, on a scale that ends at `whole`. */
function drawBar(title: string, drawn: readonly Drawn[], whole: number, y: number): Markup {
  let x = 0;
  return [
    h("text", {x: 0, y: y + 13}, title),
    drawn.map(({name, bytes: n}) => {
      const from = x;
      x += n;
      const {title: label, look} = parts[name];
      const width = (100 * n) / whole;
      const text = `${label} ${bytes(n)}`;
      const room = (width * 3.3 - 10) / 7;
      return h(
        "svg",
        {
          x: `${((100 * from) / whole).toFixed(3)}%`,
          y: y + 19,
          width: `${width.toFixed(3)}%`,
          height: barHeight,
          overflow: "hidden",
        },
        h("rect", {class: `part part-${look}`, width: "100%", height: "100%"}),
        h(
          "text",
          {class: `on-part-${look}`, x: 5, y: 21},
          text.length <= room ? text : label.length <= room ? label : "",
        ),
        h("title", null, `${text}, ${percent(n, whole)}`),
      );
    }),
  ];
}

/** The parts of a heap, to scale. */
export function drawParts(sides: readonly Side[]): Element {
  const whole = Math.max(...sides.map(s => s.sums.sys), 1);
  const drawn = sides.map(({sums}) =>
    partNames.map(name => ({name, bytes: sums.parts[name]})).filter(part => part.bytes > 0),
  );
  const words = sides.map(
    (side, i) =>
      `${title(side, i, sides.length)}: ${drawn[i]!.map(d => `${parts[d.name].title} ${bytes(d.bytes)}`).join(", ")}`,
  );
  const looks = [...new Set(drawn.flat().map(d => parts[d.name].look))];
  const row = barHeight + 30;
  return figure(
    [h("b", null, "Where the memory is, to scale."), " Dotted parts are addresses with nothing behind them."],
    drawing(
      `${words.join(". ")}.`,
      sides.length * row,
      sides.map((side, i) => drawBar(title(side, i, sides.length), drawn[i]!, whole, i * row)),
    ),
    h(
      "p",
      {class: "small key-line"},
      ...looks.map(look => [h("span", {class: `swatch part-${look}`}), ` ${lookNames[look]} `]),
    ),
  );
}

const lookNames: Readonly<Record<string, string>> = {
  objects: "objects",
  unused: "free slots",
  tails: "ends and bitmaps of spans",
  stacks: "stacks",
  work: "work of the collector",
  kept: "free pages",
  returned: "returned or never used",
  meta: "the runtime’s books",
};

const title = ({name, heap, sums}: Side, i: number, of: number) =>
  `${of > 1 ? (i === 0 ? "before, " : "now, ") : ""}${name.slice(0, 40)}, ${heap.phase}: ${bytes(sums.sys)}`;

/** The parts as a table, with what changed. */
export function drawPartTable(now: Side, before: Side | null): Element {
  const rows = partNames.filter(name => now.sums.parts[name] !== 0 || (before?.sums.parts[name] ?? 0) !== 0);
  const more = (a: number, b: number | undefined) =>
    b === undefined ? [] : [a === b ? "±0" : h("b", null, change(a - b, bytes))];
  return table({
    caption: "Every byte is in one part.",
    head: ["part", "#bytes", ...(before ? ["#before", "#change"] : []), "#of all", "section"],
    rows: [
      ...rows.map(name => {
        const n = now.sums.parts[name];
        const old = before?.sums.parts[name];
        const text = parts[name];
        return [
          [h("span", {class: `swatch part-${text.look}`}), ` ${text.title}`],
          bytes(n),
          ...(old === undefined ? [] : [bytes(old)]),
          ...more(n, old),
          percent(n, Math.max(1, now.sums.sys)),
          section(text.where),
        ];
      }),
      [
        h("b", null, "all"),
        h("b", null, bytes(now.sums.sys)),
        ...(before ? [bytes(before.sums.sys)] : []),
        ...more(now.sums.sys, before?.sums.sys),
        "100%",
        section("mstats#charged-when-it-is-obtained"),
      ],
    ],
  });
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

/** The same class in two heaps; a class goes by its size and kind, since releases number them differently. */
export function pairs(
  now: readonly ClassSums[],
  before: readonly ClassSums[],
): {now: ClassSums; before: ClassSums | null}[] {
  const old = new Map(before.map(c => [classKey(c), c]));
  const here = new Set(now.map(classKey));
  return [
    ...now.map(c => ({now: c, before: old.get(classKey(c)) ?? null})),
    ...before
      .filter(c => !here.has(classKey(c)))
      .map(c => ({now: emptySums(c.spanclass, c.size), before: c})),
  ];
}

/** A class as the address has it: "64p" with pointers, "64n" without; "largep", "largen". */
export const classKey = ({
  spanclass,
  size,
  noscan,
}: Pick<ClassSums, "spanclass" | "size" | "noscan">): string =>
  `${spanclass < 2 ? "large" : size}${noscan ? "n" : "p"}`;

/** The summary as markup. */
export function drawSummary(now: Side, before: Side | null): Element {
  return h(
    "div",
    {class: "cell summary"},
    h(
      "p",
      {class: "small muted"},
      `${now.heap.source.goVersion}, ${now.heap.source.goos}/${now.heap.source.goarch}, ${now.heap.at}.`,
    ),
    before !== null && drawChange(now, before),
    ...sentences(now).map(sentence => h("p", null, sentence)),
    now.heap.source.omitted.length > 0 &&
      note(
        "The recorder left out: ",
        now.heap.source.omitted.slice(0, 20).map(({path, why}) => [h("code", null, path), ` (${why}) `]),
      ),
    now.heap.oddities.length > 0 &&
      note(`The recording contradicts itself: ${now.heap.oddities.join("; ")}. Sums may be off by as much.`),
    drawParts(before ? [before, now] : [now]),
    drawPartTable(now, before),
    h(
      "details",
      null,
      h("summary", null, "what each part is"),
      h(
        "dl",
        {class: "small"},
        ...partNames.map(name => [
          h("dt", null, h("b", null, parts[name].title)),
          h("dd", null, parts[name].meaning),
        ]),
      ),
    ),
  );
}

/** What stands where a heap would: nothing is open, or something else. */
export function withHeap(
  session: Session,
  draw: (now: Side, before: Side | null) => HTMLElement,
): HTMLElement {
  const {now, before} = sidesOf(session);
  if (now !== null) return draw(now, before);
  return toDom(h("p", {class: "small muted"}, "No recording is open."));
}

/** The summary, for a cell. */
export const summary = (session: Session) =>
  withHeap(session, (now, before) => toDom(drawSummary(now, before)));
