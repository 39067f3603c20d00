// The recorder on real processes. Needs Linux, gdb with Python, and Go: the go command on PATH, or the one that $GO names.

import {type ChildProcess, execFileSync, spawn, spawnSync} from "node:child_process";
import {existsSync, readdirSync, readFileSync, writeFileSync} from "node:fs";
import {join} from "node:path";
import {setTimeout as pause} from "node:timers/promises";
import {gunzipSync} from "node:zlib";
import {afterAll, beforeAll, describe, expect, test} from "vitest";
import type {Json, JsonObject, Recording} from "../../src/capture/format.js";
import {readRecording} from "../../src/capture/schema/index.js";
import {record, runs, scratch} from "./scratch.js";

const go = process.env.GO ?? "go";
const able = runs(go, "version") && runs("gdb", "-nx", "-batch", "-ex", "python print(1)");
if (!able)
  console.warn("There is no Go, or no gdb with Python: the recorder is not tried on real processes.");

const captures = new URL("../../docs/data/captures/", import.meta.url);
const json = (file: string) => JSON.parse(readFileSync(new URL(file, captures), "utf8"));

const probe = "package main\n\nfunc main() {}\n";
const short = `package main

import "os"

func main() {
	if len(os.Args) > 1 {
		println("never")
	}
}
`;
const counter = `package main

import (
	"fmt"
	"os"
	"time"
)

var keep [][]byte

func main() {
	for i := 0; i < 1000; i++ {
		keep = append(keep, make([]byte, 4096))
	}
	word := make([]byte, 5)
	n, _ := os.Stdin.Read(word)
	fmt.Printf("%s %s\\n", word[:n], os.Getenv("WORD"))
	done()
	if len(os.Args) > 1 {
		never()
	}
	for i := 0; ; i++ {
		fmt.Println(i)
		time.Sleep(5 * time.Millisecond)
	}
}

//go:noinline
func done() {}

//go:noinline
func never() {}
`;

/** The place in the counter where a function is called. */
const lineOf = (call: string) =>
  `counter.go:${counter.slice(0, counter.indexOf(`\t${call}\n`)).split("\n").length}`;

/** The leaves of a phase by path, and the path in the words of varying-fields.json: a * for an index. */
function places(value: Json, path = "", pattern = ""): {path: string; pattern: string; value: string}[] {
  if (typeof value !== "object" || value === null || Object.keys(value).length === 0) {
    return [{path, pattern, value: JSON.stringify(value)}];
  }
  const below = (parent: string, name: string) => (parent === "" ? name : `${parent}/${name}`);
  return Object.entries(value).flatMap(([name, each]) =>
    places(each, below(path, name), below(pattern, Array.isArray(value) ? "*" : name)),
  );
}

