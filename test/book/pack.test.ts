import {existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {dirname, join} from "node:path";
import {expect, test} from "vitest";
import {packSite} from "../../src/book/pack.ts";

/** A site of two pages whose cells import modules that share a third. */
function site(shared = "export const n = 1;"): {dist: string; read: (path: string) => string} {
  const dist = mkdtempSync(join(tmpdir(), "pack-"));
  const page = (name: string) => `<title>x</title>
<link rel="modulepreload" href="../_observablehq/client.js">
<link rel="modulepreload" href="../_import/${name}.js">
<link rel="modulepreload" href="../_import/shared.js">
<script type="module">const {f} = await import("../_import/${name}.js");</script>`;
  const files: Record<string, string> = {
    "part/a.html": page("a"),
    "part/b.html": page("b"),
    "_import/a.js": `import {n} from "./shared.js"; export const f = () => n + 1;`,
    "_import/b.js": `import {n} from "./shared.js"; export const f = () => n + 2;`,
    "_import/shared.js": shared,
    "_import/unused.js": "export {};",
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(dist, dirname(path)), {recursive: true});
    writeFileSync(join(dist, path), text);
  }
  return {dist, read: path => readFileSync(join(dist, path), "utf8")};
}

test("the modules that cells import keep their names and still work", async () => {
  const {dist} = site();
  await packSite(dist);
  const {f} = await import(join(dist, "_import/a.js"));
  expect(f()).toBe(2);
});

test("what modules share is one chunk, and the module itself is gone", async () => {
  const {dist, read} = site();
  await packSite(dist);
  const chunk = /\.\/chunks\/[\w.]+\.js/;
  expect(existsSync(join(dist, "_import/shared.js"))).toBe(false);
  expect(chunk.exec(read("_import/a.js"))![0]).toBe(chunk.exec(read("_import/b.js"))![0]);
});

test("a page asks early for what it needs, and for nothing that is gone", async () => {
  const {dist, read} = site();
  await packSite(dist);
  const links = Array.from(read("part/a.html").matchAll(/modulepreload" href="([^"]+)"/g), m => m[1]);
  expect(links).toContain("../_observablehq/client.js");
  expect(links).toContain("../_import/a.js");
  expect(links.some(link => link!.includes("/chunks/"))).toBe(true);
  expect(
    links.filter(link => !link!.includes("_observablehq") && !existsSync(join(dist, "part", link!))),
  ).toEqual([]);
});

test("a module that asks for its own address is refused", async () => {
  const {dist} = site("export const n = import.meta.url.length;");
  await expect(packSite(dist)).rejects.toThrow("shared.js uses import.meta");
});
