// Highlights code at build time: TypeScript, Go, JSON and shell become spans with one class per kind of token.
//
// Shiki colors with CSS variables (`var(--shiki-token-keyword)`); we turn each into a class ("tk-keyword"), so that
// both themes share one markup, docs/style.css holds the colors, and no element carries a style of its own.

import {createCssVariablesTheme, createHighlighterCore} from "shiki/core";
import {createJavaScriptRegexEngine} from "shiki/engine/javascript";
import langGo from "shiki/langs/go.mjs";
import langJson from "shiki/langs/json.mjs";
import langShell from "shiki/langs/shellscript.mjs";
import langTypeScript from "shiki/langs/typescript.mjs";

const shiki = await createHighlighterCore({
  themes: [createCssVariablesTheme({name: "book", variablePrefix: "--"})],
  langs: [langTypeScript, langGo, langJson, langShell],
  engine: createJavaScriptRegexEngine(),
});

const aliases: Record<string, string> = {
  ts: "typescript",
  typescript: "typescript",
  js: "typescript",
  go: "go",
  json: "json",
  sh: "shellscript",
  shell: "shellscript",
  bash: "shellscript",
};

/** Escapes text for HTML, in an element or in a quoted attribute. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

/** A token of a line: its text and its color. */
interface Token {
  content: string;
  color?: string;
}

/** What was highlighted last: preview renders a page anew at every edit, and most of it is as it was. */
const known = new Map<string, Token[][]>();

/** The tokens of each line of a code text. A language that is not known has one token a line. */
function tokenLines(code: string, language: string): Token[][] {
  const lang = aliases[language];
  if (lang === undefined) return code.split("\n").map(content => [{content}]);
  const key = `${lang} ${code}`;
  let lines = known.get(key);
  if (lines === undefined) {
    lines = shiki.codeToTokens(code, {lang, theme: "book"}).tokens;
    if (known.size > 1000) known.clear();
    known.set(key, lines);
  }
  return lines;
}

/** The lines of a code text as HTML. A language that is not known is left plain. */
export function highlightLines(code: string, language: string): string[] {
  return tokenLines(code, language).map(line => line.map(token => span(token.content, token.color)).join(""));
}

/** Colors that carry no meaning of their own stay without a span. */
const plain = new Set(["foreground", "token-punctuation"]);

function span(text: string, color: string | undefined): string {
  const kind = /^var\(--([\w-]+)\)$/.exec(color ?? "")?.[1] ?? "foreground";
  if (plain.has(kind) || text.trim() === "") return escapeHtml(text);
  return `<span class="${kind.replace(/^token-/, "tk-")}">${escapeHtml(text)}</span>`;
}

/** A code text as the content of a `<pre>`. */
export function highlight(code: string, language: string): string {
  return highlightLines(code.replace(/\n$/, ""), language).join("\n");
}

/** A place in a line that names something, to be marked with the key of what it names. Lines and columns from 0. */
interface Mark {
  line: number;
  column: number;
  length: number;
  key: string;
}

/**
 * TypeScript as the content of a `<pre>`, each line in a span that carries its number. `member` says that the text
 * is a member of a class, which means something else at the top of a file. What `marks` name carries its key.
 */
export function highlightNumbered(
  code: string,
  firstLine: number,
  member: boolean,
  marks: readonly Mark[] = [],
): string {
  const lines = member ? tokenLines(`class C {\n${code}\n}`, "ts").slice(1, -1) : tokenLines(code, "ts");
  return lines
    .map((tokens, i) => {
      const html = marked(
        tokens,
        marks.filter(({line}) => line === i),
      );
      return `<span class="line" data-line="${firstLine + i}">${html}</span>`;
    })
    .join("\n");
}

/** A line whose marked names stand in spans of their own. */
function marked(tokens: readonly Token[], marks: readonly Mark[]): string {
  let column = 0;
  let html = "";
  for (const {content, color} of tokens) {
    let done = 0;
    for (const mark of marks) {
      const at = mark.column - column;
      if (at < done || at + mark.length > content.length) continue;
      html += span(content.slice(done, at), color);
      const name = span(content.slice(at, at + mark.length), color);
      html += `<span data-name="${escapeHtml(mark.key)}">${name}</span>`;
      done = at + mark.length;
    }
    html += span(content.slice(done), color);
    column += content.length;
  }
  return html;
}
