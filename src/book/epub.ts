// Writes the book as an EPUB 3, dist-epub/open-hood.epub, from the built site.
//
//     npm run epub
//
// Each page becomes a document of XHTML with the static form of its figures. Readers of EPUB know less of CSS than
// browsers do, so the style comes without variables, in the light colors. Two runs on one site write the same bytes.

import {createHash} from "node:crypto";
import {mkdirSync, readFileSync, writeFileSync} from "node:fs";
import {dirname, join, posix} from "node:path";
import {fileURLToPath} from "node:url";
import {strToU8, type Zippable, zipSync} from "fflate";
import {type Citation, readCitation} from "./cite.ts";
import {type Edition, type Leaf, leavesOf, liveMark, readEdition} from "./edition.ts";
import {escapeHtml} from "./highlight.ts";
import {attribute, elements, hasClass, remove, setAttribute, toXhtml, unwrap} from "./html.ts";

const here = dirname(fileURLToPath(import.meta.url));

/** The files of the EPUB by name, as text, in the order in which they are packed. The edition's leaves are used up. */
export function epubFiles(edition: Edition, book: Citation, css: string): Map<string, string> {
  const leaves = leavesOf(edition);
  const names = new Map(leaves.map(leaf => [leaf.path, fileOf(leaf.path)]));
  const documents = leaves.map(leaf => ({leaf, name: fileOf(leaf.path), text: leafXhtml(leaf, names)}));
  return new Map([
    ["mimetype", "application/epub+zip"],
    [
      "META-INF/container.xml",
      `<?xml version="1.0" encoding="UTF-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
  <rootfiles><rootfile full-path="book/package.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>
`,
    ],
    ["book/package.opf", packageOpf(book, documents)],
    ["book/nav.xhtml", navXhtml(edition)],
    ["book/title.xhtml", titleXhtml(book)],
    ["book/style.css", css],
    ...documents.map(({name, text}): [string, string] => [`book/${name}`, text]),
  ]);
}

const fileOf = (path: string) => `${path.replace(/[^\w-]+/g, "-")}.xhtml`;

/** A whole document of XHTML. */
function xhtml(title: string, body: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" lang="en" xml:lang="en">
<head>
<meta charset="utf-8"/>
<title>${escapeHtml(title)}</title>
<link rel="stylesheet" type="text/css" href="style.css"/>
</head>
<body>
${body}
</body>
</html>
`;
}

function leafXhtml({path, title, main}: Leaf, names: ReadonlyMap<string, string>): string {
  for (const element of elements(main)) {
    // A reader of EPUB follows links: it needs no addresses in print.
    if (hasClass(element, "on-paper")) remove(element);
    const lang = attribute(element, "lang");
    if (lang !== undefined) element.attrs.push({name: "xml:lang", value: lang});
    const href = element.tagName === "a" ? attribute(element, "href") : undefined;
    if (href === undefined || /^\w+:/.test(href)) continue;
    const [target = "", anchor] = href.replace(/\?[^#]*/, "").split("#");
    const to =
      target === ""
        ? path
        : posix
            .join(posix.dirname(path), target)
            .replace(/\.html$/, "")
            .replace(/\/$|^\.$/, "index");
    const name = names.get(to);
    if (name === undefined) unwrap(element);
    else setAttribute(element, "href", `${to === path && anchor ? "" : name}${anchor ? `#${anchor}` : ""}`);
  }
  return xhtml(title, `<section>${main.childNodes.map(toXhtml).join("")}</section>`);
}

function titleXhtml({title, authors, version, date, url}: Citation): string {
  const [name = "", subtitle = ""] = title.split(": ");
  return xhtml(
    title,
    `<section epub:type="titlepage" class="titlepage">
<h1>${escapeHtml(name)}</h1>
<p class="subtitle">${escapeHtml(subtitle)}</p>
<p>${escapeHtml(authors)}</p>
<p>Version ${escapeHtml([version, date].filter(Boolean).join(", "))}</p>
${url ? `<p><a href="${escapeHtml(url)}/">${escapeHtml(url)}</a></p>` : ""}
<p>After the outline of <span lang="zh" xml:lang="zh">Go 语言原本</span> (“Go: Under the Hood”). Text and figures: CC BY 4.0. Code: MIT.</p>
<p>This edition has no moving parts. Its listings are those of the model; on the web they run and can be stepped through. A figure stands here as it is for the inputs that its page opens with; one marked ${liveMark} has controls on the web.</p>
</section>`,
  );
}

function navXhtml(edition: Edition): string {
  const entry = (href: string, text: string, inner: string[] = []) =>
    `<li><a href="${href}">${escapeHtml(text)}</a>${inner.length > 0 ? `<ol>${inner.join("\n")}</ol>` : ""}</li>`;
  const leaf = ({path, title, headings}: Leaf) =>
    entry(
      fileOf(path),
      title,
      headings.map(h => entry(`${fileOf(path)}#${h.id}`, h.text)),
    );
  const list = [
    entry("title.xhtml", "Title page"),
    entry(fileOf("index"), "About this book"),
    ...edition.parts.map(
      ({part, chapters}) =>
        `<li><span>${escapeHtml(`${part.part}. ${part.en}`)}</span><ol>${chapters
          .map(
            ({chapter, leaves}) =>
              `<li><span>${escapeHtml(`${chapter.number} ${chapter.en}`)}</span><ol>${leaves.map(leaf).join("\n")}</ol></li>`,
          )
          .join("\n")}</ol></li>`,
    ),
    ...edition.appendix.map(leaf),
  ];
  return xhtml(
    "Contents",
    `<nav epub:type="toc" role="doc-toc" id="toc"><h1>Contents</h1><ol>
${list.join("\n")}
</ol></nav>
<nav epub:type="landmarks" hidden="hidden"><h2>Landmarks</h2><ol>
<li><a epub:type="titlepage" href="title.xhtml">Title page</a></li>
<li><a epub:type="toc" href="nav.xhtml">Contents</a></li>
<li><a epub:type="bodymatter" href="${fileOf("index")}">Start of the text</a></li>
</ol></nav>`,
  );
}

