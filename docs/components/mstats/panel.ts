// The panel of actions: what a reader does to the heap, step by step, and what the last reading moved.

import {param, setParams} from "../address.js";
import {button, choice, controls, note, textField, tick} from "../blocks.js";
import {count, plural} from "../format.js";
import {type Element, h, live, type Markup, toHtml} from "../markup.js";
import {firstRelease, fullReleases, readRelease} from "../release.js";
import {advance, type Played, play, type Rest, restOf} from "./play.js";
import {moved, type Reading, signed} from "./reading.js";
import {limits, readSteps, type Step, tooMuch, writeStep, writeSteps} from "./steps.js";

/** The last two readings of the reader's program, for the cells that show them. */
export interface Readings {
  readonly before: Reading | null;
  readonly now: Reading;
  readonly rest: Rest;
}

/** What the page opens with. */
export const opening = "read,48x100,read";

/** Three objects of classes of which start-up has no span. */
export const spans = "read,24,2000p,9000,read";

/** Stories that a reader can start from. */
export const stories: readonly (readonly [steps: string, title: string])[] = [
  [opening, "one hundred small objects"],
  ["read,5x100,read", "tiny objects: freed at once?"],
  ["read,33000,read", "a large object"],
  ["100000x300,read,drop,gc,read", "garbage, marked and still counted"],
  ["100000x300,read,drop,gc,sweep,read", "garbage, swept"],
  ["100000x300,drop,gc,sweep,read,return,read", "idle pages go back to the system"],
  ["read,67108864,read", "the heap grows by an arena"],
  [spans, "one object, one span each"],
  ["read,stack,read", "a stack borrows a span"],
  ["read,procs16,read", "more Ps"],
];

interface State {
  readonly release: string;
  readonly steps: readonly Step[];
  /** What stands in the field of steps, right or wrong. */
  readonly text: string;
  readonly played: Played;
  /** Why not all of the text was done, or why a button did nothing. */
  readonly fault: string | null;
  readonly form: Form;
}

/** The fields of an allocation. */
interface Form {
  readonly size: string;
  readonly n: string;
  readonly scan: boolean;
  readonly keep: boolean;
  /** Whether a reading follows each step. */
  readonly auto: boolean;
}

const blank: Form = {size: "48", n: "100", scan: false, keep: true, auto: true};

/** The state that text leads to. */
function stateOf(text: string, form: Form, release: string): State {
  const {steps, fault} = readSteps(text);
  return {release, steps, text, played: play(steps, release), fault, form};
}

/** Does a step after those that are there. */
function withStep(state: State, step: Step): State {
  const fault = tooMuch(state.steps, step);
  if (fault !== null) return {...state, fault: `“${writeStep(step)}” was not done: ${fault}`};
  const steps = [...state.steps, step];
  advance(state.played, step);
  return {...state, steps, text: writeSteps(steps), fault: null};
}

/** The allocation that the fields describe, or a sentence about what is wrong with them. */
function allocation({size, n, scan, keep}: Form): Step | string {
  if (!/^\d+$/.test(size)) return `size “${size}” is no whole number of bytes`;
  if (!/^\d+$/.test(n)) return `“${n}” is no number of objects`;
  const {steps, fault} = readSteps(`${size}${scan ? "p" : ""}x${n}${keep ? "" : "d"}`);
  return steps[0] ?? fault!.replace(/^step 1, /, "");
}

function drawMoved({played}: State): Markup {
  const {before, now, unread, thrown} = played;
  const changes = now === null ? [] : moved(before, now);
  return [
    thrown !== null && note(`The runtime throws “${thrown}” and ends. Start again.`),
    h(
      "p",
      {class: "moved"},
      now === null && "Nothing was read yet.",
      now !== null && before === null && "This is the first reading.",
      before !== null && changes.length === 0 && "The last reading says what the one before said.",
      changes.length > 0 && [
        "Moved since the reading before: ",
        changes.map(({name, by}, i) => [
          i > 0 && ", ",
          h("span", null, h("code", null, name), ` ${signed(by)}`),
        ]),
        ".",
      ],
      unread > 0 && h("b", null, ` ${plural(unread, "step")} not yet read.`),
    ),
  ];
}

