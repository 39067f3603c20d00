// The declarations of the model and as much of their types as stands in their source: enough to tell what a name in a listing
// means.
//
// A type is what an annotation says, or what an initializer shows (`new mTreap(rt)`). There is no inference beyond that.
// Where the source does not say, the type is undefined, and nothing is claimed about it.

import {dirname, join} from "node:path/posix";
import {type Node, parse} from "./ts-source.ts";

/** A declared type with its arguments, a list, a function, or undefined where the source does not say. */
export type Type =
  | {kind: "declared"; at: Declared; args: Type[]}
  | {kind: "map"; value: Type}
  | {kind: "list"; of: Type}
  | {kind: "function"; returns: Type}
  | undefined;

/** A declaration at the top of a file. */
export interface Declared {
  file: string;
  name: string;
  node: Node;
}

/** A member of a class or an interface. */
export interface Member {
  /** "mheap.init", as a listing names it. */
  name: string;
  file: string;
  type: Type;
}

/** What the type parameters of a class stand for. */
type Bindings = ReadonlyMap<string, Type>;
const none: Bindings = new Map();

interface Module {
  own: Map<string, Node>;
  /** What is imported or handed on: the local name, and where it comes from. */
  from: Map<string, {file: string; name: string}>;
  /** Files of which everything is handed on. */
  all: string[];
}

/** The sources of a model, by file: "src/runtime/mheap.ts". */
export class ModelTypes {
  readonly #modules: ReadonlyMap<string, Module>;

  constructor(sources: ReadonlyMap<string, string>) {
    this.#modules = new Map(Array.from(sources, ([file, text]) => [file, readModule(text, file)]));
  }

  /** What a name means at the top of a file: a declaration there, or one that is imported. */
  find(file: string, name: string, seen = new Set<string>()): Declared | undefined {
    const module = this.#modules.get(file);
    if (module === undefined || seen.has(file)) return undefined;
    seen.add(file);
    const node = module.own.get(name);
    if (node !== undefined) return {file, name, node};
    const from = module.from.get(name);
    if (from !== undefined) return this.find(from.file, from.name, new Set());
    for (const other of module.all) {
      const found = this.find(other, name, seen);
      if (found) return found;
    }
    return undefined;
  }

  /** The type that an annotation names. */
  annotated(node: Node | null | undefined, file: string, bindings: Bindings = none): Type {
    const of = (inner: Node | undefined) => this.annotated(inner, file, bindings);
    switch (node?.type) {
      case "TSTypeAnnotation":
      case "TSParenthesizedType":
      case "TSTypeOperator":
        return of(node.typeAnnotation);
      case "TSArrayType":
        return {kind: "list", of: of(node.elementType)};
      case "TSTupleType":
        return {kind: "list", of: of(node.elementTypes[0])};
      case "TSFunctionType":
        return {kind: "function", returns: of(node.typeAnnotation)};
      case "TSUnionType": {
        // `mspan | null` is a span as far as its members go.
        const real = node.types.filter((t: Node) => !/^TS(?:Null|Undefined)Keyword$/.test(t.type));
        return real.length === 1 ? of(real[0]) : undefined;
      }
      case "TSTypeReference":
      case "TSExpressionWithTypeArguments":
        return this.#reference(node, file, bindings);
      default:
        return undefined;
    }
  }

