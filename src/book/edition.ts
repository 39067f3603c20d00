// The book as it can be read without a browser: the built pages in reading order, each in its static form.
//
// The PDF and the EPUB are both made from it. A figure is the one that readers without scripts see; what can only be
// operated on the screen is left out, and says so. Ids and links are left to the caller, since one makes a single
// document of all pages and the other a document of each.

import {existsSync, readFileSync} from "node:fs";
import {join} from "node:path/posix";
import {
  attribute,
  elements,
  type HtmlElement,
  hasClass,
  parsePage,
  prepend,
  remove,
  setAttribute,
  textOf,
  unwrap,
} from "./html.ts";
import {back, type Chapter, closing, numbered, type Part, parts, sectionAt} from "./outline.ts";
import {readPages} from "./pages.ts";

/** A page of the book in its static form. */
export interface Leaf {
  /** Path of the page, without ".html". */
  path: string;
  /** "7.3 Initialization". */
  title: string;
  main: HtmlElement;
  /** Its headings of the second level that have an id. */
  headings: {id: string; text: string}[];
}

/** The book in reading order. Parts and chapters of which nothing is written are not there. */
export interface Edition {
  /** The start page. */
  preface: Leaf;
  parts: {part: Part; chapters: {chapter: Chapter; leaves: Leaf[]}[]}[];
  /** Pages that belong to no chapter: the closing words, those that the outline has at its back, then the others by path. */
  appendix: Leaf[];
}

/** All leaves of an edition, in reading order. */
export function leavesOf({preface, parts, appendix}: Edition): Leaf[] {
  return [preface, ...parts.flatMap(p => p.chapters.flatMap(c => c.leaves)), ...appendix];
}

/** Reads the edition from a built site. `docs` is the folder that its pages were built from. */
export function readEdition(dist: string, docs: string): Edition {
  if (!existsSync(join(dist, "index.html")))
    throw new Error(`there is no site in ${dist}: run npm run build`);
  const paths = readPages(docs).map(page => page.path);
  const leaf = (path: string) => readLeaf(path, readFileSync(join(dist, `${path}.html`), "utf8"));
  return {
    preface: leaf("index"),
    parts: parts
      .map(part => ({
        part,
        chapters: part.chapters
          .map(chapter => ({
            chapter,
            leaves: chapter.sections.filter(s => paths.includes(s.path)).map(s => leaf(s.path)),
          }))
          .filter(({leaves}) => leaves.length > 0),
      }))
      .filter(({chapters}) => chapters.length > 0),
    appendix: [
      ...[closing, ...back].map(page => page.path).filter(path => paths.includes(path)),
      ...paths.filter(path => path !== "index" && sectionAt(path) === undefined),
    ].map(leaf),
  };
}

/** What stands before the caption of a figure that has controls on the screen. */
export const liveMark = "▸";

/** The leaf of a built page. */
export function readLeaf(path: string, html: string): Leaf {
  const all = elements(parsePage(html));
  const main = all.find(e => e.tagName === "main");
  if (main === undefined) throw new Error(`${path}.html has no <main>`);
  makeStatic(main);
  const section = sectionAt(path);
  const h1 = elements(main).find(e => e.tagName === "h1");
  return {
    path,
    title: section ? numbered(section) : h1 ? textOf(h1).trim() : path,
    main,
    headings: elements(main)
      .filter(e => e.tagName === "h2" && attribute(e, "id") !== undefined)
      .map(e => ({id: attribute(e, "id")!, text: textOf(e).trim()})),
  };
}

const onScreenOnly = /^(?:script|form|button|input|select|textarea|dialog|observablehq-loading)$/;

/** Changes the content of a page into what can be read without scripts. */
function makeStatic(main: HtmlElement): void {
  for (const element of elements(main)) {
    if (onScreenOnly.test(element.tagName) || hasClass(element, "permalink")) remove(element);
    else if (element.tagName === "noscript" || hasClass(element, "observablehq-header-anchor"))
      unwrap(element);
    else if (hasClass(element, "observablehq--block")) remove(element);
    else if (hasClass(element, "fallback") && isBeforeCell(element)) markAsLive(element);
    else if (element.tagName === "details") setAttribute(element, "open", "");
    // Sources and recordings that the site offers beside its pages are not in the book.
    else if (element.tagName === "a" && attribute(element, "download") !== undefined) unwrap(element);
    for (const name of ["tabindex", "target", "rel", "contenteditable"])
      setAttribute(element, name, undefined);
  }
}

/** Whether a cell takes the place of a figure as soon as scripts run. */
function isBeforeCell(element: HtmlElement): boolean {
  const siblings = element.parentNode?.childNodes ?? [];
  const next = siblings.slice(siblings.indexOf(element) + 1).find(node => "tagName" in node);
  return next !== undefined && hasClass(next as HtmlElement, "observablehq--block");
}

function markAsLive(figure: HtmlElement): void {
  const caption = elements(figure).find(e => e.tagName === "figcaption" || hasClass(e, "caption"));
  prepend(caption ?? figure, `<span class="live-mark">${liveMark} </span>`);
}