function draw(state: State, set: (state: State) => void): Element {
  const {form, played, text, fault, release} = state;
  const act = (step: Step) => {
    const next = withStep(state, step);
    set(form.auto && step.kind !== "read" && next.fault === null ? withStep(next, {kind: "read"}) : next);
  };
  const allocate = () => {
    const step = allocation(form);
    if (typeof step === "string") set({...state, fault: step});
    else act(step);
  };
  const change = (part: Partial<Form>) => set({...state, form: {...form, ...part}});
  const plain = (kind: "drop" | "gc" | "sweep" | "return" | "stack" | "unstack" | "read", label: string) =>
    button(label, () => act({kind}));
  const procs = played.rt.allp.length * 2 > limits.procs ? 1 : played.rt.allp.length * 2;
  return h(
    "div",
    {class: "cell moves"},
    controls(
      "Allocate",
      textField("bytes", form.size, size => change({size}), {inputmode: "numeric", size: 9}),
      textField("objects", form.n, n => change({n}), {inputmode: "numeric", size: 6}),
      tick("with pointers", form.scan, scan => change({scan})),
      tick("kept in use", form.keep, keep => change({keep})),
      button("allocate", allocate),
    ),
    controls(
      "Other steps",
      plain("drop", "drop all kept"),
      plain("gc", "collect"),
      plain("sweep", "sweep"),
      plain("return", "return idle pages"),
      button("grow by an arena", () =>
        act({kind: "allocate", size: played.rt.constants.heapArenaBytes, n: 1, scan: false, keep: true}),
      ),
      plain("stack", "stack of 32 KiB"),
      plain("unstack", "free a stack"),
      button(`GOMAXPROCS=${procs}`, () => act({kind: "procs", n: procs})),
    ),
    controls(
      "Release",
      choice(
        "release",
        release,
        fullReleases.map(name => [name, name]),
        name => set(stateOf(text, form, name)),
      ),
    ),
    controls(
      "Readings",
      button("read", () => act({kind: "read"})),
      tick("read after each step", form.auto, auto => change({auto})),
      button("start again", () => set(stateOf("read", form, release))),
      choice(
        "or try",
        stories.some(([steps]) => steps === text) ? text : "",
        [["", "…"], ...stories],
        story => story !== "" && set(stateOf(story, form, release)),
      ),
    ),
    h("div", {role: "status"}, fault !== null && note(fault, "."), drawMoved(state)),
    h(
      "details",
      null,
      h(
        "summary",
        null,
        `${plural(state.steps.length, "step")}, and ${count(played.kept.length)} objects kept`,
      ),
      controls(
        "The steps as text",
        textField("steps", text, typed => set(stateOf(typed, form, release)), {size: 40}),
      ),
    ),
  );
}

/** The panel as an element with a value, for Framework's `view`. The address of the page follows the steps. */
export function panel(): HTMLElement & {value: Readings} {
  const readingsOf = ({played}: State): Readings => {
    const {before, now} = played;
    return {before, now: now ?? empty, rest: restOf(played)};
  };
  const asked = readRelease(param("release"));
  const read = stateOf(param("do") ?? opening, blank, asked.release);
  const first = asked.fault === null ? read : {...read, fault: asked.fault.replace(/\.$/, "")};
  const node = live(first, (state, setState) =>
    draw(state, next => {
      setState(next);
      setParams({
        do: next.text === opening ? null : next.text,
        release: next.release === firstRelease ? null : next.release,
      });
      if (next.played.now === node.value.now && next.played.before === node.value.before) return;
      node.value = readingsOf(next);
      node.dispatchEvent(new Event("input"));
    }),
  ) as HTMLElement & {value: Readings};
  // Events of the controls stay inside: Framework listens on the element itself, once per change.
  node.addEventListener("input", event => event.target !== node && event.stopImmediatePropagation());
  node.value = readingsOf(first);
  return node;
}

const empty: Reading = {scalars: new Map(), pauseNs: null, pauseEnd: null, bySize: null};

/** The readings that the page opens with, for what is printed at build time. */
export function openingReadings(): Readings {
  const played = play(readSteps(opening).steps);
  return {before: played.before, now: played.now!, rest: restOf(played)};
}

/** What the panel has done, in print. */
export function fallback(): string {
  const state = stateOf(opening, blank, firstRelease);
  return toHtml(
    h(
      "div",
      {class: "cell"},
      h(
        "p",
        {class: "small"},
        "A program starts, reads, allocates 100 objects of 48 bytes, and reads again.",
      ),
      drawMoved(state),
    ),
  );
}
