// From pasted text to readings: which fields are there, and what is wrong with the others.

import {fields} from "./fields.js";
import {JsonFault, type Member, type Node, parseValues, placeOf, visible} from "./json.js";
import {never, type Reading, type Scalar, type SizeRow} from "./reading.js";

/** A fault: where in the text (from 0), of which field, what stands there, and what would be right. */
export interface Fault {
  readonly at: number;
  readonly end: number;
  readonly line: number;
  readonly column: number;
  /** "BySize[3].Mallocs"; empty for text that is no JSON. */
  readonly path: string;
  readonly found: string;
  readonly expected: string;
}

/** What pasted text says. */
export interface Pasted {
  /** The last reading and the one before, if the text has several. */
  readonly now: Reading | null;
  readonly before: Reading | null;
  readonly readings: number;
  readonly faults: readonly Fault[];
  /** Faults beyond those that are listed. */
  readonly more: number;
  /** Fields of MemStats that are not there, and names that MemStats does not have. */
  readonly missing: readonly string[];
  readonly extra: readonly string[];
}

/** The longest text that is read, in UTF-16 units. A MemStats takes about 8,000. */
export const maxLength = 2_000_000;
const maxFaults = 20;

const nothing: Pasted = {
  now: null,
  before: null,
  readings: 0,
  faults: [],
  more: 0,
  missing: [],
  extra: [],
};

/** Reads pasted text. It never throws. */
export function readPasted(text: string): Pasted {
  if (text.length > maxLength) {
    const found = `${text.length.toLocaleString("en-US")} characters`;
    const expected = `at most ${maxLength.toLocaleString("en-US")}`;
    return {...nothing, faults: [{at: 0, end: 0, line: 1, column: 1, path: "", found, expected}]};
  }
  try {
    return interpret(text, parseValues(text));
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error;
    const {at, found, expected} = error;
    return {...nothing, faults: [{at, end: at + 1, ...placeOf(text, at), path: "", found, expected}]};
  }
}

function interpret(text: string, values: readonly Node[]): Pasted {
  const [only] = values;
  const list = values.length === 1 && only!.kind === "array" ? only!.items : values;
  const faults = new Faults(text);
  if (values.length === 0) return nothing;
  if (list.length === 0) faults.add(only!, "", "an object of MemStats in the array");
  for (const each of list.slice(0, -1)) {
    if (each.kind !== "object") faults.add(each, "", "an object of runtime.MemStats, { … }");
  }
  const last = list.at(-1);
  const now = last ? readMemStats(last, faults) : null;
  // What is wrong with the reading before shows as a change that is missing.
  const older = list.at(-2);
  const before = older ? (readMemStats(older, new Faults(text))?.reading ?? null) : null;
  return {
    now: now?.reading ?? null,
    before,
    readings: list.length,
    faults: faults.list,
    more: faults.more,
    missing: now?.missing ?? [],
    extra: now?.extra ?? [],
  };
}

