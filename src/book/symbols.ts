// The index of Go symbols: what of Go's runtime the model mirrors, from the `@go` tags of its declarations.
//
//     ```symbols     prints it
//
// A symbol is a declaration in Go's source: its file and its name. Releases may have it in common, and the model may mirror
// it in several places. The listing is the first in the order of the book. A declaration without a tag is the model's own
// and no symbol.

import {existsSync, readdirSync, readFileSync} from "node:fs";
import {join} from "node:path";
import {type GoLines, type GoTag, goLine, goUrl} from "./go-tags.ts";
import {escapeHtml} from "./highlight.ts";
import {listingId} from "./ids.ts";
import {type Declaration, declarationsIn} from "./listings.ts";
import {numbered, type Section, sections} from "./outline.ts";

/** A declaration of Go's that the model mirrors. */
export interface Symbol {
  /** "runtime/malloc.go" */
  file: string;
  /** "mallocinit", "mheap.init" */
  name: string;
  /** Where the model mirrors it, and which releases' source that follows. */
  places: {declaration: Declaration; tags: GoTag[]}[];
}

/** The folders that mirror Go. */
const folders = ["src/runtime", "src/releases"];

/** The files that mirror Go, in the project at `root`. */
export function modelFiles(root: string): string[] {
  return folders.flatMap(folder =>
    readdirSync(join(root, folder), {recursive: true, encoding: "utf8"})
      .map(path => `${folder}/${path.replaceAll("\\", "/")}`)
      .filter(path => path.endsWith(".ts"))
      .sort(),
  );
}

/** Every declaration of the model in the project at `root`. */
export function declarationsOf(root: string): Declaration[] {
  return modelFiles(root).flatMap(file => declarationsIn(readFileSync(join(root, file), "utf8"), file));
}

/** The symbols that declarations mirror, by file and name. */
export function symbolsOf(declarations: readonly Declaration[]): Symbol[] {
  const symbols = new Map<string, Symbol>();
  for (const declaration of declarations) {
    for (const {file, name} of declaration.go) {
      const symbol = symbols.get(`${file} ${name}`) ?? {file, name, places: []};
      symbols.set(`${file} ${name}`, symbol);
      if (symbol.places.some(place => place.declaration === declaration)) continue;
      const tags = declaration.go.filter(tag => tag.file === file && tag.name === name);
      symbol.places.push({declaration, tags});
    }
  }
  return [...symbols.values()].sort((a, b) => order(a.file, b.file) || order(a.name, b.name));
}

const order = (a: string, b: string) => a.localeCompare(b, "en");

/** Which section prints a declaration first, by "src/runtime/malloc.ts#mallocinit". */
export function listingsOf(docs: string): Map<string, Section> {
  const first = new Map<string, Section>();
  for (const section of sections) {
    const file = join(docs, `${section.path}.md`);
    if (!existsSync(file)) continue;
    const text = readFileSync(file, "utf8").replace(/<!--.*?-->/gs, "");
    for (const [, reference] of text.matchAll(/^```listing (\S+)/gm)) {
      if (!first.has(reference!)) first.set(reference!, section);
    }
  }
  return first;
}

/** The index as HTML. Each symbol is an entry of the search. */
export function renderSymbols(root: string, docs: string, goLines: GoLines): string {
  const listings = listingsOf(docs);
  const symbols = symbolsOf(declarationsOf(root));
  const files = [...new Set(symbols.map(symbol => symbol.file))];
  return files
    .map(file => {
      const rows = symbols.filter(symbol => symbol.file === file);
      return `<h2 id="file-${slug(file)}">${escapeHtml(file)}</h2>
<dl class="symbols">
${rows.map(symbol => renderSymbol(symbol, listings, goLines)).join("\n")}
</dl>
`;
    })
    .join("");
}

/** The id of a symbol on its page: names are not unique in Go, but they are in a file. */
export const symbolId = ({file, name}: {file: string; name: string}): string =>
  `symbol-${slug(file.replace(/\.\w+$/, ""))}-${slug(name)}`;

const slug = (text: string) => text.replace(/[^\w]+/g, "-");

function renderSymbol(
  {file, name, places}: Symbol,
  listings: ReadonlyMap<string, Section>,
  goLines: GoLines,
): string {
  const own = places.map(({declaration, tags}) => {
    const section = listings.get(`${declaration.file}#${declaration.name}`);
    const links = [
      section &&
        `<a href="/${section.path}#${listingId(declaration.name)}">listing in ${escapeHtml(numbered(section))}</a>`,
      `<a href="/${declaration.file}" download>${declaration.file}</a>, line ${declaration.line}${declaration.name === name ? "" : ` (<code>${escapeHtml(declaration.name)}</code>)`}`,
      ...tags.map(tag => {
        const line = goLine(goLines, tag);
        return `<a href="${goUrl(tag, line)}">${tag.release}</a>, line ${line}`;
      }),
    ];
    const sentence = firstSentence(declaration.doc);
    return `<dd>${sentence && `${docHtml(sentence)} `}<span class="links">${links.filter(Boolean).join(" · ")}</span></dd>`;
  });
  return `<dt id="${symbolId({file, name})}" data-entry="${escapeHtml(name)}"><code>${escapeHtml(name)}</code></dt>
${own.join("\n")}`;
}

/** The first sentence of a doc comment, on one line. */
export function firstSentence(doc: string): string {
  const text = doc.replace(/\s+/g, " ");
  return /^.*?[.:](?= [A-Z`]|$)/.exec(text)?.[0] ?? text;
}

/** Words of a doc comment as HTML: what stands in backticks is code. */
export function docHtml(doc: string): string {
  return escapeHtml(doc).replace(/`([^`]+)`/g, "<code>$1</code>");
}
