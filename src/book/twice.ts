// Builds what is committed in two folders, and compares the sites byte by byte.
//
//     npm run build:twice
//
// A build must not depend on where it runs, when, or on what ran before. Packages are taken from this folder.

import {execFileSync} from "node:child_process";
import {createHash} from "node:crypto";
import {cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";

/** The hash of each file under a folder, by path. */
export function hashes(folder: string): Map<string, string> {
  const files = readdirSync(folder, {recursive: true, encoding: "utf8"})
    .filter(path => statSync(join(folder, path)).isFile())
    .sort();
  return new Map(
    files.map(path => [
      path,
      createHash("sha256")
        .update(readFileSync(join(folder, path)))
        .digest("hex"),
    ]),
  );
}

function buildIn(folder: string): Map<string, string> {
  execFileSync("git", ["clone", "--quiet", "--no-hardlinks", ".", folder], {stdio: "inherit"});
  cpSync("node_modules", join(folder, "node_modules"), {
    recursive: true,
    verbatimSymlinks: true,
    filter: path => !/node_modules[\\/]\.cache/.test(path),
  });
  execFileSync("npm", ["run", "--silent", "build"], {cwd: folder, stdio: "inherit"});
  return hashes(join(folder, "dist"));
}

const work = mkdtempSync(join(tmpdir(), "open-hood-twice-"));
try {
  const [a, b] = [buildIn(join(work, "one")), buildIn(join(work, "and", "another"))];
  const differing = [...new Set([...a.keys(), ...b.keys()])].filter(path => a.get(path) !== b.get(path));
  for (const path of differing) console.error(`dist/${path} is not the same in both builds`);
  if (differing.length > 0) process.exitCode = 1;
  else console.log(`${a.size} files, the same bytes in both builds`);
} finally {
  rmSync(work, {recursive: true});
}
