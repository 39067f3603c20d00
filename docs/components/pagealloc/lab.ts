// The small heap of the page, drawn: its chunks, its summaries, and what the last step did to them.

import {param, setParams} from "../address.js";
import {button, choice, controls, drawing, figure, note, numberField, pct, table} from "../blocks.js";
import {count, hex, plural} from "../format.js";
import {type Element, h, live, type Markup, toHtml} from "../markup.js";
import {drawRuns, freeInWords, key, runsOf} from "./bits.js";
import {chunkPages, pageSize, start} from "./heap.js";
import {type Lab, labChunks, labPages, mostSteps, type Op, play, readOps, writeOps} from "./labheap.js";

interface State {
  readonly lab: Lab;
  /** What stands in the field. */
  readonly n: number;
  readonly chosen: number;
  readonly faults: readonly string[];
}

/** The story that the page opens with. */
export const opening = "a100_a500_a30_a9_f2_a40";

const readState = (text: string): State => {
  const {ops, faults} = readOps(text);
  return {lab: play(ops), n: 5, chosen: 0, faults};
};

/** What the last step did. */
export function said({ops, done}: Lab): string {
  const op = ops.at(-1);
  if (op === undefined || done === null)
    return "A heap that has just grown: all is free, and counts as scavenged.";
  const step = `Step ${ops.length}: `;
  const computed = done.computed.reduce((a, b) => a + b, 0);
  const upTo = done.computed.findIndex(n => n > 0);
  const changed = done.changed.reduce((a, b) => a + b, 0);
  const update = `The update computes ${plural(computed, "summary", "summaries")} anew, ${count(changed)} of them change, and the highest it looks at is on level ${upTo}.`;
  if (op.kind === "s") {
    return `${step}${plural(done.scavenged, "page")} scavenged, from the highest address down.`;
  }
  if (done.piece === null) {
    const read = done.read.reduce((a, b) => a + b, 0);
    return `${step}${plural(op.kind === "a" ? op.n : 0, "page")} do not fit. The search looks at ${plural(read, "entry", "entries")}; the heap would have to grow.`;
  }
  const {id, page, npages} = done.piece;
  if (op.kind === "f") return `${step}piece ${id}, ${plural(npages, "page")}, is free. ${update}`;
  const above = done.read.slice(0, -1).reduce((a, b) => a + b, 0);
  const how =
    above === 0
      ? "There is room in the chunk where the search begins, so no level above is asked."
      : `find goes through ${plural(above + done.read.at(-1)!, "entry", "entries")}.`;
  const scav = done.scavenged > 0 ? ` ${plural(done.scavenged, "page")} of them had been scavenged.` : "";
  return `${step}${plural(npages, "page")} at page ${page} are piece ${id}.${scav} ${how} ${update}`;
}

function drawHeap({p, pieces}: Lab): Element {
  const row = 40;
  const first = p.chunkIndex(start);
  const alts: string[] = [];
  const parts = Array.from({length: labChunks}, (_, c): Markup => {
    const runs = runsOf(p.chunkOf(first + c));
    alts.push(`Chunk ${c}: ${freeInWords(runs)}`);
    return [
      h("text", {class: "tick start", x: 0, y: c * row + 10}, `chunk ${c}`),
      drawRuns(runs, chunkPages, 24, c * row + 14),
    ];
  });
  const labels = pieces.map(({id, page, npages}) => {
    const c = Math.floor(page / chunkPages);
    const width = Math.min(npages, (c + 1) * chunkPages - page);
    if (width < 18) return null;
    const y = c * row + 30;
    return h(
      "text",
      {
        class: "on-span-object",
        x: pct((page % chunkPages) + width / 2, chunkPages),
        y,
        "text-anchor": "middle",
      },
      `${id}`,
    );
  });
  const search = (p.searchAddr - start) / pageSize;
  const mark =
    search < labPages
      ? h("rect", {
          class: "mark",
          x: pct(search % chunkPages, chunkPages),
          y: Math.floor(search / chunkPages) * row + 12,
          width: 3,
          height: 28,
        })
      : null;
  alts.push(
    search < labPages
      ? `searchAddr is at page ${search}`
      : "searchAddr is at the greatest address: nothing is free",
  );
  return drawing(`${alts.join(". ")}.`, labChunks * row + 4, parts, labels, mark);
}

