// Elements as data: written once, drawn in the browser and printed at build time.
//
// A view returns Markup, a plain value that tests can read. `toHtml` prints it, for readers without scripts and for
// paper; `toDom` makes elements of it; `patch` changes elements that are there into what it says, so that focus,
// scrolling and open details survive.

/** What can stand inside an element. `null` and `false` stand for nothing. */
export type Markup = Element | string | number | null | false | readonly Markup[];

/** An attribute; a function listens for the event (`onclick`) and is left out of printed HTML. */
export type Attribute = string | number | boolean | null | undefined | ((event: Event) => void);

/** An element of HTML or SVG. */
export interface Element {
  readonly tag: string;
  readonly attrs: Readonly<Record<string, Attribute>>;
  readonly children: readonly Markup[];
}

/** Makes an element. */
export function h(
  tag: string,
  attrs: Readonly<Record<string, Attribute>> | null,
  ...children: Markup[]
): Element {
  return {tag, attrs: attrs ?? {}, children};
}

const isElement = (markup: Markup): markup is Element =>
  typeof markup === "object" && markup !== null && "tag" in markup;

/** Children without nesting and without those that stand for nothing; neighboring texts become one. */
function flat(children: readonly Markup[]): (Element | string)[] {
  const out: (Element | string)[] = [];
  const visit = (markup: Markup) => {
    if (markup === null || markup === false) return;
    if (typeof markup === "string" || typeof markup === "number") {
      const last = out.at(-1);
      if (typeof last === "string") out[out.length - 1] = last + markup;
      else out.push(String(markup));
    } else if (isElement(markup)) out.push(markup);
    else for (const each of markup) visit(each);
  };
  for (const child of children) visit(child);
  return out;
}

const escapes: Readonly<Record<string, string>> = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"};
const escaped = (text: string) => text.replace(/[&<>"]/g, c => escapes[c]!);
const empty = new Set(["input", "br", "hr", "img", "col"]);

/** Prints HTML. Whatever listens is left out. */
export function toHtml(markup: Markup): string {
  return flat([markup])
    .map(node => {
      if (typeof node === "string") return escaped(node);
      const attrs = Object.entries(node.attrs)
        .filter(([, value]) => isSet(value))
        .map(([name, value]) => (value === true ? ` ${name}` : ` ${name}="${escaped(String(value))}"`))
        .join("");
      if (empty.has(node.tag)) return `<${node.tag}${attrs}>`;
      return `<${node.tag}${attrs}>${toHtml(node.children)}</${node.tag}>`;
    })
    .join("");
}

const isSet = (value: Attribute) =>
  value !== null && value !== undefined && value !== false && typeof value !== "function";

const SVG = "http://www.w3.org/2000/svg";

/** Makes an element of the document. */
export function toDom(markup: Element, svg = markup.tag === "svg"): HTMLElement {
  const node = svg ? document.createElementNS(SVG, markup.tag) : document.createElement(markup.tag);
  update(node, markup, svg);
  return node as HTMLElement;
}

/** Changes an element of the document into what `markup` says. The tag must be the same. */
export function patch(node: globalThis.Element, markup: Element): void {
  update(node, markup, node.namespaceURI === SVG);
}

function update(node: globalThis.Element, {attrs, children}: Element, svg: boolean): void {
  for (const {name} of [...node.attributes]) {
    // What the reader has opened stays open.
    if (!isSet(attrs[name]) && !(name === "open" && !(name in attrs))) node.removeAttribute(name);
  }
  for (const [name, value] of Object.entries(attrs)) {
    if (name.startsWith("on")) Object.assign(node, {[name]: value});
    else if (isSet(value) && node.getAttribute(name) !== (value === true ? "" : String(value)))
      node.setAttribute(name, value === true ? "" : String(value));
  }
  updateChildren(node, flat(children), svg);
  // Once a reader has touched a control, its attributes no longer say what it shows.
  if (node instanceof HTMLInputElement && "checked" in attrs) node.checked = attrs.checked === true;
  if ((node instanceof HTMLInputElement || node instanceof HTMLSelectElement) && isSet(attrs.value)) {
    if (node.value !== String(attrs.value)) node.value = String(attrs.value);
  }
}

function updateChildren(
  node: globalThis.Element,
  children: readonly (Element | string)[],
  svg: boolean,
): void {
  for (const [i, child] of children.entries()) {
    const there = node.childNodes[i];
    if (typeof child === "string") {
      if (there?.nodeType !== 3) replace(node, there, document.createTextNode(child));
      else if (there.nodeValue !== child) there.nodeValue = child;
    } else if (
      there?.nodeType === 1 &&
      (there as globalThis.Element).tagName.toLowerCase() === child.tag.toLowerCase()
    ) {
      patch(there as globalThis.Element, child);
    } else {
      replace(node, there, toDom(child, child.tag === "svg" || (svg && child.tag !== "foreignObject")));
    }
  }
  while (node.childNodes.length > children.length) node.lastChild!.remove();
}

function replace(parent: Node, there: ChildNode | undefined, by: Node): void {
  if (there) parent.replaceChild(by, there);
  else parent.appendChild(by);
}

/**
 * A view that answers: `draw` gets the state and a function that sets a new one and draws again. The element keeps
 * its identity.
 */
export function live<S>(initial: S, draw: (state: S, set: (state: S) => void) => Element): HTMLElement {
  const set = (state: S) => patch(node, draw(state, set));
  const node: HTMLElement = toDom(draw(initial, set));
  return node;
}
