// The form of the workload: what stands in its fields, and the workload that they come to.

import {type Parsed, whole} from "../smallalloc/parse.js";
import {mixes, parseMix} from "./mix.js";
import {limits, tooMuch, type Workload} from "./workload.js";

/** The fields of the form, as they stand there. Their names are those in the address. */
export interface Fields {
  readonly mix: string;
  readonly n: string;
  readonly cycles: string;
  readonly freed: string;
  readonly ps: string;
}

/** What the page opens with. */
export const opening: Fields = {mix: mixes[0]![1], n: "30000", cycles: "5", freed: "50", ps: "4"};

/** Their names, in the order of the form. */
export const names = ["mix", "n", "cycles", "freed", "ps"] as const;

/** Reads the fields; each one that makes no sense has its fault. */
export function read(fields: Fields): {workload: Workload | null; faults: string[]} {
  const mix = parseMix(fields.mix);
  const n = whole(fields.n, 1, limits.n, "number of allocations");
  const cycles = whole(fields.cycles, 1, limits.cycles, "number of cycles");
  const freed = whole(fields.freed, 0, 100, "percentage of objects freed");
  const ps = whole(fields.ps, 1, limits.ps, "number of Ps");
  const faults = [mix, n, cycles, freed, ps].flatMap((p: Parsed<unknown>) => ("fault" in p ? [p.fault] : []));
  if (!("value" in mix && "value" in n && "value" in cycles && "value" in freed && "value" in ps))
    return {workload: null, faults};
  const workload = {mix: mix.value, n: n.value, cycles: cycles.value, freed: freed.value, ps: ps.value};
  const much = tooMuch(workload);
  return much === null ? {workload, faults} : {workload: null, faults: [much]};
}
