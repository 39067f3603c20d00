// The states of memory as a machine, and a small address space on which the reader makes the calls.

import type {MemState} from "../../src/runtime/index.js";
import {param, setParams} from "../address.js";
import {button, choice, controls, drawing, figure, note, numberField, table} from "../blocks.js";
import {count, plural} from "../format.js";
import {type Element, h, live, type Markup, toHtml} from "../markup.js";
import {
  audit,
  type Call,
  calls,
  charges,
  type Done,
  faultOf,
  type Letter,
  type Machine,
  opening,
  pageCount,
  pageSize,
  readCalls,
  run,
  type StatLetter,
  stats,
  takesPlace,
  writeCalls,
} from "./memory.js";
import {drawStates} from "./states.js";

function drawPages({pages}: Machine): Element {
  const runs: {state: MemState; stat: string | null; from: number; pages: number}[] = [];
  pages.forEach(({state, stat}, i) => {
    const last = runs.at(-1);
    if (last?.state === state && last.stat === stat) last.pages++;
    else runs.push({state, stat, from: i, pages: 1});
  });
  const alt = `The machine’s ${pageCount} pages: ${runs
    .map(
      r =>
        `${r.from} to ${r.from + r.pages - 1} ${r.state}${r.stat === null ? "" : `, charged to ${r.stat}`}`,
    )
    .join("; ")}.`;
  const at = (n: number) => `${(100 * n) / pageCount}%`;
  return drawing(
    alt,
    62,
    runs.map(r => {
      const room = Math.floor(((r.pages / pageCount) * 300) / 7) - 1;
      return h(
        "svg",
        {x: at(r.from), y: 0, width: at(r.pages), height: 42},
        h("rect", {class: `box mem-${r.state}`, width: "100%", height: "100%"}),
        r.state.length <= room && h("text", {class: `on-mem-${r.state}`, x: 4, y: 17}, r.state),
        r.stat !== null &&
          r.stat.length <= room &&
          h("text", {class: `on-mem-${r.state} small`, x: 4, y: 34}, r.stat),
        h("title", null, `pages ${r.from} to ${r.from + r.pages - 1}: ${r.state}`),
      );
    }),
    [0, 8, 16, 24, 32, 40, 48, 56].map(n =>
      h("text", {class: n === 0 ? "tick start" : "tick", x: at(n), y: 57}, n),
    ),
  );
}

/** A call as it would stand in a program. */
export function written({letter, at, pages, stat}: Call): string {
  const place = takesPlace(letter) ? `${at === null ? "0" : `page ${at}`}, ` : "";
  const charged = charges(letter) ? `, ${stats[stat] === null ? "nil" : `&memstats.${stats[stat]}`}` : "";
  return `${calls[letter]}(${place}${plural(pages, "page")}${charged})`;
}

/** What came of a call, in a sentence. */
export function outcome({call, granted, passages, thrown}: Done): Markup {
  if (thrown !== null)
    return [h("b", {class: "refused"}, `throws “${thrown.message}”`), "; the process has ended"];
  const asks = call.letter === "a" || call.letter === "r";
  if (asks && granted === null) return h("b", {class: "refused"}, "refused: no such gap is free");
  const where =
    asks && call.at !== granted
      ? `granted at page ${granted}${call.at === null ? "" : ", not where it was asked for"}: `
      : "";
  if (passages.length === 0) return `${where}no page changed its state`;
  const list = passages.map(p => `${plural(p.pages, "page")} from ${p.from} to ${p.to}`).join(", ");
  return [
    `${where}${list}`,
    passages.some(p => !p.usual) &&
      h("b", {class: "refused"}, ". The runtime never does that; Linux does as it is told"),
  ];
}

interface State {
  readonly list: readonly Call[];
  readonly next: Call;
  readonly anywhere: boolean;
  readonly faults: readonly string[];
}

