import {describe, expect, test} from "vitest";
import {parseOptions} from "../../src/recorder/options.js";
import {Trouble} from "../../src/recorder/trouble.js";

const wrong = (...words: string[]) => {
  try {
    parseOptions(words);
  } catch (error) {
    expect(error).toBeInstanceOf(Trouble);
    expect((error as Trouble).exitCode).toBe(2);
    return (error as Trouble).message;
  }
  return "nothing";
};

describe("the command line", () => {
  test("starts a program and records at main.main, if nothing else is said", () => {
    expect(parseOptions(["./server"])).toMatchObject({
      command: ["./server"],
      at: ["main"],
      pid: 0,
      gdb: "gdb",
    });
  });

  test("records a process at once, if no moment is named", () => {
    expect(parseOptions(["--pid", "42"])).toMatchObject({pid: 42, at: [], command: []});
    expect(parseOptions(["--pid", "42", "--at", "server.go:7"])).toMatchObject({at: ["server.go:7"]});
  });

  test("takes moments in the order in which they are given", () => {
    expect(parseOptions(["--at", "main", "--at", "pkg/server.go:7", "./server"]).at).toEqual([
      "main",
      "pkg/server.go:7",
    ]);
  });

  test("leaves the program's own words alone, with and without --", () => {
    const words = ["./server", "--at", "x", "--help", "--", "-v"];
    expect(parseOptions(["--out", "f", ...words])).toMatchObject({out: "f", help: false, command: words});
    expect(parseOptions(["--out", "f", "--", ...words])).toMatchObject({
      out: "f",
      help: false,
      command: words,
    });
    expect(parseOptions(["--out=f", "./server", "--out=g"])).toMatchObject({
      out: "f",
      command: ["./server", "--out=g"],
    });
  });

  test("sets variables", () => {
    expect(parseOptions(["--clear-env", "--env", "A=b=c", "--env", "B=", "./server"])).toMatchObject({
      clearEnv: true,
      env: ["A=b=c", "B="],
    });
  });

  test.each<[string[], string]>([
    [[], "no program and no --pid is given"],
    [["--pid", "0"], '--pid is "0"; right would be the number of a process'],
    [["--pid", "1e9x"], '--pid is "1e9x"'],
    [["--pid", "7", "./server"], "both --pid and a program are given: ./server"],
    [["--pid", "7", "--at", "main"], "--at main is past"],
    [["--pid", "7", "--env", "A=b"], "--env is for a program that is started"],
    [
      ["--at", "server.go", "./server"],
      '--at is "server.go"; right would be mallocinit, procresize, main or FILE:LINE',
    ],
    [["--at", "server.go:0", "./server"], '--at is "server.go:0"'],
    [["--at", "a b.go:1", "./server"], '--at is "a b.go:1"'],
    [["--at", "main", "--at", "main", "./server"], "--at names a moment twice"],
    [["--env", "A", "./server"], '--env is "A"; right would be NAME=VALUE'],
    [["./server", "a\nb"], "line break"],
    [["--bogus", "./server"], "--bogus"],
    [["--out"], "--out"],
  ])("%j is refused", (words, message) => {
    expect(wrong(...words)).toContain(message);
  });

  test("is not checked if help is asked for", () => {
    expect(parseOptions(["--help"]).help).toBe(true);
  });
});
