// Prints the book as one PDF, dist-pdf/open-hood.pdf, from the built site.
//
//     npm run pdf
//
// All pages become one document, which the Chromium of the tests prints. The contents and the references between pages
// need page numbers, and these are known only when it is printed: so it is printed again with the numbers of the time
// before, until they agree. Chromium adds tags and bookmarks, which follow the headings.

import {mkdirSync, readFileSync, rmSync, writeFileSync} from "node:fs";
import {createRequire} from "node:module";
import {dirname, join, posix, resolve} from "node:path";
import {fileURLToPath, pathToFileURL} from "node:url";
import {PDFArray, PDFDict, PDFDocument, PDFName, PDFRef} from "pdf-lib";
import type {Browser} from "playwright-core";
import {launch} from "./chromium.ts";
import {type Citation, readCitation} from "./cite.ts";
import {type Edition, type Leaf, leavesOf, readEdition} from "./edition.ts";
import {escapeHtml} from "./highlight.ts";
import {attribute, elements, innerHtml, insertAfter, setAttribute, unwrap} from "./html.ts";

const here = dirname(fileURLToPath(import.meta.url));

/** Number of the page on which an id stands, from 1; undefined as long as nothing is printed. */
export type PageOf = (id: string) => number | undefined;

/** The id of a leaf in the one document, or of an id on it. */
export function idIn(path: string, id?: string): string {
  const leaf = path.replace(/[^\w-]+/g, "-");
  return id ? `${leaf}--${id}` : leaf;
}

/** The whole document; it uses up the leaves of the edition. What it says of page numbers comes from `pageOf`. */
export function bookHtml(edition: Edition, book: Citation, styles: string[], pageOf: PageOf): string {
  const leaves = leavesOf(edition);
  const reference = (id: string) => pageOf(id) ?? 888;
  const heads = leaves.map(
    leaf => `@page ${idIn(leaf.path)} { @top-left { content: ${JSON.stringify(leaf.title)}; } }`,
  );
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${escapeHtml(book.title)}</title>
${styles.map(style => `<style>${style}</style>`).join("\n")}
<style>${heads.join("\n")}</style>
</head>
<body class="edition">
${cover(book)}
${contents(edition, reference)}
${leafHtml(edition.preface, leaves, reference, 1)}
${edition.parts
  .map(({part, chapters}) =>
    chapters
      .map(({chapter, leaves: sections}, i) => {
        const opener =
          i > 0
            ? ""
            : `<h1>${escapeHtml(`${part.part}. ${part.en}`)}</h1><p class="title-zh" lang="zh">${part.zh}</p>`;
        const title = `<h2 id="${idIn(chapter.path)}">${escapeHtml(`${chapter.number} ${chapter.en}`)}</h2><p class="title-zh" lang="zh">${chapter.zh}</p>`;
        return `<section class="opener">${opener}${title}</section>\n${sections.map(s => leafHtml(s, leaves, reference, 3)).join("\n")}`;
      })
      .join("\n"),
  )
  .join("\n")}
${edition.appendix.map(leaf => leafHtml(leaf, leaves, reference, 1)).join("\n")}
</body>
</html>
`;
}

function cover({title, authors, version, url, date}: Citation): string {
  const [name = "", subtitle = ""] = title.split(": ");
  return `<section class="cover">
<p class="cover-title">${escapeHtml(name)}</p>
<p class="cover-subtitle">${escapeHtml(subtitle)}</p>
<p>${escapeHtml(authors)}</p>
<p>Version ${escapeHtml([version, date].filter(Boolean).join(", "))}</p>
${url ? `<p>${escapeHtml(url)}</p>` : ""}
<div class="cover-foot">
<p>After the outline of <span lang="zh">Go 语言原本</span> (“Go: Under the Hood”). Text and figures: CC BY 4.0. Code: MIT.</p>
<p>This is the book on paper. Its listings are those of the model; on the screen they run and can be stepped through. A figure stands here as it is for the inputs that its page opens with; one marked ▸ has controls on the screen. A link out of the book has a number, and its address stands at the end of the section; the index of symbols says in its text where each link leads.</p>
</div>
</section>`;
}

function contents(edition: Edition, pageOf: (id: string) => number): string {
  const line = (kind: string, id: string, text: string) =>
    `<li class="${kind}"><a href="#${id}">${escapeHtml(text)}</a><span class="dots"></span><span>${pageOf(id)}</span></li>`;
  const leafLines = (leaf: Leaf) => [
    line("toc-section", idIn(leaf.path), leaf.title),
    ...leaf.headings.map(h => line("toc-heading", idIn(leaf.path, h.id), h.text)),
  ];
  return `<section class="contents"><h1>Contents</h1>
<ol>
${[
  line("toc-section", idIn("index"), "About this book"),
  ...edition.parts.flatMap(({part, chapters}) => [
    `<li class="toc-part">${escapeHtml(`${part.part}. ${part.en}`)}</li>`,
    ...chapters.flatMap(({chapter, leaves}) => [
      line("toc-chapter", idIn(chapter.path), `${chapter.number} ${chapter.en}`),
      ...leaves.flatMap(leafLines),
    ]),
  ]),
  ...edition.appendix.flatMap(leafLines),
].join("\n")}
</ol></section>`;
}

/** A leaf with its headings below `level - 1`, and with ids and links that hold in the one document. */
function leafHtml(
  leaf: Leaf,
  leaves: readonly Leaf[],
  pageOf: (id: string) => number,
  level: number,
): string {
  const {main} = leaf;
  const known = new Set(leaves.map(l => l.path));
  for (const element of elements(main)) {
    const id = attribute(element, "id");
    if (id !== undefined) setAttribute(element, "id", idIn(leaf.path, id));
    const heading = /^h([1-6])$/.exec(element.tagName);
    if (heading) element.tagName = element.nodeName = `h${Math.min(6, Number(heading[1]) + level - 1)}`;
    const href = element.tagName === "a" ? attribute(element, "href") : undefined;
    if (href === undefined || /^\w+:/.test(href)) continue;
    const [target = "", anchor] = href.replace(/\?[^#]*/, "").split("#");
    const path =
      target === "" ? leaf.path : posix.join(posix.dirname(leaf.path), target || ".").replace(/\.html$/, "");
    if (!known.has(path)) {
      unwrap(element);
      continue;
    }
    const to = idIn(path, anchor);
    setAttribute(element, "href", `#${to}`);
    insertAfter(element, ` <span class="page-reference">(p. ${pageOf(to)})</span>`);
  }
  const id = idIn(leaf.path);
  return `<section class="leaf" id="${id}" style="page: ${id}">${innerHtml(main)}</section>`;
}

