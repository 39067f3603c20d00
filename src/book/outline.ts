// The outline of the book: three parts, their chapters, 93 sections and the closing words.
//
// outline.json holds it in the order of the original. A section's path is the path of its page under docs/,
// without ".md". A section counts as written when that file exists; nothing else marks it.

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

const byPath = new Map(sections.map(s => [s.path, s]));

/** The section at a path ("part2runtime/ch07alloc/init"), or undefined for a page outside the outline. */
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

/** An entry of the sidebar in the form that Framework takes. */
export interface SidebarSection {
  name: string;
  collapsible?: boolean;
  open?: boolean;
  pages: {name: string; path: string}[];
}

/** The sidebar: a heading for each part, its chapters, their written pages. What is not written is not listed. */
export function sidebar(docs: string): (SidebarSection | {name: string; path: string})[] {
  const entries: (SidebarSection | {name: string; path: string})[] = [];
  for (const part of parts) {
    const chapters = part.chapters
      .map(c => ({chapter: c, written: c.sections.filter(s => isWritten(s, docs))}))
      .filter(({written}) => written.length > 0);
    if (chapters.length === 0) continue;
    entries.push({name: `${part.part}. ${part.en}`, pages: []});
    for (const {chapter, written} of chapters) {
      entries.push({
        name: `${chapter.number} ${chapter.en}`,
        collapsible: true,
        open: false,
        pages: written.map(s => ({name: numbered(s), path: `/${s.path}`})),
      });
    }
  }
  if (isWritten(closing, docs)) entries.push({name: closing.en, path: `/${closing.path}`});
  return entries;
}
