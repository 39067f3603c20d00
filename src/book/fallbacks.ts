// What stands on a page until its scripts run, and instead of them: figures, tables and numbers made at build time.
//
//     ```fallback docs/components/init/hints.ts#fallback     prints the HTML that this function returns
//     ```values docs/components/init/values.ts#values        names the numbers for `{{name}}` in the page's text
//
// A fallback stands right before the cell that it stands in for; the style hides it as soon as that cell has drawn.
// `{{hints}}` becomes <span data-value="hints">128</span>, which a cell may fill anew when inputs change.
// The functions get a reader of the files under docs. They run once, when the config is read: a preview shows them as
// they were when it started.

import {readdirSync, readFileSync} from "node:fs";
import {join} from "node:path";
import {pathToFileURL} from "node:url";
import {escapeHtml} from "./highlight.ts";
import type {MarkdownIt, Token} from "./markdown.ts";

/** Reads files under docs, for the functions that pages name. */
export interface Reader {
  list(folder: string): string[];
  text(path: string): string;
}

/** What the functions returned, by reference: HTML, values by name, or the error that they threw. */
export type Fallbacks = ReadonlyMap<string, string | Readonly<Record<string, string>> | Error>;

const reference = /^(docs\/[\w./-]+\.ts)#(\w+)$/;

/** Runs every function that a page names. Errors are kept for the place where they belong. */
export async function loadFallbacks(root: string): Promise<Fallbacks> {
  const docs = join(root, "docs");
  const reader: Reader = {
    list: folder => readdirSync(join(docs, folder)),
    text: path => readFileSync(join(docs, path), "utf8"),
  };
  const pages = readdirSync(docs, {recursive: true, encoding: "utf8"}).filter(
    path => path.endsWith(".md") && !/(^|[\\/])\./.test(path),
  );
  const loaded = new Map<string, string | Record<string, string> | Error>();
  for (const path of pages) {
    for (const [, name] of reader.text(path).matchAll(/^```(?:fallback|values) +(\S+)/gm)) {
      if (!loaded.has(name!)) loaded.set(name!, await run(name!, root, reader));
    }
  }
  return loaded;
}

async function run(
  name: string,
  root: string,
  reader: Reader,
): Promise<string | Record<string, string> | Error> {
  const [, file, member] = reference.exec(name) ?? [];
  if (!file || !member)
    return new Error(`"${name}" is not a function; write it as docs/components/x.ts#fallback`);
  try {
    const module = await import(pathToFileURL(join(root, file)).href);
    if (typeof module[member] !== "function") return new Error(`${file} exports no function ${member}`);
    return module[member](reader);
  } catch (error) {
    return new Error(`${name}: ${(error as Error).message}`);
  }
}

/** The HTML of a `fallback` fence. */
export function renderFallback(name: string, fallbacks: Fallbacks): string {
  const html = find(name, fallbacks);
  if (typeof html !== "string") throw new Error(`${name} does not return HTML`);
  return `<div class="fallback">${html}</div>\n`;
}

/** Makes `{{name}}` print a value of the page's `values` fence. */
export function addValues(md: MarkdownIt, fallbacks: Fallbacks, strict: boolean): void {
  md.inline.ruler.push("value", (state, silent) => {
    const [all, name] = /^\{\{([\w.]+)\}\}/.exec(state.src.slice(state.pos, state.pos + 80)) ?? [];
    if (!all || !name) return false;
    if (!silent) state.push("value", "", 0).content = name;
    state.pos += all.length;
    return true;
  });
  md.core.ruler.push("values", ({tokens, env}) => {
    const fence = tokens.find(t => t.type === "fence" && /^values\b/.test(t.info));
    if (fence) env.values = fence.info.trim().split(/\s+/)[1];
  });
  md.renderer.rules.value = (tokens: Token[], i, _options, env) => {
    const name = tokens[i]!.content;
    try {
      if (env.values === undefined) throw new Error("the page has no ```values fence");
      const values = find(env.values, fallbacks);
      const text = typeof values === "object" ? values[name] : undefined;
      if (text === undefined) throw new Error(`${env.values} has no value "${name}"`);
      return `<span data-value="${name}">${escapeHtml(text)}</span>`;
    } catch (error) {
      const message = `${env.path}.md, {{${name}}}: ${(error as Error).message}`;
      if (strict) throw new Error(message);
      return `<span class="observablehq--error book-error">${escapeHtml(message)}</span>`;
    }
  };
}

function find(name: string, fallbacks: Fallbacks): string | Readonly<Record<string, string>> {
  const found = fallbacks.get(name);
  if (found === undefined)
    throw new Error(`${name} was not there when the config was read: start the preview again`);
  if (found instanceof Error) throw found;
  return found;
}
