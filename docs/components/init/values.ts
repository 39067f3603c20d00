// The numbers in the page's text. What depends on the inputs is filled in again when they change.

import {bytes, count, hex, plural} from "../format.js";
import {stride} from "./centrals.js";
import {hintsOf, loopStart} from "./hints.js";
import {branchOptions, metadataBytes} from "./reserve32.js";
import {firstCache} from "./sampling.js";
import {platformOf, type Started} from "./start.js";

/** Values by the name that the text has for them. */
export type Values = Readonly<Record<string, string>>;

/** What depends on the inputs. */
export function valuesOf(started: Started): Values {
  const {rt, events} = started;
  const {constants, memstats} = rt;
  const loop = loopStart(started);
  const hints = hintsOf(loop.rt);
  const branch = branchOptions(started);
  const requests = events.filter(e => e.request !== undefined).length;
  return {
    platform: platformOf(started),
    requests: plural(requests, "request"),
    classes: count(constants._NumSizeClasses),
    centrals: count(rt.mheap_.central.length),
    chunk: bytes(constants.persistentChunkSize),
    fixchunk: bytes(constants._FixAllocChunk),
    minPage: count(constants.minPhysPageSize),
    mspan: plural(rt.sizeof("mspan"), "byte"),
    mcache: plural(rt.sizeof("mcache"), "byte"),
    mcentral: plural(rt.sizeof("mcentral"), "byte"),
    stride: count(stride(rt).stride),
    sample: count(firstCache(started).next_sample),
    rate: bytes(rt.MemProfileRate),
    loopPlatform: platformOf(loop),
    hints: plural(hints.length, "hint"),
    firstHint: hex(hints[0]!),
    lastHint: hex(hints.at(-1)!),
    hintStep: bytes((hints[1] ?? hints[0]!) - hints[0]!),
    arena: bytes(loop.rt.constants.heapArenaBytes),
    made: plural(hintsOf(rt).length, "address", "addresses"),
    branchPlatform: `${branch.goos}/${branch.goarch}`,
    meta: bytes(metadataBytes(branch)),
    other_sys: count(memstats.other_sys),
    mcache_sys: count(memstats.mcache_sys),
    chunkBytes: count(constants.persistentChunkSize),
    procs: plural(started.resized.allp.length, "P"),
  };
}

/** Writes values into the text of the page. */
export function fill(values: Values): void {
  for (const element of document.querySelectorAll<HTMLElement>("[data-value]")) {
    const text = values[element.dataset.value!];
    if (text !== undefined) element.textContent = text;
  }
}
