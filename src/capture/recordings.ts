// Booting the model as a recorded process was booted, and comparing the two.

import {configure, release, seedOf} from "../releases/index.js";
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
  const name = `go${recording.release}`;
  const known = release(name).emptyProgram[`${recording.goos}/${recording.goarch}`];
  return {
    release: name,
    goos: recording.goos,
    goarch: recording.goarch,
    gomaxprocs: recording.gomaxprocs_env || Number(state.gomaxprocs) || Number(state.ncpu) || 1,
    physPageSize: state.physPageSize as number,
    programEnd: at("end"),
    // A recording says where the next section begins, which can be a few bytes behind the end of the data.
    ...(known?.end === at("end")
      ? {}
      : {program: {data: at("bss") - at("data"), bss: at("noptrbss") - at("bss")}}),
    until: phase,
    ...heapBase(recording, state),
  };
}

/** The random bits that decided where the heap lies, as the first hint tells them; nothing where none did. */
function heapBase({goos, goarch, release: name}: Recording, state: Phase): BootOptions {
  const config = configure(release(`go${name}`), goos, goarch);
  const {constants} = config;
  const first = Number((state.arenaHints as {addr: string[]} | undefined)?.addr[0]);
  if (!config.release.randomizesHeapBase || !constants._64bit) return {};
  const plain = config.release.hints(config, {race: false, vmaBits: 48, heapRandSeed: null}, constants);
  if (first === plain.address(0)) return {};
  return {randomizeHeapBase: true, heapRandSeed: seedOf(first, constants, config)};
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
