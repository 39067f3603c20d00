import {expect, test} from "vitest";
import {bytes, count, hex, percent, plural, power} from "/components/format.js";

test("sizes are written in the largest unit that keeps them readable", () => {
  expect([0, 24, 1736, 16384, 270663680, 2 ** 26, 2 ** 40].map(bytes)).toEqual([
    "0 B",
    "24 B",
    "1,736 B",
    "16 KiB",
    "258.1 MiB",
    "64 MiB",
    "1 TiB",
  ]);
});

test("numbers have commas, addresses are hexadecimal", () => {
  expect(count(9448628)).toBe("9,448,628");
  expect(hex(0xc000000000)).toBe("0xc000000000");
});

test("a power of two is written as one", () => {
  expect([power(2 ** 26), power(1000)]).toEqual(["2^26", "1,000"]);
});

test("one thing is singular", () => {
  expect([plural(1, "hint"), plural(128, "hint")]).toEqual(["1 hint", "128 hints"]);
});

test("parts have one digit, none and all have none", () => {
  expect([percent(1, 16), percent(0, 5), percent(5, 5)]).toEqual(["6.3%", "0%", "100%"]);
});
