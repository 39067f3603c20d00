// The numbers in the page's text: facts of the release, results of what the cells open with, and what was compared.

import {go1_12} from "../../src/releases/go1.12.js";
import {boot} from "../../src/runtime/index.js";
import {bytes, count, percent, plural} from "../format.js";
import {fullTags} from "../release.js";
import {type Read, replayAll, totals} from "../smallalloc/compared.js";
import {recordsOf, rules, smallClasses} from "./classes.js";
import {allScripts, compareOwn} from "./compared.js";
import {oneIn, outcomeWith} from "./cost.js";
import {mappedBy} from "./ladder.js";
import {levels} from "./observe.js";
import {roundingOf} from "./rounding.js";
import {opening as openingStory} from "./story.js";
import {detailOf, readOps} from "./way.js";

/** All values, by the name that the text has for them. */
export function values(read: Read): Readonly<Record<string, string>> {
  return {...facts(), ...first(), ...workload(), ...compared(read)};
}

function facts() {
  const rt = boot();
  const {constants} = rt;
  const classes = smallClasses(rt);
  const own = rules(rt)[1]!;
  const [eights, , powers] = rules(rt);
  const class32 = classes.find(c => c.size === 32)!;
  return {
    tag: go1_12.tag,
    tags: fullTags,
    page: bytes(constants._PageSize),
    arena: bytes(constants.heapArenaBytes),
    classes: count(classes.length),
    allClasses: count(constants._NumSizeClasses),
    spanClasses: count(constants.numSpanClasses),
    tinySize: count(constants._TinySize),
    tinyLast: count(constants._TinySize - 1),
    maxSmall: count(constants._MaxSmallSize),
    worstTail: percent(Math.max(...classes.map(c => c.tail / c.span)), 1),
    waste33: percent(roundingOf(rt, 33).share, 1),
    ownWaste: percent(own.waste, 1),
    powersWaste: percent(powers!.waste, 1),
    eightsCount: count(eights!.classes),
    eightsCache: bytes(eights!.cache),
    ownCache: bytes(own.cache),
    records32: `${recordsOf(rt, class32).perObject.toFixed(2)} bytes`,
    mspan: plural(rt.sizeof("mspan"), "byte"),
  };
}

/** The first object of a process. */
function first() {
  const {ops} = readOps(openingStory);
  const {asked, answer, after} = detailOf("mallocinit", ops, 0, 1)!;
  return {
    firstAsked: plural(asked, "byte"),
    firstRequests: count(answer.requests.length),
    firstMapped: bytes(mappedBy(answer.requests)),
    firstSpan: plural(after.nelems, "object"),
  };
}

/** The workload that the page opens with. */
function workload() {
  const o = outcomeWith({});
  const [one, many] = [outcomeWith({ps: "1"}), outcomeWith({ps: "64"})];
  const single = outcomeWith({mix: "48p", cycles: "1", ps: "1"});
  const all = levels.reduce((n, level) => n + o.counts[level], 0);
  const near = o.counts.tiny + o.counts.mcache;
  return {
    workN: count(all),
    workNear: percent(near, all),
    workRefills: oneIn(o.refills, all),
    workHeap: oneIn(o.grown + o.large, all),
    workSystem: plural(o.counts.system, "allocation"),
    workHanded: (o.handed / o.refills).toFixed(1),
    refills1: plural(one.refills, "refill"),
    refills64: count(many.refills),
    cached1: bytes(one.cachedFree),
    cached64: bytes(many.cachedFree),
    refillsSingle: plural(single.refills, "refill"),
    perSingle: count(Math.round(single.handed / single.refills)),
    workNoscan: percent(o.noscan, o.scan + o.noscan),
  };
}

function compared(read: Read) {
  const tables = compareOwn(read);
  const entries = tables.reduce((n, t) => n + t.equal, 0);
  const wrong = tables.reduce((n, t) => n + t.differing, 0);
  const results = replayAll(read, allScripts);
  const sum = totals(results);
  const none = (n: number) => (n === 0 ? "none" : count(n));
  return {
    tables: count(tables.length),
    entries: count(entries),
    entriesDiffering: none(wrong),
    replays: count(results.length),
    allocations: count(sum.allocations),
    same: sum.same === sum.allocations ? "every" : `${count(sum.same)} of each`,
    equal: count(sum.equal),
    differing: none(sum.differing),
    ignored: count(sum.ignored),
  };
}
