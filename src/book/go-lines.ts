// Writes src/book/go-lines.json: the line in Go's source of every declaration that an `@go` tag names.
//
//     npm run go-lines -- --repo PATH     PATH: a git repository of Go that has the releases' tags
//     npm run go-lines -- --tree go1.19.8=PATH     PATH: an unpacked source tree of that release (repeatable)
//
// Releases that are not at hand keep the lines that they have; a name that is not found ends the run.

import {execFileSync} from "node:child_process";
import {existsSync, readFileSync, writeFileSync} from "node:fs";
import {join} from "node:path";
import {parseArgs} from "node:util";
import {collectGoTags, findGoLine, type GoLines, type GoTag} from "./go-tags.ts";

const target = "src/book/go-lines.json";
const {repo, tree} = parseArgs({
  options: {repo: {type: "string"}, tree: {type: "string", multiple: true, default: []}},
}).values;
const trees = new Map(tree.map(t => t.split("=", 2) as [string, string]));

/** Go's source text of a file at a release, or undefined when that release is not at hand. */
function goSource({release, file}: GoTag): string | undefined {
  const path = trees.get(release);
  if (path !== undefined) return readFileSync(join(path, "src", file), "utf8");
  if (repo === undefined) return undefined;
  const gitDir = existsSync(join(repo, ".git")) ? join(repo, ".git") : repo;
  try {
    return execFileSync("git", [`--git-dir=${gitDir}`, "show", `${release}:src/${file}`], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
      maxBuffer: 1 << 26,
    });
  } catch {
    return undefined;
  }
}

const old: GoLines = existsSync(target) ? JSON.parse(readFileSync(target, "utf8")) : {};
const lines: GoLines = {};
const faults: string[] = [];
for (const tag of collectGoTags("src")) {
  const source = goSource(tag);
  const line = source === undefined ? old[tag.release]?.[tag.file]?.[tag.name] : findGoLine(source, tag.name);
  if (line === undefined) {
    const why = source === undefined ? "its source is not at hand" : "no such declaration";
    faults.push(`${tag.source}:${tag.line}: ${tag.file} ${tag.name} ${tag.release}: ${why}`);
    continue;
  }
  lines[tag.release] ??= {};
  lines[tag.release]![tag.file] ??= {};
  lines[tag.release]![tag.file]![tag.name] = line;
}
writeFileSync(target, `${JSON.stringify(lines, sortedKeys, 2)}\n`);
for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exitCode = 1;

/** Sorts the keys of objects, so that the file changes only where a line does. */
function sortedKeys(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}
