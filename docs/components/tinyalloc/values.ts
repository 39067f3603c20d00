// The numbers in the page's text.

import {go1_12} from "../../src/releases/go1.12.js";
import {boot} from "../../src/runtime/index.js";
import {count, percent, plural} from "../format.js";
import {fullTags} from "../release.js";
import {type Read, replayAll, wordsOf} from "../smallalloc/compared.js";
import {extremesOf, heldBySize} from "./blocksize.js";
import {recordedSizes, tinyScripts} from "./recorded.js";
import {outcomes} from "./rule.js";
import {runSizes} from "./run.js";
import {savingsOf} from "./savings.js";

/** Values by the name that the text has for them. */
export function values(read: Read): Readonly<Record<string, string>> {
  const recorded = recordedSizes(read);
  const [combined, plain] = savingsOf(recorded.tiny).costs;
  const fill = runSizes(recorded["tiny-fill"]);
  const map = outcomes().flat();
  const share = (o: string) => map.filter(each => each === o).length;
  const {constants, sizeclasses} = boot();
  const first = fill.placed[0]!;
  const other = (size: number) => extremesOf(size);
  return {
    tag: go1_12.tag,
    tags: fullTags,
    ...wordsOf(replayAll(read, tinyScripts)),
    block: plural(constants._TinySize, "byte"),
    least: plural(sizeclasses.class_to_size[1]!, "byte"),
    scriptObjects: count(recorded.tiny.length),
    scriptBlocks: count(combined!.blocks),
    scriptBytes: count(combined!.bytes),
    plainBytes: count(plain!.bytes),
    saved: percent(plain!.bytes - combined!.bytes, plain!.bytes),
    cases: count(map.length),
    fits: count(share("fits")),
    kept: count(share("new")),
    old: count(share("old")),
    fillObjects: count(fill.placed.length),
    fillBlocks: count(fill.blocks.length),
    fillFirst: plural(first.size, "byte"),
    fillCurrent: fill.current === 0 ? "the very first" : `block ${fill.current}`,
    best: `${other(16).best}`,
    worst: `${other(16).worst}`,
    worst32: `${other(32).worst}`,
    worst64: `${other(64).worst}`,
    mixAll: count(heldBySize(1)[2]!),
    mixAllPlain: count(heldBySize(1)[0]!),
    mixHalf: count(heldBySize(2)[2]!),
    mixHalfPlain: count(heldBySize(2)[0]!),
  };
}
