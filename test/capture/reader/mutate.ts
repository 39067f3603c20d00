// Breaks a recording in one of many ways, the same for the same number.

import {generator} from "./support.ts";

/** What a hostile or unlucky file may have in the place of a value. */
const strange = [
  "null",
  "true",
  "-1",
  "0",
  "1e308",
  "1e-308",
  "9007199254740993",
  "99999999999999999999999999",
  "4294967296",
  "0.5",
  '""',
  '"0x"',
  '"0xffffffffffffffff"',
  '"0xFFFFFFFFFFFFFFFFFF"',
  '"<script>alert(1)</script>"',
  '"\\ud800"',
  '"\\u0000"',
  "[]",
  "{}",
  "[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]",
  "[".repeat(3000),
  '{"__proto__":{"polluted":true}}',
  '{"constructor":{"prototype":{"polluted":true}}}',
  '{"missing":"why"}',
  `"${"x".repeat(5000)}"`,
  "NaN",
  "undefined",
  "",
];

const aValue = /"(?:[^"\\]|\\.)*"(?=\s*[,\]}])|-?\d+(?:\.\d+)?(?=\s*[,\]}])|true|false|null/g;
const aName = /"[\w.[\]]+"(?=:)/g;

/** The mutation of that number. */
export function mutate(text: string, seed: number): string {
  const random = generator(seed);
  const below = (n: number) => Math.floor(random() * n);
  const slice = () => {
    const at = below(text.length);
    return [at, Math.min(text.length, at + 1 + below(below(4) === 0 ? 3000 : 20))] as const;
  };
  /** Replaces one of the places that a pattern matches, near a random one. */
  const near = (pattern: RegExp, by: (found: string) => string) => {
    pattern.lastIndex = below(text.length);
    const found = pattern.exec(text);
    if (found === null) return text;
    return text.slice(0, found.index) + by(found[0]) + text.slice(found.index + found[0].length);
  };
  switch (below(9)) {
    case 0:
      return text.slice(0, below(text.length));
    case 1: {
      const at = below(text.length);
      return (
        text.slice(0, at) + String.fromCharCode(below(below(3) === 0 ? 0x2000 : 128)) + text.slice(at + 1)
      );
    }
    case 2: {
      const [from, to] = slice();
      return text.slice(0, from) + text.slice(to);
    }
    case 3: {
      const [from, to] = slice();
      return text.slice(0, to) + text.slice(from);
    }
    case 4: {
      const [from, to] = slice();
      const at = below(text.length);
      return text.slice(0, at) + text.slice(from, to) + text.slice(at);
    }
    case 5:
      return near(
        aName,
        () => ['"__proto__"', '"toString"', '""', '"base"', '"rows"', '"missing"'][below(6)]!,
      );
    case 6:
      return near(aValue, found =>
        /^\d+$/.test(found) ? String(Number(found) + below(5) - 2) : found.replace(/[0-9a-f]"$/, '7"'),
      );
    default:
      return near(aValue, () => strange[below(strange.length)]!);
  }
}
