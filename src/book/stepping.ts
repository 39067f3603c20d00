// Writes what readers step through to docs/stepping: the rewritten model, and the text of its sources.
//
// The files are made anew whenever a source of the model changes; in preview the open page then reloads. They are not
// in the repository. A source with a syntax error leaves the last good files in place.

import {existsSync, mkdirSync, readdirSync, readFileSync, watch, writeFileSync} from "node:fs";
import {basename, join} from "node:path";
import {bundleStepping} from "../replay/bundle.ts";

/** Writes the files under `docs`; `root` is the folder that holds src/. */
export async function writeStepping(root: string, docs: string): Promise<void> {
  const folder = join(docs, "stepping");
  mkdirSync(folder, {recursive: true});
  write(join(folder, "model.js"), await bundleStepping(root));

  const files = readdirSync(join(root, "src/runtime")).filter(name => name.endsWith(".ts"));
  for (const name of files) {
    const text = readFileSync(join(root, "src/runtime", name), "utf8");
    write(join(folder, sourceModule(name)), `export default ${JSON.stringify(text)};\n`);
  }
  const loaders = files.map(name => `"src/runtime/${name}": () => import("./${sourceModule(name)}"),`);
  write(join(folder, "sources.js"), `export const sources = {\n${loaders.join("\n")}\n};\n`);
}

const sourceModule = (name: string) => `source-${basename(name, ".ts")}.js`;

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
