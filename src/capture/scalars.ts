// The scalar fields of a struct in the form of a recording: field path -> value, as the release lays the struct out.
//
// Which fields there are, and which of them are addresses, is up to the release's layout. Where their values are found
// in the model is up to it: mostly under Go's name, and otherwise under the name that an earlier release had.

import type {Layouts} from "../releases/index.js";
import {inlineFields} from "../releases/layout.js";
import {hex, type Json, type JsonObject, num} from "./format.js";

/** Where a value is that the model keeps under another name: the release's name first. */
export type Aliases = Readonly<Record<string, string>>;

/** Arrays up to this long are written out, as recordings have them. */
const longestArray = 8;

/** Fields whose name makes them an address whatever their type. */
const addresses = new Set(["tiny", "a", "base", "chunk"]);

/**
 * The scalars of `struct`, looked up in `value`. Those of `skip` are left out with all below them, and so is what the
 * model does not have: the comparison then finds it missing.
 */
export function scalars(
  layouts: Layouts,
  struct: string,
  value: object,
  {skip = [], aliases = {}}: {skip?: readonly string[]; aliases?: Aliases} = {},
): JsonObject {
  const out: JsonObject = {};
  const walk = (type: string, path: string): void => {
    if (skip.includes(path)) return;
    const array = /^\[(\d+)\](.*)$/s.exec(type);
    if (array) {
      if (Number(array[1]) > longestArray) return;
      for (let i = 0; i < Number(array[1]); i++) walk(array[2]!, `${path}[${i}]`);
      return;
    }
    const below = fieldsOf(layouts, type);
    if (below === null) {
      const leaf = valueAt(value, aliases[path] ?? path);
      if (leaf !== undefined) out[path] = written(type, path, leaf);
      return;
    }
    for (const [name, of] of below) {
      if (!name.startsWith("_") && name !== "noCopy" && name !== "pad")
        walk(of, path ? `${path}.${name}` : name);
    }
  };
  walk(struct, "");
  return out;
}

/** The fields that a type consists of, or null for one that holds a single value. */
function fieldsOf(layouts: Layouts, type: string): (readonly [string, string])[] | null {
  if (type.startsWith("[]")) {
    return [
      ["array", `*${type.slice(2)}`],
      ["len", "int"],
      ["cap", "int"],
    ];
  }
  if (type.startsWith("struct{")) return [...inlineFields(type)];
  if (!layouts.names().includes(type)) return null;
  const {fields} = layouts.of(type);
  const own = fields.filter(f => !f.name.startsWith("_") && f.name !== "noCopy");
  // An atomic value: a struct around it.
  if (own.length === 1 && own[0]!.name === "value") return null;
  return fields.map(f => [f.name, f.type]);
}

function valueAt(value: object, path: string): unknown {
  let at: unknown = value;
  for (const part of path.split(/[.[\]]+/).filter(Boolean)) {
    if (at === null || typeof at !== "object") return undefined;
    at = (at as Record<string, unknown>)[part];
  }
  return at;
}

/** A value as it is written down. What has an address stands for a pointer to it. */
function written(type: string, path: string, value: unknown): Json {
  if (typeof value === "boolean") return value;
  const n =
    value === null ? 0 : typeof value === "object" ? (value as {address: number}).address : Number(value);
  const name = path.slice(path.lastIndexOf(".") + 1);
  const pointer = /^(\*|unsafe\.Pointer$|func\(|gclinkptr$)/.test(type) || addresses.has(name);
  // The largest int64, which a float64 rounds up.
  if (/^(int64|atomic\.Int64)$/.test(type) && n === 2 ** 63) return "0x7fffffffffffffff";
  return pointer || (type === "uintptr" && n >= 2 ** 32) ? hex(n) : num(n);
}
