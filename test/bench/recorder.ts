// What a recording of a running process takes: time, memory of the recorder and of gdb, and size of the file.
//
//     GO=/usr/lib/go-1.19/bin/go,/usr/lib/go-1.27/bin/go npm run bench -- recorder
//
// Prints one line of JSON for each process, as docs/data/recorder.json has them. Objects are of 4096 bytes each.

import {execFileSync, spawn, spawnSync} from "node:child_process";
import {mkdtempSync, readFileSync, rmSync, statSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {setTimeout as pause} from "node:timers/promises";
import {fileURLToPath} from "node:url";
import {gunzipSync} from "node:zlib";
import type {Json} from "../../src/capture/format.js";
import {LineReader} from "../../src/capture/schema/index.js";

const command = fileURLToPath(new URL("../../bin/open-hood.js", import.meta.url));
const source = `package main

import (
	"os"
	"strconv"
	"time"
)

type node struct {
	next *node
	data []byte
}

var head *node

func main() {
	n, _ := strconv.Atoi(os.Args[1])
	for i := 0; i < n; i++ {
		data := make([]byte, 4096)
		data[0] = 1
		head = &node{head, data}
	}
	println("ready")
	time.Sleep(time.Hour)
}
`;

/** The most memory that a process has had resident so far, in bytes; 0 if it is gone. */
function peakOf(pid: number): number {
  try {
    return Number(/^VmHWM:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

function children(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

/** Spans of a recording, and bytes of the heap's objects. */
function contentOf(file: string): {spans: number; lines: number} {
  const reader = new LineReader();
  let spans = 0;
  let lines = 0;
  for (const entry of reader.read(gunzipSync(readFileSync(file)).toString())) {
    lines++;
    if ("append" in entry && entry.path.at(-1) === "rows") spans += (entry.append as Json[]).length;
  }
  reader.finish();
  return {spans, lines};
}

async function measure(program: string, objects: number, out: string): Promise<object> {
  const target = spawn(program, [String(objects)], {stdio: ["ignore", "ignore", "pipe"]});
  try {
    await new Promise<void>(resolve => target.stderr.once("data", () => resolve()));
    const resident =
      Number(/^VmRSS:\s*(\d+)/m.exec(readFileSync(`/proc/${target.pid}/status`, "utf8"))![1]) * 1024;
    const started = performance.now();
    const recorder = spawn(
      process.execPath,
      [command, "record", "--quiet", "--pid", String(target.pid), "--out", out],
      {
        stdio: "inherit",
      },
    );
    const ended = new Promise<number | null>(resolve => recorder.on("close", resolve));
    let running = true;
    ended.then(() => (running = false));
    const peaks = new Map<number, number>();
    while (running) {
      for (const pid of [recorder.pid!, ...children(recorder.pid!)])
        peaks.set(pid, Math.max(peaks.get(pid) ?? 0, peakOf(pid)));
      await pause(20);
    }
    if ((await ended) !== 0) throw new Error("the recorder failed");
    const seconds = (performance.now() - started) / 1000;
    const memory = [...peaks.values()].reduce((a, b) => a + b, 0);
    return {
      objects,
      resident,
      ...contentOf(out),
      seconds: Number(seconds.toFixed(1)),
      memory,
      file: statSync(out).size,
    };
  } finally {
    target.kill("SIGKILL");
  }
}

const folder = mkdtempSync(join(tmpdir(), "open-hood-bench-"));
try {
  writeFileSync(join(folder, "objects.go"), source);
  for (const go of (process.env.GO ?? "go").split(",")) {
    const version = /go1\.\S+/.exec(spawnSync(go, ["version"], {encoding: "utf8"}).stdout ?? "")?.[0];
    if (version === undefined) {
      console.log(`there is no Go at ${go}: set GO`);
      continue;
    }
    const program = join(folder, `objects-${version}`);
    const env = {...process.env, GO111MODULE: "off", CGO_ENABLED: "0", GOFLAGS: "", GOTOOLCHAIN: "local"};
    execFileSync(go, ["build", "-o", program, join(folder, "objects.go")], {env, stdio: "inherit"});
    for (const objects of [1, 1000, 1_000_000]) {
      console.log(
        JSON.stringify({go: version, ...(await measure(program, objects, join(folder, "out.jsonl.gz")))}),
      );
    }
  }
} finally {
  rmSync(folder, {recursive: true, force: true});
}
