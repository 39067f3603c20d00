// `@go` tags, and the lines of Go's source that they lead to.

import {readFileSync} from "node:fs";
import {describe, expect, test} from "vitest";
import {collectGoTags, findGoLine, findGoTags, type GoLines, goLine, goUrl} from "../../src/book/go-tags.ts";

const lines: GoLines = JSON.parse(readFileSync("src/book/go-lines.json", "utf8"));
const key = (release: string, file: string, name: string) => `${release} ${file} ${name}`;

test("every tag in the sources has a line, and every line a tag", () => {
  const tagged = new Set(collectGoTags("src").map(t => key(t.release, t.file, t.name)));
  const known = new Set(
    Object.entries(lines).flatMap(([release, files]) =>
      Object.entries(files).flatMap(([file, names]) => Object.keys(names).map(n => key(release, file, n))),
    ),
  );
  expect({
    withoutLine: [...tagged].filter(k => !known.has(k)),
    withoutTag: [...known].filter(k => !tagged.has(k)),
  }).toEqual({withoutLine: [], withoutTag: []});
});

describe("a tag", () => {
  test("is read with its line", () => {
    const text = "/**\n * Text.\n * @go runtime/mheap.go mheap.init go1.12.17\n */";
    expect(findGoTags(text)).toEqual([
      {file: "runtime/mheap.go", name: "mheap.init", release: "go1.12.17", line: 3},
    ]);
  });

  test("of another form is refused, with its line", () => {
    expect(() => findGoTags("\n// @go mheap.go init")).toThrow(
      `line 2: "@go mheap.go init" is not of the form`,
    );
  });

  test("in the middle of a line is text", () => {
    expect(findGoTags(`const s = "@go x";`)).toEqual([]);
  });

  test("without a line says how to add it", () => {
    const tag = {file: "runtime/x.go", name: "f", release: "go1.12.17"};
    expect(() => goLine({}, tag)).toThrow("no line of runtime/x.go f go1.12.17 in src/book/go-lines.json");
    expect(goUrl(tag, 3)).toBe("https://github.com/golang/go/blob/go1.12.17/src/runtime/x.go#L3");
  });
});

test.each([
  ["mallocinit", 3],
  ["mheap", 5],
  ["mheap.init", 9],
  ["list.push", 10],
  ["_PageSize", 12],
  ["maxObjs", 13],
  ["tiny", 15],
  ["emptymspan", 16],
  ["pair", 18],
  ["first", 21],
  ["absent", undefined],
  ["heap.init", undefined],
])("Go declares %s on line %s", (name, line) => {
  const source = `package runtime

func mallocinit() {
}
type mheap struct {
	lock mutex
}

func (h *mheap) init() {}
func (l *list[T]) push(v T) {}
const (
	_PageSize = 1 << 13
	maxObjs   = 7
)
type tiny uint8
var emptymspan mspan
type (
	pair struct {
		a int
	}
	first = second
)
`;
  expect(findGoLine(source, name)).toBe(line);
});
