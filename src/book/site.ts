// The built site: mends the HTML that Framework writes, and checks what only the built files show.
//
// Mended are the links of headings, the ids that moved, the language, the zoom that Framework forbids, names for
// assistive technology, a link past the contents, and a content security policy that allows the page's own scripts alone.
// Every mend must find its place: if a new version of Framework writes something else, the build stops instead of leaving
// a page unmended.

import {createHash} from "node:crypto";
import {existsSync, readdirSync, readFileSync, writeFileSync} from "node:fs";
import {dirname, join} from "node:path/posix";
import {type DefaultTreeAdapterMap, parse as parseHtml} from "parse5";
import type {Finding} from "./findings.ts";
import {linkHeadings} from "./ids.ts";
import {keepMovedIds, type Moved, writeRedirects} from "./moved.ts";
import {noteLinks} from "./notes.ts";
import {lineAt, parse, type Source, walk} from "./ts-source.ts";
import {startWorker} from "./visited.ts";

type HtmlNode = DefaultTreeAdapterMap["node"];
type Element = DefaultTreeAdapterMap["element"];

/** Files under a folder with one of some endings, as paths from it. */
function filesUnder(folder: string, ending: RegExp): string[] {
  return readdirSync(folder, {recursive: true, encoding: "utf8"})
    .map(path => path.replaceAll("\\", "/"))
    .filter(path => ending.test(path))
    .sort();
}

/** Mends every page of a site in place, and writes pages that lead on from where pages were. */
export function mendSite(dist: string, moved: Moved): void {
  for (const path of filesUnder(dist, /\.html$/)) {
    const file = join(dist, path);
    const html = noteLinks(linkHeadings(readFileSync(file, "utf8")));
    const kept = keepMovedIds(html, path.replace(/\.html$/, ""), moved);
    // Framework writes when a file was last touched, which differs from one checkout to the next.
    const timeless = kept.replace(/"lastModified":\d+,/g, "");
    writeFileSync(file, mendPage(startWorker(timeless, path)));
  }
  writeRedirects(dist, moved, policyMeta);
}

/** The mended HTML of a page. */
export function mendPage(html: string): string {
  const mends: [string | RegExp, string][] = [
    ["<html>", `<html lang="en">`],
    [", maximum-scale=1", ""],
    ["<body>", `<body>\n<a class="skip" href="#observablehq-main">Skip to the text</a>`],
    [`<meta charset="utf-8">`, `<meta charset="utf-8">\n${policyMeta(html)}`],
  ];
  // A page without headings has no contents.
  if (html.includes(`<aside id="observablehq-toc"`))
    mends.push([/(<aside id="observablehq-toc"[^>]*>\s*)<nav>/, `$1<nav aria-label="On this page">`]);
  let mended = html;
  for (const [from, to] of mends) {
    const next = mended.replace(from, to);
    if (next === mended) throw new Error(`Framework's HTML has no ${from} to mend; see src/book/site.ts`);
    mended = next;
  }
  return mended;
}

/** A policy under which nothing is loaded from elsewhere, and no script runs but the site's modules and this page's. */
function policyMeta(html: string): string {
  const hashes = elements(html)
    .filter(e => e.tagName === "script" && attribute(e, "src") === undefined)
    .filter(e => attribute(e, "type") !== "application/ld+json")
    .map(e => e.childNodes.map(n => ("value" in n ? n.value : "")).join(""))
    .map(text => `'sha256-${createHash("sha256").update(text).digest("base64")}'`);
  const policy = [
    "default-src 'self'",
    `script-src 'self' ${[...new Set(hashes)].join(" ")}`.trim(),
    // Charts set style attributes.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'none'",
  ];
  return `<meta http-equiv="Content-Security-Policy" content="${policy.join("; ")}">`;
}

/** Everything that is wrong with a built site. */
export function checkSite(dist: string): Finding[] {
  const ids = new Map<string, Set<string>>();
  const pages = filesUnder(dist, /\.html$/).map(path => {
    const all = elements(readFileSync(join(dist, path), "utf8"));
    ids.set(path, new Set(all.map(e => attribute(e, "id")).filter(id => id !== undefined)));
    return {path, all};
  });
  return [
    ...pages.flatMap(({path, all}) => checkElements(dist, path, all, ids)),
    ...pages.flatMap(({path, all}) => checkInlineModules(dist, path, all)),
    ...filesUnder(dist, /\.js$/).flatMap(path =>
      checkScript(dist, path, readFileSync(join(dist, path), "utf8")),
    ),
    ...filesUnder(dist, /\.css$/).flatMap(path => checkStyle(path, readFileSync(join(dist, path), "utf8"))),
  ];
}

