// The `@go` tags of the model: which declaration of Go's source a TypeScript declaration mirrors.
//
//     @go runtime/malloc.go mallocinit go1.12.17
//     @go runtime/mheap.go mheap.init go1.12.17
//
// A tag names a file under Go's src/, a declaration (a method as Type.method) and the tag of the release. The
// line of each in Go's source is kept in go-lines.json, written by go-lines.ts, so that a build needs no Go.

import {readdirSync, readFileSync} from "node:fs";
import {join} from "node:path";
import {lineAt} from "./ts-source.ts";

/** One `@go` tag. */
export interface GoTag {
  /** File under Go's src/: "runtime/malloc.go". */
  file: string;
  /** Declaration: "mallocinit", "mheap.init". */
  name: string;
  /** Git tag of the release: "go1.12.17". */
  release: string;
}

/** Line numbers: release, then file, then declaration. */
export type GoLines = Record<string, Record<string, Record<string, number>>>;

/** Every `@go` tag in a text, in order, each with its line. A tag that is not of the form above throws. */
export function findGoTags(text: string): (GoTag & {line: number})[] {
  const tags: (GoTag & {line: number})[] = [];
  for (const match of text.matchAll(/^[ \t]*(?:\*|\/\*\*|\/\/)[ \t]*@go\b(.*)$/gm)) {
    const line = lineAt(text, match.index);
    const words = match[1]!.replace(/\*\/\s*$/, "").trim();
    const [, file, name, release] =
      /^([\w/]+\.(?:go|s)) ([\w.]+) (go1\.\d+(?:\.\d+|(?:rc|beta)\d+)?)$/.exec(words) ?? [];
    if (!file || !name || !release) {
      throw new Error(
        `line ${line}: "@go ${words}" is not of the form "@go runtime/malloc.go mallocinit go1.12.17"`,
      );
    }
    tags.push({file, name, release, line});
  }
  return tags;
}

/** Every `@go` tag under a folder of TypeScript, with the file that it stands in. */
export function collectGoTags(folder: string): (GoTag & {line: number; source: string})[] {
  return readdirSync(folder, {recursive: true, encoding: "utf8"})
    .map(path => path.replaceAll("\\", "/"))
    .filter(path => path.endsWith(".ts") && !path.startsWith("book/"))
    .sort()
    .flatMap(path => {
      const source = join(folder, path).replaceAll("\\", "/");
      try {
        return findGoTags(readFileSync(source, "utf8")).map(tag => ({...tag, source}));
      } catch (error) {
        throw new Error(`${source}: ${(error as Error).message}`);
      }
    });
}

/**
 * The line on which Go declares a name, or undefined. A function and a method are found by their `func`, others
 * by `type`, or by their own line in a const, var or type (…) group.
 */
export function findGoLine(source: string, name: string): number | undefined {
  const [type, method] = name.split(".") as [string, string | undefined];
  const patterns = method
    ? [
        `^func \\((?:\\w+ )?\\*?${type}(?:\\[[^\\]]*\\])?\\) ${method}\\b[\\[(]`,
        `^TEXT .*${type}·${method}\\(`,
      ]
    : [
        `^func ${type}[\\[(]`,
        `^(?:type|const|var) ${type}\\b`,
        `^\\t${type}(?:,[\\w, ]*)? *(?:=|[\\w*\\[\\]./]+ *(?:=|//|$)|$|struct \\{)`,
        `^TEXT .*·${type}\\(`,
        `^#define\\s+${type}\\b`,
      ];
  for (const pattern of patterns) {
    const match = new RegExp(pattern, "m").exec(source);
    if (match) return lineAt(source, match.index);
  }
  return undefined;
}

/** The line of a tag, or an error that says how to add it. */
export function goLine(lines: GoLines, {release, file, name}: GoTag): number {
  const line = lines[release]?.[file]?.[name];
  if (line !== undefined) return line;
  throw new Error(
    `no line of ${file} ${name} ${release} in src/book/go-lines.json; add it with: npm run go-lines -- --repo PATH`,
  );
}

/** Where GitHub shows a tag's declaration. */
export function goUrl(tag: GoTag, line: number): string {
  return `https://github.com/golang/go/blob/${tag.release}/src/${tag.file}#L${line}`;
}
