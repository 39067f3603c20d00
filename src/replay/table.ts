// The table of a rewritten program's steps: what it says, and how it is sent to a browser.

/** A place where the program can stop: before a statement. Lines count from 1. */
export interface Step {
  /** Index of the function. */
  readonly fn: number;
  readonly line: number;
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

/**
 * A table in few bytes: names once, lines relative to those before, and of the locals only what differs from the step
 * before in the same function.
 */
export interface PackedTable {
  readonly files: readonly string[];
  readonly names: readonly string[];
  /** File, line, lines to the end, name, Go's name. */
  readonly functions: readonly (readonly [number, number, number, string, string?])[];
  /** Function, lines from the step before, lines to the end, number of locals that stay; indices of further names. */
  readonly steps: readonly (readonly number[])[];
}

/** Packs a table. */
export function packTable({steps, functions}: Table): PackedTable {
  const files = [...new Set(functions.map(f => f.file))];
  const names = [...new Set(steps.flatMap(s => s.locals))];
  const index = new Map(names.map((name, i) => [name, i]));
  const last = new Map<number, Step>();
  return {
    files,
    names,
    functions: functions.map(({file, line, endLine, name, go}) => {
      const at = [files.indexOf(file), line, endLine - line, name] as const;
      return go === undefined ? at : [...at, go];
    }),
    steps: steps.map(s => {
      const before = last.get(s.fn);
      last.set(s.fn, s);
      const differs = s.locals.findIndex((name, i) => name !== before?.locals[i]);
      const kept = differs === -1 ? s.locals.length : differs;
      const from = s.line - (before?.line ?? functions[s.fn]!.line);
      return [s.fn, from, s.endLine - s.line, kept, ...s.locals.slice(kept).map(name => index.get(name)!)];
    }),
  };
}

/** Unpacks a table. */
export function unpackTable({files, names, functions, steps}: PackedTable): Table {
  const fns = functions.map(([file, line, lines, name, go]): Fn => {
    const at = {name, file: files[file]!, line, endLine: line + lines};
    return go === undefined ? at : {...at, go};
  });
  const last = new Map<number, Step>();
  return {
    functions: fns,
    steps: steps.map(([fn = 0, from = 0, lines = 0, kept = 0, ...added]) => {
      const before = last.get(fn);
      const line = (before?.line ?? fns[fn]!.line) + from;
      const locals = [...(before?.locals.slice(0, kept) ?? []), ...added.map(i => names[i]!)];
      const step = {fn, line, endLine: line + lines, locals};
      last.set(fn, step);
      return step;
    }),
  };
}
