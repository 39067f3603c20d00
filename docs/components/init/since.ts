// What later releases changed in the state that mallocinit leaves: read out of recordings, release by release.

import {table} from "../blocks.js";
import {count, hex} from "../format.js";
import {type Element, h, type Markup, toDom} from "../markup.js";

/** What a recording says of a release when mallocinit has returned. Sizes are in bytes. */
export interface Since {
  readonly version: string;
  /** Names of the fixallocs, in the order of mheap. */
  readonly fixallocs: readonly string[];
  /** Sizes of structs; null for one that the release does not have. */
  readonly sizes: Readonly<Record<string, number | null>>;
  readonly centrals: number;
  /** Bytes from one mcentral to the next. */
  readonly stride: number;
  readonly hints: number;
  /** The first and the last hint. */
  readonly first: string;
  readonly last: string;
  /** Counters that are not zero. */
  readonly stats: Readonly<Record<string, number>>;
  readonly next_sample: number | null;
  /** The fields of some structs, by struct. */
  readonly fields: Readonly<Record<string, readonly string[]>>;
}

/** A line of the table: what it is about and what each release has. */
export interface Line {
  readonly what: string;
  readonly values: readonly string[];
}

/** The lines, each about one thing. */
export function lines(all: readonly Since[]): Line[] {
  const line = (what: string, value: (s: Since) => string): Line => ({what, values: all.map(value)});
  const number = (n: number | null | undefined) => (n === null || n === undefined ? "–" : count(n));
  const stats = [...new Set(all.flatMap(s => Object.keys(s.stats)))];
  return [
    line("fixallocs of mheap", s => count(s.fixallocs.length)),
    ...Object.keys(all[0]?.sizes ?? {}).map(name => line(name, s => number(s.sizes[name]))),
    line("mcentrals", s => number(s.centrals)),
    line("mcentral stride", s => number(s.stride)),
    line("arena hints", s => number(s.hints)),
    line("first hint", s => hex(Number(s.first))),
    line("last hint", s => hex(Number(s.last))),
    ...stats.map(name => line(name, s => number(s.stats[name]))),
    line("first sampling point", s => number(s.next_sample)),
  ];
}

/** What came and what went from one release to the next, among the fixallocs or among the fields of a struct. */
export interface Change {
  readonly version: string;
  readonly where: string;
  readonly added: readonly string[];
  readonly gone: readonly string[];
}

/** The changes of names, release by release. Where nothing came or went there is no line. */
export function changes(all: readonly Since[]): Change[] {
  const names = (s: Since): Record<string, readonly string[]> => ({mheap: s.fixallocs, ...s.fields});
  return all.slice(1).flatMap((s, i) => {
    const [before, now] = [names(all[i]!), names(s)];
    return Object.keys(now)
      .map(where => ({
        version: s.version,
        where,
        added: now[where]!.filter(name => !before[where]!.includes(name)),
        gone: before[where]!.filter(name => !now[where]!.includes(name)),
      }))
      .filter(({added, gone}) => added.length + gone.length > 0);
  });
}

/** Draws both. */
export function drawSince(all: readonly Since[]): Element {
  const codes = (names: readonly string[]): Markup =>
    names.map((n, i) => [i > 0 && ", ", h("code", null, n)]);
  return h(
    "div",
    {class: "cell"},
    table({
      caption:
        "The state that mallocinit leaves on linux/amd64, by release, as recordings of real processes have it. Structs have their sizes in bytes. What differs from the release before is bold.",
      head: ["", ...all.map(s => `#${s.version}`)],
      rows: lines(all).map(({what, values}) => [
        what,
        ...values.map((v, i) => {
          const text = v.startsWith("0x") ? h("code", null, v) : v;
          return i > 0 && v !== values[i - 1] ? h("b", null, text) : text;
        }),
      ]),
    }),
    table({
      caption: "The fixallocs of mheap and the fields of structs that came and went.",
      head: ["release", "in", "new", "gone"],
      rows: changes(all).map(c => [
        c.version,
        h("code", null, c.where),
        h("span", {class: "names"}, codes(c.added)),
        h("span", {class: "names"}, codes(c.gone)),
      ]),
    }),
  );
}

/** Both tables, for a cell. */
export const since = (all: readonly Since[]) => toDom(drawSince(all));
