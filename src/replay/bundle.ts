// Bundles the rewritten model for the browser: one module that exports the model, the probes and their table.
//
// It runs when the book is built, and in preview again whenever a source of the model changes.

import {readdirSync, readFileSync} from "node:fs";
import {join, relative, resolve, sep} from "node:path";
import {build, type Plugin} from "esbuild";
import {packTable, type Table} from "./table.js";
import {transform} from "./transform.js";

/** What the bundle exports, by the module that has it. */
const entry = `
export * from "./src/runtime/index.js";
export {heapBitsForAddr} from "./src/runtime/heapbits.js";
export {pageAlloc} from "./src/runtime/mpagealloc.js";
export {allocToCache} from "./src/runtime/mpagecache.js";
export {scavenge} from "./src/runtime/mgcscavenge.js";
export {procresize} from "./src/runtime/proc.js";
export {stackalloc} from "./src/runtime/stack.js";
export {counter, onHit, Stop} from "./src/replay/probe.js";
`;

/** Rewrites the model under `root` (the folder that holds src/) and bundles it. */
export async function bundleStepping(root: string): Promise<{module: string; table: Table}> {
  const table: Table = {steps: [], functions: []};
  const result = await build({
    absWorkingDir: resolve(root),
    stdin: {contents: entry, resolveDir: resolve(root), loader: "js"},
    bundle: true,
    format: "esm",
    target: "es2022",
    minify: true,
    write: false,
    logLevel: "silent",
    plugins: [stepping(root, table)],
  });
  const module = `${result.outputFiles[0]!.text}\nexport const table = ${JSON.stringify(packTable(table))};\n`;
  return {module, table};
}

/** Rewrites the modules of the model as they are loaded, and lets them find their probes. */
function stepping(root: string, table: Table): Plugin {
  return {
    name: "stepping",
    setup(build) {
      // esbuild asks for modules in whatever order it gets to them; steps are numbered in the order of names.
      const folder = join(root, "src/runtime");
      const rewritten = new Map(
        readdirSync(folder, {recursive: true, encoding: "utf8"})
          .filter(name => name.endsWith(".ts") && !name.endsWith(".d.ts"))
          .sort()
          .map(name => {
            const path = join(folder, name);
            const file = relative(root, path).split(sep).join("/");
            return [resolve(path), withProbes(transform(readFileSync(path, "utf8"), file, table))];
          }),
      );
      build.onLoad({filter: /[\\/]src[\\/]runtime[\\/].*\.ts$/}, ({path}) => ({
        contents: rewritten.get(resolve(path))!,
        loader: "js",
      }));
    },
  };
}

/** A rewritten module that imports its probes. */
export function withProbes(code: string): string {
  return `${code}\nimport {counter as $, hit as $hit, Stop as $Stop} from "../replay/probe.js";\n`;
}