/** Collects faults, the first of which are kept. */
class Faults {
  readonly list: Fault[] = [];
  more = 0;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  add(node: Node, path: string, expected: string): null {
    if (this.list.length === maxFaults) this.more++;
    else {
      const {at, end} = node;
      const found = describe(node);
      this.list.push({at, end, ...placeOf(this.#text, at), path, found, expected});
    }
    return null;
  }
}

function describe(node: Node): string {
  switch (node.kind) {
    case "object":
      return "an object";
    case "array":
      return `an array of ${node.items.length}`;
    case "string":
      return `the text “${visible(node.value)}”`;
    case "number":
      return visible(node.text);
    case "boolean":
      return String(node.value);
    case "null":
      return "null";
  }
}

/** Where a name stands several times, the last counts, as it does for Go. */
const byName = (members: readonly Member[]) => new Map(members.map(({name, value}) => [name, value]));

/** Reads one MemStats. expvar serves it inside an object, as “memstats”. */
function readMemStats(
  node: Node,
  faults: Faults,
  path = "",
): {reading: Reading; missing: string[]; extra: string[]} | null {
  if (node.kind !== "object") return faults.add(node, path, "an object of runtime.MemStats, { … }");
  const members = byName(node.members);
  const inner = members.get("memstats");
  if (inner !== undefined && path === "") return readMemStats(inner, faults, "memstats");
  const scalars = new Map<string, Scalar>();
  const prefix = path === "" ? "" : `${path}.`;
  for (const {name, unit} of fields) {
    const value = members.get(name);
    if (value === undefined || unit === "list") continue;
    const read =
      unit === "fraction"
        ? fraction(value, prefix + name, faults)
        : unit === "flag"
          ? flag(value, prefix + name, faults)
          : unsigned(value, prefix + name, faults, /^Num/.test(name) ? 32 : 64);
    if (read !== null) scalars.set(name, read);
  }
  const known = new Set(fields.map(f => f.name));
  return {
    reading: {
      scalars,
      pauseNs: readList(members.get("PauseNs"), `${prefix}PauseNs`, faults),
      pauseEnd: readList(members.get("PauseEnd"), `${prefix}PauseEnd`, faults),
      bySize: readBySize(members.get("BySize"), `${prefix}BySize`, faults),
    },
    missing: fields.map(f => f.name).filter(name => !members.has(name)),
    extra: [...members.keys()].filter(name => !known.has(name)),
  };
}

function unsigned(node: Node, path: string, faults: Faults, bits: 32 | 64): bigint | null {
  const most = bits === 64 ? never : 2n ** 32n - 1n;
  const range = `a whole number from 0 to ${most.toLocaleString("en-US")}`;
  if (node.kind !== "number") return faults.add(node, path, range);
  // More digits than the largest has need not be computed.
  if (!/^\d{1,20}$/.test(node.text) || BigInt(node.text) > most) {
    const rounded = /^18446744073709552000$|^1\.8446744073709552e\+?19$/i.test(node.text);
    const hint = ". A tool that computes in floating point has rounded it: paste what Go wrote";
    return faults.add(node, path, rounded ? range + hint : range);
  }
  return BigInt(node.text);
}

function fraction(node: Node, path: string, faults: Faults): number | null {
  const n = node.kind === "number" ? Number(node.text) : Number.NaN;
  return Number.isFinite(n) ? n : faults.add(node, path, "a number, such as 0.25");
}

function flag(node: Node, path: string, faults: Faults): boolean | null {
  return node.kind === "boolean" ? node.value : faults.add(node, path, "true or false");
}

function readList(node: Node | undefined, path: string, faults: Faults): bigint[] | null {
  if (node === undefined) return null;
  if (node.kind !== "array") return faults.add(node, path, "an array of 256 numbers");
  const values = node.items.map((item, i) => unsigned(item, `${path}[${i}]`, faults, 64));
  return values.includes(null) ? null : (values as bigint[]);
}

function readBySize(node: Node | undefined, path: string, faults: Faults): SizeRow[] | null {
  if (node === undefined) return null;
  if (node.kind !== "array") return faults.add(node, path, "an array of 61 objects");
  const rows = node.items.map((item, i) => readRow(item, `${path}[${i}]`, faults));
  return rows.includes(null) ? null : (rows as SizeRow[]);
}

function readRow(node: Node, path: string, faults: Faults): SizeRow | null {
  const wanted = "an object with Size, Mallocs and Frees";
  if (node.kind !== "object") return faults.add(node, path, wanted);
  const members = byName(node.members);
  const [size, mallocs, frees] = (["Size", "Mallocs", "Frees"] as const).map(name => {
    const value = members.get(name);
    if (value === undefined) return faults.add(node, path, `${wanted}; ${name} is not there`);
    return unsigned(value, `${path}.${name}`, faults, name === "Size" ? 32 : 64);
  });
  return size == null || mallocs == null || frees == null ? null : {size, mallocs, frees};
}
