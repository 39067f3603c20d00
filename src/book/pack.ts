// Packs the scripts of the built site: what a page needs of the book's modules comes in a few small files instead of
// one file for each module.
//
// Framework writes a module for each source file and asks for all of them at once. A page with a model behind it would
// make 70 requests. Here the modules that cells import stay where they are, and what they share moves to chunks.
// The rest of Framework's client is left alone.

import {mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync} from "node:fs";
import {dirname, join, relative, resolve} from "node:path/posix";
import {build, type Metafile} from "esbuild";

/** Packs the site in the folder `dist`, in place. */
export async function packSite(dist: string): Promise<void> {
  const pages = filesUnder(dist, ".html").map(path => ({path, html: readFileSync(join(dist, path), "utf8")}));
  const entries = [
    ...new Set(
      pages.flatMap(page =>
        [...importsOf(page), ...scriptsOf(page), ...workersOf(page)].map(name => join(dist, name)),
      ),
    ),
  ];
  if (entries.length === 0) return;
  const {metafile, outputFiles} = await build({
    entryPoints: entries,
    outbase: dist,
    outdir: dist,
    entryNames: "[dir]/[name]",
    chunkNames: "_import/chunks/[name].[hash]",
    bundle: true,
    splitting: true,
    minify: true,
    format: "esm",
    target: "es2022",
    legalComments: "none",
    metafile: true,
    write: false,
    allowOverwrite: true,
    logLevel: "silent",
  });
  for (const input of Object.keys(metafile.inputs)) {
    if (readFileSync(input, "utf8").includes("import.meta")) {
      throw new Error(`${input} uses import.meta, which packing would break; see src/book/pack.ts`);
    }
    rmSync(input);
  }
  for (const {path, contents} of outputFiles) {
    mkdirSync(dirname(path), {recursive: true});
    writeFileSync(path, contents);
  }
  for (const page of pages) {
    writeFileSync(join(dist, page.path), preload(page, dist, metafile));
  }
}

interface SitePage {
  /** Path under dist. */
  readonly path: string;
  readonly html: string;
}

function filesUnder(folder: string, ending: string): string[] {
  return readdirSync(folder, {recursive: true, encoding: "utf8"})
    .map(path => path.replaceAll("\\", "/"))
    .filter(path => path.endsWith(ending))
    .sort();
}

/** The modules that the cells of a page import, as paths under dist. */
function importsOf({path, html}: SitePage): string[] {
  const names = html.matchAll(/\bimport\("([^"]*\/_import\/[^"]+\.js)"\)/g);
  return Array.from(names, ([, name]) => join(dirname(path), name!));
}

/** The book's modules that every page has as scripts, as paths under dist. */
function scriptsOf({path, html}: SitePage): string[] {
  const names = html.matchAll(/<script type="module" src="([^"]*\/_import\/[^"]+\.js)"/g);
  return Array.from(names, ([, name]) => join(dirname(path), name!));
}

/** The modules that the cells of a page start workers with, as paths under dist. */
function workersOf({path, html}: SitePage): string[] {
  // Framework writes import.meta.resolve("/src/….js") as an address in the site.
  const names = html.matchAll(/\bnew URL\("([^"]*\/_import\/[^"]+\.js)", location\)/g);
  return Array.from(names, ([, name]) => join(dirname(path), name!));
}

/** The page with hints to load what its cells need, and none for modules that are gone. */
function preload(page: SitePage, dist: string, {outputs}: Metafile): string {
  const byPath = new Map(Object.entries(outputs).map(([path, output]) => [resolve(path), output]));
  const needed = new Set<string>();
  const need = (file: string) => {
    if (needed.has(file)) return;
    needed.add(file);
    for (const {path, kind} of byPath.get(file)?.imports ?? []) {
      if (kind === "import-statement") need(resolve(path));
    }
  };
  for (const name of importsOf(page)) need(resolve(dist, name));
  const folder = resolve(dist, dirname(page.path));
  const links = Array.from(needed, file => {
    const href = relative(folder, file);
    return `<link rel="modulepreload" href="${href.startsWith(".") ? href : `./${href}`}">`;
  });
  const rest = page.html.replace(/<link rel="modulepreload" href="[^"]*\/_import\/[^"]*">\n?/g, "");
  return rest.replace("</title>\n", title => `${title}${links.map(l => `${l}\n`).join("")}`);
}
