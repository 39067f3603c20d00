// What readers type: whole numbers, addresses, and which objects are reachable. A fault names what was typed.

/** A value, or a sentence about why there is none. */
export type Parsed<T> = {readonly value: T} | {readonly fault: string};

/** A whole number from `min` to `max`; `what` names it in the fault. */
export function whole(text: string, min: number, max: number, what: string): Parsed<number> {
  const n = Number(text);
  if (/^\s*\d+\s*$/.test(text) && n >= min && n <= max) return {value: n};
  return {
    fault: `“${text}” is no ${what}: it is a whole number from ${min} to ${max.toLocaleString("en-US")}`,
  };
}

/** An address, decimal or in hexadecimal with 0x. */
export function address(text: string): Parsed<number> {
  const digits = text.trim().replaceAll("_", "");
  const n = Number(digits);
  if (/^(0x[0-9a-f]+|\d+)$/i.test(digits) && n < 2 ** 48) return {value: n};
  return {fault: `“${text}” is no address: write it as 0xc000012345, below 2^48`};
}

/** Numbers as `keep` reads them: `0-9, 40`; `none` for no numbers. */
export function ranges(numbers: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const n of [...numbers].sort((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last !== undefined && n <= last[1] + 1) last[1] = n;
    else runs.push([n, n]);
  }
  return runs.map(([a, b]) => (a === b ? `${a}` : `${a}-${b}`)).join(", ") || "none";
}

/** Says of an object, by its number, whether the program can still reach it. */
export type Keep = (number: number) => boolean;

/**
 * Reads which objects are reachable: `all`, `none`, or numbers, ranges and `every N`, joined by commas:
 * `0-9, 40, every 7`.
 */
export function keep(text: string): Parsed<Keep> {
  const trimmed = text.trim();
  if (trimmed === "all") return {value: () => true};
  if (trimmed === "none" || trimmed === "") return {value: () => false};
  const tests: Keep[] = [];
  for (const part of trimmed.split(",").map(p => p.trim())) {
    const [, from, to] = /^(\d+)(?:\s*-\s*(\d+))?$/.exec(part) ?? [];
    const every = Number(/^every[\s~]*(\d+)$/.exec(part)?.[1]);
    if (from !== undefined) {
      const [least, most] = [Number(from), Number(to ?? from)];
      if (most < least) return {fault: `“${part}” runs backwards: write ${most}-${least}`};
      tests.push(n => n >= least && n <= most);
    } else if (every > 0) tests.push(n => n % every === 0);
    else return {fault: `“${part}” names no objects: write all, none, or like 0-9, 40, every 7`};
  }
  return {value: n => tests.some(test => test(n))};
}
