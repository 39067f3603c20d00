// Makes a program that can be stopped before any of its statements.
//
// Types are erased and a probe is put before each statement of each function. The source stays free of it: what
// runs and what is shown is the same text. A probe counts, and calls `hit` when the count is the one to stop at:
//
//     $.d = $d; if (++$.k === $.next) $hit(17, [h, npage]);
//
// `$d` is how deep the function's call is. A return takes it back, so that a second call in the same statement, or of the
// program that plays the routine, is as deep as the first.
// A step is the moment before a statement. Arrow functions without a block are part of the statement around them.

import MagicString from "magic-string";
import {children, eraseTypes} from "./erase.js";
import {type Node, parseModule} from "./syntax.js";
import type {Table} from "./table.js";

const functionKinds = new Set(["FunctionDeclaration", "FunctionExpression", "ArrowFunctionExpression"]);

/** Names that no source of the project uses. */
const reserved = /\$(hit|d\b|Stop)|\$\./;

/**
 * Rewrites a module. Its steps and functions are added to `table`. Throws RangeError for what cannot be stepped
 * through: asynchronous functions and generators.
 */
export function transform(text: string, file: string, table: Table): string {
  if (reserved.test(text))
    throw new RangeError(`${file} uses a name that the probes need: $, $hit, $d or $Stop`);
  const {body, comments} = parseModule(text);
  const code = new MagicString(text);
  eraseTypes(code, text, body);
  const probes = new Probes(text, file, table, code, comments);
  for (const statement of body) probes.search(statement, "", []);
  return code.toString();
}

class Probes {
  readonly text: string;
  readonly file: string;
  readonly table: Table;
  readonly code: MagicString;
  readonly comments: readonly {type: string; value: string; end: number}[];
  /** Index of the function that is being rewritten. */
  fn = -1;

  constructor(text: string, file: string, table: Table, code: MagicString, comments: Probes["comments"]) {
    this.text = text;
    this.file = file;
    this.table = table;
    this.code = code;
    this.comments = comments;
  }

  /** Looks for functions in what is no statement of a function: the module's top, classes, expressions. */
  search(node: Node, name: string, scope: readonly string[]): void {
    if (functionKinds.has(node.type)) {
      this.inFunction(node, node.id?.name ?? name, scope);
      return;
    }
    const isClass = node.type === "ClassDeclaration" || node.type === "ClassExpression";
    for (const child of children(node)) {
      const named = isClass ? (node.id?.name ?? name) : nameOf(node, name);
      this.search(child, named, scope);
    }
  }

  inFunction(node: Node, name: string, outer: readonly string[]): void {
    if (node.async || node.generator) {
      const what = node.async ? "an asynchronous function" : "a generator";
      throw new RangeError(`${this.file}: ${name || "a function"} is ${what}; it cannot be stepped through`);
    }
    // A declared function can be called before what is declared above it has a value.
    const scope = node.type === "FunctionDeclaration" ? [] : outer;
    const locals = [...scope, ...node.params.flatMap(names)];
    for (const param of node.params) this.search(param, name, scope);
    if (node.body.type !== "BlockStatement") {
      this.search(node.body, name, locals);
      return;
    }

    const around = this.fn;
    this.fn = this.table.functions.length;
    const go = this.goName(node.start);
    const lines = {line: this.line(node.start), endLine: this.line(node.end)};
    this.table.functions.push({name, ...(go ? {go} : {}), file: this.file, ...lines});
    if (node.body.body.length > 0) {
      this.code.appendRight(node.body.start + 1, " const $d = $.d + 1; try {");
      this.code.appendLeft(node.body.end - 1, "} finally { $.d = $d - 1; } ");
    }
    this.block(node.body.body, name, locals);
    this.fn = around;
  }

  block(statements: readonly Node[], name: string, outer: readonly string[]): void {
    const scope = [...outer];
    for (const statement of statements) {
      this.statement(statement, name, scope);
      if (statement.type === "VariableDeclaration") scope.push(...declared(statement));
    }
  }

  /** Puts a probe before a statement, and goes into it. */
  statement(node: Node, name: string, scope: readonly string[]): void {
    if (node.type === "BlockStatement") this.block(node.body, name, scope);
    else if (functionKinds.has(node.type) || node.type.startsWith("TS")) this.search(node, name, scope);
    else {
      this.probe(node, scope);
      this.inside(node, name, scope);
    }
  }

