// What a recording is: its shape, the reader of its lines, and the checker. For those who write one and those who open one.

export {check, type Fault, pathName} from "./check.js";
export {
  type End,
  type Entry,
  type Header,
  LineReader,
  maxLine,
  type Place,
  RecordingError,
  shapeAt,
} from "./lines.js";
export {phase as phaseShape, spans as spansShape} from "./phase.js";
export {endShape, headerShape, recordingShape, schemas} from "./recording.js";
export type {Field, Shape, Unit} from "./shape.js";
export {Collector, isLines, linesOf, readRecording} from "./whole.js";
