// Every page of the built site in Firefox, over WebDriver BiDi: no error, no red cell, its title, its search.
//
// $FIREFOX names the browser, else /usr/bin/firefox-esr (Debian's package) or /usr/bin/firefox; without one this is skipped.

import {existsSync} from "node:fs";
import {type Browser, launch} from "puppeteer-core";
import {afterAll, beforeAll, describe, expect, test} from "vitest";
import {readPages} from "../../src/book/pages.ts";
import {type Server, serve} from "./site.ts";

const executablePath = [process.env.FIREFOX, "/usr/bin/firefox-esr", "/usr/bin/firefox"].find(
  path => path && existsSync(path),
);
const remark = executablePath ? "" : " (skipped: install firefox-esr, or name a Firefox in $FIREFOX)";

describe.skipIf(executablePath === undefined)(`in Firefox${remark}`, () => {
  let browser: Browser;
  let site: Server;

  beforeAll(async () => {
    [browser, site] = await Promise.all([
      launch({browser: "firefox", executablePath: executablePath!, headless: true}),
      serve("dist"),
    ]);
  });
  afterAll(() => Promise.all([browser.close(), site.close()]));

  test.each(readPages("docs").map(page => ({path: page.path, title: page.title?.text ?? ""})))(
    "$path has its title and its search, no error and no red cell",
    async ({path, title}) => {
      const page = await browser.newPage();
      const errors: string[] = [];
      page.on("console", message => {
        if (message.type() === "error") errors.push(message.text());
      });
      page.on("pageerror", error => errors.push(String(error)));
      await page.goto(`${site.url}${path}.html`, {waitUntil: "load"});
      await page.waitForFunction(`!document.querySelector("observablehq-loading")`);
      expect(await page.$eval("h1", e => e.textContent)).toContain(title);
      expect(await page.title()).toContain(title);
      expect(await page.$$eval("input[type=search]", all => all.length)).toBeGreaterThan(0);
      const red = await page.$$eval(".observablehq--error, .book-error", all => all.map(e => e.textContent));
      expect([...errors, ...red]).toEqual([]);
      await page.close();
    },
  );
});
