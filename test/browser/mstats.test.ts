// Section 7.8 in a browser: its panel, the reader's own JSON, its address, and its text without scripts.

import {readFileSync} from "node:fs";
import type {Browser, Page} from "playwright-core";
import {afterAll, beforeAll, describe, expect, test} from "vitest";
import {stories} from "../../docs/components/mstats/panel.ts";
import {launch, type Server, serve, settle, visit, weightOf} from "./site.ts";

const path = "part2runtime/ch07alloc/mstats.html";
/** A MemStats that encoding/json wrote in a real program. */
const real = readFileSync("test/components/mstats/go1.19.8.json", "utf8");
let browser: Browser;
let site: Server;

beforeAll(async () => {
  [browser, site] = await Promise.all([launch(), serve("dist")]);
});
afterAll(() => Promise.all([browser.close(), site.close()]));

const names = ["panel", "sums", "fields", "flush", "checks", "bysize", "paste", "replays", "since"] as const;
const drawn = "main > .observablehq > .cell";
const cell = (page: Page, name: (typeof names)[number]) => page.locator(drawn).nth(names.indexOf(name));
const textOf = (page: Page, name: (typeof names)[number]) => cell(page, name).innerText();
const query = (page: Page) => decodeURIComponent(new URL(page.url()).search);
const press = (page: Page, name: string) =>
  cell(page, "panel").getByRole("button", {name, exact: true}).click();
