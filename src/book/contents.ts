// What stands at the top of every page: the way home, the search, and the contents of the whole book.
//
// All of it is HTML made at build time, from outline.json: it works without scripts. A chapter is a <details>; the one
// that the page belongs to is open. Written sections are links; the others are there in a quiet color, as on the start
// page. Where the window is narrow, the contents are a popover behind a button; where it is wide, a column of their own
// (docs/components/frame/frame.css). The search field does nothing before scripts have run, so it is hidden without them.

import {escapeHtml} from "./highlight.ts";
import {back, type Chapter, closing, isWritten, parts, type Section} from "./outline.ts";

/** The header of the page at a path ("/part2runtime/ch07alloc/init"). `docs` says which pages are written. */
export function pageHeader(path: string, docs: string): string {
  return `<p class="home"><a href="/index">Open Hood</a></p>
<button type="button" class="contents-button" popovertarget="observablehq-sidebar">Contents</button>
${searchField}
${contents(path.replace(/^\//, ""), docs)}`;
}

/**
 * The field and the list of results, by the pattern of a combobox (docs/components/frame/search.ts makes it work). It says where
 * the index and the comments of names are; search.ts writes both.
 */
const searchField = `<search id="observablehq-search" data-index="_file/search/index.json" data-names="_file/search/names.json">
<input type="search" role="combobox" aria-label="Search the book" aria-autocomplete="list" aria-expanded="false" aria-controls="observablehq-search-results" placeholder="Search" autocomplete="off" autocapitalize="off" spellcheck="false" enterkeyhint="go">
<kbd aria-hidden="true">/</kbd>
<div id="observablehq-search-results" role="listbox" aria-label="Results" hidden></div>
<p class="search-status" role="status"></p>
</search>`;

/** The contents of the book, as a page at `path` shows them. */
export function contents(path: string, docs: string): string {
  const item = (page: Section) => `<li>${title(page, path, docs)}</li>`;
  const chapter = (c: Chapter) => {
    const written = c.sections.some(s => isWritten(s, docs));
    const current = c.sections.some(s => s.path === path);
    return `<details${written ? ` class="written"` : ""}${current ? " open" : ""}>
<summary><span class="number">${c.number}</span> ${titles(c)}</summary>
<ol>${c.sections.map(item).join("\n")}</ol>
</details>`;
  };
  return `<nav id="observablehq-sidebar" popover aria-label="Contents">
<button type="button" class="contents-button" popovertarget="observablehq-sidebar" popovertargetaction="hide">Close</button>
${parts.map(p => `<p class="part">${p.part}. ${titles(p)}</p>\n${p.chapters.map(chapter).join("\n")}`).join("\n")}
<ol class="behind">${[closing, ...back].map(item).join("\n")}</ol>
</nav>`;
}

function title(page: Section, path: string, docs: string): string {
  const number = page.number && `<span class="number">${page.number}</span> `;
  const name = `${number}${titles(page)}`;
  if (!isWritten(page, docs)) return name;
  const current = page.path === path ? ` aria-current="page"` : "";
  return `<a href="/${page.path}"${current}>${name}</a>`;
}

/** Both titles: English, then Chinese. */
function titles({en, zh}: {en: string; zh: string}): string {
  return `${escapeHtml(en)} <span lang="zh">${escapeHtml(zh)}</span>`;
}
