// Writes what readers step through to docs/stepping: the rewritten model, and the text of its sources.
//
// They are files and not modules of the pages: Framework would read them again at every edit, and an edit should show
// at once. `index.json` is what a page refers to; the others are asked for by name, with the version that it states.
// They are made anew whenever a source of the model changes, and are not in the repository. A source with a syntax
// error leaves the last good files in place.

import {createHash} from "node:crypto";
import {cpSync, existsSync, mkdirSync, readFileSync, watch, writeFileSync} from "node:fs";
import {basename, join} from "node:path";
import {bundleStepping} from "../replay/bundle.ts";
import type {Table} from "../replay/table.ts";

/** Writes the files under `docs`; `root` is the folder that holds src/. */
export async function writeStepping(root: string, docs: string): Promise<void> {
  const folder = join(docs, "stepping");
  mkdirSync(folder, {recursive: true});
  const {module, table} = await bundleStepping(root);
  write(join(folder, "model.js"), module);
  const sources = Object.entries(functionLines(root, table));
  for (const [file, text] of sources) write(join(folder, `${basename(file, ".ts")}.txt`), text);
  const version = createHash("sha256")
    .update(module + JSON.stringify(sources))
    .digest("hex")
    .slice(0, 8);
  write(join(folder, "index.json"), JSON.stringify({version}));
}

/** Puts the files beside the site's other files, under the names by which pages ask for them. */
export function copyStepping(docs: string, dist: string): void {
  cpSync(join(docs, "stepping"), join(dist, "_file", "stepping"), {
    recursive: true,
    filter: path => !path.endsWith(".json"),
  });
}

/** The lines of each source that lie in functions with steps; the others are empty. It is what a reader gets to see. */
function functionLines(root: string, {functions}: Table): Record<string, string> {
  const out: Record<string, string> = {};
  // The table is in the order in which files were read, which is not the same each time.
  for (const file of [...new Set(functions.map(f => f.file))].sort()) {
    const own = functions.filter(f => f.file === file);
    out[file] = readFileSync(join(root, file), "utf8")
      .split("\n")
      .map((line, i) => (own.some(f => i + 1 >= f.line && i + 1 <= f.endLine) ? line : ""))
      .join("\n");
  }
  return out;
}

/** A file that says what it said already is left alone, so that preview does not reload for nothing. */
function write(path: string, text: string): void {
  if (!existsSync(path) || readFileSync(path, "utf8") !== text) writeFileSync(path, text);
}

/** Milliseconds without an edit after which the files are written again. */
const pause = 5000;

/**
 * Writes the files again whenever a source of the model has changed. It takes half a second in which preview cannot
 * answer, so the page that was edited comes first.
 */
export function watchStepping(root: string, docs: string): void {
  let timer: NodeJS.Timeout | undefined;
  watch(join(root, "src/runtime"), {persistent: false}, () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      writeStepping(root, docs).catch(error => console.error(`stepping: ${error.message}`));
    }, pause);
  });
}
