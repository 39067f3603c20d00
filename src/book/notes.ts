// Links on paper: each link that leads out of the book gets a number, and a note at the end of the page with its address.
//
//     … after Go’s runtime/malloc.go:359[3] …
//     3. https://github.com/golang/go/blob/go1.12.17/src/runtime/malloc.go#L359
//
// A page has them at once, and its style shows them on paper alone. An address that is linked again keeps its number.

import {escapeHtml} from "./highlight.ts";
import {attribute, elements, parsePage, textOf} from "./html.ts";

/** A page with more addresses than these is an index: it says in its text what each link names. */
const most = 100;

/** The page with marks behind its links and notes at the end of its text. */
export function noteLinks(html: string): string {
  const all = elements(parsePage(html));
  const main = all.find(e => e.tagName === "main");
  const end = main?.sourceCodeLocation?.endTag?.startOffset;
  if (main === undefined || end === undefined) return html;
  const numbers = new Map<string, number>();
  const marks = elements(main).flatMap(element => {
    const address = element.tagName === "a" ? attribute(element, "href") : undefined;
    const at = element.sourceCodeLocation?.endTag?.endOffset;
    // An address that is its own text can be read as it stands.
    if (address === undefined || at === undefined || !/^https?:/.test(address) || textOf(element) === address)
      return [];
    const number = numbers.get(address) ?? numbers.size + 1;
    numbers.set(address, number);
    return [{at, text: `<sup class="on-paper">${number}</sup>`}];
  });
  if (marks.length === 0 || numbers.size > most) return html;
  const notes = Array.from(numbers.keys(), address => `<li>${escapeHtml(address)}</li>`);
  const list = `<div class="on-paper link-notes"><p>Links</p><ol>\n${notes.join("\n")}\n</ol></div>\n`;
  return [...marks, {at: end, text: list}].reduceRight(
    (text, {at, text: mark}) => text.slice(0, at) + mark + text.slice(at),
    html,
  );
}
