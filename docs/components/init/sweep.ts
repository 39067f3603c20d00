// Why a span record is not zeroed: a sweeper that looks at it while it is freed and handed out again.
//
// The story runs on two spanallocs side by side, one as Go has it and one that zeroes. Each step of it is a call of
// the model's own fixalloc; only the sweeper, of which initialization knows nothing, is played here.

import {load, start} from "../../src/runtime/index.js";
import type {mspan} from "../../src/runtime/mspan.js";
import {mSpanInUse} from "../../src/runtime/mspan.js";
import {numberParam, setParams} from "../address.js";
import {button, choice, controls, figure, table} from "../blocks.js";
import {hex} from "../format.js";
import {type Element, h, live, toHtml} from "../markup.js";
import {cell, defaultStart, type Started} from "./start.js";

/** What the steps are, in words. */
export const steps = [
  "Two span records are in use, s and t. Both have been swept: their sweepgen is the heap’s.",
  "A background sweeper takes s from its list and sees that it is in use. Then its thread is held up.",
  "The heap has no more use for either span. It frees the record of t, then that of s: the first word of s, next, now links to t.",
  "Another thread needs a span record and gets s again. It has not written a field yet.",
  "The sweeper goes on where it was: if the sweepgen of s is sg − 2, it swaps it for sg − 1 and owns the span.",
] as const;

/** The fields of s at some step. */
export interface Snapshot {
  readonly next: number;
  readonly startAddr: number;
  readonly npages: number;
  readonly state: number;
  readonly sweepgen: number;
}

/** The story up to a step. */
export interface Story {
  /** The heap's sweepgen. */
  readonly sg: number;
  /** s before the last step and after it. */
  readonly before: Snapshot | null;
  readonly after: Snapshot;
  /** Whether the sweeper has swapped; null before it tried. */
  readonly claimed: boolean | null;
}

/**
 * The sweeper's question to a span, one atomic step in Go (sweepone in mgcsweep.go): does it need sweeping, and am
 * I the one to do it?
 */
export function claims(s: mspan, sg: number): boolean {
  if (s.sweepgen !== sg - 2) return false;
  s.sweepgen = sg - 1;
  return true;
}

/** Plays the story up to `step` after `collections` garbage collections, with records zeroed or not. */
export function story({options}: Started, step: number, zero: boolean, collections: number): Story {
  const rt = load(options);
  start(rt, {until: "mallocinit"});
  const {mheap_} = rt;
  const {spanalloc} = mheap_;
  const sg = (mheap_.sweepgen = 2 * collections);
  spanalloc.zero = zero;

  const [s, t] = [spanalloc.alloc(), spanalloc.alloc()];
  const acts = [
    () => {
      for (const [i, span] of [s, t].entries()) {
        span.startAddr = 0xc000000000 + i * rt.constants._PageSize;
        span.npages = 1;
        span.state = mSpanInUse;
        span.sweepgen = sg;
      }
    },
    () => {},
    () => {
      spanalloc.free(t);
      spanalloc.free(s);
    },
    () => {
      spanalloc.alloc();
    },
    () => {
      claimed = claims(s, sg);
    },
  ];
  let claimed: boolean | null = null;
  let before: Snapshot | null = null;
  for (const act of acts.slice(0, step)) {
    before = snapshot(s);
    act();
  }
  return {sg, before: step > 1 ? before : null, after: snapshot(s), claimed};
}

function snapshot(s: mspan): Snapshot {
  const {startAddr, npages, state, sweepgen} = s;
  return {next: s.next?.address ?? 0, startAddr, npages, state, sweepgen};
}

const show: readonly [field: keyof Snapshot, format: (n: number) => string][] = [
  ["next", n => (n === 0 ? "nil" : hex(n))],
  ["startAddr", hex],
  ["npages", String],
  ["state", n => (n === mSpanInUse ? `${n} (in use)` : `${n} (dead)`)],
  ["sweepgen", String],
];

function drawSide(zero: boolean, {sg, before, after, claimed}: Story): Element {
  return h(
    "div",
    {class: "side"},
    table({
      caption: [h("code", null, `zero = ${zero}`), zero ? ": what would happen" : ": as Go has it"],
      head: ["field of s", "value"],
      rows: show.map(([field, format]) => {
        const changed = before !== null && before[field] !== after[field];
        return [
          h("code", null, field),
          h(
            "span",
            {class: changed ? "changed" : null},
            changed && [h("s", null, format(before[field])), " "],
            format(after[field]),
          ),
        ];
      }),
    }),
    h(
      "p",
      {class: claimed === true ? "remark" : "small"},
      claimed === null
        ? "The sweeper has not asked yet."
        : claimed
          ? `${sg - 2} = sg − 2: the swap succeeds. The sweeper owns a record that another thread is filling in, and goes on to free what it finds there.`
          : `${after.sweepgen} is not sg − 2 = ${sg - 2}: the swap fails. The sweeper leaves the span alone.`,
    ),
  );
}

interface State {
  readonly step: number;
  readonly collections: number;
}

/** Draws the story up to a step. */
export function draw(
  started: Started,
  {step, collections}: State,
  set: ((state: State) => void) | null,
): Element {
  return cell(
    started,
    set !== null &&
      controls(
        "Steps of the story",
        button("← back", () => step > 1 && set({step: step - 1, collections}), {
          "aria-disabled": `${step === 1}`,
        }),
        button("next →", () => step < steps.length && set({step: step + 1, collections}), {
          "aria-disabled": `${step === steps.length}`,
        }),
        choice(
          "garbage collections so far",
          `${collections}`,
          [1, 2, 3].map(n => [`${n}`, `${n} (sg = ${2 * n})`]),
          n => set({step, collections: Number(n)}),
        ),
      ),
    figure(
      ["A span record and a sweeper, ", h("b", null, `step ${step} of ${steps.length}`), "."],
      h("p", {role: "status"}, steps[step - 1]!),
      h(
        "div",
        {class: "sides"},
        drawSide(false, story(started, step, false, collections)),
        drawSide(true, story(started, step, true, collections)),
      ),
    ),
  );
}

/** The story, for a reader to step through. */
export function sweep(started: Started): HTMLElement {
  const first = {step: numberParam("step", 1, 1, steps.length), collections: numberParam("gc", 1, 1, 3)};
  return live<State>(first, (state, set) =>
    draw(started, state, next => {
      setParams({
        step: next.step === 1 ? null : next.step,
        gc: next.collections === 1 ? null : next.collections,
      });
      set(next);
    }),
  );
}

/** The same in print: the steps in words, and how it ends. */
export function fallback(): string {
  const list = h("ol", null, ...steps.map(text => h("li", null, text)));
  return toHtml([list, draw(defaultStart(), {step: steps.length, collections: 1}, null)]);
}
