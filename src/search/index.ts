// The index of the book, and what a query finds in it.
//
// An entry is what a result can lead to: a heading with the text below it, a listing, a term of the glossary, a row of the
// index of Go symbols. The build makes the index with MiniSearch and writes it out as JSON; a browser reads it when the
// reader turns to the search field, and needs nothing else.
// A name that is typed in full comes first: entries that bear it, then entries with it in their heading, then in their text.
// Among equals MiniSearch decides (BM25+).

import MiniSearch, {type Options, type Query} from "minisearch";
import {chineseTerms, runsOf, termsOf, termsOfRun} from "./terms.js";

/** What a result leads to. */
export interface Entry {
  id: number;
  /** Path of the page from the top of the site, with ".html". */
  path: string;
  /** Id on the page, or "" for its top. */
  anchor: string;
  /** "7.3", or "" for a page without a number. */
  number: string;
  /** Title of the page. */
  title: string;
  /** Heading of the entry; that of the page at its top. */
  heading: string;
  /** What the entry is known by: a listing's name, a Go symbol, a term; one a line. */
  names: string;
  /** Chinese titles and terms. */
  zh: string;
  /** Its text, with single spaces. */
  text: string;
}

/** The fields that are looked through. */
const fields = ["names", "heading", "title", "zh", "text"] as const;

/** The fields that an index keeps, to show results. */
const storeFields = ["path", "anchor", "number", "title", "heading", "names", "zh", "text"];

const options: Options<Entry> = {
  fields: [...fields],
  storeFields,
  tokenize: termsOf,
  // Terms are in lower case already.
  processTerm: term => term,
};

/** An index that can be asked. */
export type Index = MiniSearch<Entry>;

/** Makes an index of entries. */
export function indexOf(entries: readonly Entry[]): Index {
  const index = new MiniSearch<Entry>(options);
  index.addAll(entries);
  return index;
}

/** Reads an index from what JSON.stringify made of it. */
export function readIndex(json: string): Index {
  return MiniSearch.loadJSON<Entry>(json, options);
}

/** How much a field counts. */
const boost: Record<(typeof fields)[number], number> = {names: 6, heading: 4, title: 2, zh: 4, text: 1};

/** The entries that a query finds, best first, at most `limit`. */
export function search(index: Index, query: string, limit = 20): Entry[] {
  const words = runsOf(query);
  if (words.length === 0) return [];
  const ask = (combineWith: "AND" | "OR", fuzzy: boolean) =>
    index.search(
      {combineWith, queries: words.map((w, i) => ofWord(w, i === words.length - 1, fuzzy))},
      {boost},
    );
  let found = ask("AND", false);
  if (found.length === 0) found = ask("AND", true);
  if (found.length === 0) found = ask("OR", false);
  const wanted = query.trim();
  return (found as unknown as (Entry & {score: number})[])
    .map(entry => ({entry, rank: rankOf(entry, wanted)}))
    .sort((a, b) => b.rank - a.rank || b.entry.score - a.entry.score)
    .slice(0, limit)
    .map(({entry}) => entry);
}

/** A word finds what has it whole, or all of its parts. The last word may go on: it is still being typed. */
function ofWord(word: string, last: boolean, fuzzy: boolean): Query {
  const isChinese = /^\p{Script=Han}/u.test(word);
  const found = (term: string) => ({
    queries: [term],
    tokenize: (text: string) => [text],
    prefix: last && !isChinese && term.length > 1,
    fuzzy: fuzzy && term.length > 3 ? 0.2 : false,
  });
  const all = (terms: string[]): Query => ({combineWith: "AND", queries: terms.map(found)});
  if (isChinese) return all(chineseTerms(word).filter(term => term.length === Math.min(2, word.length)));
  const [whole, ...parts] = termsOfRun(word);
  if (whole === undefined) return all([word.toLowerCase()]);
  return parts.length === 0 ? found(whole) : {combineWith: "OR", queries: [found(whole), all(parts)]};
}

/**
 * How exactly an entry has what was asked for: 4 bears the name letter by letter, 0 has it nowhere in one piece. Pages
 * without a number (the start page, the glossary) say where to look, so they come behind the sections that explain.
 */
function rankOf(entry: Entry, wanted: string): number {
  return exactness(entry, wanted) - (entry.number === "" ? 0.5 : 0);
}

function exactness({names, heading, title, zh, text}: Entry, wanted: string): number {
  const lower = wanted.toLowerCase();
  if (names.split("\n").includes(wanted)) return 4;
  if (names.toLowerCase().split("\n").includes(lower)) return 3;
  if ([heading, title, zh].some(field => hasWhole(field, lower))) return 2;
  return hasWhole(text, lower) ? 1 : 0;
}

/** Whether a text has a phrase in one piece, not inside a longer word. Chinese has no words to be inside of. */
function hasWhole(text: string, phrase: string): boolean {
  const lower = text.toLowerCase();
  const isWord = (c: string | undefined) =>
    c !== undefined && /[\p{L}\p{N}_]/u.test(c) && !/\p{Script=Han}/u.test(c);
  for (let i = lower.indexOf(phrase); i >= 0; i = lower.indexOf(phrase, i + 1)) {
    if (!isWord(lower[i - 1]) && !isWord(lower[i + phrase.length])) return true;
  }
  return false;
}

export {snippet} from "./snippet.js";
