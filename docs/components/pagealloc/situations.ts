// How many situations of the page allocator are tried, by file of the runtime. Go's tests of these files try the same
// situations; the cases here are other ones. Tests run each row of each table, and a page can show how many there are.

import * as mgcscavenge from "./situations/mgcscavenge.js";
import * as mpagealloc from "./situations/mpagealloc.js";
import * as mpagecache from "./situations/mpagecache.js";
import * as mpallocbits from "./situations/mpallocbits.js";
import * as mranges from "./situations/mranges.js";

/** A table of situations: what is tried, and how many rows it has. */
export interface Table {
  readonly of: string;
  readonly situations: number;
}

/** The tables of one file of Go's runtime. */
export interface File {
  readonly file: string;
  readonly tables: readonly Table[];
  /** Rows of all tables. */
  readonly situations: number;
}

const modules: Readonly<Record<string, Readonly<Record<string, readonly unknown[]>>>> = {
  "mpallocbits.go": mpallocbits,
  "mpagealloc.go": mpagealloc,
  "mpagecache.go": mpagecache,
  "mgcscavenge.go": mgcscavenge,
  "mranges.go": mranges,
};

/** All files, each with its tables. */
export const situations: readonly File[] = Object.entries(modules).map(([file, module]) => {
  const tables = Object.entries(module).map(([of, rows]) => ({of, situations: rows.length}));
  return {file, tables, situations: tables.reduce((n, t) => n + t.situations, 0)};
});
