// A machine with 64 pages of addresses, on which the reader calls what the runtime calls: sysReserve, sysMap and the
// others. Each call is the model's; this file makes the machine small and notes what each page went through.

import {load, type MemState, Runtime, Throw} from "../../src/runtime/index.js";
import {sysAlloc, sysFault, sysFree, sysMap, sysReserve, sysUnused, sysUsed} from "../../src/runtime/mem.js";
import type {SysStat} from "../../src/runtime/mstats.js";

/** The seven calls, by the letter that stands for each in the page's address. */
export const calls = {
  r: "sysReserve",
  m: "sysMap",
  a: "sysAlloc",
  d: "sysUnused",
  u: "sysUsed",
  f: "sysFree",
  x: "sysFault",
} as const;
export type Letter = keyof typeof calls;

/** What a call is charged to; "-" is nothing. */
export const stats = {h: "heap_sys", o: "other_sys", "-": null} as const satisfies Record<string, SysStat>;
export type StatLetter = keyof typeof stats;

/** A call: on which pages, counted from 0, and for which statistic. */
export interface Call {
  readonly letter: Letter;
  /** The first page; null lets the system choose. */
  readonly at: number | null;
  readonly pages: number;
  readonly stat: StatLetter;
}

/** Whether a call says where: sysAlloc never does. */
export const takesPlace = (letter: Letter) => letter !== "a";
/** Whether a call charges a statistic. */
export const charges = (letter: Letter) => letter === "m" || letter === "a" || letter === "f";

/** The ways between states that the runtime uses. go1.12's sysMap leaves memory ready, later ones prepared. */
export const ways: readonly {readonly from: MemState; readonly to: MemState; readonly letter: Letter}[] = [
  {from: "none", to: "reserved", letter: "r"},
  {from: "reserved", to: "ready", letter: "m"},
  {from: "none", to: "ready", letter: "a"},
  {from: "ready", to: "prepared", letter: "d"},
  {from: "prepared", to: "ready", letter: "u"},
  {from: "ready", to: "reserved", letter: "x"},
  {from: "ready", to: "none", letter: "f"},
  {from: "reserved", to: "none", letter: "f"},
  {from: "prepared", to: "none", letter: "f"},
];

/** A page's state before a call and after it, and how many pages went that way. */
export interface Passage {
  readonly from: MemState;
  readonly to: MemState;
  readonly pages: number;
  /** Whether the runtime ever goes this way by this call. */
  readonly usual: boolean;
}

/** What came of a call. */
export interface Done {
  readonly call: Call;
  /** The first page that the system granted, or null if it refused; for other calls the page that was asked for. */
  readonly granted: number | null;
  readonly passages: readonly Passage[];
  readonly thrown: Throw | null;
}

/** The machine after some calls. */
export interface Machine {
  readonly rt: Runtime;
  /** For each page its state and the statistic that it is charged to. */
  readonly pages: readonly {readonly state: MemState; readonly stat: SysStat}[];
  readonly done: readonly Done[];
}

/** Pages of the machine, and bytes in each. */
export const pageCount = 64;
export const pageSize = 4096;
/** The first address that can be used. */
export const lowest = 0x10000;

/** Boots nothing: a runtime whose every address is free. */
function bare(): Runtime {
  const {config, machine} = load();
  const limit = lowest + pageCount * pageSize;
  const addresses = {lowest, top: limit, limit};
  return new Runtime({...config, addresses}, {...machine, programEnd: lowest, brk: 0});
}

/** Makes calls one after the other. After a throw nothing happens any more. */
export function run(list: readonly Call[]): Machine {
  const rt = bare();
  const done: Done[] = [];
  for (const call of list) {
    const before = statesOf(rt);
    let granted: number | null = null;
    let thrown: Throw | null = null;
    try {
      granted = perform(rt, call);
    } catch (error) {
      if (!(error instanceof Throw)) throw error;
      thrown = error;
    }
    done.push({call, granted, passages: passagesOf(call.letter, before, statesOf(rt)), thrown});
    if (thrown !== null) break;
  }
  return {rt, pages: statesOf(rt), done};
}

