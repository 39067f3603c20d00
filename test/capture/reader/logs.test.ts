import {readdirSync, readFileSync} from "node:fs";
import {describe, expect, test} from "vitest";
import {isLog, LogReader, readLog} from "../../../src/capture/reader/logs.ts";

const folder = "docs/data/captures/gclogs/";
const files = readdirSync(folder);
const textOf = (name: string) => readFileSync(folder + name, "utf8");
const lines = (text: string, pattern: RegExp) => text.split("\n").filter(line => pattern.test(line)).length;

/** Writes a cycle as Go prints it. */
function written(cycle: ReturnType<typeof readLog>["cycles"][number], time: (ms: number) => string): string {
  const {clock, cpu, heap} = cycle;
  const more = cycle.stacks === null ? "" : `${cycle.stacks} MB stacks, ${cycle.globals} MB globals, `;
  return (
    `gc ${cycle.number} @${cycle.at.toFixed(3)}s ${cycle.percent}%: ` +
    `${[clock.sweepTermination, clock.mark, clock.markTermination].map(time).join("+")} ms clock, ` +
    `${time(cpu.sweepTermination)}+${[cpu.assist, cpu.background, cpu.idle].map(time).join("/")}+${time(cpu.markTermination)} ms cpu, ` +
    `${heap.before}->${heap.after}->${heap.live} MB, ${cycle.goal} MB goal, ${more}${cycle.procs} P`
  );
}

/** Two digits that count, as Go's fmtNSAsMS writes times. */
function time(ms: number): string {
  if (ms >= 10 || ms === 0) return String(Math.round(ms));
  if (ms >= 1) return ms.toFixed(1);
  if (ms >= 0.1) return ms.toFixed(2);
  return ms.toFixed(3);
}

describe("a recorded log", () => {
  test.each(files)("%s is read to its last line, and no field is lost", name => {
    const text = textOf(name);
    const log = readLog(text);
    expect(log.bad).toEqual([]);
    expect(log.cycles.length).toBe(lines(text, /^gc /));
    expect(log.scavenges.length).toBe(lines(text, /^scav /));
    expect(log.pacing.length).toBe(lines(text, /^pacer/));
    expect(log.moments.length).toBe(lines(text, /^SCHED/));
    expect(log.moments.flatMap(m => m.details).length).toBe(lines(text, /^ {2}[PMG]\d/));
    expect(log.others).toBe(lines(text, /^init /));
    const original = text.split("\n").filter(line => line.startsWith("gc "));
    expect(log.cycles.map(cycle => written(cycle, time))).toEqual(original);
  });

  test("is read the same in pieces of any size", () => {
    for (const name of files) {
      const text = textOf(name);
      const reader = new LogReader();
      for (let i = 0; i < text.length; i += 17) reader.push(text.slice(i, i + 17));
      expect(reader.end(), name).toEqual(readLog(text));
    }
  });

  test("of the scheduler names nobody null in every release", () => {
    const last = (name: string) => readLog(textOf(name)).moments[0]!;
    const [old, new_] = [
      last("linux-amd64-go1.12.17-schedtrace.txt"),
      last("linux-amd64-go1.27.3-schedtrace.txt"),
    ];
    expect(old.details.find(d => d.kind === "M" && d.id === 3)!.fields.p).toBe(null);
    expect(new_.details.find(d => d.kind === "M" && d.id === 2)!.fields.p).toBe(null);
    expect(new_.fields).toMatchObject({gomaxprocs: 2, needspinning: 0, gcwaiting: false});
    expect(old.details.find(d => d.kind === "G" && d.id === 1)!.fields).toMatchObject({
      status: 1,
      reason: "chan receive",
    });
  });
});

