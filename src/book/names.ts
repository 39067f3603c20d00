// What the names in a listing mean: each identifier that names a declaration of the model with a doc comment is marked, so that
// a reader can ask what it is (docs/components/frame/names.ts shows the comment).
//
// A name is followed where the source says what it is: imports, annotations, `this`, fields, what functions return. Where it
// does not say, nothing is marked: rather no comment than that of another thing with the same name.

import {readFileSync} from "node:fs";
import {join} from "node:path";
import type {Shown} from "../search/shown.ts";
import {type GoLines, goLine, goUrl} from "./go-tags.ts";
import {listingId} from "./ids.ts";
import {type Declaration, dedentOf, type Listing, readListing} from "./listings.ts";
import {keyOf, ModelTypes, type Type} from "./model-types.ts";
import {declarationsOf, docHtml, listingsOf, modelFiles} from "./symbols.ts";
import {type Node, parse} from "./ts-source.ts";

/** A place in a listing that names something: line from 0, column from 0, and what it names. */
export interface Mark {
  line: number;
  column: number;
  length: number;
  /** Key of the doc comment: "mheap.init", with the file before it where that name is not the only one. */
  key: string;
}

/** A name at a place in a file. */
interface Named {
  start: number;
  end: number;
  at: {file: string; name: string};
}

/** The names of the model in the project at `root`, and their comments. */
export class Names {
  readonly #root: string;
  readonly #types: ModelTypes;
  /** Keys by file and name. */
  readonly #keys = new Map<string, string>();
  /** What has a doc comment, by key. */
  readonly documented: ReadonlyMap<string, Declaration>;
  /** The names of a file, by its text: in preview a text may change. */
  readonly #named = new Map<string, Named[]>();

