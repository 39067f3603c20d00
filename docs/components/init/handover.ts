// The mcache of m0 goes to P0: what procresize does with mcaches, at the start and whenever GOMAXPROCS changes.

import {boot, type Runtime} from "../../src/runtime/index.js";
import type {mcache} from "../../src/runtime/mcache.js";
import {procresize} from "../../src/runtime/proc.js";
import {param, setParams} from "../address.js";
import {button, controls, figure, note, table} from "../blocks.js";
import {count, hex, plural} from "../format.js";
import {type Element, h, live, type Markup, toHtml} from "../markup.js";
import {cell, defaultStart, releaseOf, type Started} from "./start.js";

/** A P and its mcache. */
export interface P {
  readonly id: number;
  /** Address of its mcache; 0 if it has none. */
  readonly mcache: number;
  /** Whether this is the mcache that mallocinit made. */
  readonly first: boolean;
  /** A P that shrinking has left over keeps its place. */
  readonly dead: boolean;
}

/** Who has which mcache. */
export interface Caches {
  readonly m0: {readonly mcache: number; readonly p: number | null};
  readonly ps: readonly P[];
  /** Addresses of the mcaches that came back, the next to be handed out first. */
  readonly free: readonly number[];
  /** Bytes of mcaches in use, and in one of them. */
  readonly inuse: number;
  readonly size: number;
}

/** The mcaches of a runtime. */
export function cachesOf(rt: Runtime): Caches {
  const {cachealloc} = rt.mheap_;
  const free: number[] = [];
  for (let c: mcache | null = cachealloc.list; c !== null; c = c.mlink as mcache | null) free.push(c.address);
  return {
    m0: {mcache: rt.m0.mcache?.address ?? 0, p: rt.m0.p?.id ?? null},
    ps: rt.allpArray.flatMap(pp =>
      pp === null
        ? []
        : [
            {
              id: pp.id,
              mcache: pp.mcache?.address ?? 0,
              first: pp.mcache !== null && pp.mcache === rt.m0mcache,
              dead: !rt.allp.includes(pp),
            },
          ],
    ),
    free,
    inuse: cachealloc.inuse,
    size: cachealloc.size,
  };
}

/** A runtime that has had these numbers of Ps, one after the other. */
export function resizedTo({options}: Started, sizes: readonly number[]): Runtime {
  const [first, ...more] = sizes;
  if (first === undefined) return boot({...options, until: "mallocinit"});
  const rt = boot({...options, gomaxprocs: first});
  for (const n of more) procresize(rt, n);
  return rt;
}

const shown = 12;

function drawCaches({m0, ps, free, inuse, size}: Caches): Markup {
  const cache = (address: number, first: boolean): Markup =>
    address === 0
      ? h("span", {class: "mcache none"}, "no mcache")
      : h("span", {class: first ? "mcache first" : "mcache"}, first ? "m0’s: " : "", hex(address));
  const first = ps.find(p => p.first)?.mcache ?? (ps.length === 0 ? m0.mcache : -1);
  return [
    h(
      "ul",
      {class: "holders"},
      h(
        "li",
        null,
        h("b", null, "m0"),
        m0.p === null ? " no P " : ` has P${m0.p} `,
        cache(m0.mcache, m0.mcache === first),
      ),
      ...ps
        .slice(0, shown)
        .map(p =>
          h(
            "li",
            {class: p.dead ? "dead" : null},
            h("b", null, `P${p.id}`),
            p.dead ? " dead " : " ",
            cache(p.mcache, p.first),
          ),
        ),
      ps.length > shown && h("li", null, `… and ${count(ps.length - shown)} more`),
    ),
    h(
      "p",
      {class: "small", role: "status"},
      `cachealloc: ${plural(inuse / size, "record")} of ${count(size)} bytes in use, ${count(inuse)} bytes in all. `,
      free.length === 0
        ? "None has come back."
        : [
            `${count(free.length)} came back and ${free.length === 1 ? "waits" : "wait"} on its list: `,
            free.slice(0, 4).map((a, i) => [i > 0 && " → ", h("code", null, hex(a))]),
            free.length > 4 && " → …",
            ".",
          ],
    ),
  ];
}

/** Draws who has which mcache after procresize was called with these numbers. */
export function draw(
  started: Started,
  sizes: readonly number[],
  set: ((sizes: number[]) => void) | null,
): Element {
  const procs = sizes.at(-1)!;
  const to = (n: number) => () => n !== procs && n >= 1 && n <= 1024 && set?.([...sizes, n]);
  const {name, schedinit} = releaseOf(started);
  if (schedinit === null) {
    return cell(
      started,
      note(
        `The model of ${name} ends when mallocinit has returned, so that procresize cannot be called. go1.12 and go1.19 go on to it.`,
      ),
      figure("Before procresize: mallocinit has returned.", drawCaches(cachesOf(resizedTo(started, [])))),
    );
  }
  return cell(
    started,
    figure("Before procresize: mallocinit has returned.", drawCaches(cachesOf(resizedTo(started, [])))),
    set !== null &&
      controls(
        "Number of Ps",
        button("one fewer", to(procs - 1), {"aria-disabled": `${procs === 1}`}),
        button("one more", to(procs + 1), {"aria-disabled": `${procs === 1024}`}),
        button("double", to(procs * 2)),
        button("halve", to(Math.max(1, Math.floor(procs / 2)))),
        button("start again", () => set([sizes[0]!])),
      ),
    figure(
      `After ${sizes.map(n => `procresize(${n})`).join(", then ")}.`,
      drawCaches(cachesOf(resizedTo(started, sizes))),
    ),
  );
}

/** The hand-over, with buttons that call procresize again. */
export function handover(started: Started): HTMLElement {
  const first = started.inputs.procs;
  const asked = /^\d+(,\d+)*$/.test(param("resized") ?? "") ? param("resized")!.split(",").map(Number) : [];
  const more = asked.filter(n => n >= 1 && n <= 1024).slice(0, 32);
  return live<readonly number[]>([first, ...more], (sizes, set) =>
    draw(started, sizes, next => {
      setParams({resized: next.length === 1 ? null : next.slice(1).join(",")});
      set(next);
    }),
  );
}

/** The same in print: the start with one P, growth to four, and shrinking to two. */
export function fallback(): string {
  const started = defaultStart();
  const rows = [[], [1], [1, 4], [1, 4, 2]].map(sizes => {
    const {ps, free, m0} = cachesOf(resizedTo(started, sizes));
    const owner = ps.find(p => p.first);
    const name = sizes.length === 0 ? "mallocinit" : sizes.map(n => `procresize(${n})`).join(", ");
    return [
      h("code", null, name),
      hex(m0.mcache),
      owner ? `P${owner.id}` : "m0 alone",
      ps.filter(p => p.mcache !== 0).length,
      free.length,
    ];
  });
  return toHtml(
    table({
      caption: "Who has the mcache that mallocinit made.",
      head: ["after", "m0.mcache", "its owner", "#Ps with an mcache", "#mcaches on the free list"],
      rows,
    }),
  );
}
