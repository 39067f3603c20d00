// Listings: cuts a declaration out of a TypeScript file of this project, for a page to print.
//
// A reference is `path#name`: a function, class, const, interface or type at the top of the file, or a method or
// field as `Class.name`. The text is what stands in the file, without its doc comment and dedented. It fits on a page:
// more than 60 lines are refused.

import {readFileSync} from "node:fs";
import {join} from "node:path";
import {findGoTags, type GoTag} from "./go-tags.ts";
import {lineAt, type Node, parse, type Source, SourceError} from "./ts-source.ts";

/** A declaration of the model, and what its doc comment says. */
export interface Declaration {
  /** File from the top of the project: "src/runtime/malloc.ts". */
  file: string;
  /** "mallocinit", "mheap.init". */
  name: string;
  /** Number in the file of its first line, from 1. */
  line: number;
  /** The doc comment without its stars and tags, or "". */
  doc: string;
  /** The declarations of Go that it mirrors. */
  go: GoTag[];
}

/** What a page prints of a declaration. */
export interface Listing extends Declaration {
  /** The text, dedented, without the doc comment. */
  code: string;
}

/** More lines than this are not a listing that someone reads. */
export const maxLines = 60;

/** Reads the listing that `reference` ("src/runtime/malloc.ts#mallocinit") names, in the project at `root`. */
export function readListing(reference: string, root = "."): Listing {
  const [, file, name] = /^(src\/[\w./-]+\.ts)#([\w$.]+)$/.exec(reference) ?? [];
  if (!file || !name) {
    throw new Error(`"${reference}" is not a listing; write it as src/runtime/malloc.ts#mallocinit`);
  }
  let text: string;
  try {
    text = readFileSync(join(root, file), "utf8");
  } catch {
    throw new Error(`"${reference}": there is no file ${file}`);
  }
  return extract(text, file, name);
}

/** Cuts a declaration out of a file's text. */
export function extract(text: string, file: string, name: string): Listing {
  const source = parseFile(text, file);
  const declarations = collect(source);
  const found = declarations.get(name);
  if (found === undefined) {
    const near = nearest(name, [...declarations.keys()]);
    throw new Error(`${file} has no ${name}${near.length > 0 ? `; it has ${near.join(", ")}` : ""}`);
  }
  const declaration = describe(source, file, name, found);
  const code = dedent(text.slice(text.lastIndexOf("\n", found.start - 1) + 1, found.end));
  const count = code.split("\n").length;
  if (count > maxLines) {
    throw new Error(`${file}#${name} has ${count} lines; a listing has at most ${maxLines}`);
  }
  return {...declaration, code};
}

/** What can be listed of a file, with its doc comment. */
export function declarationsIn(text: string, file: string): Declaration[] {
  const source = parseFile(text, file);
  return Array.from(collect(source), ([name, node]) => describe(source, file, name, node));
}

function describe(source: Source, file: string, name: string, node: Node): Declaration {
  const start = source.text.lastIndexOf("\n", node.start - 1) + 1;
  const comment = docBefore(source, start);
  return {
    file,
    name,
    line: lineAt(source.text, start),
    doc: comment.replace(/^@.*$/gm, "").trim(),
    go: findGoTags(comment.replace(/^@go/gm, "* @go")).map(({file, name, release}) => ({
      file,
      name,
      release,
    })),
  };
}

/** What was parsed, by text: preview renders a page anew at every edit, with all its listings. */
const parsed = new Map<string, Source>();

function parseFile(text: string, file: string): Source {
  try {
    const source = parsed.get(text) ?? parse(text);
    if (parsed.size > 200) parsed.clear();
    parsed.set(text, source);
    return source;
  } catch (error) {
    if (error instanceof SourceError) throw new Error(`${file}:${error.line}: ${error.message}`);
    throw error;
  }
}

/** Every name that can be listed. Of overloads the last, which has the body, stands for the name. */
function collect({body}: Source): Map<string, Node> {
  const found = new Map<string, Node>();
  for (const statement of body) {
    const declaration = statement.declaration ?? statement;
    if (declaration.type === "VariableDeclaration") {
      for (const {id} of declaration.declarations)
        if (id.type === "Identifier") found.set(id.name, statement);
    } else if (typeof declaration.id?.name === "string") {
      found.set(declaration.id.name, statement);
      const members: unknown = declaration.body?.body;
      if (!Array.isArray(members) || !/Class|Interface/.test(declaration.type)) continue;
      for (const member of members as Node[]) {
        const key = member.key?.name;
        if (key !== undefined) {
          const mark =
            member.key.type === "PrivateIdentifier" || member.key.type === "PrivateName" ? "#" : "";
          found.set(`${declaration.id.name}.${mark}${key}`, member);
        }
      }
    }
  }
  return found;
}

/** The text of the doc comment that ends right before `start`, without its stars. */
function docBefore({text, comments}: Source, start: number): string {
  const comment = comments.filter(c => c.end <= start).at(-1);
  if (comment?.type !== "Block" || !comment.value.startsWith("*")) return "";
  if (text.slice(comment.end, start).trim() !== "") return "";
  return comment.value
    .slice(1)
    .replace(/^[ \t]*\* ?/gm, "")
    .trim();
}

/** Takes away the indentation that all lines share. */
function dedent(code: string): string {
  const shared = dedentOf(code);
  return code
    .split("\n")
    .map(l => l.slice(shared))
    .join("\n");
}

/** The indentation that all lines of a text share. */
export function dedentOf(code: string): number {
  const lines = code.split("\n").filter(l => l.trim() !== "");
  return Math.min(...lines.map(l => /^ */.exec(l)![0].length));
}

/** Up to three of `names` that share the most letters with `name`. */
function nearest(name: string, names: string[]): string[] {
  const pairs = (s: string) =>
    new Set(Array.from(s.toLowerCase(), (c, i) => c + (s[i + 1] ?? "").toLowerCase()));
  const wanted = pairs(name);
  return names
    .map(n => {
      const own = pairs(n);
      const shared = [...own].filter(p => wanted.has(p)).length;
      return {n, score: (2 * shared) / (own.size + wanted.size)};
    })
    .filter(({score}) => score > 0.2)
    .sort((a, b) => b.score - a.score)
    .slice(0, 3)
    .map(({n}) => n);
}
