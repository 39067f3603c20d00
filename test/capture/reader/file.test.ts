import {gzipSync} from "node:zlib";
import {describe, expect, test} from "vitest";
import {Fault} from "../../../src/capture/reader/fault.ts";
import {openFile, type Progress} from "../../../src/capture/reader/file.ts";
import {linesOf, readRecording} from "../../../src/capture/schema/index.ts";
import {streamOf, textOf} from "./support.ts";

const text = textOf("linux-amd64-go1.12.17-p1.json");
const faultOf = (bytes: string | Uint8Array) =>
  openFile(streamOf(bytes), null).then(
    () => "",
    (error: unknown) => (error instanceof Fault ? error.message : Promise.reject(error)),
  );

describe("a file", () => {
  test("that is a recording is opened, packed or not, with what the model says of the same boot", async () => {
    const lines = [...linesOf(readRecording(text))].join("");
    for (const bytes of [text, gzipSync(text), gzipSync(lines)]) {
      const opened = await openFile(streamOf(bytes), null);
      if (opened.kind !== "recording") throw new Error(opened.kind);
      expect(opened.recording.heaps.map(h => h.phase)).toEqual(["mallocinit", "procresize", "main"]);
      expect(opened.model.phases.map(p => [p.phase, p.comparison?.differing, p.why])).toEqual([
        ["mallocinit", [], ""],
        ["procresize", [], ""],
      ]);
      expect(opened.model.phases.every(p => p.comparison!.equal.length > 300)).toBe(true);
    }
  });

  test("of a release that is not modelled says so", async () => {
    const unknown = text.replace('"release": "1.12"', '"release": "1.99"');
    const opened = await openFile(streamOf(unknown), null);
    expect(opened.kind === "recording" && opened.model.why).toContain("unknown release go1.99");
  });

  test("tells how far it is", async () => {
    const told: Progress[] = [];
    await openFile(streamOf(text), text.length, progress => told.push(progress));
    expect(told.map(p => p.read)).toEqual([...told.map(p => p.read)].sort((a, b) => a - b));
    expect(told.at(-1)).toEqual({read: text.length, of: text.length, spans: 0});
  });

  test("that is a MemStats or a log is known for what it is", async () => {
    expect((await openFile(streamOf('{"Alloc": 1, "Sys": 2}'), null)).kind).toBe("memstats");
    expect((await openFile(streamOf("hello\nSCHED 0ms: gomaxprocs=2 idleprocs=0"), null)).kind).toBe("log");
  });

  test.each([
    ["", "the file is empty"],
    [" \n", "the file is empty"],
    ["once upon a time", "a text that begins “once upon a time”, expected a recording"],
    ['{"a": 1}', "neither a “schema”"],
    [new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2]), "bytes that are no text"],
    [gzipSync(text).subarray(0, 2000), "packed with gzip, and broken or cut off"],
    [gzipSync("<html>"), "a text that begins “<html>”"],
    [`{"Alloc": 1, "x": "${"y".repeat(2_000_001)}"}`, "at most 2,000,000 bytes"],
  ])("that is none of these is refused, with what would be right (%#)", async (bytes, message) => {
    expect((await faultOf(bytes)).replaceAll('"', "”").replace("a ”schema”", "a “schema”")).toContain(
      message,
    );
  });
});