  /** Goes into a statement that has its probe. */
  inside(node: Node, name: string, scope: readonly string[]): void {
    if (node.type === "LabeledStatement") {
      this.inside(node.body, name, scope);
      return;
    }
    const inner = [...scope, ...declared(node.init), ...declared(node.left)];
    for (const child of children(node)) {
      if (child === node.body || child === node.consequent || child === node.alternate) {
        this.nested(child, name, inner);
      } else if (child.type === "SwitchCase") {
        if (child.test) this.search(child.test, name, scope);
        this.block(child.consequent, name, scope);
      } else if (node.type === "TryStatement") {
        this.inTry(child, name, scope);
      } else {
        this.search(child, nameOf(node, name), inner);
      }
    }
  }

  /** A statement that another one governs. Without braces of its own it gets some, to make room for the probe. */
  nested(node: Node, name: string, scope: readonly string[]): void {
    if (node.type === "BlockStatement") this.block(node.body, name, scope);
    else if (!isStatement(node)) this.search(node, name, scope);
    else {
      this.code.appendRight(node.start, "{ ");
      this.statement(node, name, scope);
      this.code.appendLeft(node.end, " }");
    }
  }

  /** Stopping unwinds by an exception of our own: no catch may take it, and no finally may act on it. */
  inTry(node: Node, name: string, scope: readonly string[]): void {
    if (node.type === "CatchClause") {
      const caught = node.param ? names(node.param) : [];
      const variable = node.param?.type === "Identifier" ? node.param.name : "$e";
      if (node.param === null) this.code.appendLeft(node.body.start, "($e) ");
      else if (variable === "$e")
        throw new RangeError(`${this.file}: ${name} catches into a pattern; name the error`);
      this.code.appendRight(node.body.start + 1, ` if (${variable} instanceof $Stop) throw ${variable};`);
      this.block(node.body.body, name, [...scope, ...caught]);
      return;
    }
    const isFinalizer = /finally\s*$/.test(this.text.slice(0, node.start));
    if (isFinalizer) this.code.appendRight(node.start + 1, " if (!$.stopped) {");
    this.block(node.body, name, scope);
    if (isFinalizer) this.code.appendLeft(node.end - 1, "} ");
  }

  probe(node: Node, scope: readonly string[]): void {
    const locals = [...new Set(scope)];
    const id = this.table.steps.length;
    const lines = {line: this.line(node.start), endLine: this.line(node.end)};
    this.table.steps.push({fn: this.fn, ...lines, locals});
    this.code.appendRight(
      node.start,
      `$.d = $d; if (++$.k === $.next) $hit(${id}, [${locals.join(", ")}]); `,
    );
  }

  line(offset: number): number {
    return this.text.slice(0, offset).split("\n").length;
  }

  /** Go's name in the doc comment that ends before a function, with nothing but its head between them. */
  goName(start: number): string | undefined {
    const doc = this.comments.filter(c => c.end <= start).at(-1);
    if (doc?.type !== "Block" || /[;{}]/.test(this.text.slice(doc.end, start))) return undefined;
    return /@go \S+ (\S+) /.exec(doc.value)?.[1];
  }
}

/** The name that a node gives to a function inside it. */
function nameOf(node: Node, name: string): string {
  if (node.type === "MethodDefinition" || node.type === "PropertyDefinition")
    return `${name}.${node.key.name}`;
  if (node.type === "VariableDeclarator" && node.id.type === "Identifier") return node.id.name;
  return name;
}

/** The names that a declaration introduces; none for what is no declaration. */
function declared(node: Node | null | undefined): string[] {
  if (node?.type !== "VariableDeclaration") return [];
  return node.declarations.flatMap((d: Node) => names(d.id));
}

/** The names in a pattern. */
function names(pattern: Node | null): string[] {
  if (pattern === null) return [];
  if (pattern.type === "Identifier") return [pattern.name];
  if (pattern.type === "AssignmentPattern") return names(pattern.left);
  if (pattern.type === "RestElement") return names(pattern.argument);
  if (pattern.type === "ArrayPattern") return pattern.elements.flatMap(names);
  if (pattern.type === "ObjectPattern")
    return pattern.properties.flatMap((p: Node) => names(p.value ?? p.argument));
  return [];
}

function isStatement(node: Node): boolean {
  return /Statement$|^VariableDeclaration$|^ClassDeclaration$/.test(node.type);
}
