// What stands around the content of every page: its head and its footer.

import {readFileSync} from "node:fs";
import {join} from "node:path";
import {readCitation, reportAddress} from "./cite.ts";
import {readFrontMatter} from "./front-matter.ts";
import {escapeHtml} from "./highlight.ts";
import {takeId} from "./ids.ts";
import {metadata} from "./metadata.ts";

/** What Framework tells of a page: its path ("/part2runtime/ch07alloc/init") without ".md". */
export interface FramedPage {
  path: string;
}

/** Elements for the page's head: its description and metadata, and what every page has. */
export function pageHead({path}: FramedPage, docs: string, root: string): string {
  const {description, title} = readHead(path, docs);
  return [
    description ? `<meta name="description" content="${escapeHtml(description)}">` : "",
    ...metadata(readCitation(join(root, "CITATION.cff")), {path, title, description}),
    `<meta name="color-scheme" content="light dark">`,
    // Without scripts nothing is going to load, so nothing should turn.
    "<noscript><style>observablehq-loading, #observablehq-search { display: none; }</style></noscript>",
    `<script type="module" src="/components/frame/frame.js"></script>`,
    `<link rel="icon" type="image/svg+xml" href="/icon.svg">`,
    `<script type="module" src="/components/permalink.js"></script>`,
  ]
    .filter(Boolean)
    .join("\n");
}

/** The page's footer: version and license of the book, the page's source, and what to do where it is wrong. */
export function pageFooter({path}: FramedPage, root: string): string {
  const book = readCitation(join(root, "CITATION.cff"));
  return [
    `Open Hood <a href="/changelog">${book.version}</a>.`,
    `Text: <a rel="license" href="https://creativecommons.org/licenses/by/4.0/">CC BY 4.0</a>. Code: MIT.`,
    `Source of this page: <a href="${path}.md" download>docs${escapeHtml(path)}.md</a>.`,
    `<a href="/checked">How this book is checked</a>. <a href="${escapeHtml(reportAddress(book))}">Does real Go do otherwise?</a>`,
  ].join(" ");
}

/** What a page says of itself at its top. A page that is not there, such as Framework's own, says nothing. */
function readHead(path: string, docs: string): {description: string | undefined; title: string} {
  try {
    const text = readFileSync(join(docs, `${path}.md`), "utf8");
    const title = takeId(/^# (.+)$/m.exec(text)?.[1] ?? path).rest;
    return {description: readFrontMatter(text).data.description, title};
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {description: undefined, title: path};
    throw error;
  }
}
