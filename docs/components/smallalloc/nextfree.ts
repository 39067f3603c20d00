// nextFreeFast bit by bit: allocCache before and after one allocation, and what each test of it finds.

import {numberParam, param, setParams} from "../address.js";
import {button, choice, controls, figure, table} from "../blocks.js";
import {count, hex, plural} from "../format.js";
import {type Element, h, live, toHtml} from "../markup.js";
import {defaults, type Inputs} from "./inputs.js";
import {type Probe, type Step, starts, stepAt} from "./step.js";

/** 64 bits in four rows of 16, lowest first. `taken` bits are shifted out by the step. */
function drawBits(p: Probe, mark: boolean): Element {
  const found = mark && p.theBit < 64 ? `, of which the lowest is bit ${p.theBit}` : "";
  const free = p.bits.filter(bit => bit).length;
  const rows = [0, 16, 32, 48].map(from =>
    h(
      "div",
      {class: "bitrow"},
      h("span", {class: "bitlabel"}, count(p.freeindex + from)),
      ...p.bits.slice(from, from + 16).map((bit, j) => {
        const i = from + j;
        const role = !mark ? "" : i < p.theBit ? " skipped" : i === p.theBit ? " found" : "";
        const beyond = p.freeindex + i >= p.nelems ? " beyond" : "";
        return h(
          "span",
          {class: `bit${bit ? " one" : ""}${role}${beyond}`, title: `object ${p.freeindex + i}`},
          bit ? "1" : "0",
        );
      }),
    ),
  );
  const alt = `allocCache, lowest bit first, bit 0 for object ${p.freeindex}: ${plural(free, "bit")} of 64 set${found}.`;
  return h("div", {class: "bits", role: "img", "aria-label": alt}, ...rows);
}

const endings: Readonly<Record<Probe["outcome"], string>> = {
  found: "nextFreeFast returns the object.",
  "no bit": "No bit is set: nextFreeFast returns 0, and nextFree takes over.",
  "beyond the end":
    "The object would lie behind the last one of the span: nextFreeFast returns 0, and nextFree takes over.",
  "end of a group":
    "After this object a new group of 64 begins, and allocCache has to be filled anew: nextFreeFast leaves that to nextFree and returns 0, though the object is free.",
};

function drawSteps({before, after, index, at, refilled}: Step): Element {
  const {theBit, freeindex, nelems, outcome} = before;
  const result = freeindex + theBit;
  const rows: [string, string, string][] = [
    ["theBit = ctz64(allocCache)", `${theBit}`, theBit === 64 ? "none set" : ""],
  ];
  if (outcome !== "no bit") {
    const inside = result < nelems;
    rows.push([
      "result = freeindex + theBit",
      `${freeindex} + ${theBit} = ${result}`,
      inside ? `below nelems, ${nelems}` : `not below nelems, ${nelems}`,
    ]);
    if (inside) {
      const rest = `${result + 1} % 64 = ${(result + 1) % 64}`;
      rows.push(["freeidx = result + 1", `${result + 1}`, rest]);
    }
  }
  if (outcome === "found") {
    rows.push(
      ["allocCache >>= theBit + 1", `${theBit + 1} shifted out`, ""],
      ["freeindex = freeidx", `${after.freeindex}`, ""],
    );
  } else {
    if (refilled) rows.push(["refill", "a new span", `${after.nelems} objects`]);
    else if (outcome !== "end of a group") {
      const group = index - (index % 64);
      rows.push([
        "refillAllocCache",
        `from byte ${group / 8} of allocBits`,
        `objects ${group} to ${group + 63}`,
      ]);
    }
    rows.push(["nextFreeIndex", `${index}`, ""]);
    if (after.freeindex % 64 === 0 && after.freeindex !== after.nelems)
      rows.push(["refillAllocCache", `from byte ${after.freeindex / 8} of allocBits`, "for the next group"]);
  }
  rows.push(["result × elemsize + base", hex(at), `object ${index}`]);
  return table({
    caption: endings[outcome],
    head: ["step", "value", ""],
    rows: rows.map(([what, value, why]) => [h("code", null, what), value, why]),
  });
}

interface State {
  readonly start: string;
  readonly n: number;
}

function draw(inputs: Inputs, {start, n}: State, set: ((state: State) => void) | null): Element {
  const step = stepAt(inputs, start, n);
  // The next allocation that nextFreeFast cannot serve: a few hundred steps away at most.
  const skip = () => {
    for (let next = n + 1; next <= most; next++) {
      if (stepAt(inputs, start, next).before.outcome !== "found") return set?.({start, n: next});
    }
  };
  return h(
    "div",
    {class: "cell"},
    set !== null &&
      controls(
        "Steps of nextFreeFast",
        choice(
          "span",
          start,
          starts.map(([id, text]) => [id, text]),
          id => set({start: id, n: 1}),
        ),
        button("← back", () => n > 1 && set({start, n: n - 1}), {"aria-disabled": `${n === 1}`}),
        button("allocate", () => n < most && set({start, n: n + 1}), {"aria-disabled": `${n === most}`}),
        button("to the next slow one", skip),
      ),
    figure(
      h(
        "span",
        {role: "status"},
        h("b", null, `Allocation ${n}`),
        `: object ${step.index}, by ${step.before.outcome === "found" ? "nextFreeFast" : "nextFree"}.`,
      ),
      h(
        "div",
        {class: "sides"},
        h(
          "div",
          null,
          h("p", {class: "small"}, "allocCache before, lowest bit first"),
          drawBits(step.before, true),
        ),
        h(
          "div",
          null,
          h("p", {class: "small"}, step.refilled ? "allocCache of the new span" : "allocCache after"),
          drawBits(step.after, false),
        ),
      ),
      drawSteps(step),
    ),
  );
}

const most = 400;

/** nextFreeFast, for a reader to step through. */
export function nextfree(inputs: Inputs): HTMLElement {
  const asked = param("span") ?? "thirds";
  const start = starts.some(([id]) => id === asked) ? asked : "thirds";
  return live<State>({start, n: numberParam("alloc", 1, 1, most)}, (state, set) =>
    draw(inputs, state, next => {
      setParams({
        span: next.start === "thirds" ? null : next.start,
        alloc: next.n === 1 ? null : next.n,
      });
      set(next);
    }),
  );
}

/** The same in print: an ordinary step, and one at the end of a group. */
export function fallback(): string {
  return toHtml([draw(defaults, {start: "thirds", n: 2}, null), draw(defaults, {start: "new", n: 64}, null)]);
}
