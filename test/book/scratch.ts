// A copy of the project in a temporary folder, for tests that edit pages or sources, or that build something broken.

import {type ChildProcess, spawn} from "node:child_process";
import {cpSync, mkdtempSync, rmSync, symlinkSync} from "node:fs";
import {tmpdir} from "node:os";
import {basename, join, resolve} from "node:path";

/** What a build and a preview need. node_modules is linked, the rest copied. */
const needed = [
  "CHANGELOG.md",
  "CITATION.cff",
  "docs",
  "observablehq.config.ts",
  "package.json",
  "src",
  "tsconfig.base.json",
  "tsconfig.json",
];

/** A copy of the project. */
export interface Scratch {
  /** Its folder. */
  root: string;
  /** Starts a Node program in it. */
  run(...args: string[]): ChildProcess;
  /** Ends what runs in it, and deletes it. */
  remove(): Promise<void>;
}

/** Copies the project as it is now, without what was built. */
export function scratch(): Scratch {
  const root = mkdtempSync(join(tmpdir(), "open-hood-"));
  for (const name of needed) {
    cpSync(name, join(root, name), {
      recursive: true,
      verbatimSymlinks: true,
      filter: source => basename(source) !== ".observablehq",
    });
  }
  symlinkSync(resolve("node_modules"), join(root, "node_modules"), "junction");
  const children: ChildProcess[] = [];
  return {
    root,
    run: (...args) => {
      const child = spawn(process.execPath, args, {cwd: root, stdio: ["ignore", "pipe", "pipe"]});
      children.push(child);
      return child;
    },
    remove: async () => {
      for (const child of children) await end(child);
      rmSync(root, {recursive: true, force: true});
    },
  };
}

function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise(resolve => {
    child.once("exit", () => resolve());
    child.kill();
  });
}

/** Waits until a program has printed something that matches. Fails with all that it printed if it ends before. */
export function printed(child: ChildProcess, pattern: RegExp): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    let text = "";
    const read = (chunk: Buffer) => {
      text += chunk;
      const match = pattern.exec(text);
      if (match) resolve(match);
    };
    child.stdout?.on("data", read);
    child.stderr?.on("data", read);
    child.once("exit", code =>
      reject(new Error(`ended with ${code} before it printed ${pattern}:\n${text}`)),
    );
  });
}

/** Waits until a program ends; its exit code and all that it printed. */
export function ended(child: ChildProcess): Promise<{code: number | null; output: string}> {
  return new Promise(resolve => {
    let output = "";
    child.stdout?.on("data", chunk => (output += chunk));
    child.stderr?.on("data", chunk => (output += chunk));
    child.once("close", code => resolve({code, output}));
  });
}
