// The headless Chromium that tests look at the site with, and that prints the book.
//
// $CHROMIUM names one, if set. On Linux x64 it comes out of the npm package @sparticuz/chromium, with the few libraries
// and fonts that a bare machine lacks, into node_modules/.cache. Elsewhere an installed Chrome is used.

import {execFileSync} from "node:child_process";
import {existsSync, mkdirSync, renameSync, rmSync, writeFileSync} from "node:fs";
import {join, resolve} from "node:path";
import {type Browser, chromium} from "playwright-core";

const folder = resolve("node_modules/.cache/chromium");

/** Starts the browser. */
export async function launch(): Promise<Browser> {
  // The package's own arguments run Chromium as a single process without web security; those are not for us.
  const args = ["--no-sandbox", "--disable-gpu"];
  const {CHROMIUM} = process.env;
  if (CHROMIUM) return chromium.launch({executablePath: CHROMIUM, args});
  if (process.platform !== "linux" || process.arch !== "x64")
    return chromium.launch({channel: "chrome", args});
  unpack();
  return chromium.launch({executablePath: join(folder, "chromium"), args, env: environment()});
}

/**
 * Unpacks the package's browser, once after each installation. The package unpacks into the folder for temporary files,
 * and its libraries only if it believes to be at Amazon; a process of its own is told both.
 */
export function unpack(): void {
  if (existsSync(folder)) return;
  const partial = `${folder}-${process.pid}`;
  mkdirSync(partial, {recursive: true});
  execFileSync(
    process.execPath,
    ["--input-type=module", "-e", `await (await import("@sparticuz/chromium")).default.executablePath()`],
    {env: {...process.env, TMPDIR: partial, AWS_EXECUTION_ENV: "AWS_Lambda_nodejs20.x"}, stdio: "inherit"},
  );
  writeFileSync(
    join(partial, "fonts.conf"),
    `<?xml version="1.0"?><fontconfig><dir>${folder}/fonts</dir><dir>/usr/share/fonts</dir></fontconfig>\n`,
  );
  try {
    renameSync(partial, folder);
  } catch (error) {
    // Another process was faster.
    if (!existsSync(folder)) throw error;
    rmSync(partial, {recursive: true});
  }
}

function environment(): Record<string, string> {
  const env = Object.fromEntries(Object.entries(process.env).filter(e => e[1] !== undefined)) as Record<
    string,
    string
  >;
  env.LD_LIBRARY_PATH = [join(folder, "al2023/lib"), env.LD_LIBRARY_PATH].filter(Boolean).join(":");
  if (!existsSync("/etc/fonts/fonts.conf")) env.FONTCONFIG_FILE ??= join(folder, "fonts.conf");
  return env;
}
