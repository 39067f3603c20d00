// The table of a rewritten program's steps: what it says, and how it is sent to a browser.

/** A place where the program can stop: before a statement. Lines count from 1, columns from 0. */
export interface Step {
  /** Index of the function. */
  readonly fn: number;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  /** Names of the locals that have a value here, in the order of their declarations. */
  readonly locals: readonly string[];
}

/** A function that has steps. */
export interface Fn {
  /** Its own name: `alloc_m`, `fixalloc.alloc`. */
  readonly name: string;
  /** Go's name, if the doc comment says where the function comes from. */
  readonly go?: string;
  readonly file: string;
  readonly line: number;
  readonly endLine: number;
}

/** A program's places and functions. A step's number is its index. */
export interface Table {
  readonly steps: Step[];
  readonly functions: Fn[];
}

/** A table in few bytes: names once, a function's lines relative to its first one, and so on. */
export interface PackedTable {
  readonly files: readonly string[];
  readonly names: readonly string[];
  /** File, line, end line, name, Go's name. */
  readonly functions: readonly (readonly [number, number, number, string, string?])[];
  /** Function, lines from the function's first, column, lines to its end; indices of names. */
  readonly steps: readonly (readonly [number, number, number, number, ...number[]])[];
}

/** Packs a table. */
export function packTable({steps, functions}: Table): PackedTable {
  const files = [...new Set(functions.map(f => f.file))];
  const names = [...new Set(steps.flatMap(s => s.locals))];
  const index = new Map(names.map((name, i) => [name, i]));
  return {
    files,
    names,
    functions: functions.map(({file, line, endLine, name, go}) => {
      const at = [files.indexOf(file), line, endLine - line, name] as const;
      return go === undefined ? at : [...at, go];
    }),
    steps: steps.map(s => {
      const from = s.line - functions[s.fn]!.line;
      return [s.fn, from, s.column, s.endLine - s.line, ...s.locals.map(name => index.get(name)!)];
    }),
  };
}

/** Unpacks a table. */
export function unpackTable({files, names, functions, steps}: PackedTable): Table {
  const fns = functions.map(([file, line, lines, name, go]): Fn => {
    const at = {name, file: files[file]!, line, endLine: line + lines};
    return go === undefined ? at : {...at, go};
  });
  return {
    functions: fns,
    steps: steps.map(([fn, from, column, lines, ...locals]) => {
      const line = fns[fn]!.line + from;
      return {fn, line, column, endLine: line + lines, locals: locals.map(i => names[i]!)};
    }),
  };
}
