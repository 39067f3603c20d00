// The entries of the search: what on a page a result can lead to, cut out of the page's HTML.
//
// An entry begins at every heading, listing and element that says so with `data-entry="name;other name|Chinese"`, and holds the text up to the next
// one. What follows a listing belongs to the heading above it again. Scripts, drawings, sources and citations have no text. How a
// text is cut into terms, and what comes first, is src/search's part.

import {type DefaultTreeAdapterMap, parse as parseHtml} from "parse5";
import type {Entry} from "../search/index.ts";
import {parts, sectionAt} from "./outline.ts";

type HtmlNode = DefaultTreeAdapterMap["node"];
type Element = DefaultTreeAdapterMap["element"];

/** Whether nobody looks for the text of an element here. */
function isSilent(element: Element): boolean {
  return (
    /^(?:script|style|svg|button|template|noscript|observablehq-loading)$/.test(element.tagName) ||
    ["title-zh", "cite", "listing-source", "links"].some(name => hasClass(element, name))
  );
}

/** What is said in a figure or a table: captions, heads and names, each once. Its values change with the reader's inputs. */
function namesIn(node: HtmlNode): string[] {
  const found = new Set<string>();
  const visit = (node: HtmlNode) => {
    if ("tagName" in node && /^(?:figcaption|caption|th|code)$/.test(node.tagName)) found.add(textOf(node));
    else if ("childNodes" in node) node.childNodes.forEach(visit);
  };
  visit(node);
  return [...found];
}

/** The entries of a page, from its HTML. `path` is the page's, without ending. */
export function entriesOf(html: string, path: string): Omit<Entry, "id">[] {
  const section = sectionAt(path);
  const chapter = parts.flatMap(p => p.chapters).find(c => c.sections.some(s => s.path === path));
  const page = {path: `${path}.html`, number: section?.number ?? "", title: section?.en ?? ""};
  const drafts: {entry: Omit<Entry, "id" | "text">; text: string[]}[] = [];
  let current: {text: string[]} = {text: []};
  const open = (anchor: string, heading: string, names: string, zh: string) => {
    const draft = {entry: {...page, anchor, heading, names, zh}, text: []};
    drafts.push(draft);
    current = draft;
  };

  const visit = (node: HtmlNode): void => {
    if ("value" in node) current.text.push(node.value);
    else if ("tagName" in node) visitElement(node);
    else if ("childNodes" in node) node.childNodes.forEach(visit);
  };
  const visitElement = (element: Element): void => {
    const id = attribute(element, "id") ?? "";
    const known = id && (attribute(element, "data-entry") ?? nameOfListing(element));
    if (isSilent(element)) return;
    if (element.tagName === "h1") {
      page.title ||= textOf(element).trim();
      open(
        "",
        page.title,
        [page.title, section?.zh].filter(Boolean).join("\n"),
        [section?.zh, chapter?.zh, chapter?.en].filter(Boolean).join("\n"),
      );
    } else if (/^h[2-6]$/.test(element.tagName)) open(id, textOf(element).trim(), "", "");
    else if (hasClass(element, "fallback")) current.text.push(` ${namesIn(element).join(" ")} `);
    else {
      const around = current;
      if (known) {
        const [names = "", zh = ""] = known.split("|");
        const all = [...names.split(";"), ...(zh ? [zh] : [])];
        open(id, all[0]!, all.join("\n"), zh);
      }
      element.childNodes.forEach(visit);
      if (nameOfListing(element)) current = around;
      // Texts of neighboring blocks are not one word.
      if (!inline.test(element.tagName)) current.text.push(" ");
    }
  };
  visit(find(parseHtml(html), "main") ?? parseHtml(html));
  return drafts.map(({entry, text}) => ({...entry, text: text.join("").replace(/\s+/g, " ").trim()}));
}

const inline = /^(?:a|abbr|b|code|em|i|kbd|mark|q|s|small|span|strong|sub|sup|u|var)$/;

/** The name in the caption of a listing; undefined for any other element. */
function nameOfListing(element: Element): string | undefined {
  if (element.tagName !== "figure" || !hasClass(element, "listing")) return undefined;
  const name = find(element, "b");
  return name && textOf(name);
}

function find(node: HtmlNode, tag: string): Element | undefined {
  if ("tagName" in node && node.tagName === tag) return node;
  if (!("childNodes" in node)) return undefined;
  for (const child of node.childNodes) {
    const found = find(child, tag);
    if (found) return found;
  }
  return undefined;
}

const attribute = (element: Element, name: string) => element.attrs.find(a => a.name === name)?.value;

const hasClass = (element: Element, name: string) =>
  (attribute(element, "class") ?? "").split(" ").includes(name);

function textOf(node: HtmlNode): string {
  if ("value" in node) return node.value;
  return "childNodes" in node ? node.childNodes.map(textOf).join("") : "";
}
