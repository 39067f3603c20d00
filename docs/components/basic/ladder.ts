// One allocation on its way down, level by level: what each did, and what changed in it.

import type {Runtime} from "../../src/runtime/runtime.js";
import {bytes, count, hex, plural} from "../format.js";
import {type Level, levels, type Request} from "./observe.js";
import type {Detail, State} from "./way.js";

/** How an allocation met a level. */
export type Role = "answers" | "asks on" | "not asked";

/** A card. Changes are of fields that are not the same before and after. */
export interface Card {
  readonly level: Exclude<Level, "tiny">;
  readonly role: Role;
  readonly title: string;
  readonly did: string;
  readonly changes: readonly {readonly field: string; readonly before: string; readonly after: string}[];
}

const fieldsOf: Readonly<Record<Card["level"], readonly [key: keyof State, name: string][]>> = {
  mcache: [
    ["slots", "slots with a span"],
    ["span", "span in the slot"],
    ["allocCount", "objects of it in use"],
    ["freeindex", "its freeindex"],
    ["tiny", "tiny"],
    ["tinyoffset", "tinyoffset"],
  ],
  mcentral: [
    ["nonempty", "spans on nonempty"],
    ["empty", "spans on empty"],
    ["nmalloc", "nmalloc"],
  ],
  mheap: [
    ["pagesInUse", "pages in use"],
    ["pagesFree", "pages free"],
    ["records", "span records"],
  ],
  system: [
    ["requests", "requests so far"],
    ["arenas", "arenas"],
    ["heapSys", "bytes for the heap"],
    ["otherSys", "bytes for records"],
  ],
};

const isAddress = (key: keyof State) => key === "span" || key === "tiny";

function shown(key: keyof State, value: number): string {
  if (key === "span" && value === 0) return "emptymspan";
  return isAddress(key) ? hex(value) : count(value);
}

/** The four cards of an allocation. */
export function cardsOf(detail: Detail): Card[] {
  const {answer, kind, before, after} = detail;
  const depth = levels.indexOf(answer.level);
  return (["mcache", "mcentral", "mheap", "system"] as const).map(level => {
    const at = levels.indexOf(level);
    // A large object goes past both caches; a tiny block is part of the mcache.
    const passed = kind === "large" && at < levels.indexOf("mheap");
    const answered = at === Math.max(depth, 1);
    const role: Role = passed || at > Math.max(depth, 1) ? "not asked" : answered ? "answers" : "asks on";
    const changes = fieldsOf[level]
      .filter(([key]) => before[key] !== after[key])
      .map(([key, field]) => ({field, before: shown(key, before[key]), after: shown(key, after[key])}));
    return {level, role, title: titleOf(level, detail), did: didOf(level, role, detail), changes};
  });
}

function titleOf(level: Card["level"], {spanclass, kind}: Detail): string {
  if (level === "mcache") return kind === "large" ? "mcache" : `mcache, slot ${spanclass}`;
  return level === "mcentral" && kind !== "large" ? `mcentral ${spanclass}` : level;
}

function didOf(level: Card["level"], role: Role, {rt, kind, answer, before, after, asked}: Detail): string {
  const {refill} = answer;
  if (level === "mcache") {
    if (kind === "large") return "Too large for any class: nobody looks here.";
    if (answer.level === "tiny") {
      const used = after.tinyoffset - asked;
      return `The block at ${hex(after.tiny)} had room: the object lies ${plural(used, "byte")} into it. No lock.`;
    }
    const tiny = kind === "tiny" ? "The tiny block has no room, so a new one is needed. " : "";
    if (role === "answers")
      return `${tiny}The span in the slot had a free object, number ${count(after.freeindex - 1)} of ${count(after.nelems)}. No lock.`;
    const why = before.span === 0 ? "The slot held emptymspan" : "All objects of the span were in use";
    return `${tiny}${why}, so a span is fetched. Its object ${count(after.freeindex - 1)} is handed out.`;
  }
  if (level === "mcentral") {
    if (role === "not asked") return kind === "large" ? "Has no class for it either." : "";
    if (refill === null || refill.grown)
      return `No span with a free object. A new one is cut into ${plural(refill?.nelems ?? 0, "object")} and goes to the mcache.`;
    return `A span with ${plural(refill.free, "free object")} of ${count(refill.nelems)} goes to the mcache.`;
  }
  if (level === "mheap") {
    if (role === "not asked") return "";
    const pages = rt.mheap_.spanOf(answer.address)!.npages;
    const verb = pages === 1 ? "becomes" : "become";
    return `${before.arenas < after.arenas ? "No run of free pages was long enough, so the heap grows. " : ""}${plural(pages, "page")} ${verb} a span at ${hex(refill?.base ?? answer.address)}.`;
  }
  if (role === "not asked") return "";
  const heap = answer.requests.some(r => r.stat === "heap_sys");
  return `${plural(answer.requests.length, "request")}${heap ? "" : ", for records only: the heap had pages enough"}. ${bytes(mappedBy(answer.requests))} are usable now that were not before, for an object of ${bytes(asked)}.`;
}

/** Bytes that requests have made usable. */
export function mappedBy(requests: readonly Request[]): number {
  return requests.filter(r => r.call !== "sysReserve" && r.granted !== 0).reduce((sum, r) => sum + r.size, 0);
}

/** What a request is for, in words. */
export function purposeOf({constants, config}: Runtime, r: Request): string {
  if (r.call === "sysReserve") return "addresses for the heap, at a hint";
  if (r.stat === "heap_sys") return "the arena becomes usable";
  if (r.size === 2 ** constants.arenaL2Bits * config.arch.PtrSize) return "the index of all arenas";
  if (r.size === config.layouts.sizeof("heapArena")) return "the arena’s own records";
  if (r.size === constants.persistentChunkSize) return "a chunk for small records";
  if (r.stat === "gc_sys") return "bitmaps of spans";
  return r.stat === "other_sys" ? "the list of all spans" : "records";
}
