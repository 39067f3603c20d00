// What every page does before a reader asks for more: very little. The parts that have work to do are loaded when they
// are turned to.

const field = document.querySelector<HTMLInputElement>("#observablehq-search input");

/** Where a key press is text, or belongs to a control. */
const takesText = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(?:input|textarea|select)$/i.test(target.tagName));

addEventListener("keydown", event => {
  const {key, metaKey, ctrlKey, altKey} = event;
  const plain = !metaKey && !ctrlKey && !altKey;
  const asked =
    (key === "/" && plain && !takesText(event.target)) || (key === "k" && metaKey !== ctrlKey && !altKey);
  if (!field || !asked || event.defaultPrevented) return;
  event.preventDefault();
  field.focus();
  field.select();
});

field?.addEventListener("focus", () => void import("./search.js").then(({attach}) => attach(field)), {
  once: true,
});

// Names in listings say what they are. Of the names of a listing the keyboard reaches one; the arrow keys move on from it.
const names = document.querySelectorAll<HTMLElement>("figure.listing [data-name]");
for (const figure of document.querySelectorAll("figure.listing")) {
  const name = figure.querySelector("[data-name]");
  name?.setAttribute("tabindex", "0");
  name?.setAttribute("role", "button");
}
const first = new AbortController();
for (const type of ["pointerover", "focusin", "click"]) {
  const ask = (event: Event) => {
    if (!(event.target as Element).closest?.("[data-name]")) return;
    first.abort();
    void import("./names.js").then(({attach}) => attach([...names], event));
  };
  document.addEventListener(type, ask, {signal: first.signal});
}

// Where the contents are longer than the window, the page that is open is in sight.
const contents = document.querySelector<HTMLElement>("#observablehq-sidebar");
const current = contents?.querySelector<HTMLElement>("[aria-current]");
if (contents && current) {
  const top = current.offsetTop - contents.offsetTop;
  if (top > contents.clientHeight - 80) contents.scrollTop = top - contents.clientHeight / 2;
}