function perform(rt: Runtime, {letter, at, pages, stat}: Call): number | null {
  const n = pages * pageSize;
  const v = at === null ? 0 : lowest + at * pageSize;
  const place = (p: number) => (p === 0 ? null : (p - lowest) / pageSize);
  if (letter === "a") return place(sysAlloc(rt, n, stats[stat]));
  if (letter === "r") return place(sysReserve(rt, v, n));
  if (letter === "m") sysMap(rt, v, n, stats[stat]);
  else if (letter === "d") sysUnused(rt, v, n);
  else if (letter === "u") sysUsed(rt, v, n);
  else if (letter === "f") sysFree(rt, v, n, stats[stat]);
  else sysFault(rt, v, n);
  return at;
}

function statesOf(rt: Runtime): {state: MemState; stat: SysStat}[] {
  return Array.from({length: pageCount}, (_, i) => {
    const region = rt.mem.regionAt(lowest + i * pageSize);
    return {state: region?.state ?? "none", stat: region?.stat ?? null};
  });
}

type States = readonly {readonly state: MemState}[];

function passagesOf(letter: Letter, before: States, after: States): Passage[] {
  const found = new Map<string, {from: MemState; to: MemState; pages: number; usual: boolean}>();
  before.forEach(({state: from}, i) => {
    const to = after[i]!.state;
    if (from === to) return;
    const usual = ways.some(w => w.letter === letter && w.from === from && w.to === to);
    const passage = found.get(`${from} ${to}`) ?? {from, to, pages: 0, usual};
    passage.pages++;
    found.set(`${from} ${to}`, passage);
  });
  return [...found.values()];
}

/** What a statistic says, and what the pages that are charged to it add up to. They should be the same. */
export function audit({rt, pages}: Machine, stat: "heap_sys" | "other_sys"): {says: number; is: number} {
  return {says: rt.memstats[stat], is: pages.filter(p => p.stat === stat).length * pageSize};
}

/** Calls as they stand in an address: `r8.16_m8.8h_d8.4_a*.4o`. */
export const writeCalls = (list: readonly Call[]) =>
  list.map(c => `${c.letter}${c.at ?? "*"}.${c.pages}${c.stat === "-" ? "" : c.stat}`).join("_");

/** Reads calls from an address. What makes no sense is left out, and said. */
export function readCalls(text: string): {calls: Call[]; faults: string[]} {
  const found: Call[] = [];
  const faults: string[] = [];
  for (const part of text.split("_").filter(part => part !== "")) {
    const [, letter, at, pages, stat] = /^([rmadufx])(\d+|\*)\.(\d+)([ho]?)$/.exec(part) ?? [];
    const call = {
      letter: letter as Letter,
      at: at === "*" ? null : Number(at),
      pages: Number(pages),
      stat: (stat || "-") as StatLetter,
    };
    const fault = letter === undefined ? "it is like r8.16 or m8.8h" : faultOf(call);
    if (fault === null) found.push(call);
    else faults.push(`“${part}” in the address is left out: ${fault}`);
  }
  return {calls: found.slice(0, 40), faults};
}

/** Why a call cannot be made on this machine, or null if it can. */
export function faultOf({letter, at, pages}: Call): string | null {
  if (!Number.isInteger(pages) || pages < 1 || pages > pageCount)
    return `${pages} pages are asked for, and the machine has 1 to ${pageCount}`;
  if (at === null)
    return letter === "a" || letter === "r" ? null : `${calls[letter]} needs to be told which page`;
  if (letter === "a") return null;
  if (!Number.isInteger(at) || at < 0 || at + pages > pageCount)
    return `pages ${at} to ${at + pages - 1} are not on this machine, whose pages are 0 to ${pageCount - 1}`;
  return null;
}

/** What the page opens with: a reservation, part of it mapped, part of that given up; and a chunk from anywhere. */
export const opening = "r8.32_m8.16h_d12.8_a*.6o";
