// How values are written in a recording. What a recording has, and in which form, is in schema/.
//
// A number stands as itself; an address stands as a hexadecimal string, and so does every number from 2^53 on.

/** A value of a recording. */
export type Json = string | number | boolean | null | Json[] | {[key: string]: Json};

/** An object of a recording. */
export type JsonObject = {[key: string]: Json};

/** One phase of a recording: the state of the runtime at one moment. */
export type Phase = JsonObject;

/** A recording of a process, as far as this book reads it. */
export interface Recording {
  readonly schema: string;
  readonly release: string;
  readonly go_version: string;
  readonly goos: string;
  readonly goarch: string;
  readonly runner: string;
  /** GOMAXPROCS in the environment of the process; 0 if it was not set or is not known. */
  readonly gomaxprocs_env: number;
  readonly notes?: string;
  readonly constants: JsonObject;
  readonly types: Types;
  readonly phases: Readonly<Record<string, Phase>>;
  /** What the recorder left out, and why. */
  readonly omitted?: readonly {readonly path: readonly string[]; readonly why: string}[];
}

/** Sizes and layouts of structs, as DWARF has them. */
export interface Types {
  readonly sizeof: Readonly<Record<string, number>>;
  /** For each struct, rows of field, type, offset and size, the latter two in bytes. */
  readonly layout: Readonly<Record<string, readonly (readonly [string, string, number, number])[]>>;
}

/** An address as a recording has it. */
export function hex(address: number): string {
  return `0x${BigInt(address).toString(16)}`;
}

/** Whether a value is written as an address. */
export function isHex(value: Json | undefined): value is string {
  return typeof value === "string" && /^0x[0-9a-f]+$/.test(value);
}

/** A number as a recording has it. ^uint64(0), which a float64 rounds up to 2^64, is written as what it stands for. */
export function num(value: number): number | string {
  if (value === 2 ** 64) return "0xffffffffffffffff";
  return value >= 2 ** 53 ? hex(value) : value;
}

/** Reads a recording. Throws for text that is not one, saying what is missing. */
export function parseRecording(text: string): Recording {
  const value = JSON.parse(text) as Partial<Recording> | null;
  if (value?.schema !== "go-heap-state/1") {
    throw new TypeError(`not a recording: schema is ${JSON.stringify(value?.schema)}, not "go-heap-state/1"`);
  }
  for (const key of ["release", "goos", "goarch", "types", "constants", "phases"] as const) {
    if (value[key] === undefined) throw new TypeError(`the recording has no ${key}`);
  }
  return value as Recording;
}