describe("a line of another log", () => {
  test("may stand behind a time stamp or a program's own output", () => {
    const line =
      "gc 7 @1.234s 2%: 0.1+1.5+0.01 ms clock, 0.2+0.1/0.2/0.3+0.02 ms cpu, 10->12->5 MB, 11 MB goal, 4 P";
    for (const text of [`2026-11-24T10:00:00Z app | ${line}`, `progress...${line} (forced)\r`]) {
      const {cycles} = readLog(text);
      expect(cycles).toHaveLength(1);
      expect(cycles[0]).toMatchObject({number: 7, procs: 4, forced: text.includes("forced"), stacks: null});
    }
  });

  test("of go1.27 may say that it looks for leaked goroutines", () => {
    const text =
      "gc 3 @0.5s 1% (checking for goroutine leaks): 0.1+1.5+0.01 ms clock, 0.2+0.1/0.2/0.3+0.02 ms cpu, 10->12->5 MB, 11 MB goal, 0 MB stacks, 0 MB globals, 4 P";
    expect(readLog(text).cycles[0]).toMatchObject({leaks: true, stacks: 0, goal: 11});
  });

  test.each([
    [
      "scav 3 8 KiB work, 60616 KiB total, 73% util",
      {work: 8, eager: null, released: 60616, utilization: 73},
    ],
    ["scav 8 KiB work, 60616 KiB total, 73% util (forced)", {work: 8, released: 60616, forced: true}],
    [
      "scav 8 KiB work (bg), 4 KiB work (eager), 60616 KiB now, 73% util",
      {work: 8, eager: 4, released: 60616},
    ],
  ])("of the scavenger is read in each form: %s", (text, fields) => {
    expect(readLog(text).scavenges[0]).toMatchObject(fields);
  });

  test("of the scavenger of go1.12 is read in both forms", () => {
    const log = readLog(
      "scvg0: inuse: 3, idle: 60, sys: 63, released: 1, consumed: 62 (MB)\nscvg-1: 12 MB released",
    );
    expect(log.scvgs).toEqual([{line: 1, inuse: 3, idle: 60, sys: 63, released: 1, consumed: 62}]);
    expect(log.pacing).toEqual([{line: 2, kind: "returned", text: "12 MB released"}]);
  });

  test("of the scheduler without details has the queues in brackets", () => {
    const {moments} = readLog(
      "SCHED 0ms: gomaxprocs=2 idleprocs=1 threads=4 spinningthreads=0 idlethreads=2 runqueue=3 [1 2]\n" +
        "SCHED 10ms: gomaxprocs=2 idleprocs=1 threads=4 spinningthreads=0 needspinning=0 idlethreads=2 runqueue=3 [ 4 5 ] schedticks=[ 6 7 ]",
    );
    expect(moments.map(m => [m.at, m.fields.runqueue, m.queues, m.ticks])).toEqual([
      [0, 3, [1, 2], []],
      [10, 3, [4, 5], [6, 7]],
    ]);
  });

  test("that is broken is kept, with its number and the reason", () => {
    const log = readLog("hello\ngc 1 @0.1s 2%: 0.1+1.5\nSCHED 5ms: nonsense\n");
    expect(log.bad.map(({line, why}) => [line, why])).toEqual([
      [2, "it is no whole line of gctrace: a part is missing or changed"],
      [3, "it does not say gomaxprocs"],
    ]);
    expect(log.others).toBe(1);
  });
});

test("a text is a log if one of its lines is the runtime's", () => {
  expect(isLog("hello\nworld\nSCHED 0ms: gomaxprocs=2 idleprocs=0")).toBe(true);
  expect(isLog("gc is a word, and so is scav")).toBe(false);
});

test("lines without end and without sense do not take long", () => {
  const hostile = [
    `gc ${"1".repeat(100_000)}`,
    `SCHED 1ms: ${"a=".repeat(50_000)}`,
    "scav ".repeat(20_000),
    "pacer: ".repeat(9999),
  ];
  const log = readLog(hostile.join("\n"));
  expect(log.lines).toBe(4);
  expect(log.cycles).toEqual([]);
});
