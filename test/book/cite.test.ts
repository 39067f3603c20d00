// Citations, read back by programs that others wrote; what CITATION.cff and the issue form say; front matter.

import {readFileSync} from "node:fs";
import {Cite} from "@citation-js/core";
import "@citation-js/plugin-bibtex";
import "@citation-js/plugin-ris";
import jsonld from "jsonld";
import {afterEach, describe, expect, test} from "vitest";
import {parse} from "yaml";
import packageJson from "../../package.json" with {type: "json"};
import {versions} from "../../src/book/changelog.ts";
import {addressOf, entryOf, readCitation, reportAddress} from "../../src/book/cite.ts";
import {bibtex, cslJson, plainText, ris} from "../../src/book/cite-formats.ts";
import {readFrontMatter} from "../../src/book/front-matter.ts";
import {jsonLd, metadata} from "../../src/book/metadata.ts";
import {sections} from "../../src/book/outline.ts";

const book = {
  title: "Open Hood: a book",
  authors: "The authors",
  version: "1.2.0",
  url: "https://example.org/book",
  date: "2027-01-31",
};
const bare = {title: "Open Hood", authors: "The authors", version: "1.2.0"};
const path = "/part2runtime/ch07alloc/init";
const page = {path, title: "ignored for a section", releases: ["go1.12.17", "go1.19.8"]};
const address = "https://example.org/book/part2runtime/ch07alloc/init.html";

/** What Citation.js makes of a text, as CSL. */
const read = (text: string): Record<string, unknown> => {
  const {data} = new Cite(text);
  expect(data).toHaveLength(1);
  return data[0]!;
};

describe("the citation of a section", () => {
  const entry = entryOf(book, page);

  test("as text has number, both titles, book, version and its date, releases and address", () => {
    expect(plainText(entry)).toBe(
      `The authors. “7.3 Initialization (初始化).” In Open Hood: a book, version 1.2.0, 31 January 2027, models go1.12.17, go1.19.8. ${address}`,
    );
  });

  test("as BibTeX is read as a chapter", () => {
    expect(read(bibtex(entry))).toMatchObject({
      type: "chapter",
      "citation-key": "openhood-ch07alloc-init",
      title: "Initialization",
      "container-title": "Open Hood: a book",
      "chapter-number": "7.3",
      issued: {"date-parts": [[2027, 1]]},
      URL: address,
      note: "Version 1.2.0; models go1.12.17, go1.19.8; the original’s title is 初始化",
      version: "1.2.0",
    });
  });

  test("as RIS is read as a chapter", () => {
    expect(read(ris(entry))).toMatchObject({
      type: "chapter",
      title: "Initialization",
      "container-title": "Open Hood: a book",
      issued: {"date-parts": [[2027]]},
      URL: address,
      note: "Version 1.2.0; models go1.12.17, go1.19.8; the original’s title is 初始化",
    });
    expect(ris(entry)).toContain("\r\nDA  - 2027/01/31\r\n");
    expect(ris(entry)).toMatch(/^TY {2}- CHAP\r\n(?:[A-Z][A-Z0-9] {2}- .*\r\n)+ER {2}- \r\n$/);
  });

  test("as CSL-JSON is read without any change", () => {
    const [item] = JSON.parse(cslJson(entry));
    expect(read(cslJson(entry))).toMatchObject(item);
    expect(item).toMatchObject({
      type: "chapter",
      title: "Initialization",
      "original-title": "初始化",
      "chapter-number": "7.3",
      version: "1.2.0",
      issued: {"date-parts": [[2027, 1, 31]]},
      author: [{literal: "The authors"}],
      URL: address,
    });
  });

  test("has no address and names the page, as long as the book has none", () => {
    const entry = entryOf(bare, page);
    expect(plainText(entry)).toMatch(/version 1.2.0, models .*, page part2runtime\/ch07alloc\/init\.$/);
    for (const text of [bibtex(entry), ris(entry), cslJson(entry)]) {
      expect(text).not.toMatch(/undefined|url|UR {2}-/i);
      expect(read(text).note).toContain("page part2runtime/ch07alloc/init");
    }
  });
});

