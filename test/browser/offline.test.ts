// The book without a network, once it was visited; and what happens when a new build is published.

import {cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import type {Browser, Page} from "playwright-core";
import {afterAll, beforeAll, beforeEach, expect, test} from "vitest";
import {writeWorker} from "../../src/book/visited.ts";
import {launch, type Server, serve, settle, visit} from "./site.ts";

let browser: Browser;
let site: Server;
let folder: string;
const path = "part2runtime/ch07alloc/tinyalloc.html";

beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "open-hood-offline-"));
  cpSync("dist", folder, {recursive: true});
  site = await serve(folder);
  return async () => {
    await site.close();
    rmSync(folder, {recursive: true});
  };
});

/** Waits until the worker keeps the site. */
const kept = (page: Page) => page.evaluate(async () => void (await navigator.serviceWorker.ready));
const copies = (page: Page) => page.evaluate(() => caches.keys());

test("after one visit every page opens without a network, and its cells run", async () => {
  const {page, redCells, close} = await visit(browser, site, "", {serviceWorkers: "allow"});
  await kept(page);
  await site.close();
  await page.goto(`${site.url}${path}?sizes=8x2,1`);
  await settle(page);
  expect(await page.locator("h1").innerText()).toContain("7.6 Tiny-object allocation");
  expect(await page.locator(".cell:visible").count()).toBeGreaterThan(3);
  expect(await redCells()).toEqual([]);
  await page.goto(site.url);
  expect(await page.locator("h1").innerText()).toContain("Open Hood");
  await close();
});

test("a new build shows at once, and its copy takes the place of the old one", async () => {
  const {page, close} = await visit(browser, site, "", {serviceWorkers: "allow"});
  await kept(page);
  const [old] = await copies(page);
  const index = join(folder, "index.html");
  writeFileSync(index, readFileSync(index, "utf8").replace(/<h1([^>]*)>/, "<h1$1>New: "));
  writeWorker(folder);
  await page.reload();
  expect(await page.locator("h1").innerText()).toContain("New: Open Hood");
  await expect.poll(async () => (await copies(page)).length).toBe(2);
  await page.evaluate(async () => {
    const registration = (await navigator.serviceWorker.getRegistration())!;
    while (registration.installing) await new Promise(resolve => setTimeout(resolve, 50));
  });
  // The last tab of the old build goes; the next one belongs to the new worker.
  const next = await page.context().newPage();
  await page.close();
  await next.waitForTimeout(1000);
  await next.goto(site.url);
  await expect.poll(async () => (await copies(next)).length).toBe(1);
  expect(await copies(next)).not.toContain(old);
  await close();
});
