// The page "How this book is checked": its numbers are the account's, and what is wrong stands there first.

import {readdirSync, readFileSync} from "node:fs";
import {type DefaultTreeAdapterMap, parseFragment} from "parse5";
import {describe, expect, test} from "vitest";
import {
  accountsOf,
  counted,
  partsOf,
  type Reader,
  reach,
  reasonsOf,
  values,
} from "/components/checked/read.js";
import {
  coverage,
  differing,
  ignored,
  others,
  processes,
  summary,
  unmodelled,
} from "/components/checked/tables.js";
import {totals} from "/src/capture/account.js";

const reader: Reader = {
  list: folder => readdirSync(`docs/${folder}`),
  text: path => readFileSync(`docs/${path}`, "utf8"),
};
const number = (text: string) => Number(text.replace(/\D/g, ""));

/** The project with one recording spoiled, and one file more. */
const spoiled: Reader = {
  list: folder =>
    folder === "data/captures/heap" ? ["a.json"] : folder === "data/vectors" ? ["new.jsonl"] : [],
  text: path => {
    if (path.endsWith("new.jsonl")) return "{}\n{}\n";
    const recording = JSON.parse(reader.text("data/captures/heap/linux-amd64-go1.12.17-p1.json"));
    recording.phases.mallocinit.fixallocs.spanalloc.size = "<script>";
    return JSON.stringify(recording);
  },
};
const whole = (r: Reader): Reader => ({
  ...r,
  list: folder => (folder === "data/captures" ? ["heap"] : r.list(folder)),
});

/** Text of the cells of each row of a table's body. */
function rowsOf(html: string): string[][] {
  const rows: string[][] = [];
  type Node = DefaultTreeAdapterMap["node"];
  const children = (node: Node) => ("childNodes" in node ? node.childNodes : []);
  const text = (node: Node): string => ("value" in node ? node.value : children(node).map(text).join(""));
  const visit = (node: Node) => {
    if (node.nodeName === "tr") rows.push(children(node).map(text));
    else children(node).forEach(visit);
  };
  visit(parseFragment(html));
  return rows;
}

describe("the summary", () => {
  const rows = rowsOf(summary(reader)).slice(1);

  test("has a row for each recorded release, and their sum", () => {
    const sums = rows
      .slice(0, -1)
      .reduce((a, row) => a.map((n, i) => n + number(row[i + 1]!)), Array(6).fill(0));
    expect(rows.at(-1)!.slice(1).map(number)).toEqual(sums);
    expect(sums[1]).toBeGreaterThan(30_000);
  });

  test("says what the text says", () => {
    const {equal, notCompared} = totals(partsOf(counted(accountsOf(reader))));
    expect(number(rows.at(-1)![2]!)).toBe(equal);
    expect(number(values(reader).equal!)).toBe(equal);
    expect(number(rows.at(-1)![6]!)).toBe(notCompared);
  });
});

test("each recorded release is said to be compared at the moments that are compared, and at no others", () => {
  const all = accountsOf(reader);
  const heap = (release: string, ...parts: string[]) =>
    ({...all[0]!, kind: "heap", release, parts: parts.map(name => ({name, result: same}))}) as const;
  const same = {equal: ["a"], differing: [], ignored: [], unmodelled: []};
  const left = {...heap("go1.9", "types"), parts: [{name: "main", result: {leaves: 1, why: "No."}}]};
  expect(
    reach([heap("go1.10", "mallocinit", "procresize", "types"), heap("go1.2", "mallocinit"), left]),
  ).toBe(
    "go1.2 is compared at the return of mallocinit. go1.9 is not compared. " +
      "go1.10 is compared at the return of mallocinit and at the return of procresize.",
  );
  expect(reach(all)).toContain("go1.12.17");
});

test("every recorded file is linked, once in each table that names it", () => {
  const html = processes(reader) + others(reader);
  for (const {file} of accountsOf(reader)) expect(html.split(`href="/data/${file}"`), file).toHaveLength(2);
});

test("reasons add up to what is ignored and not modelled", () => {
  const all = accountsOf(reader);
  const sum = (list: "ignored" | "unmodelled") => reasonsOf(all, list).reduce((n, {leaves}) => n + leaves, 0);
  const {ignored: i, unmodelled: u} = totals(partsOf(all));
  expect([sum("ignored"), sum("unmodelled")]).toEqual([i, u]);
  expect(ignored(reader)).toContain("freelists.free_treap.*.root");
  expect(unmodelled(reader)).toContain("firstmoduledata.end");
});

describe("with a recording that differs, and vectors that nothing replays", () => {
  const other = whole(spoiled);

  test("the leaf stands there, with both values, and cannot do harm", () => {
    const html = differing(other);
    expect(html).toContain("What differs: 1 leaf.");
    expect(html).toContain("fixallocs.spanalloc.size");
    expect(html).toContain("&lt;script&gt;");
    expect(html).not.toContain("<script>");
  });

  test("the process's table is open, and its platform is said to differ", () => {
    expect(processes(other)).toMatch(/<details open><summary>go1.12.17: 1 process, .*1 differing/);
    expect(coverage(other)).toContain("1, differs");
  });

  test("the vectors are listed as not compared", () => {
    expect(rowsOf(others(other)).find(row => row[0]!.includes("new.jsonl"))).toEqual([
      expect.stringContaining("new.jsonl"),
      "2 cases",
      expect.stringContaining("Nothing replays these cases"),
      "2",
    ]);
  });
});

test("without a difference it says so", () => {
  expect(differing(reader)).toContain("Nothing that is compared differs.");
});
