// linearAlloc at work: a reservation that is handed out from front to back, and mapped page by page as it is.

import {load, type Runtime} from "../../src/runtime/index.js";
import {linearAlloc} from "../../src/runtime/malloc.js";
import {sysReserve} from "../../src/runtime/mem.js";
import {param, setParams} from "../address.js";
import {button, controls, drawing, figure, note, pct, table, textField} from "../blocks.js";
import {bytes, count, hex, plural} from "../format.js";
import {size as readSize} from "../largealloc/sizes.js";
import {type Element, h, live, toHtml} from "../markup.js";

/** A request, in bytes. */
export interface Request {
  readonly size: number;
  readonly align: number;
}

/** What came of it: where it lies, from the start of the reservation, or null; and bytes that were mapped for it. */
export interface Piece extends Request {
  readonly offset: number | null;
  readonly mapped: number;
}

/** The allocator after some requests; distances are from the start of the reservation, in bytes. */
export interface Linear {
  readonly rt: Runtime;
  readonly base: number;
  readonly reserved: number;
  readonly next: number;
  readonly mapped: number;
  readonly pieces: readonly Piece[];
}

/** Pages in the reservation of the page. */
export const pages = 24;

/** Makes requests on a fresh reservation of a 32-bit process. */
export function run(requests: readonly Request[]): Linear {
  const rt = load({goarch: "386"});
  const reserved = pages * rt.physPageSize;
  const base = sysReserve(rt, 0, reserved);
  const l = new linearAlloc();
  l.init(base, reserved, true);
  const pieces = requests.map(({size, align}): Piece => {
    const before = l.mapped;
    const p = l.alloc(rt, size, align, "gc_sys");
    return {size, align, offset: p === 0 ? null : p - base, mapped: l.mapped - before};
  });
  return {rt, base, reserved, next: l.next - base, mapped: l.mapped - base, pieces};
}

const height = 34;

function drawRange({rt, base, reserved, next, mapped, pieces}: Linear): Element {
  const {physPageSize} = rt;
  const alt = `A reservation of ${bytes(reserved)}: ${count(mapped)} bytes are mapped, ${count(next)} are handed out in ${plural(pieces.filter(p => p.offset !== null).length, "piece")}.`;
  return drawing(
    alt,
    2 * height + 24,
    h("rect", {class: "box mem-reserved", x: 0, y: 0, width: "100%", height}),
    h("rect", {class: "box mem-ready", x: 0, y: 0, width: pct(mapped, reserved), height}),
    mapped > reserved / 4 && h("text", {class: "on-mem-ready", x: 5, y: 21}, `mapped: ${bytes(mapped)}`),
    mapped < reserved * 0.6 &&
      h("text", {class: "at-end", x: "100%", dx: -5, y: 21}, `reserved: ${bytes(reserved - mapped)}`),
    Array.from({length: pages - 1}, (_, i) =>
      h("line", {
        class: "border",
        x1: pct((i + 1) * physPageSize, reserved),
        x2: pct((i + 1) * physPageSize, reserved),
        y1: height - 6,
        y2: height,
      }),
    ),
    pieces.map((p, i) =>
      p.offset === null
        ? null
        : h(
            "svg",
            {
              x: pct(p.offset, reserved),
              y: height + 4,
              width: pct(Math.max(p.size, reserved / 300), reserved),
              height: height - 6,
            },
            h("rect", {class: "box used", width: "100%", height: "100%"}),
            p.size > reserved / 24 && h("text", {class: "on-used", x: 4, y: 19}, `${i + 1}`),
            h("title", null, `${i + 1}: ${count(p.size)} bytes at +${count(p.offset)}`),
          ),
    ),
    h("line", {class: "hint", x1: pct(next, reserved), x2: pct(next, reserved), y1: 0, y2: 2 * height + 4}),
    h("text", {class: "tick start", x: 0, y: 2 * height + 18}, hex(base)),
    h("text", {class: "tick end", x: "100%", y: 2 * height + 18}, `${pages} pages of ${count(physPageSize)}`),
  );
}

