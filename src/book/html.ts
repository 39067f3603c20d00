// Trees of HTML: what is needed to take a built page apart, change it, and write it as HTML or XHTML.
//
// Pages are parsed as a reader without scripts gets them: what stands in <noscript> is part of the tree.

import {
  type DefaultTreeAdapterMap,
  defaultTreeAdapter,
  html as names,
  parse,
  parseFragment,
  serialize,
} from "parse5";
import {escapeHtml} from "./highlight.ts";

export type HtmlNode = DefaultTreeAdapterMap["node"];
export type HtmlElement = DefaultTreeAdapterMap["element"];
type Parent = DefaultTreeAdapterMap["parentNode"];

/** The tree of a whole page. Its elements know where they stand in the text. */
export function parsePage(html: string): HtmlNode {
  return parse(html, {sourceCodeLocationInfo: true, scriptingEnabled: false});
}

/** All elements of a tree, in order, with the top one if it is an element. */
export function elements(node: HtmlNode): HtmlElement[] {
  const found: HtmlElement[] = [];
  const visit = (each: HtmlNode) => {
    if ("tagName" in each) found.push(each);
    if ("childNodes" in each) each.childNodes.forEach(visit);
  };
  visit(node);
  return found;
}

export function attribute(element: HtmlElement, name: string): string | undefined {
  return element.attrs.find(a => a.name === name)?.value;
}

/** Sets an attribute, or takes it away. */
export function setAttribute(element: HtmlElement, name: string, value: string | undefined): void {
  const rest = element.attrs.filter(a => a.name !== name);
  element.attrs = value === undefined ? rest : [...rest, {name, value}];
}

export function hasClass(element: HtmlElement, name: string): boolean {
  return (attribute(element, "class") ?? "").split(/\s+/).includes(name);
}

export function textOf(node: HtmlNode): string {
  if ("value" in node) return node.value;
  return "childNodes" in node ? node.childNodes.map(textOf).join("") : "";
}

export function remove(element: HtmlElement): void {
  defaultTreeAdapter.detachNode(element);
}

/** Puts an element's children where it stands. */
export function unwrap(element: HtmlElement): void {
  const parent = element.parentNode as Parent;
  for (const node of element.childNodes.slice()) {
    defaultTreeAdapter.detachNode(node);
    defaultTreeAdapter.insertBefore(parent, node, element);
  }
  remove(element);
}

/** Puts HTML before the first child of an element. */
export function prepend(element: HtmlElement, html: string): void {
  const first = element.childNodes[0];
  for (const node of parseFragment(html).childNodes.slice()) {
    defaultTreeAdapter.detachNode(node);
    if (first) defaultTreeAdapter.insertBefore(element, node, first);
    else defaultTreeAdapter.appendChild(element, node);
  }
}

/** Puts HTML right behind an element. */
export function insertAfter(element: HtmlElement, html: string): void {
  const parent = element.parentNode as Parent;
  const next = parent.childNodes[parent.childNodes.indexOf(element) + 1];
  for (const node of parseFragment(html).childNodes.slice()) {
    defaultTreeAdapter.detachNode(node);
    if (next) defaultTreeAdapter.insertBefore(parent, node, next);
    else defaultTreeAdapter.appendChild(parent, node);
  }
}

/** The HTML of what stands in an element. */
export const innerHtml = (element: HtmlElement): string => serialize(element);

const voidTags = /^(?:area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr)$/;

/** The same as XHTML: each element is closed, and SVG says its namespace. */
export function toXhtml(node: HtmlNode): string {
  if ("value" in node) return escapeHtml(node.value);
  if (!("tagName" in node)) return "childNodes" in node ? node.childNodes.map(toXhtml).join("") : "";
  const attrs = node.attrs.map(
    ({prefix, name, value}) => ` ${prefix ? `${prefix}:` : ""}${name}="${escapeHtml(value)}"`,
  );
  const outer =
    node.parentNode && "namespaceURI" in node.parentNode ? node.parentNode.namespaceURI : names.NS.HTML;
  if (node.namespaceURI !== outer) attrs.unshift(` xmlns="${node.namespaceURI}"`);
  const open = `<${node.tagName}${attrs.join("")}`;
  if (node.childNodes.length === 0 && (voidTags.test(node.tagName) || node.namespaceURI !== names.NS.HTML))
    return `${open}/>`;
  return `${open}>${node.childNodes.map(toXhtml).join("")}</${node.tagName}>`;
}
