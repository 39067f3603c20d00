// What the generated module /stepping/model.js exports (src/book/stepping.ts writes it): the model with probes.

export {counter, onHit, Stop} from "../../../src/replay/probe.js";
export {heapBitsForAddr} from "../../../src/runtime/heapbits.js";
export * from "../../../src/runtime/index.js";
export {scavenge} from "../../../src/runtime/mgcscavenge.js";
export {pageAlloc} from "../../../src/runtime/mpagealloc.js";
export {allocToCache} from "../../../src/runtime/mpagecache.js";
export {procresize} from "../../../src/runtime/proc.js";
export {stackalloc} from "../../../src/runtime/stack.js";
export const table: import("../../../src/replay/table.js").PackedTable;
