// Checks the pages in their sources: what Framework would build without a word and a reader would find broken.
//
// Framework exits 0 on a cell's syntax error, a missing export, a dead link, an unresolved import. Here each is a finding with
// page and line. What needs types (missing exports, unknown names) is tsc's part: see typecheck.ts.

import {existsSync} from "node:fs";
import {dirname, join} from "node:path/posix";
import {type Cell, fileAttachments, liveLanguage, readCells} from "./cells.ts";
import type {Finding} from "./findings.ts";
import {type GoLines, goLine} from "./go-tags.ts";
import {readListing} from "./listings.ts";
import {sectionAt} from "./outline.ts";
import type {Link, Page} from "./pages.ts";
import {lineAt, references} from "./ts-source.ts";

/** What the checks need to know of the project around the pages. */
export interface CheckOptions {
  /** The top of the project, from which listings are read. */
  root: string;
  /** The folder of the pages. */
  docs: string;
  goLines: GoLines;
  /** Packages that a page may import: package.json's `dependencies`. */
  packages: readonly string[];
}

/** Everything that is wrong on the pages, in order of page and line. */
export function checkPages(pages: readonly Page[], options: CheckOptions): Finding[] {
  const byPath = new Map(pages.map(p => [p.path, p]));
  return pages.flatMap(page => {
    const {cells, findings} = readCells(page);
    const add = (line: number, message: string) => findings.push({file: page.file, line, message});
    checkTitle(page, add);
    checkIds(page, add);
    for (const fence of page.fences) {
      const language = liveLanguage(fence.info);
      if (language !== undefined && language !== "ts") {
        add(
          fence.line,
          `a cell is written in ts, not in ${language}; code that only shows needs "run=false"`,
        );
      }
      if (/^listing\b/.test(fence.info))
        checkListing(fence.info, options, message => add(fence.line, message));
    }
    for (const cell of cells) {
      checkImports(cell, options, add);
      checkFiles(cell, page, options, add);
    }
    for (const link of page.links) {
      const fault = faultOfLink(link, page, byPath, options.docs);
      if (fault) add(link.line, fault);
    }
    return findings.sort((a, b) => a.line - b.line);
  });
}

type Add = (line: number, message: string) => void;

function checkTitle(page: Page, add: Add): void {
  const section = sectionAt(page.path);
  if (page.title === undefined) add(1, "the page has no h1");
  else if (section && page.title.text !== section.en) {
    add(
      page.title.line,
      `the h1 is "${page.title.text}"; the outline has "${section.en}" (its number is added)`,
    );
  }
  if (!page.frontMatter.description) add(1, `the front matter has no "description:"`);
  if (section?.number && !page.fences.some(({info}) => /^cite\b/.test(info)))
    add(1, "the page cannot be cited: end it with a fence ```cite");
}

function checkIds(page: Page, add: Add): void {
  const seen = new Map<string, number>();
  for (const {text, line} of page.ids) {
    const first = seen.get(text);
    if (first === undefined) seen.set(text, line);
    else add(line, `the id "${text}" is on line ${first} already`);
  }
  for (const {text, line} of page.withoutId) {
    add(line, `this has no id of its own; end the line with one that stays, such as {#${text}}`);
  }
}

function checkListing(info: string, {root, goLines}: CheckOptions, fault: (message: string) => void): void {
  try {
    const {go} = readListing(info.replace(/^listing\s*/, ""), root);
    for (const tag of go) goLine(goLines, tag);
  } catch (error) {
    fault((error as Error).message);
  }
}

/** Imports of a cell: `/src/…js`, `/components/…js`, or a package by its bare name. */
function checkImports(cell: Cell, {docs, packages}: CheckOptions, add: Add): void {
  for (const {specifier, offset} of references(cell.source)) {
    const line = cell.line + lineAt(cell.text, offset);
    if (/^\w+:/.test(specifier)) {
      add(line, `"${specifier}" is not allowed: import a package by its bare name, nothing from elsewhere`);
    } else if (specifier.startsWith(".")) {
      add(line, `"${specifier}" is relative: name modules from the root, as in "/components/chart.js"`);
    } else if (specifier.startsWith("/")) {
      const fault = faultOfModule(specifier, docs);
      if (fault) add(line, fault);
    } else {
      const name = /^(@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier;
      if (!packages.includes(name)) add(line, `"${name}" is not among the dependencies in package.json`);
    }
  }
}

function faultOfModule(specifier: string, docs: string): string | undefined {
  if (!/^\/(?:src|components)\//.test(specifier))
    return `"${specifier}" is neither under /src/ nor /components/`;
  if (specifier.startsWith("/src/book/")) return `"${specifier}" is for the build: it needs Node`;
  if (!specifier.endsWith(".js"))
    return `"${specifier}" must end in ".js": the browser gets the translated file`;
  const source = specifier.replace(/\.js$/, ".ts");
  if (!existsSync(join(docs, source))) return `there is no module ${source}`;
  return undefined;
}

function checkFiles(cell: Cell, page: Page, {docs}: CheckOptions, add: Add): void {
  for (const {name, offset} of fileAttachments(cell.source)) {
    if (name === undefined) continue;
    const path = resolvePath(name, page.path);
    // A file may be made at build time, by a data loader of its name and ".ts".
    if (existsSync(join(docs, path)) || existsSync(join(docs, `${path}.ts`))) continue;
    add(cell.line + lineAt(cell.text, offset), `there is no file docs/${path} for FileAttachment("${name}")`);
  }
}

/** What is wrong with a link, or undefined. */
function faultOfLink(
  {text, attribute, download}: Link,
  page: Page,
  pages: ReadonlyMap<string, Page>,
  docs: string,
): string | undefined {
  if (text.includes("${")) return undefined;
  if (/^(?:\w+:|\/\/)/.test(text)) {
    const allowed = attribute === "href" ? /^(?:https?|mailto):/ : /^data:/;
    return allowed.test(text)
      ? undefined
      : `"${text}" would be loaded from elsewhere: put the file under docs/`;
  }
  const [, target = "", anchor] = /^([^?#]*)(?:\?[^#]*)?(?:#(.*))?$/.exec(decodeURI(text)) ?? [];
  const path = target === "" ? page.path : resolvePath(target, page.path);
  if (attribute === "src" || download) {
    return existsSync(join(docs, path)) ? undefined : `there is no file docs/${path} ("${text}")`;
  }
  const to = pages.get(path.replace(/\.html$/, "")) ?? pages.get(join(path, "index"));
  if (to === undefined) {
    const why = sectionAt(path) ? "that section is not written; leave it plain text" : `no docs/${path}.md`;
    return `dead link "${text}": ${why}`;
  }
  if (anchor && !to.ids.some(id => id.text === anchor))
    return `dead link "${text}": ${to.file} has no id "${anchor}"`;
  return undefined;
}

/** A path under docs/, from a name that is relative to a page or starts at the root. */
function resolvePath(name: string, pagePath: string): string {
  return join(name.startsWith("/") ? "." : dirname(pagePath), name.replace(/^\//, "")).replace(
    /^\.$/,
    "index",
  );
}
