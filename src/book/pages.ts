// Reads the pages: what each holds that can be wrong, and the line on which it stands.
//
// Markdown is parsed with Framework's own parser and the book's plugin, so that ids, cells and `${…}` are the ones that
// Framework sees. Lines count from 1 in the page's file, front matter included.

import {readdirSync, readFileSync} from "node:fs";
import {join} from "node:path";
import {createMarkdownIt} from "@observablehq/framework/dist/markdown.js";
import {parsePlaceholder} from "@observablehq/framework/dist/placeholder.js";
import {type DefaultTreeAdapterMap, parseFragment} from "parse5";
import {changelogMarkdown, readChangelog} from "./changelog.ts";
import {readFrontMatter} from "./front-matter.ts";
import {termId, terms} from "./glossary.ts";
import {listingId, takeId} from "./ids.ts";
import {bookMarkdown, type MarkdownIt, outlineIds, type Token} from "./markdown.ts";
import {lineAt} from "./ts-source.ts";

/** A piece of a page's text and its place. */
export interface Piece {
  text: string;
  line: number;
}

/** A fenced block. `info` is what stands behind the backticks; `line` is the line of the backticks. */
export interface Fence extends Piece {
  info: string;
  /** Line of the closing backticks. */
  endLine: number;
}

/** A link, or a file that an element shows. `attribute` is href or src. */
export interface Link extends Piece {
  attribute: "href" | "src";
  download: boolean;
}

/** What a page holds. */
export interface Page {
  /** Path under docs/, without ".md". */
  path: string;
  /** The file, as errors name it: "docs/part2runtime/ch07alloc/init.md". */
  file: string;
  frontMatter: Record<string, string>;
  /** The text of the h1, as written. */
  title: Piece | undefined;
  fences: Fence[];
  /** Expressions in `${…}`. */
  inline: Piece[];
  links: Link[];
  ids: Piece[];
  /** Headings and figures that have no id of their author's. */
  withoutId: Piece[];
}

/** Reads every page under a folder, sorted by path. The folder's `src` and names that start with a dot are no pages. */
export function readPages(docs: string): Page[] {
  return readdirSync(docs, {withFileTypes: true})
    .filter(entry => entry.name !== "src" && !entry.name.startsWith("."))
    .flatMap(entry =>
      entry.isDirectory()
        ? readdirSync(join(docs, entry.name), {recursive: true, encoding: "utf8"}).map(
            f => `${entry.name}/${f}`,
          )
        : [entry.name],
    )
    .map(path => path.replaceAll("\\", "/"))
    .filter(path => path.endsWith(".md"))
    .sort()
    .map(path => readPage(readFileSync(join(docs, path), "utf8"), path.slice(0, -".md".length)));
}

const markdown = createMarkdownIt({
  markdownIt: bookMarkdown({root: ".", docs: "docs", goLines: {}, strict: true}),
});

/** Reads one page from its text. */
export function readPage(text: string, path: string): Page {
  const {data, lines} = readFrontMatter(text);
  const page: Page = {
    path,
    file: `docs/${path}.md`,
    frontMatter: data,
    title: undefined,
    fences: [],
    inline: [],
    links: [],
    ids: [],
    withoutId: [],
  };
  const content = text.split("\n").slice(lines).join("\n");
  const env: {path: string; tokens: Token[]} = {path: `/${path}`, tokens: []};
  (markdown as MarkdownIt).parse(content, env);
  // Framework replaces HTML blocks that hold `${…}` by tokens without a place, so we read the ones from before.
  let line = lines + 1;
  let heading: Token | undefined;
  for (const token of env.tokens) {
    if (token.map) line = lines + token.map[0] + 1;
    if (token.type === "heading_open") {
      heading = token;
      const id = token.attrGet("id");
      if (id !== null) page.ids.push({text: id, line});
      if (!token.meta?.id) page.withoutId.push({text: id ?? "", line});
    }
    if (token.type === "fence") {
      const endLine = lines + token.map![1];
      page.fences.push({info: token.info.trim(), text: token.content, line, endLine});
      const [kind, reference] = token.info.trim().split(/\s+/, 2);
      if (kind === "fallback") {
        const {id} = takeId(token.info);
        if (id) page.ids.push({text: id, line});
        else page.withoutId.push({text: `figure-${/([\w-]+)\.ts/.exec(reference ?? "")?.[1] ?? "…"}`, line});
      }
      if (kind === "changelog") {
        for (const [, id] of changelogMarkdown(readChangelog(".")).matchAll(/\{#([^}]+)\}$/gm))
          page.ids.push({text: id!, line});
      }
      if (kind === "glossary") {
        page.ids.push(...terms.map(term => ({text: termId(term), line})));
        page.links.push(
          ...terms.map(({section}) => ({
            text: `/${section}`,
            line,
            attribute: "href" as const,
            download: false,
          })),
        );
      }
      if (kind === "outline") page.ids.push(...outlineIds.map(id => ({text: id, line})));
      if (kind === "listing") page.ids.push({text: listingId(reference?.split("#")[1] ?? ""), line});
    }
    if (token.type === "html_block") readHtml(page, token.content, line, true);
    if (token.type === "inline") {
      if (heading?.tag === "h1") page.title ??= {text: token.content, line};
      heading = undefined;
      readInline(page, token, line);
    }
  }
  return page;
}

/** Reads links, ids and `${…}` in running text. Offsets are found again in the text, since inline tokens have none. */
function readInline(page: Page, {content, children}: Token, firstLine: number): void {
  let offset = 0;
  const lineOf = (text: string) => {
    const found = content.indexOf(text, offset);
    if (found >= 0) offset = found;
    return firstLine + lineAt(content, offset) - 1;
  };
  for (const child of children ?? []) {
    if (child.type === "placeholder") {
      const line = lineOf(`\${${child.content}}`);
      page.inline.push({text: child.content, line});
    } else if (child.type === "link_open" || child.type === "image") {
      const attribute = child.type === "image" ? "src" : "href";
      const text = child.attrGet(attribute) ?? "";
      page.links.push({text, line: lineOf(text), attribute, download: false});
    } else if (child.type === "html_inline") {
      readHtml(page, child.content, lineOf(child.content), false);
    }
  }
}

/** Reads links and ids in HTML, and `${…}` if it is a block of its own. */
function readHtml(page: Page, html: string, firstLine: number, block: boolean): void {
  if (block) {
    let offset = 0;
    for (const {type, content, pos} of parsePlaceholder(html)) {
      if (type === "placeholder") {
        offset = html.indexOf(`\${${content}}`, offset);
        page.inline.push({text: content, line: firstLine + lineAt(html, offset) - 1});
      }
      offset = pos;
    }
  }
  const visit = (node: DefaultTreeAdapterMap["node"]) => {
    if ("attrs" in node) {
      const attribute = (name: string) => node.attrs.find(a => a.name === name)?.value;
      const line = firstLine + (node.sourceCodeLocation?.startLine ?? 1) - 1;
      const id = attribute("id");
      if (id !== undefined) page.ids.push({text: id, line});
      for (const name of ["href", "src"] as const) {
        const text = attribute(name);
        if (text === undefined) continue;
        page.links.push({text, line, attribute: name, download: attribute("download") !== undefined});
      }
    }
    if ("content" in node) visit(node.content);
    if ("childNodes" in node) for (const child of node.childNodes) visit(child);
  };
  visit(parseFragment(html, {sourceCodeLocationInfo: true}));
}
