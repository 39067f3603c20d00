// The book's additions to Markdown, as a plugin of the markdown-it that Framework sets up.
//
//     ## The hints {#hints}                          gives a heading its permanent id; see ids.ts
//     ```listing src/runtime/malloc.ts#mallocinit    prints a declaration; the fence's body is its caption
//     ```glossary, ```symbols                        print what glossary.json and the tags of the model say
//     ```outline                                     prints the whole outline, written pages as links
//     ```fallback …#fallback {#figure-hints}         prints a figure made at build time; see fallbacks.ts
//     ```changelog                                   prints CHANGELOG.md
//     ```report                                      says where errors are reported
//     ```cite                                        prints how to cite the page; on the start page, the book
//
// Other fences are highlighted at build time, and the h1 of a section gets its number and its Chinese title from the
// outline. All of it is static HTML: it is there without scripts and on paper.
// A fault throws in a build. In preview, where a throw would end the session, it shows as a red box.

import {existsSync} from "node:fs";
import {join} from "node:path";
import {changelogMarkdown, readChangelog} from "./changelog.ts";
import {entryOf, readCitation, reportAddress} from "./cite.ts";
import {formats, plainText} from "./cite-formats.ts";
import {addValues, type Fallbacks, renderFallback} from "./fallbacks.ts";
import {renderGlossary} from "./glossary.ts";
import {type GoLines, goLine, goUrl} from "./go-tags.ts";
import {escapeHtml, highlight, highlightNumbered} from "./highlight.ts";
import {listingId, permalink, takeId} from "./ids.ts";
import {type Listing, readListing} from "./listings.ts";
import type {Names} from "./names.ts";
import {closing, isWritten, numbered, parts, type Section, sectionAt} from "./outline.ts";
import {renderSymbols} from "./symbols.ts";

/** The part of markdown-it that is used here. */
export interface MarkdownIt {
  parse(text: string, env: object): Token[];
  render(text: string, env: object): string;
  renderInline(text: string, env: object): string;
  set(options: {highlight(code: string, language: string): string}): void;
  inline: {
    ruler: {push(name: string, rule: (state: InlineState, silent: boolean) => boolean): void};
  };
  core: {
    ruler: {
      push(name: string, rule: (state: State) => void): void;
      before(other: string, name: string, rule: (state: State) => void): void;
    };
  };
  renderer: {
    rules: Record<
      string,
      (tokens: Token[], i: number, options: object, env: Environment, self: object) => string
    >;
  };
}

/** A token of markdown-it. `map` is the first line and the line behind the last, from 0. */
export interface Token {
  type: string;
  tag: string;
  info: string;
  content: string;
  map: [number, number] | null;
  children: Token[] | null;
  /** Of a heading: the id that its author wrote. */
  meta?: {id?: string | undefined} | null;
  attrGet(name: string): string | null;
  attrSet(name: string, value: string): void;
}

interface State {
  tokens: Token[];
  env: Environment;
  Token: new (type: string, tag: string, nesting: number) => Token;
}

interface InlineState {
  src: string;
  pos: number;
  push(type: string, tag: string, nesting: number): Token;
}

interface Environment {
  /** Path of the page: "/part2runtime/ch07alloc/init". */
  path: string;
  /** Tokens as they were before Framework looked for `${…}` in them; see pages.ts. */
  tokens?: Token[];
  /** The function that the page's `values` fence names; see fallbacks.ts. */
  values?: string | undefined;
}

/** What the plugin needs to know. */
export interface BookOptions {
  /** The top of the project. */
  root: string;
  /** The folder of the pages. */
  docs: string;
  /** Lines of Go declarations. */
  goLines: GoLines;
  /** What the names in listings mean; without it none is marked. */
  names?: Names;
  /** Whether a fault throws (a build) or shows as a red box (preview). */
  strict: boolean;
  /** What pages show until their scripts run. */
  fallbacks?: Fallbacks;
}

