// The rules of the house: who may import whom, and what the model may not touch.
//
//     npm run lint     (this is its last step)
//
//     docs                               -> src/runtime, src/releases, src/capture, src/replay, src/search, packages
//     src/book, src/replay, src/capture  -> src/runtime, src/releases, packages; src/book also src/replay, src/search
//     src/search                         -> packages
//     src/recorder                       -> Node, nothing of the book
//     src/upgrade                        -> src/capture, Node
//     src/runtime                        -> src/releases
//     src/releases                       -> nothing
//
// src/runtime and src/releases must outlive the site, and a run of the model must come out the same each time: no Node,
// no clock, no chance, no state outside a Runtime. That they know no DOM and no Node globals is also checked by tsc
// (tsconfig.model.json).

import {existsSync, readdirSync, readFileSync} from "node:fs";
import {builtinModules} from "node:module";
import {dirname, join} from "node:path/posix";
import {fileURLToPath} from "node:url";
import {type Finding, formatFindings} from "./findings.ts";
import {lineAt, type Node, parse, references, type Source, SourceError, walk} from "./ts-source.ts";

/** A part of the house: the folder, the folders that it may import besides itself, and whether packages may come in. */
interface Room {
  folder: string;
  mayImport: readonly string[];
  packages: boolean;
  /** The model: deterministic, and free of state and of Node. */
  pure: boolean;
}

const model = ["src/runtime", "src/releases"];
const rooms: readonly Room[] = [
  // Data loaders run at build time, under Node.
  {
    folder: "docs/data",
    mayImport: [...model, "src/capture", "src/replay", "docs/components"],
    packages: true,
    pure: false,
  },
  {
    folder: "docs",
    mayImport: [...model, "src/capture", "src/replay", "src/search"],
    packages: true,
    pure: false,
  },
  // The book bundles what readers step through.
  {folder: "src/book", mayImport: [...model, "src/replay", "src/search"], packages: true, pure: false},
  {folder: "src/search", mayImport: [], packages: true, pure: false},
  {folder: "src/replay", mayImport: model, packages: true, pure: false},
  {folder: "src/capture", mayImport: model, packages: true, pure: false},
  {folder: "src/recorder", mayImport: [], packages: true, pure: false},
  {folder: "src/upgrade", mayImport: ["src/capture"], packages: true, pure: false},
  {folder: "src/runtime", mayImport: ["src/releases"], packages: false, pure: true},
  {folder: "src/releases", mayImport: [], packages: false, pure: true},
];

/** Every breach of the rules in the project at `root`. Cells of pages are checked by check.ts. */
export function checkHouse(root: string): Finding[] {
  const modules = ["docs", "src"].flatMap(folder => filesUnder(root, folder, /(?<!\.d)\.[jt]s$/));
  return [
    ...modules.flatMap(file => checkModule(file, readFileSync(join(root, file), "utf8"))),
    ...filesUnder(root, "src", /\.md$/).map(file => ({
      file,
      line: 1,
      message:
        "rule folders: Framework sees src through docs/src, and would make a page of a Markdown file there",
    })),
  ];
}

/** Files under a folder whose names match, as paths from the root. The link docs/src is not followed. */
function filesUnder(root: string, folder: string, pattern: RegExp): string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), {withFileTypes: true}).flatMap(entry => {
    const path = `${folder}/${entry.name}`;
    if (entry.name.startsWith(".")) return [];
    if (entry.isDirectory()) return filesUnder(root, path, pattern);
    return entry.isFile() && pattern.test(path) ? [path] : [];
  });
}

/** Every breach of the rules in one module. */
export function checkModule(file: string, text: string): Finding[] {
  const room = rooms.find(r => file.startsWith(`${r.folder}/`));
  if (room === undefined) {
    const folders = rooms.map(r => r.folder).join(", ");
    return [{file, line: 1, message: `rule folders: a module stands in one of ${folders}`}];
  }
  let source: Source;
  try {
    source = parse(text);
  } catch (error) {
    if (error instanceof SourceError)
      return [{file, line: error.line, message: `syntax error: ${error.message}`}];
    throw error;
  }
  const findings: Finding[] = [];
  const add = (offset: number, message: string) => findings.push({file, line: lineAt(text, offset), message});
  for (const {specifier, offset} of references(source)) {
    const fault = faultOfImport(specifier, file, room);
    if (fault) add(offset, `rule imports: ${fault}`);
  }
  if (room.pure) checkPurity(source, add);
  return findings;
}

function faultOfImport(specifier: string, file: string, room: Room): string | undefined {
  const path = specifier.startsWith("/components/")
    ? `docs${specifier}`
    : specifier.startsWith("/")
      ? specifier.slice(1)
      : specifier.startsWith(".")
        ? join(dirname(file), specifier).replace(/^docs\/src\//, "src/")
        : undefined;
  if (path === undefined) return faultOfPackage(specifier, room);
  const target = [room.folder, ...room.mayImport].find(folder => path.startsWith(`${folder}/`));
  if (target === undefined) {
    const allowed = [...room.mayImport, "itself"].join(", ");
    return `${room.folder} may import ${allowed}; not ${path}`;
  }
  // The browser asks for the name that stands here; the build's own modules run under Node alone.
  if (room.folder !== "src/book" && path.endsWith(".ts")) return `"${specifier}" must end in ".js"`;
  return undefined;
}

function faultOfPackage(specifier: string, room: Room): string | undefined {
  if (/^(?!node:)\w+:/.test(specifier)) return `"${specifier}" would be fetched from elsewhere`;
  const isNode = specifier.startsWith("node:") || builtinModules.includes(specifier);
  if (!room.packages)
    return `${room.folder} imports no packages${isNode ? " and nothing of Node" : ""}: "${specifier}"`;
  if (isNode && room.folder === "docs") return `pages run in a browser, which has no "${specifier}"`;
  return undefined;
}

/** Names that would make two runs of the model differ, or lead around the rules. */
const impure = new Set(["Date", "globalThis", "eval", "performance", "crypto"]);

function checkPurity({body}: Source, add: (offset: number, message: string) => void): void {
  for (const statement of body) {
    const declaration: Node = statement.declaration ?? statement;
    if (declaration.type === "VariableDeclaration" && declaration.kind !== "const" && !declaration.declare) {
      add(
        declaration.start,
        `rule state: "${declaration.kind}" at the top of a module; state belongs to a Runtime`,
      );
    }
    walk(statement, node => {
      if (node.type === "MemberExpression") {
        const {object, property} = node;
        if (object.name === "Math" && (property.name ?? property.value) === "random") {
          add(node.start, "rule determinism: Math.random; the model draws from Go's own fastrand");
        }
        if (!node.computed) property.type = "PropertyName";
      }
      if (
        /^(?:Property|PropertyDefinition|MethodDefinition|TSPropertySignature)$/.test(node.type) &&
        !node.computed
      ) {
        node.key.type = "PropertyName";
      }
      if (node.type === "Identifier" && impure.has(node.name)) {
        add(node.start, `rule determinism: ${node.name}; a run of the model depends on its options alone`);
      }
    });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const findings = checkHouse(".");
  if (findings.length > 0) {
    console.error(formatFindings(findings));
    process.exit(1);
  }
}
