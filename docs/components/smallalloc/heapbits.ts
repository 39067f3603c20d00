// The heap bitmap: which two bits each word of an object has, for a type that the reader spells.

import {heapBitsForAddr} from "../../src/runtime/heapbits.js";
import {boot, mallocgc, type Runtime} from "../../src/runtime/index.js";
import {_type} from "../../src/runtime/type.js";
import {numberParam, param, setParams} from "../address.js";
import {choice, controls, figure, note, numberField, table, textField} from "../blocks.js";
import {count, hex, plural} from "../format.js";
import {type Element, h, live, toHtml} from "../markup.js";
import type {Parsed} from "./parse.js";

/** Types to choose from: a letter for each word, p for a pointer and . for anything else. */
export const examples: readonly (readonly [type: string, words: string])[] = [
  ["*T", "p"],
  ["string", "p."],
  ["interface", "pp"],
  ["[]byte", "p.."],
  ["int, string, *T", ".p.p"],
  ["*T, then 6 ints", "p......"],
  ["6 ints, then *T", "......p"],
  ["[8]*T", "pppppppp"],
];

const maxWords = 32;

/** Reads the words of a type. */
export function words(text: string): Parsed<string> {
  const spelled = text.trim().toLowerCase();
  const wrong = /[^p.]/.exec(spelled)?.[0];
  if (wrong !== undefined)
    return {fault: `“${wrong}” is no word: write p for a pointer and . for anything else`};
  if (spelled === "") return {fault: "a type has at least one word: write p or ."};
  if (spelled.length > maxWords)
    return {fault: `${spelled.length} words are too many to draw: write at most ${maxWords}`};
  return {value: spelled};
}

/** A word of the block, and its bits. */
export interface Word {
  readonly offset: number;
  /** What the type has there; behind the data there is nothing. */
  readonly is: "pointer" | "scalar" | "slack";
  readonly pointer: boolean;
  readonly scan: boolean;
}

/** An object and its part of the bitmap. */
export interface Bits {
  readonly at: number;
  /** Bytes of the block. */
  readonly block: number;
  readonly noscan: boolean;
  readonly words: readonly Word[];
  /** The bytes of the bitmap that hold bits of the object. */
  readonly bytes: readonly number[];
}

/** Allocates `n` elements of a type in one block, and reads the bits of all of its words. */
export function bitsOf(spelled: string, n: number): Bits {
  const rt = boot();
  const {PtrSize} = rt.config.arch;
  const pointers = [...spelled].flatMap((c, i) => (c === "p" ? [i * PtrSize] : []));
  const size = spelled.length * PtrSize;
  const typ = new _type("T", size, pointers, PtrSize);
  const at = mallocgc(rt, size * n, typ);
  const s = rt.mheap_.spanOf(at)!;
  const found = Array.from({length: s.elemsize / PtrSize}, (_, i): Word => {
    const inside = i < spelled.length * n;
    const is = !inside ? "slack" : spelled[i % spelled.length] === "p" ? "pointer" : "scalar";
    return {offset: i * PtrSize, is, ...heapBitsForAddr(rt, at + i * PtrSize)};
  });
  return {
    at,
    block: s.elemsize,
    noscan: pointers.length === 0,
    words: found,
    bytes: bytesOf(rt, at, s.elemsize),
  };
}

function bytesOf(rt: Runtime, at: number, size: number): number[] {
  const perByte = 4 * rt.config.arch.PtrSize;
  const {bitmap} = rt.mheap_.arenaOf(at)!;
  const bytes: number[] = [];
  for (let b = Math.floor(at / perByte); b * perByte < at + size; b++)
    bytes.push(bitmap?.[b % rt.constants.heapArenaBitmapBytes] ?? 0);
  return bytes;
}

/** Words that the collector reads of the object: up to the first scan bit that is 0, leaving out the second word. */
export function scanned(all: readonly Word[]): number {
  const stop = all.findIndex(({scan}, i) => i !== 1 && !scan);
  return stop < 0 ? all.length : stop;
}

