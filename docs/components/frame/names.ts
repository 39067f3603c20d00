// What a name in a listing is: a card with its doc comment, beside the name.
//
// It opens where the pointer rests, where the focus is, or at a tap. It stays while the pointer is on the name or on the card,
// or the focus in either; Escape closes it and leaves the focus where it is (WCAG 1.4.13). The left and right arrow keys move
// through the names of a listing; Tab moves from a name into its card, since that stands right behind the code.

import type {Shown} from "../../src/search/shown.js";
import {h, toDom} from "../markup.js";

/** Milliseconds that the pointer rests before a card opens, and that it may be elsewhere before it closes. */
const [openAfter, closeAfter] = [250, 300];

/** Makes the names of a page answer. `event` is what asked for it first. */
export function attach(names: readonly HTMLElement[], event: Event): void {
  const search = document.querySelector<HTMLElement>("#observablehq-search")!;
  const top = new URL(".", document.querySelector<HTMLAnchorElement>(".home a")!.href);
  const card = toDom(
    h("div", {id: "name-card", class: "name-card", role: "group", "aria-label": "What this name is"}),
  );
  let shown: Promise<Record<string, Shown>> | null = null;
  let open: HTMLElement | null = null;
  let timer = 0;

  const close = () => {
    clearTimeout(timer);
    open?.removeAttribute("aria-describedby");
    open = null;
    card.remove();
  };
  const show = async (name: HTMLElement) => {
    clearTimeout(timer);
    if (open === name) return;
    close();
    open = name;
    shown ??= fetch(new URL(search.dataset.names!, top)).then(response => response.json());
    const all = await shown.catch(() => (shown = null));
    const entry = all?.[name.dataset.name!];
    if (open !== name || !entry) return;
    card.replaceChildren(...content(entry, top));
    name.closest("pre")!.after(card);
    name.setAttribute("aria-describedby", card.id);
    place(card, name);
  };
  const later = (wait: number, act: () => void) => {
    clearTimeout(timer);
    timer = window.setTimeout(act, wait);
  };
  const nameOf = (target: EventTarget | null) =>
    (target as Element | null)?.closest?.<HTMLElement>("[data-name]") ?? null;
  const inside = (target: EventTarget | null) => target instanceof Node && card.contains(target);

  const over = (event: Event) => {
    const name = nameOf(event.target);
    if (name) later(openAfter, () => void show(name));
    else if (inside(event.target)) clearTimeout(timer);
    else if (open && open !== document.activeElement && !inside(document.activeElement))
      later(closeAfter, close);
    else clearTimeout(timer);
  };
  const focus = (event: Event) => {
    const name = nameOf(event.target);
    if (name) void show(name);
    else if (open && !inside(event.target)) close();
  };
  const click = (event: Event) => {
    const name = nameOf(event.target);
    if (name) void show(name);
    else if (open && !inside(event.target)) close();
  };
  const key = (event: KeyboardEvent) => {
    if (event.key === "Escape" && open) close();
    const name = nameOf(event.target);
    if (name && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      void show(name);
    }
    const step = {ArrowLeft: -1, ArrowRight: 1}[event.key];
    if (!name || step === undefined) return;
    const figure = name.closest("figure");
    const own = names.filter(n => n.closest("figure") === figure);
    const next = own[own.indexOf(name) + step];
    if (!next) return;
    event.preventDefault();
    for (const attribute of ["tabindex", "role"]) {
      next.setAttribute(attribute, name.getAttribute(attribute)!);
      name.removeAttribute(attribute);
    }
    next.focus();
  };
  document.addEventListener("pointerover", over);
  document.addEventListener("focusin", focus);
  document.addEventListener("click", click);
  document.addEventListener("keydown", key);
  if (event.type === "pointerover") over(event);
  else focus(event);
}

/** The card of a name. Links lead to its listing and to Go's source. */
function content({name, doc, file, listing, section, go, release}: Shown, top: URL): Node[] {
  const text = document.createElement("div");
  for (const paragraph of doc.split(/\n\s*\n/)) {
    const p = document.createElement("p");
    // Our own doc comments, escaped when the book was built.
    p.innerHTML = paragraph;
    text.append(p);
  }
  const links = [
    listing ? h("a", {href: new URL(listing, top).href}, `Listing in ${section}`) : null,
    go ? h("a", {href: go}, `Go’s source, ${release}`) : null,
  ].filter(link => link !== null);
  return [
    toDom(h("p", {class: "name"}, h("code", null, name), " ", h("span", {class: "where"}, file))),
    text,
    ...(links.length > 0
      ? [
          toDom(
            h(
              "p",
              {class: "links"},
              links.map((link, i) => [i > 0 && " · ", link]),
            ),
          ),
        ]
      : []),
  ];
}

/** Puts the card under the name, and inside the width of the listing. */
function place(card: HTMLElement, name: HTMLElement): void {
  const around = card.offsetParent!.getBoundingClientRect();
  const at = name.getBoundingClientRect();
  const room = around.width - card.offsetWidth;
  card.style.left = `${Math.max(0, Math.min(at.left - around.left, room))}px`;
  card.style.top = `${at.bottom - around.top + 2}px`;
}
