// Finding things: the contents, the search, what names in listings mean.

import type {Browser, Page} from "playwright-core";
import {afterAll, beforeAll, describe, expect, test} from "vitest";
import {launch, type Server, serve, settle, type Visit, visit} from "./site.ts";

const init = "part2runtime/ch07alloc/init.html";
let browser: Browser;
let site: Server;
let wide: Visit;

beforeAll(async () => {
  [browser, site] = await Promise.all([launch(), serve("dist")]);
  wide = await visit(browser, site, init);
});
afterAll(async () => {
  await browser.close();
  await site.close();
});

const fieldOf = (page: Page) => page.getByRole("combobox", {name: "Search the book"});
const optionsOf = (page: Page) => page.locator("#observablehq-search-results").getByRole("option");

/** The results for a query, as lines of text, and where the first one leads. */
async function results(page: Page, query: string): Promise<{texts: string[]; first: string}> {
  await fieldOf(page).fill(query);
  const options = optionsOf(page);
  await expect.poll(() => page.locator(".search-status").textContent()).toMatch(/result/);
  return {
    texts: (await options.allInnerTexts()).map(text => text.replace(/\s+/g, " ")),
    first: new URL((await options.first().getAttribute("href"))!).href.slice(site.url.length),
  };
}

describe("the contents", () => {
  test("stand beside a wide page, with the chapter of the page open", async () => {
    const nav = wide.page.getByRole("navigation", {name: "Contents"}).first();
    expect(await nav.isVisible()).toBe(true);
    expect(await nav.locator("details[open] summary").innerText()).toMatch(/^7 +Memory allocation/);
    expect(await nav.locator("a:visible").count()).toBeLessThan(20);
  });

  test("open over a narrow page without scripts, and close again", async () => {
    const options = {viewport: {width: 360, height: 740}, javaScriptEnabled: false};
    const {page, close} = await visit(browser, site, init, options);
    const nav = page.locator("#observablehq-sidebar");
    expect(await nav.isVisible()).toBe(false);
    await page.getByRole("button", {name: "Contents"}).click();
    expect(await nav.isVisible()).toBe(true);
    await nav.getByRole("button", {name: "Close"}).click();
    expect(await nav.isVisible()).toBe(false);
    await close();
  });
});