function packageOpf(book: Citation, documents: {name: string; text: string}[]): string {
  const {title, authors, version, date} = book;
  const items = documents.map(
    ({name, text}, i) =>
      `<item id="d${i}" href="${name}" media-type="application/xhtml+xml"${text.includes("<svg") ? ` properties="svg"` : ""}/>`,
  );
  const meta = (property: string, value: string) => `<meta property="schema:${property}">${value}</meta>`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" xml:lang="en">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:identifier id="id">${identifierOf(`${title} ${version}`)}</dc:identifier>
<dc:title>${escapeHtml(title)}</dc:title>
<dc:creator>${escapeHtml(authors)}</dc:creator>
<dc:language>en</dc:language>
<dc:rights>Text and figures: CC BY 4.0. Code: MIT.</dc:rights>
${date ? `<dc:date>${date}</dc:date>\n` : ""}<meta property="dcterms:modified">${date ?? "2026-01-01"}T00:00:00Z</meta>
${[
  meta("accessMode", "textual"),
  meta("accessMode", "visual"),
  meta("accessModeSufficient", "textual"),
  ...["tableOfContents", "structuralNavigation", "readingOrder", "alternativeText"].map(f =>
    meta("accessibilityFeature", f),
  ),
  meta("accessibilityHazard", "none"),
  meta(
    "accessibilitySummary",
    "Each drawing says in words what it shows; most have a table of the same numbers.",
  ),
].join("\n")}
</metadata>
<manifest>
<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
<item id="title" href="title.xhtml" media-type="application/xhtml+xml"/>
<item id="style" href="style.css" media-type="text/css"/>
${items.join("\n")}
</manifest>
<spine>
<itemref idref="title"/>
<itemref idref="nav"/>
${documents.map((_, i) => `<itemref idref="d${i}"/>`).join("\n")}
</spine>
</package>
`;
}

/** A UUID that follows from a name. */
function identifierOf(name: string): string {
  const hex = createHash("sha256").update(name).digest("hex");
  const variant = ((Number.parseInt(hex[16]!, 16) & 3) | 8).toString(16);
  return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** Style sheets as readers of EPUB take them: without imports, without what is for a screen, with the light colors. */
export function plainCss(sheets: readonly string[]): string {
  const all = sheets.join("\n").replace(/\/\*[\s\S]*?\*\//g, "");
  const variables = new Map<string, string>();
  const rules = all
    .replace(/@import [^;]+;/g, "")
    .replace(/@media[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}/g, "")
    .replace(/:root\s*\{([^}]*)\}/g, (_, body: string) => {
      for (const [, name, value] of body.matchAll(/(--[\w-]+):\s*([^;]+);/g)) {
        if (!variables.has(name!)) variables.set(name!, value!.trim());
      }
      return "";
    });
  return rules
    .replace(/var\((--[\w-]+)(?:,\s*([^()]*))?\)/g, (all, name: string, other?: string) => {
      const value = variables.get(name) ?? other;
      if (value === undefined) throw new Error(`${all}: no style sheet of the book sets ${name}`);
      return value;
    })
    .replace(/([^{}]+)(\{[^{}]*\})/g, (_, selectors: string, body: string) => {
      const plain = selectorsOf(selectors);
      return plain.length > 0 ? `${plain.join(",\n")} ${body}\n` : "";
    });
}

/**
 * Selectors without `:is(…)`, which is written out. Those that ask what an element has, or has not, are left out: many
 * readers of EPUB would stop at them, and nothing that is there depends on them.
 */
function selectorsOf(list: string): string[] {
  return list
    .split(/,(?![^(]*\))/)
    .map(selector => selector.trim())
    .filter(selector => !/:has\(|:not\(|^$/.test(selector))
    .flatMap(selector => {
      const [is, inner] = /:(?:is|where)\(([^()]*)\)/.exec(selector) ?? [];
      if (is === undefined || inner === undefined) return [selector];
      return inner.split(",").flatMap(each => selectorsOf(selector.replace(is, each.trim())));
    });
}

/** Packs files. The file `mimetype` comes first and as it is. */
export function pack(files: ReadonlyMap<string, string>): Uint8Array {
  // A time without a zone: the bytes are the same everywhere.
  const mtime = new Date(2026, 0, 1);
  const entries: Zippable = {};
  for (const [name, text] of files) {
    entries[name] = [strToU8(text), {level: name === "mimetype" ? 0 : 9, mtime}];
  }
  return zipSync(entries);
}

/** The EPUB of the site in `dist`. */
export function makeEpub(dist: string, docs: string): Uint8Array {
  const sheets = [join(docs, "style.css"), join(docs, "components/components.css"), join(here, "epub.css")];
  const css = plainCss(sheets.map(sheet => readFileSync(sheet, "utf8")));
  return pack(epubFiles(readEdition(dist, docs), readCitation("CITATION.cff"), css));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const epub = makeEpub("dist", "docs");
  mkdirSync("dist-epub", {recursive: true});
  writeFileSync("dist-epub/open-hood.epub", epub);
  console.log(`${(epub.length / 1e6).toFixed(1)} MB: dist-epub/open-hood.epub`);
}
