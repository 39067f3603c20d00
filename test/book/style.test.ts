// The colors of docs/style.css can be told apart in both themes.

import {readFileSync} from "node:fs";
import {describe, expect, test} from "vitest";

const css = readFileSync("docs/style.css", "utf8");

/** The --oh- variables of the first block behind `from`. */
function colors(from: string): Record<string, string> {
  const block = css.slice(css.indexOf(from)).split("}")[0]!;
  return Object.fromEntries(Array.from(block.matchAll(/--oh-([\w-]+): (#[0-9a-f]{6})/g), m => [m[1], m[2]]));
}

/** WCAG's contrast ratio of two colors. */
function contrast(a: string, b: string): number {
  const luminance = (color: string) => {
    const [r, g, blue] = [1, 3, 5].map(i => {
      const c = Number.parseInt(color.slice(i, i + 2), 16) / 255;
      return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r! + 0.7152 * g! + 0.0722 * blue!;
  };
  const [x, y] = [luminance(a), luminance(b)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

const light = colors(":root {");
const dark = colors("@media screen and (prefers-color-scheme: dark)");

test("both themes define the same colors", () => {
  expect(Object.keys(dark)).toEqual(Object.keys(light));
  expect(Object.keys(light).length).toBeGreaterThan(10);
});

describe.each([
  ["light", light],
  ["dark", dark],
])("in the %s theme", (_name, theme) => {
  const texts = ["ink", "muted", "accent", "warn", ...Object.keys(theme).filter(n => n.startsWith("code-"))];

  test.each(texts)("text in %s has 4.5:1 contrast", name => {
    expect(contrast(theme[name]!, theme.paper!)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(theme[name]!, theme.surface!)).toBeGreaterThanOrEqual(4.5);
  });

  test.each(["free", "used", "warn", "added"])("marks in %s have 3:1 contrast", name => {
    expect(contrast(theme[name]!, theme.paper!)).toBeGreaterThanOrEqual(3);
    expect(contrast(theme[name]!, theme.surface!)).toBeGreaterThanOrEqual(3);
  });
});
