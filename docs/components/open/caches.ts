// What each P keeps for itself: spans, the block of tiny objects, free stacks and free pages.

import type {Heap, P} from "../../src/capture/reader/heap.js";
import {firstAt} from "../../src/capture/reader/spans.js";
import {table} from "../blocks.js";
import {bytes, count, plural} from "../format.js";
import {type Element, h, toDom} from "../markup.js";
import {section} from "./parts.js";
import type {Session} from "./session.js";
import {withHeap} from "./summary.js";

/** What the cache of a P comes to. Sizes are in bytes. */
export interface CacheSums {
  readonly id: number;
  readonly status: string;
  readonly spans: number;
  readonly bytes: number;
  /** Slots that the P can hand out without a lock, and their bytes. */
  readonly freeSlots: number;
  readonly freeBytes: number;
  readonly tinyLeft: number | null;
  readonly stacks: number;
  readonly pages: number | null;
  readonly returned: number;
}

const statusNames = ["idle", "running", "in a system call", "stopped", "dead"];

/** Adds up the cache of a P. A cached span that is not among the spans is not counted. */
export function cacheOf(
  {spans, source}: Heap,
  {id, status, cached, tiny, stackCache, pageCache}: P,
): CacheSums {
  let [n, size, freeSlots, freeBytes] = [0, 0, 0, 0];
  for (const {base} of cached) {
    if (base === null) continue;
    const i = firstAt(spans, base);
    if (spans.base[i] !== base) continue;
    const free = Math.max(0, spans.nelems[i]! - spans.allocCount[i]!);
    n++;
    size += spans.npages[i]! * source.pageSize;
    freeSlots += free;
    freeBytes += free * spans.elemsize[i]!;
  }
  return {
    id,
    status: statusNames[status] ?? `status ${status}`,
    spans: n,
    bytes: size,
    freeSlots,
    freeBytes,
    tinyLeft: tiny === null ? null : Math.max(0, 16 - tiny.offset),
    stacks: stackCache,
    pages: pageCache?.pages ?? null,
    returned: pageCache?.returned ?? 0,
  };
}

const most = 256;

/** The table. */
export function drawCaches(heap: Heap): Element {
  const all = heap.ps.map(p => cacheOf(heap, p));
  const sum = (of: (c: CacheSums) => number) => all.reduce((total, c) => total + of(c), 0);
  const none = "–";
  return h(
    "div",
    {class: "cell"},
    h(
      "p",
      {class: "small"},
      `${plural(all.length, "P")} ${all.length === 1 ? "has" : "have"} ${plural(
        sum(c => c.spans),
        "span",
      )} of ${bytes(sum(c => c.bytes))} at hand, with ${bytes(sum(c => c.freeBytes))} of free slots that no other P can use, and ${bytes(
        sum(c => c.stacks),
      )} of free stacks. More in `,
      section("component#mcache-what-each-p-has-at-hand"),
      ".",
    ),
    all.length > 0 &&
      table({
        caption: `The caches by P${all.length > most ? `; the first ${most} of ${count(all.length)}` : ""}.`,
        head: ["P", "is", "#spans", "#bytes", "#free slots", "#in bytes", "#tiny left", "#stacks", "#pages"],
        rows: all
          .slice(0, most)
          .map(c => [
            String(c.id),
            c.status,
            count(c.spans),
            bytes(c.bytes),
            count(c.freeSlots),
            bytes(c.freeBytes),
            c.tinyLeft === null ? none : bytes(c.tinyLeft),
            bytes(c.stacks),
            c.pages === null
              ? none
              : c.returned > 0
                ? `${c.pages} (${c.returned} returned)`
                : String(c.pages),
          ]),
      }),
  );
}

/** The caches, for a cell. */
export const caches = (session: Session) => withHeap(session, ({heap}) => toDom(drawCaches(heap)));
