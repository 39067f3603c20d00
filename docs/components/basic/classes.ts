// The size classes: what a span of each holds and wastes, what its records cost, and what other rules would come to.

import {boot, type Runtime} from "../../src/runtime/index.js";
import {table} from "../blocks.js";
import {bytes, count, percent} from "../format.js";
import {type SizeClass, sizeClasses} from "../init/centrals.js";
import {type Element, h, toHtml} from "../markup.js";

/** The size classes that hold small objects: all but class 0. */
export const smallClasses = (rt: Runtime): SizeClass[] => sizeClasses(rt).slice(1);

/** Bytes of records for a span, and for one object of it. */
export interface Records {
  /** The mspan. */
  readonly span: number;
  /** Its entries in the arena's page index. */
  readonly index: number;
  /** Its two bitmaps: which objects are in use, and which were marked. */
  readonly bits: number;
  /** Two bits of heap bitmap for each word: they say what is a pointer. */
  readonly words: number;
  readonly perObject: number;
}

/** Counts the records of a span. */
export function recordsOf({config, constants}: Runtime, {npages, objects, span: size}: SizeClass): Records {
  const word = config.arch.PtrSize;
  const span = config.layouts.sizeof("mspan");
  const index = npages * word;
  // Each bitmap is a whole number of 64-bit words.
  const bits = 2 * Math.ceil(objects / 64) * 8;
  const words = (size * constants.heapArenaBitmapBytes) / constants.heapArenaBytes;
  return {span, index, bits, words, perObject: (span + index + bits + words) / objects};
}

/** A rule for making classes, and what it comes to over all sizes of small objects. Sizes are in bytes. */
export interface Rule {
  readonly name: string;
  readonly classes: number;
  /** Unused part of the blocks, if each size is asked for as often as any other. */
  readonly waste: number;
  /** The most that a block can be larger than the size asked for, as a part of the block, from 16 bytes on. */
  readonly worst: number;
  /** One span of each class, with pointers and without: what a full mcache holds. */
  readonly cache: number;
}

/** Compares Go's classes with the powers of two and with a class for each multiple of 8. */
export function rules(rt: Runtime): Rule[] {
  const {_MaxSmallSize: max} = rt.constants;
  const powers = Array.from({length: Math.log2(max) - 2}, (_, i) => 8 * 2 ** i);
  const eights = Array.from({length: max / 8}, (_, i) => 8 * (i + 1));
  const own = smallClasses(rt);
  return [
    rule("a class for each multiple of 8", eights, max, size => spanBytes(rt, size)),
    rule(
      "Go’s classes",
      own.map(c => c.size),
      max,
      size => own.find(c => c.size === size)!.span,
    ),
    rule("powers of two", powers, max, size => spanBytes(rt, size)),
  ];
}

/** The least whole number of pages of which at most an eighth is left over: Go's own rule for spans. */
function spanBytes({constants}: Runtime, size: number): number {
  let span = constants._PageSize;
  while (span % size > span / 8) span += constants._PageSize;
  return span;
}

function rule(name: string, sizes: readonly number[], max: number, span: (size: number) => number): Rule {
  let [asked, given, worst, i] = [0, 0, 0, 0];
  for (let size = 1; size <= max; size++) {
    if (size > sizes[i]!) i++;
    const block = sizes[i]!;
    asked += size;
    given += block;
    if (size >= 16) worst = Math.max(worst, (block - size) / block);
  }
  const cache = 2 * sizes.reduce((sum, size) => sum + span(size), 0);
  return {name, classes: sizes.length, waste: (given - asked) / given, worst, cache};
}

function drawRules(rt: Runtime): Element {
  return h(
    "div",
    {class: "cell"},
    table({
      caption:
        "Three ways to choose classes up to 32 KiB. Unused: part of all blocks, if each size is asked for once. Worst: the largest unused part of a block of 16 bytes or more. Cache: one span of each class, with pointers and without.",
      head: ["rule", "#classes", "#unused", "#worst", "#cache of a P"],
      rows: rules(rt).map(r => [
        r.name,
        count(r.classes),
        `${(100 * r.waste).toFixed(2)}%`,
        percent(r.worst, 1),
        bytes(r.cache),
      ]),
    }),
  );
}

const example = [8, 16, 32, 64, 256, 1024, 8192, 32768];

function drawRecords(rt: Runtime): Element {
  const rows = smallClasses(rt).filter(c => example.includes(c.size));
  return h(
    "div",
    {class: "cell"},
    table({
      caption: "Bytes of records for one span of a class on linux/amd64, and for each of its objects.",
      head: ["object", "#objects", "#mspan", "#page index", "#its bitmaps", "#heap bitmap", "#an object"],
      rows: rows.map(c => {
        const r = recordsOf(rt, c);
        return [
          bytes(c.size),
          count(c.objects),
          count(r.span),
          count(r.index),
          count(r.bits),
          count(r.words),
          `${count(+r.perObject.toFixed(2))} B`,
        ];
      }),
    }),
  );
}

/** A bar as long as a part of a whole. */
const bar = (part: number, worst: number) =>
  h(
    "svg",
    {class: "waste", width: "5rem", height: 10, "aria-hidden": "true"},
    h("rect", {class: "bar", width: `${+((100 * part) / worst).toFixed(2)}%`, height: 10}),
  );

/** The table of all classes. */
export function drawTable(rt: Runtime): Element {
  const all = smallClasses(rt);
  const worst = Math.max(...all.map(c => c.maxWaste));
  return h(
    "div",
    {class: "cell"},
    table({
      caption: `The ${count(all.length)} size classes of small objects, as the generator’s rule makes them. Tail: bytes behind the last object. Max waste: the part of a span that is lost at worst, when each object is as small as the class takes.`,
      head: ["class", "#object", "#pages", "#span", "#objects", "#tail", "#max waste", "max waste"],
      rows: all.map(c => [
        c.sizeclass,
        count(c.size),
        c.npages,
        count(c.span),
        count(c.objects),
        count(c.tail),
        `${(100 * c.maxWaste).toFixed(2)}%`,
        bar(c.maxWaste, worst),
      ]),
    }),
  );
}

/** The table of classes, folded up, since it is long. */
export const classTable = () =>
  toHtml(
    h(
      "details",
      {class: "cell"},
      h("summary", null, `all ${count(smallClasses(boot()).length)} classes as a table`),
      drawTable(boot()),
    ),
  );

/** What other rules would come to. */
export const ruleTable = () => toHtml(drawRules(boot()));

/** What records cost. */
export const recordTable = () => toHtml(drawRecords(boot()));
