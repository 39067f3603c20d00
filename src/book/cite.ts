// What a citation of the book, or of one of its pages, consists of.
//
// CITATION.cff is the one place that knows the book's title, authors, version, release date and address. What it does
// not say is left out of a citation, not invented. Its address is where the book is published; OPEN_HOOD_URL names
// another one for a build that is published elsewhere. The formats are in cite-formats.ts.

import {readFileSync} from "node:fs";
import {parse} from "yaml";
import {sectionAt, sections} from "./outline.ts";

/** What CITATION.cff says of the book. */
export interface Citation {
  title: string;
  authors: string;
  version: string;
  /** Address of the published book, without the slash at its end. */
  url?: string | undefined;
  /** Release date, "2026-11-23". */
  date?: string | undefined;
  /** Address of the repository, in which errors are reported. */
  repository?: string | undefined;
}

/** What is cited: the book, or a page of it. */
export interface Entry {
  book: Citation;
  /** "openhood-ch07alloc-init": the key in a bibliography, and the name of a file. */
  key: string;
  /** Title of the page; undefined for the book. */
  title?: string | undefined;
  /** The original's Chinese title of a section. */
  titleZh?: string | undefined;
  /** "7.3" */
  number?: string | undefined;
  /** Tags of the releases that the page's listings model: "go1.12.17". */
  releases: readonly string[];
  url?: string | undefined;
  /** "page part2runtime/ch07alloc/init", for a book without an address. */
  place?: string | undefined;
}

/** Reads the fields that are used here. A field that a citation cannot do without must be there. */
export function readCitation(path: string): Citation {
  const cff = parse(readFileSync(path, "utf8"));
  const required = (value: unknown, name: string) => {
    if (typeof value !== "string" || value === "") throw new Error(`${path} has no "${name}:"`);
    return value;
  };
  const url: string | undefined = process.env.OPEN_HOOD_URL || cff.url;
  if (url !== undefined && !/^https?:\/\/[^\s?#]+$/.test(url))
    throw new Error(`"${url}" is not the address of a book; write it as https://example.org/book`);
  return {
    title: required(cff.title, "title"),
    authors: required(cff.authors?.map((a: {name?: string}) => a.name).join(", "), "authors: name"),
    version: required(cff.version, "version"),
    url: url?.replace(/\/+$/, ""),
    date: cff["date-released"],
    repository: cff["repository-code"]?.replace(/\/+$/, ""),
  };
}

/** Where to report that real Go does otherwise: the form in the repository, or the page that says what it asks for. */
export function reportAddress({repository}: Citation): string {
  return repository === undefined ? "/errata#report" : `${repository}/issues/new?template=fidelity.yml`;
}

/** The address of a page ("/part2runtime/ch07alloc/init") of the published book. The start page is the book's own. */
export function addressOf(book: Citation, path: string): string | undefined {
  const name = path.replace(/^\//, "").replace(/^index$/, "");
  return book.url === undefined ? undefined : `${book.url}/${name && `${name}.html`}`;
}

/** The entry of a page, or of the whole book when `page` is undefined. */
export function entryOf(
  book: Citation,
  page?: {path: string; title: string; releases?: readonly string[]},
): Entry {
  if (page === undefined) return {book, key: "openhood", releases: [], url: addressOf(book, "/index")};
  const path = page.path.replace(/^\//, "");
  const section = sectionAt(path);
  const url = addressOf(book, path);
  return {
    book,
    key: ["openhood", ...path.split("/").slice(-2)].join("-"),
    title: section?.en ?? page.title,
    // Only what follows the original has a title in it.
    titleZh: section && sections.includes(section) ? section.zh : undefined,
    number: section?.number || undefined,
    releases: page.releases ?? [],
    url,
    place: url === undefined ? `page ${path}` : undefined,
  };
}
