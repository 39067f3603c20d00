// How to cite a page: a line of text and a BibTeX entry, from CITATION.cff and the page's title and path.
//
// CITATION.cff is the one place that knows the book's title, authors, version, release date and address. What it
// does not say is left out of a citation, not invented.

import {readFileSync} from "node:fs";

/** What CITATION.cff says of the book. */
export interface Citation {
  title: string;
  authors: string;
  version: string;
  /** Address of the published book, without the slash at its end. */
  url?: string;
  /** Release date, "2026-11-23". */
  date?: string;
}

/** Reads the fields that are used here. A field that a citation cannot do without must be there. */
export function readCitation(path: string): Citation {
  const text = readFileSync(path, "utf8");
  const field = (name: string) => new RegExp(`^(?:  - )?${name}: *"?(.*?)"? *$`, "m").exec(text)?.[1];
  const required = (name: string) => {
    const value = field(name);
    if (!value) throw new Error(`${path} has no "${name}:"`);
    return value;
  };
  return {
    title: required("title"),
    authors: required("name"),
    version: required("version"),
    url: field("url")?.replace(/\/$/, ""),
    date: field("date-released"),
  };
}

/** The citation of a page, or of the whole book when `page` is undefined. */
export function cite(book: Citation, page?: {title: string; path: string}): {text: string; bibtex: string} {
  const year = book.date?.slice(0, 4);
  const path = page?.path.replace(/^\//, "");
  const url = book.url && path ? `${book.url}/${path}.html` : book.url;
  const where = url ?? (path ? `page ${path}` : undefined);
  const fields: Record<string, string | undefined> = {
    author: `{${book.authors}}`,
    title: page?.title ?? book.title,
    booktitle: page && book.title,
    year,
    url,
    note: [`Version ${book.version}`, url ? undefined : where].filter(Boolean).join(", "),
  };
  const lines = Object.entries(fields).flatMap(([name, value]) => (value ? [`  ${name} = {${value}}`] : []));
  const kind = page ? "incollection" : "misc";
  const key = ["openhood", ...(path?.split("/").slice(-2) ?? [])].join("-");
  const text = [
    page ? `“${page.title}.” In ${book.title}` : book.title,
    `version ${book.version}`,
    year,
    where,
  ];
  return {
    text: `${book.authors}. ${text.filter(Boolean).join(", ")}.`,
    bibtex: `@${kind}{${key},\n${lines.join(",\n")}\n}`,
  };
}
