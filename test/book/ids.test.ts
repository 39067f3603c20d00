// Permanent ids: what a link from elsewhere names is found for good.

import {beforeAll, describe, expect, test} from "vitest";
import {linkHeadings, takeId} from "../../src/book/ids.ts";
import {keepMovedIds, readMoved, redirectPage, whereIsNow} from "../../src/book/moved.ts";
import {readPages} from "../../src/book/pages.ts";
import {idsOf, lost, type Published, publish, readPublished} from "../../src/book/published.ts";

describe("the published ids of this book", () => {
  let published: Published;
  let now: Published;
  beforeAll(() => {
    published = readPublished();
    now = idsOf(readPages("docs"));
  });

  test("are all still found, on their pages or through moved.json", () => {
    expect(Object.values(published).flat().length).toBeGreaterThan(200);
    expect(lost(published, now, readMoved("."))).toEqual([]);
  });

  test("are all that there are; if not, run npm run ids and commit the list", () => {
    expect(published).toEqual(publish(published, now));
  });

  test("include each listing and each figure of the page on initialization", () => {
    const ids = published["part2runtime/ch07alloc/init"]!;
    expect(ids).toEqual(expect.arrayContaining(["listing-mallocinit", "listing-mheap-init", "figure-hints"]));
  });
});

describe("a published id that is gone", () => {
  const published = {a: ["one", "two"], b: ["three"]};

  test("is named", () => {
    expect(lost(published, {a: ["one"], b: ["three"]}, {})).toEqual(["a#two"]);
    expect(lost(published, {a: ["one", "two"]}, {})).toEqual(["b", "b#three"]);
  });

  test("is found where moved.json says, also when it moves again", () => {
    expect(
      lost(published, {a: ["one"], b: ["three", "zwei"]}, {"a#two": "a#deux", "a#deux": "b#zwei"}),
    ).toEqual([]);
    expect(lost(published, {a: ["one", "two"], c: []}, {b: "c"})).toEqual(["b#three"]);
    expect(lost(published, {a: ["one", "two"], c: ["three"]}, {b: "c"})).toEqual([]);
  });

  test("is not given up by a page that lists fewer ids than before", () => {
    expect(publish(published, {a: ["one"]})).toEqual(published);
    expect(publish(published, {c: ["z", "y"]})).toEqual({...published, c: ["y", "z"]});
  });
});

describe("moves", () => {
  const moved = {"old/page": "new/page", "new/page#a": "new/page#b", "new/page#c": "other#d"};

  test("may not go in a circle", () => {
    expect(() => whereIsNow("a", {a: "b", b: "a"})).toThrow("moved.json goes in a circle: a -> b -> a");
  });

  test("leave a mark right before the new place, on the same page", () => {
    const html = keepMovedIds(`<main><p>x</p><h2 id="b">B</h2></main>`, "new/page", moved);
    expect(html).toContain(`<p>x</p><span id="a"></span><h2 id="b">B</h2>`);
  });

  test("leave a mark on the page that its old page became", () => {
    const html = keepMovedIds(`<main><h2 id="z">Z</h2></main>`, "c", {b: "c", "b#y": "c#z"});
    expect(html).toContain(`<span id="y"></span><h2 id="z">`);
  });

  test("leave a line that leads on, when the new place is on another page", () => {
    const html = keepMovedIds(`<main><h2 id="b">B</h2></main>`, "new/page", moved);
    expect(html).toContain(
      `id="c">What this link named is <a href="../other.html#d">here</a> now.</p>\n</main>`,
    );
  });

  test("of a whole page leave a page that keeps what stands behind ? and #", () => {
    const html = redirectPage("old/page", "new/page", () => "<meta>");
    expect(html).toContain(`content="0; url=../new/page.html"`);
    const script = /<script>(.*)<\/script>/.exec(html)![1]!;
    const replaced: string[] = [];
    const location = {search: "?goarch=386", hash: "#b", replace: (url: string) => replaced.push(url)};
    new Function("location", script)(location);
    expect(replaced).toEqual(["../new/page.html?goarch=386#b"]);
  });
});

describe("an author's id", () => {
  test("stands at the end of a line", () => {
    expect(takeId("The hints {#hints}")).toEqual({rest: "The hints", id: "hints"});
    expect(takeId("fallback docs/x.ts#f {#figure-x}")).toEqual({
      rest: "fallback docs/x.ts#f",
      id: "figure-x",
    });
  });

  test("is nothing that stands elsewhere, nor what cannot be a fragment", () => {
    for (const text of ["{#a} first", "no id", "{# spaced}", "{#1}"]) expect(takeId(text).id).toBeUndefined();
  });
});

test("a heading becomes text with a link to it behind, named by the text", () => {
  const html = `<h2 id="x" tabindex="-1"><a class="observablehq-header-anchor" href="#x">Why <code>b</code></a></h2>`;
  expect(linkHeadings(html)).toBe(
    `<h2 id="x" tabindex="-1">Why <code>b</code><a class="permalink" href="#x" aria-label="Link to “Why b”"></a></h2>`,
  );
});