  #reference(node: Node, file: string, bindings: Bindings): Type {
    const name: string | undefined = (node.typeName ?? node.expression)?.name;
    if (name === undefined) return undefined;
    if (bindings.has(name)) return bindings.get(name);
    const written: Node[] = (node.typeArguments ?? node.typeParameters)?.params ?? [];
    const args = written.map(arg => this.annotated(arg, file, bindings));
    if (/^(?:Readonly)?Array$/.test(name)) return {kind: "list", of: args[0]};
    if (/^(?:(?:Readonly)?Map|Record)$/.test(name)) return {kind: "map", value: args[1]};
    if (/^(?:Readonly|Partial|NonNullable)$/.test(name)) return args[0];
    const at = this.find(file, name);
    return at && {kind: "declared", at, args};
  }

  /** The type of what a declaration stands for, when its name is used as a value. */
  valueOf(declared: Declared): Type {
    const {node, file, name} = declared;
    if (/^(?:TSDeclareFunction|FunctionDeclaration)$/.test(node.type))
      return {kind: "function", returns: this.annotated(node.returnType, file)};
    if (node.type !== "VariableDeclaration") return undefined;
    const {id, init} = node.declarations.find((d: Node) => d.id.name === name);
    return this.annotated(id.typeAnnotation, file) ?? this.constructed(init, file);
  }

  /** The type of `new mTreap(rt)`; undefined for any other expression. */
  constructed(init: Node | null | undefined, file: string, bindings: Bindings = none): Type {
    if (init?.type !== "NewExpression" || init.callee.type !== "Identifier") return undefined;
    return this.#reference({...init, type: "TSTypeReference", typeName: init.callee} as Node, file, bindings);
  }

  /** A member of a type, or undefined if the source has none of that name. */
  member(type: Type, name: string): Member | undefined {
    if (type?.kind !== "declared") return undefined;
    const {at, args} = type;
    const {node, file} = at;
    const parameters: string[] = (node.typeParameters?.params ?? []).map((p: Node) => p.name?.name ?? p.name);
    const bindings = new Map(parameters.map((parameter, i) => [parameter, args[i]]));
    const members: unknown = node.body?.body;
    if (Array.isArray(members)) {
      for (const member of members as Node[]) {
        if (keyOf(member) !== name) continue;
        return {name: `${at.name}.${name}`, file, type: this.#typeOfMember(member, file, bindings)};
      }
    }
    const parents: Node[] = node.superClass
      ? [
          {
            ...node,
            type: "TSTypeReference",
            typeName: node.superClass,
            typeArguments: node.superTypeParameters,
          },
        ]
      : (node.extends ?? []);
    for (const parent of parents) {
      const found = this.member(this.annotated(parent, file, bindings), name);
      if (found) return found;
    }
    return undefined;
  }

  #typeOfMember(member: Node, file: string, bindings: Bindings): Type {
    const {value, kind} = member;
    if (/^(?:TSAbstract)?MethodDefinition$/.test(member.type)) {
      const returns = this.annotated(value?.returnType, file, bindings);
      return kind === "get" ? returns : {kind: "function", returns};
    }
    const written = this.annotated(member.typeAnnotation, file, bindings);
    if (member.type === "TSMethodSignature") return {kind: "function", returns: written};
    return written ?? this.constructed(value, file, bindings);
  }
}

/** The name of a member, with its # if it is private. */
export function keyOf({key}: Node): string | undefined {
  if (key?.name === undefined) return undefined;
  return /^Private/.test(key.type) ? `#${key.name}` : key.name;
}

function readModule(text: string, file: string): Module {
  const module: Module = {own: new Map(), from: new Map(), all: []};
  const path = (specifier: string) => join(dirname(file), specifier).replace(/\.js$/, ".ts");
  for (const statement of parse(text).body) {
    const source: string | undefined = statement.source?.value;
    if (source !== undefined) {
      if (!source.startsWith(".")) continue;
      if (statement.type === "ExportAllDeclaration") module.all.push(path(source));
      for (const {local, imported, exported} of statement.specifiers ?? []) {
        const here = statement.type === "ImportDeclaration" ? local.name : exported.name;
        module.from.set(here, {file: path(source), name: (imported ?? local).name});
      }
      continue;
    }
    const declaration: Node = statement.declaration ?? statement;
    for (const {id} of declaration.type === "VariableDeclaration" ? declaration.declarations : [declaration])
      if (typeof id?.name === "string") module.own.set(id.name, declaration);
  }
  return module;
}
