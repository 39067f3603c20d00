// Holding the structs of a release against those that the debug information of a real program describes.

import type {Comparison} from "./compare.js";
import type {Recording, Types} from "./format.js";
import {typesOf} from "./types.js";

/**
 * Compares sizes and layouts of structs as the debug information of the program has them. A struct's size is one
 * leaf; so is each row of its layout.
 */
export function compareTypes(recording: Recording): Comparison {
  const {release, goos, goarch, types} = recording;
  return compareLayouts(typesOf(`go${release}`, goos, goarch), types);
}

/** The same for structs that are at hand. */
export function compareLayouts(ours: Types, theirs: Types): Comparison {
  const result: Comparison = {equal: [], differing: [], ignored: [], unmodelled: []};
  const why = "The model does not declare this struct.";
  const judge = (path: string, simulated: unknown, captured: unknown) => {
    if (JSON.stringify(simulated) === JSON.stringify(captured)) result.equal.push(path);
    else {
      const [a, b] = [simulated ?? null, captured ?? null] as never[];
      result.differing.push({path, simulated: a, captured: b});
    }
  };
  for (const [name, size] of Object.entries(theirs.sizeof)) {
    if (name in ours.sizeof) judge(`sizeof.${name}`, ours.sizeof[name], size);
    else result.unmodelled.push({path: `sizeof.${name}`, why});
  }
  for (const [name, rows] of Object.entries(theirs.layout)) {
    const mine = ours.layout[name];
    for (const [i, row] of rows.entries()) {
      if (mine === undefined) result.unmodelled.push({path: `layout.${name}.${row[0]}`, why});
      else judge(`layout.${name}.${row[0]}`, mine[i], row);
    }
  }
  return result;
}
