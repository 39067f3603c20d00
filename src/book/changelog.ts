// The changelog as a page: CHANGELOG.md with an id for each version, and without its own title and preamble.

import {readFileSync} from "node:fs";
import {join} from "node:path";

/** A version, as the changelog heads it: `## [0.1.0] - 2026-11-24`, or `## [Unreleased]`. */
const version = /^## \[([^\]]+)\](?: - (\d{4}-\d\d-\d\d))?[ \t]*$/;

/** The versions that have a date, newest first. */
export function versions(text: string): {version: string; date: string}[] {
  return text.split("\n").flatMap(line => {
    const [, name, date] = version.exec(line) ?? [];
    return name && date ? [{version: name, date}] : [];
  });
}

/** The changelog as Markdown of a page, every heading with its id. */
export function changelogMarkdown(text: string): string {
  const lines = text.split("\n");
  let current = "";
  return lines
    .slice(lines.findIndex(line => version.test(line)))
    .map(line => {
      const [, name, date] = version.exec(line) ?? [];
      if (name) {
        current = name === "Unreleased" ? "unreleased" : `version-${name.replaceAll(".", "-")}`;
        const title = name === "Unreleased" ? "Not yet released" : `Version ${name}`;
        return `## ${title}${date ? `, ${date}` : ""} {#${current}}`;
      }
      const kind = /^### (.+?)[ \t]*$/.exec(line)?.[1];
      return kind ? `### ${kind} {#${current}-${kind.toLowerCase().replace(/\W+/g, "-")}}` : line;
    })
    .join("\n");
}

/** Reads the changelog of the project at `root`. */
export const readChangelog = (root: string) => readFileSync(join(root, "CHANGELOG.md"), "utf8");
