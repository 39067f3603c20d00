// What has to lie in the file system before Framework starts: the link docs/src, and folders that keep it offline.

import {lstatSync, mkdirSync, rmSync, symlinkSync} from "node:fs";
import {join} from "node:path";

/**
 * Libraries that Framework's client mentions. Framework asks the npm registry for the newest version of each, unless its
 * cache has a folder for one. The book uses none of them this way, so empty folders answer it.
 */
const mentioned = [
  "@observablehq/plot",
  "@observablehq/sample-datasets",
  "apache-arrow",
  "arquero",
  "d3",
  "d3-dsv",
  "echarts",
  "htl",
  "leaflet",
  "lodash",
  "mapbox-gl",
  "parquet-wasm",
  "react",
  "react-dom",
  "topojson-client",
];

/** Makes a folder of pages ready for Framework. */
export function prepare(docs: string): void {
  linkSources(docs);
  // Framework keeps what data loaders wrote until the loader itself is edited. Ours run the model, which changes too.
  rmSync(join(docs, ".observablehq", "cache", "data"), {recursive: true, force: true});
  for (const name of mentioned) {
    mkdirSync(join(docs, ".observablehq", "cache", "_npm", `${name}@0.0.0`), {recursive: true});
  }
}

/**
 * Framework reads nothing outside its root, so the sources reach the pages as docs/src. The link is in the
 * repository; where git writes it as a text file (Windows), a junction takes its place.
 */
function linkSources(docs: string): void {
  const link = join(docs, "src");
  const found = lstatSync(link, {throwIfNoEntry: false});
  if (found?.isSymbolicLink() || found?.isDirectory()) return;
  rmSync(link, {force: true});
  symlinkSync(process.platform === "win32" ? join(docs, "..", "src") : "../src", link, "junction");
}
