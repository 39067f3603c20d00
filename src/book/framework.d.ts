// The parts of Observable Framework that its package does not type. They are not a public interface: the version
// is pinned, and only modules in src/book import them.

declare module "@observablehq/framework/dist/markdown.js" {
  import type {MarkdownIt} from "./markdown.ts";
  export function createMarkdownIt(options: {markdownIt?: (md: MarkdownIt) => MarkdownIt}): MarkdownIt;
  /** Renders a page, front matter included. `body` is HTML. */
  export function parseMarkdown(input: string, options: {md: MarkdownIt; path: string}): {body: string};
}

declare module "@observablehq/framework/dist/placeholder.js" {
  /** Splits text at its `${…}`. `pos` is the offset behind the part. */
  export function parsePlaceholder(
    input: string,
    start?: number,
    end?: number,
  ): Iterable<{type: "placeholder" | "html_block"; content: string; pos: number}>;
}

declare module "@observablehq/framework/dist/javascript/parse.js" {
  /** Throws a SyntaxError for what Framework will not run. */
  export function parseJavaScript(
    input: string,
    options: {path: string; inline?: boolean},
  ): {declarations: {name: string}[] | null; expression: boolean};
}

declare module "@observablehq/framework/dist/javascript/module.js" {
  /** Takes the types out of a cell. Throws with esbuild's message. */
  export function transformJavaScriptSync(source: string, loader: "ts"): string;
}
