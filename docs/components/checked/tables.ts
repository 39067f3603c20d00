// The tables of the page "How this book is checked", printed at build time.

import {type Account, isCompared, type Part, totals} from "../../../src/capture/account.js";
import {table} from "../blocks.js";
import {count, plural} from "../format.js";
import {type Element, h, type Markup, toHtml} from "../markup.js";
import {accountsOf, counted, minorOf, partsOf, type Reader, reasonsOf, recordedReleases} from "./read.js";

/** Numbers of a row: five columns, the second in bold if anything differs. */
function numbers(parts: readonly Part[]): Markup[] {
  const {equal, differing, ignored, unmodelled, notCompared} = totals(parts);
  return [
    count(equal),
    differing === 0 ? "0" : h("b", {class: "differs"}, count(differing)),
    count(ignored),
    count(unmodelled),
    count(notCompared),
  ];
}

const heads = ["#equal", "#differing", "#ignored", "#not modelled", "#not compared"];

const printed = (...parts: Markup[]) => toHtml(h("div", {class: "cell"}, ...parts));

/** A link to a file of the recordings. */
const link = (file: string) =>
  h("a", {href: `/data/${file}`, download: file.split("/").at(-1)}, file.replace(/^\w+\//, ""));

/** Release by release: how much of what was recorded is compared. */
export function summary(reader: Reader): string {
  const all = counted(accountsOf(reader));
  const row = (name: Markup, own: readonly Account[]) => [name, count(own.length), ...numbers(partsOf(own))];
  const general = all.filter(({release}) => release === null);
  return printed(
    table({
      caption: "Leaves of what was recorded, by release. A leaf is a number, an address or a text.",
      head: ["release", "#files", ...heads],
      rows: [
        ...recordedReleases(all).map(tag =>
          row(
            tag,
            all.filter(({release}) => release === tag),
          ),
        ),
        ...(general.length > 0 ? [row("tables and vectors", general)] : []),
        row(h("b", null, "all"), all),
      ],
    }),
  );
}

/** Why a part was not compared, or its numbers. */
function partRow({name, result}: Part): Markup[] {
  if (isCompared(result)) return [h("code", null, name), ...numbers([{name, result}])];
  const words = h("td", {colspan: 4, class: "words"}, result.why);
  return [h("code", null, name), words, h("td", {class: "number"}, count(result.leaves))];
}

/** A table of files with a row for each of their parts. */
function filesTable(caption: string, all: readonly Account[], title: (account: Account) => Markup): Element {
  return table({
    caption,
    head: ["file", "part", ...heads],
    rows: all.flatMap(account =>
      account.parts.map((part, i) => {
        const [name = null, ...rest] = partRow(part);
        const cells: Markup[] = [h("td", null, name), ...rest];
        return i === 0
          ? [h("th", {scope: "rowgroup", rowspan: account.parts.length}, title(account)), ...cells]
          : cells;
      }),
    ),
  });
}

const describe = ({file, platform, runner, variant}: Account): Markup => [
  link(file),
  h("div", {class: "small muted"}, [platform, variant, runner?.split(" ")[0]].filter(Boolean).join(", ")),
];

/** The recorded processes, a table for each release. */
export function processes(reader: Reader): string {
  const heaps = accountsOf(reader).filter(({kind}) => kind === "heap");
  return printed(
    ...recordedReleases(heaps).map(tag => {
      const own = heaps.filter(({release}) => release === tag);
      const {equal, differing, notCompared} = totals(partsOf(own));
      const said = `${count(equal)} equal, ${count(differing)} differing, ${count(notCompared)} not compared`;
      return h(
        "details",
        {open: differing > 0},
        h("summary", null, `${tag}: ${plural(own.length, "process", "processes")}, ${said}`),
        filesTable(`Recorded processes of ${tag}, moment by moment.`, own, describe),
      );
    }),
  );
}

/** Scripts of allocations, tables of size classes and vectors. */
export function others(reader: Reader): string {
  const all = accountsOf(reader);
  const of = (kind: Account["kind"]) => all.filter(each => each.kind === kind);
  return printed(
    filesTable(
      "Scripts of allocations: every address, and the state after the script.",
      of("scripts"),
      describe,
    ),
    filesTable("Tables of size classes, by release: every entry.", of("tables"), describe),
    filesTable("Answers of Go’s own data structures to pseudo-random inputs.", of("vectors"), describe),
    table({
      caption: "Files that the model is not compared with.",
      head: ["file", "why", "#lines"],
      rows: of("other").flatMap(({file, parts}) =>
        parts.map(({result}) => [
          link(file),
          h("td", {class: "words"}, isCompared(result) ? "" : result.why),
          isCompared(result) ? "" : count(result.leaves),
        ]),
      ),
    }),
  );
}

/** Every leaf that differs. */
export function differing(reader: Reader): string {
  const rows = accountsOf(reader).flatMap(({file, parts}) =>
    parts.flatMap(({name, result}) =>
      (isCompared(result) ? result.differing : []).map(d => ({file, name, ...d})),
    ),
  );
  if (rows.length === 0) return printed(h("p", null, "Nothing that is compared differs."));
  const shown = rows.slice(0, 500);
  const value = (v: unknown) => h("code", null, v === undefined ? "nothing" : JSON.stringify(v));
  return printed(
    table({
      caption: `What differs: ${plural(rows.length, "leaf", "leaves")}${shown.length < rows.length ? `, of which the first ${count(shown.length)} are shown` : ""}.`,
      head: ["file", "part", "leaf", "the model has", "the process had"],
      rows: shown.map(r => [
        link(r.file),
        h("code", null, r.name),
        h("code", null, r.path),
        value(r.simulated),
        value(r.captured),
      ]),
    }),
  );
}

function reasonTable(reader: Reader, list: "ignored" | "unmodelled", caption: string): string {
  const reasons = reasonsOf(accountsOf(reader), list);
  const total = reasons.reduce((n, {leaves}) => n + leaves, 0);
  return printed(
    table({
      caption: `${caption}: ${plural(total, "leaf", "leaves")}.`,
      head: ["why", "fields", "#files", "#leaves"],
      rows: reasons.map(({why, leaves, files, shapes}) => [
        h("div", {class: "words"}, why),
        h("td", null, h("ul", {class: "paths"}, ...shapes.map(s => h("li", null, h("code", null, s))))),
        count(files),
        count(leaves),
      ]),
    }),
  );
}

/** What is ignored, and what the model has nothing for, by reason. */
export const ignored = (reader: Reader) =>
  reasonTable(reader, "ignored", "Ignored, since they vary between two runs of the same process");
export const unmodelled = (reader: Reader) => reasonTable(reader, "unmodelled", "Not modelled");

/** What was recorded where: releases down, platforms across. */
export function coverage(reader: Reader): string {
  const heaps = accountsOf(reader).filter(({kind}) => kind === "heap");
  const platforms = [...new Set(heaps.map(({platform}) => platform!))].sort();
  const cell = (tag: string, platform: string): Markup => {
    const own = heaps.filter(each => each.release === tag && each.platform === platform);
    if (own.length === 0) return "–";
    const {differing, equal} = totals(partsOf(own));
    const verdict = differing > 0 ? "differs" : equal > 0 ? "equal" : "not compared";
    return `${count(own.length)}, ${verdict}`;
  };
  return printed(
    table({
      caption: "Recorded processes by release and platform, and what came of all that was compared.",
      head: ["platform", ...recordedReleases(heaps).map(minorOf)],
      rows: platforms.map(platform => [platform, ...recordedReleases(heaps).map(tag => cell(tag, platform))]),
    }),
  );
}
