// The start page, and what stands around every page.

import type {Browser} from "playwright-core";
import {afterAll, beforeAll, expect, test} from "vitest";
import {launch, type Server, serve, settle, type Visit, visit} from "./site.ts";

let browser: Browser;
let site: Server;
let start: Visit;

beforeAll(async () => {
  [browser, site] = await Promise.all([launch(), serve("dist")]);
  start = await visit(browser, site);
});
afterAll(async () => {
  await browser.close();
  await site.close();
});

test("the start page shows the whole outline", async () => {
  expect(await start.page.locator(".outline li").count()).toBe(93);
  expect(await start.page.locator(".outline .closing").innerText()).toContain("Closing words");
});

test("a link of the outline opens its section", async () => {
  const {page, close} = await visit(browser, site);
  await page.locator(".outline a[href*=init]").click();
  await settle(page);
  expect(await page.locator("h1").innerText()).toBe("7.3 Initialization");
  await close();
});

test("the page says its language and description, and may be zoomed", async () => {
  const {page} = start;
  expect(await page.locator("html").getAttribute("lang")).toBe("en");
  expect(await page.locator("meta[name=description]").getAttribute("content")).toMatch(/how Go works/);
  expect(await page.locator("meta[name=viewport]").getAttribute("content")).not.toContain("maximum-scale");
});

test("the first thing that the keyboard reaches is a way past the contents", async () => {
  const {page, close} = await visit(browser, site);
  await page.keyboard.press("Tab");
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Skip to the text");
  await close();
});

test("the policy stops a script that is not the page's own", async () => {
  const {page, errors, close} = await visit(browser, site);
  await page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "window.ran = true;";
    document.body.append(script);
  });
  expect(await page.evaluate("window.ran")).toBeUndefined();
  expect(errors.join()).toMatch(/Content Security Policy/);
  await close();
});

test("on paper the contents are gone and the footer says which version this is", async () => {
  const {page, close} = await visit(browser, site);
  await page.emulateMedia({media: "print"});
  expect(await page.locator("#observablehq-sidebar").isVisible()).toBe(false);
  expect(await page.locator("#observablehq-footer").innerText()).toMatch(/Open Hood \d+\.\d+\.\d+/);
  await close();
});

test("a visit records requests to elsewhere, errors and red cells", async () => {
  const {page, foreign, errors, redCells, close} = await visit(browser, site);
  await page.evaluate(() => {
    console.error("a fault");
    const image = new Image();
    image.src = "https://example.com/x.png";
    const red = document.createElement("div");
    red.className = "observablehq--error";
    red.textContent = "red";
    document.body.append(image, red);
  });
  await settle(page);
  expect(errors.join()).toMatch(/a fault/);
  expect([...foreign, ...errors].join()).toMatch(/example\.com/);
  expect(await redCells()).toEqual(["red"]);
  await close();
});