/** The bytes that were handed out and are not mapped: there should be none. */
export const unmapped = ({next, mapped}: Linear) => Math.max(0, next - mapped);

interface State {
  readonly list: readonly Request[];
  readonly size: string;
  readonly align: string;
  readonly faults: readonly string[];
}

function draw(state: State, set: ((state: State) => void) | null): Element {
  const {list, size, align, faults} = state;
  const linear = run(list);
  const bare = unmapped(linear);
  const ask = () => {
    const [s, a] = [readSize(size, 4096), readSize(align, 4096)];
    const found = [s, a].flatMap(each => ("fault" in each ? [each.fault] : []));
    if ("value" in s && (s.value === 0 || s.value > 2 ** 30))
      found.push(`“${size}” is no size here: from 1 to 2^30`);
    if ("value" in a && (a.value === 0 || a.value > 2 ** 20))
      found.push(`“${align}” is no alignment: from 1 to 2^20`);
    if (found.length > 0 || "fault" in s || "fault" in a) set?.({...state, faults: found});
    else set?.({...state, list: [...list, {size: s.value, align: a.value}].slice(0, 40), faults: []});
  };
  return h(
    "div",
    {class: "cell"},
    set !== null &&
      controls(
        "A request to the reservation",
        textField("size", size, text => set({...state, size: text, faults: []}), {class: "size"}),
        textField("align", align, text => set({...state, align: text, faults: []}), {class: "size"}),
        button("alloc", ask),
        button("undo", () => set({...state, list: list.slice(0, -1), faults: []}), {
          "aria-disabled": `${list.length === 0}`,
        }),
        button("empty", () => set({...state, list: [], faults: []})),
        button("start again", () => set({...state, list: opening, faults: []})),
      ),
    h("div", {role: "alert"}, ...faults.map(fault => note(fault, "."))),
    figure(
      "A linearAlloc. Above: what is mapped, and what is reserved only. Below: what was handed out. The upright line is next.",
      drawRange(linear),
    ),
    h(
      "p",
      {class: "small", role: "status"},
      h("code", null, "gc_sys"),
      ` is ${count(linear.rt.memstats.gc_sys)}: what is mapped is charged, what is reserved is not. `,
      bare > 0 &&
        h(
          "b",
          {class: "refused"},
          `The last ${plural(bare, "byte")} handed out ${bare === 1 ? "is" : "are"} not mapped.`,
        ),
    ),
    linear.pieces.length > 0 &&
      table({
        caption: "The requests so far.",
        head: ["request", "#size", "#align", "#at", "#bytes mapped for it"],
        rows: linear.pieces.map((p, i) => [
          i + 1,
          count(p.size),
          count(p.align),
          p.offset === null ? h("b", {class: "refused"}, "0: no room") : `+${count(p.offset)}`,
          count(p.mapped),
        ]),
      }),
  );
}

/** What the page opens with. */
export const opening: readonly Request[] = [
  {size: 3000, align: 8},
  {size: 100, align: 64},
  {size: 20000, align: 4096},
  {size: 8000, align: 8},
];

const write = (list: readonly Request[]) => list.map(r => `${r.size}.${r.align}`).join("_");

/** Reads requests from an address; what makes no sense is left out. */
export function readRequests(text: string): Request[] {
  return text
    .split("_")
    .flatMap(part => {
      const [, size, align] = /^(\d+)\.(\d+)$/.exec(part) ?? [];
      const request = {size: Number(size), align: Number(align)};
      return request.size > 0 && request.size <= 2 ** 30 && request.align > 0 && request.align <= 2 ** 20
        ? [request]
        : [];
    })
    .slice(0, 40);
}

/** The allocator, which the reader asks. */
export function linear(): HTMLElement {
  const asked = param("linear");
  const list = asked === null ? opening : readRequests(asked);
  return live<State>({list, size: "5000", align: "8", faults: []}, (state, set) =>
    draw(state, next => {
      const text = write(next.list);
      setParams({linear: text === write(opening) ? null : text === "" ? "_" : text});
      set(next);
    }),
  );
}

/** The same in print. */
export const fallback = () => toHtml(draw({list: opening, size: "5000", align: "8", faults: []}, null));
