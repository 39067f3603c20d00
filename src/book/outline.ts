// The outline of the book: three parts, their chapters, 93 sections and the closing words.
//
// outline.json holds it in the order of the original, and the pages that stand behind the text. A section's path is the
// path of its page under docs/, without ".md". It counts as written when that file exists; nothing else marks it.

import {existsSync} from "node:fs";
import {join} from "node:path";
import data from "./outline.json" with {type: "json"};

/** A section: one page of the book. */
export interface Section {
  /** "7.3"; the closing words have none. */
  number: string;
  /** English title. */
  en: string;
  /** The original's Chinese title, with its slips of the pen mended. */
  zh: string;
  /** The Chinese title letter for letter, where that differs. */
  zhAsPrinted?: string;
  /** Path of the page under docs/, without ".md". */
  path: string;
}

/** A chapter and its sections. */
export interface Chapter {
  number: string;
  en: string;
  zh: string;
  path: string;
  sections: Section[];
}

/** A part and its chapters. `part` is "Part I". */
export interface Part {
  part: string;
  en: string;
  zh: string;
  path: string;
  chapters: Chapter[];
}

/** The three parts, in order. */
export const parts: readonly Part[] = data.parts;

/** The closing words, the one page outside the parts. */
export const closing: Section = {number: "", ...data.closing};

/** Every page of the outline in reading order: the sections, then the closing words. */
export const sections: readonly Section[] = [
  ...parts.flatMap(p => p.chapters.flatMap(c => c.sections)),
  closing,
];

/** What stands behind the text: pages that help to find, cite and check. They have no number. */
export const back: readonly Section[] = data.back.map(page => ({number: "", ...page}));

const byPath = new Map([...sections, ...back].map(s => [s.path, s]));

/** The section, or page behind the text, at a path ("part2runtime/ch07alloc/init"); undefined for any other page. */
export function sectionAt(path: string): Section | undefined {
  return byPath.get(path.replace(/^\//, ""));
}

/** Whether the page of a section exists under the folder `docs`. */
export function isWritten(section: Section, docs: string): boolean {
  return existsSync(join(docs, `${section.path}.md`));
}

/** "7.3 Initialization", or the title alone where there is no number. */
export function numbered(section: Section): string {
  return section.number ? `${section.number} ${section.en}` : section.en;
}

/** The pages of the book in reading order, in the form that Framework takes: what "previous" and "next" lead to. */
export function readingOrder(docs: string): {name: string; path: string}[] {
  return [...sections, ...back]
    .filter(page => isWritten(page, docs))
    .map(page => ({name: numbered(page), path: `/${page.path}`}));
}