describe("the search", () => {
  test("finds an identifier by its whole name first, and says where", async () => {
    const found = await results(wide.page, "mallocinit");
    expect(found.first).toBe(`${init}#listing-mallocinit`);
    expect(found.texts[0]).toMatch(/^7\.3 Initialization mallocinit .*mallocinit/);
    expect((await results(wide.page, "mheap_.spanalloc")).texts[0]).toContain("mheap_.spanalloc");
    expect((await results(wide.page, "allocCache")).texts[0]).toContain("allocCache");
  });

  test("finds Chinese titles", async () => {
    expect((await results(wide.page, "初始化")).first).toBe(init);
    const found = await results(wide.page, "内存分配");
    expect(found.texts.length).toBeGreaterThan(6);
    expect(found.first).toMatch(/^part2runtime\/ch07alloc\//);
  });

  test("finds a term of the glossary, which leads on to its section", async () => {
    const {page, troubles, close} = await visit(browser, site, (await results(wide.page, "页堆")).first);
    expect(page.url()).toMatch(/glossary\.html#term-page-heap$/);
    await page.locator("#term-page-heap + dd a").click();
    await settle(page);
    expect(await page.locator("#the-levels").innerText()).toContain("The levels");
    expect(await troubles()).toEqual([]);
    await close();
  });

  test("finds a symbol that no page prints, with its place in Go's source", async () => {
    const {first} = await results(wide.page, "notInHeapSlice");
    expect(first).toBe("symbols.html#symbol-runtime-slice-notInHeapSlice");
    const {page, close} = await visit(browser, site, first);
    const links = page.locator("#symbol-runtime-slice-notInHeapSlice + dd a");
    expect(await links.last().getAttribute("href")).toMatch(
      /golang\/go\/blob\/go1\.12\.17\/src\/runtime\/slice\.go#L\d+/,
    );
    await close();
  });

  test("says so when there is nothing", async () => {
    await fieldOf(wide.page).fill("qqqqqq");
    expect(await wide.page.locator(".search-status").textContent()).toContain(
      "Nothing in the book has “qqqqqq”",
    );
    expect(await wide.page.locator("#observablehq-search-results").isVisible()).toBe(false);
  });

  test("is led by keyboard alone, to the heading that a result names", async () => {
    const {page, troubles, close} = await visit(browser, site, "index.html", {
      viewport: {width: 360, height: 740},
    });
    await page.keyboard.press("/");
    await page.keyboard.type("treap");
    await optionsOf(page).first().waitFor();
    const field = fieldOf(page);
    const active = await field.getAttribute("aria-activedescendant");
    await page.keyboard.press("ArrowDown");
    const next = await field.getAttribute("aria-activedescendant");
    expect(next).not.toBe(active);
    const href = (await page.locator(`#${next}`).getAttribute("href"))!;
    await page.keyboard.press("Enter");
    await page.waitForURL(href);
    await settle(page);
    expect(await page.locator(`[id="${href.split("#")[1]}"]`).isVisible()).toBe(true);
    expect(await troubles()).toEqual([]);
    await close();
  });

  test("closes with Escape, and then empties the field", async () => {
    const field = fieldOf(wide.page);
    await wide.page.keyboard.press("Control+k");
    await results(wide.page, "span");
    await wide.page.keyboard.press("Escape");
    expect(await wide.page.locator("#observablehq-search-results").isVisible()).toBe(false);
    expect([await field.inputValue(), await field.getAttribute("aria-expanded")]).toEqual(["span", "false"]);
    await wide.page.keyboard.press("Escape");
    expect(await field.inputValue()).toBe("");
  });

  test("asks for its index when a reader turns to it, not before", async () => {
    const page = await browser.newPage();
    const asked: string[] = [];
    page.on("request", request => asked.push(request.url()));
    await page.goto(new URL(init, site.url).href, {waitUntil: "networkidle"});
    expect(asked.filter(url => /search/.test(url))).toEqual([]);
    await fieldOf(page).focus();
    await expect.poll(() => asked.filter(url => /_file\/search\/index\.\w+\.json/.test(url)).length).toBe(1);
    await page.close();
  });
});

describe("a name in a listing", () => {
  const card = (page: Page) => page.locator("#name-card");
  const name = (page: Page, key: string) => page.locator(`#listing-mallocinit [data-name="${key}"]`).first();

  test("says what it is under the pointer, and as long as the pointer is on name or card", async () => {
    const {page, troubles, close} = await visit(browser, site, init);
    await name(page, "allocmcache").hover();
    await card(page).waitFor();
    expect(await card(page).innerText()).toMatch(/allocmcache\s+src\/runtime\/mcache\.ts, line \d+/);
    await card(page).hover();
    await page.waitForTimeout(500);
    expect(await card(page).isVisible()).toBe(true);
    await page.keyboard.press("Escape");
    expect(await card(page).count()).toBe(0);
    expect(await troubles()).toEqual([]);
    await close();
  });

  test("is reached by keyboard: arrows move through the listing, Tab leads into the card", async () => {
    const {page, close} = await visit(browser, site, init);
    await page.locator("#listing-mallocinit pre").focus();
    await page.keyboard.press("Tab");
    await card(page).waitFor();
    expect(await card(page).innerText()).toMatch(/^Runtime\b/);
    await page.keyboard.press("ArrowRight");
    const focused = () => page.evaluate(() => (document.activeElement as HTMLElement).dataset.name);
    const next = await focused();
    expect(next).not.toBe("Runtime");
    await expect.poll(() => card(page).innerText()).toContain(next);
    await page.keyboard.press("Escape");
    expect([await focused(), await card(page).count()]).toEqual([next, 0]);
    while ((await focused()) !== "allocmcache") await page.keyboard.press("ArrowRight");
    await expect.poll(() => card(page).innerText()).toContain("allocmcache");
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.closest("#name-card") !== null)).toBe(true);
    await close();
  });

  test("stays within a narrow window", async () => {
    const options = {viewport: {width: 360, height: 740}, hasTouch: true};
    const {page, close} = await visit(browser, site, init, options);
    await name(page, "Runtime").tap();
    await card(page).waitFor();
    const {x, width} = (await card(page).boundingBox())!;
    expect(x >= 0 && x + width <= 360).toBe(true);
    await close();
  });
});
