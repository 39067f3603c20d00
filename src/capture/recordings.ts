// Booting the model as a recorded process was booted, and comparing the two.

import {type BootOptions, boot} from "../runtime/index.js";
import {type Comparison, compare} from "./compare.js";
import type {JsonObject, Phase, Recording} from "./format.js";
import {phaseOf} from "./phase.js";

/** The phases of a recording that the model can boot to. */
export type BootPhase = "mallocinit" | "procresize";

/** The options with which the model boots as the recorded process did. */
export function optionsOf(recording: Recording, phase: BootPhase): BootOptions {
  const state = recording.phases[phase]!;
  const at = (field: string) => Number((state.firstmoduledata as JsonObject)[field]);
  return {
    release: `go${recording.release}`,
    goos: recording.goos,
    goarch: recording.goarch,
    gomaxprocs: recording.gomaxprocs_env || Number(state.gomaxprocs) || Number(state.ncpu) || 1,
    physPageSize: state.physPageSize as number,
    programEnd: at("end"),
    program: {data: at("bss") - at("data"), bss: at("noptrbss") - at("bss")},
    until: phase,
  };
}

/** The recorded state of a phase, with the constants that the recording keeps apart. */
export function phaseWithConstants(recording: Recording, phase: BootPhase): Phase {
  return {...recording.phases[phase]!, constants: recording.constants};
}

/** Boots the model as the recording says and compares a phase of both. */
export function compareRecording(recording: Recording, phase: BootPhase): Comparison {
  const simulated = phaseOf(boot(optionsOf(recording, phase)));
  return compare(simulated, phaseWithConstants(recording, phase), {release: `go${recording.release}`, phase});
}
