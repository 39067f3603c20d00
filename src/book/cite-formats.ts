// A citation in the forms that people and programs take: a line of text, BibTeX, RIS and CSL-JSON.
//
// All say the same: authors, both titles of a section and its number, the book, its version and that version's date, the
// releases modelled, the address. Tests read each form with a program that others wrote, and compare.

import type {Entry} from "./cite.ts";

// A book with a "version" is a program to some readers; there the version is the edition, or in the note.

/** A form of a citation. */
export interface Format {
  name: string;
  /** Ending and media type of a file of it. */
  extension: string;
  type: string;
  write(entry: Entry): string;
}

const months = "January February March April May June July August September October November December".split(
  " ",
);

/** What has no field of its own everywhere. */
function noteOf({book, releases, place, titleZh}: Entry, withZh: boolean): string {
  return [
    `Version ${book.version}`,
    releases.length > 0 && `models ${releases.join(", ")}`,
    withZh && titleZh && `the original’s title is ${titleZh}`,
    place,
  ]
    .filter(Boolean)
    .join("; ");
}

/** One line of text: what a reader copies into a list of references. */
export function plainText(entry: Entry): string {
  const {book, title, titleZh, number, releases, url, place} = entry;
  const [year, month, day] = book.date?.split("-").map(Number) ?? [];
  const named = title && [number, title, titleZh && `(${titleZh})`].filter(Boolean).join(" ");
  const parts = [
    named ? `“${named}.” In ${book.title}` : book.title,
    `version ${book.version}`,
    year && `${day} ${months[month! - 1]} ${year}`,
    releases.length > 0 && `models ${releases.join(", ")}`,
    place,
  ];
  return `${book.authors}. ${parts.filter(Boolean).join(", ")}.${url ? ` ${url}` : ""}`;
}

/** Text for TeX. */
const tex = (text: string) =>
  text.replace(/[\\{}&%$#_~^]/g, c =>
    c === "\\"
      ? "\\textbackslash{}"
      : c === "~"
        ? "\\textasciitilde{}"
        : c === "^"
          ? "\\textasciicircum{}"
          : `\\${c}`,
  );

/** An entry for BibTeX and biblatex. Titles are in double braces, so that no style changes Go's names. */
export function bibtex(entry: Entry): string {
  const {book, key, title, titleZh, number, url} = entry;
  const [year, month] = book.date?.split("-") ?? [];
  const fields: Record<string, string | undefined> = {
    author: `{${tex(book.authors)}}`,
    title: `{${tex(title ?? book.title)}}`,
    origtitle: titleZh && `{${tex(titleZh)}}`,
    booktitle: title && `{${tex(book.title)}}`,
    chapter: number,
    year,
    month: month && String(Number(month)),
    version: title && book.version,
    note: tex(noteOf(entry, true)),
    url,
  };
  const lines = Object.entries(fields).flatMap(([name, value]) => (value ? [`  ${name} = {${value}}`] : []));
  return `@${title ? "incollection" : "book"}{${key},\n${lines.join(",\n")}\n}\n`;
}

/** A record for reference managers. Lines of a RIS file end in CR and LF. */
export function ris(entry: Entry): string {
  const {book, key, title, number, url} = entry;
  const records: [string, string | undefined][] = [
    ["TY", title ? "CHAP" : "BOOK"],
    ["ID", key],
    ["AU", book.authors],
    ["TI", title ?? book.title],
    ["T2", title && book.title],
    ["SE", number],
    ["ET", book.version],
    ["PY", book.date?.slice(0, 4)],
    ["DA", book.date?.replaceAll("-", "/")],
    ["LA", "en"],
    // A translated title (TT) takes the place of the title in some readers, so the Chinese one is in the note.
    ["N1", noteOf(entry, true)],
    ["UR", url],
    ["ER", ""],
  ];
  return records.flatMap(([tag, value]) => (value === undefined ? [] : [`${tag}  - ${value}\r\n`])).join("");
}

/** An item for Zotero, pandoc and whatever else reads CSL. */
export function cslJson(entry: Entry): string {
  const {book, key, title, titleZh, number, url} = entry;
  const item = {
    id: key,
    type: title ? "chapter" : "book",
    author: [{literal: book.authors}],
    title: title ?? book.title,
    "original-title": titleZh,
    "container-title": title && book.title,
    "chapter-number": number,
    [title ? "version" : "edition"]: book.version,
    issued: book.date && {"date-parts": [book.date.split("-").map(Number)]},
    language: "en",
    note: noteOf(entry, false),
    URL: url,
  };
  return `${JSON.stringify([item], null, 2)}\n`;
}

/** The forms for programs, in the order of a page. */
export const formats: readonly Format[] = [
  {name: "BibTeX", extension: "bib", type: "application/x-bibtex", write: bibtex},
  {name: "RIS", extension: "ris", type: "application/x-research-info-systems", write: ris},
  {name: "CSL-JSON", extension: "json", type: "application/vnd.citationstyles.csl+json", write: cslJson},
];
