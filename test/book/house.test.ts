// The rules of the house: each breach is found and named by file, line and rule.

import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {describe, expect, test} from "vitest";
import {formatFindings} from "../../src/book/findings.ts";
import {checkHouse, checkModule} from "../../src/book/house.ts";

const check = (file: string, text: string) => formatFindings(checkModule(file, text));

test("the project keeps its own rules", () => {
  expect(formatFindings(checkHouse("."))).toBe("");
});

describe("who may import whom", () => {
  test.each([
    ["docs/components/a.ts", "/src/runtime/index.js"],
    ["docs/components/a.ts", "./b.js"],
    ["docs/components/a.ts", "htl"],
    ["src/book/a.ts", "../runtime/mem.ts"],
    ["src/book/a.ts", "node:fs"],
    ["src/capture/a.ts", "../releases/index.js"],
    ["src/replay/a.ts", "acorn"],
    ["src/runtime/a.ts", "../releases/index.js"],
    ["src/runtime/a.ts", "./mem.js"],
    ["src/releases/a.ts", "./b.js"],
  ])("%s may import %s", (file, specifier) => {
    expect(check(file, `import {x} from "${specifier}";`)).toBe("");
  });

  test.each([
    ["docs/components/a.ts", "/src/book/outline.js"],
    ["docs/components/a.ts", "../../test/x.js"],
    ["docs/components/a.ts", "node:fs"],
    ["docs/components/a.ts", "npm:htl"],
    ["docs/components/a.ts", "https://example.com/x.js"],
    ["src/book/a.ts", "../capture/index.ts"],
    ["src/replay/a.ts", "../capture/index.js"],
    ["src/capture/a.ts", "../../docs/components/x.js"],
    ["src/runtime/a.ts", "../capture/index.js"],
    ["src/runtime/a.ts", "../../docs/components/x.js"],
    ["src/runtime/a.ts", "htl"],
    ["src/runtime/a.ts", "node:fs"],
    ["src/runtime/a.ts", "fs"],
    ["src/runtime/a.ts", "./mem.ts"],
    ["src/releases/a.ts", "../runtime/mem.js"],
  ])("%s may not import %s", (file, specifier) => {
    expect(check(file, `\nimport {x} from "${specifier}";`)).toMatch(
      new RegExp(`^${file}:2: rule imports: `),
    );
  });

  test.each([
    `import type {x} from "../capture/index.js";`,
    `export {x} from "../capture/index.js";`,
    `export * from "../capture/index.js";`,
    `const x = import("../capture/index.js");`,
    `const x = import.meta.resolve("../capture/index.js");`,
    `type X = import("../capture/index.js").X;`,
  ])("every way of importing counts: %s", text => {
    expect(check("src/runtime/a.ts", text)).toMatch(/^src\/runtime\/a.ts:1: rule imports: /);
  });

  test("a Markdown file under src is refused, since it would become a page", () => {
    const root = mkdtempSync(join(tmpdir(), "open-hood-house-"));
    mkdirSync(join(root, "src/runtime"), {recursive: true});
    writeFileSync(join(root, "src/runtime/notes.md"), "# Notes\n");
    expect(formatFindings(checkHouse(root))).toMatch(/^src\/runtime\/notes.md:1: rule folders: /);
    rmSync(root, {recursive: true});
  });

  test("a module in a folder that the house does not have is refused", () => {
    expect(check("src/util/a.ts", "export {};")).toMatch(/^src\/util\/a.ts:1: rule folders: /);
  });
});

describe("the model", () => {
  test.each(["let n = 0;", "export let n = 0;", "var n = 0;"])("keeps no state in a module: %s", text => {
    expect(check("src/runtime/a.ts", `// A file.\n${text}`)).toMatch(/^src\/runtime\/a.ts:2: rule state: /);
  });

  test.each([
    "Math.random()",
    `Math["random"]()`,
    "Date.now()",
    "new Date()",
    "globalThis.x",
    "performance.now()",
  ])("is deterministic: no %s", text => {
    expect(check("src/releases/a.ts", `export const f = () => ${text};`)).toMatch(
      /^src\/releases\/a.ts:1: rule determinism: /,
    );
  });

  test("may have constants, variables in functions, and members of any name", () => {
    expect(
      check("src/runtime/a.ts", "const a = {Date: 1}; export function f() { let n = a.Date; return n; }"),
    ).toBe("");
  });

  test("is all that these rules are for", () => {
    expect(check("src/book/a.ts", "let n = Date.now();")).toBe("");
  });
});
