// The piece of an entry's text that a result shows: around the first place where the query, or most of its words, stand.

import {runsOf} from "./terms.js";

/** A piece of a snippet; `match` says that the reader asked for it. */
export interface Piece {
  text: string;
  match: boolean;
}

/** Length of a snippet, in characters. */
const length = 140;

/** The snippet of a text for a query, in pieces. Without a match it is the beginning of the text. */
export function snippet(text: string, query: string): Piece[] {
  const wanted = query.trim().toLowerCase();
  const words = runsOf(query).flatMap(run => [run, ...run.split(".")]);
  const needles = [wanted, ...words.map(word => word.toLowerCase())].filter(
    (needle, i, all) => needle !== "" && all.indexOf(needle) === i,
  );
  const lower = text.toLowerCase();
  const first = needles.map(needle => lower.indexOf(needle)).find(at => at >= 0) ?? 0;
  const start = first < length / 3 ? 0 : wordStart(text, first - length / 3);
  const shown = `${start > 0 ? "… " : ""}${text.slice(start, start + length)}${start + length < text.length ? " …" : ""}`;
  return mark(shown, needles);
}

/** Where the next word behind an offset starts. */
function wordStart(text: string, offset: number): number {
  const space = text.indexOf(" ", Math.floor(offset));
  return space >= 0 && space < offset + 20 ? space + 1 : Math.floor(offset);
}

/** Cuts a text at every place of a needle; longer needles come first. */
export function mark(text: string, needles: readonly string[]): Piece[] {
  const sorted = [...needles].sort((a, b) => b.length - a.length);
  const lower = text.toLowerCase();
  const pieces: Piece[] = [];
  let plain = 0;
  for (let at = 0; at < text.length; ) {
    const needle = sorted.find(n => lower.startsWith(n, at));
    if (needle === undefined) {
      at++;
      continue;
    }
    if (at > plain) pieces.push({text: text.slice(plain, at), match: false});
    pieces.push({text: text.slice(at, at + needle.length), match: true});
    at += needle.length;
    plain = at;
  }
  if (plain < text.length) pieces.push({text: text.slice(plain), match: false});
  return pieces;
}
