// Reads JSON in pieces, as a file arrives, and keeps no more of it than is asked for.
//
// A recording of a large heap has a million rows of spans. Arrays that `rows` names are not built: each item is handed
// over and forgotten. Everything else becomes ordinary values. Objects have no prototype, so that no name in a file
// means anything; depth, lengths and the number of values are bounded, so that no file can take the page's memory.
// Several values may follow one another, as in JSON Lines.

import {Fault, type Place} from "./fault.js";
import {numberOf, pathText, type Step, type Value} from "./value.js";

/** Takes one item of an array that is not kept. */
export type Sink = (item: Value, index: number) => void;

/** What a reader of JSON is asked to do. */
export interface Wishes {
  /** Takes a value that stands for itself: the one of a JSON file, or each of JSON Lines. */
  readonly value: (value: Value, index: number) => void;
  /** Who takes the items of the array at `path`; null if it is kept. `siblings` are the values before it. */
  readonly rows?: (path: readonly Step[], siblings: Value) => Sink | null;
}

/** Bounds of what is read. Lengths are in bytes. */
export const bounds = {depth: 40, text: 1 << 20, name: 1000, number: 400, values: 8_000_000};

/** An array or an object that is not closed yet. */
interface Frame {
  readonly array: Value[] | null;
  readonly object: {[key: string]: Value} | null;
  readonly sink: Sink | null;
  /** How many values were kept when it was opened. */
  readonly kept: number;
  /** The name whose value is read; the index of the item, in an array. */
  name: string;
  index: number;
}

// What may come next.
const VALUE = 0;
const ITEM_OR_END = 1;
const NAME_OR_END = 2;
const NAME = 3;
const COLON = 4;
const COMMA_OR_END = 5;
const STRING = 6;
const NAME_STRING = 7;
const NUMBER = 8;
const WORD = 9;
const BETWEEN = 10;

const expected = [
  "a value",
  "a value or “]”",
  "a name in double quotes or “}”",
  "a name in double quotes",
  "“:”",
  "“,” or the closing bracket",
  "a double quote that ends the text",
  "a double quote that ends the name",
  "a number",
  "true, false or null",
  "a value",
];

const utf8 = new TextDecoder("utf-8", {fatal: true});
const words: Readonly<Record<string, boolean | null>> = {true: true, false: false, null: null};

/** Reads JSON from bytes that are pushed. */
export class JsonReader {
  readonly #wishes: Wishes;
  readonly #stack: Frame[] = [];
  #state = BETWEEN;
  #documents = 0;
  #values = 0;
  /** Bytes of a text, number or word that is not over. */
  #token = new Uint8Array(256);
  #length = 0;
  /** Whether it has a backslash, and all its bits, from which those beyond ASCII show. */
  #escaped = false;
  #bits = 0;
  /** Whether the byte before was a backslash that escapes the next. */
  #odd = false;
  #byte = 0;
  #line = 1;
  #lineStart = 0;

  constructor(wishes: Wishes) {
    this.#wishes = wishes;
  }

