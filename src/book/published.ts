// The list of published ids: every page, and every id on it, that a link from elsewhere may name.
//
//     npm run ids     adds what is new to published-ids.json; nothing is ever taken away
//
// A heading may be reworded and a listing may go, but what was published is found for good: on its page, or through
// moved.json.

import {readFileSync, writeFileSync} from "node:fs";
import {fileURLToPath} from "node:url";
import {type Moved, placeOf, whereIsNow} from "./moved.ts";
import {type Page, readPages} from "./pages.ts";

/** Ids by page, both sorted. */
export type Published = Readonly<Record<string, readonly string[]>>;

const file = "src/book/published-ids.json";

/** The list as it was committed last. */
export function readPublished(): Published {
  return JSON.parse(readFileSync(file, "utf8"));
}

/** The ids that pages have now. */
export function idsOf(pages: readonly Page[]): Published {
  return Object.fromEntries(pages.map(({path, ids}) => [path, ids.map(id => id.text).sort()]));
}

/** The list with what is new added. */
export function publish(published: Published, now: Published): Published {
  const paths = [...new Set([...Object.keys(published), ...Object.keys(now)])].sort();
  const all = (path: string) => [...new Set([...(published[path] ?? []), ...(now[path] ?? [])])].sort();
  return Object.fromEntries(paths.map(path => [path, all(path)]));
}

/** Published places that a link would no longer find, as path or path#id. */
export function lost(published: Published, now: Published, moved: Moved): string[] {
  const isThere = (place: string) => {
    const {path, id} = placeOf(whereIsNow(place, moved));
    // An id of a page that moved as a whole is looked for on the new page.
    const page = placeOf(whereIsNow(path, moved)).path;
    return now[page] !== undefined && (id === undefined || now[page].includes(id));
  };
  return Object.entries(published).flatMap(([path, ids]) =>
    [path, ...ids.map(id => `${path}#${id}`)].filter(place => !isThere(place)),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const list = publish(readPublished(), idsOf(readPages("docs")));
  writeFileSync(file, `${JSON.stringify(list, null, 1)}\n`);
}
