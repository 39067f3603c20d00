// The mcentrals in the form of the group `central` of a recording: only those with something in them are listed.

import type {mcentral} from "../runtime/mcentral.js";
import type {mcentralSets} from "../runtime/mcentral_spanset.js";
import type {mSpanList} from "../runtime/mspan.js";
import type {spanSet} from "../runtime/mspanset.js";
import type {Runtime} from "../runtime/runtime.js";
import {hex, type JsonObject} from "./format.js";

/** The mcentrals of a runtime as a group of a phase. */
export function centralOf(rt: Runtime): JsonObject {
  const all = rt.mheap_.central;
  const field = rt.config.layouts.of("mheap").fields.find(f => f.name === "central")!;
  const same = all.every((c, i) => c.spanclass === i);
  const contents = all.map(c => ("nonempty" in c ? listsOf(c as mcentral) : setsOf(c as mcentralSets)));
  return {
    count: all.length,
    spanclass_equals_index: same,
    spanclass: same ? null : all.map(c => c.spanclass),
    all_empty: contents.every(({nmalloc: _, ...spans}) => Object.keys(spans).length === 0),
    stride: field.size / all.length,
    not_empty: contents.flatMap((content, index) =>
      Object.keys(content).length === 0 ? [] : [{...content, index, spanclass: all[index]!.spanclass}],
    ),
  };
}

function listsOf(c: mcentral): JsonObject {
  const nmalloc: JsonObject = c.nmalloc === 0 ? {} : {nmalloc: c.nmalloc};
  return {...spanList("nonempty", c.nonempty), ...spanList("empty", c.empty), ...nmalloc};
}

/** The bases of a list's spans under the list's name; nothing, if there are none. */
function spanList(name: string, list: mSpanList): JsonObject {
  const bases: string[] = [];
  for (let s = list.first; s !== null; s = s.next) bases.push(hex(s.base()));
  return bases.length === 0 ? {} : {[name]: bases};
}

/** Head and tail of each set; nothing of a pair that nothing was ever put into. */
function setsOf({partial, full}: mcentralSets): JsonObject {
  return {...pair("partial", partial), ...pair("full", full)};
}

function pair(name: string, sets: readonly spanSet[]): JsonObject {
  const used = sets.some(({head, tail}) => head !== 0 || tail !== 0);
  return used ? {[name]: sets.map(({head, tail}) => [head, tail])} : {};
}
