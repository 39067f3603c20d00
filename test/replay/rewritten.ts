// Runs a small program both as it stands and rewritten, so that the two can be compared.

import type {Program} from "../../src/replay/player.js";
import {type Counter, type Hit, Stop} from "../../src/replay/probe.js";
import type {Table} from "../../src/replay/table.js";
import {transform} from "../../src/replay/transform.js";

/** A rewritten program, with its `main`. */
export interface Rewritten extends Program {
  main(...args: unknown[]): unknown;
  readonly code: string;
}

/** Rewrites a program that declares a function `main`. */
export function rewrite(text: string): Rewritten {
  const table: Table = {steps: [], functions: []};
  const code = transform(text, "program.ts", table);
  const counter: Counter = {k: 0, next: -1, d: 0, stopped: false};
  const listener: {hit: Hit | null} = {hit: null};
  const hit: Hit = (step, locals) => listener.hit?.(step, locals);
  const main = new Function("$", "$hit", "$Stop", `${code}\nreturn main;`)(counter, hit, Stop);
  const onHit = (by: Hit | null) => {
    listener.hit = by;
  };
  return {counter, Stop, onHit, table, main, code};
}

/** Runs a program whose types have been erased by hand: what the rewritten one must agree with. */
export function plain(text: string): (...args: unknown[]) => unknown {
  return new Function(`${text}\nreturn main;`)();
}
