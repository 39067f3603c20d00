// Section 7.3 in a browser: combinations of its inputs, each of its controls, its address, and its text without
// scripts.

import {readdirSync} from "node:fs";
import type {Browser, Page} from "playwright-core";
import {afterAll, beforeAll, describe, expect, test} from "vitest";
import {pageSizes, platformsOf, releaseNames} from "../../docs/components/init/start.ts";
import {launch, type Server, serve, settle, visit, weightOf} from "./site.ts";

const path = "part2runtime/ch07alloc/init.html";
/** One of each kind: the tests of the components go through all platforms of all releases. */
const platforms = platformsOf("go1.12").filter(platform =>
  [
    "linux/amd64",
    "linux/386",
    "linux/mips64",
    "darwin/arm64",
    "windows/amd64",
    "aix/ppc64",
    "js/wasm",
  ].includes(platform),
);
const recorded = readdirSync("docs/data/captures/heap");
let browser: Browser;
let site: Server;

beforeAll(async () => {
  [browser, site] = await Promise.all([launch(), serve("dist")]);
});
afterAll(() => Promise.all([browser.close(), site.close()]));

/** The cells that draw, in the order of the page. */
const names = [
  "events",
  "checks",
  "fixallocs",
  "sweep",
  "centrals",
  "sampling",
  "hints",
  "reserve32",
  "ledger",
  "handover",
  "recordings",
  "between",
  "growth",
  "since",
] as const;
const drawn = "main > .observablehq > .cell";
const cell = (page: Page, name: (typeof names)[number]) => page.locator(drawn).nth(names.indexOf(name));
const textOf = (page: Page, name: (typeof names)[number]) => cell(page, name).innerText();
const query = (page: Page) => new URL(page.url()).search;

