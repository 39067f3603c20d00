// Builds the site into dist/, and fails on whatever is broken.
//
//     npm run build
//
// First the pages are checked in their sources, where a fault has a line. Then Framework builds, cut off from the network.
// Then the result is mended, and checked for what only the built files show.

import {spawnSync} from "node:child_process";
import {readFileSync} from "node:fs";
import {createRequire} from "node:module";
import {dirname, join} from "node:path";
import {fileURLToPath, pathToFileURL} from "node:url";
import {checkPages} from "./check.ts";
import {readCitation} from "./cite.ts";
import {type Finding, formatFindings} from "./findings.ts";
import {readMoved} from "./moved.ts";
import {packSite} from "./pack.ts";
import {readPages} from "./pages.ts";
import {writeSiteSearch} from "./search.ts";
import {checkSite, mendSite} from "./site.ts";
import {copyStepping, writeStepping} from "./stepping.ts";
import {typecheckPages} from "./typecheck.ts";
import {writeWorker} from "./visited.ts";

const resolvePackage = createRequire(import.meta.url).resolve;

/** Prints findings and ends the build, if there are any. */
function stopOn(findings: Finding[]): void {
  if (findings.length === 0) return;
  console.error(formatFindings(findings));
  console.error(`The build failed: ${findings.length} fault${findings.length === 1 ? "" : "s"}.`);
  process.exit(1);
}

/** Runs `observable build` without a network. A warning of Framework's is as bad as an error. */
function runFramework(): void {
  const bin = join(dirname(resolvePackage("@observablehq/framework/package.json")), "dist/bin/observable.js");
  const offline = pathToFileURL(join(dirname(fileURLToPath(import.meta.url)), "offline.ts")).href;
  const tsx = pathToFileURL(resolvePackage("tsx")).href;
  const {stdout, stderr, status} = spawnSync(
    process.execPath,
    ["--import", tsx, "--import", offline, bin, "build"],
    {encoding: "utf8", maxBuffer: 1 << 26, env: {...process.env, OBSERVABLE_TELEMETRY_DISABLE: "true"}},
  );
  if (status === 0 && !/Warning:/.test(stderr)) return;
  console.error(stdout);
  console.error(stderr);
  console.error("The build failed: Framework reports the above.");
  process.exit(1);
}

// Pages import what is generated, so it has to be there before they are checked.
await writeStepping(".", "docs");
const pages = readPages("docs");
const packages = Object.keys(JSON.parse(readFileSync("package.json", "utf8")).dependencies);
const goLines = JSON.parse(readFileSync("src/book/go-lines.json", "utf8"));
stopOn([
  ...checkPages(pages, {root: ".", docs: "docs", goLines, packages}),
  ...typecheckPages(pages, {root: ".", docs: "docs", out: ".cells/book"}),
]);
runFramework();
copyStepping("docs", "dist");
await packSite("dist");
writeSiteSearch("dist", ".", "docs");
mendSite("dist", readMoved("."));
writeWorker("dist");
stopOn(checkSite("dist"));
const {url} = readCitation("CITATION.cff");
if (url && /\.example$/.test(new URL(url).hostname)) {
  console.log(`Canonical links and citations begin with ${url}, which is reserved for examples.`);
  console.log("Where the book is published, name its address: in CITATION.cff, or OPEN_HOOD_URL=https://…");
}
console.log(`${pages.length} pages built into dist/`);