function drawSums({p, done}: Lab): Element {
  const cell = (l: number, i: number): Markup[] => {
    const {start: s, max, end} = p.summary[l]!.get(i);
    return [count(s), count(max), count(end)];
  };
  const first = p.chunkIndex(start);
  const rows: Markup[][] = Array.from({length: labChunks}, (_, c) => [
    `chunk ${c}`,
    ...cell(p.levels - 1, first + c),
    c === 0 && done !== null ? count(done.computed.at(-1)!) : "",
    c === 0 && done !== null ? count(done.changed.at(-1)!) : "",
  ]);
  for (let l = p.levels - 2; l >= 0; l--) {
    rows.push([
      `level ${l}`,
      ...cell(l, p.offAddrToLevelIndex(l, start)),
      done === null ? "" : count(done.computed[l]!),
      done === null ? "" : count(done.changed[l]!),
    ]);
  }
  return table({
    caption:
      "The summaries on the way from the chunks to the root, in pages, and how many of a level the last step computed and changed.",
    head: ["", "#start", "#max", "#end", "#computed", "#changed"],
    rows,
  });
}

function draw(state: State, set: ((state: State) => void) | null): Element {
  const {lab, n, faults} = state;
  const chosen = lab.pieces.find(each => each.id === state.chosen) ?? lab.pieces.at(-1);
  const full = lab.ops.length >= mostSteps;
  const add = (op: Op) =>
    full
      ? set?.({...state, faults: [`A story here has ${mostSteps} steps at most: undo some, or start again`]})
      : set?.({...state, lab: play([...lab.ops, op]), faults: []});
  const search = lab.p.searchAddr;
  return h(
    "div",
    {class: "cell"},
    set !== null &&
      controls(
        "The small heap",
        numberField("pages", n, {min: 1, max: labPages}, to => set({...state, n: to})),
        button("allocate", () => add({kind: "a", n})),
        choice(
          "piece",
          `${chosen?.id ?? 0}`,
          lab.pieces.length === 0
            ? [["0", "none"]]
            : lab.pieces.map(({id, npages}) => [`${id}`, `${id}: ${plural(npages, "page")}`]),
          id => set({...state, chosen: Number(id)}),
        ),
        button("free", () => chosen && add({kind: "f", id: chosen.id}), {"aria-disabled": `${!chosen}`}),
        button("scavenge", () => add({kind: "s", n}), {title: "return that many pages to the system"}),
        button("undo", () => set({...state, lab: play(lab.ops.slice(0, -1)), faults: []}), {
          "aria-disabled": `${lab.ops.length === 0}`,
        }),
        button("empty", () => set({...state, lab: play([]), faults: []})),
        button("start again", () => set(readState(opening))),
      ),
    figure(
      `A heap of ${labChunks} chunks, ${plural(labPages, "page")}. The upright mark is searchAddr: below it nothing is free.`,
      drawHeap(lab),
      key(["span-object", "span-free", "span-returned"]),
      h("p", {class: "small", role: "status"}, said(lab)),
      h("p", {class: "small"}, "searchAddr is ", h("code", null, hex(search)), "."),
      h("div", {role: "alert"}, ...faults.map(fault => note(fault, "."))),
    ),
    drawSums(lab),
  );
}

/** The small heap, with a story that the reader goes on with. */
export function lab(): HTMLElement {
  return live<State>(readState(param("do") ?? opening), (state, set) =>
    draw(state, next => {
      const ops = writeOps(next.lab.ops);
      setParams({do: ops === opening ? null : ops === "" ? "_" : ops});
      set(next);
    }),
  );
}

/** Its opening in print. */
export const fallback = () => toHtml(draw(readState(opening), null));
