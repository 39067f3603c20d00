import {join} from "node:path";
import {describe, expect, test} from "vitest";
import {type DebuggerEvent, type Request, runDebugger} from "../../src/recorder/debugger.js";
import {Trouble} from "../../src/recorder/trouble.js";
import {nodeScript, scratch} from "./scratch.js";

const folder = scratch();
const request: Request = {
  program: "/bin/server",
  args: ["-v"],
  environment: {GOMAXPROCS: "1"},
  pid: 0,
  at: ["main"],
  goarch: "amd64",
  recorder: "test",
  about: {name: "server", pie: false, cgo: false},
  gomaxprocs: 1,
};
const hello = `const say = (...texts) => { for (const text of texts) require("fs").writeSync(3, text); };
say('!{"event":"hello","gdb":"13.1","python":"3.11"}\\n');`;

/** Runs a stand-in for gdb and gathers what comes of it. */
async function run(name: string, source: string, signal = new AbortController().signal) {
  const heard = {lines: "", pieces: [] as string[], events: [] as DebuggerEvent[]};
  const gdb = nodeScript(join(folder, name), source);
  const said = await runDebugger(
    gdb,
    request,
    {
      lines: async data => {
        heard.pieces.push(Buffer.from(data).toString());
        heard.lines += Buffer.from(data).toString();
      },
      event: event => heard.events.push(event),
    },
    signal,
  );
  return {...heard, said};
}

async function trouble(promise: Promise<unknown>): Promise<Trouble> {
  const error = await promise.then(
    () => undefined,
    error => error,
  );
  expect(error).toBeInstanceOf(Trouble);
  return error as Trouble;
}

describe("a debugger", () => {
  test("gets the request on its standard input, and the program's environment", async () => {
    const {lines} = await run(
      "echo",
      `${hello} say(require("fs").readFileSync(0, "utf8") + "\\n", JSON.stringify(process.env) + "\\n")`,
    );
    const [got, environment] = lines
      .trimEnd()
      .split("\n")
      .map(line => JSON.parse(line));
    expect(got).toEqual(request);
    expect(environment).toMatchObject({GOMAXPROCS: "1", SHELL: "/bin/sh"});
    expect(environment).not.toHaveProperty("PATH");
  });

  test("says lines and events on one channel, in whatever pieces", async () => {
    const pieces = ['{"sche', 'ma":1}\n{"path', '":[]}\n!{"event":"do', 'ne"}\n{"end":{}}\n'];
    const say = pieces.map(piece => `say(${JSON.stringify(piece)})`).join("; await pause(); ");
    const {
      lines,
      events,
      pieces: got,
    } = await run(
      "pieces",
      `${hello} const pause = () => new Promise(r => setTimeout(r, 20)); (async () => { ${say} })()`,
    );
    expect(lines).toBe('{"schema":1}\n{"path":[]}\n{"end":{}}\n');
    expect(events.map(({event}) => event)).toEqual(["hello", "done"]);
    expect(got.every(piece => piece.endsWith("\n"))).toBe(true);
  });

  test("that says much is read as fast as it is written, and no faster", async () => {
    const {lines} = await run(
      "much",
      `${hello} const line = JSON.stringify({x: "y".repeat(1000)}) + "\\n"; for (let i = 0; i < 5000; i++) say(line)`,
    );
    expect(lines.length).toBe(5000 * 1009);
  });

  test("that is not there, has no Python or does not run is told from one that fails", async () => {
    const listener = {lines: async () => {}, event: () => {}};
    const missing = runDebugger(join(folder, "nothing"), request, listener, new AbortController().signal);
    expect(await trouble(missing)).toMatchObject({kind: "gdb-missing", exitCode: 3});
    const noPython = run("small", 'console.error("Python scripting is not supported in this copy of GDB.")');
    expect(await trouble(noPython)).toMatchObject({kind: "gdb-without-python", exitCode: 3});
    const old = run("old", 'console.error("SyntaxError: invalid syntax"); process.exitCode = 1');
    const {kind, message} = await trouble(old);
    expect([kind, message]).toEqual(["gdb-unsuitable", expect.stringContaining("SyntaxError")]);
  });

  test("is asked to leave in order when the recording is given up", async () => {
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 300);
    const {lines} = await run(
      "asked",
      `${hello} process.on("SIGTERM", () => { say("left\\n"); process.exit() }); setInterval(() => {}, 1000)`,
      abort.signal,
    );
    expect(lines).toBe("left\n");
  });

  test("is ended when what it says cannot be kept", async () => {
    const gdb = nodeScript(
      join(folder, "endless"),
      `${hello} process.on("SIGTERM", () => process.exit()); setInterval(() => { try { say("{}\\n") } catch {} }, 1)`,
    );
    const full = new Trouble("disk-full", "full");
    const lines = async () => {
      throw full;
    };
    const signal = new AbortController().signal;
    expect(await trouble(runDebugger(gdb, request, {lines, event: () => {}}, signal))).toBe(full);
  });
});
