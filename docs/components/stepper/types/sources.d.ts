// What the generated module /stepping/sources.js exports (src/book/stepping.ts writes it).

/** Loads the text of a source of the model, with nothing on the lines outside functions. */
export const sources: Readonly<Record<string, () => Promise<{default: string}>>>;
