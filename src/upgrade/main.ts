// Records again with the Go toolchains that are installed, and shows what is not as the committed recordings have it.
//
//     npm run upgrade:check                                              with the go on PATH
//     npm run upgrade:check -- --go /usr/lib/go-1.19/bin/go --go …       with others
//
// An empty program is built for each platform that this machine runs natively, and recorded as the committed processes
// were. Exit codes: 0 nothing changed, 1 something changed, 2 wrong command line, 3 it could not be done.

import {spawnSync} from "node:child_process";
import {existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {fileURLToPath} from "node:url";
import {parseArgs} from "node:util";
import {parseRecording, type Recording} from "../capture/format.js";
import {readRecording} from "../capture/schema/index.js";
import {type Committed, changesBetween, choose, moments, report} from "./changes.js";

/** Why the check could not be made, and what to do. */
export class Unable extends Error {}

const root = join(import.meta.dirname, "../..");
const recordings = join(root, "docs/data/captures/heap");
const recorder = join(root, "bin/open-hood.js");

/** An installed toolchain. */
export interface Toolchain {
  /** Path of the go command. */
  go: string;
  /** "go1.19.8" */
  version: string;
  goos: string;
  goarch: string;
}

/** Environment in which a toolchain builds nothing but what it is given, and fetches nothing. */
const building = {CGO_ENABLED: "0", GO111MODULE: "off", GOFLAGS: "", GOTOOLCHAIN: "local", GOWORK: "off"};

/** Asks a go command what it is. */
export function toolchain(go: string): Toolchain {
  const {stdout, stderr, error, status} = spawnSync(go, ["version"], {
    encoding: "utf8",
    env: {...process.env, ...building},
  });
  const [, version, goos, goarch] = /\b(go1\.\d+\S*) (\w+)\/(\w+)/.exec(stdout ?? "") ?? [];
  if (error || status !== 0 || !version || !goos || !goarch) {
    const why = error
      ? ((error as NodeJS.ErrnoException).code ?? error.message)
      : `${stdout}${stderr}`.trim();
    throw new Unable(
      `"${go}" is no Go toolchain that runs here (${why}). Install one (go.dev/dl, apt install golang-go), or name one: npm run upgrade:check -- --go /usr/lib/go-1.19/bin/go`,
    );
  }
  return {go, version, goos, goarch};
}

/** Platforms whose programs run natively on this machine, with a 64-bit kernel of its architecture. */
function nativePlatforms({goos, goarch}: Toolchain): string[] {
  if (goos !== "linux") throw new Unable(`recordings are made on linux; this toolchain is for ${goos}`);
  return goarch === "amd64" ? ["amd64", "386"] : [goarch];
}

function needed(): void {
  if (!existsSync(recorder)) throw new Unable(`there is no recorder at bin/open-hood.js`);
  const {error} = spawnSync("gdb", ["--version"]);
  if (error)
    throw new Unable(
      "there is no gdb on PATH, which the recorder needs. Install it: apt install gdb, dnf install gdb",
    );
}

/** Builds an empty program and returns its path. */
function build({go}: Toolchain, goarch: string, experiment: string, folder: string): string {
  const source = join(folder, "probe.go");
  const program = join(folder, ["probe", goarch, experiment].filter(Boolean).join("-"));
  if (existsSync(program)) return program;
  writeFileSync(source, "package main\n\nfunc main() {}\n");
  const cache = process.env.GOCACHE ?? join(folder, "cache");
  const env = {...process.env, ...building, GOOS: "linux", GOARCH: goarch, GOCACHE: cache};
  run(go, ["build", "-o", program, source], experiment ? {...env, GOEXPERIMENT: experiment} : env);
  return program;
}

/** Records a program as the committed processes were. */
function recordAgain(program: string, procs: number): Recording {
  const out = `${program}-p${procs}.heap.jsonl`;
  rmSync(out, {force: true});
  const at = moments.flatMap(moment => ["--at", moment]);
  const words = [
    ...at,
    "--clear-env",
    "--env",
    `GOMAXPROCS=${procs}`,
    "--out",
    out,
    "--quiet",
    "--",
    program,
  ];
  run(process.execPath, [recorder, "record", ...words], process.env);
  return readRecording(readFileSync(out, "utf8"));
}

function run(command: string, args: string[], env: NodeJS.ProcessEnv): void {
  const {status, stdout, stderr, error} = spawnSync(command, args, {encoding: "utf8", cwd: root, env});
  if (status !== 0)
    throw new Unable(`${command} ${args.join(" ")} failed: ${error ?? `${stdout}${stderr}`.trim()}`);
}

/** Checks one toolchain; says what came of it, and whether anything changed. */
function checkToolchain(chain: Toolchain, all: readonly Committed[], say: (text: string) => void): boolean {
  say(`${chain.version} (${chain.go})`);
  const folder = mkdtempSync(join(tmpdir(), "open-hood-upgrade-"));
  let changed = false;
  try {
    for (const goarch of nativePlatforms(chain)) {
      const choices = choose(all, {version: chain.version, goos: "linux", goarch});
      if (choices.length === 0)
        say(`  linux/${goarch}: no recording of this release or an older one is committed`);
      for (const {file, recording, same, experiment} of choices) {
        const program = build(chain, goarch, experiment, folder);
        const runs = [0, 1].map(() => recordAgain(program, recording.gomaxprocs_env));
        // Two runs can agree on a bit by chance. Where something varies, more runs tell what does.
        if (changesBetween(runs, recording).varying > 0)
          for (let i = 0; i < 6; i++) runs.push(recordAgain(program, recording.gomaxprocs_env));
        const changes = changesBetween(runs, recording);
        const than = same === "patch" ? "" : ` (there is none of ${chain.version})`;
        say(report(`  against ${file}${than}`, changes));
        changed ||= changes.changed.length > 0;
      }
    }
  } finally {
    rmSync(folder, {recursive: true, force: true});
  }
  return changed;
}

/** Runs the command. Returns the exit code. */
export function main(words: readonly string[], say: (text: string) => void): number {
  let chains: string[];
  try {
    const {values} = parseArgs({args: [...words], options: {go: {type: "string", multiple: true}}});
    chains = values.go ?? ["go"];
  } catch (error) {
    say(`${(error as Error).message}\nusage: npm run upgrade:check -- [--go PATH]…`);
    return 2;
  }
  try {
    needed();
    const all = readdirSync(recordings).map(file => ({
      file,
      recording: parseRecording(readFileSync(join(recordings, file), "utf8")),
    }));
    const changed = chains.map(go => checkToolchain(toolchain(go), all, say));
    return changed.includes(true) ? 1 : 0;
  } catch (error) {
    if (!(error instanceof Unable)) throw error;
    say(`The check could not be made: ${error.message}.`);
    return 3;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.exitCode = main(process.argv.slice(2), console.log);
}
