// The search field: a combobox whose list shows where in the book a text stands.
//
// It is loaded when the field gets the focus, and the index with it. The focus stays in the field; the arrow keys move
// through the list, Enter opens what is marked, Escape closes the list and then empties the field. A result is a link, so it
// can also be clicked, or opened in a tab of its own.

import {type Entry, type Index, readIndex, search, snippet} from "../../src/search/index.js";
import {h, type Markup, toDom} from "../markup.js";

/** Makes a field work. Called once for a field. */
export function attach(field: HTMLInputElement): void {
  const box = field.closest("search")!;
  const list = box.querySelector<HTMLElement>("[role=listbox]")!;
  const status = box.querySelector<HTMLElement>("[role=status]")!;
  const top = new URL(".", document.querySelector<HTMLAnchorElement>(".home a")!.href);
  let index: Index | null = null;
  let shown = "";
  let active = 0;

  const options = () => [...list.querySelectorAll<HTMLAnchorElement>("[role=option]")];
  const show = (open: boolean) => {
    list.hidden = !open;
    field.setAttribute("aria-expanded", String(open));
    if (!open) field.removeAttribute("aria-activedescendant");
  };
  const close = () => {
    show(false);
    shown = "";
    status.textContent = "";
  };
  const activate = (i: number) => {
    const all = options();
    active = (i + all.length) % all.length;
    for (const [n, option] of all.entries()) option.setAttribute("aria-selected", String(n === active));
    field.setAttribute("aria-activedescendant", all[active]!.id);
    all[active]!.scrollIntoView({block: "nearest"});
  };
  const update = () => {
    const query = field.value.trim();
    if (query === "") return close();
    if (index === null) {
      status.textContent = "Loading the index…";
      return;
    }
    if (query === shown) return;
    shown = query;
    const found = search(index, query);
    list.replaceChildren(...found.map((entry, i) => toDom(result(entry, query, i, top))));
    status.textContent = found.length === 0 ? `Nothing in the book has “${query}”.` : count(found.length);
    show(found.length > 0);
    if (found.length > 0) activate(0);
  };

  field.addEventListener("input", update);
  field.addEventListener("focus", update);
  field.addEventListener("keydown", event => {
    if (event.isComposing) return;
    const open = !list.hidden;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (open) activate(active + (event.key === "ArrowDown" ? 1 : -1));
      else update();
    } else if (event.key === "Enter" && open) options()[active]?.click();
    else if (event.key === "Escape" && (open || status.textContent !== "")) close();
    else if (event.key === "Escape") field.value = "";
    else return;
    event.preventDefault();
  });
  list.addEventListener("click", event => {
    if ((event.target as HTMLElement).closest("[role=option]")) close();
  });
  document.addEventListener("pointerdown", event => {
    if (!box.contains(event.target as Node)) close();
  });
  box.addEventListener("focusout", ({relatedTarget}) => {
    if (relatedTarget !== null && !box.contains(relatedTarget as Node)) close();
  });

  const load = () =>
    readIndexAt(new URL((box as HTMLElement).dataset.index!, top)).then(
      loaded => {
        index = loaded;
        update();
      },
      (error: Error) => {
        status.textContent = `The search does not work now: ${error.message}`;
        field.addEventListener("focus", () => void load(), {once: true});
      },
    );
  void load();
}

async function readIndexAt(url: URL): Promise<Index> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url.pathname} is not there (${response.status})`);
  return readIndex(await response.text());
}

const count = (n: number) => (n === 1 ? "1 result" : `${n} results`);

/** One result: the page, the heading, and a piece of the text. */
function result({path, anchor, number, title, heading, zh, text}: Entry, query: string, i: number, top: URL) {
  const atTop = anchor === "";
  const chinese = zh
    .split("\n")
    .filter(line => /\p{Script=Han}/u.test(line))
    .join(" ");
  const isChinese = /\p{Script=Han}/u.test(query) && chinese !== "";
  return h(
    "a",
    {
      role: "option",
      id: `search-result-${i}`,
      href: new URL(`${path}${atTop ? "" : `#${anchor}`}`, top).href,
      tabindex: -1,
      "aria-selected": "false",
    },
    h("span", {class: "where"}, number && `${number} `, atTop ? null : title),
    " ",
    h("b", null, marked(heading, query)),
    " ",
    isChinese && h("span", {class: "snippet", lang: "zh"}, marked(chinese, query)),
    h("span", {class: "snippet"}, marked(text, query)),
  );
}

const marked = (text: string, query: string): Markup =>
  snippet(text, query).map(piece => (piece.match ? h("mark", null, piece.text) : piece.text));