  /** The place that has been read up to. */
  get place(): Place {
    return {byte: this.#byte, line: this.#line, column: this.#byte - this.#lineStart + 1};
  }

  /** Where the value stands that is being read. */
  get path(): Step[] {
    return this.#stack.map(f => (f.object === null ? f.index : f.name)).filter(step => step !== "");
  }

  /** Reads more bytes. Throws a Fault. */
  push(chunk: Uint8Array): void {
    const start = this.#byte;
    const {length} = chunk;
    let i = 0;
    // Some editors put a mark at the beginning of a file.
    if (start === 0 && chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf) i = 3;
    while (i < length) {
      const state = this.#state;
      if (state === STRING || state === NAME_STRING) i = this.#string(chunk, i, start);
      else if (state === NUMBER || state === WORD) i = this.#word(chunk, i, start);
      else {
        const c = chunk[i]!;
        if (c === 10) {
          this.#line++;
          this.#lineStart = start + i + 1;
        } else if (c !== 32 && c !== 13 && c !== 9) {
          this.#byte = start + i;
          this.#mark(c);
        }
        i++;
      }
    }
    this.#byte = start + length;
  }

  /** Says that the file is over. Throws a Fault if a value is not. */
  end(): void {
    if (this.#state === NUMBER || this.#state === WORD) this.#closeWord();
    if (this.#state === BETWEEN && this.#documents > 0) return;
    this.fail(
      `the file ends; ${expected[this.#state]} is missing${this.#stack.length > 0 ? ", so it was cut off or is not complete" : ""}`,
    );
  }

  /** Throws a fault at the place that is being read. */
  fail(message: string): never {
    throw new Fault(message, pathText(this.path), this.place);
  }

  /** A character outside of texts, numbers and words. */
  #mark(c: number): void {
    const top = this.#stack.at(-1);
    switch (this.#state) {
      case COLON:
        if (c !== 58) this.#unexpected(c);
        this.#state = VALUE;
        return;
      case COMMA_OR_END:
        if (c === 44) {
          if (top!.object === null) {
            top!.index++;
            this.#state = VALUE;
          } else this.#state = NAME;
        } else if (c === (top!.object === null ? 93 : 125)) this.#close();
        else this.#unexpected(c);
        return;
      case NAME_OR_END:
      case NAME:
        if (c === 34) this.#begin(NAME_STRING);
        else if (c === 125 && this.#state === NAME_OR_END) this.#close();
        else this.#unexpected(c);
        return;
      case ITEM_OR_END:
        if (c === 93) {
          this.#close();
          return;
        }
    }
    if (c === 123) this.#open(false);
    else if (c === 91) this.#open(true);
    else if (c === 34) this.#begin(STRING);
    else if (c === 45 || (c >= 48 && c <= 57)) this.#begin(NUMBER, c);
    else if (c >= 97 && c <= 122) this.#begin(WORD, c);
    else this.#unexpected(c);
  }

  #unexpected(c: number): never {
    const found =
      c > 32 && c < 127 ? `“${String.fromCharCode(c)}”` : `the byte 0x${c.toString(16).padStart(2, "0")}`;
    return this.fail(`found ${found}, expected ${expected[this.#state]}`);
  }

  #begin(state: number, first?: number): void {
    this.#state = state;
    this.#length = 0;
    this.#escaped = false;
    this.#odd = false;
    this.#bits = 0;
    if (first !== undefined) this.#token[this.#length++] = first;
  }

  /** Takes bytes of a text up to its closing quote, and returns where to go on. */
  #string(chunk: Uint8Array, from: number, start: number): number {
    let i = from;
    const {length} = chunk;
    // A backslash takes the next byte with it; what the pair means is for the end of the text.
    for (; i < length; i++) {
      const c = chunk[i]!;
      if (c < 32) {
        this.#byte = start + i;
        this.fail("found a control character in a text, which JSON writes as \\n or \\u0000");
      }
      if (c === 92 && !this.#odd) {
        this.#escaped = true;
        this.#odd = true;
      } else if (c === 34 && !this.#odd) {
        this.#append(chunk, from, i, start);
        this.#byte = start + i;
        this.#closeString();
        return i + 1;
      } else this.#odd = false;
    }
    this.#append(chunk, from, i, start);
    return i;
  }

