// Section 7.7 in a browser: the hunt, the search, each control, the address, the stepper, and the text without scripts.

import type {Browser, Page} from "playwright-core";
import {afterAll, beforeAll, describe, expect, test} from "vitest";
import {launch, type Server, serve, settle, visit, weightOf} from "./site.ts";

const path = "part2runtime/ch07alloc/pagealloc.html";
let browser: Browser;
let site: Server;

beforeAll(async () => {
  [browser, site] = await Promise.all([launch(), serve("dist")]);
});
afterAll(() => Promise.all([browser.close(), site.close()]));

/** The cells that draw, in the order of the page. */
const names = ["hunt", "descend", "merge", "shape", "lab", "cache", "scav", "duel"] as const;
const drawn = "main > .observablehq > .cell";
const cell = (page: Page, name: (typeof names)[number]) => page.locator(drawn).nth(names.indexOf(name));
const textOf = (page: Page, name: (typeof names)[number]) => cell(page, name).innerText();
const press = (page: Page, name: (typeof names)[number], label: string) =>
  cell(page, name).getByRole("button", {name: label, exact: true}).click();
const nonsense = /\bNaN\b|undefined|Infinity|\[object|null/;

describe("looking for pages", () => {
  test("by hand counts what the reader has seen, and a loop tells how long it takes", async () => {
    const {page, troubles, close} = await visit(browser, site, path);
    await press(page, "hunt", "next chunk");
    expect(await textOf(page, "hunt")).toContain("You have looked at 2 chunks, 1,024 of 134,217,728 pages");
    await press(page, "hunt", "let a loop do it");
    expect(await textOf(page, "hunt")).toContain("looks at 81,297,410 of them");
    expect(new URL(page.url()).search).toContain("chunk=1");
    expect(await troubles()).toEqual([]);
    await close();
  });

  test("with the summaries judges each choice, and ends at the place that find returns", async () => {
    const {page, troubles, close} = await visit(browser, site, path);
    const descend = cell(page, "descend");
    await descend.getByRole("button", {name: "look inside entry 39", exact: true}).click();
    expect(await textOf(page, "descend")).toContain("has room, but so has a lower address");
    await descend.getByRole("button", {name: "look inside entry 38", exact: true}).click();
    await descend.getByRole("button", {name: "look inside entry 6", exact: true}).click();
    await descend.getByRole("button", {name: "look across entry 0 and the next", exact: true}).click();
    expect(await textOf(page, "descend")).toMatch(/5 pages at page 509 of chunk 158,783.*48 entries/s);
    await descend.getByRole("combobox", {name: "find"}).selectOption("2000");
    await press(page, "descend", "all of it");
    expect(await textOf(page, "descend")).toContain("there is no such run");
    expect(await troubles()).toEqual([]);
    await close();
  });
});

test("each other control does something, and lands in the address", async () => {
  const {page, troubles, close} = await visit(browser, site, path);
  await press(page, "merge", "left all free");
  expect(await textOf(page, "merge")).toContain("so the run goes on");
  await cell(page, "merge").getByLabel("word 0 of the right chunk is free").click();
  await cell(page, "shape").locator("select").first().selectOption("linux/386");
  expect(await textOf(page, "shape")).toContain("which is mapped at once");
  await cell(page, "lab").getByRole("spinbutton", {name: "pages"}).fill("600");
  await press(page, "lab", "allocate");
  expect(await textOf(page, "lab")).toContain("600 pages at page 639");
  await press(page, "lab", "free");
  await press(page, "lab", "scavenge");
  expect(await textOf(page, "lab")).toMatch(/Step 9: \d+ pages scavenged/);
  await cell(page, "cache").getByRole("textbox", {name: "pages asked for"}).fill("1 x");
  expect(await textOf(page, "cache")).toContain("“x” is no number of pages from 1 to 512");
  await cell(page, "cache").getByRole("textbox", {name: "pages asked for"}).fill("1 16 1");
  expect(await textOf(page, "cache")).toContain("1 of 3 requests took no lock");
  await cell(page, "scav").getByRole("combobox", {name: "huge pages"}).selectOption("0");
  await press(page, "scav", "once more");
  expect(await textOf(page, "scav")).toContain("128 KiB are returned");
  await cell(page, "duel").getByRole("combobox", {name: "sizes"}).selectOption("tiny");
  for (const part of ["words=", "platform=linux/386", "do=", "pages=1_16_1", "huge=0", "mix=tiny"])
    expect(new URL(page.url()).search).toContain(part);
  await page.reload();
  await settle(page);
  expect(await textOf(page, "cache")).toContain("1 of 3 requests took no lock");
  expect(await troubles()).toEqual([]);
  await close();
});

test("the search can be stepped through", async () => {
  const {page, troubles, close} = await visit(browser, site, path);
  await page.getByRole("button", {name: "Step through findInBlock", exact: true}).click();
  await page.locator(".stepper").waitFor();
  expect(await page.locator(".stepper").innerText()).toContain("findInBlock");
  expect(new URL(page.url()).search).toContain("run=pages");
  expect(await troubles()).toEqual([]);
  await close();
});

describe("the text", () => {
  test("without scripts has each figure, and every number", async () => {
    const {page, close} = await visit(browser, site, path, {javaScriptEnabled: false});
    const fallbacks = await page.locator(".fallback:visible").allInnerTexts();
    // The cells that draw, the landmarks of the run, what was compared, what was tried, and the releases.
    expect(fallbacks.length).toBe(names.length + 4);
    expect(fallbacks.filter(text => text.length < 60 || nonsense.test(text))).toEqual([]);
    const values = await page.locator("[data-value]").allInnerTexts();
    expect(values.filter(text => text === "" || nonsense.test(text))).toEqual([]);
    await close();
  });

  test("gives every drawing an alternative in words, and no page-wide scrolling at 360 pixels", async () => {
    const {page, close} = await visit(browser, site, path, {viewport: {width: 360, height: 800}});
    const labels = await page
      .locator("main svg.drawing")
      .evaluateAll(all => all.map(e => e.getAttribute("aria-label")));
    expect(labels.length).toBeGreaterThan(6);
    expect(labels.filter(label => !label || label.length < 20 || nonsense.test(label))).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(
      0,
    );
    await close();
  });

  test("with its code weighs at most 145 kB, gzipped", async () => {
    const last = (page: Page) => page.locator(drawn).nth(names.length - 1);
    expect(await weightOf(browser, site, path, last)).toBeLessThan(145_000);
  });
});
