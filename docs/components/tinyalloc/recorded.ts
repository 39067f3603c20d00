// The sizes of the recorded scripts that this page uses.

import type {AllocFile} from "../../src/capture/index.js";
import type {Read} from "../smallalloc/compared.js";

/** The scripts of tiny objects. */
export const tinyScripts = ["tiny", "tiny-fill"] as const;

/** Sizes in bytes, in the order of the script. */
export type Recorded = Readonly<Record<(typeof tinyScripts)[number], readonly number[]>>;

/** Reads the sizes out of a recording. */
export function recordedSizes({text}: Read): Recorded {
  const file = JSON.parse(text("data/captures/alloc/linux-amd64-go1.12.17.json")) as AllocFile;
  const of = (name: string) => file.scripts[name]!.ops.map(([size]) => size);
  return {tiny: of("tiny"), "tiny-fill": of("tiny-fill")};
}
