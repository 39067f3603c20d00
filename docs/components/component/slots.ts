// The mcache of a P: its slots, one for each span class, filling as the reader allocates.

import {boot, mallocgc, type Runtime} from "../../src/runtime/index.js";
import {releaseAll} from "../../src/runtime/mcache.js";
import {typeOf} from "../../src/runtime/type.js";
import {param, setParams} from "../address.js";
import {button, controls, drawing, figure, note, pct, table, textField, tick} from "../blocks.js";
import {count, hex, plural} from "../format.js";
import {size as readSize} from "../largealloc/sizes.js";
import {type Element, h, live, toHtml} from "../markup.js";

/** What the reader does: allocate an object, or flush the mcache. */
export type Op = {readonly size: number; readonly scan: boolean} | "flush";

/** A slot with a span of its own. */
export interface Slot {
  readonly spanclass: number;
  readonly base: number;
  readonly elemsize: number;
  readonly used: number;
  readonly nelems: number;
}

/** An mcache after some steps. */
export interface Cache {
  readonly rt: Runtime;
  /** Number of slots, and those with a span; the others hold emptymspan. */
  readonly slots: number;
  readonly filled: readonly Slot[];
  /** The slot that the last allocation took its object from; -1 if it did not go through the mcache. */
  readonly last: number;
  readonly tiny: {readonly block: number; readonly offset: number; readonly allocs: number};
  readonly local_scan: number;
  readonly next_sample: number;
}

/** Allocates as told in a process that has just started. */
export function run(ops: readonly Op[]): Cache {
  const rt = boot();
  const c = rt.m0.mcache!;
  const pointer = typeOf(rt, "*int");
  let last = -1;
  for (const op of ops) {
    last = -1;
    if (op === "flush") {
      releaseAll(rt, c);
      continue;
    }
    const address = mallocgc(rt, op.size, op.scan ? pointer : null);
    const s = rt.mheap_.spanOf(address);
    last = s !== null && c.alloc[s.spanclass] === s ? s.spanclass : -1;
  }
  const filled = c.alloc.flatMap((s, spanclass): Slot[] =>
    s === rt.emptymspan
      ? []
      : [{spanclass, base: s.base(), elemsize: s.elemsize, used: s.allocCount, nelems: s.nelems}],
  );
  return {
    rt,
    slots: c.alloc.length,
    filled,
    last,
    tiny: {block: c.tiny, offset: c.tinyoffset, allocs: c.local_tinyallocs},
    local_scan: c.local_scan,
    next_sample: c.next_sample,
  };
}

const row = 26;

function drawSlots({slots, filled, last}: Cache): Element {
  const classes = slots / 2;
  const at = new Map(filled.map(s => [s.spanclass, s]));
  const alt = `${slots} slots, of which ${filled.length} have a span: ${filled
    .map(
      s => `class ${s.spanclass} with objects of ${count(s.elemsize)} bytes, ${s.used} of ${s.nelems} used`,
    )
    .join("; ")}.`;
  return drawing(
    alt,
    2 * row + 40,
    [0, 1].map(noscan =>
      Array.from({length: classes}, (_, sizeclass) => {
        const slot = at.get(2 * sizeclass + noscan);
        const y = 16 + noscan * (row + 20);
        const full = slot === undefined ? 0 : slot.used / slot.nelems;
        return h(
          "svg",
          {x: pct(sizeclass, classes), y, width: pct(1, classes), height: row},
          h("rect", {
            class: `cacheslot ${slot === undefined ? "none" : "own"}${last === 2 * sizeclass + noscan ? " last" : ""}`,
            width: "100%",
            height: "100%",
          }),
          slot !== undefined &&
            h("rect", {class: "bar", width: "100%", y: row * (1 - full), height: Math.max(2, row * full)}),
          slot !== undefined &&
            h(
              "title",
              null,
              `span class ${slot.spanclass}: ${slot.used} of ${slot.nelems} objects of ${slot.elemsize} bytes`,
            ),
        );
      }),
    ),
    h("text", {class: "tick start", x: 0, y: 11}, "with pointers, by size class from 0 on"),
    h("text", {class: "tick start", x: 0, y: row + 31}, "without pointers"),
  );
}

interface State {
  readonly ops: readonly Op[];
  readonly text: string;
  readonly scan: boolean;
  readonly fault: string | null;
}

