// Listings: what is cut out of a source file for a page to print.

import {describe, expect, test} from "vitest";
import {extract, readListing} from "../../src/book/listings.ts";

const text = `// A file.

/** A heap. */
export class mheap {
  /** Pages in use. */
  pages = 0;

  /**
   * Sets the heap up.
   *
   * @go runtime/mheap.go mheap.init go1.12.17
   * @go runtime/mheap.go mheap.init go1.19.8
   */
  init(): void {
    if (this.pages > 0) {
      this.pages = 0;
    }
  }

  #grow(): void {}
}

export const limit = 7;
export interface span {
  base: number;
}
export type addr = number;

/** Belongs to nothing. */

// A comment in between.
function helper(): void {}
`;

const listing = (name: string) => extract(text, "src/x.ts", name);

describe("a listing", () => {
  test("is a declaration without its doc comment", () => {
    expect(listing("span").code).toBe("export interface span {\n  base: number;\n}");
    expect(listing("limit").code).toBe("export const limit = 7;");
    expect(listing("addr").code).toBe("export type addr = number;");
  });

  test("of a method is dedented", () => {
    expect(listing("mheap.init").code).toBe(
      "init(): void {\n  if (this.pages > 0) {\n    this.pages = 0;\n  }\n}",
    );
  });

  test("knows the line in the file, for a member too", () => {
    expect(listing("mheap").line).toBe(4);
    expect(listing("mheap.init").line).toBe(14);
    expect(listing("mheap.#grow").line).toBe(20);
  });

  test("has the words of the doc comment, and the declarations of Go", () => {
    expect(listing("mheap.init").doc).toBe("Sets the heap up.");
    expect(listing("mheap.init").go).toEqual([
      {file: "runtime/mheap.go", name: "mheap.init", release: "go1.12.17"},
      {file: "runtime/mheap.go", name: "mheap.init", release: "go1.19.8"},
    ]);
  });

  test("takes only the doc comment that stands right before it", () => {
    expect(listing("helper").doc).toBe("");
    expect(listing("limit").doc).toBe("");
  });
});

describe("a listing is refused", () => {
  test("when the name is not there, with names that are near", () => {
    expect(() => listing("mheap.inti")).toThrow("src/x.ts has no mheap.inti; it has mheap.init");
  });

  test("when it is longer than a page takes", () => {
    const long = `function f() {\n${"  g();\n".repeat(59)}}`;
    expect(() => extract(long, "src/x.ts", "f")).toThrow("src/x.ts#f has 61 lines; a listing has at most 60");
  });

  test("when the file does not parse, with the line", () => {
    expect(() => extract("const a = 1;\nconst = 2;", "src/x.ts", "a")).toThrow("src/x.ts:2: ");
  });

  test("when the file is not there, or the reference has another form", () => {
    expect(() => readListing("src/no.ts#a")).toThrow("there is no file src/no.ts");
    expect(() => readListing("src/x.ts")).toThrow(`"src/x.ts" is not a listing`);
  });
});
