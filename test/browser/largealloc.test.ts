// Section 7.4 in a browser: its heap, each control, its address, and its text without scripts.

import type {Browser, Page} from "playwright-core";
import {afterAll, beforeAll, describe, expect, test} from "vitest";
import {launch, type Server, serve, settle, visit, weightOf} from "./site.ts";

const path = "part2runtime/ch07alloc/largealloc.html";
let browser: Browser;
let site: Server;

beforeAll(async () => {
  [browser, site] = await Promise.all([launch(), serve("dist")]);
});
afterAll(() => Promise.all([browser.close(), site.close()]));

/** The cells that draw, in the order of the page. */
const names = [
  "happened",
  "map",
  "tree",
  "fit",
  "merge",
  "growth",
  "toomuch",
  "waste",
  "scripts",
  "vectors",
] as const;
const drawn = "main > .observablehq > .cell";
const cell = (page: Page, name: (typeof names)[number]) => page.locator(drawn).nth(names.indexOf(name));
const textOf = (page: Page, name: (typeof names)[number]) => cell(page, name).innerText();
const lab = (page: Page) => page.locator(".inputs");
/** Presses a button of the lab, and waits until the cells that depend on it have drawn again. */
const press = async (page: Page, name: string) => {
  await lab(page).getByRole("button", {name, exact: true}).click();
  await settle(page);
};
const nonsense = /\bNaN\b|undefined|Infinity|\[object|null/;

describe("the heap of the page", () => {
  test("allocates, and every figure follows", async () => {
    const {page, troubles, close} = await visit(browser, site, path);
    await lab(page).getByLabel("size").fill("96 KiB");
    await press(page, "allocate");
    expect(await lab(page).innerText()).toContain("98,304 bytes are object 11, 12 pages");
    expect(await textOf(page, "happened")).toContain("free.find(12)");
    await cell(page, "map").locator("summary").click();
    expect(await textOf(page, "map")).toContain("object 11");
    expect(new URL(page.url()).search).toContain("a98304");
    expect(await troubles()).toEqual([]);
    await close();
  });

  test("allocates by the Enter key, and keeps the focus in the field", async () => {
    const {page, close} = await visit(browser, site, path);
    await lab(page).getByLabel("size").fill("40000");
    await page.keyboard.press("Enter");
    expect(await lab(page).innerText()).toContain("object 11, 5 pages");
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe("INPUT");
    await close();
  });

  test("keeps a size that makes no sense, and says what would", async () => {
    const {page, troubles, close} = await visit(browser, site, path);
    await lab(page).getByLabel("size").fill("300");
    await press(page, "allocate");
    expect(await lab(page).getByRole("alert").innerText()).toMatch(/“300”.*32,769/);
    expect(await lab(page).getByLabel("size").inputValue()).toBe("300");
    expect(await troubles()).toEqual([]);
    await close();
  });

  test("leaves an object to the sweeper, sweeps it, returns pages, goes back and starts again", async () => {
    const {page, close} = await visit(browser, site, path);
    await lab(page).getByLabel("sweep at once").uncheck();
    await lab(page).getByLabel("object").selectOption("5");
    await press(page, "free");
    expect(await lab(page).innerText()).toContain("its 37 pages wait for the sweeper");
    expect(await textOf(page, "map")).toContain("unreachable, not swept yet");
    await press(page, "sweep");
    expect(await lab(page).innerText()).toContain("every span is swept");
    await press(page, "return free pages");
    expect(await textOf(page, "tree")).toContain("The treap scav");
    await press(page, "undo");
    await press(page, "start again");
    expect(new URL(page.url()).search).toBe("");
    await press(page, "empty");
    expect(await lab(page).innerText()).toContain("just started");
    await close();
  });

  test("opens from an address, and says what in it makes no sense", async () => {
    const {page, close} = await visit(browser, site, `${path}?do=a100000_a7_f1`);
    expect(await lab(page).innerText()).toMatch(/object 1 is unreachable.*“a7” in the address/s);
    await close();
  });
});

describe("a control", () => {
  test("of the map zooms, moves and goes to an object", async () => {
    const {page, close} = await visit(browser, site, path);
    const map = cell(page, "map");
    await map.getByRole("button", {name: "zoom in"}).click();
    expect(await map.innerText()).toContain("128 pages");
    await map.getByRole("button", {name: "all of it"}).click();
    expect(await map.innerText()).toContain("8,192 pages");
    await map.getByLabel("go to").selectOption("5");
    expect(await map.innerText()).toContain("111 pages");
    await map.locator("svg.clickable").last().click();
    expect(new URL(page.url()).search).toContain("pages=");
    await close();
  });

  test("of the tree searches, and takes other priorities", async () => {
    const {page, close} = await visit(browser, site, path);
    await cell(page, "tree").getByLabel("find pages").fill("5");
    expect(await textOf(page, "tree")).toContain("7 pages at +0xd2000");
    await cell(page, "tree").getByLabel("seed").fill("5");
    expect(await textOf(page, "tree")).toContain("7 pages at +0xd2000");
    await cell(page, "tree").getByLabel("find pages").fill("9000");
    expect(await textOf(page, "tree")).toContain("the heap would have to grow");
    await close();
  });

  test("of the other cells does something, and lands in the address", async () => {
    const {page, troubles, close} = await visit(browser, site, path);
    await cell(page, "fit").getByLabel("sizes").selectOption("two");
    await cell(page, "fit").getByLabel("kept by").selectOption("400");
    await cell(page, "fit").getByLabel("seed").fill("9");
    await cell(page, "merge").getByLabel("left").selectOption("in use");
    expect(await textOf(page, "merge")).toContain("Span 2 stays by itself");
    await cell(page, "growth").getByLabel("MiB to allocate").fill("10");
    expect(await textOf(page, "growth")).toContain("did not grow");
    await cell(page, "growth").getByLabel("platform").selectOption("386");
    expect(await textOf(page, "growth")).toContain("linux/386");
    await cell(page, "toomuch").getByRole("button", {name: "2^64-4096"}).click();
    expect(await textOf(page, "toomuch")).toContain("fatal error: out of memory");
    await cell(page, "waste").getByRole("button", {name: "100000"}).click();
    expect(await textOf(page, "waste")).toContain("13 pages");
    for (const part of [
      "mix=two",
      "kept=400",
      "random=9",
      "neighbors=in-use",
      "ask=10",
      "on=386",
      "much=2",
      "waste=100000",
    ])
      expect(new URL(page.url()).search).toContain(part);
    await page.reload();
    await cell(page, "waste").waitFor();
    expect(await textOf(page, "toomuch")).toContain("fatal error: out of memory");
    expect(await troubles()).toEqual([]);
    await close();
  });

  test("that compares gets the recorded answers", async () => {
    const {page, close} = await visit(browser, site, path);
    await cell(page, "vectors").getByRole("button").click();
    await cell(page, "vectors").getByText("718 of 718").waitFor();
    await close();
  });
});

describe("the text", () => {
  test("without scripts has each figure, and every number", async () => {
    const {page, close} = await visit(browser, site, path, {javaScriptEnabled: false});
    const fallbacks = await page.locator(".fallback:visible").allInnerTexts();
    // Ten cells that draw, and the landmarks of the run that can be stepped through.
    expect(fallbacks.length).toBe(11);
    expect(fallbacks.filter(text => text.length < 60 || nonsense.test(text))).toEqual([]);
    const values = await page.locator("[data-value]").allInnerTexts();
    expect(values.filter(text => text === "" || nonsense.test(text))).toEqual([]);
    await close();
  });

  test("gives every drawing an alternative in words, and no page-wide scrolling at 360 pixels", async () => {
    const {page, close} = await visit(browser, site, path, {viewport: {width: 360, height: 800}});
    const labels = await page
      .locator("svg.drawing")
      .evaluateAll(all => all.map(e => e.getAttribute("aria-label")));
    expect(labels.length).toBeGreaterThan(7);
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
