// The site: Framework turns the pages under docs/ into it. What the book adds to Framework is in src/book.

import {readFileSync} from "node:fs";
import {join} from "node:path";
import {pageHeader} from "./src/book/contents.ts";
import {loadFallbacks} from "./src/book/fallbacks.ts";
import {type FramedPage, pageFooter, pageHead} from "./src/book/frame.ts";
import {bookMarkdown} from "./src/book/markdown.ts";
import {Names} from "./src/book/names.ts";
import {readingOrder} from "./src/book/outline.ts";
import {prepare} from "./src/book/prepare.ts";
import {watchSearch} from "./src/book/search.ts";
import {watchStepping, writeStepping} from "./src/book/stepping.ts";

process.env.OBSERVABLE_TELEMETRY_DISABLE ??= "true";

const root = import.meta.dirname;
const docs = join(root, "docs");
const goLines = JSON.parse(readFileSync(join(root, "src/book/go-lines.json"), "utf8"));

prepare(docs);
await writeStepping(root, docs);
if (process.argv.includes("preview")) {
  watchStepping(root, docs);
  watchSearch(root, docs);
}

export default {
  root: "docs",
  output: "dist",
  title: "Open Hood",
  style: "style.css",
  globalStylesheets: [],
  toc: {label: "On this page"},
  typographer: true,
  // Links that end in ".html" work on any server, and from the file system.
  preserveExtension: true,
  // The contents and the search are the book's own: they stand in the header.
  sidebar: false,
  pages: readingOrder(docs),
  header: (page: FramedPage) => pageHeader(page.path, docs),
  head: (page: FramedPage) => pageHead(page, docs, root),
  footer: (page: FramedPage) => pageFooter(page, root),
  markdownIt: bookMarkdown({
    root,
    docs,
    goLines,
    fallbacks: await loadFallbacks(root),
    names: new Names(root),
    strict: process.argv.includes("build"),
  }),
};
