// Old links go on working: pages and ids that moved.
//
// moved.json maps a published place to where it is now; both are written as path or path#id:
//
//     {"part2runtime/ch07alloc/boot": "part2runtime/ch07alloc/init",
//      "part2runtime/ch07alloc/init#hints": "part2runtime/ch07alloc/init#where-the-heap-may-grow"}
//
// A page that moved leaves a page behind that leads on and keeps what stands behind # and ?. An id that moved stays as an
// empty mark before its new place, or, if that is on another page, as a line at the end of its old one. Neither marks
// nor lines need scripts.

import {existsSync, mkdirSync, readFileSync, writeFileSync} from "node:fs";
import {dirname, join, relative} from "node:path/posix";
import {escapeHtml} from "./highlight.ts";

/** Where a published place is now. */
export type Moved = Readonly<Record<string, string>>;

/** Reads the map of the project at `root`. */
export function readMoved(root: string): Moved {
  return JSON.parse(readFileSync(join(root, "src/book/moved.json"), "utf8"));
}

/** Path and id of a place. */
export function placeOf(place: string): {path: string; id: string | undefined} {
  const [path = "", id] = place.split("#", 2);
  return {path, id};
}

/** The place that a link from `page` finds, followed through every move. A circle throws. */
export function whereIsNow(place: string, moved: Moved): string {
  const passed = [place];
  let now = place;
  while (moved[now] !== undefined) {
    now = moved[now]!;
    if (passed.includes(now))
      throw new Error(`moved.json goes in a circle: ${[...passed, now].join(" -> ")}`);
    passed.push(now);
  }
  return now;
}

/** The relative address of a place, as seen from a page. */
function hrefFrom(page: string, place: string): string {
  const {path, id} = placeOf(place);
  const href = relative(dirname(page), `${path}.html`);
  return `${href.startsWith(".") ? href : `./${href}`}${id === undefined ? "" : `#${id}`}`;
}

/** Puts the ids that left a page back into its HTML, as marks and lines that lead on. */
export function keepMovedIds(html: string, page: string, moved: Moved): string {
  let kept = html;
  for (const place of Object.keys(moved)) {
    const {path, id} = placeOf(place);
    if (id === undefined || whereIsNow(path, moved) !== page) continue;
    const now = whereIsNow(place, moved);
    const {path: newPath, id: newId} = placeOf(now);
    const target = new RegExp(`<[a-z][^<>]*\\sid="${newId}"`).exec(kept);
    if (newPath === page && target) {
      kept = `${kept.slice(0, target.index)}<span id="${id}"></span>${kept.slice(target.index)}`;
    } else {
      const line = `<p class="moved" id="${id}">What this link named is <a href="${hrefFrom(page, now)}">here</a> now.</p>\n`;
      kept = kept.replace("</main>", () => `${line}</main>`);
    }
  }
  return kept;
}

/** The whole text of a page that leads on. `script` runs in it alone, so the policy needs its hash. */
export function redirectPage(page: string, place: string, policy: (html: string) => string): string {
  const href = escapeHtml(hrefFrom(page, place));
  const html = `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Moved | Open Hood</title>
<meta name="robots" content="noindex">
<link rel="canonical" href="${href}">
<script>location.replace("${href}".split("#")[0] + location.search + (location.hash || "${href}".replace(/^[^#]*/, "")));</script>
<noscript><meta http-equiv="refresh" content="0; url=${href}"></noscript>
</head>
<body>
<main><h1>Moved</h1><p>This page is <a href="${href}">here</a> now.</p></main>
</body>
</html>
`;
  return html.replace(`<meta charset="utf-8">`, meta => `${meta}\n${policy(html)}`);
}

/** Writes a page that leads on, for each page that moved. A page that is there throws: it has not moved. */
export function writeRedirects(dist: string, moved: Moved, policy: (html: string) => string): void {
  for (const page of Object.keys(moved).filter(place => !place.includes("#"))) {
    const file = join(dist, `${page}.html`);
    if (existsSync(file)) throw new Error(`moved.json says that ${page} moved, but the page is there`);
    mkdirSync(dirname(file), {recursive: true});
    writeFileSync(file, redirectPage(page, whereIsNow(page, moved), policy));
  }
}
