// What programs read in a page's head: its canonical address, and what it is, as JSON-LD in the terms of schema.org.
//
// The book is described on its start page, sections as parts of it. Google Scholar's citation tags name a work, so
// they stand on the start page alone: on a section they would make 94 works of one.

import type {Book, Chapter, WebPage, WithContext} from "schema-dts";
import {addressOf, type Citation, entryOf} from "./cite.ts";
import {escapeHtml} from "./highlight.ts";
import {sectionAt, sections} from "./outline.ts";

const license = "https://creativecommons.org/licenses/by/4.0/";

/** The work whose outline the book follows. */
const original: Book = {
  "@type": "Book",
  name: "Go 语言原本",
  alternateName: "Go: Under the Hood",
  author: {"@type": "Person", name: "Ou Changkun"},
  inLanguage: "zh",
  url: "https://github.com/golang-design/under-the-hood",
};

/** What a page is. `page.title` is used for pages outside the outline. */
export function jsonLd(
  book: Citation,
  page: {path: string; title: string; description: string | undefined},
): WithContext<Book> | WithContext<Chapter> | WithContext<WebPage> {
  const home = addressOf(book, "/index");
  const common = {
    ...(page.description ? {description: page.description} : {}),
    inLanguage: "en",
    license,
    version: book.version,
    author: {"@type": "Organization" as const, name: book.authors},
    ...(book.date ? {datePublished: book.date} : {}),
  };
  const at = addressOf(book, page.path);
  const place = at ? {"@id": at, url: at} : {};
  if (page.path === "/index") {
    return {
      "@context": "https://schema.org",
      "@type": "Book",
      ...place,
      name: book.title,
      bookEdition: book.version,
      bookFormat: "https://schema.org/EBook",
      isAccessibleForFree: true,
      isBasedOn: original,
      ...common,
    };
  }
  const part = {
    ...place,
    ...common,
    isPartOf: {"@type": "Book" as const, ...(home ? {"@id": home} : {}), name: book.title},
  };
  const section = sectionAt(page.path);
  if (section === undefined || !sections.includes(section))
    return {"@context": "https://schema.org", "@type": "WebPage", name: page.title, ...part};
  return {
    "@context": "https://schema.org",
    "@type": "Chapter",
    name: section.en,
    alternateName: section.zh,
    ...(section.number ? {position: section.number} : {}),
    ...part,
  };
}

/** Google Scholar's tags for the book. */
function scholarTags(book: Citation): string[] {
  const {url} = entryOf(book);
  const tags: [string, string | undefined][] = [
    ["citation_title", book.title],
    ["citation_author", book.authors],
    ["citation_publication_date", book.date?.replaceAll("-", "/")],
    ["citation_language", "en"],
    ["citation_public_url", url],
  ];
  return tags.flatMap(([name, content]) =>
    content ? [`<meta name="${name}" content="${escapeHtml(content)}">`] : [],
  );
}

/** The elements for the head of a page. */
export function metadata(
  book: Citation,
  page: {path: string; title: string; description: string | undefined},
): string[] {
  const at = addressOf(book, page.path);
  // "<" could end the script element.
  const data = JSON.stringify(jsonLd(book, page)).replaceAll("<", "\\u003c");
  return [
    ...(at ? [`<link rel="canonical" href="${escapeHtml(at)}">`] : []),
    ...(page.path === "/index" ? scholarTags(book) : []),
    `<script type="application/ld+json">${data}</script>`,
  ];
}
