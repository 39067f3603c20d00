// The fixallocs of the heap after mallocinit: what each hands out, and what its chunk looks like.

import {param, setParams} from "../address.js";
import {box, choice, controls, drawing, table} from "../blocks.js";
import {count, percent, plural} from "../format.js";
import {type Element, h, live, type Markup, toHtml} from "../markup.js";
import {drawLayout} from "./layout.js";
import {cell, defaultStart, nameOf, type Started} from "./start.js";

/** One fixalloc. Sizes are in bytes. */
export interface Row {
  readonly name: string;
  /** The struct that it hands out. */
  readonly record: string;
  readonly size: number;
  /** Records handed out so far. */
  readonly records: number;
  readonly inuse: number;
  /** Bytes left in the current chunk. */
  readonly nchunk: number;
  readonly hasChunk: boolean;
  /** Bytes in a chunk. */
  readonly chunk: number;
  /** Records that fit into a chunk, and the bytes left over. */
  readonly fit: number;
  readonly rest: number;
  /** The counter that chunks are charged to. */
  readonly stat: string;
  readonly zero: boolean;
  /** The field that a link overwrites in a free record. */
  readonly first: string;
}

/** The fixallocs in the order in which mheap.init makes them. */
export function rows({rt, events}: Pick<Started, "rt" | "events">): Row[] {
  const order = events.flatMap(e => /^mheap_\.(\w+)\.init$/.exec(e.what)?.[1] ?? []);
  const records = new Map(rt.config.release.fixallocs.map(([name, record]) => [name, record]));
  return order
    .filter(name => records.has(name))
    .map(name => {
      const f = rt.mheap_.fixallocs[name]!;
      const chunk = f.nalloc;
      const record = records.get(name)!;
      return {
        name,
        record,
        size: f.size,
        records: f.inuse / f.size,
        inuse: f.inuse,
        nchunk: f.nchunk,
        hasChunk: f.chunk !== 0,
        chunk,
        fit: Math.floor(chunk / f.size),
        rest: chunk % f.size,
        stat: f.stat ?? "",
        zero: f.zero,
        first: rt.config.layouts.of(record).fields.find(f => f.size > 0)!.name,
      };
    });
}

function drawChunk(row: Row): Element {
  const {name, hasChunk, chunk, inuse, nchunk, records} = row;
  const alt = hasChunk
    ? `The chunk of ${name}: ${plural(records, "record")} take ${count(inuse)} of ${count(chunk)} bytes, ${count(nchunk)} are left.`
    : `${name} has no chunk.`;
  if (!hasChunk) return h("span", {class: "muted"}, "none yet");
  return drawing(
    alt,
    20,
    box({x: 0, y: 1, width: (inuse / chunk) * 100, height: 18}, "used", ""),
    box(
      {x: (inuse / chunk) * 100, y: 1, width: (nchunk / chunk) * 100, height: 18},
      "free",
      `${count(nchunk)} left`,
    ),
  );
}

/** Draws the fixallocs, and the struct of that name. */
export function draw(started: Started, selected: string, select: ((record: string) => void) | null): Element {
  const all = rows(started);
  const chunk = count(started.rt.constants._FixAllocChunk);
  const {wholeRecords} = started.rt.config.release;
  const row = all.find(r => r.record === selected) ?? all.find(r => r.record === "mspan")!;
  const name = (record: string): Markup =>
    select === null
      ? h("code", null, record)
      : h(
          "button",
          {
            type: "button",
            class: "link",
            onclick: () => select(record),
            "aria-pressed": `${record === row.record}`,
          },
          h("code", null, record),
        );
  return cell(
    started,
    table({
      caption: `The fixallocs of mheap in ${nameOf(started)} when mallocinit has returned. A chunk is ${wholeRecords ? `as many whole records as fit into ${chunk}` : chunk} bytes.`,
      head: ["fixalloc", "record", "#in use", "chunk", "charged to", "zero"],
      rows: all.map(r => [
        h("code", null, r.name),
        name(r.record),
        `${count(r.records)} × ${count(r.size)} = ${count(r.inuse)}`,
        h("div", {class: "chunk"}, drawChunk(r)),
        h("code", null, r.stat),
        r.zero ? "yes" : h("b", null, "no"),
      ]),
    }),
    select !== null &&
      controls(
        "Struct to draw",
        choice(
          "struct",
          row.record,
          all.map(r => [r.record, r.record]),
          select,
        ),
      ),
    drawLayout(row.record, started.rt.config.layouts.of(row.record), row.first),
    h(
      "p",
      {class: "muted small"},
      `A chunk holds ${plural(row.fit, "record")} of ${count(row.size)} bytes${row.rest === 0 ? " and nothing is left over." : `; the ${plural(row.rest, "byte")} left over are ${percent(row.rest, row.chunk)} of it and stay unused.`}`,
    ),
  );
}

/** The fixallocs, and one of the structs that the reader picks. */
export function fixallocs(started: Started): HTMLElement {
  return live(param("struct") ?? "mspan", (selected, set) =>
    draw(started, selected, record => {
      setParams({struct: record === "mspan" ? null : record});
      set(record);
    }),
  );
}

/** The same in print. */
export const fallback = () => toHtml(draw(defaultStart(), "mspan", null));
