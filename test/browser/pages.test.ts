// Every page of the built site, in a real browser: nothing a reader should not meet, at any width, in either theme.
//
// A test of one page's own inputs and figures stands beside this file, named after the page (init.test.ts).

import type {Browser, Page} from "playwright-core";
import {afterAll, beforeAll, describe, expect, test} from "vitest";
import {readPages} from "../../src/book/pages.ts";
import {askAxe} from "./axe.ts";
import {launch, type Server, scrollThrough, serve, visit} from "./site.ts";

let browser: Browser;
let site: Server;

beforeAll(async () => {
  [browser, site] = await Promise.all([launch(), serve("dist")]);
});
afterAll(() => Promise.all([browser.close(), site.close()]));

/** How far the document reaches beyond the window, in pixels. */
const overflow = "document.documentElement.scrollWidth - innerWidth";

describe.each(readPages("docs").map(page => ({path: `${page.path}.html`, page})))("$path", ({path, page}) => {
  test("has no error, no red cell, nothing that axe objects to and no request to elsewhere, wide or narrow, light or dark", async () => {
    const {page: tab, troubles, close} = await visit(browser, site, path, {reducedMotion: "reduce"});
    const objections: Record<string, string[]> = {};
    for (const width of [1280, 360]) {
      await tab.setViewportSize({width, height: 740});
      await scrollThrough(tab);
      expect(await tab.evaluate(overflow)).toBeLessThanOrEqual(0);
      for (const colorScheme of ["light", "dark"] as const) {
        await tab.emulateMedia({colorScheme});
        const {held, violations} = await askAxe(tab);
        expect(held).toBeGreaterThan(20);
        if (violations.length > 0) objections[`${width} px, ${colorScheme}`] = violations;
      }
    }
    expect(objections).toEqual({});
    expect(await beyondPaper(tab)).toEqual([]);
    expect(await troubles()).toEqual([]);
    await close();
  });

  test("shows its title, prose and listings without scripts", async () => {
    const {page: tab, close} = await visit(browser, site, path, {javaScriptEnabled: false});
    const listings = page.fences.filter(f => f.info.startsWith("listing")).length;
    expect(await tab.locator("h1").innerText()).toContain(page.title?.text);
    expect((await tab.locator("main").innerText()).length).toBeGreaterThan(200);
    expect(await tab.locator("figure.listing pre:visible").count()).toBe(listings);
    expect(await tab.locator("observablehq-loading:visible").count()).toBe(0);
    expect(await beyondPaper(tab)).toEqual([]);
    await close();
  });

  test("can be walked through by keyboard: every control is reached, and is seen to be", async () => {
    const {page: tab, close} = await visit(browser, site, path);
    const wanted = await numberControls(tab);
    const reached = new Set<string>();
    const unseen: string[] = [];
    for (let at = await pressTab(tab); !at.end; at = await pressTab(tab)) {
      if (at.control === undefined) continue;
      reached.add(at.control);
      if (!at.outlined) unseen.push(at.control);
    }
    expect({missed: wanted.filter(c => !reached.has(c)), unseen}).toEqual({missed: [], unseen: []});
    await close();
  });
});

/** Marks the controls of a page, and returns their marks. Of a group of radio buttons the keyboard reaches one. */
function numberControls(tab: Page): Promise<string[]> {
  return tab.locator("main :is(a[href], button, input, select, textarea):visible").evaluateAll(all =>
    all
      .filter(e => !(e instanceof HTMLInputElement && (e.disabled || e.type === "radio")))
      .map((e, i) => {
        e.setAttribute("data-control", `${i} ${e.outerHTML.slice(0, 80)}`);
        return e.getAttribute("data-control")!;
      }),
  );
}

/** Moves the focus on by one, and says where it is. Behind the last control it is on the body again. */
async function pressTab(tab: Page): Promise<{end: boolean; control: string | undefined; outlined: boolean}> {
  await tab.keyboard.press("Tab");
  return tab.evaluate(() => {
    const e = document.activeElement as HTMLElement;
    const {outlineStyle, outlineWidth} = getComputedStyle(e);
    return {
      end: e === document.body,
      control: e.dataset.control,
      outlined: outlineStyle !== "none" && outlineWidth !== "0px",
    };
  });
}

/** What a printed page would cut off, and what should not be on one. A sheet of A4 with its margins has 672 pixels. */
async function beyondPaper(tab: Page): Promise<string[]> {
  await tab.emulateMedia({media: "print"});
  await tab.setViewportSize({width: 672, height: 900});
  return tab.evaluate(() => {
    const isWrong = (e: Element) =>
      e.getBoundingClientRect().right > 675 || e.matches("form, button:not(table *), .skip, [id*=sidebar]");
    return Array.from(document.querySelectorAll("main *, #observablehq-sidebar, .skip"))
      .filter(e => e.checkVisibility() && isWrong(e) && !isWrong(e.parentElement!))
      .map(e => `${e.outerHTML.slice(0, 120)} ${Math.round(e.getBoundingClientRect().right)}`);
  });
}
