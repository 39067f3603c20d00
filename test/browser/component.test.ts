// Section 7.2 in a browser: each control, its address, and its text without scripts.

import type {Browser, Page} from "playwright-core";
import {afterAll, beforeAll, describe, expect, test} from "vitest";
import {launch, type Server, serve, visit, weightOf} from "./site.ts";

const path = "part2runtime/ch07alloc/component.html";
let browser: Browser;
let site: Server;

beforeAll(async () => {
  [browser, site] = await Promise.all([launch(), serve("dist")]);
});
afterAll(() => Promise.all([browser.close(), site.close()]));

/** The cells that draw, in the order of the page. */
const names = ["layers", "machine", "persistent", "linear", "fix", "slots", "owner"] as const;
const drawn = "main > .observablehq > .cell";
const cell = (page: Page, name: (typeof names)[number]) => page.locator(drawn).nth(names.indexOf(name));
const textOf = (page: Page, name: (typeof names)[number]) => cell(page, name).innerText();
const press = (page: Page, name: (typeof names)[number], label: string) =>
  cell(page, name).getByRole("button", {name: label, exact: true}).click();
const query = (page: Page) => new URL(page.url()).search;
const nonsense = /\bNaN\b|undefined|Infinity|\[object|null/;

describe("a control", () => {
  test("of the regions takes another platform and more Ps", async () => {
    const {page, close} = await visit(browser, site, path);
    await cell(page, "layers").getByLabel("platform").selectOption("386");
    expect(await textOf(page, "layers")).toContain("room for more arenas");
    await cell(page, "layers").getByLabel("GOMAXPROCS").fill("64");
    expect(query(page)).toBe("?goarch=386&p=64");
    await close();
  });

  test("of the machine makes each call, and says what makes no sense", async () => {
    const {page, troubles, close} = await visit(browser, site, path);
    const machine = cell(page, "machine");
    await press(page, "machine", "call");
    expect(await machine.innerText()).toContain("4 pages from prepared to ready");
    await machine.locator("select").first().selectOption("r");
    await machine.getByLabel("where").selectOption("any");
    await machine.getByLabel("pages", {exact: true}).fill("60");
    await press(page, "machine", "call");
    expect(await machine.innerText()).toContain("refused: no such gap is free");
    await machine.locator("select").first().selectOption("f");
    await machine.getByLabel("first page").fill("10");
    await press(page, "machine", "call");
    expect(await machine.getByRole("alert").innerText()).toContain("pages 10 to 69 are not on this machine");
    await machine.getByLabel("pages", {exact: true}).fill("2");
    await machine.getByRole("combobox", {name: "charged to"}).selectOption("o");
    await press(page, "machine", "call");
    expect(await machine.innerText()).toContain("a caller named another statistic");
    for (const letter of ["m", "a", "d", "u", "x"]) {
      await machine.locator("select").first().selectOption(letter);
      await press(page, "machine", "call");
    }
    await page.reload();
    expect(await textOf(page, "machine")).toContain("a caller named another statistic");
    await press(page, "machine", "undo");
    await press(page, "machine", "empty");
    expect(await textOf(page, "machine")).toContain("heap_sys is 0.");
    await press(page, "machine", "start again");
    expect(query(page)).toBe("");
    expect(await troubles()).toEqual([]);
    await close();
  });

  test("of persistentalloc asks for a size, and shows a throw", async () => {
    const {page, troubles, close} = await visit(browser, site, path);
    await press(page, "persistent", "empty");
    await press(page, "persistent", "65,536 bytes");
    expect(await textOf(page, "persistent")).toContain("the system, by itself");
    await cell(page, "persistent").getByLabel("align").fill("3");
    await press(page, "persistent", "persistentalloc");
    expect(await textOf(page, "persistent")).toContain("align is not a power of 2");
    await press(page, "persistent", "65,535 bytes");
    expect(await cell(page, "persistent").getByRole("alert").innerText()).toContain("has ended");
    await press(page, "persistent", "undo");
    await cell(page, "persistent").getByLabel("size").fill("much");
    await press(page, "persistent", "persistentalloc");
    expect(await cell(page, "persistent").getByRole("alert").innerText()).toContain("“much”");
    expect(await cell(page, "persistent").getByLabel("size").inputValue()).toBe("much");
    expect(await troubles()).toEqual([]);
    await close();
  });

  test("of linearAlloc fills the range and finds the corner", async () => {
    const {page, close} = await visit(browser, site, path);
    await press(page, "linear", "empty");
    await cell(page, "linear").getByLabel("size").fill("4097");
    await press(page, "linear", "alloc");
    expect(await textOf(page, "linear")).toContain("The last 1 byte handed out is not mapped");
    await cell(page, "linear").getByLabel("size").fill("1 MiB");
    await press(page, "linear", "alloc");
    expect(await textOf(page, "linear")).toContain("0: no room");
    expect(query(page)).toBe("?linear=4097.8_1048576.8");
    await close();
  });

  test("of fixalloc takes and gives back, with and without zeroing", async () => {
    const {page, close} = await visit(browser, site, path);
    await press(page, "fix", "alloc");
    expect(await textOf(page, "fix")).toContain("every word of it was zero");
    await cell(page, "fix").getByLabel("zero").uncheck();
    expect(await textOf(page, "fix")).toContain("it still held C in 3 words");
    await press(page, "fix", "free record 1");
    expect(await textOf(page, "fix")).toContain("Record 1 is handed out next");
    await close();
  });

  test("of the mcache allocates and flushes", async () => {
    const {page, close} = await visit(browser, site, path);
    await cell(page, "slots").getByLabel("size").fill("100000");
    await press(page, "slots", "allocate");
    expect(await textOf(page, "slots")).toContain("does not go through the mcache");
    await press(page, "slots", "flush");
    expect(await textOf(page, "slots")).toContain("0 slots have a span");
    await press(page, "slots", "start again");
    expect(query(page)).toBe("");
    await close();
  });

  test("of the story steps to its end by keyboard", async () => {
    const {page, close} = await visit(browser, site, path);
    await cell(page, "owner").getByRole("button", {name: "next"}).focus();
    for (let i = 0; i < 8; i++) await page.keyboard.press("Enter");
    expect(await textOf(page, "owner")).toContain("step 7 of 7");
    expect(query(page)).toBe("?step=7");
    await close();
  });
});

describe("the text", () => {
  test("without scripts has each figure, and every number", async () => {
    const {page, close} = await visit(browser, site, path, {javaScriptEnabled: false});
    const fallbacks = await page.locator(".fallback:visible").allInnerTexts();
    expect(fallbacks.length).toBe(names.length + 2);
    expect(fallbacks.filter(text => text.length < 60 || nonsense.test(text))).toEqual([]);
    const values = await page.locator("[data-value]").allInnerTexts();
    expect(values.filter(text => text === "" || nonsense.test(text))).toEqual([]);
    await close();
  });

  test("gives every drawing an alternative in words, and no page-wide scrolling at 360 pixels", async () => {
    const {page, troubles, close} = await visit(browser, site, path, {viewport: {width: 360, height: 800}});
    const labels = await page
      .locator("svg.drawing")
      .evaluateAll(all => all.map(e => e.getAttribute("aria-label")));
    expect(labels.length).toBeGreaterThan(5);
    expect(labels.filter(label => !label || label.length < 20 || nonsense.test(label))).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(
      0,
    );
    expect(await troubles()).toEqual([]);
    await close();
  });

  test("with its code weighs at most 145 kB, gzipped", async () => {
    const last = (page: Page) => page.locator(drawn).nth(names.length - 1);
    expect(await weightOf(browser, site, path, last)).toBeLessThan(145_000);
  });
});
