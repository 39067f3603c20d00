// Permanent ids: what a link from elsewhere, or a citation, can point at.
//
//     ## Where the heap may grow {#hints}                              a heading's id is what its author wrote
//     ```fallback docs/components/init/hints.ts#fallback {#figure-hints}    so is a figure's
//     ```listing src/runtime/malloc.ts#mallocinit                      a listing's follows from Go's name
//
// An id that was published stays: published-ids.json keeps all that ever were, and ids.test.ts holds the pages against it.
// The text of a heading can then be mended without breaking a link.

/** An id as an author writes it: `{#hints}` at the end of a heading or behind a fence's reference. */
const written = /(?:^|\s+)\{#([a-z][\w.-]*)\}\s*$/i;

/** Takes the author's id off the end of a text. `id` is undefined where none is written. */
export function takeId(text: string): {rest: string; id: string | undefined} {
  const match = written.exec(text);
  return match ? {rest: text.slice(0, match.index), id: match[1]} : {rest: text, id: undefined};
}

/** The id of a listing's figure: "listing-mheap-init" for mheap.init. */
export function listingId(name: string): string {
  return `listing-${name.replace(/[^\w-]+/g, "-")}`;
}

/** A link to the place it stands at. Scripts make it copy the full address; see docs/components/permalink.ts. */
export function permalink(id: string, label: string): string {
  return `<a class="permalink" href="#${id}" aria-label="Link to ${label}"></a>`;
}

/** A heading as Framework writes it: all of it is a link to itself. */
const heading =
  /<(h[1-6]) id="([^"]+)"([^>]*)><a class="observablehq-header-anchor" href="[^"]*">(.*?)<\/a><\/\1>/gs;

/** Puts a permalink behind each heading of a page, in place of the link that Framework makes of its text. */
export function linkHeadings(html: string): string {
  return html.replace(heading, (_all, tag, id, attributes, content) => {
    const text = content.replace(/<[^>]*>/g, "").replaceAll('"', "&quot;");
    return `<${tag} id="${id}"${attributes}>${content}${permalink(id, `“${text}”`)}</${tag}>`;
  });
}
