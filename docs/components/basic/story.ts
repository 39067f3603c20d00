// The way of an object: the reader allocates, and sees which level answered and what was touched there.

import {param, setParams} from "../address.js";
import {button, choice, controls, figure, note, table, textField, tick} from "../blocks.js";
import {count, hex, plural} from "../format.js";
import {type Element, h, live, type Markup, toHtml} from "../markup.js";
import {whole} from "../smallalloc/parse.js";
import {drawCards} from "./cards.js";
import {levels} from "./observe.js";
import {detailOf, faultOf, limits, type Op, play, readOps, type Start, type Step, writeOps} from "./way.js";

/** What the page opens with: each level answers once, from the farthest to the nearest. */
export const opening = "24p_24p_24_5_5_100000_24px600";

const starts: readonly [Start, string][] = [
  ["mallocinit", "an empty heap"],
  ["procresize", "a started process"],
];

/** What the cell shows, and what stands in its fields. */
interface State {
  readonly start: Start;
  readonly ops: readonly Op[];
  /** The step that is looked at, from 0. */
  readonly at: number;
  readonly size: string;
  readonly times: string;
  readonly scan: boolean;
  readonly faults: readonly string[];
}

/** Reads a story from the address; without one, the opening. */
export function readState(params: {start: string | null; way: string | null; step: string | null}): State {
  const {ops, faults} = readOps(params.way ?? opening);
  const start = params.start === "procresize" ? "procresize" : "mallocinit";
  const kept = start === "mallocinit" ? ops.filter(op => op.kind !== "collect") : ops;
  if (kept.length < ops.length)
    faults.push("Collections are left out: they need a started process. Choose it under “begin with”");
  const at = Math.min(Math.max(0, Number(params.step ?? 1) - 1 || 0), Math.max(0, kept.length - 1));
  return {start, ops: kept, at: Math.floor(at), size: "24", times: "1", scan: true, faults};
}

const describe = (op: Op) =>
  op.kind === "collect"
    ? "collection: every other object of yours stays"
    : `${op.n === 1 ? "" : `${count(op.n)} × `}${count(op.size)} B${op.scan ? " with pointers" : ""}`;

function drawSteps(steps: readonly Step[], at: number, go: ((at: number) => void) | null): Element {
  const choose = go === null ? "" : " Choose a step to look at it.";
  return table({
    caption: `The story: how many allocations ended at which level. A tiny one ends in a block that the mcache shares out.${choose}`,
    head: ["step", "what", ...levels.map(level => `#${level}`)],
    rows: steps.map(({op, counts}, i) => [
      `${i + 1}${i === at ? " ◂" : ""}`,
      h(
        "div",
        {class: "words"},
        go === null
          ? describe(op)
          : button(describe(op), () => go(i), {class: "link", "aria-pressed": i === at ? "true" : "false"}),
      ),
      ...levels.map(level => (counts[level] === 0 ? "" : count(counts[level]))),
    ]),
  });
}

function drawDetail({start, ops, at}: State, steps: readonly Step[]): Markup {
  const step = steps[at];
  if (step === undefined) return note("Nothing is allocated yet.");
  if (step.op.kind === "collect")
    return note(
      `Step ${at + 1} is a collection. ${plural(step.live, "object")} of yours stay reachable. Nothing is freed right away: spans are swept when somebody asks for one.`,
    );
  const detail = detailOf(start, ops, at, step.farthest)!;
  const which =
    step.op.n === 1
      ? ""
      : `, allocation ${count(detail.nth)} of ${count(step.op.n)}: the first that went farthest`;
  return figure(
    [
      h("b", null, `Step ${at + 1}${which}. `),
      `${count(detail.asked)} B${step.op.scan ? " with pointers" : ""}: a ${detail.kind} object. It lies at ${hex(detail.answer.address)}.`,
    ],
    drawCards(detail),
  );
}

/** Draws the cell; without `set`, for print. */
export function draw(state: State, set: ((state: State) => void) | null): Element {
  const {start, ops, at, size, times, scan, faults} = state;
  const steps = play(start, ops);
  const go = set === null ? null : (to: number) => set({...state, at: to, faults: []});
  return h(
    "div",
    {class: "cell"},
    set !== null && drawControls(state, set),
    h("div", {role: "status"}, ...faults.map(fault => note(fault, "."))),
    drawDetail({start, ops, at, size, times, scan, faults}, steps),
    go !== null &&
      controls(
        "Steps of the story",
        stepButton("◂ previous", at > 0, () => go(at - 1)),
        `step ${steps.length === 0 ? 0 : at + 1} of ${steps.length}`,
        stepButton("next ▸", at < steps.length - 1, () => go(at + 1)),
      ),
    steps.length > 0 && drawSteps(steps, at, go),
  );
}

const stepButton = (label: string, enabled: boolean, act: () => void) =>
  button(label, () => enabled && act(), {"aria-disabled": enabled ? null : "true"});

function drawControls(state: State, set: (state: State) => void): Markup {
  const {start, ops, size, times, scan} = state;
  const add = (op: Op) => {
    const fault = faultOf(op, ops);
    if (fault !== null) set({...state, faults: [`That step is left out: ${fault}`]});
    else set({...state, ops: [...ops, op], at: ops.length, faults: []});
  };
  const allocate = () => {
    const parsed = [
      whole(size, 1, limits.size, "size in bytes"),
      whole(times, 1, limits.n, "number of times"),
    ] as const;
    const faults = parsed.flatMap(p => ("fault" in p ? [p.fault] : []));
    if (faults.length > 0) return set({...state, faults});
    const [s, n] = parsed.map(p => ("value" in p ? p.value : 0)) as [number, number];
    add({kind: "allocate", size: s, scan, n});
  };
  const canCollect = start === "procresize";
  return [
    controls(
      "Allocate",
      textField("size in bytes", size, typed => set({...state, size: typed}), {
        inputmode: "numeric",
        size: 8,
      }),
      tick("with pointers", scan, on => set({...state, scan: on})),
      textField("times", times, typed => set({...state, times: typed}), {inputmode: "numeric", size: 5}),
      button("allocate", allocate),
      button("collect", () => canCollect && add({kind: "collect"}), {
        "aria-disabled": canCollect ? null : "true",
        title: canCollect ? null : "A collection needs a started process",
      }),
    ),
    controls(
      "The story",
      choice("begin with", start, starts, to =>
        set(readState({start: to, way: writeOps(ops) || "_", step: `${state.at + 1}`})),
      ),
      button("take back", () =>
        set({...state, ops: ops.slice(0, -1), at: Math.max(0, ops.length - 2), faults: []}),
      ),
      button("clear", () => set({...state, ops: [], at: 0, faults: []})),
      button("as it was", () => set(readState({start: null, way: null, step: null}))),
    ),
  ];
}

/** The story, in the state that the address says. */
export function story(): HTMLElement {
  const first = readState({start: param("start"), way: param("way"), step: param("step")});
  return live(first, (state, set) =>
    draw(state, next => {
      const way = writeOps(next.ops);
      setParams({
        start: next.start === "mallocinit" ? null : next.start,
        way: way === opening ? null : way || "_",
        step: next.at === 0 ? null : next.at + 1,
      });
      set(next);
    }),
  );
}

/** The same in print: the story, and its first step. */
export const fallback = () => toHtml(draw(readState({start: null, way: null, step: null}), null));