function draw(state: State, set: ((state: State) => void) | null): Element {
  const {ops, text, scan, fault} = state;
  const cache = run(ops);
  const {tiny, filled, slots, last} = cache;
  const op = ops.at(-1);
  const add = (next: Op) => set?.({...state, ops: [...ops, next].slice(-60), fault: null});
  const allocate = () => {
    const size = readSize(text);
    if ("fault" in size) set?.({...state, fault: size.fault});
    else if (size.value > 2 ** 20 || size.value === 0)
      set?.({...state, fault: `“${text}” is no size for this cell: from 1 byte to 1 MiB`});
    else add({size: scan ? Math.ceil(size.value / 8) * 8 : size.value, scan});
  };
  return h(
    "div",
    {class: "cell"},
    set !== null &&
      controls(
        "Allocate through the mcache",
        textField("size", text, typed => set({...state, text: typed, fault: null}), {class: "size"}),
        tick("with pointers", scan, on => set({...state, scan: on})),
        button("allocate", allocate),
        button("flush", () => add("flush")),
        button("undo", () => set({...state, ops: ops.slice(0, -1), fault: null}), {
          "aria-disabled": `${ops.length === 0}`,
        }),
        button("start again", () => set({...state, ops: opening, fault: null})),
      ),
    h("div", {role: "alert"}, fault !== null && note(fault, ".")),
    figure(
      `The ${count(slots)} slots of an mcache. A frame alone is emptymspan; a slot with a span of its own fills from below as the span’s objects are used.`,
      drawSlots(cache),
    ),
    h(
      "p",
      {class: "small", role: "status"},
      op === undefined
        ? "Nothing was allocated since the process started. "
        : op === "flush"
          ? "The mcache was flushed: its spans went to their mcentrals. "
          : last < 0
            ? `${plural(op.size, "byte")}: a large object, which does not go through the mcache. `
            : `${plural(op.size, "byte")}: an object from the span in slot ${last}. `,
      `${plural(filled.length, "slot has", "slots have")} a span of their own. `,
      tiny.block === 0
        ? "There is no block of tiny objects. "
        : `The block of tiny objects is at ${hex(tiny.block)}, ${plural(tiny.offset, "byte")} of 16 taken. `,
      `local_scan is ${count(cache.local_scan)}, local_tinyallocs ${count(tiny.allocs)}, next_sample ${count(cache.next_sample)}.`,
    ),
    table({
      caption: "The slots that have a span.",
      head: ["span class", "#object size", "pointers", "span at", "#used", "#of"],
      rows: filled.map(s => [
        s.spanclass === last ? h("b", null, s.spanclass) : s.spanclass,
        count(s.elemsize),
        s.spanclass % 2 === 0 ? "yes" : "no",
        h("code", null, hex(s.base)),
        count(s.used),
        count(s.nelems),
      ]),
    }),
  );
}

/** What the page opens with: one object for which there was no span. */
export const opening: readonly Op[] = [{size: 2048, scan: false}];

const write = (ops: readonly Op[]) =>
  ops.map(op => (op === "flush" ? "f" : `${op.scan ? "p" : "n"}${op.size}`)).join("_");

/** Reads ops from an address; what makes no sense is left out. */
export function readOps(text: string): Op[] {
  return text
    .split("_")
    .flatMap((part): Op[] => {
      const [, letter, digits] = /^([pn])(\d+)$/.exec(part) ?? [];
      const size = Number(digits);
      if (part === "f") return ["flush"];
      const fits = size > 0 && size <= 2 ** 20 && (letter === "n" || size % 8 === 0);
      return letter !== undefined && fits ? [{size, scan: letter === "p"}] : [];
    })
    .slice(-60);
}

/** The mcache, which the reader fills. */
export function mcacheSlots(): HTMLElement {
  const asked = param("cache");
  const ops = asked === null ? opening : readOps(asked);
  return live<State>({ops, text: "100", scan: true, fault: null}, (state, set) =>
    draw(state, next => {
      const text = write(next.ops);
      setParams({cache: text === write(opening) ? null : text === "" ? "_" : text});
      set(next);
    }),
  );
}

/** The same in print. */
export const fallback = () => toHtml(draw({ops: opening, text: "100", scan: true, fault: null}, null));
