// Reads TypeScript: parses a source text into a tree with positions, and walks such a tree.
//
// The parser is acorn with its TypeScript plugin, since TypeScript's own compiler offers no stable interface for
// it. Positions are offsets into the text as given, so nothing has to be mapped back.

import {tsPlugin} from "@sveltejs/acorn-typescript";
import {type Comment, Parser} from "acorn";

const TypeScript = Parser.extend(tsPlugin());

/** A node of the tree. Its kinds and fields are those of ESTree, with the TS… kinds of typescript-estree. */
export interface Node {
  type: string;
  start: number;
  end: number;
  // biome-ignore lint/suspicious/noExplicitAny: fields differ by kind; readers test `type` first
  [field: string]: any;
}

/** A parsed module. */
export interface Source {
  text: string;
  body: Node[];
  comments: Comment[];
}

/** A syntax error with its place: line from 1, column from 0. */
export class SourceError extends Error {
  readonly line: number;
  readonly column: number;

  constructor(message: string, line: number, column: number) {
    super(message);
    this.line = line;
    this.column = column;
  }
}

/** Parses a module. Throws a SourceError with the place of the fault. */
export function parse(text: string): Source {
  const comments: Comment[] = [];
  try {
    const program = TypeScript.parse(text, {
      ecmaVersion: "latest",
      sourceType: "module",
      locations: true,
      allowAwaitOutsideFunction: true,
      onComment: comments,
    }) as unknown as Node;
    return {text, body: program.body, comments};
  } catch (error) {
    const {loc, message} = error as SyntaxError & {loc?: {line: number; column: number}};
    if (loc === undefined) throw error;
    throw new SourceError(message.replace(/ \(\d+:\d+\)$/, ""), loc.line, loc.column);
  }
}

/** Calls `visit` for a node and everything below it, parents first. */
export function walk(node: Node, visit: (node: Node) => void): void {
  visit(node);
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (isNode(child)) walk(child, visit);
    }
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && typeof (value as Node).type === "string";
}

/** The line, counted from 1, of an offset into a text. */
export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let i = text.indexOf("\n"); i >= 0 && i < offset; i = text.indexOf("\n", i + 1)) line++;
  return line;
}

/** A module that a source names: in an import, an export … from, import(), import.meta.resolve() or new URL(). */
export interface Reference {
  specifier: string;
  offset: number;
}

/** Every module that a source names by a literal. */
export function references({body}: Source): Reference[] {
  const found: Reference[] = [];
  const add = (node: Node | null | undefined) => {
    if (typeof node?.value === "string") found.push({specifier: node.value, offset: node.start});
  };
  for (const statement of body) {
    walk(statement, node => {
      if (/^(Import|ExportNamed|ExportAll)Declaration$|^ImportExpression$/.test(node.type)) add(node.source);
      if (node.type === "TSImportType") add(node.argument?.literal ?? node.argument);
      if (node.type === "CallExpression" && isImportMeta(node.callee, "resolve")) add(node.arguments[0]);
      if (node.type === "NewExpression" && isImportMeta(node.arguments?.[1], "url")) add(node.arguments[0]);
    });
  }
  return found;
}

function isImportMeta(node: Node | undefined, property: string): boolean {
  return (
    node?.type === "MemberExpression" &&
    node.object.type === "MetaProperty" &&
    node.property.name === property
  );
}
