import {describe, expect, test} from "vitest";
import {fromDebugger, fromWriting, ptraceRefused, type TraceRules} from "../../src/recorder/trouble.js";

const free: TraceRules = {capable: false, container: false, uid: 1000};
const attached: TraceRules = {...free, targetUid: 1000};

describe("what gdb says", () => {
  test.each<[string, string, string, number]>([
    ["attach", "ptrace: Operation not permitted.", "ptrace", 5],
    ["attach", "Could not attach to process.  If your uid matches …", "ptrace", 5],
    ["start", "Could not trace the inferior process.\nptrace: Operation not permitted", "ptrace", 5],
    [
      "attach",
      "warning: process 7 is already traced by process 8\nptrace: Operation not permitted.",
      "traced",
      5,
    ],
    ["attach", "ptrace: No such process.", "gone", 6],
    ["ended", "ended with exit code 3", "ended", 6],
    ["start", "During startup program exited with code 127.", "no-program", 4],
    ["not-go", "no symbol runtime.mheap_", "not-go", 4],
    ["place", "x.go:1 has no code in this program", "no-place", 2],
    ["missing", "no symbol runtime.buildVersion", "lost", 1],
  ])("%s: %j is %s, exit code %i", (kind, about, expected, exitCode) => {
    const trouble = fromDebugger(kind, about, attached);
    expect([trouble.kind, trouble.exitCode]).toEqual([expected, exitCode]);
    expect(trouble.message).toContain(about.slice(0, 20).split("\n")[0]);
    expect(trouble.remedy).not.toBe("");
  });
});

describe("tracing that is refused", () => {
  const remedy = (rules: Partial<TraceRules>) => ptraceRefused("no", {...attached, ...rules}).remedy;

  test("names the setting of Yama that is the reason, and how to change it", () => {
    expect(remedy({yama: 1})).toContain("sudo sysctl kernel.yama.ptrace_scope=0");
    expect(remedy({yama: 2})).toContain("ptrace_scope is 2");
    expect(remedy({yama: 3})).toContain("until the machine is started again");
  });

  test("does not blame Yama where it allows tracing", () => {
    expect(remedy({yama: 0})).not.toContain("yama");
    expect(remedy({yama: 1, capable: true})).not.toContain("yama");
    expect(ptraceRefused("no", {...free, yama: 1}).remedy).not.toContain("yama");
  });

  test("tells how to start a container that may", () => {
    expect(remedy({container: true})).toContain("--cap-add=SYS_PTRACE");
  });

  test("tells that the process belongs to somebody else", () => {
    expect(remedy({targetUid: 0})).toContain("belongs to user 0, the recorder runs as 1000");
    expect(remedy({targetUid: 0, capable: true})).not.toContain("belongs to user");
  });

  test("suspects a security module where nothing else is to be seen", () => {
    expect(remedy({})).toContain("seccomp");
  });
});

describe("a file that cannot be written", () => {
  const failed = (code: string) => fromWriting(Object.assign(new Error("why"), {code}), "heap.jsonl");

  test("for lack of space", () => {
    expect(failed("ENOSPC")).toMatchObject({
      kind: "disk-full",
      exitCode: 7,
      message: "the disk is full: heap.jsonl cannot be written",
    });
    expect(failed("EFBIG").message).toContain("ulimit -f");
  });

  test("for another reason", () => {
    expect(failed("EACCES")).toMatchObject({
      kind: "write",
      exitCode: 7,
      message: "heap.jsonl cannot be written: why",
    });
  });
});
