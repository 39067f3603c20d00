// The peer: Go's own allocator, built with the Go that is installed, for this machine and for WebAssembly.

import {execFileSync} from "node:child_process";
import {copyFileSync, existsSync, mkdtempSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {dirname, join} from "node:path";

/** A way to run the peer: nanoseconds an operation, for each repetition. */
export interface Peer {
  readonly name: string;
  time(row: string, repetitions: number): number[];
}

/** Builds the peer with a Go toolchain, in a folder that goes when the process does. */
export function peers(go: string): Peer[] {
  const folder = mkdtempSync(join(tmpdir(), "open-hood-bench-"));
  process.on("exit", () => rmSync(folder, {recursive: true, force: true}));
  copyFileSync(join(import.meta.dirname, "peer.go"), join(folder, "peer.go"));
  const run = (command: string, args: string[], env: NodeJS.ProcessEnv = {}) =>
    execFileSync(command, args, {cwd: folder, encoding: "utf8", env: {...process.env, ...env}});
  const cache = {GOCACHE: join(folder, "cache"), GO111MODULE: "off", GOFLAGS: ""};
  const version = run(go, ["env", "GOVERSION"], cache).trim() || run(go, ["version"], cache).split(" ")[2]!;
  const numbers = (text: string) => text.trim().split("\n").map(Number);

  run(go, ["build", "-o", "peer", "peer.go"], cache);
  run(go, ["build", "-o", "peer.wasm", "peer.go"], {...cache, GOOS: "js", GOARCH: "wasm"});
  const preload = join(folder, "preload.cjs");
  writeFileSync(preload, writableCrypto);
  const launcher = ["--require", preload, wasmLauncher(run(go, ["env", "GOROOT"], cache).trim())];
  return [
    {
      name: `native ${version}`,
      time: (row, repetitions) => numbers(run("./peer", [row, String(repetitions)], {GOMAXPROCS: "1"})),
    },
    {
      name: `wasm ${version}`,
      time: (row, repetitions) =>
        // Go's launcher wants little environment: it copies all of it into the first pages of memory.
        numbers(
          execFileSync(process.execPath, [...launcher, join(folder, "peer.wasm"), row, String(repetitions)], {
            cwd: folder,
            encoding: "utf8",
            env: {PATH: process.env.PATH},
          }),
        ),
    },
  ];
}

/** Launchers of go1.18 to go1.20 assign to this global, which Node 20 has as a getter alone. */
const writableCrypto = `Object.defineProperty(globalThis, "crypto", {value: globalThis.crypto, writable: true});\n`;

/** The script of a Go distribution that runs WebAssembly under Node. */
function wasmLauncher(goroot: string): string {
  for (const folder of ["misc/wasm", "lib/wasm"]) {
    const node = join(goroot, folder, "wasm_exec_node.js");
    if (existsSync(node)) return node;
    const both = join(goroot, folder, "wasm_exec.js");
    if (existsSync(both)) return both;
  }
  throw new Error(`no wasm_exec.js in ${goroot}; Debian has it in ${dirname(goroot)}`);
}
