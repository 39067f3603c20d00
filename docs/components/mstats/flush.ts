// Why reading flushes the caches: what an mcentral says it has handed out, before and after its span comes back.

import {boot, mallocgc} from "../../src/runtime/index.js";
import {releaseAll} from "../../src/runtime/mcache.js";
import {makeSpanClass} from "../../src/runtime/mspan.js";
import {numberParam, setParams} from "../address.js";
import {box, choice, controls, drawing, figure, numberField, table} from "../blocks.js";
import {count, plural} from "../format.js";
import {type Element, h, live, type Markup, toHtml} from "../markup.js";

/** What is asked for: objects of a size without pointers. */
export interface Asked {
  /** Bytes in a block: the size of a class. */
  readonly size: number;
  readonly n: number;
}

/** A moment: what the program has done, and what the mcentral counts. */
export interface Moment {
  readonly what: string;
  /** Objects that the program has allocated. */
  readonly allocated: number;
  /** Go's count: objects of the spans that were handed out. */
  readonly nmalloc: number;
  /** Bytes that heap_live counts for them. */
  readonly live: number;
}

/** What came of it. */
export interface Flushed {
  readonly moments: readonly Moment[];
  /** Objects in a span, and objects taken in the span that the mcache has at the end. */
  readonly nelems: number;
  readonly taken: number;
  readonly spans: number;
}

/** The sizes to choose from: each has another number of objects in a span. */
export const sizes = [32, 48, 128, 1024, 4096, 32768] as const;

/** The most objects that can be asked for. */
export const most = 1000;

/** Allocates, and flushes the mcache as a reading does. */
export function flushWith({size, n}: Asked): Flushed {
  const rt = boot();
  const c = rt.allp[0]!.mcache!;
  const sizeclass = rt.sizeclasses.class_to_size.indexOf(size);
  const spc = makeSpanClass(sizeclass, true);
  const central = rt.mheap_.lists[spc]!;
  // What start-up has allocated of this class is out of the way.
  releaseAll(rt, c);
  const [nmalloc, live] = [central.nmalloc, rt.memstats.heap_live];
  const moment = (what: string, allocated: number): Moment => ({
    what,
    allocated,
    nmalloc: central.nmalloc - nmalloc,
    live: rt.memstats.heap_live - live,
  });
  const moments = [moment("before", 0)];
  let spans = 0;
  let last: unknown = null;
  for (let i = 0; i < n; i++) {
    mallocgc(rt, size, null);
    if (c.alloc[spc] !== last) {
      spans++;
      last = c.alloc[spc];
      if (spans <= 3)
        moments.push(moment(i === 0 ? "first object" : `object ${count(i + 1)}, another span`, i + 1));
    }
  }
  const s = c.alloc[spc]!;
  const [nelems, taken] = [s.nelems, s.allocCount];
  if (moments.at(-1)!.allocated !== n) moments.push(moment(`object ${count(n)}`, n));
  releaseAll(rt, c);
  moments.push(moment("the mcache is flushed", n));
  return {moments, nelems, taken, spans};
}

/**
 * The most that nmalloc can be ahead for one P: of every span class a span with one object in it. `objects` and
 * `bytes` are what is free in them, `most` is the largest number of objects in a span.
 */
export function worstCase(): {slots: number; objects: number; bytes: number; most: number} {
  const {sizeclasses, constants} = boot();
  let [slots, objects, bytes, most] = [0, 0, 0, 0];
  for (let c = 1; c < sizeclasses.class_to_size.length; c++) {
    const size = sizeclasses.class_to_size[c]!;
    const free = Math.floor((sizeclasses.class_to_allocnpages[c]! * constants._PageSize) / size) - 1;
    slots += 2;
    objects += 2 * free;
    bytes += 2 * free * size;
    most = Math.max(most, free + 1);
  }
  return {slots, objects, bytes, most};
}

/** The span that the mcache has, object by object where they can be told apart. */
function drawSpan({nelems, taken}: Flushed): Markup {
  const alt = `The span in the mcache has ${plural(nelems, "object")}: ${taken} are taken, ${nelems - taken} are free, and all count as handed out.`;
  const part = (taken / nelems) * 100;
  return drawing(
    alt,
    62,
    box({x: 0, y: 18, width: part, height: 26}, "used", part > 15 ? `${taken} taken` : ""),
    box({x: part, y: 18, width: 100 - part, height: 26}, "free", part < 85 ? `${nelems - taken} free` : ""),
    nelems <= 128 &&
      Array.from({length: nelems - 1}, (_, i) => {
        const x = `${(((i + 1) / nelems) * 100).toFixed(3)}%`;
        return h("line", {class: "axis", x1: x, x2: x, y1: 40, y2: 44});
      }),
    h("text", {class: "tick start", x: 0, y: 12}, `counted by nmalloc: all ${nelems}`),
    h("text", {class: "tick end", x: "100%", y: 59}, `given back by the flush: ${nelems - taken}`),
  );
}

function drawFlushed(asked: Asked, form: Markup): Element {
  const flushed = flushWith(asked);
  return h(
    "div",
    {class: "cell"},
    form,
    table({
      caption: `${plural(asked.n, "object")} of ${count(asked.size)} bytes without pointers: what the mcentral of that class counts, and how far it is ahead of the program.`,
      head: ["moment", "#allocated", "#nmalloc", "#ahead", "#heap_live"],
      rows: flushed.moments.map(m => [
        m.what,
        count(m.allocated),
        count(m.nmalloc),
        m.nmalloc === m.allocated ? "0" : h("b", {class: "changed"}, `+${count(m.nmalloc - m.allocated)}`),
        m.live === 0 ? "0" : `+${count(m.live)}`,
      ]),
    }),
    figure(
      `The last span before the flush, to scale. ${plural(flushed.spans, "span")} ${flushed.spans === 1 ? "was" : "were"} handed out, so nmalloc was written ${flushed.spans === 1 ? "once" : `${count(flushed.spans)} times`} for ${plural(asked.n, "object")}.`,
      drawSpan(flushed),
    ),
  );
}

const opening: Asked = {size: 48, n: 100};

/** The moments with fields for size and number, for a cell. */
export function flush(): HTMLElement {
  const size = numberParam("flush", opening.size, 0, 2 ** 15);
  const first = {
    size: (sizes as readonly number[]).includes(size) ? size : opening.size,
    n: numberParam("objects", opening.n, 1, most),
  };
  return live<Asked>(first, (asked, set) => {
    const choose = (next: Asked) => {
      setParams({
        flush: next.size === opening.size ? null : next.size,
        objects: next.n === opening.n ? null : next.n,
      });
      set(next);
    };
    return drawFlushed(
      asked,
      controls(
        "Objects to allocate",
        choice(
          "bytes",
          `${asked.size}`,
          sizes.map(s => [`${s}`, count(s)]),
          s => choose({...asked, size: Number(s)}),
        ),
        numberField("objects", asked.n, {min: 1, max: most}, n => choose({...asked, n})),
      ),
    );
  });
}

/** The same in print. */
export const fallback = () => toHtml(drawFlushed(opening, null));
