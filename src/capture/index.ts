// Reading recordings of real Go processes and holding the model against them.

export {type Comparison, compare, type Difference, type Exception} from "./compare.js";
export {type Phase, parseRecording, type Recording, type Types} from "./format.js";
export {pagesOf} from "./pages.js";
export {phaseOf} from "./phase.js";
export {type BootPhase, compareRecording, optionsOf, phaseWithConstants} from "./recordings.js";
export {type Replay, type ReplayedOp, replayScript} from "./replay.js";
export {RecordingError, readRecording} from "./schema/index.js";
export type {AllocFile, AllocState, Op, Script} from "./script.js";
export {compareTypes} from "./structs.js";
export {typesOf} from "./types.js";