function draw({text, n}: State, set: ((state: State) => void) | null): Element {
  const parsed = words(text);
  const spelled = "value" in parsed ? parsed.value : "p";
  const bits = bitsOf(spelled, n);
  const read = scanned(bits.words);
  const digit = (on: boolean) => (on ? "1" : "0");
  const binary = (byte: number) =>
    byte
      .toString(2)
      .padStart(8, "0")
      .replace(/^(....)/, "$1 ");
  return h(
    "div",
    {class: "cell"},
    set !== null && [
      controls(
        "Type of the object",
        choice(
          "type",
          examples.find(([, w]) => w === spelled)?.[1] ?? "",
          [...examples.map(([type, w]) => [w, type] as const), ["", "as spelled"] as const],
          w => w !== "" && set({text: w, n}),
        ),
        textField("words", text, typed => set({text: typed, n}), {size: 14}),
        numberField("elements", n, {min: 1, max: 8}, elements => set({text, n: elements})),
      ),
      h("div", {role: "status"}, "fault" in parsed && note(parsed.fault, ".")),
    ],
    figure(
      [
        `${plural(n, "element")} of `,
        h("code", null, spelled),
        ` at ${hex(bits.at)}, in a block of ${plural(bits.block, "byte")}. `,
        bits.noscan
          ? "There is no pointer: the block comes from a span without pointers, which the collector does not read. Its bits mean nothing."
          : `The collector reads ${plural(read, "word")} of ${count(bits.words.length)}.`,
      ],
      h(
        "div",
        {class: "wordrow", role: "img", "aria-label": altOf(bits)},
        ...bits.words.slice(0, 64).map(({offset, is, pointer, scan}, i) =>
          h(
            "span",
            {
              class: `word ${is}${!bits.noscan && i < read ? " read" : ""}`,
              title: `offset ${offset}: ${is}`,
            },
            h("small", null, `+${offset}`),
            h("span", null, is === "pointer" ? "ptr" : is === "scalar" ? "–" : "free"),
            h("b", null, digit(pointer)),
            h("i", null, digit(scan)),
          ),
        ),
      ),
      h(
        "p",
        {class: "small"},
        "Upper digit: pointer bit; lower digit: scan bit. Words with a bar below are read by the collector.",
      ),
      table({
        caption:
          "The same bits where they lie: a byte of the bitmap has four words, its lowest bit at the right.",
        head: ["byte", "words", "scan, pointer", "#value"],
        rows: bits.bytes.slice(0, 16).map((byte, i) => {
          const first = Math.floor((bits.at % 32) / 8);
          return [
            `${i}`,
            `${4 * i - first} to ${4 * i - first + 3}`,
            h("code", null, binary(byte)),
            `0x${byte.toString(16).padStart(2, "0")}`,
          ];
        }),
      }),
    ),
  );
}

function altOf({words: all}: Bits): string {
  const bit = (on: boolean) => (on ? 1 : 0);
  return `${all.length} words: ${all.map(w => `+${w.offset} ${w.is} pointer ${bit(w.pointer)} scan ${bit(w.scan)}`).join(", ")}.`;
}

interface State {
  readonly text: string;
  readonly n: number;
}

const opening = ".p.p";

/** The heap bitmap of a type, for a cell. */
export function heapbits(): HTMLElement {
  return live<State>({text: param("words") ?? opening, n: numberParam("elements", 1, 1, 8)}, (state, set) =>
    draw(state, next => {
      setParams({
        words: next.text === opening || !("value" in words(next.text)) ? null : next.text,
        elements: next.n === 1 ? null : next.n,
      });
      set(next);
    }),
  );
}

/** The same in print: a struct whose pointers end early, and one whose pointer comes last. */
export const fallback = () =>
  toHtml([draw({text: opening, n: 1}, null), draw({text: "p......", n: 1}, null)]);
