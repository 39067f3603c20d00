import fc from "fast-check";
import {describe, expect, test} from "vitest";
import {boot, load} from "../../src/runtime/index.js";
import {cheaprand, cheaprandn, wyrand, wyrand32} from "../../src/runtime/rand.js";
import {m} from "../../src/runtime/runtime2.js";

const word = fc.integer({min: 0, max: 2 ** 32 - 1});

/** wyrand with numbers of `bits` bits, in exact integers: a counter goes up, and the halves of a product are folded. */
function* reference(bits: bigint, step: bigint, mask: bigint, state: bigint): Generator<number> {
  for (;;) {
    state = BigInt.asUintN(Number(bits), state + step);
    const product = state * (state ^ mask);
    const folded = (product / 2n ** bits) ^ (product % 2n ** bits);
    yield Number(folded % 2n ** 32n);
  }
}

/** An M whose generator is in a state. */
function inState(lower: number, upper: number): m {
  const mp = new m(0);
  mp.fastrand = [lower, upper];
  return mp;
}

describe("wyrand", () => {
  test("draws what its definition says, with 64 bits", () => {
    fc.assert(
      fc.property(word, word, (lower, upper) => {
        const state = BigInt(upper) * 2n ** 32n + BigInt(lower);
        const expected = reference(64n, 0xa0761d6478bd642fn, 0xe7037ed1a0b428dbn, state);
        const mp = inState(lower, upper);
        for (let i = 0; i < 10; i++) expect(wyrand(mp)).toBe(expected.next().value);
      }),
    );
  });

  test("draws what its definition says, with 32 bits, and leaves the upper word alone", () => {
    fc.assert(
      fc.property(word, word, (lower, upper) => {
        const expected = reference(32n, 0x53c5ca59n, 0x74743c1bn, BigInt(lower));
        const mp = inState(lower, upper);
        for (let i = 0; i < 10; i++) expect(wyrand32(mp)).toBe(expected.next().value);
        expect(mp.fastrand[1]).toBe(upper);
      }),
    );
  });
});

describe("which generator an M has", () => {
  test.each([
    ["go1.12", "amd64", "xorshift"],
    ["go1.15", "amd64", "xorshift"],
    ["go1.19", "amd64", "wyrand"],
    ["go1.19", "386", "xorshift"],
    ["go1.19", "loong64", "xorshift"],
    ["go1.24", "loong64", "wyrand"],
    ["go1.24", "386", "xorshift"],
    ["go1.27", "amd64", "wyrand32"],
    ["go1.27", "386", "xorshift"],
  ])("%s on linux/%s: %s", (release, goarch, name) => {
    const {config} = load({release, goarch});
    expect(config.release.generator(config)).toBe(name);
  });
});

describe("a random number below n", () => {
  test("is the upper half of a product, even where a float64 would round that up", () => {
    const rt = boot({release: "go1.19"});
    const n = 2 ** 31 + 11;
    fc.assert(
      fc.property(word, word, (a, b) => {
        rt.m0.fastrand = [a, b];
        const r = cheaprand(rt);
        rt.m0.fastrand = [a, b];
        expect(BigInt(cheaprandn(rt, n))).toBe((BigInt(r) * BigInt(n)) / 2n ** 32n);
      }),
    );
  });

  test("is a remainder in go1.12", () => {
    const rt = boot({release: "go1.12"});
    rt.m0.fastrand = [3, 5];
    const r = cheaprand(rt);
    rt.m0.fastrand = [3, 5];
    expect(cheaprandn(rt, 1000)).toBe(r % 1000);
  });
});
