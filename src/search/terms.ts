// Cuts a text into the terms under which it is found: the same for the index and for what a reader types.
//
// Three kinds of text need three ways. An identifier is a term as a whole and in its parts, at dots, underscores and
// capitals: "mheap_.spanalloc" is also "mheap", "spanalloc"; "allocCache" also "alloc" and "cache". A word of prose
// loses the s of its plural. Chinese has no spaces: each character and each pair of neighbors is a term.
// Terms are in lower case. A number longer than six digits is no term: nobody looks for an address.

/** What belongs together: a run of Chinese, or of letters and digits with the dots that join Go's names. */
const name = String.raw`(?:(?!\p{Script=Han})[\p{L}\p{N}_$])+`;
const runs = new RegExp(String.raw`\p{Script=Han}+|${name}(?:\.(?!\d)${name})*`, "gu");

/** Every term of a text, in order, with those that occur again. */
export function termsOf(text: string): string[] {
  return Array.from(text.normalize("NFKC").matchAll(runs), ([run]) => termsOfRun(run)).flat();
}

/** The terms of one run: the whole of it first, then its parts. */
export function termsOfRun(run: string): string[] {
  if (/^\p{Script=Han}/u.test(run)) return chineseTerms(run);
  if (/^\d/.test(run)) return run.length > 6 ? [] : [run.toLowerCase()];
  const parts = partsOf(run).map(singular);
  const isWord = parts.length < 2 && /^\p{L}*$/u.test(run);
  return [...new Set([isWord ? singular(run.toLowerCase()) : run.toLowerCase(), ...parts])];
}

/** The runs of a text, as termsOf takes them. A reader's query is a list of them. */
export function runsOf(text: string): string[] {
  return text.normalize("NFKC").match(runs) ?? [];
}

/** A single character finds every text that has it; of a longer run the pairs say enough. */
export function chineseTerms(run: string): string[] {
  const characters = [...run];
  const pairs = characters.slice(1).map((second, i) => characters[i] + second);
  return [...characters, ...pairs];
}

/** The parts of an identifier in lower case: names at dots, then pieces at underscores and capitals. */
function partsOf(run: string): string[] {
  const parts = run.split(".").flatMap(name => {
    const bare = name.replace(/^[_$]+|[_$]+$/g, "");
    return [bare, ...(bare.match(/\p{Lu}+(?!\p{Ll})|\p{Lu}?\p{Ll}+|\p{Lo}+|\d+/gu) ?? [])];
  });
  return [...new Set(parts.map(part => part.toLowerCase()).filter(part => part.length > 1))];
}

/** "pages" as "page", "classes" as "class". What ends in ss, us or is has no plural to lose. */
function singular(word: string): string {
  if (word.length < 4 || /(?:ss|us|is)$/.test(word)) return word;
  return word.replace(/(?<=ss|sh|ch|x)es$|s$/, "").replace(/ie$/, "y");
}
