// Links to copy and citations in the browser: with and without a clipboard, and what is downloaded.

import {readFile} from "node:fs/promises";
import type {Browser} from "playwright-core";
import {afterAll, beforeAll, expect, test} from "vitest";
import {readCitation} from "../../src/book/cite.ts";
import {launch, type Server, serve, visit} from "./site.ts";

const page = "part2runtime/ch07alloc/init.html";
const published = `${readCitation("CITATION.cff").url}/${page}`;
let browser: Browser;
let site: Server;

beforeAll(async () => {
  [browser, site] = await Promise.all([launch(), serve("dist")]);
});
afterAll(() => Promise.all([browser.close(), site.close()]));

test("a heading's link copies the published address with the inputs that are set, and goes there", async () => {
  const permissions = ["clipboard-read", "clipboard-write"];
  const {page: tab, troubles, close} = await visit(browser, site, `${page}?goarch=arm64`, {permissions});
  await tab.locator("#the-checks .permalink").focus();
  await tab.keyboard.press("Enter");
  await expect.poll(() => tab.locator("#copied").innerText()).toBe("Link copied");
  expect(await tab.evaluate("navigator.clipboard.readText()")).toBe(`${published}?goarch=arm64#the-checks`);
  expect(new URL(tab.url()).hash).toBe("#the-checks");
  await tab.locator("#figure-hints .permalink").click();
  await expect
    .poll(() => tab.evaluate("navigator.clipboard.readText()"))
    .toBe(`${published}?goarch=arm64#figure-hints`);
  await tab.locator(".cite button").nth(1).click();
  await expect.poll(() => tab.evaluate("navigator.clipboard.readText()")).toMatch(/^@incollection\{openhood/);
  expect(await troubles()).toEqual([]);
  await close();
});

test("where the clipboard is refused the link still leads there, and the address can be read", async () => {
  const {page: tab, troubles, close} = await visit(browser, site, page);
  await tab.evaluate(() => {
    navigator.clipboard.writeText = () => Promise.reject(new Error("refused"));
  });
  await tab.locator("#listing-mallocinit .permalink").click();
  await expect.poll(() => tab.locator("#copied").innerText()).toContain(`${published}#listing-mallocinit`);
  expect(new URL(tab.url()).hash).toBe("#listing-mallocinit");
  expect(await troubles()).toEqual([]);
  await close();
});

test("without scripts each citation can be downloaded, and no button is there that does nothing", async () => {
  const {page: tab, close} = await visit(browser, site, page, {javaScriptEnabled: false});
  expect(await tab.locator(".cite button:visible").count()).toBe(0);
  const loading = tab.waitForEvent("download");
  await tab.locator(".cite a[download$='.bib']").click();
  const download = await loading;
  expect(download.suggestedFilename()).toBe("openhood-ch07alloc-init.bib");
  const text = await readFile((await download.path())!, "utf8");
  expect(text).toContain("origtitle = {{初始化}}");
  expect(text).toContain(`url = {${published}}`);
  await close();
});
