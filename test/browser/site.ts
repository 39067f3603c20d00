// Helps tests look at the built site: serves dist/ under a sub-path and opens its pages in a headless Chromium.
//
// A visit records whatever a reader should never meet: requests to elsewhere (which are blocked), errors in the
// console, breaches of the content security policy, and red cells.

import {readFile} from "node:fs/promises";
import {createServer} from "node:http";
import type {AddressInfo} from "node:net";
import {extname, join, normalize} from "node:path";
import {gzipSync} from "node:zlib";
import type {Browser, BrowserContextOptions, Page, Request} from "playwright-core";

export {launch} from "../../src/book/chromium.ts";

/** The site is served here, not at the root, since it may be published under any path. */
export const base = "/open-hood/";

const types: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".md": "text/markdown; charset=utf-8",
  ".ts": "text/plain; charset=utf-8",
};

/** A server of a folder. `url` ends in a slash. */
export interface Server {
  url: string;
  close(): Promise<void>;
}

/** Serves a folder under `base` on a free port of this machine, as a plain static host would. */
export async function serve(folder: string): Promise<Server> {
  const server = createServer(async (request, response) => {
    const {pathname} = new URL(request.url ?? "/", "http://localhost");
    const path = normalize(decodeURIComponent(pathname.slice(base.length)));
    const file = join(folder, pathname.endsWith("/") ? join(path, "index.html") : path);
    try {
      if (!pathname.startsWith(base) || path.startsWith("..")) throw new Error("outside the site");
      const content = await readFile(file);
      response.writeHead(200, {"content-type": types[extname(file)] ?? "application/octet-stream"});
      response.end(content);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
  const {port} = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${base}`,
    close: () =>
      new Promise(resolve => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** A page that is open, and what went wrong on it so far. */
export interface Visit {
  page: Page;
  /** Requests to elsewhere. */
  foreign: string[];
  /** Errors in the console, uncaught ones among them, failed requests, and breaches of the policy. */
  errors: string[];
  /** Texts of the red cells that are there now. */
  redCells(): Promise<string[]>;
  /** Everything of the three, for a test to compare with []. */
  troubles(): Promise<string[]>;
  close(): Promise<void>;
}

/** Opens a page of the site ("part2runtime/ch07alloc/init.html?release=go1.19") and waits until its cells have run. */
export async function visit(
  browser: Browser,
  server: Server,
  path = "",
  options: BrowserContextOptions = {},
): Promise<Visit> {
  const context = await browser.newContext({
    viewport: {width: 1280, height: 900},
    // What a page loads is to be what it asks for. offline.test.ts looks at the worker.
    serviceWorkers: "block",
    ...options,
  });
  const page = await context.newPage();
  const foreign: string[] = [];
  const errors: string[] = [];
  const origin = new URL(server.url).origin;
  await context.route(
    url => /^(?:https?|wss?):/.test(url.href) && url.origin !== origin,
    route => {
      foreign.push(route.request().url());
      return route.abort();
    },
  );
  page.on("console", message => {
    if (message.type() === "error") errors.push(`${message.text()} (${message.location().url})`);
  });
  page.on("pageerror", error => errors.push(String(error)));
  page.on("requestfailed", request => {
    if (request.url().startsWith(origin)) errors.push(`${request.url()} ${request.failure()?.errorText}`);
  });
  const requests = new Set<Request>();
  underWay.set(page, requests);
  page.on("request", request => requests.add(request));
  page.on("requestfinished", request => requests.delete(request));
  page.on("requestfailed", request => requests.delete(request));
  // Nobody reads the body of a refusal, and then the request may never be said to have ended.
  page.on("response", response => response.status() >= 400 && requests.delete(response.request()));
  const redCells = () => page.locator(".observablehq--error, .book-error").allInnerTexts();
  await page.goto(new URL(path, server.url).href);
  await settle(page);
  return {
    page,
    foreign,
    errors,
    redCells,
    troubles: async () => [...foreign, ...errors, ...(await redCells())],
    close: () => context.close(),
  };
}

/** Bytes, gzipped, of a page with all that it loads until what `drawn` matches is there. */
export async function weightOf(
  browser: Browser,
  server: Server,
  path: string,
  drawn: Drawn,
): Promise<number> {
  const page = await browser.newPage({serviceWorkers: "block"});
  const bodies: Promise<number>[] = [];
  page.on("response", response => bodies.push(response.body().then(body => gzipSync(body).length)));
  await page.goto(new URL(path, server.url).href);
  await drawn(page).waitFor();
  const sizes = await Promise.all(bodies);
  await page.close();
  return sizes.reduce((sum, size) => sum + size);
}

/** The element that a page draws last. */
type Drawn = (page: Page) => ReturnType<Page["locator"]>;

const underWay = new WeakMap<Page, Set<Request>>();

/** Waits until a page of a visit is calm: no request is under way and no cell is loading. */
export async function settle(page: Page): Promise<void> {
  const requests = underWay.get(page) ?? new Set();
  const loading = page.locator("observablehq-loading:visible");
  for (let calm = 0, waited = 0; calm < 3; waited++) {
    await page.waitForTimeout(40);
    calm = requests.size === 0 && (await loading.count()) === 0 ? calm + 1 : 0;
    if (waited > 500)
      throw new Error(`${page.url()} does not come to rest: ${[...requests].map(r => r.url())}`);
  }
}

/** Scrolls through the whole page, so that what waits for being seen runs too. */
export async function scrollThrough(page: Page): Promise<void> {
  await page.evaluate(async () => {
    for (let y = 0; y < document.documentElement.scrollHeight; y += innerHeight) {
      scrollTo(0, y);
      await new Promise(requestAnimationFrame);
    }
    scrollTo(0, 0);
  });
  await settle(page);
}
