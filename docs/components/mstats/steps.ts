// What a reader can do to the heap, as text: "48x100, 64px10d, drop, gc, sweep, read".
//
// The text stands in the page's address and in a field, so that a link leads to the same numbers.

/** One step. Sizes are in bytes. */
export type Step =
  | {
      readonly kind: "allocate";
      readonly size: number;
      readonly n: number;
      /** Whether the objects hold pointers. */
      readonly scan: boolean;
      /** Whether the program goes on using them. */
      readonly keep: boolean;
    }
  | {readonly kind: "procs"; readonly n: number}
  | {readonly kind: Plain};

/** The steps that take no number. */
export type Plain = (typeof plain)[number];

const plain = ["drop", "gc", "sweep", "return", "stack", "unstack", "read"] as const;

/** The limits that keep a page responsive. */
export const limits = {
  steps: 60,
  /** Objects in one step, and bytes in one object. */
  objects: 10_000,
  size: 2 ** 30,
  /** Bytes in all steps: so many arenas have room in a browser. */
  bytes: 2 ** 33,
  procs: 64,
} as const;

/** Steps, or a sentence about the first one that makes no sense, with those before it. */
export interface Read {
  readonly steps: readonly Step[];
  readonly fault: string | null;
}

/** Reads steps from text. */
export function readSteps(text: string): Read {
  const steps: Step[] = [];
  const parts = text
    .split(",")
    .map(part => part.trim())
    .filter(part => part !== "");
  for (const [i, part] of parts.entries()) {
    const step = readStep(part);
    if (typeof step === "string") return {steps, fault: `step ${i + 1}, “${shortened(part)}”: ${step}`};
    const fault = tooMuch(steps, step);
    if (fault !== null) return {steps, fault: `step ${i + 1}, “${shortened(part)}”: ${fault}`};
    steps.push(step);
  }
  return {steps, fault: null};
}

const shortened = (text: string) => (text.length > 24 ? `${text.slice(0, 24)}…` : text);

/** A step, or a sentence about what would be one. */
function readStep(part: string): Step | string {
  if ((plain as readonly string[]).includes(part)) return {kind: part as Plain};
  const [, procs] = /^procs(\d{1,9})$/.exec(part) ?? [];
  if (procs !== undefined) {
    const n = Number(procs);
    return n >= 1 && n <= limits.procs ? {kind: "procs", n} : `there can be 1 to ${limits.procs} Ps`;
  }
  const [, size, p, n = "1", d] = /^(\d{1,12})(p?)(?:x(\d{1,9}))?(d?)$/.exec(part) ?? [];
  if (size === undefined) {
    return `a step is ${plain.join(", ")}, procs8, or a size with p for pointers, x100 for how many and d to drop them: 64px100d`;
  }
  if (Number(size) > limits.size)
    return `an object has at most ${limits.size.toLocaleString("en-US")} bytes here`;
  if (Number(n) < 1 || Number(n) > limits.objects)
    return `a step allocates 1 to ${limits.objects.toLocaleString("en-US")} objects`;
  return {kind: "allocate", size: Number(size), n: Number(n), scan: p === "p", keep: d !== "d"};
}

/** Why a step is one too many after those before it, or null. */
export function tooMuch(before: readonly Step[], step: Step): string | null {
  if (before.length >= limits.steps) return `there are ${limits.steps} steps already; start again`;
  const bytes = [...before, step].reduce((sum, s) => sum + (s.kind === "allocate" ? s.size * s.n : 0), 0);
  return bytes > limits.bytes ? "all steps together would allocate more than 8 GiB" : null;
}

/** Writes a step as `readSteps` reads it. */
export function writeStep(step: Step): string {
  if (step.kind === "procs") return `procs${step.n}`;
  if (step.kind !== "allocate") return step.kind;
  const {size, n, scan, keep} = step;
  return `${size}${scan ? "p" : ""}${n === 1 ? "" : `x${n}`}${keep ? "" : "d"}`;
}

/** Writes steps. */
export const writeSteps = (steps: readonly Step[]) => steps.map(writeStep).join(",");
