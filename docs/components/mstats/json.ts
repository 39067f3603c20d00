// Reading JSON with places: every value knows where it stands, and integers keep all their digits.
//
// JSON.parse would round what is above 2^53 and says of a fault what its browser happens to say.

/** A value of JSON. Numbers keep their text. `at` and `end` count from 0 in the text. */
export type Node = {readonly at: number; readonly end: number} & (
  | {readonly kind: "object"; readonly members: readonly Member[]}
  | {readonly kind: "array"; readonly items: readonly Node[]}
  | {readonly kind: "string"; readonly value: string}
  | {readonly kind: "number"; readonly text: string}
  | {readonly kind: "boolean"; readonly value: boolean}
  | {readonly kind: "null"}
);

/** A member of an object. */
export interface Member {
  readonly name: string;
  readonly value: Node;
}

/** The most levels of arrays and objects: a MemStats has three. */
export const maxDepth = 64;

/** What is wrong with the text, and where. */
export class JsonFault extends Error {
  readonly at: number;
  readonly found: string;
  readonly expected: string;

  constructor(at: number, found: string, expected: string) {
    super(`found ${found}, expected ${expected}`);
    this.at = at;
    this.found = found;
    this.expected = expected;
  }
}

/** Line and column of a place, from 1. A column is a character. */
export function placeOf(text: string, at: number): {line: number; column: number} {
  let [line, column] = [1, 1];
  for (let i = 0; i < at; i++) {
    const code = text.charCodeAt(i);
    if (code === 10) [line, column] = [line + 1, 1];
    // The second half of a character beyond the first 65,536 is no column of its own.
    else if (code < 0xdc00 || code > 0xdfff) column++;
  }
  return {line, column};
}

/** Text for showing: cut short, and what cannot be seen as its code. */
export function visible(text: string, most = 40): string {
  const characters = [...text];
  const shown = characters
    .slice(0, most)
    .map(c => (c === "\n" ? "↵" : c))
    .map(c => (/[\p{C}\p{Zl}\p{Zp}]/u.test(c) ? `\\u{${c.codePointAt(0)!.toString(16)}}` : c));
  return shown.join("") + (characters.length > most ? "…" : "");
}

/** The values of a text, one after the other: most often one, but a log may have many. Throws JsonFault. */
export function parseValues(text: string): Node[] {
  const parser = new Parser(text);
  const values: Node[] = [];
  for (parser.space(); !parser.atEnd; parser.space()) values.push(parser.value(0));
  return values;
}

const aWord = /(?:true|false|null)\b/y;
const aNumber = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.+-])/y;
const anEscape = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const anything = /[\w.+-]{1,60}/y;

class Parser {
  readonly #text: string;
  #at: number;

  constructor(text: string) {
    this.#text = text;
    // Some editors put a mark at the beginning of a file.
    this.#at = text.startsWith("\uFEFF") ? 1 : 0;
  }

  get atEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  space(): void {
    for (; ; this.#at++) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return;
    }
  }

  fail(expected: string): never {
    throw new JsonFault(this.#at, this.#found(), expected);
  }

  /** What stands here: a word or number whole, anything else by its first character. */
  #found(): string {
    if (this.atEnd) return "the end of the text";
    if (this.#text[this.#at] === "\n") return "a line break";
    const [word] = this.#match(anything) ?? [];
    return `“${visible(word ?? String.fromCodePoint(this.#text.codePointAt(this.#at)!))}”`;
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    return pattern.exec(this.#text);
  }

  value(depth: number): Node {
    const at = this.#at;
    const c = this.#text[at];
    if (c === "{" || c === "[") {
      if (depth === maxDepth) this.fail(`no more than ${maxDepth} levels of { and [`);
      return c === "{" ? this.#object(depth + 1) : this.#array(depth + 1);
    }
    if (c === '"') return {kind: "string", value: this.#string(), at, end: this.#at};
    const [word] = this.#match(aWord) ?? [];
    if (word !== undefined) {
      this.#at += word.length;
      return word === "null"
        ? {kind: "null", at, end: this.#at}
        : {kind: "boolean", value: word === "true", at, end: this.#at};
    }
    const [number] = this.#match(aNumber) ?? [];
    if (number === undefined) this.fail("a value, such as 123 or {");
    this.#at += number.length;
    return {kind: "number", text: number, at, end: this.#at};
  }

  #object(depth: number): Node {
    const at = this.#at++;
    const members: Member[] = [];
    for (this.space(); this.#text[this.#at] !== "}"; this.space()) {
      if (members.length > 0) this.#take(",", "“,” or “}”");
      this.space();
      if (this.#text[this.#at] !== '"') this.fail('a name in double quotes, such as "Alloc"');
      const name = this.#string();
      this.space();
      this.#take(":", "“:” after the name");
      this.space();
      members.push({name, value: this.value(depth)});
    }
    this.#at++;
    return {kind: "object", members, at, end: this.#at};
  }

  #array(depth: number): Node {
    const at = this.#at++;
    const items: Node[] = [];
    for (this.space(); this.#text[this.#at] !== "]"; this.space()) {
      if (items.length > 0) this.#take(",", "“,” or “]”");
      this.space();
      items.push(this.value(depth));
    }
    this.#at++;
    return {kind: "array", items, at, end: this.#at};
  }

  #take(c: string, expected: string): void {
    if (this.#text[this.#at] !== c) this.fail(expected);
    this.#at++;
  }

  #string(): string {
    const start = this.#at++;
    for (;;) {
      const c = this.#text[this.#at];
      if (c === undefined) this.fail("a double quote that ends the text");
      else if (c < " ") this.fail("a double quote; in JSON a line break in a text is written as \\n");
      else if (c === "\\") {
        const [escaped] = this.#match(anEscape) ?? [];
        if (escaped === undefined) this.fail("an escape, such as \\n or \\u00e9");
        this.#at += escaped.length;
      } else {
        this.#at++;
        if (c === '"') return JSON.parse(this.#text.slice(start, this.#at)) as string;
      }
    }
  }
}
