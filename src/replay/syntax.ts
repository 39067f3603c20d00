// Parses TypeScript into a tree. The parser runs when the book is built, never in a browser.

import {tsPlugin} from "@sveltejs/acorn-typescript";
import {type Comment, Parser} from "acorn";

const TypeScript = Parser.extend(tsPlugin());

/** A node of the tree: ESTree's kinds, and the TS… kinds of typescript-estree. */
export interface Node {
  type: string;
  start: number;
  end: number;
  // biome-ignore lint/suspicious/noExplicitAny: fields differ by kind; readers test `type` first
  [field: string]: any;
}

/** A module as a tree, with its comments apart. */
export interface Module {
  readonly body: readonly Node[];
  readonly comments: readonly Comment[];
}

/** Parses a module. Throws SyntaxError with the place in the message. */
export function parseModule(text: string): Module {
  const comments: Comment[] = [];
  const program = TypeScript.parse(text, {
    ecmaVersion: "latest",
    sourceType: "module",
    locations: true,
    onComment: comments,
  }) as unknown as Node;
  return {body: program.body, comments};
}
