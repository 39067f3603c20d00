// A fixalloc's chunk as a row of records, word by word, with the list of free ones.

import {param, setParams} from "../address.js";
import {button, controls, figure, tick} from "../blocks.js";
import {count, plural} from "../format.js";
import {type Element, h, live, type Markup, toHtml} from "../markup.js";
import {type Fix, type Op, opening, readOps, run, type Slot, word, writeOps} from "./fix.js";

const short = (address: number) => `…${(address % 2 ** 16).toString(16).padStart(4, "0")}`;

function drawWord(value: string | number | null, i: number, slot: Slot): Element {
  const link = i === 0 && slot.place > 0;
  const text =
    value === null
      ? "?"
      : link
        ? value === 0
          ? "nil"
          : short(value as number)
        : typeof value === "number" && value !== 0
          ? short(value)
          : `${value}`;
  const kind = link ? "link" : value === 0 ? "zero" : slot.inUse ? "written" : "old";
  return h("span", {class: `fixword ${kind}`}, text);
}

function drawSlot(slot: Slot, free: ((n: number) => void) | null): Element {
  const {number, inUse, place, address, words} = slot;
  return h(
    "li",
    {class: inUse ? "fixrecord" : "fixrecord back"},
    h("span", {class: "fixhead"}, h("b", null, `${number}`), ` at ${short(address)}`),
    h("span", {class: "fixwords"}, ...words.map((value, i) => drawWord(value, i, slot))),
    h(
      "span",
      {class: "fixhead"},
      inUse
        ? free === null
          ? "in use"
          : button("free", () => free(number), {"aria-label": `free record ${number}`})
        : `${ordinal(place)} on the list`,
    ),
  );
}

const ordinal = (n: number) => `${n}${n === 1 ? "st" : n === 2 ? "nd" : n === 3 ? "rd" : "th"}`;

function sentence({list, last, slots}: Fix): Markup {
  const chain =
    list.length === 0
      ? "The list is empty: the next record will be cut off the chunk."
      : `The list: ${list.join(" → ")} → nil. Record ${list[0]} is handed out next.`;
  if (last === null) return chain;
  const old = last.words.filter((w, i) => i > 0 && typeof w === "string");
  const fresh = last.words.every(w => w === null);
  const found = fresh
    ? "it came from the chunk, which the system has zeroed"
    : old.length > 0
      ? `it still held ${old[0]} in ${plural(old.length, "word")}, and a dead link in the first`
      : "every word of it was zero";
  return `Record ${last.number} was handed out: ${found}. Its user has written ${slots[last.number - 1]!.words[0]} all over it. ${chain}`;
}

interface State {
  readonly ops: readonly Op[];
  readonly zero: boolean;
}

function draw({ops, zero}: State, set: ((state: State) => void) | null): Element {
  const fix = run(ops, zero);
  const full = ops.length >= 60;
  const add = (op: Op) => full || set?.({ops: [...ops, op], zero});
  const alt = `${plural(fix.slots.length, "record")}: ${fix.slots
    .map(s => `${s.number} ${s.inUse ? "in use" : `free, ${ordinal(s.place)} on the list`}`)
    .join("; ")}.`;
  return h(
    "div",
    {class: "cell"},
    set !== null &&
      controls(
        "A fixalloc",
        button("alloc", () => add("alloc"), {"aria-disabled": `${full}`}),
        tick(h("code", null, "zero"), zero, on => set({ops, zero: on})),
        button("undo", () => set({ops: ops.slice(0, -1), zero}), {"aria-disabled": `${ops.length === 0}`}),
        button("empty", () => set({ops: [], zero})),
        button("start again", () => set({ops: readOps(opening), zero: true})),
      ),
    figure(
      `Records of ${fix.slots[0]?.words.length ?? 4} words of ${word} bytes, as they lie in the chunk. A letter is what the record’s user has written; a framed word is a link.`,
      h(
        "ol",
        {class: "fixrecords", "aria-label": alt},
        ...fix.slots.map(s => drawSlot(s, set === null ? null : add)),
      ),
    ),
    h("p", {class: "small", role: "status"}, sentence(fix)),
    h(
      "p",
      {class: "small"},
      h("code", null, "inuse"),
      ` is ${count(fix.inuse)}, `,
      h("code", null, "nchunk"),
      ` ${count(fix.nchunk)}: ${
        fix.slots.length === 0
          ? "there is no chunk yet"
          : `${plural(Math.floor(fix.nchunk / fix.size), "record")} more fit into this chunk of ${count(fix.fit)}`
      }. `,
      h("code", null, "first"),
      ` was called ${plural(fix.firsts, "time")}.`,
    ),
  );
}

/** A fixalloc, from which the reader takes records. */
export function fix(): HTMLElement {
  const first = {ops: readOps(param("fix") ?? opening), zero: param("zero") !== "0"};
  return live<State>(first, (state, set) =>
    draw(state, next => {
      const text = writeOps(next.ops);
      setParams({fix: text === opening ? null : text === "" ? "_" : text, zero: next.zero ? null : 0});
      set(next);
    }),
  );
}

/** The same in print. */
export const fallback = () => toHtml(draw({ops: readOps(opening), zero: true}, null));