/** The styles of the document: the fonts, the site's own style, and what is different on paper. */
function stylesOf(dist: string): string[] {
  const require = createRequire(import.meta.url);
  const faces = [
    ...["400", "400-italic", "600"].map(face => `@fontsource/source-serif-4/${face}.css`),
    ...["400", "400-italic", "600"].map(face => `@fontsource/source-sans-3/${face}.css`),
    ...["400", "600"].map(face => `@fontsource/source-code-pro/${face}.css`),
    "@fontsource-variable/noto-sans-sc/index.css",
    "@fontsource/noto-sans-symbols-2/400.css",
  ];
  const fonts = faces.map(face => {
    const file = require.resolve(face);
    return readFileSync(file, "utf8").replace(
      /url\((\.\/[^)]+)\)/g,
      (_, path: string) => `url(${pathToFileURL(resolve(dirname(file), path)).href})`,
    );
  });
  const [, site = ""] =
    /href="\.\/(_import\/style\.[^"]+)"/.exec(readFileSync(join(dist, "index.html"), "utf8")) ?? [];
  return [
    fonts.join("\n"),
    readFileSync(join(dist, site), "utf8"),
    readFileSync(join(here, "pdf.css"), "utf8"),
  ];
}

/** Prints HTML. What it loads lies in files. */
async function print(browser: Browser, html: string, file: string): Promise<Uint8Array> {
  const page = await browser.newPage({javaScriptEnabled: false});
  writeFileSync(file, html);
  await page.goto(pathToFileURL(resolve(file)).href, {waitUntil: "load"});
  const pdf = await page.pdf({preferCSSPageSize: true, printBackground: true, outline: true, tagged: true});
  await page.close();
  return pdf;
}

/** Numbers of the pages on which the ids that are linked stand, from 1. */
export async function pagesOfIds(document: PDFDocument): Promise<Map<string, number>> {
  const pages = new Map(document.getPages().map((page, i) => [page.ref.toString(), i + 1]));
  const dests = document.catalog.lookupMaybe(PDFName.of("Dests"), PDFDict);
  const found = new Map<string, number>();
  for (const [name, value] of dests?.entries() ?? []) {
    const dest = document.context.lookup(value);
    const page = dest instanceof PDFArray ? dest.get(0) : undefined;
    const number = page instanceof PDFRef ? pages.get(page.toString()) : undefined;
    if (number !== undefined) found.set(name.decodeText(), number);
  }
  return found;
}

/** Prints the book from the site in `dist`, and returns the PDF and its pages. */
export async function printBook(
  dist: string,
  docs: string,
  work: string,
): Promise<{pdf: Uint8Array; pages: number}> {
  const book = readCitation("CITATION.cff");
  const styles = stylesOf(dist);
  const browser = await launch();
  try {
    let numbers = new Map<string, number>();
    for (let pass = 1; pass <= 5; pass++) {
      const html = bookHtml(readEdition(dist, docs), book, styles, id => numbers.get(id));
      const document = await PDFDocument.load(await print(browser, html, join(work, "book.html")), {
        updateMetadata: false,
      });
      const now = await pagesOfIds(document);
      const agree = now.size > 0 && [...now].every(([id, page]) => numbers.get(id) === page);
      if (agree) return {pdf: await finish(document, book), pages: document.getPageCount()};
      numbers = now;
    }
    throw new Error("the page numbers of the contents do not come to rest after 5 prints");
  } finally {
    await browser.close();
  }
}

/** Adds what the document says of itself. Its dates are those of the release, so that two prints are the same. */
async function finish(document: PDFDocument, {title, authors, date}: Citation): Promise<Uint8Array> {
  const day = new Date(`${date ?? "2026-01-01"}T00:00:00Z`);
  document.setTitle(title, {showInWindowTitleBar: true});
  document.setAuthor(authors);
  document.setSubject("How Go works inside");
  document.setLanguage("en");
  document.setCreationDate(day);
  document.setModificationDate(day);
  return document.save();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const out = "dist-pdf";
  mkdirSync(out, {recursive: true});
  const {pdf, pages} = await printBook("dist", "docs", out);
  rmSync(join(out, "book.html"));
  writeFileSync(join(out, "open-hood.pdf"), pdf);
  console.log(`${pages} pages, ${(pdf.length / 1e6).toFixed(1)} MB: ${out}/open-hood.pdf`);
}
