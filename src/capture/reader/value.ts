// Values of JSON, their places, and the numbers that can be held.

/** A value of JSON. */
export type Value = string | number | boolean | null | Value[] | {[key: string]: Value};

/** A name in an object, or an index in an array. */
export type Step = string | number;

/** A path as text: "phases.main.allspans.rows[3]". Names that are no words are quoted. */
export function pathText(path: readonly Step[]): string {
  return path
    .map((step, i) =>
      typeof step === "number"
        ? `[${step}]`
        : /^[\w$.[\]-]{1,80}$/.test(step)
          ? `${i > 0 ? "." : ""}${step}`
          : `[${JSON.stringify(step.slice(0, 80))}]`,
    )
    .join("");
}

const aNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** The number that a text stands for, or what is wrong with it. Whole numbers must be exact. */
export function numberOf(text: string): number | string {
  const number = aNumber.test(text) ? Number(text) : Number.NaN;
  if (!Number.isFinite(number)) return `“${text.slice(0, 40)}” is no number that can be held`;
  if (!/[.eE]/.test(text) && !Number.isSafeInteger(number)) {
    return `${text.slice(0, 40)} is too large to be exact; from 2^53 on numbers are texts such as "0x20000000000000"`;
  }
  return number;
}
