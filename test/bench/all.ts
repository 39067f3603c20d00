// Runs the benchmarks: every file beside this one, in order of name, or only those that are named.
//
//     npm run bench
//     npm run bench -- preview

import {readdirSync} from "node:fs";
import {basename} from "node:path";

const names = process.argv.slice(2);
const files = readdirSync(import.meta.dirname)
  .filter(file => file.endsWith(".ts") && file !== basename(import.meta.filename))
  .filter(file => names.length === 0 || names.includes(basename(file, ".ts")))
  .sort();
if (files.length === 0) throw new Error(`no benchmark is called ${names.join(" or ")}`);
for (const file of files) {
  console.log(`# ${basename(file, ".ts")}`);
  await import(`./${file}`);
}
