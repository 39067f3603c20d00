// The page that opens recordings, in a browser: files by chooser, drop, paste and address; what is wrong with them.

import {readdirSync, readFileSync} from "node:fs";
import type {Browser, Page} from "playwright-core";
import {afterAll, beforeAll, describe, expect, test} from "vitest";
import {launch, type Server, serve, visit} from "./site.ts";

const path = "open.html";
const heaps = "docs/data/captures/heap/";
const gctrace = readFileSync("docs/data/captures/gclogs/linux-amd64-go1.27.3-gctrace.txt", "utf8");
let browser: Browser;
let site: Server;

beforeAll(async () => {
  [browser, site] = await Promise.all([launch(), serve("dist")]);
});
afterAll(() => Promise.all([browser.close(), site.close()]));

const summary = (page: Page) => page.locator("main > .observablehq .summary");
const query = (page: Page) => decodeURIComponent(new URL(page.url()).search);
const choose = (page: Page, ...files: Parameters<ReturnType<Page["locator"]>["setInputFiles"]>[0][]) =>
  page.locator("input[type=file]").setInputFiles(files.flat() as never);

/** Opens the page, and waits until its example has been read. */
async function opened(address = path) {
  const all = await visit(browser, site, address);
  await summary(all.page).first().waitFor();
  return all;
}

describe("recordings", () => {
  test("take the place of the example; two are compared; the address keeps what is looked at", async () => {
    const {page, troubles, close} = await opened();
    await expect.poll(() => page.locator("main").innerText()).toContain("an example that came with the book");
    await choose(page, `${heaps}linux-amd64-go1.12.17-p1.json`);
    await expect.poll(() => summary(page).innerText()).toContain("go1.12.17, linux/amd64");
    expect(await page.locator(".opener").innerText()).toMatch(/p1\.json: .* read in/);
    expect(await page.locator("main").innerText()).toContain(
      "The model of go1.12 was booted as this process was",
    );
    await choose(page, `${heaps}linux-amd64-go1.12.17-p4.json`);
    await expect.poll(() => summary(page).innerText()).toContain("before");
    expect(await page.getByLabel("compare with").inputValue()).toBe("0/main");
    await page.getByLabel("look at").selectOption("1/procresize");
    await expect.poll(() => summary(page).innerText()).toContain("return of runtime.procresize");
    expect(query(page)).toContain("at=1/procresize&from=0/main");
    await page.getByRole("button", {name: "swap"}).click();
    await expect.poll(() => query(page)).toContain("at=0/main&from=1/procresize");
    await page.getByRole("button", {name: "close the first"}).click();
    await expect.poll(() => page.locator(".files li").count()).toBe(1);
    expect(await troubles()).toEqual([]);
    await close();
  });

  test("are sorted and listed span by span, with the keyboard, and the address says which", async () => {
    const {page, troubles, close} = await opened();
    await page.getByRole("button", {name: /^sparse/}).focus();
    await page.keyboard.press("Enter");
    expect(query(page)).toContain("sort=sparse");
    await page.getByRole("button", {name: "64 B, pointers", exact: true}).click();
    const list = page.locator(".long").first();
    expect(await list.getAttribute("aria-label")).toBe("Spans of class 64 B, pointers, 97 in all");
    await list.focus();
    await page.keyboard.press("End");
    await expect.poll(() => list.locator("tr[aria-rowindex='98']").count()).toBe(1);
    expect(query(page)).toContain("class=64p");
    await page.getByRole("button", {name: "enlarge", exact: true}).click();
    await expect.poll(() => page.locator("main").innerText()).toContain("Arena 1, from 0x2e6df0000000");
    const address = page.url();
    expect(await troubles()).toEqual([]);
    await close();
    const again = await opened(`${path}${new URL(address).search}`);
    await expect.poll(() => again.page.locator(".long").count()).toBe(2);
    await again.close();
  });

  test("can be named in the address if they lie beside the site, and nowhere else", async () => {
    const file = readdirSync("dist/_file/data/open").find(name => name.endsWith(".jsonl"))!;
    const {page, troubles, close} = await opened(`${path}?file=_file/data/open/${file}`);
    expect(await page.locator(".files").innerText()).not.toContain("example");
    expect(await troubles()).toEqual([]);
    await close();
    const other = await visit(
      browser,
      site,
      `${path}?file=https://elsewhere.example/heap.json&with=no-such-file.json`,
    );
    await expect.poll(() => other.page.locator(".opener").innerText()).toContain("the server answers 404");
    expect(await other.page.locator(".opener").innerText()).toContain(
      "it lies elsewhere (https://elsewhere.example)",
    );
    expect(other.foreign).toEqual([]);
    await other.close();
  });

  test("may be dropped anywhere", async () => {
    const {page, troubles, close} = await opened();
    const text = readFileSync(`${heaps}linux-386-go1.12.17-p1.json`, "utf8");
    const data = await page.evaluateHandle(content => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([content], "dropped.json"));
      return transfer;
    }, text);
    await page.locator("h1").dispatchEvent("drop", {dataTransfer: data});
    await expect.poll(() => summary(page).innerText()).toContain("linux/386");
    expect(await troubles()).toEqual([]);
    await close();
  });
});

