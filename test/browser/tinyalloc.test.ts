// Section 7.6 in a real browser: every control, what it shows, and what the address keeps.

import type {Browser} from "playwright-core";
import {afterAll, beforeAll, expect, test} from "vitest";
import {launch, type Server, serve, settle, visit} from "./site.ts";

const path = "part2runtime/ch07alloc/tinyalloc.html";
/** The cells that draw. */
const drawn = "main > .observablehq > .cell";
let browser: Browser;
let site: Server;

beforeAll(async () => {
  [browser, site] = await Promise.all([launch(), serve("dist")]);
});
afterAll(() => Promise.all([browser.close(), site.close()]));

/** Opens the page, does something, and checks that nothing went wrong on the way. */
async function on(query: string, act: (page: Awaited<ReturnType<typeof visit>>["page"]) => Promise<void>) {
  const {page, troubles, close} = await visit(browser, site, path + query);
  await act(page);
  expect(await troubles()).toEqual([]);
  await close();
}

const button = (name: string) => ["button", {name, exact: true}] as const;

test("sizes at the top fill blocks, and the address keeps them", () =>
  on("", async page => {
    await page.locator(".inputs").getByRole("textbox", {name: "sizes"}).fill("8, 8, 1");
    await settle(page);
    const cell = page.locator(drawn, {has: page.getByRole(...button("all"))});
    expect(await cell.locator("figcaption").innerText()).toContain(
      "3 objects of together 17 bytes in 2 blocks",
    );
    expect(page.url()).toContain("sizes=8x2,1");
    await page.getByRole(...button("one more of 15 bytes")).click();
    await settle(page);
    expect(page.url()).toContain("sizes=8x2,1,15");
  }));

test("a size that is not tiny is explained, and the page keeps the sizes from before", () =>
  on("?sizes=8,8", async page => {
    await page.locator(".inputs").getByRole("textbox", {name: "sizes"}).fill("8, 8, 16");
    expect(await page.locator(".inputs:not(.release) [role=status]").innerText()).toMatch(
      /16 bytes are not tiny.*1 to 15/,
    );
    expect(await page.locator(".inputs").getByRole("textbox", {name: "sizes"}).inputValue()).toBe("8, 8, 16");
    expect(page.url()).toContain("sizes=8,8");
  }));

test("the reader steps from object to object", () =>
  on("?sizes=3,14,12&object=2", async page => {
    const cell = page.locator(drawn, {has: page.getByRole(...button("all"))});
    expect(await cell.getByRole("status").innerText()).toContain("goes on with the old one");
    await cell.getByRole(...button("next →")).click();
    expect(await cell.getByRole("status").innerText()).toContain("4 + 12 = 16");
  }));

test("the map of the rule says what a case comes to", () =>
  on("", async page => {
    const cell = page.locator(drawn, {has: page.getByRole("spinbutton", {name: "tinyoffset"})});
    await cell.getByRole("spinbutton", {name: "tinyoffset", exact: true}).fill("13");
    await cell.getByRole("spinbutton", {name: "size", exact: true}).fill("12");
    expect(await cell.getByRole("status").innerText()).toContain("goes on with the new one");
    expect(page.url()).toContain("offset=13");
  }));

test("the reader's own mix is costed, and a fault in it is explained", () =>
  on("?mix=own&own=1x16", async page => {
    const cell = page.locator(drawn, {has: page.getByRole("combobox", {name: "mix"})});
    expect(await cell.locator("figcaption").innerText()).toContain("16 bytes instead of 128");
    await cell.getByRole("textbox", {name: "sizes", exact: true}).fill("1x16, 20");
    expect(await cell.innerText()).toContain("20 bytes are not tiny");
  }));

test("the recorded script is the first mix, and can be put in random order", () =>
  on("", async page => {
    const cell = page.locator(drawn, {has: page.getByRole("combobox", {name: "mix"})});
    expect(await cell.locator("figcaption").innerText()).toContain("89 objects. Combining takes 592 bytes");
    await cell.getByLabel("in random order").check();
    expect(page.url()).toContain("order=random");
  }));

test("a block is kept for one reachable object", () =>
  on("?sizes=8,8,8,8", async page => {
    const cell = page.locator(drawn, {has: page.getByRole("textbox", {name: "reachable"})});
    await cell.getByRole("textbox", {name: "reachable", exact: true}).fill("3");
    expect(await cell.getByRole("status").last().innerText()).toContain("1 of 2, with 16 bytes");
  }));

test("the share of survivors changes what each block size holds", () =>
  on("", async page => {
    const cell = page.locator(drawn, {has: page.locator("input[type=range]")});
    await cell.locator("input[type=range]").fill("1");
    expect(await cell.getByRole("status").innerText()).toContain(
      "one in 1 can be reached. The least is held with blocks of 64 bytes",
    );
    expect(page.url()).toContain("survivors=1");
  }));

test("a recorded script is replayed in the browser with every address the same", () =>
  on("", async page => {
    const cell = page.locator(drawn, {has: page.getByRole(...button("replay it here"))});
    await cell.getByRole(...button("replay it here")).click();
    await cell.locator("figure").waitFor();
    expect(await cell.innerText()).toMatch(
      /89 allocations, every address as recorded; [\d,]+ fields equal, 0 differing/,
    );
  }));
