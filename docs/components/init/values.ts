// The numbers in the page's text. What depends on the inputs is filled in again when they change.

import {sysStats} from "../../src/runtime/mstats.js";
import {bytes, count, hex, plural} from "../format.js";
import {stride} from "./centrals.js";
import {hintsOf, loopStart} from "./hints.js";
import {branchOptions, metadataBytes} from "./reserve32.js";
import {firstCache, usualRate} from "./sampling.js";
import {nameOf, platformOf, releaseOf, type Started} from "./start.js";

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
  const charged = sysStats.filter(stat => memstats[stat] > 0);
  const sum = charged.reduce((n, stat) => n + memstats[stat], 0);
  const fixallocs = Object.entries(rt.mheap_.fixallocs);
  const used = fixallocs.filter(([, f]) => f.inuse > 0).map(([name]) => name);
  return {
    tag: releaseOf(started).tag,
    name: nameOf(started),
    fixallocs: count(fixallocs.length),
    usedFixallocs: used.join(" and "),
    cost: bytes(sum),
    charged: charged.map(stat => `${stat} with ${count(memstats[stat])}`).join(", "),
    chargedBytes: count(sum),
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
    firstSample: plural(firstCache(started).next_sample, "byte"),
    rate: bytes(rt.MemProfileRate || usualRate),
    loopPlatform: nameOf(loop),
    hints: plural(hints.length, "hint"),
    firstHint: hex(hints[0]!),
    lastHint: hex(hints.at(-1)!),
    hintStep: bytes(Math.abs((hints[1] ?? hints[0]!) - hints[0]!)),
    arena: bytes(loop.rt.constants.heapArenaBytes),
    made: plural(hintsOf(rt).length, "address", "addresses"),
    branchPlatform: `${branch.goos}/${branch.goarch}`,
    meta: bytes(metadataBytes(branch)),
    other_sys: count(memstats.other_sys),
    chunkBytes: count(constants.persistentChunkSize),
    procs: plural(started.inputs.procs, "P"),
  };
}

/** Writes values into the text of the page. */
export function fill(values: Values): void {
  for (const element of document.querySelectorAll<HTMLElement>("[data-value]")) {
    const text = values[element.dataset.value!];
    if (text !== undefined) element.textContent = text;
  }
}
