// The book as one PDF and as an EPUB, made from the built site as `npm run pdf` and `npm run epub` do.

import {execFileSync} from "node:child_process";
import {existsSync, mkdtempSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {strFromU8, unzipSync} from "fflate";
import {PDFDict, PDFDocument, PDFName, PDFNumber, PDFString} from "pdf-lib";
import {SaxesParser} from "saxes";
import {afterAll, beforeAll, describe, expect, test} from "vitest";
import {makeEpub} from "../../src/book/epub.ts";
import {readPages} from "../../src/book/pages.ts";
import {pagesOfIds, printBook} from "../../src/book/pdf.ts";

const written = readPages("docs").map(page => page.path);
let work: string;

beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), "open-hood-paper-"));
});
afterAll(() => rmSync(work, {recursive: true}));

describe("the PDF", () => {
  let document: PDFDocument;

  beforeAll(async () => {
    document = await PDFDocument.load((await printBook("dist", "docs", work)).pdf, {updateMetadata: false});
  });

  test("has a place for every page of the book, in order of reading", async () => {
    const pages = await pagesOfIds(document);
    const at = written.map(path => pages.get(path.replaceAll("/", "-")));
    expect(at.filter(page => page === undefined)).toEqual([]);
    const sections = written.filter(path => path.startsWith("part"));
    expect(sections.length).toBeGreaterThan(5);
    expect(pages.get("index")).toBeLessThan(
      Math.min(...sections.map(path => pages.get(path.replaceAll("/", "-"))!)),
    );
  });

  test("says its title and language, and has tags and bookmarks", () => {
    const {catalog} = document;
    expect(document.getTitle()).toMatch(/^Open Hood/);
    expect(catalog.lookup(PDFName.of("Lang"), PDFString).decodeText()).toBe("en");
    expect(catalog.lookup(PDFName.of("MarkInfo"), PDFDict).get(PDFName.of("Marked"))?.toString()).toBe(
      "true",
    );
    const outlines = catalog.lookup(PDFName.of("Outlines"), PDFDict);
    expect(outlines.lookup(PDFName.of("Count"), PDFNumber).asNumber()).not.toBe(0);
  });

  test("brings every font that it is set in, so that no letter is a box", () => {
    const names = new Set<string>();
    for (const [, object] of document.context.enumerateIndirectObjects()) {
      if (!(object instanceof PDFDict) || object.get(PDFName.of("Type")) !== PDFName.of("FontDescriptor"))
        continue;
      const name = object.get(PDFName.of("FontName"))?.toString();
      if (name) names.add(name.replace(/^\/[A-Z]{6}\+/, ""));
    }
    expect(names.size).toBeGreaterThan(4);
    expect([...names].filter(name => !/^(?:Source|NotoSans)/.test(name))).toEqual([]);
  });
});

describe("the EPUB", () => {
  test("is made of well-formed documents, whose links lead somewhere", () => {
    const files = Object.entries(unzipSync(makeEpub("dist", "docs")));
    const ids = new Map<string, Set<string>>();
    const links: {from: string; href: string}[] = [];
    for (const [name, bytes] of files.filter(([each]) => /\.(?:xhtml|opf|xml)$/.test(each))) {
      const found = new Set<string>();
      const parser = new SaxesParser({fileName: name});
      parser.on("error", error => {
        throw error;
      });
      parser.on("opentag", ({attributes}) => {
        const {id, href} = attributes as Record<string, string>;
        if (id !== undefined) {
          expect(found, `${name} has the id twice`).not.toContain(id);
          found.add(id);
        }
        if (href !== undefined && !/^\w+:/.test(href)) links.push({from: name, href});
      });
      parser.write(strFromU8(bytes)).close();
      ids.set(name, found);
    }
    expect(ids.size).toBe(written.length + 4);
    expect(links.length).toBeGreaterThan(100);
    const dead = links.filter(({from, href}) => {
      const [file, id] = href.split("#");
      const name = file ? `book/${file}` : from;
      return !files.some(([each]) => each === name) || (id !== undefined && !ids.get(name)?.has(id));
    });
    expect(dead).toEqual([]);
  });

  test("is the same, byte for byte, when it is made again", () => {
    expect(Buffer.compare(makeEpub("dist", "docs"), makeEpub("dist", "docs"))).toBe(0);
  });

  const epubcheck = findEpubcheck();
  test.skipIf(epubcheck === undefined)(
    `is accepted by epubcheck${epubcheck ? "" : " (skipped: install the package epubcheck and java to run it)"}`,
    () => {
      const file = join(work, "open-hood.epub");
      writeFileSync(file, makeEpub("dist", "docs"));
      const said = execFileSync("java", ["-jar", epubcheck!, file], {encoding: "utf8", stdio: "pipe"});
      expect(said).toContain("No errors or warnings detected.");
    },
  );
});

/** epubcheck's jar: $EPUBCHECK, or where Debian puts it. */
function findEpubcheck(): string | undefined {
  const jar = [process.env.EPUBCHECK, "/usr/share/java/epubcheck.jar", "/usr/bin/epubcheck"].find(
    path => path && existsSync(path),
  );
  try {
    execFileSync("java", ["-version"], {stdio: "ignore"});
    return jar;
  } catch {
    return undefined;
  }
}
