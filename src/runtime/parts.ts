// The parts of the allocator that differ between releases in more than data.
//
// A release names its parts, boot picks them, and a routine that is the same everywhere calls them through here. A part
// is called on slow paths alone: what runs at every allocation is one routine for all releases.

import type {mheap} from "./mheap.js";
import {alloc, allocManual} from "./mheap_alloc.js";
import {freeManual, freeSpan} from "./mheap_free.js";
import type {mspan} from "./mspan.js";

/** What keeps track of free pages, and how spans are taken from it and given back. Sizes are in pages. */
export interface Parts {
  /** The last thing that mheap.init does. */
  initFreePages(h: mheap): void;
  alloc(h: mheap, npages: number, spanclass: number, large: boolean): mspan | null;
  allocManual(h: mheap, npages: number, stat: "stacks_inuse" | "gc_sys"): mspan | null;
  freeSpan(h: mheap, s: mspan, large: boolean): void;
  freeManual(h: mheap, s: mspan, stat: "stacks_inuse" | "gc_sys"): void;
}

/** Free spans in two treaps, which are empty to begin with: until go1.13. */
const treaps: Parts = {initFreePages: () => {}, alloc, allocManual, freeSpan, freeManual};

/** By the name that a release gives them. */
export const parts: Readonly<Record<"treaps" | "pageAlloc", Parts>> = {treaps, pageAlloc: treaps};
