// Section 7.1 in a browser: its controls, its address, what it says of senseless input, and its text without scripts.

import type {Browser, Page} from "playwright-core";
import {afterAll, beforeAll, describe, expect, test} from "vitest";
import {launch, type Server, serve, visit, weightOf} from "./site.ts";

const path = "part2runtime/ch07alloc/basic.html";
let browser: Browser;
let site: Server;

beforeAll(async () => {
  [browser, site] = await Promise.all([launch(), serve("dist")]);
});
afterAll(() => Promise.all([browser.close(), site.close()]));

/** The cells that draw, in the order of the page. */
const names = ["story", "rounding", "cost"] as const;
const drawn = "main > .observablehq > .cell";
const cell = (page: Page, name: (typeof names)[number]) => page.locator(drawn).nth(names.indexOf(name));
const query = (page: Page) => decodeURIComponent(new URL(page.url()).search);
const nonsense = /\bNaN\b|undefined|Infinity|\[object|\bnull\b/;

describe("the way of an object", () => {
  test("is stepped through by keyboard, from the system up to the mcache", async () => {
    const {page, troubles, close} = await visit(browser, site, path);
    const roles = () => cell(page, "story").locator(".way .role").allInnerTexts();
    expect((await roles()).map(text => text[0])).toEqual(["↓", "↓", "↓", "●"]);
    await cell(page, "story").getByRole("button", {name: "next"}).focus();
    await page.keyboard.press("Enter");
    expect((await roles()).map(text => text[0])).toEqual(["●", "○", "○", "○"]);
    expect(query(page)).toBe("?step=2");
    expect(await page.evaluate(() => document.activeElement?.textContent)).toContain("next");
    for (let i = 0; i < 8; i++) {
      await page.keyboard.press("Enter");
      expect(await cell(page, "story").innerText()).not.toMatch(nonsense);
    }
    expect(await cell(page, "story").innerText()).toContain("step 7 of 7");
    expect(await troubles()).toEqual([]);
    await close();
  });

  test("is that of the reader’s own objects, and a link leads back to it", async () => {
    const first = await visit(browser, site, path);
    const story = cell(first.page, "story");
    await story.getByLabel("begin with").selectOption("procresize");
    await story.getByRole("button", {name: "clear"}).click();
    expect(await story.innerText()).toContain("Nothing is allocated yet");
    await story.getByLabel("size in bytes").fill("3000");
    await story.getByLabel("times").fill("100");
    await story.getByRole("button", {name: "allocate"}).click();
    await story.getByRole("button", {name: "collect"}).click();
    expect(await story.innerText()).toContain("50 objects of yours stay reachable");
    await story.getByLabel("times").fill("1");
    await story.getByRole("button", {name: "allocate"}).click();
    expect(await story.locator(".way .answers .level").innerText()).toContain("mcentral");
    expect(query(first.page)).toBe("?start=procresize&way=3000px100_gc_3000p&step=3");
    const second = await visit(browser, site, path + new URL(first.page.url()).search);
    const cards = (page: Page) => cell(page, "story").locator(".way").innerText();
    expect(await cards(second.page)).toBe(await cards(first.page));
    await first.close();
    await second.close();
  });

  test("keeps a size that makes no sense in its field, and says what would be right", async () => {
    const {page, troubles, close} = await visit(browser, site, path);
    const story = cell(page, "story");
    await story.getByLabel("size in bytes").fill("lots");
    await story.getByRole("button", {name: "allocate"}).click();
    expect(await story.locator(".remark").innerText()).toContain("“lots” is no size in bytes");
    expect(await story.getByLabel("size in bytes").inputValue()).toBe("lots");
    await story.getByLabel("size in bytes").fill("1000000000");
    await story.getByLabel("times").fill("9999");
    await story.getByRole("button", {name: "allocate"}).click();
    expect(await story.locator(".remark").innerText()).toContain("this page plays up to 2,048 MiB");
    expect(await troubles()).toEqual([]);
    await close();
  });

  test("opens at a step, and names what it cannot read in the address", async () => {
    const {page, troubles, close} = await visit(browser, site, `${path}?way=24p_x9_100000&step=2`);
    expect(await cell(page, "story").innerText()).toMatch(/“x9” is left out.*100,000 B: a large object/s);
    expect(await troubles()).toEqual([]);
    await close();
  });
});

describe("the steps of the size classes", () => {
  test("say what a size gets, large ones too", async () => {
    const {page, troubles, close} = await visit(browser, site, path);
    const rounding = cell(page, "rounding");
    const size = rounding.getByLabel("size in bytes");
    await size.fill("1025");
    expect(await rounding.innerText()).toContain("1,025 bytes get a block of 1,152 bytes. 127 bytes (11.0%)");
    await rounding.getByLabel("show sizes to").selectOption("131072");
    await size.fill("40000");
    expect(await rounding.innerText()).toContain("a span of 5 pages, 40,960 bytes");
    await size.fill("-1");
    expect(await rounding.locator(".remark").innerText()).toContain("“-1” is no size in bytes");
    expect(await size.inputValue()).toBe("-1");
    expect(query(page)).toBe("?size=-1&to=131072");
    expect(await troubles()).toEqual([]);
    await close();
  });
});

describe("the workload", () => {
  test("is counted anew for what the reader sets, and a link leads back to it", async () => {
    const first = await visit(browser, site, path);
    const cost = cell(first.page, "cost");
    await cost.getByRole("combobox").selectOption("large only");
    await cost.getByRole("textbox", {name: "allocations"}).fill("1000");
    await cost.getByRole("textbox", {name: "cycles"}).fill("2");
    await cost.getByRole("textbox", {name: "% freed per cycle"}).fill("100");
    await cost.getByRole("textbox", {name: "Ps", exact: true}).fill("1");
    const text = await cost.innerText();
    expect(text).toContain("1,000 allocations in 2 cycles on 1 P, 100% freed by each collection");
    expect(text).toMatch(/mcache, span: 0, none/);
    const second = await visit(browser, site, path + new URL(first.page.url()).search);
    expect(await cell(second.page, "cost").innerText()).toBe(text);
    await first.close();
    await second.close();
  });

  test("keeps what makes no sense, names it, and goes on showing the last that did", async () => {
    const {page, troubles, close} = await visit(browser, site, path);
    const cost = cell(page, "cost");
    await cost.getByRole("textbox", {name: "sizes"}).fill("24q");
    await cost.getByRole("textbox", {name: "Ps", exact: true}).fill("900");
    const remarks = (await cost.locator(".remark").allInnerTexts()).join(" ");
    expect(remarks).toMatch(/“24q”.*“900” is no number of Ps: it is a whole number from 1 to 64/s);
    expect(await cost.getByRole("textbox", {name: "sizes"}).inputValue()).toBe("24q");
    expect(await cost.innerText()).toContain("30,000 allocations in 5 cycles on 4 Ps");
    expect(await troubles()).toEqual([]);
    await close();
  });
});

describe("the text", () => {
  test("without scripts has each figure, each table and every number", async () => {
    const {page, close} = await visit(browser, site, path, {javaScriptEnabled: false});
    const fallbacks = await page.locator(".fallback:visible").allInnerTexts();
    // Ten cells that draw, and the landmarks of the run that can be stepped through.
    expect(fallbacks).toHaveLength(11);
    expect(fallbacks.filter(text => text.length < 20 || nonsense.test(text))).toEqual([]);
    const values = await page.locator("[data-value]").allInnerTexts();
    expect(values.filter(text => text === "")).toEqual([]);
    await close();
  });

  test("with scripts has each figure once, with an alternative in words", async () => {
    const {page, troubles, close} = await visit(browser, site, path);
    expect(await page.locator(drawn).count()).toBe(names.length);
    const labels = await page
      .locator("svg.drawing:visible")
      .evaluateAll(all => all.map(e => e.getAttribute("aria-label")));
    expect(labels.length).toBeGreaterThan(5);
    expect(labels.filter(label => !label || label.length < 20 || nonsense.test(label))).toEqual([]);
    expect(await troubles()).toEqual([]);
    await close();
  });

  test("on a phone is no wider than the screen", async () => {
    const {page, close} = await visit(browser, site, path, {viewport: {width: 360, height: 740}});
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    await close();
  });

  test("on paper has the figures and no controls", async () => {
    const {page, close} = await visit(browser, site, path);
    await page.emulateMedia({media: "print"});
    expect(await page.locator("main form:visible").count()).toBe(0);
    expect(await page.locator(`${drawn}:visible`).count()).toBe(names.length);
    await close();
  });
});

test("the page with its code weighs at most 145 kB, gzipped and without fonts", async () => {
  const last = (page: Page) => page.locator(drawn).nth(names.length - 1);
  expect(await weightOf(browser, site, path, last)).toBeLessThan(145_000);
});
