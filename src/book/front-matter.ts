// Front matter: the `name: value` lines between two `---` at the top of a page.
//
// Framework reads its own names (title, toc …) and drops the rest; this reads all of them. Values are strings on one
// line, which is all that the book uses: anything else throws.

/** A page's front matter, and the number of lines that it takes up. */
export interface FrontMatter {
  data: Record<string, string>;
  lines: number;
}

/** Reads the front matter of a page's text. */
export function readFrontMatter(text: string): FrontMatter {
  const block = /^---[ \t]*\r?\n([\s\S]*?)\r?\n?---[ \t]*(?:\r?\n|$)/.exec(text);
  if (block === null) return {data: {}, lines: 0};
  const data: Record<string, string> = {};
  for (const [i, line] of block[1]!.split("\n").entries()) {
    if (line.trim() === "") continue;
    const [, name, value] = /^([\w-]+): *(.*?)\s*$/.exec(line) ?? [];
    if (!name || value === undefined) {
      throw new Error(`line ${i + 2}: front matter is lines of "name: value", not "${line.trim()}"`);
    }
    data[name] = value.replace(/^(["'])(.*)\1$/, "$2");
  }
  return {data, lines: block[0].split("\n").length - 1};
}
