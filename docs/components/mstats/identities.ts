// What must add up in every reading: sums of fields, and fields that bound others.

import {table} from "../blocks.js";
import {plural} from "../format.js";
import {type Element, h, type Markup, toDom, toHtml} from "../markup.js";
import {openingReadings, type Readings} from "./panel.js";
import {exact, integer, type Reading, signed} from "./reading.js";

/** A rule: `left` equals the terms, or is at least their sum. Terms of BySize are sums over its rows. */
export interface Identity {
  readonly left: string;
  readonly relation: "=" | "≥";
  readonly terms: readonly {readonly sign: 1 | -1; readonly name: string}[];
  readonly why: string;
}

const identity = (text: string, why: string): Identity => {
  const [, left = "", relation = "", rest = ""] = /^(\S+) (\S+) (.*)$/.exec(text) ?? [];
  const parts = rest.split(/ (?=[+−] )/);
  return {
    left,
    relation: relation as "=" | "≥",
    terms: parts.map(part => ({sign: part.startsWith("−") ? -1 : 1, name: part.replace(/^[+−] /, "")})),
    why,
  };
};

/** The rules. */
export const identities: readonly Identity[] = [
  identity(
    "Sys = HeapSys + StackSys + MSpanSys + MCacheSys + BuckHashSys + GCSys + OtherSys",
    "Each byte obtained is charged to one counter, and Sys is worked out from them.",
  ),
  identity("HeapSys = HeapIdle + HeapInuse", "A page of the heap is in a free span or in one with objects."),
  identity("HeapIdle ≥ HeapReleased", "Only idle pages are returned."),
  identity("HeapInuse ≥ HeapAlloc", "The difference is free blocks, and ends of spans that fit no block."),
  identity("HeapObjects = Mallocs − Frees", "It is worked out so."),
  identity("Alloc = HeapAlloc", "Two names for one number."),
  identity("TotalAlloc ≥ HeapAlloc", "The difference is what was freed."),
  identity("StackSys ≥ StackInuse", "The difference is stacks from the system."),
  identity("MSpanSys ≥ MSpanInuse", "The difference is free records."),
  identity("MCacheSys ≥ MCacheInuse", "The difference is free records."),
  identity(
    "Mallocs ≥ ΣBySize.Mallocs",
    "The difference is large objects, tiny ones that joined a block, and the classes above the 61st.",
  ),
  identity("Frees ≥ ΣBySize.Frees", "The same, for those that were freed."),
];

/** What came of checking a rule. `missing` names the fields without which it cannot be checked. */
export interface Check {
  readonly identity: Identity;
  readonly left: bigint | null;
  readonly terms: readonly (bigint | null)[];
  /** The left side less the right. */
  readonly difference: bigint | null;
  readonly verdict: "holds" | "broken" | "unknown";
  readonly missing: readonly string[];
}

/** The value that a rule names. */
function termOf(reading: Reading, name: string): bigint | null {
  if (!name.startsWith("ΣBySize.")) return integer(reading, name);
  const frees = name === "ΣBySize.Frees";
  return reading.bySize?.reduce((sum, row) => sum + (frees ? row.frees : row.mallocs), 0n) ?? null;
}

/** Checks the rules. */
export function check(reading: Reading): Check[] {
  return identities.map(identity => {
    const left = termOf(reading, identity.left);
    const terms = identity.terms.map(({name}) => termOf(reading, name));
    const names = [identity.left, ...identity.terms.map(t => t.name)];
    const missing = names.filter((_, i) => [left, ...terms][i] === null);
    if (missing.length > 0 || left === null) {
      return {identity, left, terms, difference: null, verdict: "unknown", missing};
    }
    const right = identity.terms.reduce((sum, {sign}, i) => sum + BigInt(sign) * terms[i]!, 0n);
    const difference = left - right;
    const holds = identity.relation === "=" ? difference === 0n : difference >= 0n;
    return {identity, left, terms, difference, verdict: holds ? "holds" : "broken", missing};
  });
}

const sign = (n: 1 | -1, first: boolean) => (n === 1 ? (first ? "" : " + ") : " − ");

function drawCheck({identity, left, terms, difference, verdict, missing}: Check): Markup[] {
  const {relation} = identity;
  const formula = h(
    "code",
    null,
    `${identity.left} ${relation} `,
    identity.terms.map((t, i) => `${sign(t.sign, i === 0)}${t.name}`),
  );
  const numbers =
    verdict !== "unknown" &&
    h(
      "div",
      {class: "small"},
      `${exact(left!)} ${relation} `,
      identity.terms.map((t, i) => `${sign(t.sign, i === 0)}${exact(terms[i]!)}`),
    );
  const leftOver = difference !== null && !(relation === "=" && difference === 0n);
  return [
    [formula, numbers, h("div", {class: "small muted"}, identity.why)],
    [
      {
        holds: h("span", {class: "verdict"}, "✓ holds"),
        broken: h("b", {class: "differs"}, "✗ does not hold"),
        unknown: h("span", {class: "muted"}, `– needs ${missing.join(", ")}`),
      }[verdict],
      leftOver && h("div", {class: "small muted"}, signed(difference)),
    ],
  ];
}

/** Draws the checks. */
export function drawChecks(reading: Reading): Element {
  const checks = check(reading);
  const number = (verdict: Check["verdict"]) => checks.filter(c => c.verdict === verdict).length;
  const [holds, broken, unknown] = [number("holds"), number("broken"), number("unknown")];
  const verdicts = [
    `${plural(holds, "rule holds", "rules hold")}`,
    broken > 0 && `${plural(broken, "does not", "do not")}`,
    unknown > 0 && `${unknown} cannot be checked`,
  ].filter(text => text !== false);
  return table({
    caption: `What must add up, with the numbers of the last reading: ${verdicts.join(", ")}.`,
    head: ["rule", "verdict, and what is left over"],
    rows: checks.map(drawCheck),
  });
}

/** The checks, for a cell. */
export const checks = ({now}: Readings) => toDom(h("div", {class: "cell"}, drawChecks(now)));

/** The same in print. */
export const fallback = () => toHtml(h("div", {class: "cell"}, drawChecks(openingReadings().now)));