/** What no cell may say, for any inputs. */
const nonsense = /\bNaN\b|undefined|Infinity|\[object|null/;

interface Inputs {
  platform: string;
  page: number;
  procs: number;
  race: boolean;
}

/** Sets the inputs with the page's own controls. */
async function choose(page: Page, inputs: Inputs) {
  const form = page.locator(".inputs form");
  await form.locator("select").nth(1).selectOption(inputs.platform);
  await form.locator("select").nth(2).selectOption(String(inputs.page));
  await form.locator("input[type=number]").fill(String(inputs.procs));
  await form.locator("input[type=checkbox]").setChecked(inputs.race);
}

/** The same from inside the page, which is ten times as fast. Returns what each cell then says. */
function chooseAndRead(page: Page, inputs: Inputs): Promise<string[]> {
  return page.evaluate(
    async ({inputs, drawn}) => {
      const [, platform, size] = document.querySelectorAll<HTMLSelectElement>(".inputs select");
      const [procs, race] = document.querySelectorAll<HTMLInputElement>(".inputs input");
      const pick = (select: HTMLSelectElement, value: string) => {
        if (select.value === value) return;
        select.value = value;
        select.dispatchEvent(new Event("change", {bubbles: true}));
      };
      pick(platform!, inputs.platform);
      pick(size!, String(inputs.page));
      if (procs!.value !== String(inputs.procs)) {
        procs!.value = String(inputs.procs);
        procs!.dispatchEvent(new Event("input", {bubbles: true}));
      }
      if (race!.checked !== inputs.race) race!.click();
      // Until the last cell that depends on the inputs has been drawn anew, and stays as it is. On a busy machine a
      // pause says little, so what is to be read must be about these inputs, too; if it never is, the test says so.
      let last = document.querySelectorAll(drawn)[9];
      const isThese = (cells: NodeListOf<HTMLElement>) =>
        cells[9]?.innerText.includes(`procresize(${inputs.procs})`) &&
        cells[1]?.innerText.includes("✗ throws") === (inputs.page === 1000);
      for (let calm = -1, i = 0; i < 1000; i++) {
        await new Promise(resolve => setTimeout(resolve, 10));
        const cells = document.querySelectorAll<HTMLElement>(drawn);
        calm = cells[9] !== last ? 0 : calm < 0 ? -1 : calm + 1;
        last = cells[9];
        if (calm >= 3 && isThese(cells)) break;
        // Inputs that were set already change nothing.
        if (calm === -1 && i > 300 && isThese(cells)) break;
      }
      return Array.from(document.querySelectorAll<HTMLElement>(drawn), each => each.innerText);
    },
    {inputs, drawn},
  );
}

describe("every combination of inputs on one platform of each kind", () => {
  test.each(platforms)("%s says something in each cell", async platform => {
    const {page, troubles, close} = await visit(browser, site, path);
    // The first combination must differ from what the page opens with, so that there is a change to wait for.
    await chooseAndRead(page, {platform, page: 1000, procs: 2, race: true});
    for (const size of [...pageSizes(platform.split("/")[1]!), 1000]) {
      for (const procs of [1, 4]) {
        for (const race of [false, true]) {
          const inputs = {platform, page: size, procs, race};
          const texts = await chooseAndRead(page, inputs);
          expect(
            texts.map(text => text.length > 100),
            JSON.stringify(inputs),
          ).toEqual(names.map(() => true));
          expect(texts.filter(text => nonsense.test(text))).toEqual([]);
          expect(texts[0]).toContain(`mallocinit of go1.12 on ${platform}`);
          expect(texts[1]).toContain(size === 1000 ? "✗ throws" : "(nothing: mallocinit goes on)");
          expect(texts[0]!.includes("mallocinit throws")).toBe(size === 1000);
          expect(texts[9]).toContain(`procresize(${procs})`);
        }
      }
    }
    expect(await troubles()).toEqual([]);
    await close();
  });
});

describe("every release", () => {
  test.each(
    releaseNames
      .slice(1)
      .flatMap(release =>
        ["amd64", "386", "riscv64"]
          .filter(goarch => platformsOf(release).includes(`linux/${goarch}`))
          .map(goarch => ({release, goarch})),
      ),
  )("$release on linux/$goarch says something in each cell", async ({release, goarch}) => {
    const {page, troubles, close} = await visit(browser, site, `${path}?release=${release}&goarch=${goarch}`);
    await cell(page, "since").waitFor();
    const texts = await page.locator(drawn).allInnerTexts();
    expect(texts.filter(text => text.length < 100 || nonsense.test(text))).toEqual([]);
    expect(texts[0]).toContain(`mallocinit of ${release} on linux/${goarch}`);
    const recordings = await textOf(page, "recordings");
    expect(recordings).toContain(`The recordings of ${release}`);
    expect(recordings.includes("not compared")).toBe(
      !recorded.some(file => file.startsWith(`linux-${goarch}-${release}.`)),
    );
    expect(await troubles()).toEqual([]);
    await close();
  });

  test("is chosen beside the platform, and offers chance where it has it", async () => {
    const {page, troubles, close} = await visit(browser, site, path);
    const form = page.locator(".inputs form");
    expect(await form.getByLabel("random heap base").count()).toBe(0);
    await form.getByLabel("release").selectOption("go1.27");
    await form.getByLabel("random heap base").check();
    await form.getByLabel("random number").fill("7");
    expect(query(page)).toBe("?release=go1.27&random=7");
    await cell(page, "hints").getByText("Chance decides these addresses").waitFor();
    expect(await textOf(page, "hints")).not.toContain("first to try: 0xc000000000");
    await form.getByLabel("GOOS/GOARCH").selectOption("wasip1/wasm");
    await form.getByLabel("release").selectOption("go1.12");
    expect(await page.locator(".inputs .remark").innerText()).toContain("not modelled on wasip1/wasm");
    expect(query(page)).toBe("");
    expect(await troubles()).toEqual([]);
    await close();
  });
});

describe("the address", () => {
  test("keeps what was chosen, and a link opens the page in that state", async () => {
    const first = await visit(browser, site, path);
    await choose(first.page, {platform: "linux/arm64", page: 65536, procs: 4, race: true});
    expect(query(first.page)).toBe("?goarch=arm64&page=65536&p=4&race=1");
    const second = await visit(browser, site, path + query(first.page));
    for (const name of names) expect(await textOf(second.page, name)).toBe(await textOf(first.page, name));
    await first.close();
    await second.close();
  });

  test("with values that make no sense opens with defaults and says so", async () => {
    const {page, troubles, close} = await visit(browser, site, `${path}?goos=plan9&page=many&p=0&race=2`);
    const notes = await page.locator(".inputs .remark").allInnerTexts();
    expect(notes.join()).toMatch(/plan9.*page=many.*p=0.*race=2/s);
    expect(await textOf(page, "events")).toContain("linux/amd64");
    expect(await troubles()).toEqual([]);
    await close();
  });

  test("opens each cell where the reader left it", async () => {
    const state = "?try=5000&struct=mcache&step=5&gc=2&class=40&clock=7&hint=3&refuse=meta,512&resized=4,2";
    const {page, troubles, close} = await visit(browser, site, path + state);
    expect(await textOf(page, "checks")).toContain("(5000) must be a power of 2");
    expect(await textOf(page, "fixallocs")).toContain("mcache: 1,736 bytes");
    expect(await textOf(page, "sweep")).toContain("step 5 of 5");
    expect(await textOf(page, "centrals")).toContain("Span class 40");
    expect(await textOf(page, "sampling")).toContain("clock: 7");
    expect(await textOf(page, "hints")).toContain("Where hint 3 lies");
    expect(await textOf(page, "reserve32")).toMatch(/metadata of all arenas.*refused/);
    expect(await textOf(page, "handover")).toContain("procresize(1), then procresize(4), then procresize(2)");
    expect(await troubles()).toEqual([]);
    await close();
  });
});

describe("a control", () => {
  test("of the checks tries a page size and shows the throw", async () => {
    const {page, close} = await visit(browser, site, path);
    await cell(page, "checks").getByRole("button", {name: "2,048"}).click();
    expect(await cell(page, "checks").locator("pre").innerText()).toBe(
      "system page size (2048) is smaller than minimum page size (4096)\nfatal error: bad system page size",
    );
    await cell(page, "checks").getByLabel("page size", {exact: true}).fill("8192");
    expect(await textOf(page, "checks")).toContain("goes on");
    expect(query(page)).toBe("?try=8192");
    await close();
  });

  test("of the fixallocs draws another struct", async () => {
    const {page, close} = await visit(browser, site, path);
    await cell(page, "fixallocs").getByRole("button", {name: "arenaHint"}).click();
    expect(await textOf(page, "fixallocs")).toContain("arenaHint: 24 bytes");
    await cell(page, "fixallocs").locator("select").selectOption("treapNode");
    expect(await textOf(page, "fixallocs")).toContain("treapNode: 48 bytes");
    await close();
  });

  test("of the story steps forward by keyboard, and keeps the focus", async () => {
    const {page, close} = await visit(browser, site, path);
    await cell(page, "sweep").getByRole("button", {name: "next"}).focus();
    for (let i = 0; i < 6; i++) await page.keyboard.press("Enter");
    expect(await textOf(page, "sweep")).toContain("step 5 of 5");
    expect(await textOf(page, "sweep")).toContain("the swap succeeds");
    expect(await page.evaluate(() => document.activeElement?.textContent)).toContain("next");
    await cell(page, "sweep").getByLabel("garbage collections").selectOption("2");
    expect(await textOf(page, "sweep")).not.toContain("the swap succeeds");
    await close();
  });

  test("of the mcentrals shows another span class", async () => {
    const {page, close} = await visit(browser, site, path);
    await cell(page, "centrals").locator("rect.central").nth(100).click();
    expect(await textOf(page, "centrals")).toMatch(/Span class 67: size class 33, objects without pointers/);
    await cell(page, "centrals").getByRole("slider").press("End");
    expect(await textOf(page, "centrals")).toContain("Span class 133");
    await close();
  });

  test("of the sampling draws anew", async () => {
    const {page, close} = await visit(browser, site, path);
    const before = await textOf(page, "sampling");
    await cell(page, "sampling").getByRole("button").click();
    expect(await textOf(page, "sampling")).not.toBe(before);
    await close();
  });

  test("of the hints goes back in the loop, and looks at another hint", async () => {
    const {page, close} = await visit(browser, site, path);
    await cell(page, "hints").getByRole("slider").press("Home");
    expect(await textOf(page, "hints")).toMatch(/1 hint of 128 is made.*first to try: 0x7fc000000000/s);
    await cell(page, "hints").getByLabel("hint", {exact: true}).fill("128");
    expect(await textOf(page, "hints")).toContain("Where hint 128 lies");
    await close();
  });

  test("of the 32-bit branch refuses a reservation", async () => {
    const {page, close} = await visit(browser, site, path);
    for (const size of ["512", "256", "128"]) await cell(page, "reserve32").getByLabel(`${size} MiB`).check();
    expect(await textOf(page, "reserve32")).toContain("No reservation for the heap");
    expect(query(page)).toBe("?refuse=512,256,128");
    await close();
  });

  test("of the hand-over makes Ps and takes them away", async () => {
    const {page, close} = await visit(browser, site, path);
    const press = (name: string) => cell(page, "handover").getByRole("button", {name}).click();
    await press("double");
    await press("double");
    await press("halve");
    expect(await textOf(page, "handover")).toMatch(/P3 dead\s+no mcache/);
    expect(await textOf(page, "handover")).toContain("2 came back and wait on its list");
    await press("start again");
    expect(await textOf(page, "handover")).not.toContain("P1");
    await close();
  });

  test("of each recording compares it again, with what the build found", async () => {
    const {page, troubles, close} = await visit(browser, site, path);
    const buttons = cell(page, "recordings").getByRole("button", {name: /^compare/});
    const count = await buttons.count();
    expect(count).toBe(18);
    const before = await cell(page, "recordings").locator("table").innerText();
    for (let i = 0; i < count; i++) {
      await buttons.nth(i).click();
      const file = await buttons.nth(i).getAttribute("aria-label");
      await cell(page, "recordings")
        .getByText(file!.replace(/^compare (\S+), .*/, "$1"))
        .first()
        .waitFor();
    }
    await settle(page);
    expect(await cell(page, "recordings").locator("table").innerText()).toBe(before);
    expect(await troubles()).toEqual([]);
    await close();
  });

  test("of each recording opens the file", async () => {
    const {page, close} = await visit(browser, site, path);
    for (const link of await cell(page, "recordings").getByRole("link", {name: /^open/}).all()) {
      const response = await page.request.get(new URL((await link.getAttribute("href"))!, page.url()).href);
      expect((await response.json()).schema).toBe("go-heap-state/1");
    }
    await close();
  });
});

describe("the text", () => {
  test("has the numbers of the chosen inputs", async () => {
    const {page, close} = await visit(browser, site, `${path}?goarch=386`);
    const main = await page.locator("main").innerText();
    expect(main).toContain("In go1.12 on linux/386 an mspan takes 88 bytes");
    expect(main).toContain("one cache, and 1 address");
    await close();
  });

  test("without scripts has each cell's figure or table, and every number", async () => {
    const {page, close} = await visit(browser, site, path, {javaScriptEnabled: false});
    const fallbacks = await page.locator(".fallback:visible").allInnerTexts();
    expect(fallbacks.length).toBeGreaterThanOrEqual(names.length);
    expect(fallbacks.filter(text => text.length < 100 || nonsense.test(text))).toEqual([]);
    expect(await page.locator(".fallback svg[role=img]:visible").count()).toBeGreaterThan(8);
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
      .locator("svg.drawing")
      .evaluateAll(all => all.map(e => e.getAttribute("aria-label")));
    expect(labels.length).toBeGreaterThan(5);
    expect(labels.filter(label => !label || label.length < 20 || nonsense.test(label))).toEqual([]);
    await close();
  });
});

test("the page with its code weighs at most 170 kB, gzipped and without fonts", async () => {
  const last = (page: Page) => page.locator(drawn).nth(names.length - 1);
  expect(await weightOf(browser, site, path, last)).toBeLessThan(170_000);
});
