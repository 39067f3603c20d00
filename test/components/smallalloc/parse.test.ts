import {expect, test} from "vitest";
import {address, keep, ranges, whole} from "/components/smallalloc/parse.js";

/** The numbers below 20 that a text keeps. */
function kept(text: string): number[] {
  const parsed = keep(text);
  if ("fault" in parsed) throw new Error(parsed.fault);
  return Array.from({length: 20}, (_, i) => i).filter(parsed.value);
}

test("objects are named by number, range and step", () => {
  expect(kept("0-2, 7, every 9")).toEqual([0, 1, 2, 7, 9, 18]);
  expect(kept("none")).toEqual([]);
  expect(kept("all")).toHaveLength(20);
});

test("a fault names what was typed and what would be right", () => {
  expect(keep("3-x")).toEqual({fault: expect.stringMatching(/“3-x”.*0-9, 40, every 7/)});
  expect(keep("9-3")).toEqual({fault: expect.stringContaining("write 3-9")});
  expect(keep("every 0")).toHaveProperty("fault");
  expect(whole("50000", 1, 32768, "size")).toEqual({fault: expect.stringMatching(/“50000”.*32,768/)});
  expect(address("c000")).toEqual({fault: expect.stringContaining("“c000”")});
});

test("a whole number has no sign, no point and no more than its limits", () => {
  for (const text of ["-1", "1.5", "", "0x10", "0", "32769"])
    expect(whole(text, 1, 32768, "size")).toHaveProperty("fault");
  expect(whole(" 48 ", 1, 32768, "size")).toEqual({value: 48});
});

test("an address is decimal or hexadecimal and fits into 48 bits", () => {
  expect(address("0xC000022078")).toEqual({value: 0xc000022078});
  expect(address("4096")).toEqual({value: 4096});
  expect(address("0x1000000000000")).toHaveProperty("fault");
});

test("ranges write numbers so that they are read back", () => {
  expect(ranges([9, 1, 2, 3])).toBe("1-3, 9");
  expect(kept(ranges([9, 1, 2, 3]))).toEqual([1, 2, 3, 9]);
  expect(ranges([])).toBe("none");
});
