import {describe, expect, test} from "vitest";
import {hex, isHex, num, parseRecording} from "../../src/capture/format.js";

describe("numbers", () => {
  test("addresses are hexadecimal, also beyond 2^53", () => {
    expect([hex(0), hex(255), hex(0xc000000000), hex(0xa0 * 2 ** 52)]).toEqual([
      "0x0",
      "0xff",
      "0xc000000000",
      "0xa00000000000000",
    ]);
  });

  test("a number stands as itself below 2^53 and as hexadecimal from there on", () => {
    expect([num(0), num(2 ** 53 - 1), num(2 ** 53), num(2 ** 63)]).toEqual([
      0,
      2 ** 53 - 1,
      "0x20000000000000",
      "0x8000000000000000",
    ]);
  });

  test("an address is told from other text", () => {
    expect(["0x0", "0xc000000000"].every(isHex)).toBe(true);
    expect(["0x", "c0", "0xG", " 0x1", "0x1 ", "", 0, null, undefined].some(isHex)).toBe(false);
  });
});

describe("parseRecording", () => {
  const whole = {
    schema: "go-heap-state/1",
    release: "1.12",
    goos: "linux",
    goarch: "amd64",
    types: {},
    constants: {},
    phases: {},
  };

  test("reads what has all parts", () => {
    expect(parseRecording(JSON.stringify(whole))).toEqual(whole);
  });

  test.each(["release", "goos", "goarch", "types", "constants", "phases"] as const)(
    "misses %s by name",
    key => {
      const {[key]: _, ...rest} = whole;
      expect(() => parseRecording(JSON.stringify(rest))).toThrow(
        new TypeError(`the recording has no ${key}`),
      );
    },
  );

  test("names the schema that it found instead", () => {
    expect(() => parseRecording('{"schema": "go-alloc/1"}')).toThrow(
      new TypeError('not a recording: schema is "go-alloc/1", not "go-heap-state/1"'),
    );
    expect(() => parseRecording("{}")).toThrow("schema is undefined");
    expect(() => parseRecording("null")).toThrow("schema is undefined");
    expect(() => parseRecording("[]")).toThrow("schema is undefined");
  });

  test("throws for what is no JSON", () => {
    expect(() => parseRecording("schema: 1")).toThrow(SyntaxError);
    expect(() => parseRecording("")).toThrow(SyntaxError);
  });
});