const nonsense = /\bNaN\b|undefined|Infinity|\[object/;

describe("the panel", () => {
  test("allocates what its fields say, and every cell follows", async () => {
    const {page, troubles, close} = await visit(browser, site, path);
    await cell(page, "panel").getByLabel("bytes").fill("1024");
    await cell(page, "panel").getByLabel("objects", {exact: true}).fill("8");
    await cell(page, "panel").getByLabel("with pointers").check();
    await press(page, "allocate");
    await settle(page);
    expect(await textOf(page, "panel")).toContain("HeapAlloc +8,192");
    expect(await textOf(page, "fields")).toMatch(/Mallocs a number\s+118\s+\+8/);
    expect(await textOf(page, "bysize")).toMatch(/1,024\s+8\s+\+8/);
    expect(await textOf(page, "checks")).toContain("12 rules hold");
    expect(query(page)).toBe("?do=read,48x100,read,1024px8,read");
    expect(await troubles()).toEqual([]);
    await close();
  });

  test("has buttons for every other step", async () => {
    const {page, troubles, close} = await visit(browser, site, path);
    const moves: [button: string, moved: RegExp][] = [
      ["stack of 32 KiB", /StackInuse \+32,768/],
      ["free a stack", /StackInuse −32,768/],
      ["GOMAXPROCS=2", /MCacheInuse \+1,736/],
      ["grow by an arena", /HeapSys \+67,108,864/],
      ["drop all kept", /says what the one before said/],
      ["collect", /NumGC \+1/],
      ["sweep", /HeapAlloc −67,113,664/],
      ["return idle pages", /HeapReleased \+/],
    ];
    for (const [name, moved] of moves) {
      await press(page, name);
      expect(await textOf(page, "panel"), name).toMatch(moved);
    }
    expect(await textOf(page, "checks")).toContain("12 rules hold");
    expect(await troubles()).toEqual([]);
    await close();
  });

  test("reads only when told to, if the reader wants it so", async () => {
    const {page, close} = await visit(browser, site, path);
    await cell(page, "panel").getByLabel("read after each step").uncheck();
    await press(page, "allocate");
    await press(page, "allocate");
    expect(await textOf(page, "panel")).toContain("2 steps not yet read");
    await press(page, "read");
    expect(await textOf(page, "panel")).toContain("Mallocs +200");
    await press(page, "start again");
    expect(await textOf(page, "panel")).toContain("This is the first reading");
    await close();
  });

  test("tells every story without a broken rule", async () => {
    const {page, troubles, close} = await visit(browser, site, path);
    for (const [steps] of stories) {
      await cell(page, "panel").getByLabel("or try").selectOption(steps);
      await settle(page);
      expect(await textOf(page, "checks"), steps).toContain("12 rules hold");
      expect((await page.locator(drawn).allInnerTexts()).filter(text => nonsense.test(text))).toEqual([]);
    }
    expect(await troubles()).toEqual([]);
    await close();
  });

  test("keeps what is wrong, and says what would be right", async () => {
    const {page, troubles, close} = await visit(browser, site, path);
    await cell(page, "panel").getByLabel("bytes").fill("many");
    await press(page, "allocate");
    expect(await textOf(page, "panel")).toContain("size “many” is no whole number of bytes");
    expect(await cell(page, "panel").getByLabel("bytes").inputValue()).toBe("many");
    await cell(page, "panel").locator("summary").click();
    await cell(page, "panel").getByLabel("steps", {exact: true}).fill("read,48x1,eat");
    expect(await textOf(page, "panel")).toContain("step 3, “eat”");
    expect(await troubles()).toEqual([]);
    await close();
  });

  test("opens in the state of its address, also a senseless one", async () => {
    const {page, troubles, close} = await visit(
      browser,
      site,
      `${path}?do=read,5x99,read&flush=1024&objects=9`,
    );
    expect(await textOf(page, "panel")).toContain("Frees +66");
    expect(await textOf(page, "flush")).toContain("9 objects of 1,024 bytes");
    expect(await troubles()).toEqual([]);
    await close();
    const other = await visit(browser, site, `${path}?do=<b>,read&flush=7&objects=-1`);
    expect(await textOf(other.page, "panel")).toContain("step 1, “<b>”");
    expect(await other.troubles()).toEqual([]);
    await other.close();
  });

  test("works with the keyboard and keeps the focus", async () => {
    const {page, close} = await visit(browser, site, path);
    await cell(page, "panel").getByRole("button", {name: "allocate", exact: true}).focus();
    await page.keyboard.press("Enter");
    await page.keyboard.press("Enter");
    expect(query(page)).toContain("48x100,read,48x100,read,48x100");
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("allocate");
    await close();
  });
});

describe("the flush", () => {
  test("follows its fields, and the address follows it", async () => {
    const {page, close} = await visit(browser, site, path);
    await cell(page, "flush").locator("select").selectOption("4096");
    await cell(page, "flush").locator("input").fill("5");
    // A span of 8,192 bytes has two blocks of 4,096: the third span is half used.
    expect(await textOf(page, "flush")).toMatch(/object 5\s+5\s+6\s+\+1|another span\s+5\s+6\s+\+1/);
    expect(query(page)).toBe("?flush=4096&objects=5");
    await close();
  });
});

describe("the reader's own MemStats", () => {
  const area = (page: Page) => page.locator("textarea");

  test("is explained with the same views", async () => {
    const {page, troubles, close} = await visit(browser, site, path);
    await area(page).fill(real);
    const text = await textOf(page, "paste");
    expect(text).toContain("32 of 32 fields read");
    expect(text).toContain("12 rules hold");
    expect(text).toContain("The longest of the 11 pauses is 387.6 µs");
    expect(text).toMatch(/GCCPUFraction from 0 to 1\s+5\.60% of the CPU time/);
    expect(text).toContain("BySize: 49 of 61 rows");
    expect(await troubles()).toEqual([]);
    await close();
  });

  test.each([
    ['{"Alloc": 1,\n "Sys": }', "line 2, column 9: found “}”, expected a value"],
    ['{"Alloc": "1"}', "line 1, column 11 Alloc: found the text “1”, expected a whole number"],
    ["[[[[[[[[".repeat(5000), "no more than 64 levels"],
    ['{"Alloc": "<img src=x onerror=alert(1)>"}', "found the text “<img src=x onerror=alert(1)>”"],
  ])("with a fault stays in the field, and the place is named: %.20s", async (text, message) => {
    const {page, troubles, close} = await visit(browser, site, path);
    page.on("dialog", () => {
      throw new Error("the text ran");
    });
    await area(page).fill(text);
    expect(await textOf(page, "paste")).toContain(message);
    expect(await area(page).inputValue()).toBe(text);
    expect(await cell(page, "paste").locator("img").count()).toBe(0);
    expect(await troubles()).toEqual([]);
    await close();
  });

  test("has a button that goes to the fault", async () => {
    const {page, close} = await visit(browser, site, path);
    await area(page).fill('{"Alloc": 1, "Sys": true}');
    await cell(page, "paste").getByRole("button", {name: "line 1, column 21"}).click();
    const selected = await area(page).evaluate((a: HTMLTextAreaElement) =>
      a.value.slice(a.selectionStart, a.selectionEnd),
    );
    expect(selected).toBe("true");
    await close();
  });

  test("is never lost: not to the example, not to a mistake, not to the panel", async () => {
    const {page, close} = await visit(browser, site, path);
    const click = (name: string) => cell(page, "paste").getByRole("button", {name}).click();
    await area(page).fill("mine");
    await press(page, "allocate");
    await settle(page);
    expect(await area(page).inputValue()).toBe("mine");
    await click("show a recorded example");
    expect(await textOf(page, "paste")).toContain("24 of 32 fields read");
    await click("put my text back");
    expect(await area(page).inputValue()).toBe("mine");
    await click("clear");
    expect(await area(page).inputValue()).toBe("");
    await click("put my text back");
    expect(await area(page).inputValue()).toBe("mine");
    await close();
  });

  test("of two megabytes does not stop the page", async () => {
    const {page, troubles, close} = await visit(browser, site, path);
    await area(page).evaluate((a: HTMLTextAreaElement) => {
      a.value = `[${Array(240_000).fill('{"Sys":1}').join()}]`.slice(0, 1_999_999);
      a.dispatchEvent(new Event("input"));
    });
    expect(await textOf(page, "paste")).toContain("found");
    expect(await troubles()).toEqual([]);
    await close();
  });
});

describe("the recordings", () => {
  test("are replayed in the browser, with what the build found", async () => {
    const {page, troubles, close} = await visit(browser, site, path);
    const buttons = cell(page, "replays").getByRole("button");
    expect(await buttons.count()).toBe(16);
    const before = await cell(page, "replays").locator("table").innerText();
    for (let i = 0; i < 16; i++) {
      await buttons.nth(i).click();
      await expect.poll(() => buttons.nth(i).innerText()).toContain("✓");
    }
    const after = await cell(page, "replays").locator("table").innerText();
    expect(after.replaceAll(" ✓", "")).toBe(before);
    expect(await troubles()).toEqual([]);
    await close();
  });
});

describe("the text", () => {
  test("without scripts has each cell's figure or table, and every number", async () => {
    const {page, close} = await visit(browser, site, path, {javaScriptEnabled: false});
    const fallbacks = await page.locator(".fallback:visible").allInnerTexts();
    // The cells that draw, and the landmarks of the run that can be stepped through.
    expect(fallbacks.length).toBe(names.length + 1);
    expect(fallbacks.filter(text => text.length < 100 || nonsense.test(text))).toEqual([]);
    const values = await page.locator("[data-value]").allInnerTexts();
    expect(values.filter(text => text === "")).toEqual([]);
    await close();
  });

  test("with scripts has each figure once", async () => {
    const {page, close} = await visit(browser, site, path);
    expect(await page.locator(".fallback:visible").count()).toBe(0);
    expect(await page.locator(drawn).count()).toBe(names.length);
    await close();
  });

  test("links each field to a listing that is there", async () => {
    const {page, close} = await visit(browser, site, path);
    const links = await cell(page, "fields")
      .locator("a")
      .evaluateAll(all => all.map(a => a.getAttribute("href")!));
    for (const link of new Set(links.filter(l => l.startsWith("#")))) {
      expect(await page.locator(link).count(), link).toBe(1);
    }
    const away = links.find(l => l.includes("init.html"))!;
    const other = await visit(browser, site, `part2runtime/ch07alloc/${away.slice(2)}`);
    expect(await other.page.locator(away.slice(away.indexOf("#"))).count()).toBe(1);
    await other.close();
    await close();
  });

  test("is no wider than a phone, before and after a paste", async () => {
    const {page, close} = await visit(browser, site, path, {viewport: {width: 360, height: 800}});
    const width = () => page.evaluate(() => document.documentElement.scrollWidth);
    expect(await width()).toBe(360);
    await page.locator("textarea").fill(real);
    expect(await width()).toBe(360);
    await page.locator("textarea").fill(`{"${"x".repeat(5000)}": ${"9".repeat(500)}`);
    expect(await width()).toBe(360);
    await close();
  });

  test("on paper has the figures and no controls", async () => {
    const {page, close} = await visit(browser, site, path);
    await page.emulateMedia({media: "print"});
    expect(await page.locator("main form:visible").count()).toBe(0);
    expect(await page.locator(`${drawn}:visible`).count()).toBe(names.length);
    await close();
  });

  test("gives every drawing an alternative in words", async () => {
    const {page, close} = await visit(browser, site, path);
    const labels = await page
      .locator(`${drawn} svg.drawing`)
      .evaluateAll(all => all.map(e => e.getAttribute("aria-label")));
    expect(labels.length).toBeGreaterThan(5);
    expect(labels.filter(label => !label || label.length < 15 || nonsense.test(label))).toEqual([]);
    await close();
  });
});

test("the page with its code weighs at most 145 kB, gzipped and without fonts", async () => {
  const last = (page: Page) => page.locator(drawn).nth(names.length - 1);
  expect(await weightOf(browser, site, path, last)).toBeLessThan(145_000);
});
