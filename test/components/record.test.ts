import {readFileSync} from "node:fs";
import {describe, expect, test} from "vitest";
import {general, kindOf, moment, rowsOf} from "/components/record/fields.js";
import {measured, values} from "/components/record/measured.js";
import {headerShape, phaseShape} from "/src/capture/schema/index.js";
import {usage} from "../../src/recorder/options.js";
import {type Kind, Trouble} from "../../src/recorder/trouble.js";

const docs = new URL("../../docs/", import.meta.url);
const text = (path: string) => readFileSync(new URL(path, docs), "utf8");

describe("the fields of a recording", () => {
  const rows = [...rowsOf(headerShape), ...rowsOf(phaseShape)];

  test("each say what they are and what they mean", () => {
    expect(rows.length).toBeGreaterThan(150);
    expect(rows.filter(({kind, doc}) => kind === "" || !/^\S.*\.$/.test(doc))).toEqual([]);
  });

  test("are named by their path, with those below them", () => {
    const paths = rows.map(({path}) => path);
    expect(paths).toContain("allspans.rows[].allocCount");
    expect(paths).toContain("fixallocs.*.inuse");
    expect(paths).toContain("pages.chunks[].alloc_runs");
    expect(paths).toContain("allp.list[].mcache.cached");
    expect(new Set(paths).size).toBe(paths.length);
  });

  test("say in which unit they count, and what may stand in them", () => {
    const byPath = new Map(rows.map(row => [row.path, row.kind]));
    expect(byPath.get("allspans.rows[].npages")).toBe("pages");
    expect(byPath.get("pages.chunks[].alloc_runs")).toBe("list of [page: index, npages: pages]");
    expect(byPath.get("m0_mcache")).toBe("object, or null");
    expect(kindOf({is: "flag"})).toBe("true or false");
  });

  test("are all printed", () => {
    const html = general() + moment();
    const printed = [...html.matchAll(/<code>([^<]+)<\/code>/g)].map(([, path]) => path);
    expect(rows.map(({path}) => path).filter(path => !printed.includes(path))).toEqual([]);
  });
});

test("what recordings took is printed as it was measured", () => {
  const runs = JSON.parse(text("data/recorder.json")).runs as {seconds: number; memory: number}[];
  const html = measured({text});
  expect(html.match(/<tr>/g)?.length).toBe(runs.length + 1);
  expect(values({text}).seconds).toBe(Math.max(...runs.map(run => run.seconds)).toFixed(1));
  expect(runs.every(run => run.seconds < 60 && run.memory < 500e6)).toBe(true);
});

describe("exit codes", () => {
  const onPage = [...text("record.md").matchAll(/^\| (\d+)[^|]*\|/gm)].map(([, code]) => Number(code));

  test("are the same on the page and in the help", () => {
    const inHelp = [...usage.slice(usage.indexOf("Exit codes")).matchAll(/(?:^|\s)(\d) {2}/g)].map(
      ([, code]) => Number(code),
    );
    expect([...inHelp].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(onPage.filter(code => code < 8)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  test.each<[Kind, number]>([
    ["usage", 2],
    ["gdb-missing", 3],
    ["no-dwarf", 4],
    ["ptrace", 5],
    ["gone", 6],
    ["disk-full", 7],
  ])("%s is %i", (kind, code) => {
    const trouble = new Trouble(kind, "");
    expect([trouble.exitCode, onPage.includes(code)]).toEqual([code, true]);
  });
});