function draw(state: State, set: ((state: State) => void) | null): Element {
  const {list, faults} = state;
  const machine = run(list);
  const balance = (["heap_sys", "other_sys"] as const).map(stat => ({stat, ...audit(machine, stat)}));
  const wrong = balance.filter(b => b.says !== b.is);
  return h(
    "div",
    {class: "cell"},
    set !== null && drawControls(state, set),
    h("div", {role: "alert"}, ...faults.map(fault => note(fault, "."))),
    figure(
      "The states, and how many pages are in each. The ways that the last call took are marked.",
      drawStates(machine),
    ),
    figure(
      `The ${pageCount} pages, from 0 on, of a machine with ${count((pageCount * pageSize) / 1024)} KiB of addresses.`,
      drawPages(machine),
    ),
    h(
      "p",
      {class: "small", role: "status"},
      balance.map(({stat, says}) => `${stat} is ${count(says)}. `),
      wrong.map(({stat, is}) =>
        h(
          "b",
          {class: "refused"},
          `But ${count(is)} bytes are charged to ${stat}: a caller named another statistic than before. `,
        ),
      ),
    ),
    machine.done.length > 0 &&
      table({
        caption: "The calls so far.",
        head: ["call", "what came of it"],
        rows: machine.done.map(d => [h("code", null, written(d.call)), outcome(d)]),
      }),
  );
}

function drawControls(state: State, set: (state: State) => void): Element {
  const {list, next, anywhere} = state;
  const change = (part: Partial<Call>) => set({...state, next: {...next, ...part}, faults: []});
  const asks = next.letter === "a" || next.letter === "r";
  const at = next.letter === "a" || (next.letter === "r" && anywhere) ? null : next.at;
  const call: Call = {...next, at, stat: charges(next.letter) ? next.stat : "-"};
  const ended = run(list).done.some(d => d.thrown !== null);
  const make = () => {
    const fault = ended ? "the process has ended: undo the last call" : faultOf(call);
    if (fault === null) set({...state, list: [...list, call].slice(0, 40), faults: []});
    else set({...state, faults: [`${written(call)}: ${fault}`]});
  };
  return controls(
    "A call to make",
    choice("call", next.letter, Object.entries(calls), letter => change({letter: letter as Letter})),
    next.letter === "r" &&
      choice(
        "where",
        anywhere ? "any" : "at",
        [
          ["at", "at a page"],
          ["any", "anywhere"],
        ],
        where => set({...state, anywhere: where === "any", faults: []}),
      ),
    !(asks && at === null) &&
      numberField("first page", next.at ?? 0, {min: 0, max: 999}, n => change({at: n})),
    numberField("pages", next.pages, {min: 1, max: 999}, n => change({pages: n})),
    charges(next.letter) &&
      choice(
        "charged to",
        next.stat,
        [
          ["h", "heap_sys"],
          ["o", "other_sys"],
          ["-", "nothing"],
        ],
        stat => change({stat: stat as StatLetter}),
      ),
    button("call", make),
    button("undo", () => set({...state, list: list.slice(0, -1), faults: []}), {
      "aria-disabled": `${list.length === 0}`,
    }),
    button("empty", () => set({...state, list: [], faults: []})),
    button("start again", () => set({...state, list: readCalls(opening).calls, faults: []})),
  );
}

const firstCall: Call = {letter: "u", at: 12, pages: 4, stat: "h"};

/** The machine, on which the reader calls. */
export function machine(): HTMLElement {
  const asked = param("mem");
  const {calls: list, faults} = readCalls(asked ?? opening);
  return live<State>({list, next: firstCall, anywhere: false, faults}, (state, set) =>
    draw(state, next => {
      const text = writeCalls(next.list);
      setParams({mem: text === opening ? null : text === "" ? "_" : text});
      set(next);
    }),
  );
}

/** The same in print. */
export const fallback = () =>
  toHtml(draw({list: readCalls(opening).calls, next: firstCall, anywhere: false, faults: []}, null));