  #append(chunk: Uint8Array, from: number, to: number, start: number): void {
    const wanted = this.#length + to - from;
    const most =
      this.#state === NAME_STRING ? bounds.name : this.#state === STRING ? bounds.text : bounds.number;
    if (wanted > most) {
      this.#byte = start + from;
      const what = this.#state === NAME_STRING ? "name" : this.#state === STRING ? "text" : "number";
      this.fail(`a ${what} is longer than ${most.toLocaleString("en-US")} bytes`);
    }
    if (wanted > this.#token.length) {
      const larger = new Uint8Array(Math.max(wanted, 2 * this.#token.length));
      larger.set(this.#token.subarray(0, this.#length));
      this.#token = larger;
    }
    const token = this.#token;
    let n = this.#length;
    let bits = this.#bits;
    for (let i = from; i < to; i++) bits |= token[n++] = chunk[i]!;
    this.#length = n;
    this.#bits = bits;
  }

  #text(): string {
    const bytes = this.#token.subarray(0, this.#length);
    let text: string;
    if (bytes.length < 24 && !this.#escaped && this.#bits < 128) {
      return String.fromCharCode.apply(null, bytes as unknown as number[]);
    }
    try {
      text = utf8.decode(bytes);
    } catch {
      return this.fail("a text is not UTF-8");
    }
    if (!this.#escaped) return text;
    try {
      return JSON.parse(`"${text}"`) as string;
    } catch {
      return this.fail("a text has an escape that JSON does not know; it knows \\n and \\u00e9");
    }
  }

  #closeString(): void {
    const text = this.#text();
    if (this.#state === STRING) {
      this.#value(text);
      return;
    }
    const top = this.#stack.at(-1)!;
    if (text in top.object!) this.fail(`the name “${text.slice(0, 80)}” is there twice`);
    top.name = text;
    this.#state = COLON;
  }

  /** Takes bytes of a number or a word, and returns where to go on. */
  #word(chunk: Uint8Array, from: number, start: number): number {
    let i = from;
    for (; i < chunk.length; i++) {
      const c = chunk[i]!;
      const more =
        (c >= 48 && c <= 57) || (c >= 97 && c <= 122) || c === 46 || c === 45 || c === 43 || c === 69;
      if (!more) break;
    }
    this.#append(chunk, from, i, start);
    if (i < chunk.length) {
      this.#byte = start + i;
      this.#closeWord();
    }
    return i;
  }

  #closeWord(): void {
    const token = this.#token;
    const n = this.#length;
    if (this.#state === NUMBER && n < 16 && token[0] !== 45 && (token[0] !== 48 || n === 1)) {
      // Most numbers are short and whole.
      let sum = 0;
      let i = 0;
      for (; i < n; i++) {
        const digit = token[i]! - 48;
        if (digit < 0 || digit > 9) break;
        sum = 10 * sum + digit;
      }
      if (i === n) {
        this.#value(sum);
        return;
      }
    }
    const text = this.#text();
    if (this.#state === WORD) {
      if (!Object.hasOwn(words, text))
        this.fail(`found “${text.slice(0, 40)}”, expected true, false or null`);
      this.#value(words[text]!);
      return;
    }
    const read = numberOf(text);
    if (typeof read === "string") this.fail(read);
    this.#value(read);
  }

  #open(array: boolean): void {
    if (this.#stack.length === bounds.depth) {
      this.fail(`more than ${bounds.depth} levels of arrays and objects`);
    }
    const top = this.#stack.at(-1);
    const within = top?.object ?? top?.array ?? null;
    const sink = array && this.#wishes.rows ? this.#wishes.rows(this.path, within) : null;
    this.#stack.push({
      array: array ? [] : null,
      object: array ? null : (Object.create(null) as {[key: string]: Value}),
      sink,
      kept: this.#values,
      name: "",
      index: 0,
    });
    this.#state = array ? ITEM_OR_END : NAME_OR_END;
  }

  #close(): void {
    const {array, object} = this.#stack.pop()!;
    this.#value(array ?? object!);
  }

  /** Puts a value where it belongs. */
  #value(value: Value): void {
    const top = this.#stack.at(-1);
    if (top === undefined) {
      this.#state = BETWEEN;
      this.#values = 0;
      this.#wishes.value(value, this.#documents++);
      return;
    }
    this.#state = COMMA_OR_END;
    if (top.sink !== null) {
      this.#values = top.kept;
      top.sink(value, top.index);
      return;
    }
    if (++this.#values > bounds.values) {
      this.fail(`more than ${bounds.values.toLocaleString("en-US")} values outside of the rows of spans`);
    }
    if (top.array !== null) top.array.push(value);
    else top.object![top.name] = value;
  }
}
