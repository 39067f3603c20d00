// For each release and platform, what came of holding the model against a recording at the return of mallocinit. The build
// reads this out of the recordings; browsers get the result.

import {compareRecording, compareTypes, parseRecording} from "../../src/capture/index.js";

/** What came of one recording. */
export interface Held {
  readonly release: string;
  readonly platform: string;
  readonly version: string;
  /** Fields of the state that are equal, and that differ. */
  readonly equal: number;
  readonly differing: number;
  /** Sizes and fields of structs that are equal, and that differ. */
  readonly types: number;
  readonly typesDiffering: number;
}

const folder = "data/captures/heap";

/** One recording of each release and platform: the first in the order of names, whose pages have the usual size. */
export function heldOf({list, text}: {list(folder: string): string[]; text(path: string): string}): Held[] {
  const all = new Map<string, Held>();
  for (const file of list(folder)
    .filter(name => name.endsWith(".json"))
    .sort((a, b) => a.length - b.length)) {
    const recording = parseRecording(text(`${folder}/${file}`));
    const [release, platform] = [`go${recording.release}`, `${recording.goos}/${recording.goarch}`];
    if (all.has(`${release} ${platform}`)) continue;
    const {equal, differing} = compareRecording(recording, "mallocinit");
    const types = compareTypes(recording);
    all.set(`${release} ${platform}`, {
      release,
      platform,
      version: recording.go_version,
      equal: equal.length,
      differing: differing.length,
      types: types.equal.length,
      typesDiffering: types.differing.length,
    });
  }
  return [...all.values()];
}
