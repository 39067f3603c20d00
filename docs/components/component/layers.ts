// Every region of a started process: who asked the system for it, through what, and to whom it is charged.

import {boot, type Region, type Runtime} from "../../src/runtime/index.js";
import {numberParam, param, setParams} from "../address.js";
import {choice, controls, numberField, table} from "../blocks.js";
import {count, hex} from "../format.js";
import {type Element, h, live, toHtml} from "../markup.js";

/** A region and what it is for. */
export interface Row extends Region {
  readonly what: string;
  /** The component that asked for it. */
  readonly through: string;
}

/** The regions of a runtime, by address. */
export function rows(rt: Runtime): Row[] {
  const {mheap_} = rt;
  const {heapArenaBytes, heapArenaBitmapBytes} = rt.constants;
  const metadata = mheap_.allArenas.elems.map(ai => mheap_.arenaOf(mheap_.arenaBase(ai))!.address);
  const isArena = ({start, end}: Region) =>
    mheap_.allArenas.elems.some(ai => {
      const base = mheap_.arenaBase(ai);
      return base < end && base + heapArenaBytes > start;
    });
  return rt.mem.regions.map(region => {
    const {start, end, state, stat} = region;
    const has = (address: number) => address >= start && address < end;
    const of = (what: string, through: string): Row => ({...region, what, through});
    if (has(rt.firstmoduledata.end - 1)) return of("the program itself", "the kernel");
    if (isArena(region))
      return of(
        "arenas of the heap",
        mheap_.arena.end === 0 ? "sysReserve at a hint, then sysMap" : "linearAlloc mheap_.arena",
      );
    if (state === "reserved") {
      if (end === mheap_.arena.end) return of("room for more arenas", "linearAlloc mheap_.arena");
      if (end === mheap_.heapArenaAlloc.end)
        return of("room for the metadata of more arenas", "linearAlloc mheap_.heapArenaAlloc");
    }
    if (rt.persistentChunks.includes(start)) return of("a chunk for small things", "persistentalloc");
    if (metadata.some(has))
      return of(
        `metadata of arenas: bitmap of ${count(heapArenaBitmapBytes)} bytes, spans, page bits`,
        mheap_.heapArenaAlloc.end === 0
          ? "persistentalloc, past its chunks"
          : "linearAlloc mheap_.heapArenaAlloc",
      );
    if (has(mheap_.allspans.array)) return of("the array behind allspans", "sysAlloc");
    if (stat === "gc_sys") return of("mark and allocation bits (gcBitsArenas)", "sysAlloc");
    if (stat === null) return of("the index of arenas", "persistentalloc, past its chunks");
    return of("", "sysAlloc");
  });
}

/** Bytes by statistic, as the regions add up. null is what nobody is charged for. */
export function sums(all: readonly Row[]): Map<string | null, number> {
  const found = new Map<string | null, number>();
  for (const {start, end, stat} of all) found.set(stat, (found.get(stat) ?? 0) + end - start);
  return found;
}

interface State {
  readonly goarch: "amd64" | "386";
  readonly procs: number;
}

function draw({goarch, procs}: State, set: ((state: State) => void) | null): Element {
  const rt = boot({goarch, gomaxprocs: procs});
  return h(
    "div",
    {class: "cell"},
    set !== null &&
      controls(
        "The process",
        choice(
          "platform",
          goarch,
          [
            ["amd64", "linux/amd64"],
            ["386", "linux/386"],
          ],
          value => set({goarch: value as "amd64" | "386", procs}),
        ),
        numberField("GOMAXPROCS", procs, {min: 1, max: 1024}, n => set({goarch, procs: n})),
      ),
    table({
      caption: `The memory of a process on linux/${goarch} with ${count(procs)} ${procs === 1 ? "P" : "Ps"} when procresize has returned, by address.`,
      head: ["at", "#bytes", "state", "what for", "obtained by", "region charged to"],
      rows: rows(rt).map(r => [
        h("code", null, hex(r.start)),
        count(r.end - r.start),
        r.state,
        r.what,
        r.through,
        r.stat === null ? "–" : h("code", null, r.stat),
      ]),
    }),
  );
}

const first: State = {goarch: "amd64", procs: 1};

/** The table, for a process that the reader chooses. */
export function layers(): HTMLElement {
  const asked: State = {
    goarch: param("goarch") === "386" ? "386" : "amd64",
    procs: numberParam("p", 1, 1, 1024),
  };
  return live<State>(asked, (state, set) =>
    draw(state, next => {
      setParams({
        goarch: next.goarch === "amd64" ? null : next.goarch,
        p: next.procs === 1 ? null : next.procs,
      });
      set(next);
    }),
  );
}

/** The same in print. */
export const fallback = () => toHtml(draw(first, null));
