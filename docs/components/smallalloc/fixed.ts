// The numbers in the page's text that no input changes: facts of the release, and what was compared. Read at build time.

import {go1_12} from "../../src/releases/go1.12.js";
import {boot} from "../../src/runtime/index.js";
import {bytes, count, percent, plural} from "../format.js";
import {fullTags} from "../release.js";
import {type Read, replayAll, wordsOf} from "./compared.js";
import {divisions} from "./findobject.js";
import {bitsOf, scanned} from "./heapbits.js";
import {defaults} from "./inputs.js";
import {smallScripts} from "./scripts.js";
import {play} from "./story.js";
import {type Values, valuesOf} from "./values.js";

/** How many allocations in a row the share of nextFreeFast is measured over. */
const measured = 10_000;

/** Facts of the release, and what was compared. */
export function fixedValues(read: Read): Values {
  const rt = boot();
  const {classes, offsets, wrong} = divisions(rt);
  const {fast, slow} = play(defaults, [{kind: "allocate", n: measured}]).events[0]!;
  return {
    tag: go1_12.tag,
    tags: fullTags,
    ...wordsOf(replayAll(read, smallScripts)),
    classes: count(classes),
    offsets: count(offsets),
    wrong: wrong === 0 ? "none" : count(wrong),
    measured: count(measured),
    fastShare: percent(fast, fast + slow),
    slowCount: count(slow),
    fine: plural(rt.constants.smallSizeDiv, "byte"),
    coarse: count(rt.constants.largeSizeDiv),
    frontWords: plural(scanned(bitsOf("p......", 1).words), "word"),
    backWords: count(scanned(bitsOf("......p", 1).words)),
    arena: bytes(rt.constants.heapArenaBytes),
    arenaBitmap: bytes(rt.constants.heapArenaBitmapBytes),
    page: bytes(rt.constants._PageSize),
  };
}

/** All values, for the inputs that the page opens with. */
export const values = (read: Read): Values => ({...valuesOf(defaults), ...fixedValues(read)});
