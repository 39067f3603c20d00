// What the generated module /stepping/model.js exports (src/book/stepping.ts writes it): the model with probes.

export {counter, onHit, Stop} from "../../../src/replay/probe.js";
export * from "../../../src/runtime/index.js";
export {procresize} from "../../../src/runtime/proc.js";
export const table: import("../../../src/replay/table.js").PackedTable;
