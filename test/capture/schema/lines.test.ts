import {describe, expect, test} from "vitest";
import {
  Collector,
  type Entry,
  isLines,
  LineReader,
  linesOf,
  maxLine,
  RecordingError,
  readRecording,
} from "../../../src/capture/schema/index.js";
import {recording} from "../sample.js";

const name = "linux-amd64-go1.12.17-p1";
const lines = [...linesOf(recording(name), 5)];
const header = lines[0]!;
const end = (before: number) => `{"end":{"lines":${before},"omitted":[]}}\n`;

function read(text: string): Entry[] {
  const reader = new LineReader();
  const entries = [...reader.read(text)];
  reader.finish();
  return entries;
}

describe("reading line by line", () => {
  test("the pieces in which the text comes do not matter", () => {
    const text = lines.join("");
    for (const size of [1, 7, 1000, text.length]) {
      const reader = new LineReader();
      const collector = new Collector();
      const part = size === 1 ? 20_000 : text.length;
      for (let i = 0; i < part; i += size) {
        for (const entry of reader.read(text.slice(i, Math.min(i + size, part)))) collector.add(entry);
      }
      for (const entry of reader.read(text.slice(part))) collector.add(entry);
      reader.finish();
      expect(collector.recording().phases).toEqual(recording(name).phases);
    }
  });

  test("an entry is given out as soon as its line is complete", () => {
    const reader = new LineReader();
    expect([...reader.read(header.slice(0, -1))]).toEqual([]);
    expect([...reader.read("\n")].map(entry => Object.keys(entry))).toEqual([["header"]]);
  });

  test("what was left out comes with the end", () => {
    const text = `${header}{"end":{"lines":1,"omitted":[{"path":["phases","main","pages"],"why":"no symbol"}]}}\n`;
    expect(read(text).at(-1)).toEqual({
      end: {lines: 1, omitted: [{path: ["phases", "main", "pages"], why: "no symbol"}]},
    });
  });
});

describe("a file that is not right", () => {
  test.each<[string, string, string]>([
    ["is empty", "", "line 1: the file ends here, without its last line: it was cut short"],
    ["is cut short between lines", header, "line 2: the file ends here"],
    ["is cut short in a line", `${header}{"end":{"li`, "line 2: the file ends here"],
    ["goes on after its end", header + end(1) + end(2), "line 3: there is something after the end"],
    ["lost a line", header + end(2), "line 2: the end counts 2 lines before it, not 1"],
    ["begins with something else", end(0), "line 1: has no field schema"],
    ["has an unknown version", '{"schema":"go-heap-state/3"}\n', 'line 1: schema is "go-heap-state/3"'],
    ["has a line that is no object", `${header}[]\n`, "line 2: is a list of 0; right would be an object"],
    ["has a line that is no JSON", `${header}{"path":\n`, "line 2: is not JSON"],
    ["has an empty line", `${header}\n`, "line 2: is not JSON"],
    ["has a value without a place", `${header}{"value":1}\n`, "line 2: path is missing"],
    ["has a place without a value", `${header}{"path":["phases"]}\n`, "line 2: has neither value nor append"],
    [
      "reaches for a prototype",
      `${header}{"path":["__proto__","x"],"value":1}\n`,
      "line 2: path is a list of 2; right would be",
    ],
    [
      "has a field of a wrong type",
      `${header}{"path":["phases","main","sweepgen"],"value":"4"}\n`,
      'line 2: phases.main.sweepgen is "4"; right would be a whole number (count)',
    ],
    [
      "has an element of a wrong type",
      `${header}{"path":["phases","main","allspans","row_index"],"append":[0,"1"]}\n`,
      "line 2: phases.main.allspans.row_index[1]",
    ],
    [
      "has rows before their columns",
      `${header}{"path":["phases","main","allspans","rows"],"append":[]}\n`,
      "line 2: rows come before their columns",
    ],
    ["has no phases", header + end(1), "has no field constants"],
  ])("that %s", (_, text, message) => {
    const said = (() => {
      try {
        const collector = new Collector();
        for (const entry of read(text)) collector.add(entry);
        collector.recording();
        return "nothing";
      } catch (error) {
        expect(error).toBeInstanceOf(RecordingError);
        return (error as Error).message;
      }
    })();
    expect(said.slice(0, message.length)).toBe(message);
  });

  test("a row with a wrong cell is named by line, row and column", () => {
    const at = lines.findIndex(line => line.includes('"allspans","rows"'));
    const broken = lines.map((line, i) =>
      i === at ? line.replace(/"0x[0-9a-f]+",1,/, '"0x1",-1.5,') : line,
    );

    expect(() => readRecording(broken.join(""))).toThrow(
      new RegExp(
        `^line ${at + 1}: phases\\.\\w+\\.allspans\\.rows\\[\\d\\]\\.npages is -1.5; right would be`,
      ),
    );
  });

  test("a line without end is given up before it fills the memory", () => {
    const reader = new LineReader();
    const piece = "x".repeat(maxLine / 4);
    expect(() => {
      for (let i = 0; i < 5; i++) for (const _ of reader.read(piece));
    }).toThrow(`line 1: is longer than ${maxLine} characters`);
  });

  test("a list is appended to only once it is there", () => {
    const path = '["phases","main","arenas","list"]';
    const collector = new Collector();
    const entries = read(`${header}{"path":${path},"append":[]}\n${end(2)}`);
    expect(() => {
      for (const entry of entries) collector.add(entry);
    }).toThrow("phases.main.arenas.list is appended to before it is there");
  });
});

test("the version is told by the start of the text", () => {
  expect(isLines(header.slice(0, 200))).toBe(true);
  expect(isLines(JSON.stringify(recording(name), null, 1).slice(0, 200))).toBe(false);
});

test("what is no recording is refused with a reason", () => {
  expect(() => readRecording("{")).toThrow(/^not a recording: /);
  expect(() => readRecording("{}")).toThrow("has no field schema");
  expect(() => readRecording('{"schema":"go-heap-state/9"}')).toThrow(
    'schema is "go-heap-state/9"; right would be',
  );
});
