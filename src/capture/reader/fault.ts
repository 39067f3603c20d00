// What is wrong with a file, and where.

/** A place in a file. Byte counts from 0; line and column count from 1, a column being a byte. null if not known. */
export interface Place {
  readonly byte: number | null;
  readonly line: number;
  readonly column: number | null;
}

/** A fault of a file that a reader opens: the message says what stands there and what would be right. */
export class Fault extends Error {
  /** Where in the value: "phases.main.allspans.rows[3][1]"; empty for the whole. */
  readonly path: string;
  /** Where in the file, if that is known. */
  readonly place: Place | null;

  constructor(message: string, path = "", place: Place | null = null) {
    super(message);
    this.name = "Fault";
    this.path = path;
    this.place = place;
  }
}

/** A text of a file for showing: cut short, and what cannot be seen as its code. */
export function shown(text: string, most = 40): string {
  const start = [...text.slice(0, 2 * most)].slice(0, most);
  const visible = start.map(c =>
    /[\p{C}\p{Zl}\p{Zp}]/u.test(c) ? `\\u{${c.codePointAt(0)!.toString(16)}}` : c,
  );
  return visible.join("") + (start.join("").length < text.length ? "…" : "");
}

/** A value of a file for showing: what kind it is, and its beginning. */
export function described(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null || typeof value === "boolean" || typeof value === "number") return String(value);
  if (typeof value === "string") return `the text “${shown(value)}”`;
  return Array.isArray(value) ? `an array of ${value.length}` : "an object";
}