/** The plugin: give it to Framework's `markdownIt` option. */
export function bookMarkdown(options: BookOptions): (md: MarkdownIt) => MarkdownIt {
  return md => {
    md.set({
      highlight: (code, language) =>
        `<pre data-language="${escapeHtml(language)}" tabindex="0"><code>${highlight(code, language)}</code></pre>\n`,
    });
    md.core.ruler.before("inline", "written_ids", takeHeadingIds);
    md.core.ruler.push("heading_ids", setHeadingIds);
    md.core.ruler.push("section_title", addSectionTitle);
    md.core.ruler.before("placeholder", "keep_tokens", ({env, tokens}) => {
      env.tokens = [...tokens];
    });
    const fallbacks = options.fallbacks ?? new Map();
    addValues(md, fallbacks, options.strict);
    // A wide table scrolls in a place of its own, which the keyboard can reach.
    md.renderer.rules.table_open = () =>
      `<div class="scroll" tabindex="0" role="group" aria-label="Table">\n<table>\n`;
    md.renderer.rules.table_close = () => "</table>\n</div>\n";
    const base = md.renderer.rules.fence!;
    const fences: Record<
      string,
      (token: Token, argument: string, tokens: Token[], env: Environment) => string
    > = {
      listing: (token, argument, _tokens, env) =>
        renderListing(
          readListing(argument, options.root),
          options.goLines,
          md.renderInline(token.content.trim(), env),
          options.names,
        ),
      fallback: (token, argument) => {
        const {id} = takeId(token.info);
        const link = id ? `<div class="figure-place" id="${id}">${permalink(id, "this figure")}</div>\n` : "";
        return link + renderFallback(argument, fallbacks);
      },
      values: () => "",
      glossary: () => renderGlossary(),
      symbols: () => renderSymbols(options.root, options.docs, options.goLines),
      outline: () => renderOutline(options.docs),
      changelog: () => md.render(changelogMarkdown(readChangelog(options.root)), {path: "", code: []}),
      report: () => renderReport(options.root),
      cite: (_token, _argument, tokens, env) => renderCitation(tokens, env.path, options.root),
    };
    md.renderer.rules.fence = (tokens, i, mdOptions, env, self) => {
      const token = tokens[i]!;
      const [kind = "", argument = ""] = token.info.trim().split(/\s+/, 2);
      const render = Object.hasOwn(fences, kind) ? fences[kind] : undefined;
      if (render === undefined) return base(tokens, i, mdOptions, env, self);
      try {
        return render(token, argument, tokens, env);
      } catch (error) {
        const message = `${env.path}.md, \`\`\`${token.info}: ${(error as Error).message}`;
        if (options.strict) throw new Error(message);
        // The link makes preview watch the file, so that the box goes when the file is mended.
        const [, file] = kind === "listing" ? (/^([\w./-]+)#/.exec(argument) ?? []) : [];
        const watched =
          file && existsSync(join(options.root, file)) ? ` <a href="/${file}" download>${file}</a>` : "";
        return `<div class="observablehq--error book-error">${escapeHtml(message)}${watched}</div>\n`;
      }
    };
    return md;
  };
}

/** The ids in the outline that a page prints. */
export const outlineIds: readonly string[] = parts.flatMap(p => [
  p.path,
  ...p.chapters.map(c => `chapter-${c.number}`),
]);

function renderListing(listing: Listing, goLines: GoLines, caption: string, names?: Names): string {
  const {file, name, code, line, go} = listing;
  const origins = go.map(tag => {
    const n = goLine(goLines, tag);
    return `<a href="${goUrl(tag, n)}">${tag.file}:${n}</a> in ${tag.release}`;
  });
  const from = origins.length > 0 ? ` After Go’s ${origins.join(", ")}.` : "";
  const body = highlightNumbered(code, line, name.includes("."), names?.marks(listing));
  return `<figure class="listing" id="${listingId(name)}">
<figcaption>${permalink(listingId(name), `the listing ${escapeHtml(name)}`)}<b><code>${escapeHtml(name)}</code></b>${caption ? ` ${caption}` : ""} <span class="listing-source">From <a href="/${file}" download>${file}</a>, line ${line}.${from}</span></figcaption>
<pre tabindex="0" aria-label="${escapeHtml(name)}"><code>${body}</code></pre>
</figure>
`;
}

/** Takes the ids off the headings, before their text is parsed. */
function takeHeadingIds({tokens}: State): void {
  for (const [i, token] of tokens.entries()) {
    if (token.type !== "heading_open") continue;
    const {rest, id} = takeId(tokens[i + 1]!.content);
    token.meta = {id};
    tokens[i + 1]!.content = rest;
  }
}

/** Puts them in the place of the ids that are made of the headings' texts. */
function setHeadingIds({tokens}: State): void {
  for (const token of tokens) if (token.meta?.id) token.attrSet("id", token.meta.id);
}

/** Puts the number before a section's h1 and the Chinese title behind it. */
function addSectionTitle({tokens, env, Token}: State): void {
  const section = env.path === undefined ? undefined : sectionAt(env.path);
  if (section === undefined) return;
  const open = tokens.findIndex(t => t.type === "heading_open" && t.tag === "h1");
  const children = tokens[open + 1]?.children;
  if (open < 0 || !children) return;
  if (section.number) {
    const number = new Token("text", "", 0);
    number.content = `${section.number} `;
    children.unshift(number);
  }
  const chinese = new Token("html_block", "", 0);
  chinese.content = `<p class="title-zh" lang="zh">${escapeHtml(section.zh)}</p>\n`;
  tokens.splice(open + 3, 0, chinese);
}

function titleOf(tokens: Token[], path: string): string {
  const section = sectionAt(path);
  if (section) return numbered(section);
  const h1 = tokens[tokens.findIndex(t => t.type === "heading_open" && t.tag === "h1") + 1];
  return h1?.content ?? path;
}

function renderOutline(docs: string): string {
  const title = (section: Section) => {
    const name = escapeHtml(section.en);
    const zh = `<span lang="zh">${escapeHtml(section.zh)}</span>`;
    return isWritten(section, docs) ? `<a href="/${section.path}">${name}</a> ${zh}` : `${name} ${zh}`;
  };
  const numberedItem = (s: Section) => `<li><span class="number">${s.number}</span> ${title(s)}</li>`;
  const chapter = (c: (typeof parts)[number]["chapters"][number]) =>
    `<h4 id="chapter-${c.number}"><span class="number">${c.number}</span> ${escapeHtml(c.en)} <span lang="zh">${escapeHtml(c.zh)}</span></h4>
<ol>
${c.sections.map(numberedItem).join("\n")}
</ol>`;
  const part = (p: (typeof parts)[number]) =>
    `<h3 id="${p.path}">${p.part}. ${escapeHtml(p.en)} <span lang="zh">${escapeHtml(p.zh)}</span></h3>
${p.chapters.map(chapter).join("\n")}`;
  return `<div class="outline">
${parts.map(part).join("\n")}
<p class="closing">${title(closing)}</p>
</div>
`;
}

/** Where the form for errors is, as far as this copy of the book knows. */
function renderReport(root: string): string {
  const book = readCitation(join(root, "CITATION.cff"));
  const form = "Fidelity: real Go does otherwise";
  if (book.repository === undefined) {
    return `<p>The repository of the book has a form for it: “${form}” (<code>.github/ISSUE_TEMPLATE/fidelity.yml</code>). This copy does not say where its repository is; look where you got it from.</p>\n`;
  }
  const href = escapeHtml(reportAddress(book));
  return `<p>The form <a href="${href}">${form}</a> asks for it.</p>\n`;
}

/** Releases that the listings of a page mirror, oldest first. */
function releasesOf(tokens: Token[], root: string): string[] {
  const tags = tokens.flatMap(({type, info}) => {
    const reference = type === "fence" && /^listing\s+(\S+)/.exec(info.trim())?.[1];
    return reference ? readListing(reference, root).go.map(({release}) => release) : [];
  });
  return [...new Set(tags)].sort((a, b) => a.localeCompare(b, "en", {numeric: true}));
}

/** How to cite the page: a line of text, and forms for programs, each to copy and to download. */
function renderCitation(tokens: Token[], path: string, root: string): string {
  const page =
    path === "/index" ? undefined : {path, title: titleOf(tokens, path), releases: releasesOf(tokens, root)};
  const entry = entryOf(readCitation(join(root, "CITATION.cff")), page);
  const copy = (id: string, what: string) =>
    `<button type="button" data-copies="${id}" data-what="${what}" hidden>Copy</button>`;
  const forms = formats.map(({name, extension, type, write}, i) => {
    const text = write(entry);
    const id = `cite-${extension}`;
    // Framework decodes and encodes an address once more: only what encodeURI writes comes out as it was. A "#" does not.
    const file = text.includes("#")
      ? `data:${type};charset=utf-8;base64,${Buffer.from(text).toString("base64")}`
      : `data:${type};charset=utf-8,${encodeURI(text)}`;
    return `<details${i === 0 ? " open" : ""}>
<summary>${name}</summary>
<pre tabindex="0" aria-label="${name}"><code id="${id}">${escapeHtml(text.replaceAll("\r", "").trimEnd())}</code></pre>
<p>${copy(id, name)} <a href="${escapeHtml(file)}" download="${entry.key}.${extension}">Download ${name}</a></p>
</details>`;
  });
  return `<div class="cite">
<p id="cite-text">${escapeHtml(plainText(entry))}</p>
<p>${copy("cite-text", "Citation")}</p>
${forms.join("\n")}
</div>
`;
}
