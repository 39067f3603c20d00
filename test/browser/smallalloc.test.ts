// Section 7.5 in a real browser: every control, what it shows, and what the address keeps.

import type {Browser} from "playwright-core";
import {afterAll, beforeAll, expect, test} from "vitest";
import {launch, type Server, serve, settle, visit} from "./site.ts";

const path = "part2runtime/ch07alloc/smallalloc.html";
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

const button = (name: string | RegExp) => ["button", {name, exact: true}] as const;

test("the size at the top drives the text and the figures, and the address keeps it", () =>
  on("", async page => {
    await page.getByRole("textbox", {name: "object size in bytes"}).fill("1000");
    await settle(page);
    expect(await page.locator("[data-value=elemsize]").first().innerText()).toBe("1,024 bytes");
    expect(page.url()).toContain("size=1000");
    await page.getByLabel("with pointers").check();
    await settle(page);
    expect(page.url()).toContain("scan=1");
    // 1,024 is size class 31; with pointers that is span class 62.
    expect(await page.locator(drawn).first().innerText()).toContain("span class 62");
  }));

test("a size that makes no sense is explained and stays in the field", () =>
  on("", async page => {
    await page.getByRole("textbox", {name: "object size in bytes"}).fill("40000");
    expect(await page.locator(".inputs:not(.release) [role=status]").innerText()).toMatch(
      /“40000”.*32,768.*shows 48/,
    );
    expect(await page.getByRole("textbox", {name: "object size in bytes"}).inputValue()).toBe("40000");
  }));

test("nextFreeFast steps by one allocation, and on to the next slow one", () =>
  on("?span=new&alloc=62", async page => {
    const cell = page.locator(drawn, {has: page.locator(".bits")});
    expect(await cell.innerText()).toContain("Allocation 62: object 61, by nextFreeFast");
    await cell.getByRole(...button("allocate")).click();
    expect(await cell.innerText()).toContain("object 62, by nextFreeFast");
    await cell.getByRole(...button("to the next slow one")).click();
    expect(await cell.innerText()).toContain("object 63, by nextFree.");
    expect(page.url()).toContain("alloc=64");
    expect(await cell.locator(".bit").count()).toBe(128);
  }));

test("a reader allocates, clicks on objects to keep them, collects, and sees the holes used", () =>
  on("?ops=a4", async page => {
    const cell = page.locator(drawn, {has: page.locator(".grid64")});
    await cell.getByRole("textbox", {name: "reachable", exact: true}).fill("none");
    await cell.locator(".object").nth(1).click();
    expect(await cell.getByRole("textbox", {name: "reachable", exact: true}).inputValue()).toBe("1");
    await cell.getByRole(...button("collect")).click();
    expect(await cell.locator(".group .object.garbage").count()).toBe(3);
    await cell.getByRole(...button("allocate 1")).click();
    expect(await cell.innerText()).toContain("The P flushed its mcache first.");
    expect(await cell.locator(".group .object.new").first().getAttribute("title")).toContain("object 0");
    expect(page.url()).toContain("ops=a4_k1_a1");
    await cell.getByRole(...button("undo")).click();
    expect(await cell.locator(".group .object.garbage").count()).toBe(3);
  }));

test("what cannot be read as objects is explained and nothing is collected", () =>
  on("?ops=a4", async page => {
    const cell = page.locator(drawn, {has: page.locator(".grid64")});
    await cell.getByRole("textbox", {name: "reachable", exact: true}).fill("1-");
    await cell.getByRole(...button("collect")).click({force: true});
    expect(await cell.innerText()).toContain("“1-”");
    expect(await cell.locator(".group .object.garbage").count()).toBe(0);
  }));

test("the states of sweepgen can be walked through by buttons", () =>
  on("", async page => {
    const cell = page.locator(drawn, {has: page.locator(".machine")});
    for (const act of ["collect", "give back", "collect", "claim", "sweep", "take"])
      await cell.getByRole(...button(act)).click();
    expect(await cell.getByRole("status").innerText()).toContain("it is sg + 3");
    expect(page.url()).toContain("gen=0.2.0.3.4.1");
  }));

test("a type that the reader spells shows its bits", () =>
  on("", async page => {
    const cell = page.locator(drawn, {has: page.locator(".wordrow")});
    await cell.getByRole("textbox", {name: "words", exact: true}).fill("......p");
    expect(await cell.locator("figcaption").first().innerText()).toContain("reads 7 words of 8");
    await cell.getByRole("textbox", {name: "words", exact: true}).fill("p?");
    expect(await cell.innerText()).toContain("“?” is no word");
  }));

test("an address finds its object, or a reason why there is none", () =>
  on("", async page => {
    const cell = page.locator(drawn, {has: page.getByRole(...button("a stack"))});
    expect(await cell.innerText()).toContain("24 bytes into it");
    await cell.getByRole(...button("one further")).click();
    expect(await cell.innerText()).toContain("behind its last object");
    await cell.getByRole(...button("a stack")).click();
    expect(await cell.innerText()).toContain("belongs to a stack");
    await cell.getByRole("textbox", {name: "address", exact: true}).fill("0xzz");
    expect(await cell.innerText()).toContain("“0xzz” is no address");
  }));

test("a recorded script is replayed in the browser with every address the same", () =>
  on("", async page => {
    const cell = page.locator(drawn, {has: page.getByRole(...button("replay it here"))});
    await cell.getByRole("combobox", {name: "recording"}).selectOption({label: "go1.12.17, linux/386"});
    await cell.getByRole("combobox", {name: "script"}).selectOption("rounding");
    await cell.getByRole(...button("replay it here")).click();
    await cell.locator("figure").waitFor();
    expect(await cell.innerText()).toMatch(
      /130 allocations, every address as recorded; [\d,]+ fields equal, 0 differing/,
    );
  }));
