// Takes the types out of TypeScript. Every character that goes becomes a space, so lines and columns stay.
//
// What is left is the program: the project allows only types that can be erased (tsconfig: erasableSyntaxOnly).

import type MagicString from "magic-string";
import type {Node} from "./syntax.js";

/** Erases the types of a parsed module. */
export function eraseTypes(code: MagicString, text: string, body: readonly Node[]): void {
  const blank = (start: number, end: number) => {
    if (end > start) code.overwrite(start, end, text.slice(start, end).replace(/[^\n\r]/g, " "));
  };
  for (const statement of body) erase(statement, text, blank);
}

type Blank = (start: number, end: number) => void;

/** Kinds of nodes that are nothing but types. */
const onlyTypes = new Set([
  "TSTypeAnnotation",
  "TSTypeParameterDeclaration",
  "TSTypeParameterInstantiation",
  "TSInterfaceDeclaration",
  "TSTypeAliasDeclaration",
  "TSDeclareFunction",
]);

/** Kinds that wrap an expression in a type. */
const wrappers = new Set(["TSAsExpression", "TSSatisfiesExpression", "TSNonNullExpression"]);

function erase(node: Node, text: string, blank: Blank): void {
  if (onlyTypes.has(node.type) || isTypeOnly(node)) {
    blank(node.start, node.end);
    return;
  }
  if (wrappers.has(node.type)) {
    erase(node.expression, text, blank);
    blank(wrapperStart(node, text), node.end);
    return;
  }
  if (node.type === "ImportDeclaration" || node.type === "ExportNamedDeclaration")
    eraseSpecifiers(node, text, blank);
  if (node.type === "ClassDeclaration" || node.type === "ClassExpression") eraseImplements(node, text, blank);
  if (node.type === "PropertyDefinition" || node.type === "MethodDefinition")
    eraseModifiers(node, text, blank);
  if (node.type === "Identifier" && node.optional) {
    const mark = text.indexOf("?", node.start + node.name.length);
    blank(mark, mark + 1);
  }
  for (const child of children(node)) erase(child, text, blank);
}

/** Where what wraps an expression begins: the word before the type, or the mark. Parentheses may stand between. */
function wrapperStart(node: Node, text: string): number {
  if (node.type === "TSNonNullExpression") return node.end - 1;
  const between = text.slice(node.expression.end, node.typeAnnotation.start);
  return node.expression.end + between.search(/\b(as|satisfies)\b/);
}

/** `import type …`, `export type …`, and exported types. */
function isTypeOnly(node: Node): boolean {
  if (node.importKind === "type" || node.exportKind === "type") return node.type.endsWith("Declaration");
  return node.type === "ExportNamedDeclaration" && onlyTypes.has(node.declaration?.type);
}

/** In `import {type A, b}`, everything up to and including the comma after A. */
function eraseSpecifiers(node: Node, text: string, blank: Blank): void {
  for (const specifier of (node.specifiers ?? []) as Node[]) {
    if (specifier.importKind !== "type" && specifier.exportKind !== "type") continue;
    const comma = /^\s*,/.exec(text.slice(specifier.end))?.[0].length ?? 0;
    blank(specifier.start, specifier.end + comma);
  }
}

function eraseImplements(node: Node, text: string, blank: Blank): void {
  if (!node.implements?.length) return;
  const from = (node.superClass ?? node.typeParameters ?? node.id ?? node) as Node;
  const keyword = text.indexOf("implements", from.type.startsWith("Class") ? from.start : from.end);
  blank(keyword, node.body.start);
  node.implements = [];
}

/** The words before a member's name that only types know, and the mark behind it. */
function eraseModifiers(node: Node, text: string, blank: Blank): void {
  const words = /\b(public|private|protected|readonly|override|abstract|declare)\b/g;
  const head = text.slice(node.start, node.key.start);
  for (const word of head.matchAll(words)) {
    blank(node.start + word.index, node.start + word.index + word[0].length);
  }
  const mark = /^\s*[?!]/.exec(text.slice(node.key.end));
  if (mark && (node.optional || node.definite)) blank(node.key.end, node.key.end + mark[0].length);
}

/** What lies below a node, in the order of the text. */
export function children(node: Node): Node[] {
  const found: Node[] = [];
  for (const [key, value] of Object.entries(node)) {
    if (key === "parent") continue;
    for (const each of Array.isArray(value) ? value : [value]) {
      if (typeof each === "object" && each !== null && typeof each.type === "string") found.push(each);
    }
  }
  return found;
}
