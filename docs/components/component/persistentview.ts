// The chunks of persistentalloc as strips, and a field for the next request.

import {param, setParams} from "../address.js";
import {button, choice, controls, drawing, figure, note, pct, table, textField} from "../blocks.js";
import {bytes, count, hex, plural} from "../format.js";
import {size as readSize} from "../largealloc/sizes.js";
import {type Element, h, live, type Markup, toHtml} from "../markup.js";
import {
  type Filling,
  fill,
  opening,
  type Piece,
  type Request,
  readRequests,
  type Stat,
  stats,
  writeRequests,
} from "./persistent.js";

const height = 34;

function drawChunk({pieces, chunkSize, chunks, off}: Filling, index: number): Element {
  const mine = pieces.filter(p => p.chunk === index);
  const current = index === chunks.length - 1;
  const end = current ? off : Math.max(8, ...mine.map(p => p.offset + p.size));
  const alt = `Chunk ${index + 1}, ${bytes(chunkSize)}: ${mine
    .map(p => `${count(p.size)} bytes at ${count(p.offset)} for ${p.stat}`)
    .join("; ")}; ${count(chunkSize - end)} bytes ${current ? "are left" : "stay unused"}.`;
  return drawing(
    alt,
    height + 18,
    h("rect", {class: `box ${current ? "free" : "padding"}`, x: 0, y: 0, width: "100%", height}),
    mine.map(p => {
      const text = bytes(p.size);
      return h(
        "svg",
        {x: pct(p.offset, chunkSize), y: 0, width: pct(Math.max(p.size, chunkSize / 400), chunkSize), height},
        h("rect", {
          class: p.stat === "other_sys" ? "box used" : "box other-stat",
          width: "100%",
          height: "100%",
        }),
        (p.size / chunkSize) * 300 > 7 * (text.length + 1) &&
          h(
            "text",
            {class: p.stat === "other_sys" ? "on-used" : "on-other-stat", x: 4, y: height / 2 + 4},
            text,
          ),
        h("title", null, `${count(p.size)} bytes at ${count(p.offset)}, charged to ${p.stat}`),
      );
    }),
    h("text", {class: "tick start", x: 0, y: height + 14}, hex(chunks[index]!)),
    h(
      "text",
      {class: "tick end", x: "100%", y: height + 14},
      current ? `${count(chunkSize - end)} left` : `${count(chunkSize - end)} unused for good`,
    ),
  );
}

const place = (p: Piece): Markup =>
  p.thrown !== null
    ? h("b", {class: "refused"}, p.thrown.message)
    : p.chunk < 0
      ? "the system, by itself"
      : `chunk ${p.chunk + 1}, at ${count(p.offset)}`;

interface State {
  readonly list: readonly Request[];
  readonly size: string;
  readonly align: string;
  readonly stat: Stat;
  readonly faults: readonly string[];
}

const presets: readonly [string, Request][] = [
  ["a fixalloc’s chunk", {size: 16384, align: 0, stat: "mspan_sys"}],
  ["65,535 bytes", {size: 65535, align: 0, stat: "other_sys"}],
  ["65,536 bytes", {size: 65536, align: 0, stat: "other_sys"}],
  ["1 byte at a multiple of 4,096", {size: 1, align: 4096, stat: "other_sys"}],
];

function draw(state: State, set: ((state: State) => void) | null): Element {
  const {list, faults} = state;
  const filling = fill(list);
  const {pieces, chunks, lost, rt} = filling;
  const charged = stats.filter(s => rt.memstats[s] !== 0);
  return h(
    "div",
    {class: "cell"},
    set !== null && drawControls(state, set),
    h("div", {role: "alert"}, ...faults.map(fault => note(fault, "."))),
    chunks.length === 0
      ? h("p", {class: "small"}, "There is no chunk yet: the first request will bring it.")
      : figure(
          `The chunks of persistentalloc, ${bytes(filling.chunkSize)} each. The first word of each links it to the one before. Dark is charged to other_sys, dotted to another statistic.`,
          chunks.map((_, i) => drawChunk(filling, i)),
        ),
    h(
      "p",
      {class: "small", role: "status"},
      charged.map(s => [h("code", null, s), ` is ${count(rt.memstats[s])}. `]),
      lost > 0 && `${plural(lost, "byte")} at the end of a chunk stay unused for good.`,
    ),
    pieces.length > 0 &&
      table({
        caption: "The requests so far.",
        head: ["size", "#align", "charged to", "comes from", "#left out before it"],
        rows: pieces.map(p => [
          count(p.size),
          p.align === 0 ? "0 (8)" : count(p.align),
          h("code", null, p.stat),
          place(p),
          p.gap === 0 ? "–" : count(p.gap),
        ]),
      }),
  );
}

function drawControls(state: State, set: (state: State) => void): Element {
  const {list, size, align, stat} = state;
  const ended = fill(list).pieces.some(p => p.thrown !== null);
  const add = (request: Request) =>
    ended
      ? set({...state, faults: ["The process has ended: undo the last request"]})
      : set({...state, list: [...list, request].slice(0, 60), faults: []});
  const ask = () => {
    const [s, a] = [readSize(size), readSize(align)];
    const found = [s, a].flatMap(each => ("fault" in each ? [each.fault] : []));
    if ("value" in s && s.value > 2 ** 30)
      found.push(`“${size}” is too much for this machine: up to 2^30 bytes`);
    if ("value" in a && a.value > 2 ** 20)
      found.push(`“${align}” is too much for this machine: up to 2^20 bytes`);
    if (found.length > 0 || "fault" in s || "fault" in a) set({...state, faults: found});
    else add({size: s.value, align: a.value, stat});
  };
  return controls(
    "A request to persistentalloc",
    textField("size", size, text => set({...state, size: text, faults: []}), {class: "size"}),
    textField("align", align, text => set({...state, align: text, faults: []}), {class: "size"}),
    choice(
      "charged to",
      stat,
      stats.map(s => [s, s]),
      s => set({...state, stat: s as Stat}),
    ),
    button("persistentalloc", ask),
    presets.map(([name, request]) => button(name, () => add(request))),
    button("undo", () => set({...state, list: list.slice(0, -1), faults: []}), {
      "aria-disabled": `${list.length === 0}`,
    }),
    button("empty", () => set({...state, list: [], faults: []})),
    button("start again", () => set({...state, list: readRequests(opening), faults: []})),
  );
}

const fresh = (text: string): State => ({
  list: readRequests(text),
  size: "100",
  align: "64",
  stat: "other_sys",
  faults: [],
});

/** The chunks, which the reader fills. */
export function persistent(): HTMLElement {
  return live<State>(fresh(param("requests") ?? opening), (state, set) =>
    draw(state, next => {
      const text = writeRequests(next.list);
      setParams({requests: text === opening ? null : text === "" ? "_" : text});
      set(next);
    }),
  );
}

/** The same in print. */
export const fallback = () => toHtml(draw(fresh(opening), null));