describe.runIf(able)("recording real processes", () => {
  const folder = scratch();
  const file = (name: string) => join(folder, name);
  const running: ChildProcess[] = [];

  function build(name: string, source: string, ...flags: string[]): string {
    writeFileSync(file(`${name}.go`), source);
    const env = {...process.env, GO111MODULE: "off", CGO_ENABLED: "0", GOFLAGS: "", GOTOOLCHAIN: "local"};
    execFileSync(go, ["build", "-o", file(name), ...flags, file(`${name}.go`)], {env, stdio: "pipe"});
    return file(name);
  }

  /** Starts the counter; resolves when it counts. `last` is the number that it wrote last. */
  async function count() {
    const child = spawn(file("counter"), {stdio: ["pipe", "pipe", "inherit"]});
    running.push(child);
    let text = "";
    child.stdout.setEncoding("utf8").on("data", piece => (text += piece));
    child.stdin.end("ready");
    while (!/\n\d+\n/.test(text)) await pause(10);
    return {pid: child.pid!, last: () => Number(/(\d+)\n$/.exec(text)?.[1])};
  }

  const read = (name: string): Recording => {
    const data = readFileSync(file(name));
    return readRecording((name.endsWith(".gz") ? gunzipSync(data) : data).toString());
  };

  const left = () => readdirSync(folder).filter(name => name.includes("heap"));

  beforeAll(() => {
    build("probe", probe);
    build("counter", counter);
    build("short", short);
    build("bare", probe, "-ldflags=-w");
  }, 300_000);

  afterAll(() => {
    for (const child of running) child.kill("SIGKILL");
  });

  test("an empty program is recorded as the committed recordings have it", async () => {
    const moments = ["mallocinit", "procresize", "main"].flatMap(at => ["--at", at]);
    const out = file("probe.heap.jsonl");
    const run = await record([
      ...moments,
      "--clear-env",
      "--env",
      "GOMAXPROCS=1",
      "--out",
      out,
      file("probe"),
    ]);
    expect(run).toMatchObject({code: 0, stdout: ""});
    const now = read("probe.heap.jsonl");
    const committed = readdirSync(new URL("./heap/", captures)).find(
      name => name === `${now.goos}-${now.goarch}-${now.go_version}-p1.json`,
    );
    if (committed === undefined) return;
    const then = json(`heap/${committed}`) as Recording;
    const vary = json("varying-fields.json").phases as Record<string, Record<string, object>>;
    // A list that is empty in one of them is a leaf there; its elements vary, so it does, too.
    const varies = (phase: string, pattern: string) =>
      Object.keys(vary[phase]!).some(each => each === pattern || each.startsWith(`${pattern}/`));
    let equal = 0;
    const differing: string[] = [];
    for (const [phase, state] of Object.entries(then.phases)) {
      const ours = new Map(places(now.phases[phase]!).map(({path, value}) => [path, value]));
      for (const {path, pattern, value} of places(state)) {
        if (ours.get(path) === value) equal++;
        else if (!/^(firstmoduledata|ncpu)\b/.test(path) && !varies(phase, pattern))
          differing.push(`${phase}/${path}`);
      }
    }
    expect(differing).toEqual([]);
    expect(equal).toBeGreaterThan(1000);
    expect(now.constants).toEqual(then.constants);
    expect(now.types).toEqual(then.types);
  });

  test("a running process goes on counting, and its 1,000 objects are in the recording", async () => {
    const process = await count();
    const before = process.last();
    const run = await record(["--pid", String(process.pid), "--out", file("counter.heap.jsonl.gz")]);
    expect(run).toMatchObject({code: 0, stdout: ""});
    const at = process.last();
    await expect.poll(() => process.last()).toBeGreaterThan(at);
    expect(at).toBeGreaterThanOrEqual(before);
    expect(readFileSync(`/proc/${process.pid}/status`, "utf8")).toMatch(/^TracerPid:\s*0$/m);

    const {phases, omitted, aslr} = read("counter.heap.jsonl.gz") as Recording & {aslr: boolean};
    expect([Object.keys(phases), omitted, aslr]).toEqual([["attached"], [], true]);
    const {columns, rows} = phases.attached!.allspans as unknown as {columns: string[]; rows: Json[][]};
    const [size, count_, state] = ["elemsize", "allocCount", "state"].map(name => columns.indexOf(name)) as [
      number,
      number,
      number,
    ];
    const objects = rows
      .filter(row => row[size] === 4096 && row[state] === 1)
      .reduce((sum, row) => sum + (row[count_] as number), 0);
    expect(objects).toBeGreaterThanOrEqual(1000);
    expect(objects).toBeLessThan(1020);
  });

  test("a line is a moment; the program's words, variables, input and output are its own", async () => {
    const words = ["--at", lineOf("done()"), "--env", "WORD=a 'b' $c", "--out", file("line.heap.jsonl")];
    const run = await record([...words, file("counter")], {input: "hello"});
    expect(run).toMatchObject({
      code: 0,
      stdout: "hello a 'b' $c\n",
      stderr: expect.stringContaining("line.heap.jsonl"),
    });
    const state = read("line.heap.jsonl").phases[lineOf("done()")] as JsonObject;
    expect(state.at).toMatch(new RegExp(`^${lineOf("done()")}, thread \\d+$`));
  });

  describe("when it cannot be done, no file is left, and", () => {
    const refused = async (words: string[], code: number, message: string) => {
      const files = left();
      const run = await record(["--out", file("refused.heap.jsonl"), ...words]);
      expect([run.code, run.stderr]).toEqual([code, expect.stringContaining(message)]);
      expect(left()).toEqual(files);
    };

    test("a program without DWARF is named", () => refused([file("bare")], 4, "has no DWARF"));
    test("a program that is not Go's is named", () => refused([process.execPath], 4, "is no Go program"));
    test("a file that cannot be executed is named", () =>
      refused([file("probe.go")], 4, "cannot be executed"));

    test("a line without code is named", () =>
      refused(["--at", "probe.go:99", file("probe")], 2, "probe.go:99 has no code in this program"));
    test("the end of the program is noticed", () =>
      refused(["--at", "short.go:7", file("short")], 6, "the program ended with exit code 0"));

    test("a limit of the file's size is noticed, and the process goes on", async () => {
      const target = await count();
      const node = process.execPath;
      const command = new URL("../../bin/open-hood.js", import.meta.url).pathname;
      const script = `ulimit -f 8; exec ${node} ${command} record --pid ${target.pid} --out ${file("limit.heap.jsonl")}`;
      const run = spawnSync("sh", ["-c", script], {encoding: "utf8"});
      expect([run.status, run.stderr]).toEqual([7, expect.stringContaining("ulimit -f")]);
      expect(left().filter(name => name.startsWith("limit"))).toEqual([]);
      const at = target.last();
      await expect.poll(() => target.last()).toBeGreaterThan(at);
    });

    test.each([
      ["SIGINT", 130],
      ["SIGTERM", 143],
    ] as const)("%s ends the recorder and the program that it started", async (signal, code) => {
      const out = file(`${signal}.heap.jsonl`);
      const run = await record(["--at", lineOf("never()"), "--out", out, file("counter")], {
        whileRunning: async pid => {
          while (!existsSync(`${out}.partial-${pid}`)) await pause(20);
          await pause(1500); // the program counts and never comes to the line
          process.kill(pid, signal);
        },
      });
      expect([run.code, run.stderr]).toEqual([code, "open-hood: interrupted; no file is written\n"]);
      expect(left().filter(name => name.startsWith(signal))).toEqual([]);
      const counters = spawnSync("pgrep", ["-x", "counter"], {encoding: "utf8"})
        .stdout.split("\n")
        .filter(Boolean);
      expect(counters.map(Number).filter(pid => !running.some(child => child.pid === pid))).toEqual([]);
    });
  });
});
