// The glossary: terms, what they are called in Chinese, what they mean, and where the book first explains them.
//
//     ```glossary     prints it
//
// glossary.json has one entry a term. Its `section` is a page with the heading that explains the term; a build fails if that
// heading is not there. `go` is the name that the term has in Go's source. Chinese terms are those of the outline's titles
// where these have them, and else the usual ones; Go's own names stay as they are.

import data from "./glossary.json" with {type: "json"};
import {escapeHtml} from "./highlight.ts";
import {sectionAt} from "./outline.ts";

/** A term. */
export interface Term {
  /** Its id on the page, behind "term-". */
  id: string;
  term: string;
  zh: string;
  /** One sentence. */
  meaning: string;
  /** Page and heading: "part2runtime/ch07alloc/init#the-checks". */
  section: string;
  go?: string;
}

/** Every term, in the order of the alphabet. */
export const terms: readonly Term[] = data;

/** The id of a term on the page. */
export const termId = ({id}: Term): string => `term-${id}`;

/** The glossary as HTML. Each term is an entry of the search, under its names in both languages. */
export function renderGlossary(): string {
  return `<dl class="glossary">\n${terms.map(renderTerm).join("\n")}\n</dl>\n`;
}

function renderTerm(entry: Term): string {
  const {term, zh, meaning, section, go} = entry;
  const page = sectionAt(section.split("#")[0]!);
  const names = [term, go].filter(Boolean).join(";");
  const code = go && go !== term ? ` <code>${escapeHtml(go)}</code>` : "";
  return `<dt id="${termId(entry)}" data-entry="${escapeHtml(`${names}|${zh}`)}">${escapeHtml(term)} <span lang="zh">${escapeHtml(zh)}</span>${code}</dt>
<dd>${escapeHtml(meaning)} <a href="/${section}">Section ${page?.number}</a></dd>`;
}
