// The book goes on working without a network once a page of it was visited: a service worker keeps a copy of the site.
//
//     dist/sw.js      written last, since it names every file of the build
//
// A page comes from the network whenever there is one, so nobody reads an old page while a newer one can be had. Files with
// a hash in their name never change and come from the copy. A new build has another worker with a copy of its own; it
// takes over when the last tab of the old one is closed, and deletes the old copy. So a tab that is open finds the files
// of its own build until then. Under a browser's data saver nothing is kept.

import {createHash} from "node:crypto";
import {readdirSync, readFileSync, statSync, writeFileSync} from "node:fs";
import {dirname, join, relative} from "node:path/posix";

/** What pages need. Sources and recordings to download are not kept. */
const kept = /\.(?:html|css|js|json|jsonl|svg|woff2)$/;

/** The page with a script that starts the worker as soon as the page itself has loaded. `path` is the page's in the site. */
export function startWorker(html: string, path: string): string {
  const worker = join(relative(dirname(path), "."), "sw.js");
  const script = `<script>if (/^http/.test(location.protocol) && !navigator.connection?.saveData) addEventListener("load", () => navigator.serviceWorker?.register(${JSON.stringify(worker)}).catch(() => {}));</script>`;
  return html.replace("</body>", () => `${script}\n</body>`);
}

/** Writes the worker of a built site. Its text differs if one byte of the site does. */
export function writeWorker(dist: string): void {
  const files = readdirSync(dist, {recursive: true, encoding: "utf8"})
    .map(path => path.replaceAll("\\", "/"))
    .filter(path => path !== "sw.js" && statSync(join(dist, path)).isFile())
    .sort();
  const hash = createHash("sha256");
  for (const path of files) hash.update(`${path}\0`).update(readFileSync(join(dist, path)));
  writeFileSync(
    join(dist, "sw.js"),
    workerScript(
      hash.digest("hex").slice(0, 16),
      files.filter(path => kept.test(path)),
    ),
  );
}

/** The worker's text. `build` names the build whose files it keeps. */
export function workerScript(build: string, files: readonly string[]): string {
  return `// Keeps a copy of this build, for readers without a network. Written by src/book/visited.ts.
const prefix = "open-hood " + registration.scope + " ";
const name = prefix + ${JSON.stringify(build)};
const files = ${JSON.stringify(files)};
const inScope = path => new URL(path, registration.scope).href;

addEventListener("install", event => {
  const requests = files.map(path => new Request(inScope(path), {cache: "no-cache"}));
  event.waitUntil(caches.open(name).then(cache => cache.addAll(requests)));
});

addEventListener("activate", event => {
  const isOld = key => key.startsWith(prefix) && key !== name;
  event.waitUntil(caches.keys().then(keys => Promise.all(keys.filter(isOld).map(key => caches.delete(key)))));
});

async function copyOf(url) {
  const path = url.pathname.endsWith("/") ? url.pathname + "index.html" : url.pathname;
  return (await caches.open(name)).match(url.origin + path);
}

async function freshOrCopy(request, url) {
  try {
    return await fetch(request);
  } catch (error) {
    const copy = await copyOf(url);
    if (copy) return copy;
    throw error;
  }
}

addEventListener("fetch", event => {
  const {request} = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || !url.href.startsWith(registration.scope)) return;
  const neverChanges = /\\.[0-9a-zA-Z]{8}\\.\\w+$/.test(url.pathname);
  event.respondWith(
    neverChanges ? copyOf(url).then(copy => copy ?? fetch(request)) : freshOrCopy(request, url),
  );
});
`;
}
