// A process that grows a page allocator by 1 TB and says how much memory that took: run by pagealloc.ts.
//
//     node --expose-gc --import tsx pages.ts

import {chunkBytes, emptyPageAlloc, pageBase} from "../../runtime/pages.ts";

/** Bytes that are in use when all garbage is gone. */
function used(): number {
  for (let i = 0; i < 3; i++) globalThis.gc!();
  const {heapUsed, arrayBuffers} = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

const before = used();
const start = performance.now();
const p = emptyPageAlloc();
const empty = used();
p.grow(pageBase(0, 0), chunkBytes);
const small = used();
p.grow(pageBase(1, 0), 2 ** 40 - chunkBytes);
const ms = performance.now() - start;
console.log(JSON.stringify({ms, empty: empty - before, small: small - before, taken: used() - before}));
