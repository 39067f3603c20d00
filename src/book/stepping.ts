// Writes what readers step through to docs/stepping: the rewritten model, and the text of its sources.
//
// The files are made anew whenever a source of the model changes; in preview the open page then reloads. They are not
// in the repository. A source with a syntax error leaves the last good files in place.

import {existsSync, mkdirSync, readFileSync, watch, writeFileSync} from "node:fs";
import {basename, join} from "node:path";
import {bundleStepping} from "../replay/bundle.ts";
import type {Table} from "../replay/table.ts";

/** Writes the files under `docs`; `root` is the folder that holds src/. */
export async function writeStepping(root: string, docs: string): Promise<void> {
  const folder = join(docs, "stepping");
  mkdirSync(folder, {recursive: true});
  const {module, table} = await bundleStepping(root);
  write(join(folder, "model.js"), module);
  const loaders: string[] = [];
  for (const [file, text] of Object.entries(functionLines(root, table))) {
    const name = `source-${basename(file, ".ts")}.js`;
    write(join(folder, name), `export default ${JSON.stringify(text)};\n`);
    loaders.push(`${JSON.stringify(file)}: () => import("./${name}"),`);
  }
  write(join(folder, "sources.js"), `export const sources = {\n${loaders.join("\n")}\n};\n`);
}

/** The lines of each source that lie in functions with steps; the others are empty. It is what a reader gets to see. */
function functionLines(root: string, {functions}: Table): Record<string, string> {
  const out: Record<string, string> = {};
  for (const file of new Set(functions.map(f => f.file))) {
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

/** Writes the files again whenever a source of the model changes. */
export function watchStepping(root: string, docs: string): void {
  let timer: NodeJS.Timeout | undefined;
  watch(join(root, "src/runtime"), {persistent: false}, () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      writeStepping(root, docs).catch(error => console.error(`stepping: ${error.message}`));
    }, 50);
  });
}
