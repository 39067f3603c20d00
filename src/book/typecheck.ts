// Type-checks every cell and every `${…}` of every page with tsc, and reports in the page's own lines.
//
//     npm run typecheck     (this is its last step)
//
// tsc is called as a command, since TypeScript 7 has no stable interface for programs.

import {spawnSync} from "node:child_process";
import {mkdirSync, rmSync, writeFileSync} from "node:fs";
import {createRequire} from "node:module";
import {dirname, join, relative, resolve} from "node:path";
import {fileURLToPath} from "node:url";
import {pageModule, readCells} from "./cells.ts";
import {type Finding, formatFindings} from "./findings.ts";
import {type Page, readPages} from "./pages.ts";

const here = dirname(fileURLToPath(import.meta.url));
const tsc = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin/tsc");

/** Names that Framework would fetch from npm, which the book does not use. */
const implicit: Record<string, string> = {
  Inputs: "@observablehq/inputs",
  Plot: "@observablehq/plot",
  d3: "d3-…",
  html: "htl",
  htl: "htl",
  svg: "htl",
  _: "",
  aq: "",
  Arrow: "",
  tex: "",
  dot: "",
  mermaid: "",
  sql: "",
  vl: "",
  topojson: "",
};

/** Where the pages, and the modules that they import, lie. */
export interface Places {
  /** The folder that holds `src`. */
  root: string;
  /** The folder of the pages. */
  docs: string;
  /** A folder inside this project for the modules that stand for the pages. It is emptied first. */
  out: string;
}

/** Checks the types of pages. */
export function typecheckPages(pages: readonly Page[], {root, docs, out}: Places): Finding[] {
  rmSync(out, {recursive: true, force: true});
  for (const page of pages) {
    const path = join(out, `${page.path}.ts`);
    mkdirSync(dirname(path), {recursive: true});
    writeFileSync(path, pageModule(page, readCells(page).cells));
  }
  const path = (to: string) => relative(out, to).replaceAll("\\", "/");
  writeFileSync(
    join(out, "tsconfig.json"),
    JSON.stringify({
      extends: path(resolve(here, "../../tsconfig.base.json")),
      compilerOptions: {
        lib: ["ES2022", "DOM", "DOM.Iterable"],
        types: [],
        paths: {
          "/src/*": [`${path(join(root, "src"))}/*`],
          "/components/*": [`${path(join(docs, "components"))}/*`],
        },
      },
      include: ["**/*.ts", path(join(here, "cell-globals.d.ts")), path(join(here, "packages.d.ts"))],
    }),
  );
  const {stdout, stderr, status} = spawnSync(process.execPath, [tsc, "-p", ".", "--pretty", "false"], {
    cwd: out,
    encoding: "utf8",
  });
  const findings = parseErrors(stdout, out);
  if (status !== 0 && findings.length === 0) throw new Error(`tsc failed: ${stdout}${stderr}`);
  return findings;
}

/** tsc's errors as findings. An error in a module that a page imports is named by that module's file. */
function parseErrors(output: string, out: string): Finding[] {
  const findings: Finding[] = [];
  for (const match of output.matchAll(/^(.+?)\((\d+),\d+\): error (TS\d+: .*(?:\n {2}.*)*)/gm)) {
    const [, file, line, message] = match as unknown as [string, string, string, string];
    const name = /^TS(?:2304|2552): Cannot find name '(\w+)'/.exec(message)?.[1] ?? "";
    const hint = Object.hasOwn(implicit, name) ? implicitHint(implicit[name]!) : "";
    findings.push({
      file: file.startsWith("..") ? relative(".", join(out, file)) : `docs/${file.replace(/\.ts$/, ".md")}`,
      line: Number(line),
      message: message + hint,
    });
  }
  return findings;
}

function implicitHint(name: string): string {
  return name ? ` Names are not implicit here: import from "${name}".` : " Names are not implicit here.";
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const pages = readPages("docs");
  const findings = typecheckPages(pages, {root: ".", docs: "docs", out: ".cells/book"});
  if (findings.length > 0) {
    console.error(formatFindings(findings));
    process.exit(1);
  }
  console.log(`${pages.length} pages type-checked`);
}
