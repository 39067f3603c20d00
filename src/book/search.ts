// Makes the search index of the book from the HTML of its pages.
//
//     tsx src/book/search.ts     writes docs/search/ from the pages' sources, for preview
//
// Beside it goes what is shown of the names in listings (names.ts): both are loaded when a reader asks for them.
// A build makes it from the built pages. A preview has none, so a process of its own renders the sources: when preview
// starts, and whenever a page was edited. Until it has, the search field says that the index is not there.

import {spawn} from "node:child_process";
import {createHash} from "node:crypto";
import {mkdirSync, readdirSync, readFileSync, watch, writeFileSync} from "node:fs";
import {dirname, join} from "node:path";
import {fileURLToPath} from "node:url";
import {createMarkdownIt, parseMarkdown} from "@observablehq/framework/dist/markdown.js";
import {indexOf} from "../search/index.ts";
import {entriesOf} from "./entries.ts";
import {loadFallbacks} from "./fallbacks.ts";
import {terms} from "./glossary.ts";
import type {GoLines} from "./go-tags.ts";
import {bookMarkdown} from "./markdown.ts";
import {namesJson} from "./names.ts";

/** The index of pages, as JSON. */
export function searchIndex(pages: readonly {path: string; html: string}[]): string {
  const entries = pages.flatMap(({html, path}) => entriesOf(html, path));
  // What explains a term is found by its Chinese name too.
  for (const {section, zh} of terms) {
    const entry = entries.find(({path, anchor}) => `${path.replace(/\.html$/, "")}#${anchor}` === section);
    if (entry) entry.zh += `\n${zh}`;
  }
  return JSON.stringify(indexOf(entries.map((entry, id) => ({id, ...entry}))));
}

/** Puts the index of a built site, and the comments of names, into it, and tells the pages where they are. */
export function writeSiteSearch(dist: string, root: string, docs: string): void {
  const files = readdirSync(dist, {recursive: true, encoding: "utf8"})
    .map(path => path.replaceAll("\\", "/"))
    .filter(path => path.endsWith(".html"))
    .sort();
  const pages = files.map(file => ({
    path: file.replace(/\.html$/, ""),
    html: readFileSync(join(dist, file), "utf8"),
  }));
  const index = writeHashed(dist, "index", searchIndex(pages));
  const names = writeHashed(dist, "names", namesJson(root, docs, readGoLines(root)));
  for (const {path, html} of pages) {
    const told = html
      .replace(`data-index="_file/search/index.json"`, `data-index="${index}"`)
      .replace(`data-names="_file/search/names.json"`, `data-names="${names}"`);
    writeFileSync(join(dist, `${path}.html`), told);
  }
}

/** Writes a file under a name that changes with its text, so that a browser never keeps an old one. */
function writeHashed(dist: string, name: string, text: string): string {
  const hash = createHash("sha256").update(text).digest("hex").slice(0, 8);
  const path = `_file/search/${name}.${hash}.json`;
  mkdirSync(dirname(join(dist, path)), {recursive: true});
  writeFileSync(join(dist, path), text);
  return path;
}

const readGoLines = (root: string): GoLines =>
  JSON.parse(readFileSync(join(root, "src/book/go-lines.json"), "utf8"));

/** Writes the index of the pages' sources, for preview. */
async function writePreviewSearch(root: string, docs: string): Promise<void> {
  const goLines = readGoLines(root);
  const markdownIt = bookMarkdown({root, docs, goLines, strict: false, fallbacks: await loadFallbacks(root)});
  const md = createMarkdownIt({markdownIt});
  const pages = readdirSync(docs, {recursive: true, encoding: "utf8"})
    .map(path => path.replaceAll("\\", "/"))
    .filter(path => path.endsWith(".md") && !/^(?:src\/|.*\/?\.)/.test(path.replace(/\.md$/, "")))
    .sort()
    .map(path => {
      const text = readFileSync(join(docs, path), "utf8");
      const name = path.replace(/\.md$/, "");
      return {path: name, html: parseMarkdown(text, {md, path: `/${name}`}).body};
    });
  mkdirSync(join(docs, "search"), {recursive: true});
  writeFileSync(join(docs, "search/index.json"), searchIndex(pages));
  writeFileSync(join(docs, "search/names.json"), namesJson(root, docs, goLines));
}

/** Milliseconds without an edit after which the index of a preview is made again. */
const pause = 4000;

/** Keeps the index of a preview up to date, in a process of its own: preview answers meanwhile. */
export function watchSearch(root: string, docs: string): void {
  let timer: NodeJS.Timeout | undefined;
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const args = ["--import", "tsx", join(root, "src/book/search.ts")];
      spawn(process.execPath, args, {cwd: root, stdio: ["ignore", "ignore", "inherit"]}).unref();
    }, pause).unref();
  };
  later();
  watch(docs, {recursive: true, persistent: false}, (_event, file) => {
    if (file?.endsWith(".md")) later();
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await writePreviewSearch(".", "docs");
