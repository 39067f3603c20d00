import {describe, expect, test} from "vitest";
import {h, type Markup, toHtml} from "/components/markup.js";

describe("toHtml", () => {
  test("prints an element with its attributes and children", () => {
    expect(toHtml(h("p", {class: "a"}, "x ", h("b", null, 1)))).toBe(`<p class="a">x <b>1</b></p>`);
  });

  test("escapes text and attributes", () => {
    expect(toHtml(h("p", {title: `"<&`}, "a < b & c"))).toBe(
      `<p title="&quot;&lt;&amp;">a &lt; b &amp; c</p>`,
    );
  });

  test("leaves out whatever listens, and attributes that are not set", () => {
    const markup = h("button", {onclick: () => {}, disabled: false, title: null, hidden: true}, "x");
    expect(toHtml(markup)).toBe("<button hidden>x</button>");
  });

  test("leaves out children that stand for nothing, and flattens lists", () => {
    const children: Markup[] = [null, false, ["a", ["b", 3]]];
    expect(toHtml(children)).toBe("ab3");
  });

  test("does not close an element that is always empty", () => {
    expect(toHtml(h("input", {type: "number"}))).toBe(`<input type="number">`);
  });
});
