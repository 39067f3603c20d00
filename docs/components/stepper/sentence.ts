// A step as a sentence: for those who listen to the page, and for the line above the listing.

import type {Moment} from "../../src/replay/player.js";
import type {Seen} from "./run.js";
import {type Change, changes, show} from "./state.js";

/** What the step before `moment` has changed. `before` is null at the first step. */
export function changesOf(before: Moment<Seen> | null, moment: Moment<Seen>): Change[] {
  return before === null ? [] : changes(before.view.state, moment.view.state);
}

/** Where a moment stands: "mheap.init, line 204". */
export function place({fn, step}: Pick<Moment<unknown>, "fn" | "step">): string {
  return fn === null || step === null ? "the end" : `${goName(fn)}, line ${step.line}`;
}

/** Go's name of a function where it has one. Of a part of a routine of Go's, its own name and whose part it is. */
export function goName({name, go}: {name: string; go?: string | undefined}): string {
  const last = (path: string) => path.split(".").at(-1);
  if (go === undefined) return name;
  return last(go) === last(name) ? go : `${name} (in Go, ${go})`;
}

/**
 * What a step did and where the run stands now: "mheap.init, line 204: mheap_.spanalloc.zero changes from true to
 * false. Next is mheap.init, line 206." At most three changes are read out.
 */
export function sentence(before: Moment<Seen> | null, moment: Moment<Seen>): string {
  const next = moment.step === null ? "The run is at its end." : `Next is ${place(moment)}.`;
  if (before === null) return next;
  const all = changesOf(before, moment);
  if (all.length === 0) return `${place(before)}: nothing changes that is shown. ${next}`;
  const told = all
    .slice(0, 3)
    .map(({name, before: from, after}) => `${name} changes from ${show(from)} to ${show(after)}`);
  const rest = all.length > 3 ? `, and ${all.length - 3} more` : "";
  return `${place(before)}: ${told.join("; ")}${rest}. ${next}`;
}

/** A local's value in few words: numbers as they are, records by their address. */
export function local(value: unknown): string {
  if (typeof value === "number" || typeof value === "string" || typeof value === "boolean")
    return show(value);
  if (value === null) return "nil";
  if (value === undefined) return "no value yet";
  if (typeof value === "function") return "a function";
  if (Array.isArray(value))
    return value.length <= 4 ? `[${value.map(local).join(", ")}]` : `${value.length} elements`;
  const record = value as {
    startAddr?: number;
    npages?: number;
    address?: number;
    memstats?: object;
    size?: number;
    name?: string;
  };
  if (record.memstats !== undefined) return "the runtime";
  if (record.startAddr) return `span at ${show(record.startAddr)}, ${record.npages} pages`;
  if (record.address) return `record at ${show(record.address)}`;
  if (record.name) return String(record.name);
  return `{${Object.keys(record).slice(0, 4).join(", ")}${Object.keys(record).length > 4 ? ", …" : ""}}`;
}