function checkElements(dist: string, path: string, all: Element[], ids: Map<string, Set<string>>): Finding[] {
  const findings: Finding[] = [];
  const seen = new Set<string>();
  for (const element of all) {
    const line = element.sourceCodeLocation?.startLine ?? 1;
    const add = (message: string) => findings.push({file: `dist/${path}`, line, message});
    const id = attribute(element, "id");
    if (id !== undefined && seen.has(id)) add(`the id "${id}" is there twice`);
    if (id !== undefined) seen.add(id);
    if (/\b(?:observablehq--error|book-error)\b/.test(attribute(element, "class") ?? "")) {
      add(`an error stands on the page: ${textOf(element).slice(0, 200)}`);
    }
    const loads =
      attribute(element, "src") ??
      (element.tagName === "link" && !/\bcanonical\b/.test(attribute(element, "rel") ?? "")
        ? attribute(element, "href")
        : undefined);
    if (loads !== undefined && /^(?:(?!data:)\w+:|\/\/)/.test(loads))
      add(`"${loads}" is loaded from elsewhere`);
    const url = attribute(element, "href") ?? attribute(element, "src");
    if (url !== undefined && !/^(?:\w+:|\/\/)/.test(url)) {
      const fault = faultOfUrl(dist, path, url, ids);
      if (fault) add(fault);
    }
  }
  return findings;
}

function faultOfUrl(
  dist: string,
  path: string,
  url: string,
  ids: Map<string, Set<string>>,
): string | undefined {
  const [, target = "", anchor] = /^([^?#]*)(?:\?[^#]*)?(?:#(.*))?$/.exec(decodeURI(url)) ?? [];
  const name =
    target === "" ? path : join(dirname(path), target.replace(/(?:^|\/)\.{0,2}$/, "$&/index.html"));
  if (!existsSync(join(dist, name))) return `dead link "${url}": there is no dist/${name}`;
  if (anchor && !ids.get(name)?.has(anchor)) return `dead link "${url}": dist/${name} has no id "${anchor}"`;
  return undefined;
}

function checkInlineModules(dist: string, path: string, all: Element[]): Finding[] {
  return all
    .filter(
      e => e.tagName === "script" && attribute(e, "type") === "module" && attribute(e, "src") === undefined,
    )
    .flatMap(e => {
      const first = e.sourceCodeLocation?.startLine ?? 1;
      return checkScript(dist, path, textOf(e)).map(f => ({...f, line: f.line + first - 1}));
    });
}

/** A module's imports must lie in the site. Framework's own client mentions packages that a page must ask for: skip those. */
function checkScript(dist: string, path: string, text: string): Finding[] {
  let source: Source;
  try {
    source = parse(text);
  } catch (error) {
    return [{file: `dist/${path}`, line: 1, message: `syntax error: ${(error as Error).message}`}];
  }
  const findings: Finding[] = [];
  const isClient = path.startsWith("_observablehq/");
  for (const statement of source.body) {
    walk(statement, node => {
      const specifier: unknown = node.source?.value;
      if (typeof specifier !== "string" || (isClient && node.type === "ImportExpression")) return;
      const found = specifier.startsWith(".") && existsSync(join(dist, dirname(path), specifier));
      if (found) return;
      findings.push({
        file: `dist/${path}`,
        line: lineAt(text, node.start),
        message: `unresolved import "${specifier}"`,
      });
    });
  }
  return findings;
}

function checkStyle(path: string, text: string): Finding[] {
  return Array.from(text.matchAll(/(?:url\(\s*["']?|@import\s+["'])((?:\w+:)?\/\/[^"')]+)/g), match => ({
    file: `dist/${path}`,
    line: lineAt(text, match.index),
    message: `"${match[1]}" is loaded from elsewhere`,
  }));
}

function elements(html: string): Element[] {
  const found: Element[] = [];
  const visit = (node: HtmlNode) => {
    if ("tagName" in node) found.push(node);
    if ("childNodes" in node) node.childNodes.forEach(visit);
  };
  visit(parseHtml(html, {sourceCodeLocationInfo: true}));
  return found;
}

function attribute(element: Element, name: string): string | undefined {
  return element.attrs.find(a => a.name === name)?.value;
}

function textOf(node: HtmlNode): string {
  if ("value" in node) return node.value;
  return "childNodes" in node ? node.childNodes.map(textOf).join("") : "";
}
