// The controls of the page's heap: allocate, free, sweep, return to the system. Every figure below shows that heap.

import {param, setParams} from "../address.js";
import {button, choice, note, textField, tick} from "../blocks.js";
import {bytes, count, plural} from "../format.js";
import {type Element, h, live} from "../markup.js";
import {begin, limits, type Op, opening, play, readOps, type World, writeOps} from "./heap.js";
import {largeSize} from "./sizes.js";

interface State {
  readonly world: World;
  /** What stands in the field for a size, right or wrong. */
  readonly text: string;
  readonly scan: boolean;
  /** Whether freeing sweeps at once. */
  readonly sweep: boolean;
  /** The object that is chosen; 0 means the last one. */
  readonly chosen: number;
  readonly faults: readonly string[];
}

/** The state that an address asks for. */
export function readState(text: string | null): State {
  const {ops, faults} = readOps(text ?? opening);
  return {world: play(ops), text: "100000", scan: false, sweep: true, chosen: 0, faults};
}

/** The heap that the page opens with, for what is printed at build time. */
export const openingWorld = (): World => play(readOps(opening).ops);

/** What the last step did, in a sentence. */
export function sentence({ops, objects, thrown, rt}: World): string {
  const op = ops.at(-1);
  if (op === undefined) return "The heap of a process that has just started.";
  const step = `Step ${ops.length}`;
  if (thrown !== null)
    return `${step}: the runtime throws “${thrown.message}”, and the process has ended. Undo the step to go on.`;
  if (op.kind === "allocate") {
    const {id, size, pages} = objects.at(-1)!;
    return `${step}: ${count(size)} bytes are object ${id}, ${plural(pages, "page")}.`;
  }
  if (op.kind === "free") {
    const {pages, state} = objects[op.id - 1]!;
    return `${step}: object ${op.id} is unreachable; its ${plural(pages, "page")} ${
      state === "gone" ? "are free" : "wait for the sweeper"
    }.`;
  }
  if (op.kind === "sweep") return `${step}: every span is swept.`;
  return `${step}: all free pages are returned; the system has ${bytes(rt.memstats.heap_released)} back.`;
}

function draw(state: State, set: (state: State) => void): Element {
  const {world, text, scan, sweep, faults} = state;
  const live = world.objects.filter(o => o.state === "live");
  const chosen = live.find(o => o.id === state.chosen) ?? live.at(-1);
  const full = world.ops.length >= limits.ops || world.thrown !== null;
  const add = (op: Op) => set({...state, world: play([...world.ops, op]), faults: []});
  const allocate = () => {
    const size = largeSize(text, limits.size);
    if ("fault" in size) set({...state, faults: [size.fault]});
    else if (full) set({...state, faults: [whyFull(world)]});
    else add({kind: "allocate", size: size.value, scan});
  };
  const off = (disabled: boolean) => ({"aria-disabled": `${disabled}`});
  return h(
    "div",
    {class: "inputs"},
    h(
      "form",
      {
        class: "controls",
        "aria-label": "The page’s heap",
        onsubmit: event => {
          event.preventDefault();
          allocate();
        },
      },
      textField("size", text, typed => set({...state, text: typed, faults: []}), {
        class: "size",
        "aria-describedby": "large-faults",
      }),
      tick("with pointers", scan, on => set({...state, scan: on})),
      h("button", {type: "submit", ...off(full)}, "allocate"),
      choice(
        "object",
        `${chosen?.id ?? 0}`,
        live.length === 0
          ? [["0", "none"]]
          : live.map(o => [`${o.id}`, `${o.id}: ${plural(o.pages, "page")}`]),
        id => set({...state, chosen: Number(id)}),
      ),
      button("free", () => chosen && !full && add({kind: "free", id: chosen.id, sweep}), {
        ...off(chosen === undefined || full),
        title: "make the object unreachable and collect",
      }),
      tick("sweep at once", sweep, on => set({...state, sweep: on})),
      button("sweep", () => full || add({kind: "sweep"}), off(full || world.rt.mheap_.sweepdone !== 0)),
      button("return free pages", () => full || add({kind: "return"}), off(full)),
      button("undo", () => set({...state, world: play(world.ops.slice(0, -1)), faults: []}), {
        ...off(world.ops.length === 0),
      }),
      button("empty", () => set({...state, world: begin(), faults: []})),
      button("start again", () => set(readState(null))),
    ),
    h("p", {class: "small", role: "status"}, sentence(world)),
    h("div", {id: "large-faults", role: "alert"}, ...faults.map(fault => note(fault, "."))),
  );
}

const whyFull = ({thrown}: World) =>
  thrown === null
    ? `A story here has ${limits.ops} steps at most: undo some, or start again`
    : "The process has ended: undo the last step to go on";

/** The controls as an element whose value is the heap, for Framework's `view`. The address of the page follows. */
export function lab(): HTMLElement & {value: World} {
  const first = readState(param("do"));
  const node = live<State>(first, (state, setState) =>
    draw(state, next => {
      setState(next);
      if (next.world === node.value) return;
      const ops = writeOps(next.world.ops);
      setParams({do: ops === opening ? null : ops === "" ? "_" : ops});
      node.value = next.world;
      node.dispatchEvent(new Event("input"));
    }),
  ) as HTMLElement & {value: World};
  // Events of the controls stay inside: Framework listens on the element itself, once per change.
  node.addEventListener("input", event => event.target !== node && event.stopImmediatePropagation());
  node.value = first.world;
  return node;
}
