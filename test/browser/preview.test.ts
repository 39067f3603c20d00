// The live preview: an edit shows on the open page, and a fault on the way does not end it.

import type {Browser} from "playwright-core";
import {afterAll, beforeAll, expect, test} from "vitest";
import {type Preview, preview} from "./preview.ts";
import {launch} from "./site.ts";

let browser: Browser;
let open: Preview;

const cell = () => open.page.locator("main .observablehq--string").innerText();
const listing = () => open.page.locator("#listing-answer").innerText();
const shows = (what: () => Promise<string>) => expect.poll(what, {timeout: 60_000});

beforeAll(async () => {
  browser = await launch();
  open = await preview(browser, "probe", {
    "src/runtime/probe.ts": `import {word} from "./word.js";\nexport function answer(): string {\n  return word + 1;\n}\n`,
    "src/runtime/word.ts": `export const word = "one";\n`,
    "src/runtime/printed.ts": "export const printed = 1;\n",
    "docs/probe.md":
      `# Probe\n\n\`\`\`listing src/runtime/printed.ts#printed\n\`\`\`\n\n\`\`\`listing src/runtime/probe.ts#answer\n\`\`\`\n\n` +
      `\`\`\`ts\nimport {answer} from "/src/runtime/probe.js";\ndisplay(answer());\n\`\`\`\n`,
  });
  // Asks again soon for what is not there yet.
  open.page.setDefaultTimeout(2000);
});
afterAll(async () => {
  await open.close();
  await browser.close();
});

test("the page opens and its cells run", async () => {
  await shows(cell).toBe(`"one1"`);
});

test("an edit of a model file shows in a cell and in its listing", async () => {
  open.edit("src/runtime/probe.ts", "word + 1", "word + 2");
  await shows(cell).toBe(`"one2"`);
  await shows(listing).toContain("word + 2");
});

test("an edit of a module that it imports shows too", async () => {
  open.edit("src/runtime/word.ts", "one", "two");
  await shows(cell).toBe(`"two2"`);
});

test("a broken listing shows as a red box, and goes away when it is mended", async () => {
  open.edit("docs/probe.md", "#answer", "#anser");
  await shows(() => open.page.locator(".book-error").innerText()).toContain("has no anser; it has answer");
  open.edit("docs/probe.md", "#anser", "#answer");
  await shows(listing).toContain("word + 2");
});

test("a syntax error in a model file is survived", async () => {
  open.edit("src/runtime/probe.ts", "word + 2", "word + ");
  await shows(() => open.page.locator(".book-error").innerText()).toContain(
    "src/runtime/probe.ts:3: Unexpected token",
  );
  open.edit("src/runtime/probe.ts", "word + ", "word + 3");
  await shows(cell).toBe(`"two3"`);
});

test("a listing that nothing else on the page reads is found again when its file is mended", async () => {
  open.edit("src/runtime/printed.ts", "printed = 1", "printed == 1");
  await shows(() => open.page.locator(".book-error").innerText()).toContain("src/runtime/printed.ts:1: ");
  open.edit("src/runtime/printed.ts", "printed == 1", "printed = 2");
  await shows(() => open.page.locator("#listing-printed").innerText()).toContain("printed = 2");
});
