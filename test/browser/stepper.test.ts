// Stepping through mallocinit on its page: with the keyboard alone, by links, and with nothing loaded before.

import {gzipSync} from "node:zlib";
import type {Browser, Page} from "playwright-core";
import {afterAll, beforeAll, describe, expect, test} from "vitest";
import {launch, type Server, serve, settle, visit} from "./site.ts";

const path = "part2runtime/ch07alloc/init.html";
let browser: Browser;
let site: Server;

beforeAll(async () => {
  [browser, site] = await Promise.all([launch(), serve("dist")]);
});
afterAll(() => Promise.all([browser.close(), site.close()]));

const sentence = (page: Page) => page.locator(".stepper-sentence").innerText();
const step = (page: Page) => Number(new URL(page.url()).searchParams.get("step")?.split(".")[0]);

/** Opens the panel from a listing's button, with the keyboard. */
async function open(page: Page, listing: string): Promise<void> {
  await page.locator(`#${listing} .step-button`).focus();
  await page.keyboard.press("Enter");
  await page.locator(".stepper").waitFor();
}

describe("before Step is pressed", () => {
  test("every listing of the model has the button, and nothing of the stepping build is loaded", async () => {
    const opened = await visit(browser, site, path);
    const listings = await opened.page.locator('figure.listing:has(a[href*="src/runtime/"])').count();
    expect(await opened.page.locator(".step-button").count()).toBe(listings);
    const loaded = await opened.page.evaluate(() =>
      performance.getEntriesByType("resource").map(e => e.name),
    );
    expect(loaded.filter(name => /\/stepping\/|stepper\/(run|opened|panel)/.test(name))).toEqual([]);
    await opened.close();
  });

  test("what is loaded then is at most 100 kB", async () => {
    const opened = await visit(browser, site, path);
    const sizes: number[] = [];
    opened.page.on("response", async response => {
      if (response.ok()) sizes.push(gzipSync(await response.body()).length);
    });
    await open(opened.page, "listing-mallocinit");
    await settle(opened.page);
    expect(sizes.reduce((a, b) => a + b, 0)).toBeLessThan(100_000);
    await opened.close();
  });
});

describe("with the keyboard", () => {
  test("opens at the routine's first statement, and goes on from there", async () => {
    const opened = await visit(browser, site, path);
    const {page} = opened;
    await open(page, "listing-mheap-init");
    expect(await page.locator(".stepper-source .current").innerText()).toContain("const {rt} = this;");
    const first = step(page);
    await page.keyboard.press("ArrowRight");
    await expect.poll(() => step(page)).toBe(first + 1);
    await page.keyboard.press("ArrowLeft");
    await expect.poll(() => step(page)).toBe(first);
    expect(await opened.troubles()).toEqual([]);
    await opened.close();
  });

  test("goes over and out of calls, and to the next change of a field", async () => {
    const opened = await visit(browser, site, path);
    const {page} = opened;
    await open(page, "listing-mheap-init");
    await page.keyboard.press("n");
    await page.keyboard.press("n");
    await expect.poll(() => page.locator(".stepper-calls li").last().innerText()).toContain("mheap.init");
    await page.keyboard.press("c");
    await expect.poll(() => sentence(page)).toContain("mheap_.spanalloc.zero changes from false to true");
    await page.keyboard.press("c");
    await expect.poll(() => sentence(page)).toContain("mheap_.spanalloc.zero changes from true to false");
    await expect.poll(() => sentence(page)).toMatch(/^mheap\.init, line \d+:/);
    await page.keyboard.press("o");
    await expect.poll(() => page.locator(".stepper-calls li").last().innerText()).toContain("mallocinit");
    await opened.close();
  });

  test("shows its keys on ?, and gives the focus back when it closes", async () => {
    const opened = await visit(browser, site, path);
    const {page} = opened;
    await open(page, "listing-mallocinit");
    await page.keyboard.press("?");
    expect(await page.locator(".stepper-help").innerText()).toContain("over the call");
    await page.keyboard.press("Escape");
    expect(await page.locator(".stepper").count()).toBe(0);
    expect(await page.evaluate(() => document.activeElement?.getAttribute("aria-label"))).toBe(
      "Step through mallocinit",
    );
    expect(new URL(page.url()).search).toBe("");
    await opened.close();
  });

  test("says each step to those who listen", async () => {
    const opened = await visit(browser, site, path);
    const {page} = opened;
    await open(page, "listing-mallocinit");
    const status = page.locator(".stepper-sentence");
    expect(await status.getAttribute("aria-live")).toBe("polite");
    const before = await status.innerText();
    await page.keyboard.press("ArrowRight");
    await expect.poll(() => status.innerText()).not.toBe(before);
    await opened.close();
  });
});

describe("a link", () => {
  test("opens at its step, with the inputs", async () => {
    const opened = await visit(browser, site, `${path}?goarch=386`);
    await open(opened.page, "listing-reserveArenas");
    await opened.page.keyboard.press("n");
    const url = opened.page.url();
    const shown = await sentence(opened.page);
    await opened.close();

    const again = await visit(browser, site, url.slice(site.url.length));
    await again.page.locator(".stepper").waitFor();
    expect(await sentence(again.page)).toBe(shown);
    expect(await again.page.locator(".stepper .remark").count()).toBe(0);
    await again.close();
  });

  test("to a statement that is gone says so and opens near it", async () => {
    const opened = await visit(browser, site, `${path}?step=1700.mheap.init.3.zzz&run=mallocinit`);
    await opened.page.locator(".stepper").waitFor();
    expect(await opened.page.locator(".stepper .remark").innerText()).toContain("gone from mheap.init");
    expect(await opened.page.locator(".stepper-source b").innerText()).toBe("mheap.init");
    await opened.close();
  });

  test("that is none says so", async () => {
    const opened = await visit(browser, site, `${path}?step=nonsense&run=mallocinit`);
    await opened.page.locator(".stepper").waitFor();
    expect(await opened.page.locator(".stepper .remark").innerText()).toContain("is no step of this run");
    await opened.close();
  });
});

test("the slider, a call of the list and a line go where they say", async () => {
  const opened = await visit(browser, site, path);
  const {page} = opened;
  await open(page, "listing-mallocinit");
  await page.locator('.stepper input[type="range"]').fill("100");
  await expect.poll(() => step(page)).toBe(100);
  const option = page.locator(".stepper-run option", {hasText: "allocmcache"}).first();
  await page.locator(".stepper-run select").selectOption(await option.getAttribute("value"));
  await expect.poll(() => page.locator(".stepper-source b").innerText()).toBe("allocmcache");
  await page.locator(".stepper-source li button", {hasText: /^\d+$/}).nth(2).click();
  expect(await page.locator(".stepper .remark").count()).toBeLessThanOrEqual(1);
  expect(await opened.troubles()).toEqual([]);
  await opened.close();
});

test("without scripts the landmarks of the run stand in its place", async () => {
  const opened = await visit(browser, site, path, {javaScriptEnabled: false});
  const text = await opened.page.locator(".fallback", {hasText: "The run of mallocinit"}).innerText();
  expect(text).toContain("mheap.init");
  expect(text).toContain("fixalloc.alloc");
  await opened.close();
});