  constructor(root: string) {
    this.#root = root;
    this.#types = new ModelTypes(
      new Map(modelFiles(root).map(file => [file, readFileSync(join(root, file), "utf8")])),
    );
    const documented = new Map<string, Declaration>();
    for (const declaration of declarationsOf(root)) {
      if (declaration.doc === "") continue;
      const {file, name} = declaration;
      const key = documented.has(name) ? `${file}#${name}` : name;
      documented.set(key, declaration);
      this.#keys.set(`${file}#${name}`, key);
    }
    this.documented = documented;
  }

  /** The marks of a listing, in order. */
  marks({file, name, code, line}: Listing): Mark[] {
    const text = readFileSync(join(this.#root, file), "utf8");
    const count = code.split("\n").length;
    const lines = text.split("\n").slice(line - 1, line - 1 + count);
    const shift = dedentOf(lines.join("\n"));
    const marks: Mark[] = [];
    let start = startOf(text, line);
    for (const [i, {length}] of lines.entries()) {
      for (const named of this.#namesIn(text, file)) {
        const key = this.#keys.get(`${named.at.file}#${named.at.name}`);
        if (key === undefined || named.start < start || named.end > start + length) continue;
        if (named.at.file === file && named.at.name === name) continue;
        marks.push({line: i, column: named.start - start - shift, length: named.end - named.start, key});
      }
      start += length + 1;
    }
    return marks.sort((a, b) => a.line - b.line || a.column - b.column);
  }

  #namesIn(text: string, file: string): Named[] {
    const known = this.#named.get(text);
    if (known) return known;
    const found: Named[] = [];
    const reader = new Reader(this.#types, file, ({start, end}, at) => found.push({start, end, at}));
    for (const statement of parse(text).body) reader.read(statement);
    this.#named.set(text, found);
    return found;
  }
}

/** The offset at which a line, counted from 1, begins. */
function startOf(text: string, line: number): number {
  let start = 0;
  for (let i = 1; i < line; i++) start = text.indexOf("\n", start) + 1;
  return start;
}

/** Reads a module from top to bottom, keeps what its variables are, and marks names as it meets them. */
class Reader {
  readonly #types: ModelTypes;
  readonly #file: string;
  readonly #mark: (node: Node, at: {file: string; name: string}) => void;
  #self: Type;
  /** Variables of the functions around, innermost last. */
  #scopes: Map<string, Type>[] = [];

  constructor(types: ModelTypes, file: string, mark: (node: Node, at: {file: string; name: string}) => void) {
    this.#types = types;
    this.#file = file;
    this.#mark = mark;
  }

  /** Reads a node and all below it. An expression's type is returned. */
  read(node: Node): Type {
    switch (node.type) {
      case "ImportDeclaration":
      case "TSTypeParameterDeclaration":
        return undefined;
      case "ClassDeclaration":
        return this.#class(node);
      case "FunctionDeclaration":
      case "FunctionExpression":
      case "ArrowFunctionExpression":
        return this.#function(node);
      case "BlockStatement":
      case "ForStatement":
        return this.#inScope(() => this.#children(node));
      case "ForOfStatement":
        return this.#inScope(() => {
          const list = this.read(node.right);
          const [declared] = node.left.declarations ?? [];
          if (declared) this.#bind(declared.id, list?.kind === "list" ? list.of : undefined);
          this.read(node.body);
        });
      case "VariableDeclarator": {
        const written = this.#annotation(node.id.typeAnnotation);
        const given = node.init ? this.read(node.init) : undefined;
        this.#bind(node.id, written ?? given);
        return undefined;
      }
      case "Identifier":
        return this.#identifier(node);
      case "ThisExpression":
        return this.#self;
      case "MemberExpression":
        return this.#member(node);
      case "CallExpression": {
        const callee = this.read(node.callee);
        for (const argument of node.arguments) this.read(argument);
        return callee?.kind === "function" ? callee.returns : undefined;
      }
      case "NewExpression":
        this.#children(node);
        return this.#types.constructed(node, this.#file);
      case "TSNonNullExpression":
      case "ParenthesizedExpression":
      case "ChainExpression":
        return this.read(node.expression);
      case "TSAsExpression":
      case "TSSatisfiesExpression":
        this.read(node.expression);
        return this.#annotation(node.typeAnnotation);
      case "LogicalExpression": {
        const left = this.read(node.left);
        const right = this.read(node.right);
        return node.operator === "&&" ? right : (left ?? right);
      }
      case "ConditionalExpression": {
        this.read(node.test);
        const consequent = this.read(node.consequent);
        return this.read(node.alternate) ?? consequent;
      }
      case "AssignmentExpression":
        this.read(node.left);
        return this.read(node.right);
      case "TSTypeReference": {
        const at = this.#types.find(this.#file, node.typeName.name ?? "");
        if (at) this.#mark(node.typeName, at);
        const args = node.typeArguments ?? node.typeParameters;
        if (args) this.#children(args);
        return undefined;
      }
      case "Property":
        // What a property of an object is called is its own; a shorthand is a variable too.
        if (node.computed) this.read(node.key);
        return this.read(node.value);
      case "PropertyDefinition":
      case "MethodDefinition":
      case "TSPropertySignature":
      case "TSMethodSignature":
        if (node.computed) this.read(node.key);
        for (const part of [node.typeAnnotation, node.value, ...(node.parameters ?? [])])
          if (part) this.read(part);
        return undefined;
      default:
        this.#children(node);
        return undefined;
    }
  }

  #children(node: Node): void {
    for (const [field, value] of Object.entries(node)) {
      if (field === "id" || field === "label") continue;
      for (const child of Array.isArray(value) ? value : [value])
        if (typeof child?.type === "string") this.read(child);
    }
  }

  #inScope(read: () => void): undefined {
    this.#scopes.push(new Map());
    read();
    this.#scopes.pop();
  }

  #annotation(node: Node | undefined): Type {
    if (node) this.read(node);
    return this.#types.annotated(node, this.#file);
  }

  #class(node: Node): undefined {
    const around = this.#self;
    const at = this.#types.find(this.#file, node.id.name);
    this.#self = at && {kind: "declared", at, args: []};
    for (const part of [node.superClass, ...(node.implements ?? []), node.body]) if (part) this.read(part);
    this.#self = around;
  }

  #function(node: Node): Type {
    return this.#inScope(() => {
      for (const parameter of node.params) {
        const pattern = parameter.left ?? parameter.argument ?? parameter.parameter ?? parameter;
        this.#bind(pattern, this.#annotation(pattern.typeAnnotation));
        if (parameter.right) this.read(parameter.right);
      }
      if (node.returnType) this.read(node.returnType);
      if (node.body) this.read(node.body);
    });
  }

  /** Notes what the variables of a pattern are. Taking a field out of an object names the field. */
  #bind(pattern: Node, type: Type): void {
    if (pattern.type === "Identifier") this.#scopes.at(-1)?.set(pattern.name, type);
    if (pattern.type === "ArrayPattern") {
      for (const element of pattern.elements)
        if (element) this.#bind(element, type?.kind === "list" ? type.of : undefined);
    }
    if (pattern.type === "AssignmentPattern") {
      this.#bind(pattern.left, type);
      this.read(pattern.right);
    }
    if (pattern.type !== "ObjectPattern") return;
    for (const property of pattern.properties) {
      if (property.type !== "Property" || property.computed) continue;
      const member = this.#types.member(type, property.key.name);
      if (member) this.#mark(property.key, member);
      this.#bind(property.value, member?.type);
    }
  }

  #identifier(node: Node): Type {
    const scope = [...this.#scopes].reverse().find(s => s.has(node.name));
    if (scope) return scope.get(node.name);
    const at = this.#types.find(this.#file, node.name);
    if (at === undefined) return undefined;
    this.#mark(node, at);
    return this.#types.valueOf(at);
  }

  #member(node: Node): Type {
    const object = this.read(node.object);
    if (node.computed) {
      this.read(node.property);
      return object?.kind === "list" ? object.of : object?.kind === "map" ? object.value : undefined;
    }
    const name = keyOf({...node, key: node.property} as Node)!;
    if (object?.kind === "list" && /^(?:at|pop|shift|find)$/.test(name))
      return {kind: "function", returns: object.of};
    if (object?.kind === "map" && name === "get") return {kind: "function", returns: object.value};
    const member = this.#types.member(object, name);
    if (member) this.#mark(node.property, member);
    return member?.type;
  }
}

/** What is shown of each name that a listing of the book has, by key: its comment, where it is printed, Go's source. */
export function namesJson(root: string, docs: string, goLines: GoLines): string {
  const listings = listingsOf(docs);
  const names = new Names(root);
  const marks = [...listings.keys()].flatMap(reference => names.marks(readListing(reference, root)));
  const keys = [...new Set(marks.map(({key}) => key))].sort();
  const shown = keys.map(key => {
    const {file, name, line, doc, go} = names.documented.get(key)!;
    const section = listings.get(`${file}#${name}`);
    const [tag] = go;
    const entry: Shown = {
      name,
      doc: docHtml(doc),
      file: `${file}, line ${line}`,
      ...(section && {listing: `${section.path}.html#${listingId(name)}`, section: section.number}),
      ...(tag && {go: goUrl(tag, goLine(goLines, tag)), release: tag.release}),
    };
    return [key, entry] as const;
  });
  return JSON.stringify(Object.fromEntries(shown));
}
