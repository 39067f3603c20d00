// What the model offers to those outside it.

export {addressSpace, type MemState, type Refusal, type Region} from "./addressspace.js";
export {type BootOptions, boot, load, start} from "./boot.js";
export {mallocgc, newarray, newobject} from "./mallocgc.js";
export {type MemStats, ReadMemStats} from "./memstats.js";
export {collect} from "./mgc.js";
export {Throw} from "./panic.js";
export {Runtime} from "./runtime.js";
export {type _type, typeOf} from "./type.js";
