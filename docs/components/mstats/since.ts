// What later releases changed of the statistics: read out of recordings of real processes.

import {table} from "../blocks.js";
import {bytes, count} from "../format.js";
import {type Element, h, type Markup, toDom} from "../markup.js";

/** What a recording says of a release when procresize has returned. */
export interface Since {
  readonly version: string;
  /** Fields of the runtime's own mstats. */
  readonly mstats: readonly string[];
  /** Whether an mcentral counts what it hands out. */
  readonly centralCounts: boolean;
  /** Bytes in use, idle and returned of the heap, as MemStats would have them. */
  readonly inuse: number;
  readonly idle: number;
  readonly released: number;
}

/** Draws what is known of the releases. */
export function drawSince(all: readonly Since[]): Element {
  const row = (what: string, value: (s: Since) => string) => [what, ...all.map(value)];
  const codes = (names: readonly string[]): Markup =>
    names.length === 0
      ? "–"
      : h(
          "span",
          {class: "names"},
          names.map((n, i) => [i > 0 && ", ", h("code", null, n)]),
        );
  return h(
    "div",
    {class: "cell"},
    table({
      caption: "A process on linux/amd64 when procresize has returned, by release, from recordings.",
      head: ["", ...all.map(s => `#${s.version}`)],
      rows: [
        row("HeapSys", s => bytes(s.inuse + s.idle)),
        row("HeapInuse", s => bytes(s.inuse)),
        row("HeapIdle", s => bytes(s.idle)),
        row("HeapReleased", s => bytes(s.released)),
        row("fields of mstats", s => count(s.mstats.length)),
        row("an mcentral counts", s => (s.centralCounts ? "nmalloc" : "no")),
      ],
    }),
    table({
      caption: "Fields of the runtime’s own record, mstats, that came and went.",
      head: ["release", "new", "gone"],
      rows: all.slice(1).flatMap((s, i) => {
        const before = all[i]!.mstats;
        const [added, gone] = [
          s.mstats.filter(n => !before.includes(n)),
          before.filter(n => !s.mstats.includes(n)),
        ];
        return added.length + gone.length === 0 ? [] : [[s.version, codes(added), codes(gone)]];
      }),
    }),
  );
}

/** The tables, for a cell. */
export const since = (all: readonly Since[]) => toDom(drawSince(all));
