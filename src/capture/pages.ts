// The page allocator in the form of the group `pages` of a recording: fields by the names that DWARF has for them, the
// ranges in use, and the bitmaps of each chunk in use.

import type {pageAlloc} from "../runtime/mpagealloc.js";
import {maxOffAddr, minOffAddr} from "../runtime/mranges.js";
import {hex, type JsonObject} from "./format.js";

/** Chunks that a recording shows. */
const shownChunks = 64;

/** The page allocator's state as a group of a phase. */
export function pagesOf(p: pageAlloc): JsonObject {
  const ranges = p.inUse.ranges.elems;
  const chunks: JsonObject[] = [];
  for (const {base, limit} of ranges) {
    for (let addr = base; addr < limit && chunks.length < shownChunks; addr += p.pallocChunkBytes) {
      const chunk = p.chunkIndex(addr);
      const data = p.chunkOf(chunk);
      chunks.push({
        addr: hex(addr),
        chunk,
        alloc_runs: data.runs(),
        scavenged_runs: data.scavenged.runs(),
      });
    }
  }
  return {
    fields: {
      "searchAddr.a": virtual(p.searchAddr),
      start: p.start,
      end: p.end,
      "inUse.ranges.array": hex(p.inUse.ranges.array),
      "inUse.ranges.len": p.inUse.ranges.len,
      "inUse.ranges.cap": p.inUse.ranges.cap,
      "inUse.totalBytes": p.inUse.totalBytes,
      ...scavOf(p),
      test: p.test,
    },
    inUse: ranges.map(({base, limit}) => [hex(base), hex(limit)]),
    chunk_bytes: p.pallocChunkBytes,
    chunks,
  };
}

/** An address as Go has it: of what the model counts as negative, the 64 bits. */
function virtual(addr: number): string {
  return `0x${BigInt.asUintN(64, BigInt(addr)).toString(16)}`;
}

/** What the scavenger keeps, which is what releases differ in: by how many chunks an entry of its index tells of. */
function scavOf(p: pageAlloc): JsonObject {
  const {scavengeIndex} = p.rt.config.release;
  if (scavengeIndex === undefined) return withoutIndex(p);
  const {chunks, min, max, minHeapIdx} = p.scav.index;
  return {
    "scav.index.chunks.array": hex(chunks.array),
    "scav.index.chunks.len": chunks.len,
    "scav.index.chunks.cap": chunks.len,
    "scav.index.minHeapIdx": minHeapIdx,
    "scav.index.min": min,
    "scav.index.max": max,
    summaryMappedReady: p.summaryMappedReady,
    ...(scavengeIndex.chunksPerEntry === 8 ? withBitmap(p) : withCounts(p)),
  };
}

/** go1.15 walks over ranges of addresses. Its scavenger is modelled as it is before it has run. */
function withoutIndex({rt}: pageAlloc): JsonObject {
  return {
    "scav.inUse.ranges.array": "0x0",
    "scav.inUse.ranges.len": 0,
    "scav.inUse.ranges.cap": 0,
    "scav.inUse.totalBytes": 0,
    "scav.inUse.sysStat": "0x0",
    "scav.gen": 0,
    "scav.reservationBytes": 0,
    "scav.released": 0,
    "scav.scavLWM.a": virtual(maxOffAddr(rt)),
    "scav.freeHWM.a": "0x0",
  };
}

/** go1.19 has a bit for each chunk. */
function withBitmap({scav}: pageAlloc): JsonObject {
  return {
    "scav.index.searchAddr.a": scav.index.searchAddr.a,
    "scav.released": scav.released,
    "scav.assistTime": 0,
  };
}

/** go1.24 and go1.27 count the pages in use of each chunk, and look for huge pages. Modelled as before the first page. */
function withCounts({rt}: pageAlloc): JsonObject {
  return {
    "scav.index.searchAddrBg.a": 0,
    "scav.index.searchAddrForce.a": 0,
    "scav.index.freeHWM.a": virtual(minOffAddr(rt)),
    "scav.index.gen": 0,
    "scav.index.test": false,
    "scav.releasedBg": 0,
    "scav.releasedEager": 0,
    chunkHugePages: false,
  };
}
