// Folders for tests of the recorder, and the command run as its users run it.

import {spawn, spawnSync} from "node:child_process";
import {chmodSync, mkdtempSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {fileURLToPath} from "node:url";
import {afterAll} from "vitest";

const command = fileURLToPath(new URL("../../bin/open-hood.js", import.meta.url));

/** A folder that is gone when the tests of the file are. */
export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), "open-hood-recorder-"));
  afterAll(() => rmSync(folder, {recursive: true, force: true}));
  return folder;
}

/** An executable that Node runs, to stand in for gdb. */
export function nodeScript(file: string, source: string): string {
  writeFileSync(file, `#!${process.execPath}\n${source}\n`);
  chmodSync(file, 0o755);
  return file;
}

/** What came of a run of the command. */
export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `open-hood record`. `whileRunning` is called with the process as soon as that has started. */
export async function record(
  words: readonly string[],
  {cwd, input = "", whileRunning}: {cwd?: string; input?: string; whileRunning?: (pid: number) => void} = {},
): Promise<Run> {
  const child = spawn(process.execPath, [command, "record", ...words], {cwd});
  const out = {stdout: "", stderr: ""};
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", text => (out[name] += text));
  }
  child.stdin.end(input);
  whileRunning?.(child.pid!);
  const code = await new Promise<number | null>(resolve => child.on("close", resolve));
  return {code, ...out};
}

/** Whether a command can be run. */
export function runs(command: string, ...args: string[]): boolean {
  return spawnSync(command, args).status === 0;
}