test("a page behind the text has a Chinese name, but no title in the original", () => {
  const entry = entryOf(book, {path: "/glossary", title: "Glossary"});
  expect(plainText(entry)).toContain("“Glossary.” In");
  expect(bibtex(entry)).not.toContain("original");
});

test("every section can be cited in every form, whatever its title", () => {
  const keys = new Set<string>();
  for (const {path, en} of sections) {
    const entry = entryOf(book, {path, title: en});
    keys.add(entry.key);
    for (const text of [bibtex(entry), ris(entry), cslJson(entry)]) expect(read(text).title).toBe(en);
  }
  expect(keys.size).toBe(94);
});

test("what TeX would stumble over comes out of BibTeX as it went in", () => {
  const title = "50% of {x} & y_1 cost $2 #3";
  expect(read(bibtex(entryOf(book, {path: "/other", title}))).title).toBe(title);
});

describe("the citation of the whole book", () => {
  test("is a book with its address and without a chapter", () => {
    const entry = entryOf(book);
    expect(plainText(entry)).toBe(
      "The authors. Open Hood: a book, version 1.2.0, 31 January 2027. https://example.org/book/",
    );
    for (const text of [bibtex(entry), ris(entry), cslJson(entry)]) {
      expect(read(text)).toMatchObject({type: "book", title: book.title, URL: "https://example.org/book/"});
      expect(read(text)["container-title"]).toBeUndefined();
    }
  });
});

