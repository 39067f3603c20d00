// The build refuses a broken page and names its line. Each page under fixtures/docs has a fault of its own.

import {beforeAll, describe, expect, test} from "vitest";
import {checkPages} from "../../src/book/check.ts";
import {type Finding, formatFindings} from "../../src/book/findings.ts";
import {readPages} from "../../src/book/pages.ts";
import {typecheckPages} from "../../src/book/typecheck.ts";

const root = "test/book/fixtures";
const docs = `${root}/docs`;
let findings: Finding[];

beforeAll(() => {
  const pages = readPages(docs);
  const goLines = {"go1.12.17": {"runtime/sample.go": {double: 7}}};
  findings = [
    ...checkPages(pages, {root, docs, goLines, packages: ["@observablehq/inputs", "d3-nothing"]}),
    ...typecheckPages(pages, {root, docs, out: ".cells/fixtures"}),
  ];
});

/** What is found on a fixture, as "line: message". */
const on = (name: string) =>
  formatFindings(findings.filter(f => f.file === `docs/${name}.md`))
    .replaceAll(`docs/${name}.md:`, "")
    .split("\n");

describe("the build refuses", () => {
  test("nothing on a page that is right", () => {
    expect(on("good")).toEqual([""]);
  });

  test("a syntax error in a cell", () => {
    expect(on("syntax")).toEqual(["9: syntax error: Unexpected token"]);
  });

  test("an import below other statements of a cell", () => {
    expect(on("late-import")).toEqual(["9: syntax error: imports stand at the top of a cell"]);
  });

  test("the import of a missing module", () => {
    expect(on("missing-module")[0]).toBe("8: there is no module /src/runtime/nothing.ts");
  });

  test("the import of an export that does not exist", () => {
    expect(on("missing-export")).toEqual([
      expect.stringMatching(/^9: TS2305: .*no exported member 'triple'/),
    ]);
  });

  test("a bare import that does not resolve", () => {
    expect(on("bare-import")).toEqual([expect.stringMatching(/^8: TS2307: Cannot find module 'd3-nothing'/)]);
  });

  test("the import of a package that readers do not get", () => {
    expect(on("dev-import")).toContain(`8: "vitest" is not among the dependencies in package.json`);
  });

  test("an npm: import", () => {
    expect(on("npm-import")[0]).toMatch(/^8: "npm:d3-array" is not allowed/);
  });

  test("a .ts name in an import, which Framework would never emit", () => {
    expect(on("ts-name")[0]).toMatch(/^8: "\/src\/runtime\/sample.ts" must end in ".js"/);
  });

  test("implicit names, in a cell and in the text", () => {
    expect(on("implicit")).toEqual([
      `9: TS2304: Cannot find name 'Plot'. Names are not implicit here: import from "@observablehq/plot".`,
      expect.stringMatching(/^13: TS2552: Cannot find name 'tex'.*Names are not implicit here/),
    ]);
  });

  test("a cell in JavaScript, which would not be type-checked", () => {
    expect(on("js-cell")).toEqual([expect.stringMatching(/^7: a cell is written in ts, not in js/)]);
  });

  test("a type error, in a cell and in the text", () => {
    expect(on("types")).toEqual([
      expect.stringMatching(/^10: TS2345: .*'string' is not assignable/),
      expect.stringMatching(/^14: TS2339: Property 'nothing' does not exist/),
    ]);
  });

  test("a name that two cells declare", () => {
    expect(on("declared-twice")[0]).toMatch(/^9: TS2451: Cannot redeclare block-scoped variable 'a'/);
  });

  test("the use of a view in its own cell, where it is a generator", () => {
    expect(on("view-in-own-cell")).toEqual([expect.stringMatching(/^10: TS2365: .*AsyncGenerator/)]);
  });

  test("a dead link, and a link to a section that is not written", () => {
    expect(on("dead-link")).toEqual([
      `8: dead link "./nowhere": no docs/nowhere.md`,
      `10: dead link "/part2runtime/ch08GC/mark": that section is not written; leave it plain text`,
    ]);
  });

  test("a dead anchor, on another page and on the same", () => {
    expect(on("dead-anchor")).toEqual([
      `7: dead link "./good#nowhere": docs/good.md has no id "nowhere"`,
      `10: dead link "#nor-here": docs/dead-anchor.md has no id "nor-here"`,
    ]);
  });

  test("a missing file, an attachment whose name the build cannot see, a missing image", () => {
    expect(on("attachment")).toEqual([
      `8: there is no file docs/nothing.json for FileAttachment("nothing.json")`,
      "13: syntax error: FileAttachment takes one literal string",
      `16: there is no file docs/nothing.png ("nothing.png")`,
    ]);
  });

  test("an image from elsewhere", () => {
    expect(on("elsewhere")).toEqual([
      expect.stringMatching(/^7: "https:.*x.png" would be loaded from elsewhere/),
    ]);
  });

  test("a listing of something that is not there", () => {
    expect(on("listing-symbol")).toEqual(["7: src/runtime/sample.ts has no doubel; it has double"]);
    expect(on("listing-file")).toEqual([
      expect.stringMatching(/^7: .*there is no file src\/runtime\/nothing.ts/),
    ]);
  });

  test("an id that is there twice", () => {
    expect(on("ids")).toEqual([
      `9: the id "twice" is on line 7 already`,
      `14: the id "listing-Sample" is on line 11 already`,
    ]);
  });

  test("a heading or a figure without an id that its author chose", () => {
    expect(on("without-id")).toEqual([
      "7: this has no id of its own; end the line with one that stays, such as {#made-of-its-text}",
      "9: this has no id of its own; end the line with one that stays, such as {#figure-chart}",
    ]);
  });

  test("a page without h1 or description", () => {
    expect(on("untitled")).toEqual(["1: the page has no h1", `1: the front matter has no "description:"`]);
  });

  test("an h1 that is not the outline's", () => {
    expect(on("part2runtime/ch07alloc/init")).toContain(
      `5: the h1 is "Initialisation"; the outline has "Initialization" (its number is added)`,
    );
  });

  test("a section that cannot be cited", () => {
    expect(on("part2runtime/ch07alloc/init")).toContain(
      "1: the page cannot be cited: end it with a fence ```cite",
    );
  });
});
