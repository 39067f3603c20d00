// Starts a section: writes its page and the test of its page, from the outline.
//
//     npm run new 6.2            the section of that number
//     npm run new finalwords     a page without a number, by its path
//
// What is written builds, and passes its test. Comments on the page say what goes where; they do not reach readers. A page
// that exists is never written over.

import {existsSync, mkdirSync, writeFileSync} from "node:fs";
import {basename, dirname, join} from "node:path";
import {fileURLToPath} from "node:url";
import {numbered, type Section, sections} from "./outline.ts";

/** Writes the files of a section into the project at `root`, and returns their paths. */
export function newSection(wanted: string, root: string): string[] {
  const section = sections.find(s => (s.number || s.path) === wanted || s.path === wanted);
  if (section === undefined) throw new Error(`the outline has no section ${wanted}; ${nearest(wanted)}`);
  const page = `docs/${section.path}.md`;
  if (existsSync(join(root, page))) throw new Error(`section ${wanted} is written: ${page}`);
  const files = [
    [page, pageText(section)],
    [testFile(section, root), testText(section)],
  ] as const;
  for (const [file, text] of files) {
    mkdirSync(dirname(join(root, file)), {recursive: true});
    writeFileSync(join(root, file), text);
  }
  return files.map(([file]) => file);
}

/** The sections of the chapter that a number begins with, or the form that a number has. */
function nearest(wanted: string): string {
  const chapter = sections.filter(s => s.number !== "" && s.number.split(".")[0] === wanted.split(".")[0]);
  if (chapter.length === 0) return `a section is named by its number, as in "npm run new 6.2"`;
  return `chapter ${wanted.split(".")[0]} has ${chapter.map(s => s.number).join(", ")}`;
}

/** The test is named after the page; where another chapter has a page of that name, after its chapter too. */
function testFile({path}: Section, root: string): string {
  const [chapter, name] = [basename(dirname(path)), basename(path)];
  const file = `test/browser/${name}.test.ts`;
  return existsSync(join(root, file)) ? `test/browser/${chapter}-${name}.test.ts` : file;
}

const slug = (text: string) =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");

function pageText(section: Section): string {
  return `---
description: ${numbered(section).replaceAll(":", ",")}, in an executable book on how Go works inside.
---

# ${section.en} {#${slug(section.en)}}

<!-- The question that the section answers, in a few sentences that a newcomer to runtimes can follow. -->

<!-- A listing, by the file and the name of what it prints. What stands in the fence is its caption.

\`\`\`listing src/runtime/malloc.ts#mallocinit
The checks come first.
\`\`\`
-->

<!-- A figure: its form without scripts, then the cell that draws it. Both come from one module, docs/components/${basename(section.path)}/….ts.

\`\`\`fallback docs/components/init/hints.ts#fallback {#figure-hints}
\`\`\`
-->

## What the model leaves out {#what-the-model-leaves-out}

<!-- Honestly, and with the reason. -->

## References {#references}

<!-- Go's own source and documents first. -->

## Cite this page {#cite-this-page}

\`\`\`cite
\`\`\`
`;
}

function testText(section: Section): string {
  const path = `${section.path}.html`;
  return `// ${numbered(section)}: what this page alone has. What holds for every page is in pages.test.ts.

import type {Browser} from "playwright-core";
import {afterAll, beforeAll, expect, test} from "vitest";
import {launch, type Server, serve, visit} from "./site.ts";

const path = "${path}";
let browser: Browser;
let site: Server;

beforeAll(async () => {
  [browser, site] = await Promise.all([launch(), serve("dist")]);
});
afterAll(() => Promise.all([browser.close(), site.close()]));

test("the page says which section it is, in both languages", async () => {
  const {page, troubles, close} = await visit(browser, site, path);
  expect(await page.locator("h1").innerText()).toContain(${JSON.stringify(numbered(section))});
  expect(await page.locator(".title-zh").innerText()).toBe(${JSON.stringify(section.zh)});
  expect(await troubles()).toEqual([]);
  await close();
});
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    for (const file of newSection(process.argv[2] ?? "", ".")) console.log(`written: ${file}`);
    console.log("Next: npm start. Once its ids are to stay: npm run ids.");
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}
