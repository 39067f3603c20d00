// Links to copy. A permalink is a plain link to its place; a click also copies the full address, for those who cite it.
//
// The address is that of the published book if the page names it (link rel=canonical), with the inputs that the reader has
// set. Where the clipboard is refused the click still leads to the place, and the browser's address bar shows the link.

/** The address of a place on this page, as others should get it. */
export function addressOf(hash: string): string {
  const canonical = document.querySelector<HTMLLinkElement>('link[rel="canonical"]')?.href;
  const url = new URL(canonical ?? location.href);
  url.search = location.search;
  url.hash = hash;
  return url.href;
}

/** Where it says that something was copied: to those who see it, and to those who hear it. */
const said = document.createElement("div");
said.id = "copied";
said.setAttribute("role", "status");
document.body.append(said);

async function copy(text: string, what: string): Promise<void> {
  let words = `${what} copied`;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    words = `The browser does not allow copying: ${text}`;
  }
  said.textContent = words;
  setTimeout(() => {
    if (said.textContent === words) said.textContent = "";
  }, 4000);
}

// Without scripts these would do nothing, so they are hidden until now.
for (const button of document.querySelectorAll<HTMLElement>("button[data-copies]")) button.hidden = false;

document.addEventListener("click", event => {
  const {target} = event;
  if (!(target instanceof Element)) return;
  const link = target.closest<HTMLAnchorElement>("a.permalink");
  if (link) void copy(addressOf(link.hash), "Link");
  const button = target.closest<HTMLElement>("button[data-copies]");
  const source = button && document.getElementById(button.dataset.copies!);
  if (source) void copy(source.textContent!.trim(), button.dataset.what ?? "Text");
});