const evil = readFileSync(`${heaps}linux-amd64-go1.19.8-p1.json`, "utf8").replace(
  '"go1.19.8"',
  '"<img src=x onerror=alert(1)>"',
);

test("a broken or hostile file is refused with its place, and the page goes on", async () => {
  const {page, troubles, close} = await opened();
  page.on("dialog", () => {
    throw new Error("the file ran");
  });
  const bad: [string, string, RegExp][] = [
    ["cut.json", evil.slice(0, 9000), /line 2\d\d, column \d+.*the file ends/],
    ["deep.json", `{"schema":"go-heap-state/1","x":${"[".repeat(100_000)}`, /more than 40 levels/],
    ["proto.json", '{"schema":"go-heap-state/1","__proto__":{"a":1}}', /__proto__|has no field/],
    ["types.json", evil.replace('"sweepgen": 0', '"sweepgen": "<b>"'), /sweepgen/],
    ["photo.jpg", "\u0000\u0001\u0002", /expected a recording/],
  ];
  for (const [name, text, message] of bad) {
    await choose(page, {name, mimeType: "application/json", buffer: Buffer.from(text)});
    await expect.poll(() => page.locator(".opener").innerText()).toMatch(message);
    expect(await page.locator(".opener").innerText()).toContain(`${name} could not be opened`);
    expect(await summary(page).innerText()).toContain("go1.27.3");
  }
  // Markup in a text is text.
  await choose(page, {name: "evil.json", mimeType: "application/json", buffer: Buffer.from(evil)});
  await expect.poll(() => summary(page).innerText()).toContain("<img src=x onerror=alert(1)>");
  expect(await page.locator("main img").count()).toBe(0);
  expect(await troubles()).toEqual([]);
  await close();
});

test("a log and a MemStats are known when pasted, and shown while the recording stays", async () => {
  const {page, troubles, close} = await opened();
  const paste = async (text: string) => {
    await page.getByLabel("Text to open").fill(text);
    await page.getByRole("button", {name: "open the text"}).click();
  };
  await page.locator(".opener summary").click();
  await paste(`some output\n${gctrace}`);
  await expect.poll(() => page.locator("main").innerText()).toContain("5 cycles of the collector");
  expect(await page.locator(".long tbody tr:not(.filler)").count()).toBe(5);
  await paste(readFileSync("test/components/mstats/go1.19.8.json", "utf8"));
  await expect
    .poll(() => page.locator("main").innerText())
    .toContain("The longest of the 11 pauses is 387.6 µs");
  expect(await summary(page).count()).toBe(1);
  expect(await troubles()).toEqual([]);
  await close();
});

test("without scripts the page shows its example and says what it would do", async () => {
  const {page, close} = await visit(browser, site, path, {javaScriptEnabled: false});
  const text = await page.locator("main").innerText();
  expect(text).toContain("With scripts, this is a place to drop a file");
  expect(text).toContain("obtained 16.3 MiB from the system");
  expect(text).toContain("13 sums agree");
  await close();
});
