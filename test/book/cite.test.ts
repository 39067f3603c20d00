// Citations and front matter.

import {describe, expect, test} from "vitest";
import {cite, readCitation} from "../../src/book/cite.ts";
import {readFrontMatter} from "../../src/book/front-matter.ts";

const book = {title: "Open Hood", authors: "The authors", version: "1.2.0"};
const page = {title: "7.3 Initialization", path: "/part2runtime/ch07alloc/init"};

describe("a citation", () => {
  test("names title, version and page", () => {
    expect(cite(book, page).text).toBe(
      "The authors. “7.3 Initialization.” In Open Hood, version 1.2.0, page part2runtime/ch07alloc/init.",
    );
  });

  test("names year and address once CITATION.cff has them", () => {
    const {bibtex} = cite({...book, url: "https://example.org/book", date: "2027-01-31"}, page);
    expect(bibtex).toContain("year = {2027}");
    expect(bibtex).toContain("url = {https://example.org/book/part2runtime/ch07alloc/init.html}");
  });

  test("of the whole book needs no page", () => {
    expect(cite(book).bibtex).toBe(
      "@misc{openhood,\n  author = {{The authors}},\n  title = {Open Hood},\n  note = {Version 1.2.0}\n}",
    );
  });

  test("has the version of package.json", async () => {
    const {default: packageJson} = await import("../../package.json");
    expect(readCitation("CITATION.cff").version).toBe(packageJson.version);
  });
});

describe("front matter", () => {
  test("is names and values, and the lines it takes", () => {
    const text = `---\ntitle: A: "b"\nindex: 'no'\n---\n# A`;
    expect(readFrontMatter(text)).toEqual({data: {title: `A: "b"`, index: "no"}, lines: 4});
  });

  test("may be absent", () => {
    expect(readFrontMatter("# A\n\n---\n")).toEqual({data: {}, lines: 0});
  });

  test("of another form is refused with its line", () => {
    expect(() => readFrontMatter("---\ntitle: A\n- b\n---\n")).toThrow(`line 3: front matter is lines of`);
  });
});
