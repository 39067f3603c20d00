// Two releases side by side: what mallocinit leaves in one and not in the other, for a pair that the reader picks.

import {param, setParams} from "../address.js";
import {choice, controls, table} from "../blocks.js";
import {count, plural} from "../format.js";
import {type Element, h, live, type Markup, toHtml} from "../markup.js";
import {
  type Between,
  between,
  booted,
  type FieldAt,
  names,
  type Pair,
  type StructChange,
  shared,
} from "./between.js";
import type {Held} from "./held.js";

/** What is compared: two releases, oldest first or not, on a platform that both have. */
export interface Choice {
  readonly from: string;
  readonly to: string;
  readonly on: string;
}

/** What the table opens with. */
export const opened: Choice = {from: "go1.12", to: "go1.27", on: "linux/amd64"};

/** A choice of which every part is known: what is not gets its default. */
export function sensible(from: string | null, to: string | null, on: string | null): Choice {
  const known = (name: string | null, otherwise: string) =>
    name !== null && names.includes(name) ? name : otherwise;
  const pair = {from: known(from, opened.from), to: known(to, opened.to)};
  const platforms = shared(pair.from, pair.to);
  return {...pair, on: on !== null && platforms.includes(on) ? on : opened.on};
}

const dash = h("span", {class: "muted"}, "–");
const cellOf = (value: string | number | null): Markup =>
  value === null ? dash : typeof value === "number" ? count(value) : value;

function word<T>({before, after}: Pair<T>): Markup {
  return before === null ? h("b", null, "new") : after === null ? h("b", null, "gone") : "changed";
}

function drawPairs(
  caption: string,
  what: string,
  {from, to}: Choice,
  all: readonly Pair<string | number>[],
  isCode = true,
): Element | null {
  if (all.length === 0) return null;
  return table({
    caption,
    head: [what, "", from, to],
    rows: all.map(pair => [
      isCode ? h("code", null, pair.name) : pair.name,
      word(pair),
      cellOf(pair.before),
      cellOf(pair.after),
    ]),
  });
}

const field = (at: FieldAt | null): Markup =>
  at === null ? dash : [h("code", null, at.type), ` at ${count(at.offset)}, ${plural(at.size, "byte")}`];

function drawStruct({from, to}: Choice, {name, size, fields, moved}: StructChange): Element {
  const sizes = `${size.before === null ? "not there" : plural(size.before, "byte")} in ${from}, ${size.after === null ? "not there" : plural(size.after, "byte")} in ${to}`;
  const others =
    moved === 0 ? "" : ` ${plural(moved, "other field lies", "other fields lie")} at another offset.`;
  return h(
    "details",
    null,
    h("summary", null, h("code", null, name), `: ${sizes}`),
    fields.length === 0
      ? h("p", {class: "small"}, `No field came or went.${others}`)
      : [
          table({
            caption: `The fields of ${name} that came, went or have another type.${others}`,
            head: ["field", "", from, to],
            rows: fields.map(pair => [
              h("code", null, pair.name),
              word(pair),
              field(pair.before),
              field(pair.after),
            ]),
          }),
        ],
  );
}

/** A sentence for each release on what was held against a recording on that platform. */
function drawHeld({from, to, on}: Choice, held: readonly Held[]): Element {
  const sentence = (release: string): Markup => {
    const own = held.find(each => each.release === release && each.platform === on);
    if (!own) return `No recording of ${release} on ${on} was compared: its column follows Go’s source.`;
    return `${release} on ${on}: ${plural(own.equal, "field")} of a recorded ${own.version} process at this moment are equal and ${own.differing === 0 ? "none differs" : `${count(own.differing)} differ`}; of its structs, ${count(own.types)} entries are equal and ${own.typesDiffering === 0 ? "none differs" : `${count(own.typesDiffering)} differ`}.`;
  };
  return h("p", {class: "small"}, sentence(from), " ", from === to ? "" : sentence(to));
}

/** Draws what differs. */
export function drawBetween(chosen: Choice, found: Between, held: readonly Held[]): Markup {
  const {from, to, on} = chosen;
  const nothing = Object.values(found).every(list => list.length === 0);
  return [
    drawHeld(chosen, held),
    nothing &&
      h(
        "p",
        {role: "status"},
        `Nothing of what is followed here differs between ${from} and ${to} on ${on}.`,
      ),
    drawPairs(`Figures of the state after mallocinit on ${on}.`, "what", chosen, found.figures, false),
    drawPairs("The fixallocs of mheap: record, size, counter.", "fixalloc", chosen, found.fixallocs),
    drawPairs(
      "What mallocinit checks or notes before it makes the heap.",
      "check",
      chosen,
      found.checks,
      false,
    ),
    drawPairs("Counters that are not zero, in bytes.", "counter", chosen, found.stats),
    found.structs.length > 0 && h("p", null, "Structs that changed:"),
    found.structs.map(each => drawStruct(chosen, each)),
  ];
}

function draw(chosen: Choice, held: readonly Held[], set: ((chosen: Choice) => void) | null): Element {
  const {from, to, on} = chosen;
  const releases = names.map(name => [name, name] as const);
  const found = between(booted(from, on), booted(to, on));
  return h(
    "div",
    {class: "cell"},
    set !== null &&
      controls(
        "Releases to compare",
        choice("from", from, releases, name => set(sensible(name, to, on))),
        choice("to", to, releases, name => set(sensible(from, name, on))),
        choice(
          "on",
          on,
          shared(from, to).map(p => [p, p]),
          platform => set({...chosen, on: platform}),
        ),
      ),
    drawBetween(chosen, found, held),
  );
}

/** The comparison with fields to choose by; the address of the page keeps the choice. */
export function compareReleases(held: readonly Held[]): HTMLElement {
  const first = sensible(param("from"), param("to"), param("on"));
  return live<Choice>(first, (chosen, set) =>
    draw(chosen, held, next => {
      setParams({
        from: next.from === opened.from ? null : next.from,
        to: next.to === opened.to ? null : next.to,
        on: next.on === opened.on ? null : next.on,
      });
      set(next);
    }),
  );
}

/** The first comparison in print. */
export const printed = (held: readonly Held[]) => toHtml(draw(opened, held, null));