describe("the metadata of a page", () => {
  const about = (path: string) =>
    jsonLd(book, {path, title: "A title", description: "What </script> it is."});
  /** The terms of schema.org that are used, as its context maps them. */
  const documentLoader = async (url: string) => ({
    contextUrl: undefined,
    documentUrl: url,
    document: {
      "@context": {"@vocab": "https://schema.org/", url: {"@type": "@id"}, license: {"@type": "@id"}},
    },
  });

  test("of a section is JSON-LD that says which chapter of which book it is", async () => {
    const [node] = await jsonld.expand(about(path), {documentLoader});
    expect(node).toMatchObject({
      "@id": address,
      "@type": ["https://schema.org/Chapter"],
      "https://schema.org/name": [{"@value": "Initialization"}],
      "https://schema.org/alternateName": [{"@value": "初始化"}],
      "https://schema.org/position": [{"@value": "7.3"}],
      "https://schema.org/version": [{"@value": "1.2.0"}],
      "https://schema.org/isPartOf": [
        {"@id": "https://example.org/book/", "@type": ["https://schema.org/Book"]},
      ],
    });
  });

  test("of the start page says which book it is, and what that follows", async () => {
    const [node] = await jsonld.expand(about("/index"), {documentLoader});
    expect(node).toMatchObject({
      "@id": "https://example.org/book/",
      "@type": ["https://schema.org/Book"],
      "https://schema.org/isBasedOn": [{"https://schema.org/name": [{"@value": "Go 语言原本"}]}],
    });
  });

  test("of another page says that it belongs to the book", () => {
    expect(about("/checked")).toMatchObject({"@type": "WebPage", isPartOf: {"@type": "Book"}});
  });

  test("has the canonical address everywhere, and Scholar's tags on the start page alone", () => {
    const head = (path: string) => metadata(book, {path, title: "", description: undefined}).join("");
    expect(head(path)).toContain(`<link rel="canonical" href="${address}">`);
    expect(head(path)).not.toContain("citation_");
    expect(head("/index")).toContain(`<meta name="citation_publication_date" content="2027/01/31">`);
    expect(head("/index").match(/name="citation_\w+"/g)).toHaveLength(5);
  });

  test("cannot end its own script element", () => {
    const head = metadata(book, {path, title: "", description: "</script><b>"}).join("");
    expect(head.match(/<\/script>/g)).toHaveLength(1);
    expect(JSON.parse(/ld\+json">(.*)<\/script>/.exec(head)![1]!).description).toBe("</script><b>");
  });

  test("leaves out addresses as long as the book has none", () => {
    expect(JSON.stringify(jsonLd(bare, {path, title: "", description: ""}))).not.toMatch(/"@id"|"url"/);
    expect(addressOf(bare, path)).toBeUndefined();
  });
});

describe("CITATION.cff", () => {
  const cff = parse(readFileSync("CITATION.cff", "utf8"));
  const changelog = readFileSync("CHANGELOG.md", "utf8");

  test("has the version and license of package.json", () => {
    expect(cff.version).toBe(packageJson.version);
    expect(cff.license).toContain(packageJson.license);
  });

  test("has the date that the changelog gives the version", () => {
    const [newest] = versions(changelog);
    expect(newest).toEqual({version: cff.version, date: cff["date-released"]});
  });

  // From the schema of the Citation File Format 1.2.0.
  test("has what its format demands, and no key that it does not know", () => {
    expect(cff["cff-version"]).toBe("1.2.0");
    expect(["software", "dataset"]).toContain(cff.type);
    expect(cff["date-released"]).toMatch(/^\d{4}-\d\d-\d\d$/);
    expect(new URL(cff.url).protocol).toBe("https:");
    for (const key of ["message", "title", "authors"]) expect(cff[key]).toBeTruthy();
    const known =
      "abstract authors cff-version commit contact date-released doi identifiers keywords license license-url message preferred-citation references repository repository-artifact repository-code title type url version";
    expect(Object.keys(cff).filter(key => !known.split(" ").includes(key))).toEqual([]);
    for (const each of [
      ...cff.authors,
      ...cff.references.flatMap(({authors}: {authors: object[]}) => authors),
    ])
      expect(each.name ?? each["family-names"]).toBeTruthy();
    for (const {type, title} of cff.references) expect([type, title]).toEqual(["book", "Go 语言原本"]);
  });

  describe("when it is read", () => {
    afterEach(() => {
      delete process.env.OPEN_HOOD_URL;
    });

    test("gives the address of the book, unless the environment names another", () => {
      expect(readCitation("CITATION.cff").url).toBe(cff.url);
      process.env.OPEN_HOOD_URL = "https://example.org/under/a/path/";
      expect(readCitation("CITATION.cff").url).toBe("https://example.org/under/a/path");
    });

    test("refuses an address that is none, naming it", () => {
      process.env.OPEN_HOOD_URL = "example.org";
      expect(() => readCitation("CITATION.cff")).toThrow(
        `"example.org" is not the address of a book; write it as https://example.org/book`,
      );
    });
  });
});

describe("the form for real Go doing otherwise", () => {
  interface Field {
    type: string;
    id: string;
    attributes: {label?: string};
    validations?: {required: boolean};
  }
  const form = parse(readFileSync(".github/ISSUE_TEMPLATE/fidelity.yml", "utf8"));
  const fields = (form.body as Field[]).filter(({type}) => type !== "markdown");

  test("is a form as GitHub reads it: types, ids that are there once, labels", () => {
    expect(form).toMatchObject({name: "Fidelity: real Go does otherwise", description: expect.any(String)});
    expect(fields.length).toBeGreaterThan(5);
    for (const {type, id, attributes} of fields) {
      expect(["input", "textarea", "dropdown", "checkboxes"]).toContain(type);
      expect(id).toMatch(/^[a-z][\w-]*$/);
      expect(attributes.label).toBeTruthy();
    }
    expect(new Set(fields.map(({id}) => id)).size).toBe(fields.length);
    const unknown = Object.keys(form).filter(
      key => !/^(name|description|body|assignees|labels|title|type|projects)$/.test(key),
    );
    expect(unknown).toEqual([]);
  });

  test("demands release, platform, command and both sides; a recording is welcome", () => {
    const required = fields.filter(f => f.validations?.required).map(f => f.id);
    expect(required).toEqual(["release", "platform", "command", "model", "go"]);
    expect(fields.map(f => f.id)).toContain("recording");
  });

  test("is where the foot of each page leads, once the repository is known; until then to what it asks for", () => {
    expect(reportAddress(book)).toBe("/errata#report");
    expect(reportAddress({...book, repository: "https://example.org/repo"})).toBe(
      "https://example.org/repo/issues/new?template=fidelity.yml",
    );
    expect(readFileSync("src/book/markdown.ts", "utf8")).toContain(`"${form.name}"`);
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
