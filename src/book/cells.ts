// Writes the cells of a page as one TypeScript module with the page's own line numbers, for tsc to check.
//
// Each cell becomes an async function that returns what the cell declares; each of its variables is declared again
// for the rest of the page with the value that other cells see. So, as in Framework, `const n = view(…)` is a
// generator in its own cell and a value elsewhere, and the order of cells does not matter.

import {transformJavaScriptSync} from "@observablehq/framework/dist/javascript/module.js";
import {parseJavaScript} from "@observablehq/framework/dist/javascript/parse.js";
import type {Finding} from "./findings.ts";
import type {Fence, Page} from "./pages.ts";
import {lineAt, type Node, parse, type Source, SourceError, walk} from "./ts-source.ts";

/** A cell that parses. */
export interface Cell extends Fence {
  source: Source;
  /** Names that the cell declares, for other cells to see; imported ones are not among them. */
  declares: string[];
  /** Offset behind the imports at the top of the cell. */
  bodyStart: number;
}

/** The language of a live cell, or undefined for a fence that only shows code. */
export function liveLanguage(info: string): string | undefined {
  const [language = "", ...attributes] = info.split(/\s+/);
  const live = ["ts", "js", "tsx", "jsx", "html", "svg", "tex", "dot", "mermaid", "sql"];
  if (!live.includes(language) || attributes.includes("run=false")) return undefined;
  return language;
}

/** The `ts` cells of a page that parse, and what is wrong with the others. */
export function readCells(page: Page): {cells: Cell[]; findings: Finding[]} {
  const cells: Cell[] = [];
  const findings: Finding[] = [];
  for (const fence of page.fences) {
    if (liveLanguage(fence.info) !== "ts") continue;
    try {
      cells.push(readCell(fence, page.path));
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      findings.push({
        file: page.file,
        line: fence.line + error.line,
        message: `syntax error: ${error.message}`,
      });
    }
  }
  return {cells, findings};
}

function readCell(fence: Fence, path: string): Cell {
  const source = parse(fence.text);
  const imports = source.body.findIndex(n => n.type !== "ImportDeclaration");
  const rest = imports < 0 ? [] : source.body.slice(imports);
  const late = rest.find(n => n.type === "ImportDeclaration");
  if (late) throw new SourceError("imports stand at the top of a cell", lineAt(fence.text, late.start), 0);
  for (const {name, offset} of fileAttachments(source)) {
    if (name !== undefined) continue;
    throw new SourceError("FileAttachment takes one literal string", lineAt(fence.text, offset), 0);
  }
  const last = source.body[imports < 0 ? source.body.length - 1 : imports - 1];
  const imported = new Set(
    source.body.flatMap(n => (n.type === "ImportDeclaration" ? n.specifiers.map(localName) : [])),
  );
  return {
    ...fence,
    source,
    declares: declaredByFramework(fence.text, path).filter(name => !imported.has(name)),
    bodyStart: last?.end ?? 0,
  };
}

/** Every FileAttachment(…) in a cell; `name` is undefined where the build could not see it. */
export function fileAttachments({body}: Source): {name: string | undefined; offset: number}[] {
  const found: {name: string | undefined; offset: number}[] = [];
  const visit = (node: Node) => {
    if (node.type !== "CallExpression" || node.callee.name !== "FileAttachment") return;
    const name: unknown = node.arguments[0]?.value;
    found.push({name: typeof name === "string" ? name : undefined, offset: node.start});
  };
  for (const statement of body) walk(statement, visit);
  return found;
}

const localName = (specifier: {local: {name: string}}) => specifier.local.name;

/** What Framework finds declared; it accepts less than TypeScript does, and says so here. */
function declaredByFramework(text: string, path: string): string[] {
  try {
    const {declarations} = parseJavaScript(transformJavaScriptSync(text, "ts"), {path});
    return (declarations ?? []).map(d => d.name);
  } catch (error) {
    // esbuild: "…\n<stdin>:2:5: ERROR: message"; Framework: "message (2:5)".
    const {message} = error as Error;
    const [, line, text] = /:(\d+):\d+: ERROR: (.*)/.exec(message) ?? [];
    throw new SourceError(text ?? message, Number(line ?? 1), 0);
  }
}

/** The module that stands for a page. */
export function pageModule(page: Page, cells: Cell[]): string {
  const pieces: {line: number; text: string}[] = [];
  for (const [i, cell] of cells.entries()) {
    const imports = cell.text.slice(0, cell.bodyStart);
    const body = cell.text.slice(cell.bodyStart).replace(/\n$/, "");
    pieces.push({line: cell.line + 1, text: `${imports}; const __cell${i} = async () => {${body}`});
    const values = cell.declares.map(
      name => `declare const ${name}: CellValue<Awaited<ReturnType<typeof __cell${i}>>["${name}"]>;`,
    );
    pieces.push({line: cell.endLine, text: `; return {${cell.declares.join(", ")}}; }; ${values.join(" ")}`});
  }
  for (const {text, line} of page.inline) pieces.push({line, text: `void (async () => (${text}));`});
  pieces.sort((a, b) => a.line - b.line);

  let module = "export {};";
  let line = 1;
  for (const piece of pieces) {
    module += "\n".repeat(Math.max(0, piece.line - line)) + piece.text;
    line = Math.max(line, piece.line) + piece.text.split("\n").length - 1;
  }
  return `${module}\n`;
}
